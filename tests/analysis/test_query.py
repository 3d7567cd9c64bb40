"""Questions in SQL are answered from the log and cannot do anything else."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from simulation.analysis import query
from simulation.errors import LabError
from simulation.eventlog import EventLog, record
from tests.worlds import CONTACT, small


@pytest.fixture(scope="module")
def log() -> EventLog:
    return record(small(CONTACT | {"referral": {"reward": 0.5}}), 1)


def test_answers_are_those_of_the_frames(log: EventLog) -> None:
    found = query.ask(log.tables, "SELECT week, SUM(orders) AS orders FROM orders GROUP BY week ORDER BY week")
    expected = log["orders"].groupby("week")["orders"].sum()
    assert found["orders"].tolist() == expected.tolist()
    still = query.ask(log.tables, 'SELECT COUNT(*) AS n FROM members WHERE "left" IS NULL')["n"].item()
    assert still == log["members"]["left"].isna().sum()


@pytest.mark.parametrize("example", query.EXAMPLES, ids=lambda example: example[1])
def test_every_example_has_an_answer(example: tuple[str, str, str], log: EventLog) -> None:
    assert len(query.ask(log.tables, example[2]))


def test_no_more_rows_than_fit_and_columns_that_are_called_alike(log: EventLog) -> None:
    assert len(query.ask(log.tables, "SELECT * FROM orders")) == min(query.MOST_ROWS, len(log["orders"]))
    found = query.ask(log.tables, "SELECT a.week, b.week FROM orders a JOIN orders b USING (person) LIMIT 3")
    assert list(found.columns) == ["week", "week_2"]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELEC 1",
        "SELECT * FROM nowhere",
        "DROP TABLE members",
        "DELETE FROM members",
        "INSERT INTO members VALUES (1)",
        "UPDATE members SET person = 1",
        "CREATE TABLE t (a)",
        "ATTACH '/etc/passwd' AS p",
        "PRAGMA database_list",
        "SELECT 1; SELECT 2",
        "SELECT load_extension('/lib/x.so')",
        "SELECT randomblob(1000000000)",
        "VACUUM INTO '/tmp/stolen'",
        "SELECT 1 \x00",
        "SELECT '" + "a" * 5000 + "'",
    ],
)
def test_anything_but_a_question_is_refused(sql: str, log: EventLog) -> None:
    before = {name: len(frame) for name, frame in log.tables.items()}
    with pytest.raises(LabError, match="query refused"):
        query.ask(log.tables, sql)
    assert {name: len(frame) for name, frame in log.tables.items()} == before


def test_endless_questions_are_given_up(log: EventLog) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT SUM(i) FROM n"
    start = time.monotonic()
    for sql in (endless, "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d"):
        with pytest.raises(LabError, match="too much work"):
            query.ask(log.tables, sql, seconds=0.3)
    assert time.monotonic() - start < 5


def test_only_tables_that_are_asked_for_are_there() -> None:
    tables = {"one": pd.DataFrame({"a": [1]}), "two": pd.DataFrame({"a": [2]})}
    assert query.ask(tables, "SELECT a FROM one")["a"].tolist() == [1]

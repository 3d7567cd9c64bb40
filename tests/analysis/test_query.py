"""Questions in SQL are answered from the log and cannot do anything else."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from simulation.analysis import query
from simulation.analysis.query import Base
from simulation.errors import LabError
from simulation.eventlog import EventLog, record
from tests.worlds import CONTACT, small


@pytest.fixture(scope="module")
def log() -> EventLog:
    return record(small(CONTACT | {"referral": {"reward": 0.5}}), 1)


@pytest.fixture(scope="module")
def base(log: EventLog) -> Base:
    return Base(log.tables)


def refusal(base: Base, sql: str, **bounds: float) -> str:
    with pytest.raises(LabError) as told:
        base.ask(sql, **bounds)
    return told.value.key


def test_answers_are_those_of_the_frames(log: EventLog, base: Base) -> None:
    found = base.ask("SELECT week, SUM(orders) AS orders, SUM(paid) AS paid FROM orders GROUP BY week ORDER BY week")
    by_week = log["orders"].groupby("week")
    assert found["orders"].tolist() == by_week["orders"].sum().tolist()
    assert found["paid"].to_numpy() == pytest.approx(by_week["paid"].sum().to_numpy())
    still = base.ask('SELECT COUNT(*) AS n, 0.25 AS quarter FROM members WHERE "left" IS NULL')
    assert (still["n"].item(), still["quarter"].item()) == (log["members"]["left"].isna().sum(), 0.25)


@pytest.mark.parametrize("example", query.EXAMPLES, ids=lambda example: example[1])
def test_every_example_has_an_answer(example: tuple[str, str, str], base: Base) -> None:
    assert len(base.ask(example[2]))


def test_no_more_rows_than_fit_and_columns_that_are_called_alike(log: EventLog, base: Base) -> None:
    assert len(base.ask("SELECT * FROM orders")) == min(query.MOST_ROWS, len(log["orders"]))
    found = base.ask("SELECT a.week, b.week FROM orders a JOIN orders b USING (person) LIMIT 3")
    assert list(found.columns) == ["week", "week_2"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_csv /* */ ('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')",
        "ATTACH '/tmp/stolen.db' AS p",
        "COPY orders TO '/tmp/stolen.csv'",
        "EXPORT DATABASE '/tmp/stolen'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '64GB'",
        "PRAGMA database_list",
        "SELECT * FROM duckdb_settings",
    ],
)
def test_nothing_outside_the_log_is_reached(sql: str, base: Base) -> None:
    assert refusal(base, sql) == "query_outside"


def test_the_process_itself_has_no_files(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names above are refused for the sake of a clear sentence; the database would refuse without them."""
    from simulation.analysis import query_child  # noqa: PLC0415

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    monkeypatch.setattr(query_child, "_bare", lambda sql: "")
    monkeypatch.setattr(query_child, "_REACHING", set())
    asked = {"file": str(base.file()), "seconds": 2, "rows": 9, "megabytes": 512, "threads": 1}
    for sql in (f"SELECT * FROM read_csv('{secret}')", f"SELECT * FROM glob('{tmp_path}/*')"):
        assert query_child.answer(asked | {"sql": sql})["refused"] == "outside"


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "DROP TABLE members",
        "DELETE FROM members",
        "UPDATE members SET person = 1",
        "CREATE TABLE t (a INT)",
        "SELECT 1; SELECT 2",
    ],
)
def test_anything_but_one_question_is_refused(sql: str, log: EventLog, base: Base) -> None:
    assert refusal(base, sql) == "query_not_select"
    assert base.ask("SELECT COUNT(*) AS n FROM members")["n"].item() == len(log["members"])


def test_mistakes_are_told_as_the_database_sees_them(base: Base) -> None:
    with pytest.raises(LabError, match="nowhere does not exist"):
        base.ask("SELECT * FROM nowhere")
    assert refusal(base, "SELEC 1") == "query_mistake"
    assert refusal(base, "SELECT '" + "a" * 5000 + "'") == "query_long"


def test_endless_and_huge_questions_are_given_up(base: Base) -> None:
    start = time.monotonic()
    for sql in (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT SUM(i) FROM n",
        "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d",
    ):
        assert refusal(base, sql, seconds=0.3) == "query_slow"
    assert time.monotonic() - start < 60
    for sql in ("SELECT LENGTH(REPEAT('a', 3000000000))", "SELECT LIST(i) FROM RANGE(10000000000) t(i)"):
        assert refusal(base, sql) in {"query_large", "query_slow"}


def test_a_database_goes_when_nobody_asks_it() -> None:
    base = Base({"one": pd.DataFrame({"a": [1]}), "two": pd.DataFrame({"a": pd.array([2, None], dtype="Int32")})})
    assert base.ask("SELECT COUNT(a) AS n FROM two")["n"].tolist() == [1]
    file = base.file()
    assert file.exists()
    del base
    assert not file.parent.exists()

"""The coverage table: every system of the source documents has a file, a page and a named test that exists."""

from __future__ import annotations

import json

import pytest

from pages.parts.shell import PAGES
from simulation import ROOT
from simulation.__main__ import main
from simulation.coverage import Row, is_test, missing, rows
from simulation.strategies import STRATEGIES

IDS = [
    *(f"P{n}" for n in range(1, 11)), *(f"S{n}" for n in range(1, 35)), *(f"K{n}" for n in range(1, 14)),
    *(f"C{n}" for n in range(1, 13)),
]  # fmt: skip


def test_every_row_of_the_source_documents_is_there_once() -> None:
    assert list(rows()) == IDS


def test_every_system_works() -> None:
    assert missing() == {}


@pytest.mark.parametrize("row", rows().values(), ids=lambda row: row.id)
def test_a_row_is_told_in_both_languages_and_names_its_documents_and_page(row: Row) -> None:
    assert row.zh != row.en and all(row.said(language) for language in ("zh", "en"))
    assert row.sources and set(row.sources) <= set("PRBOS")
    assert row.page in {name for pages in PAGES.values() for name, _ in pages}
    assert len(set(row.tests)) == len(row.tests)


def test_strategies_claim_rows_of_the_table_and_no_row_is_claimed_by_two() -> None:
    claimed = [name for strategy in STRATEGIES.values() for name in strategy.rows]
    assert set(claimed) <= set(IDS)
    assert sorted(claimed) == sorted(set(claimed))
    for name, row in rows().items():
        assert row.strategies == tuple(id for id, strategy in STRATEGIES.items() if name in strategy.rows)


@pytest.mark.parametrize("row", [row for row in rows().values() if row.strategies], ids=lambda row: row.id)
def test_a_strategy_is_named_by_the_tests_of_its_row(row: Row) -> None:
    for test in row.tests:
        text = (ROOT / test.partition("::")[0]).read_text(encoding="utf-8")
        assert any(id in text for id in row.strategies), f"{test} never mentions {row.strategies}"


def test_what_is_missing_is_told() -> None:
    row = Row(
        "S1", "甲", "a", ("P",), "studio", "", ("simulation/nowhere.py",), ("tests/test_coverage.py::test_nothing",)
    )
    assert row.missing() == (
        "no file simulation/nowhere.py", "no test tests/test_coverage.py::test_nothing", "no strategy claims it",
    )  # fmt: skip
    assert not is_test("tests/nowhere.py::test_a") and not is_test("tests/test_coverage.py::IDS")
    assert is_test("tests/test_coverage.py::test_what_is_missing_is_told")


def test_the_command_prints_every_row_and_fails_while_one_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = main(["coverage", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in told] == IDS
    assert done == (1 if any(row["missing"] for row in told) else 0)
    monkeypatch.setattr(Row, "missing", lambda self: ("no test is named",) if self.id == "K5" else ())
    assert main(["coverage"]) == 1
    assert "68 of 69 rows work. Missing: K5." in capsys.readouterr().out
    monkeypatch.setattr(Row, "missing", lambda self: ())
    assert main(["coverage"]) == 0

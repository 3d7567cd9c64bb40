"""The command that holds the model against what is known: tables, exit code, and what it may overwrite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import ENGINE_VERSION
from simulation.__main__ import main
from simulation.analysis import acceptance, claim_runs, claimed, dilemma_runs, dilemmas, screening, validation
from simulation.analysis.acceptance import Fact
from simulation.analysis.facts import Found, single
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.scenario import load_plan, load_scenario

TINY = validation.Size(2, 120, True, 2, 60, 52, ("contact",), lone_worlds=2, lone_people=120)
FACTS = {"founders_13", "best_lever", "trust_asymmetry"}
DILEMMAS = {"discount", "transparency"}
CLAIMS = {"nested_value", "officers_time"}
RUNS = {"base", "levers", "contacts", "plans", "margin_45%", "margin_70%", "claims_knowledge"}


def some_runs(module: Any) -> Any:
    whole = module.experiments
    return lambda worlds, size: {name: each for name, each in whole(worlds, size).items() if name in RUNS}


@pytest.fixture(scope="module")
def found() -> validation.Validation:
    """A little of everything, at a size that proves the plumbing and not the model."""
    with pytest.MonkeyPatch.context() as patch:
        kept = tuple(dilemma for dilemma in dilemmas.DILEMMAS if dilemma.id in DILEMMAS)
        patch.setattr(acceptance, "FACTS", tuple(fact for fact in acceptance.FACTS if fact.id in FACTS))
        patch.setattr(dilemmas, "DILEMMAS", kept)
        patch.setattr(dilemmas, "SIGNATURES", tuple(fact for dilemma in kept for fact in dilemma.signatures))
        patch.setattr(dilemma_runs, "PLANS", tuple(p for p in dilemma_runs.PLANS if p.name in {"neutral", "discount"}))
        patch.setattr(validation, "CLAIMS", tuple(claim for claim in claimed.CLAIMS if claim.id in CLAIMS))
        some = screening.factors(TINY.strategies)[::6]
        patch.setattr(screening, "factors", lambda strategies=None: some)
        patch.setattr(validation, "moods", lambda: {"β_S = 5": {"satisfaction": 5}})
        for module in (acceptance, dilemma_runs, claim_runs):
            patch.setattr(module, "experiments", some_runs(module))
        return validation.validate(TINY, executor=SerialExecutor())


def with_verdict(found: validation.Validation, verdict: str) -> validation.Validation:
    tables = {name: getattr(found, name).copy() for name in ("facts", "dilemmas")}
    for table in tables.values():
        table["verdict"] = "holds"
    tables["dilemmas"].loc[tables["dilemmas"]["id"] == "discount_profit", "verdict"] = verdict
    others = {name: getattr(found, name) for name in ("claims", "screening", "to_explain", "provenance")}
    return validation.Validation(**tables, **others)


def instead(patch: pytest.MonkeyPatch, ready: validation.Validation) -> list[validation.Size]:
    """Let the command find a validation that is ready; returns the sizes that are asked for."""
    asked: list[validation.Size] = []

    def validate(size: validation.Size, **_: Any) -> validation.Validation:
        asked.append(size)
        return ready

    patch.setattr(validation, "validate", validate)
    return asked


def test_tables_carry_values_verdicts_and_provenance(found: validation.Validation) -> None:
    assert set(found.facts["id"]) == FACTS
    assert set(found.dilemmas["dilemma"]) == DILEMMAS
    assert set(found.dilemmas["verdict"]) <= {"holds", "fails", "undecided"}
    assert (found.dilemmas["source"] != "").all()
    assert found.provenance["engine_version"] == ENGINE_VERSION
    assert found.provenance["seeds"] == [1, 2]


def test_verdicts_about_profit_and_retention_say_whether_beta_turns_them_over(found: validation.Validation) -> None:
    moved = {fact.id for fact in (*acceptance.FACTS, *dilemmas.SIGNATURES) if fact.moved}
    both = pd.concat([found.facts, found.dilemmas]).set_index("id")["flips"]
    for name, told in both.items():
        assert told in ("", "β_S = 5") if name in moved else pd.isna(told), name
    assert {"discount_profit", "open_thin", "best_lever"} <= moved
    assert pd.isna(found.claims.set_index("id")["flips"]["officers_time"])
    rows = pd.concat([found.facts, found.dilemmas]).set_index("id")
    for name, there in rows["moods"].items():
        assert set(there) == {"β_S = 5"} if name in moved else pd.isna(there), name
    value, verdict = rows["moods"]["discount_profit"]["β_S = 5"]
    assert np.isfinite(value) and verdict in validation.VERDICTS
    assert value != rows["value"]["discount_profit"]


def test_a_verdict_that_depends_on_beta_is_caught() -> None:
    def measure(runs: Mapping[str, Any]) -> Found:
        return single(runs["x"], runs["x"] > 0)

    facts = [Fact("a", "", "", "", "", ("x",), measure, moved=True), Fact("b", "", "", "", "", ("x",), measure)]
    usual: dict[str, Any] = {"x": 1}
    others: dict[str, dict[str, Any]] = {"β_S = 0.8": {"x": 1}, "β_S = 5": {"x": -1}, "β_T = 4": {"x": -2}}
    assert validation.flips(facts, usual, others) == {"a": "β_S = 5, β_T = 4", "b": None}
    assert validation.flips(facts, usual, {}) == {"a": None, "b": None}


def test_beta_is_tried_at_the_ends_of_its_plausible_range() -> None:
    assert validation.moods() == {
        "β_S = 0.8": {"satisfaction": 0.8}, "β_S = 5": {"satisfaction": 5},
        "β_T = 0.5": {"trust": 0.5}, "β_T = 4": {"trust": 4},
    }  # fmt: skip


def test_the_data_read_back_are_plain_rows(found: validation.Validation, tmp_path: Path) -> None:
    path = tmp_path / "validation.json"
    path.write_text(found.to_json(), encoding="utf-8")
    read = validation.read(path)
    assert set(read) == {"provenance", *validation.TABLES}
    assert len(read["claims"]) == len(found.claims)
    told = {row["id"]: row["moods"] for row in read["dilemmas"]}
    assert told["open_thin"]["β_S = 5"][1] in validation.VERDICTS
    assert validation.read(tmp_path / "absent.json") == {}


@pytest.mark.parametrize(("verdict", "code"), [("holds", 0), ("undecided", 0), ("fails", 1)])
def test_exit_code(found: validation.Validation, verdict: str, code: int, monkeypatch, tmp_path: Path, capsys) -> None:
    asked = instead(monkeypatch, with_verdict(found, verdict))
    assert main(["validate-model", "--out", str(tmp_path)]) == code
    assert asked == [validation.FULL]
    told = capsys.readouterr()
    assert ("does not hold: discount_profit" in told.err) == (code == 1)
    document = (tmp_path / "validation.md").read_text(encoding="utf-8")
    for heading in ("## Facts", "## Dilemmas", "## Claimed figures", "## Screening", "### To explain"):
        assert heading in document
    data = json.loads((tmp_path / "validation.json").read_text(encoding="utf-8"))
    assert data["provenance"]["engine_version"] == ENGINE_VERSION


def test_a_quick_validation_prints_and_keeps_nothing(found, monkeypatch, capsys) -> None:
    asked = instead(monkeypatch, with_verdict(found, "holds"))
    before = validation.DATA.read_bytes() if validation.DATA.is_file() else None
    assert main(["validate-model", "--quick"]) == 0
    assert asked == [validation.QUICK]
    assert "## Dilemmas" in capsys.readouterr().out
    assert (validation.DATA.read_bytes() if validation.DATA.is_file() else None) == before


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(found, monkeypatch, tmp_path: Path, capsys) -> None:
    instead(monkeypatch, with_verdict(found, "holds"))
    (tmp_path / "file").write_text("")
    assert main(["validate-model", "--out", str(tmp_path / "file" / "inside")]) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_a_fact_that_must_hold_fails_where_the_model_is_wrong() -> None:
    wrong = Experiment.of(acceptance.sized(load_scenario("product"), 300), load_plan("neutral"), 2)
    changed = wrong.scenario.model_copy(
        update={"population": wrong.scenario.population.model_copy(update={"churn_alpha": 4.0})}
    )
    results = {"base": run(Experiment(changed, wrong.plans, wrong.seeds), executor=SerialExecutor())}
    assert acceptance.table(results, acceptance.FACTS[:1])["verdict"].tolist() == ["fails"]

"""Every future is lived under every plan, in the background, and is found again where it was left."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.errors import LabError
from simulation.executor import SerialExecutor, ThreadExecutor
from simulation.sweep import Sweep
from simulation.sweep_folder import parts_of, read_runs, run_sweep
from simulation.sweep_jobs import SweepDesk
from tests.made_up_worlds import Counting, tables_of

TRUST = "behaviour.leaving.trust"
WORTH = "plan.strategies.subscription.worth"
PLAIN: dict[str, Any] = {
    "name": "futures",
    "scenario": {"name": "tiny", "population": {"size": 100}, "horizon": 20},
    "plans": ["neutral", "paid_membership", "tiers_first"],
    "seeds": {"first": 5, "count": 2},
    "design": {"kind": "latin", "points": 8, "seed": 3},
    "vary": {TRUST: {"low": 1, "high": 3}, WORTH: {"low": 2, "high": 3}},
    "paired": True,
}


@pytest.fixture
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares of three points."""
    monkeypatch.setattr("simulation.sweep.TASK_SECONDS", 3 * (20 * 1e-3 + 2 * 100 * 20 * 250e-9) * 1.01)


def test_every_plan_meets_every_future(tmp_path: Path) -> None:
    sweep = Sweep.parse(PLAIN)
    assert len(sweep.design) == 24 and sweep.runs == 48
    run_sweep(sweep, tmp_path, executor=SerialExecutor(tables_of))
    runs = read_runs(tmp_path)
    runs["future"] = runs["point"] // 3
    assert runs.groupby("plan")["future"].nunique().to_dict() == dict.fromkeys(PLAIN["plans"], 8)
    assert (runs.groupby("future")[TRUST].nunique() == 1).all(), "one future, one value for all plans"
    assert runs[TRUST].nunique() == 8
    acting = runs[WORTH].notna().groupby(runs["plan"]).all()
    assert acting.to_dict() == {"neutral": False, "paid_membership": True, "tiers_first": False}


def test_a_coefficient_that_does_not_act_switches_nothing_on() -> None:
    seen: list[Any] = []

    def keep(scenario: Any, seeds: tuple[int, ...]) -> Any:
        seen.append(scenario)
        return tables_of(scenario, seeds)

    for share in Sweep.parse(PLAIN).shares():
        share.done_with(keep)
    strategies = {scenario.plan.name: set(scenario.plan.strategies) for scenario in seen}
    assert "subscription" in strategies["paid_membership"]
    assert "subscription" not in strategies["neutral"] | strategies["tiers_first"]


def test_what_acts_nowhere_or_is_no_answer_is_refused() -> None:
    with pytest.raises(LabError) as refused:
        Sweep.parse(PLAIN | {"plans": ["neutral", "tiers_first"]})
    assert refused.value.key == "factor_idle" and refused.value.values["field"] == WORTH
    with pytest.raises(LabError) as refused:
        Sweep.parse(PLAIN | {"paired": "yes"})
    assert refused.value.values["field"] == "paired"


def test_the_recipe_is_the_sweep_again(tmp_path: Path) -> None:
    sweep = Sweep.parse(PLAIN)
    run_sweep(sweep, tmp_path, executor=SerialExecutor(tables_of))
    assert Sweep.load(tmp_path).fingerprint == sweep.fingerprint
    assert Sweep.parse(PLAIN | {"paired": False, "vary": {TRUST: {"low": 1, "high": 3}}}).fingerprint != (
        Sweep.parse(PLAIN | {"vary": {TRUST: {"low": 1, "high": 3}}}).fingerprint
    )


@pytest.mark.usefixtures("small_shares")
def test_a_sweep_in_the_background_is_shared_cancelled_and_taken_up_again(tmp_path: Path) -> None:
    counting = Counting()
    counting.gate.clear()
    sweep, desk = Sweep.parse(PLAIN), SweepDesk(tmp_path)
    job = desk.submit(sweep, ThreadExecutor(1, compute=counting), "a", "ann")
    assert desk.submit(sweep, ThreadExecutor(1), "b", "bob") is job and desk.begun(sweep.fingerprint)
    job.cancel("a")
    assert not job.done, "bob still wants it"
    job.cancel("b")
    assert job.done and not job.complete
    counting.gate.set()
    assert job.wait(20)
    first = len(counting.calls)
    assert first < 24, "what had not begun never does"
    before = {path.name for path in parts_of(desk.folder(sweep.fingerprint))}
    again = SweepDesk(tmp_path)  # as after a restart of the server
    stored = again.stored(sweep.fingerprint)
    assert stored is not None and stored.fingerprint == sweep.fingerprint
    job = again.submit(stored, ThreadExecutor(1, compute=counting), "a", "ann")
    assert job.wait(20) and job.complete
    assert job.progress().done_worlds == sweep.runs and job.progress().from_store == 6 * len(before)
    whole = tmp_path / "whole"
    run_sweep(sweep, whole, executor=SerialExecutor(tables_of))
    pd.testing.assert_frame_equal(read_runs(desk.folder(sweep.fingerprint)), read_runs(whole))


def test_a_sweep_that_fails_says_why_and_may_be_tried_again(tmp_path: Path) -> None:
    def broken(scenario: Any, seeds: tuple[int, ...]) -> Any:
        raise ZeroDivisionError("oh")

    desk, sweep = SweepDesk(tmp_path), Sweep.parse(PLAIN)
    job = desk.submit(sweep, ThreadExecutor(1, compute=broken), "a", "ann")
    assert job.wait(20) and job.failed is not None and job.failed.key == "run_failed" and not job.complete
    job = desk.submit(sweep, ThreadExecutor(1, compute=tables_of), "a", "ann")
    assert job.wait(20) and job.complete


def test_a_new_sweep_of_the_same_page_takes_the_place_of_the_old_one_and_old_folders_go(tmp_path: Path) -> None:
    desk = SweepDesk(tmp_path, kept=1)
    gate = threading.Event()

    def waiting(scenario: Any, seeds: tuple[int, ...]) -> Any:
        assert gate.wait(20)
        return tables_of(scenario, seeds)

    first = desk.submit(Sweep.parse(PLAIN), ThreadExecutor(1, compute=waiting), "a", "ann")
    for draw in (4, 5, 6):
        other = Sweep.parse(PLAIN | {"design": PLAIN["design"] | {"seed": draw}})
        job = desk.submit(other, ThreadExecutor(1, compute=tables_of), "a", "ann")
        assert first.cancelled
        gate.set()
        assert first.wait(20) and job.wait(20) and job.complete
    assert desk.stored("../x") is None and desk.stored("0" * 16) is None
    assert len(list(tmp_path.iterdir())) <= 2

"""A sweep streams to disk, is taken up where it stopped, and comes to the same table wherever it was done."""

from __future__ import annotations

import json
import sys
import tracemalloc
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulation import ENGINE_VERSION
from simulation.errors import LabError
from simulation.executor import SerialExecutor, ThreadExecutor, WorkerExecutor
from simulation.jobs import Progress
from simulation.model import simulate
from simulation.results import Tables
from simulation.scenario import Scenario
from simulation.sweep import Share, Sweep
from simulation.sweep_folder import about, csv_of, parts_of, read_runs, run_sweep, summary
from simulation.work import Work
from tests.made_up_worlds import SCENARIO, Counting, computed_elsewhere, tables_of

FREQUENCY = "plan.strategies.contact.frequency"
PLAIN: dict[str, Any] = {
    "name": "levers",
    "scenario": {"name": "tiny", "population": {"size": 100}, "horizon": 20},
    "seeds": {"first": 5, "count": 3},
    "vary": {"population.size": [100, 200], FREQUENCY: [0.5, 1, 2, 4], "plan.budget": 50},
}


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares of two points, so that little work has several of them."""
    monkeypatch.setattr("simulation.sweep.TASK_SECONDS", 2 * (20 * 1e-3 + 3 * 200 * 20 * 250e-9) * 1.01)


def levers(**changed: Any) -> Sweep:
    return Sweep.parse(PLAIN | changed)


def made(folder: Path, sweep: Sweep | None = None, **given: Any) -> pd.DataFrame:
    given.setdefault("executor", SerialExecutor(tables_of))
    run_sweep(sweep or levers(), folder, **given)
    return read_runs(folder)


class Failing(SerialExecutor):
    """Stops after some shares, as a crash or a full disk would."""

    def __init__(self, after: int) -> None:
        super().__init__(tables_of)
        self.left, self.abandoned, self.closed = after, 0, False

    def submit(self, work: Work) -> Future[bytes]:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().submit(work)

    def abandon(self, work: Work) -> None:
        self.abandoned += 1

    def close(self) -> None:
        self.closed = True


def test_every_point_meets_every_seed_and_carries_its_values(tmp_path: Path) -> None:
    runs = made(tmp_path)
    assert list(runs.columns[:5]) == ["point", "population.size", FREQUENCY, "plan.budget", "seed"]
    assert len(runs) == 8 * 3
    assert runs["point"].tolist() == [point for point in range(8) for _ in range(3)]
    assert runs["seed"].tolist() == [5, 6, 7] * 8
    assert runs["population.size"].tolist() == [100] * 12 + [200] * 12
    assert runs[FREQUENCY].tolist()[::3] == [0.5, 1, 2, 4] * 2
    assert set(runs["plan.budget"]) == {50}
    assert runs["profit"].nunique() == 3, "twin worlds: made-up worlds know only seed and budget"


def test_the_engine_itself_is_swept(tmp_path: Path) -> None:
    sweep = levers(vary={FREQUENCY: [0.5, 4]})
    runs = made(tmp_path, sweep, executor=SerialExecutor())
    for point, frequency in enumerate((0.5, 4)):
        plan = {"name": "neutral", "strategies": {"contact": {"frequency": frequency}}}
        alone = simulate(Scenario.parse(PLAIN["scenario"] | {"plan": plan}), (5, 6, 7)).worlds
        swept = runs[runs["point"] == point].drop(columns=["point", FREQUENCY]).reset_index(drop=True)
        pd.testing.assert_frame_equal(swept, alone, check_exact=True)
    table = summary(tmp_path)
    profit = table[(table["outcome"] == "profit") & (table["point"] == 1)].iloc[0]
    assert profit["mean"] == pytest.approx(runs[runs["point"] == 1]["profit"].mean())
    assert profit["low"] < profit["mean"] < profit["high"] and profit["worlds"] == 3


def test_several_plans_are_a_factor_and_one_is_the_base(tmp_path: Path) -> None:
    runs = made(tmp_path / "two", levers(plans=["neutral", "tiers_first"], vary={"horizon": [5, 10]}))
    assert runs.groupby(["plan", "horizon"]).size().to_dict() == {
        (plan, weeks): 3 for plan in ("neutral", "tiers_first") for weeks in (5, 10)
    }
    assert levers(plans=["tiers_first"], vary={}).base.plan.name == "tiers_first"


def test_a_part_for_each_share_and_a_bundle_beside_them(tmp_path: Path) -> None:
    sweep = levers()
    assert sweep.layout == (2, 3)
    made(tmp_path, sweep)
    assert [path.name for path in parts_of(tmp_path)] == [f"part-{number:06d}.parquet" for number in range(4)]
    assert all(pq.read_metadata(path).num_rows == 6 for path in parts_of(tmp_path))
    told = about(tmp_path)
    assert told["engine_version"] == ENGINE_VERSION
    assert told["seeds"] == [5, 6, 7]
    assert told["design"] == {"kind": "grid", "points": 100, "seed": 1}
    assert told["runs"] == 24
    assert {"numpy", "numba", "python"} <= told["libraries"].keys()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"plans": ["neutral", "tiers_first"]},
        {"design": {"kind": "latin", "points": 9, "seed": 4}, "vary": {FREQUENCY: "declared", "horizon": [5, 9]}},
        {"design": {"kind": "sobol", "points": 9}, "vary": {"behaviour.leaving.trust": {"low": 0.5, "high": 2}}},
    ],
    ids=["grid", "plans", "latin", "sobol"],
)
def test_the_bundle_alone_makes_the_same_table(tmp_path: Path, changed: dict[str, Any]) -> None:
    sweep = levers(**changed)
    first = made(tmp_path / "first", sweep)
    again = Sweep.load(tmp_path / "first")
    assert again.fingerprint == sweep.fingerprint
    pd.testing.assert_frame_equal(first, made(tmp_path / "second", again), check_exact=True)


def test_lists_that_are_one_object_are_written_out_each(tmp_path: Path) -> None:
    both = (1, 2)
    sweep = levers(vary={FREQUENCY: both, "plan.budget": both})
    first = made(tmp_path / "first", sweep)
    pd.testing.assert_frame_equal(first, made(tmp_path / "second", Sweep.load(tmp_path / "first")), check_exact=True)


def test_a_recipe_that_could_not_be_read_again_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        made(tmp_path / "long", levers(vary={"plan.budget": list(range(20_000))}))
    assert refused.value.key == "scenario_too_large"
    assert not (tmp_path / "long").exists()


def test_an_interrupted_sweep_is_taken_up_and_comes_to_the_same_table(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "torn", executor=Failing(after=3))
    there = len(parts_of(tmp_path / "torn"))
    assert 0 < there < 4
    parts_of(tmp_path / "torn")[0].write_bytes(b"half a file")
    compute, told = Counting(), list[Progress]()
    runs = made(tmp_path / "torn", executor=SerialExecutor(compute), resume=True, told=told.append)
    pd.testing.assert_frame_equal(whole, runs, check_exact=True)
    assert told[0].done_worlds == told[0].from_store == 6 * (there - 1)
    assert sum(len(seeds) for _, seeds in compute.calls) == 24 - 6 * (there - 1)
    assert told[-1][:3] == (24, 24, 0.0)
    compute.calls.clear()
    made(tmp_path / "torn", executor=SerialExecutor(compute), resume=True)
    assert compute.calls == []


def test_what_was_under_way_is_given_back(tmp_path: Path) -> None:
    executor = Failing(after=1)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, executor=executor)
    assert executor.abandoned == 1
    assert executor.closed, "workers do not go on for nobody"


def test_a_folder_with_a_sweep_is_not_overwritten_nor_mixed(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(LabError) as refused:
        made(tmp_path)
    assert refused.value.key == "sweep_exists"
    with pytest.raises(LabError) as refused:
        made(tmp_path, levers(seeds={"count": 4}), resume=True)
    assert (refused.value.key, refused.value.values["field"]) == ("sweep_differs", "fingerprint")
    told = json.loads((tmp_path / "sweep.json").read_text())
    (tmp_path / "sweep.json").write_text(json.dumps(told | {"engine_version": "other"}))
    with pytest.raises(LabError) as refused:
        made(tmp_path, resume=True)
    assert refused.value.values["field"] == "engine_version"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_worker_killed_in_mid_sweep_changes_nothing(tmp_path: Path, workers: WorkerExecutor) -> None:
    plan = {"name": "plan", "title": {"en": f"die_once {tmp_path / 'marker'}"}}
    sweep = levers(scenario=PLAIN["scenario"] | {"plan": plan}, vary={"population.size": [100, 150, 200]})
    runs = made(tmp_path / "killed", sweep, executor=workers)
    assert (tmp_path / "marker").read_text().startswith("dead"), "a worker did die"
    pd.testing.assert_frame_equal(runs, made(tmp_path / "calm", sweep), check_exact=True)


def test_threads_and_processes_come_to_the_same_table(tmp_path: Path, workers: WorkerExecutor) -> None:
    serial = made(tmp_path / "serial")
    for name, executor in (("threads", ThreadExecutor(2, compute=tables_of)), ("processes", workers)):
        pd.testing.assert_frame_equal(serial, made(tmp_path / name, executor=executor), check_exact=True)


def test_a_share_that_fails_stops_the_sweep_with_its_sentence_and_keeps_the_rest(tmp_path: Path) -> None:
    def compute(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
        if scenario.population.size == 200:
            raise ZeroDivisionError("weeks")
        return tables_of(scenario, seeds)

    with pytest.raises(LabError) as refused:
        made(tmp_path, executor=SerialExecutor(compute))
    assert refused.value.values == {"reason": "ZeroDivisionError: weeks"}
    assert len(parts_of(tmp_path)) >= 1
    plan = {"name": "plan", "title": {"en": "refuse"}}
    with pytest.raises(LabError) as refused:
        made(tmp_path / "other", levers(scenario=PLAIN["scenario"] | {"plan": plan}),
             executor=SerialExecutor(computed_elsewhere))  # fmt: skip
    assert refused.value.key == "out_of_range"


def test_large_worlds_are_cut_within_a_point(tmp_path: Path) -> None:
    sweep = levers(seeds={"first": 5, "count": 5}, vary={"population.size": [1100]})
    assert sweep.layout[0] == 1 and 1 <= sweep.layout[1] < 5
    runs = made(tmp_path, sweep)
    assert runs["seed"].tolist() == [5, 6, 7, 8, 9]
    assert sum(sweep.rows_of(number) for number in range(sweep.share_count)) == sweep.runs == 5


def test_shares_are_even(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.sweep.TASK_SECONDS", 5 * (20 * 1e-3 + 3 * 100 * 20 * 250e-9) * 1.01)
    sweep = levers(vary={"horizon": [20], "plan.budget": list(range(12))})
    assert sweep.layout == (4, 3)
    assert [sweep.rows_of(number) for number in range(sweep.share_count)] == [12, 12, 12]


def test_worlds_of_a_point_live_side_by_side_as_far_as_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = Counting()
    share = Share("x", 0, SCENARIO, {}, ((0, {}),), tuple(range(1, 8)))
    share.done_with(compute)
    monkeypatch.setattr("simulation.sweep.MOST_PEOPLE", 300)
    share.done_with(compute)
    assert [seeds for _, seeds in compute.calls] == [(1, 2, 3, 4, 5, 6, 7), (1, 2, 3), (4, 5, 6), (7,)]


def test_a_hundred_thousand_runs_do_not_need_to_fit_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs are made up as bytes, so that only what the sweep itself holds is measured."""
    monkeypatch.setattr("simulation.sweep.TASK_SECONDS", 0.5)
    vary = {FREQUENCY: "declared", "behaviour.leaving.trust": "declared"}
    sweep = levers(design={"kind": "latin", "points": 1000}, seeds={"count": 100}, vary=vary)
    assert sweep.runs == 100_000
    block = b"x" * 200_000

    class Weighty(SerialExecutor):
        def submit(self, work: Work) -> Future[bytes]:
            future: Future[bytes] = Future()
            future.set_result(bytes(block) + str(work.key).encode())
            return future

    tracemalloc.start()
    run_sweep(sweep, tmp_path, executor=Weighty())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    written = sum(path.stat().st_size for path in parts_of(tmp_path))
    assert written > 20_000_000
    assert peak < written / 5


def test_csv_comes_part_by_part_with_one_heading(tmp_path: Path) -> None:
    runs = made(tmp_path)
    text = "".join(csv_of(tmp_path))
    assert text.count("profit") == 1
    assert len(text.splitlines()) == 1 + len(runs)

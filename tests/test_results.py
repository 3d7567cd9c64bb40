from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.intervals import mean_interval, percentile
from simulation.results import Results, Tables
from simulation.scenario import Plan, Scenario
from simulation.store import Store
from tests.made_up_worlds import PLANS, SCENARIO, tables_of


@pytest.fixture
def results(tmp_path: Path) -> Results:
    experiment = Experiment(SCENARIO, PLANS, tuple(range(1, 9)))
    return run(experiment, executor=SerialExecutor(tables_of), store=Store(tmp_path / "store"))


def make(plans: tuple[Plan, ...], seeds: tuple[int, ...], scenario: Scenario = SCENARIO) -> Results:
    pieces = [(plan.name, tables_of(scenario.with_plan(plan), seeds)) for plan in plans]
    return Results.assemble(pieces, Experiment(scenario, plans, seeds).provenance())


def test_rows_are_in_order_whatever_order_the_pieces_came_in() -> None:
    provenance = Experiment(SCENARIO, PLANS, (1, 2, 3)).provenance()
    tables = {plan.name: [tables_of(SCENARIO.with_plan(plan), (seed,)) for seed in (1, 2, 3)] for plan in PLANS}
    mixed = [("high", tables["high"][2]), ("low", tables["low"][1]), ("high", tables["high"][0])]
    mixed += [("low", tables["low"][2]), ("low", tables["low"][0]), ("high", tables["high"][1])]
    jumbled, straight = Results.assemble(mixed, provenance), make(PLANS, (1, 2, 3))
    for name in Tables._fields:
        pd.testing.assert_frame_equal(getattr(jumbled, name), getattr(straight, name))
    assert list(straight.worlds["plan"]) == ["low"] * 3 + ["high"] * 3
    assert list(straight.weekly["week"][:21]) == list(range(21))


def test_results_say_what_they_hold(results: Results) -> None:
    assert results.plans == ("low", "high")
    assert results.seeds == tuple(range(1, 9))
    assert len(results.weekly) == 2 * 8 * 21
    made = results.provenance
    assert {"engine_version", "scenario_fingerprint", "created", "people", "horizon"} <= made.keys()
    assert set(made["libraries"]) == {"numpy", "numba", "mesa", "pandas", "python"}
    assert made["created"].endswith("+00:00")


def test_the_recipe_rebuilds_the_runs(results: Results) -> None:
    recipe = json.loads(json.dumps(results.provenance["recipe"]))
    scenario = Scenario.parse(recipe["scenario"])
    plans = tuple(Plan.parse(plan) for plan in recipe["plans"])
    assert Experiment(scenario, plans, results.seeds).key() == Experiment(SCENARIO, PLANS, results.seeds).key()


def test_only_keeps_what_is_asked_for(results: Results) -> None:
    few = results.only(plans=["high"], seeds=[2, 5])
    assert (few.plans, few.seeds) == (("high",), (2, 5))
    assert len(few.weekly) == 2 * 21
    with pytest.raises(LabError) as refused:
        results.only(plans=["middle"])
    assert refused.value.values["known"] == "low, high"


def test_twins_keep_the_seeds_that_every_plan_has() -> None:
    provenance = Experiment(SCENARIO, PLANS, (1, 2, 3)).provenance()
    pieces = [("low", tables_of(SCENARIO, (1, 2))), ("high", tables_of(SCENARIO, (2, 3)))]
    assert Results.assemble(pieces, provenance).twins().seeds == (2,)


def test_concat_adds_plans_and_seeds(results: Results) -> None:
    low, high = results.only(plans=["low"]), results.only(plans=["high"])
    joined = Results.concat([low, high])
    pd.testing.assert_frame_equal(joined.weekly, results.weekly)
    assert [plan["name"] for plan in joined.provenance["recipe"]["plans"]] == ["low", "high"]
    more = Results.concat([make(PLANS, (1, 2)), make(PLANS, (3,))])
    pd.testing.assert_frame_equal(more.ledger, make(PLANS, (1, 2, 3)).ledger)


def test_concat_refuses_what_does_not_belong_together() -> None:
    longer = Scenario.parse(dict(SCENARIO) | {"horizon": 30})
    for other, key in [
        (make(PLANS, (3,), longer), "results_differ"),
        (make((Plan(name="low", budget=9),), (3,)), "results_differ"),
        (make(PLANS, (2, 3)), "worlds_twice"),
    ]:
        with pytest.raises(LabError) as refused:
            Results.concat([make(PLANS, (1, 2)), other])
        assert refused.value.key == key


def test_summary_is_the_mean_with_the_t_interval(results: Results) -> None:
    table = results.summary()
    row = table[(table["plan"] == "low") & (table["outcome"] == "profit")].iloc[0]
    profit = results.worlds.loc[results.worlds["plan"] == "low", "profit"]
    low, high = stats.t.interval(0.95, len(profit) - 1, profit.mean(), stats.sem(profit))
    assert row["mean"] == pytest.approx(profit.mean())
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["worlds"] == 8


def test_written_results_read_back_alike(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "out")
    again = Results.read(tmp_path / "out")
    for name in Tables._fields:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(results, name), check_exact=True)
    assert again.provenance == results.provenance
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert {row["outcome"] for row in summary["summary"]} == {"members", "leaves", "profit"}
    assert next(row for row in summary["summary"] if row["outcome"] == "profit")["unit"] == "¥"
    told = (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert "| low |" in told
    assert "Profit (¥)" in told
    assert "95 %" in told


def test_one_world_has_no_interval_and_no_nan_in_json(tmp_path: Path) -> None:
    alone = make(PLANS, (1,))
    alone.write(tmp_path)
    row = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["summary"][0]
    assert row["low"] is None
    assert "[" not in alone.to_markdown().split("| low |")[1].splitlines()[0]


def test_unreadable_and_unwritable_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        Results.read(tmp_path)
    assert refused.value.key == "results_unreadable"
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError) as refused:
        make(PLANS, (1,)).write(tmp_path / "file")
    assert refused.value.key == "not_writable"


def test_intervals_leave_out_worlds_without_a_value() -> None:
    table = np.array([[1.0, 2.0, 4.0, np.nan], [np.nan, 3.0, np.nan, np.nan], [np.nan] * 4])
    mean, low, high = mean_interval(table)
    assert mean[0] == pytest.approx(7 / 3)
    assert high[0] - mean[0] == pytest.approx(stats.t.ppf(0.975, 2) * stats.sem([1, 2, 4]))
    assert mean[1] == 3
    assert np.isnan([low[1], high[1], mean[2]]).all()
    assert percentile(table, 50)[:2].tolist() == [2.0, 3.0]
    assert np.isnan(percentile(table, 50)[2])
    assert mean_interval([1.0, 3.0]).mean == 2.0

"""Targets, regret and price on futures whose answers are known beforehand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from simulation.analysis.futures import Futures, StressTest, assumed, uncertainties
from simulation.analysis.robustness import (
    Target,
    most_robust,
    price,
    proportion,
    reached,
    regret,
    regrets,
    satisficing,
)
from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.factors import span
from simulation.model import simulate
from simulation.scenario import Scenario, list_plans, load_scenario
from simulation.sweep_folder import read_runs, run_sweep
from tests.pages.conftest import made_up

PLANS = ("safe", "bold", "idle")


def futures(profit: np.ndarray, worlds: int = 1, **others: np.ndarray) -> Futures:
    """Futures with a given (futures, plans[, worlds]) profit."""
    cube = profit if profit.ndim == 3 else np.repeat(profit[:, :, None], worlds, axis=2)
    rows = [
        {"future": f, "plan": PLANS[p], "seed": s + 1, "profit": cube[f, p, s]}
        | {name: values[f, p] for name, values in others.items()}
        for f, p, s in np.ndindex(cube.shape)
    ]
    places = pd.DataFrame({"x": np.linspace(0, 1, len(cube))})
    return Futures(places, pd.DataFrame(rows), PLANS[: cube.shape[1]], len(cube), cube.shape[2])


def test_targets_are_counted_with_wilsons_interval() -> None:
    made = futures(np.array([[5.0, 9.0, 1.0]] * 6 + [[5.0, -9.0, 1.0]] * 4))
    table = satisficing(reached(made, [Target("profit", 5.0)])).set_index("plan")
    assert table["reached"].to_dict() == {"safe": 10, "bold": 6, "idle": 0}
    assert table.loc["bold", "share"] == 0.6
    ends = binomtest(6, 10).proportion_ci(0.95, method="wilson")
    assert (table.loc["bold", "low"], table.loc["bold", "high"]) == (ends.low, ends.high)
    assert table["low"]["safe"] < 1 and table["high"]["safe"] == 1
    assert np.isnan(proportion(0, 0)).all()


def test_every_target_counts_and_less_may_be_better() -> None:
    made = futures(np.full((4, 2), 5.0), acquisition_cost=np.array([[1, 9], [1, 9], [9, 1], [np.nan, 1]], float))
    hits = reached(made, [Target("profit", 5.0), Target("acquisition_cost", 3.0)])
    assert hits["safe"].tolist() == [True, True, False, False], "what has no value reaches nothing"
    assert hits["bold"].tolist() == [False, False, True, True]
    with pytest.raises(LabError):
        reached(made, [])


def test_regret_is_what_the_best_plan_of_the_same_future_did_better() -> None:
    made = futures(np.array([[5.0, 9.0, 1.0], [5.0, -9.0, 1.0]]))
    lost = regrets(made, "profit")
    assert lost.to_numpy().tolist() == [[4, 0, 8], [0, 14, 4]]
    found = regret(made, "profit", resamples=400)
    table = found.table.set_index("plan")
    assert table["mean"].to_dict() == {"safe": 2, "bold": 7, "idle": 6}
    assert table["worst"].to_dict() == {"safe": 4, "bold": 14, "idle": 8}
    assert table.loc["bold", "p90"] == pytest.approx(0.9 * 14)
    assert (table["mean_low"] <= table["mean"]).all() and (table["mean"] <= table["mean_high"]).all()
    assert (table["worst_high"] <= table["worst"]).all(), "no resample is worse than the worst"
    costly = regrets(futures(np.zeros((1, 2)), strategy_cost=np.array([[3.0, 1.0]])), "strategy_cost")
    assert costly.to_numpy().tolist() == [[2, 0]], "less of it is better"


def test_the_interval_of_the_mean_covers_as_often_as_it_says() -> None:
    luck, covered = np.random.default_rng(3), 0
    for again in range(40):
        gap = luck.normal(2, 1, 40)
        made = futures(np.stack([np.zeros(40), gap], axis=1))
        row = regret(made, "profit", resamples=200, seed=again).table.iloc[0]
        truth = 2.0085  # E max(gap, 0) for a normal of mean 2 and deviation 1: 2·Φ(2) + φ(2)
        covered += row["mean_low"] <= truth <= row["mean_high"]
    assert 33 <= covered <= 40


def test_shared_luck_of_worlds_widens_the_interval() -> None:
    luck = np.random.default_rng(4)
    still = np.stack([np.zeros((50, 3)), np.repeat(luck.normal(1, 0.1, (50, 1)), 3, axis=1)], axis=1)
    shaken = still + np.stack([np.zeros((50, 3)), np.tile([-0.9, 0, 0.9], (50, 1))], axis=1)
    width = {}
    for name, cube in (("still", still), ("shaken", shaken)):
        row = regret(futures(cube), "profit").table.iloc[0]
        width[name] = row["mean_high"] - row["mean_low"]
    assert width["shaken"] > 5 * width["still"], "all futures share their seeds: more futures do not even them out"


def test_the_most_robust_plan_and_how_sure_that_is() -> None:
    luck = np.random.default_rng(5)
    bold = np.where(luck.random(80) < 0.6, 9.0, -9.0)
    made = futures(np.stack([np.full(80, 5.0), bold, np.full(80, 1.0)], axis=1))
    hits, lost = reached(made, [Target("profit", 4.0)]), regrets(made, "profit")
    found = most_robust(hits, lost, regret(made, "profit", resamples=200), resamples=200)
    assert (found.plan, found.second, found.first) == ("safe", "bold", 1.0)
    assert found.least["mean"][0] == "safe" and found.least["worst"] == ("safe", 1.0)
    close = hits.assign(bold=hits["safe"])
    assert most_robust(close, lost, regret(made, "profit", resamples=200)).plan == "safe", "of equals the least regret"


def test_futures_without_a_value_are_left_out_and_counted() -> None:
    made = futures(np.array([[1.0, 2.0], [np.nan, 2.0], [1.0, 3.0]]))
    found = regret(made, "profit", resamples=50)
    assert (found.futures, found.left_out) == (2, 1) and found.table["mean"].tolist() == [1.5, 0]
    with pytest.raises(LabError) as refused:
        regret(futures(np.full((2, 2), np.nan)), "profit")
    assert refused.value.key == "no_values"


def test_the_price_of_robustness_is_paired() -> None:
    results = made_up()
    paid = price(results, "b", "profit")
    assert paid.best == "a" and paid.cost is not None and paid.cost.low > 0 and paid.cost.wins == 6
    assert price(results, "a", "profit").cost is None
    assert price(results, "b", "strategy_cost").cost is None, "less of it is better, and b has less"


def test_what_is_uncertain_is_what_acts_and_takes_in_the_scenario() -> None:
    scenario, plans = load_scenario("product"), list_plans()
    found = {each.path: each for each in uncertainties(scenario, [plans["tiers_first"], plans["paid_membership"]])}
    assert "plan.strategies.subscription.worth" in found and "behaviour.leaving.trust" in found
    assert not [path for path in found if path.startswith("plan.strategies.referral")]
    assert not [path for path in found if path.endswith(("budget", "population.size"))], "nobody decides these"
    trust = found["behaviour.leaving.trust"]
    assert (trust.low, trust.high) == span(trust.declared)
    behaviour = scenario.behaviour
    strong = behaviour.leaving.model_copy(update={"trust": 4.5, "satisfaction": 0.0})
    changed = scenario.model_copy(update={"behaviour": behaviour.model_copy(update={"leaving": strong})})
    found = {each.path: each for each in uncertainties(changed, [plans["neutral"]])}
    assert found["behaviour.leaving.trust"].high == 4.5
    assert "behaviour.leaving.satisfaction" not in found, "the scenario leaves this mechanism out"
    unsure = {each.path for each in assumed(tuple(found.values()))}
    assert "population.churn_beta" in found and "population.churn_beta" not in unsure


def test_a_stress_test_is_lived_and_each_future_can_be_had_again(tmp_path: Path) -> None:
    tiny = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 5})
    plans = {name: list_plans()[name] for name in ("neutral", "paid_membership")}
    test = StressTest(tiny, plans, uncertainties(tiny, list(plans.values())), 4, 2, "sobol", "profit")
    run_sweep(test.sweep, tmp_path, executor=SerialExecutor())
    runs = read_runs(tmp_path)
    found = Futures.of(runs[:-1], test.sweep)
    assert len(found) == 3 and found.asked == 4, "a future counts when every plan has lived all its worlds"
    found = Futures.of(runs, test.sweep)
    assert not found.places.isna().any().any() and len(found.places.columns) == len(test.uncertainties)
    assert list(found.means("profit").columns) == list(plans)
    world = test.world(found.places.loc[2].to_dict(), "paid_membership")
    alone = simulate(world, (1, 2)).worlds
    there = found.runs[(found.runs["future"] == 2) & (found.runs["plan"] == "paid_membership")]
    assert alone["profit"].tolist() == there["profit"].tolist()
    assert "subscription" not in test.world(found.places.loc[2].to_dict(), "neutral").plan.strategies

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulation.analysis.compare import band, paired, paired_weekly, retention_curve
from simulation.analysis.retention import kaplan_meier
from simulation.errors import LabError
from simulation.experiment import Experiment
from simulation.model import simulate
from simulation.results import Results, Tables
from simulation.scenario import Plan, Scenario
from tests.made_up_worlds import PLANS, SCENARIO, tables_of


def make(plans: tuple[Plan, ...], seeds: range) -> Results:
    pieces = [(plan.name, tables_of(SCENARIO.with_plan(plan), tuple(seeds))) for plan in plans]
    return Results.assemble(pieces, Experiment(SCENARIO, plans, tuple(seeds)).provenance())


def with_worlds(a: list[float], b: list[float], outcome: str = "profit") -> Results:
    """Results whose measure of the whole run is given for two plans, a and b."""
    plans = (Plan(name="a", budget=1), Plan(name="b", budget=2))
    seeds = range(1, len(a) + 1)
    made = make(plans, seeds)
    worlds = pd.DataFrame({"plan": ["a"] * len(a) + ["b"] * len(b), "seed": [*seeds, *seeds], outcome: a + b})
    return Results(made.weekly, made.tenure, worlds, made.ledger, made.provenance)


@pytest.fixture(scope="module")
def results() -> Results:
    return make(PLANS, range(1, 31))


def test_a_paired_difference_is_the_one_sample_t_interval_of_the_differences(results: Results) -> None:
    found = paired(results, "high", "low", "profit", level=0.9)
    profit = results.worlds.pivot(index="seed", columns="plan", values="profit")
    difference = profit["high"] - profit["low"]
    low, high = stats.t.interval(0.9, 29, difference.mean(), stats.sem(difference))
    assert (found.mean, found.low, found.high) == pytest.approx((difference.mean(), low, high))
    assert found.worlds == 30
    assert found.wins == (difference > 0).sum()
    assert found.ties == 0


def test_pairing_shrinks_the_interval(results: Results) -> None:
    found = paired(results, "high", "low", "profit")
    profit = results.worlds.pivot(index="seed", columns="plan", values="profit")
    assert found.high - found.low < profit["high"].std() / 3


def test_swapping_the_plans_turns_the_sign(results: Results) -> None:
    one, other = paired(results, "high", "low", "profit"), paired(results, "low", "high", "profit")
    assert (one.mean, one.low, one.high) == pytest.approx((-other.mean, -other.high, -other.low))
    assert one.wins + other.wins + one.ties == 30


def test_wins_follow_what_is_better() -> None:
    a, b = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 2.0, 4.0, 3.0, 9.0]
    assert paired(with_worlds(a, b, "profit"), "a", "b", "profit").wins == 1
    assert paired(with_worlds(a, b, "strategy_cost"), "a", "b", "strategy_cost").wins == 3
    assert paired(with_worlds(a, b, "never_posted"), "a", "b", "never_posted").wins == 1
    assert paired(with_worlds(a, b), "a", "b", "profit").ties == 1


def test_a_plan_against_its_equal_is_exactly_zero_and_settled() -> None:
    same = [3.0, 4.0, 5.0, 6.0, 7.0]
    found = paired(with_worlds(same, same), "a", "b", "profit")
    assert (found.mean, found.low, found.high, found.ties, found.enough) == (0, 0, 0, 5, True)


def test_enough_when_the_sign_is_certain() -> None:
    base = np.linspace(90, 110, 8)
    sure = paired(with_worlds(list(base + 5 + 0.1 * np.arange(8)), list(base)), "a", "b", "profit")
    assert sure.low > 0
    assert sure.enough
    assert sure.worlds_needed == 8


def test_enough_when_nothing_that_matters_separates_them() -> None:
    base = np.full(8, 100.0)
    wobble = 0.2 * np.array([1, -1] * 4)
    found = paired(with_worlds(list(base + wobble), list(base)), "a", "b", "profit")
    assert found.low < 0 < found.high
    assert found.enough


def test_not_enough_says_how_many_worlds_would_do() -> None:
    noise = np.array([30.0, -30, 25, -25, 20, -20, 15, 15])
    found = paired(with_worlds(list(100 + noise), [100.0] * 8), "a", "b", "profit")
    assert not found.enough
    assert found.worlds_needed is not None
    n, spread = found.worlds_needed, noise.std(ddof=1)
    goal = max(abs(found.mean), 1.0)
    assert stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n) <= goal
    assert stats.t.ppf(0.975, n - 2) * spread / np.sqrt(n - 1) > goal


def test_few_worlds_are_never_enough_and_hopeless_ones_have_no_number() -> None:
    few = paired(with_worlds([5.0, 5.1, 5.2], [1.0, 1.0, 1.0]), "a", "b", "profit")
    assert not few.enough
    assert few.worlds_needed == 5
    noise = [1e6, -1e6, 1e6, -1e6, 1e6, -1e6]
    assert paired(with_worlds(noise, [1.0] * 6), "a", "b", "profit").worlds_needed is None
    alone = paired(with_worlds([2.0], [1.0]), "a", "b", "profit")
    assert (alone.mean, alone.enough, alone.worlds_needed) == (1.0, False, None)
    assert np.isnan([alone.low, alone.high]).all()


def test_worlds_without_a_value_are_left_out() -> None:
    gone = with_worlds([1.0, 2.0, np.nan, 4.0, 5.0, 6.0], [0.0] * 6)
    assert paired(gone, "a", "b", "profit").worlds == 5
    nothing = paired(with_worlds([np.nan] * 5, [0.0] * 5), "a", "b", "profit")
    assert (nothing.worlds, nothing.enough, nothing.worlds_needed) == (0, False, None)


def test_the_interval_covers_as_often_as_it_says() -> None:
    luck = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        found = paired(with_worlds(list(luck.normal(1, 1, 6)), [0.0] * 6), "a", "b", "profit")
        hits += found.low <= 1 <= found.high
    assert 180 <= hits <= 199


def test_different_seeds_are_not_compared() -> None:
    provenance = Experiment(SCENARIO, PLANS, (1, 2, 3)).provenance()
    pieces = [("low", tables_of(SCENARIO, (1, 2))), ("high", tables_of(SCENARIO, (2, 3)))]
    unequal = Results.assemble(pieces, provenance)
    for compare, outcome in ((paired, "profit"), (paired_weekly, "members")):
        with pytest.raises(LabError) as refused:
            compare(unequal, "low", "high", outcome)
        assert (refused.value.key, refused.value.values["worlds"]) == ("not_paired", 2)
    assert paired(unequal.twins(), "low", "high", "profit").worlds == 1


def test_unknown_names_are_refused_with_the_known_ones(results: Results) -> None:
    for refuse, kind, known in (
        (lambda: paired(results, "x", "low", "profit"), "plan", "low, high"),
        (lambda: paired(results, "low", "high", "x"), "outcome", "members, leaves, profit"),
        (lambda: band(results, "x"), "outcome", "members"),
        (lambda: paired_weekly(results, "low", "high", "seed"), "outcome", "members"),
    ):
        with pytest.raises(LabError) as refused:
            refuse()
        assert (refused.value.values["kind"], refused.value.values["known"]) == (kind, known)


def test_weekly_differences_are_taken_world_by_world(results: Results) -> None:
    found = paired_weekly(results, "high", "low", "members")
    members = results.weekly[results.weekly["week"] == 7].pivot(index="seed", columns="plan", values="members")
    difference = members["high"] - members["low"]
    row = found.set_index("week").loc[7]
    low, high = stats.t.interval(0.95, 29, difference.mean(), stats.sem(difference))
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((difference.mean(), low, high))
    assert (row["p5"], row["p95"]) == pytest.approx(tuple(np.percentile(difference, [5, 95])))
    assert list(found["week"]) == list(range(21))


def test_a_band_holds_mean_interval_and_range(results: Results) -> None:
    found = band(results, "members")
    assert list(found.columns) == ["plan", "week", "mean", "low", "high", "p5", "p95"]
    assert list(found["plan"].unique()) == ["low", "high"]
    assert len(found) == 2 * 21
    assert (found["p5"] < found["low"]).all()
    assert (found["low"] < found["mean"]).all()
    assert (found["high"] < found["p95"]).all()


def test_retention_is_the_mean_of_the_worlds_curves(results: Results) -> None:
    found = retention_curve(results)
    table = results.tenure[results.tenure["plan"] == "low"]
    curves = [
        kaplan_meier(world["at_risk"], world["left"])["survival"].iloc[1:].to_numpy()
        for _, world in table.groupby("seed")
    ]
    low = found[found["plan"] == "low"]
    assert low["survival"].to_numpy() == pytest.approx(np.mean(curves, axis=0))
    half = stats.t.ppf(0.975, 29) * np.std(curves, axis=0, ddof=1) / np.sqrt(30)
    assert (low["high"] - low["survival"]).to_numpy() == pytest.approx(half)
    assert list(low["tenure"]) == list(range(21))


def test_few_worlds_get_greenwoods_interval_together() -> None:
    few = make(PLANS[:1], range(1, 4))
    pooled = few.tenure.groupby("tenure")[["at_risk", "left"]].sum()
    expected = kaplan_meier(pooled["at_risk"], pooled["left"]).iloc[1:]
    found = retention_curve(few)
    for name in ("survival", "low", "high"):
        assert found[name].to_numpy() == pytest.approx(expected[name].to_numpy())


def test_survival_begins_with_the_first_people_at_risk() -> None:
    made = make(PLANS[:1], range(1, 8))
    tenure = made.tenure.copy()
    tenure.loc[tenure["tenure"] == 0, ["at_risk", "left"]] = 0
    curve = retention_curve(Results(made.weekly, tenure, made.worlds, made.ledger, made.provenance))
    assert curve["survival"].iloc[0] == 1
    assert curve["survival"].notna().all()
    few = Results(made.weekly, tenure, made.worlds, made.ledger, made.provenance).only(seeds=[1, 2])
    assert retention_curve(few)["survival"].iloc[0] == 1


def test_survival_is_unknown_once_nobody_is_at_risk() -> None:
    made = make(PLANS[:1], range(1, 8))
    tenure = made.tenure.copy()
    tenure.loc[tenure["tenure"] > 12, ["at_risk", "left"]] = 0
    gone = Results(made.weekly, tenure, made.worlds, made.ledger, made.provenance)
    for results in (gone, gone.only(seeds=[1, 2])):
        curve = retention_curve(results).set_index("tenure")["survival"]
        assert curve[:12].notna().all()
        assert curve[13:].isna().all()


def test_retention_agrees_with_the_engines_own_measure() -> None:
    scenario = Scenario.parse({"population": {"size": 100}, "horizon": 15})
    experiment = Experiment(scenario, (Plan(name="neutral"),), tuple(range(1, 7)))
    results = Results.assemble(
        [("neutral", Tables(*simulate(scenario.with_plan(experiment.plans[0]), experiment.seeds)))],
        experiment.provenance(),
    )
    curve = retention_curve(results).set_index("tenure")["survival"]
    assert curve[13] == pytest.approx(results.worlds["retention_13"].mean())

"""Estimators against known answers and coverage; naive methods are wrong in the direction that is taught."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp, ttest_ind

from simulation.analysis import causal, trials
from simulation.errors import LabError
from simulation.eventlog import record
from simulation.model import CommunityModel
from simulation.scenario import Scenario
from tests.worlds import CONTACT, small


def test_difference_is_welchs() -> None:
    luck = np.random.default_rng(1)
    one, other = luck.normal(1, 2, 40), luck.normal(0, 1, 90)
    found = causal.difference(one, other)
    known = ttest_ind(one, other, equal_var=False).confidence_interval()
    assert found == pytest.approx((one.mean() - other.mean(), known.low, known.high))


def test_before_after_is_the_paired_t() -> None:
    luck = np.random.default_rng(2)
    before, after = luck.normal(0, 1, 30), luck.normal(0.5, 1, 30)
    known = ttest_1samp(after - before, 0).confidence_interval()
    assert causal.before_after(before, after)[1:] == pytest.approx((known.low, known.high))


def test_difference_in_differences_cancels_level_and_trend() -> None:
    luck = np.random.default_rng(3)
    treated = luck.random(4000) < 0.4
    level = 5.0 * treated + luck.normal(0, 1, 4000)
    before = level + luck.normal(0, 0.1, 4000)
    after = level + 2 + 0.3 * treated + luck.normal(0, 0.1, 4000)
    found = causal.difference_in_differences(before, after, treated)
    assert found.low < 0.3 < found.high < 0.35
    assert causal.difference(after[treated], after[~treated]).low > 5
    assert causal.before_after(before[treated], after[treated]).low > 2.2


def test_adjusting_for_before_narrows_the_interval_by_what_is_known() -> None:
    luck = np.random.default_rng(4)
    before = luck.normal(0, 1, 4000)
    treated = causal.person_arms(4000, 9)
    after = before + 0.2 * treated + luck.normal(0, 0.5, 4000)
    plain = causal.difference(after[treated], after[~treated])
    adjusted = causal.adjusted_difference(before, after, treated)
    assert adjusted.low < 0.2 < adjusted.high
    assert (adjusted.high - adjusted.low) / (plain.high - plain.low) == pytest.approx(0.5 / 1.25**0.5, rel=0.05)


def test_only_the_clustered_interval_covers_where_clusters_are_treated() -> None:
    clustered = naive = 0
    for seed in range(200):
        luck = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(30), luck.integers(20, 60, 30))
        treated = causal.cluster_arms(cluster, seed)
        y = luck.normal(0, 1, 30)[cluster] + luck.normal(0, 1, len(cluster))
        one = causal.clustered_difference(y, treated, cluster)
        other = causal.difference(y[treated], y[~treated])
        clustered += one.low <= 0 <= one.high
        naive += other.low <= 0 <= other.high
    assert 0.90 <= clustered / 200 <= 0.99
    assert naive / 200 < 0.6


def test_clusters_of_one_are_people() -> None:
    luck = np.random.default_rng(5)
    y, treated = luck.normal(0, 1, 300), np.arange(300) < 150
    whole, single = causal.difference(y[treated], y[~treated]), causal.clustered_difference(y, treated, range(300))
    assert single == pytest.approx(whole, rel=1e-3)


def test_arms_are_balanced_and_whole() -> None:
    cluster = np.repeat([4, 7, 9, 11, 30], [50, 40, 30, 20, 10])
    arms = causal.cluster_arms(cluster, 1)
    assert all(len(set(arms[cluster == c])) == 1 for c in set(cluster))
    assert 40 <= arms.sum() <= 110
    assert causal.person_arms(11, 1).sum() == 5
    assert {bool(causal.cluster_arms([1, 2], seed)[0]) for seed in range(20)} == {True, False}
    with pytest.raises(LabError, match="out of range"):
        causal.clustered_difference([1, 2, 3], [True, False, True], [1, 1, 2])


def test_nothing_to_compare_gives_no_number() -> None:
    assert np.isnan(causal.difference([], [1.0, 2.0])).all()
    assert np.isnan(causal.clustered_difference([1.0, 2.0], [True, True], [1, 2])).all()
    assert np.isnan(causal.difference([3.0], [1.0, 2.0])[1:]).all()
    assert causal.difference([1.0, 1.0], [0.0, 0.0]) == (1, 1, 1)


def test_power_of_the_textbook() -> None:
    assert causal.power(0.73, 0.05) == pytest.approx(2250, rel=0.02)
    assert causal.power(0.5, 0.2) == pytest.approx(388, abs=2)  # Fleiss: 50 % against 60 %
    assert causal.power(0.73, 0.1) < causal.power(0.73, 0.05) / 3
    assert causal.power(0.73, 0.05, cluster_size=50, icc=0.02) == pytest.approx(1.98 * 2219, abs=2)
    for wrong in ({"baseline": 0.99, "lift": 0.05}, {"baseline": 0.5, "lift": 0}, {"baseline": 0, "lift": 0.1}):
        with pytest.raises(LabError, match="out of range"):
            causal.power(**wrong)


def test_power_is_what_simulated_tests_have() -> None:
    luck, n = np.random.default_rng(6), causal.power(0.5, 0.2)
    one, other = luck.binomial(n, 0.6, 4000) / n, luck.binomial(n, 0.5, 4000) / n
    z = (one - other) / np.sqrt((one + other) / 2 * (1 - (one + other) / 2) * 2 / n)
    assert (np.abs(z) > 1.96).mean() == pytest.approx(0.8, abs=0.03)


def test_posters_seem_loyal_because_staying_makes_posters() -> None:
    scenario = Scenario.parse({"population": {"size": 2000, "founders": 0.5}, "horizon": 60})
    tables = pd.concat([causal.ever_posted(record(scenario, seed)) for seed in (1, 2, 3, 4)])
    table: Any = tables.groupby("method")[["retained_posters", "retained_others", "estimate"]].mean()
    assert table.loc["ever", "estimate"] > 0.15
    assert table.loc["ever", "estimate"] > table.loc["early", "estimate"] > table.loc["landmark", "estimate"]
    assert abs(table.loc["landmark", "estimate"]) < 0.05
    with pytest.raises(LabError, match="out of range"):
        causal.ever_posted(record(scenario, 1, weeks=10))
    with pytest.raises(LabError, match="out of range"):
        causal.ever_posted(record(scenario, 1, weeks=30), by=26)


@pytest.fixture(scope="module")
def measured() -> Any:
    scenario = Scenario.parse({"population": {"size": 1000, "founders": 0.6}, "horizon": 40})
    table = causal.measured_wrong(scenario, {"price_promotion": {"discount": 0.3}}, range(1, 9))
    return table.set_index("method")


def test_naive_numbers_miss_what_twins_see(measured: Any) -> None:
    assert list(measured.index) == list(causal.METHODS)
    truth = measured.loc["twins"]
    assert truth["estimate"] == truth["truth"] > 0
    assert truth["low"] > 0
    # Participants were there to take part in any case, and lower prices reach everybody.
    assert measured.loc["participants", "average"] < truth["truth"] / 2
    assert abs(measured.loc["ab_people", "average"] - truth["truth"]) < 0.35 * truth["truth"]
    adjusted, plain = measured.loc["ab_adjusted"], measured.loc["ab_people"]
    assert adjusted["high"] - adjusted["low"] < plain["high"] - plain["low"]


def test_participants_get_credit_for_a_strategy_that_does_nothing() -> None:
    scenario = Scenario.parse({"population": {"size": 1000, "founders": 0.6}, "horizon": 40})
    table: Any = causal.measured_wrong(scenario, {"recognition": {"intensity": 0}}, (1, 2, 3), outcome="posts")
    table = table.set_index("method")
    assert (table.loc["twins", ["estimate", "low", "high"]] == 0).all()
    assert table.loc["participants", "low"] > 0
    assert table.loc["before_after", "average"] < 0


def test_a_trial_reaches_the_treated_alone() -> None:
    treated = np.zeros((2, 400), np.bool_)
    treated[:, ::2] = True
    strategies = Scenario.parse({"plan": {"strategies": {"contact": {"frequency": 2}}}}).plan.strategies
    model = trials.with_strategies(small({}, horizon=4), strategies, (1, 2), treated)
    model.run()
    assert (model.flow.contacts[~treated.ravel()] == 0).all()
    assert (model.flow.contacts[treated.ravel()] > 0).sum() > 100


@pytest.mark.parametrize("everybody", [True, False])
def test_a_trial_of_all_or_nobody_is_the_plan_or_none(everybody: bool) -> None:
    plan = {"contact": {"frequency": 1.5, "service": 0.5}, "tiers": {}, "price_promotion": {}}
    strategies = Scenario.parse({"plan": {"strategies": plan}}).plan.strategies
    trial = trials.with_strategies(small({}, horizon=8), strategies, (1, 2), np.full((2, 400), everybody))
    plain = CommunityModel(small(plan if everybody else {}, horizon=8), (1, 2))
    left, right = trial.run().weekly, plain.run().weekly
    for outcome in ("members", "posts", "orders", "trust", "revenue"):
        assert left[outcome].to_numpy() == pytest.approx(right[outcome].to_numpy(), rel=1e-6), outcome


def test_bad_starts_are_refused() -> None:
    with pytest.raises(LabError, match="out of range"):
        causal.measured_wrong(small({}), CONTACT, (1,), start=1)
    with pytest.raises(LabError, match="seeds missing"):
        causal.measured_wrong(small({}), CONTACT, ())


def test_before_the_start_the_worlds_are_twins_even_where_the_plan_has_the_strategy() -> None:
    scenario = small(CONTACT, horizon=20)
    added = Scenario.parse({"plan": {"strategies": {"contact": {"frequency": 2, "start": 11}}}}).plan.strategies
    window = trials.Window(11, 10, "orders")
    plain = trials.live(CommunityModel(scenario, (1, 2)), window)
    more = trials.live(trials.with_strategies(scenario, {"contact_more": added["contact"]}, (1, 2), None), window)
    assert (plain.before == more.before).all()
    assert (plain.member == more.member).all()
    assert more.after.sum() > plain.after.sum()
    assert causal.measured_wrong(scenario, {"contact": {"frequency": 2}}, (1, 2, 3, 4))["truth"].iloc[0] > 0

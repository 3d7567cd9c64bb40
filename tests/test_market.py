"""Communities that share one population: fair to all, open about who won whom, an ordinary run where one is alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.errors import LabError
from simulation.experiment import run
from simulation.market import Market, MarketModel, rival_plans, simulate_market
from simulation.market_census import MarketTables, tables
from simulation.market_coupling import share_attention
from simulation.market_results import MarketExperiment, MarketResults
from simulation.members import Status
from simulation.model import CommunityModel, simulate
from simulation.scenario import Plan, Scenario

SEEDS = tuple(range(1, 13))


def scenario(people: int = 300, horizon: int = 26, founders: float = 0.6) -> Scenario:
    return Scenario.parse({"population": {"size": people, "founders": founders}, "horizon": horizon})


def plan(name: str, **strategies: Any) -> Plan:
    return Plan.parse({"name": name, "strategies": {"contact": {"frequency": 0.5}} | strategies})


LOUD = plan("team_3", contact={"frequency": 6.0})
PROMOTED = plan("team_2", price_promotion={}, referral={"reward": 1.0}, subscription={})
"""Much of everything that makes people buy in several places."""


def assert_same(one: Any, other: Any) -> None:
    for mine, theirs in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(mine.reset_index(drop=True), theirs.reset_index(drop=True), check_exact=True)


@pytest.fixture(scope="module")
def market() -> MarketTables:
    """Two like teams, one that wears people out, and a rival."""
    return simulate_market(scenario(), SEEDS, (plan("team_1"), plan("team_2"), LOUD), Market(rivals=1))


def share(found: MarketTables, name: str) -> Any:
    return found.worlds.loc[found.worlds["plan"] == name, "share"].to_numpy()


def test_a_market_of_one_is_an_ordinary_run() -> None:
    base = scenario(founders=0.3)
    mine = plan("team_1", referral={}, tiers={}, subscription={})
    alone, usual = simulate_market(base, (1, 2), (mine,), Market()), simulate(base.with_plan(mine), (1, 2))
    measures = [name for name in usual.worlds if name in alone.worlds]
    pd.testing.assert_frame_equal(alone.worlds[measures], usual.worlds[measures], check_exact=True)
    weekly = [name for name in usual.weekly if name in alone.weekly]
    assert {"members", "profit", "trust", "revenue"} <= set(weekly)
    pd.testing.assert_frame_equal(alone.weekly[weekly], usual.weekly[weekly], check_exact=True)
    assert (alone.worlds["share"] == 1).all()


def test_who_is_in_no_other_community_is_not_touched() -> None:
    """A community that nobody can join takes nothing from the one beside it."""
    base = scenario(people=200, horizon=12)
    lively = MarketModel(base, (plan("team_1"), plan("team_2")), (5,), Market())
    only = lively.communities[0]
    usual = CommunityModel(base.with_plan(plan("team_1")), (5,))
    usual.people.arrival[:] = only.people.arrival
    for column in ("status", "joined", "role"):
        getattr(usual.standing, column)[:] = getattr(only.standing, column)
    lively.communities[1].standing.status[:] = Status.PROSPECT
    lively.communities[1].people.arrival[:] = 99
    for _ in range(12):
        lively.step()
        usual.step()
    for column in ("status", "trust", "fatigue", "posts", "attention"):
        assert (getattr(only.standing, column) == getattr(usual.standing, column)).all(), column
    assert (usual.standing.status == Status.LAPSED).any()


def test_everybody_has_one_home_at_most_and_moves_add_up(market: MarketTables) -> None:
    size = 300
    homes = market.weekly.groupby(["seed", "week"])["homes"].sum()
    held = market.held[market.held["communities"] > 0].groupby(["seed", "week"])["people"].sum()
    assert (homes.sort_index() == held.sort_index()).all()
    assert (market.held.groupby(["seed", "week"])["people"].sum() == size).all()
    assert (market.flows.groupby(["seed", "window"])["people"].sum() == size).all()
    for window, week in ((1, 13), (2, 26)):
        flows = market.flows[market.flows["window"] == window]
        arrived = flows[flows["target"] != ""].groupby(["seed", "target"])["people"].sum()
        there = market.weekly[market.weekly["week"] == week].set_index(["seed", "plan"])["homes"]
        left = flows[flows["origin"] != ""].groupby(["seed", "origin"])["people"].sum()
        before = market.weekly[market.weekly["week"] == week - 13].set_index(["seed", "plan"])["homes"]
        assert (arrived.sort_index().to_numpy() == there.sort_index().to_numpy()).all()
        assert (left.sort_index().to_numpy() == before.sort_index().to_numpy()).all()
    np.testing.assert_allclose(market.worlds.groupby("seed")["share"].sum(), 1.0)
    end = market.weekly[market.weekly["week"] == 26].set_index(["seed", "plan"])["members"]
    alone = market.pairs[market.pairs["plan"] == market.pairs["other"]].set_index(["seed", "plan"])["people"]
    assert (end.sort_index() == alone.sort_index()).all()


def test_founders_are_dealt_evenly_and_nobody_twice(market: MarketTables) -> None:
    start = market.weekly[market.weekly["week"] == 0].groupby("seed")["members"]
    assert (start.max() - start.min() <= 1).all()
    first = market.held[(market.held["week"] == 0) & (market.held["communities"] > 1)]
    later = market.held[(market.held["week"] == 26) & (market.held["communities"] > 1)]
    assert first["people"].sum() == 0 and (later.groupby("seed")["people"].sum() > 0).all()


def test_like_plans_have_like_shares(market: MarketTables) -> None:
    gap = share(market, "team_1") - share(market, "team_2")
    assert abs(gap.mean()) < 2.5 * gap.std(ddof=1) / np.sqrt(len(gap))
    rest = simulate_market(scenario(), SEEDS, [plan(f"team_{k}") for k in range(1, 5)], Market())
    shares = np.array([share(rest, f"team_{k}") for k in range(1, 5)])
    error = shares.std(axis=1, ddof=1) / np.sqrt(len(SEEDS))
    assert (abs(shares.mean(axis=1) - 0.25) < 3 * error).all()


def test_a_better_plan_gains_and_one_sees_from_whom(market: MarketTables) -> None:
    """Where one team stops wearing people out, it keeps those whom the others, by name, would have won from it."""
    calm = simulate_market(scenario(), SEEDS, (plan("team_1"), plan("team_2"), plan("team_3")), Market(rivals=1))
    gain = share(calm, "team_3") - share(market, "team_3")
    assert gain.mean() > 4 * gain.std(ddof=1) / np.sqrt(len(gain)) and gain.mean() > 0.03
    others = [share(calm, name) - share(market, name) for name in ("team_1", "team_2", "rival_1")]
    assert all(lost.mean() < 0 for lost in others)
    np.testing.assert_allclose(gain + sum(others), 0.0, atol=1e-12)

    def net(found: MarketTables) -> float:
        flows = found.flows[(found.flows["origin"] != "") & (found.flows["target"] != "")]
        won = flows[(flows["target"] == "team_3") & (flows["origin"] != "team_3")]["people"].sum()
        lost = flows[(flows["origin"] == "team_3") & (flows["target"] != "team_3")]["people"].sum()
        return float(won - lost)

    assert net(calm) > net(market)


def test_the_order_of_teams_and_of_worlds_changes_nothing() -> None:
    base, three = scenario(people=200, horizon=14), (plan("team_1"), PROMOTED, LOUD)
    terms = Market(rivals=1)
    usual = simulate_market(base, (1, 2, 3), three, terms)
    turned = simulate_market(base, (3, 1, 2), three[::-1], terms)
    for mine, theirs in zip(usual, turned, strict=True):
        by = [name for name in mine.columns if mine[name].dtype != float and name not in {"people", "homes", "several"}]
        assert_same((mine.sort_values(by),), (theirs.sort_values(by),))
    assert_same(usual.of_seeds((2,)), simulate_market(base, (2,), three, terms))
    assert_same(usual, simulate_market(base, (1, 2, 3), three, terms))


def test_later_weeks_leave_earlier_ones_as_they_were() -> None:
    three, terms = (plan("team_1"), PROMOTED, LOUD), Market(rivals=1)
    short = simulate_market(scenario(people=200, horizon=13), (1, 2), three, terms)
    long = simulate_market(scenario(people=200, horizon=20), (1, 2), three, terms)
    assert_same((short.weekly,), (long.weekly[long.weekly["week"] <= 13],))
    assert_same((short.flows,), (long.flows[long.flows["window"] == 1],))


def test_nobody_spends_more_than_they_have_in_all_communities_together() -> None:
    lived = MarketModel(scenario(), (plan("team_1"), PROMOTED, LOUD), (1, 2), Market(rivals=1, means=1.0))
    short = spent = 0.0
    for _ in range(26):
        before = np.minimum(lived.purse + lived.allowance, lived.most)
        lived.step()
        paid = sum(each.flow.paid.astype(float) for each in lived.communities)
        assert (paid <= before * (1 + 1e-6)).all() and (lived.purse >= 0).all()
        assert lived.purse + paid == pytest.approx(before, abs=1e-3)
        short += ((paid > 0) & (lived.purse < 1e-9)).sum()
        spent += sum(float(each.totals["sales"].sum()) for each in lived.communities)
        attention = np.where(lived.column("status") == Status.MEMBER, lived.column("attention"), 0)
        joined_or_left = sum(each.flow.joins + each.flow.leaves for each in lived.communities) > 0
        assert (attention.sum(axis=0)[~joined_or_left] <= 1 + 1e-6).all()
    assert short > 0
    assert spent == pytest.approx(sum(float(each.standing.spent.sum()) for each in lived.communities), rel=1e-4)


def test_attention_follows_the_equation() -> None:
    lived = MarketModel(scenario(), (plan("team_1"), plan("team_2"), LOUD), (1,), Market())
    for _ in range(26):
        lived.step()
    hold = lived.hold() + 1.1
    lived.communities[0].standing.rival[:] = 1
    share_attention(lived)
    here = lived.column("status") == Status.MEMBER
    several = np.flatnonzero(here.sum(axis=0) > 1)
    assert len(several) > 3
    for i in several:
        beside = 1.0 if here[0, i] or (lived.column("rival")[:, i] & here[:, i]).any() else 0.0
        total = np.exp(hold[here[:, i], i]).sum() + beside
        attention = lived.column("attention")[here[:, i], i]
        np.testing.assert_allclose(attention, np.exp(hold[here[:, i], i]) / total, rtol=1e-5)


def test_rivals_follow_the_price_of_whoever_earned_most() -> None:
    cheap = plan("team_1", price_promotion={"discount": 0.3})
    prices = {}
    for rule in ("plain", "follow"):
        lived = MarketModel(scenario(people=600, horizon=6), (cheap,), (1, 2), Market(rivals=1, rule=rule))
        for _ in range(6):
            lived.step()
        rival = lived.communities[1].totals
        prices[rule] = rival["sales"] / rival["list_value"]
    np.testing.assert_allclose(prices["plain"], 1.0)
    assert (prices["follow"] < 0.95).all()


def test_hardly_anybody_holds_more_communities_than_they_have_time_for() -> None:
    """Friends, media and invitations find no hearing then; only two joins in one week and a return can pass by that."""
    teams = tuple(plan(f"team_{k}", referral={"reward": 1.0}, growth={}) for k in range(1, 6))
    beyond = {}
    for capacity in (2.0, 8.0):
        found = simulate_market(scenario(founders=1.0, horizon=20), (1, 2), teams, Market(capacity=capacity))
        end = found.held[found.held["week"] == 20]
        beyond[capacity] = end.loc[end["communities"] > 2, "people"].sum()
    assert beyond[2.0] < beyond[8.0] / 3


def test_messages_of_others_tire() -> None:
    fatigue = {}
    for spill in (0.0, 1.0):
        teams = (plan("team_1"), plan("team_2", contact={"frequency": 7.0}))
        lived = MarketModel(scenario(founders=1.0), teams, (1, 2, 3), Market(spill=spill, capacity=8))
        for _ in range(20):
            lived.step()
        here = lived.column("status") == Status.MEMBER
        fatigue[spill] = lived.communities[0].standing.fatigue[here.all(axis=0)].mean()
    assert fatigue[1.0] > fatigue[0.0] + 0.1


def test_a_market_is_an_experiment_like_any_other(store) -> None:
    base, terms = scenario(people=150, horizon=8), Market(rivals=1, window=4)
    teams = (LOUD, plan("team_1"))
    asked = MarketExperiment.between(base, teams, (4, 2, 9), terms)
    assert (asked.worlds, asked.work, asked.rows) == (3, 150 * 8 * 3 * 3, 9 * 3 * 3) and [*asked.fingerprints] == [
        "market"
    ]
    found = run(asked, store=store)
    assert isinstance(found, MarketResults)
    assert found.plans == ("team_3", "team_1", "rival_1") and found.seeds == (4, 2, 9)
    direct = simulate_market(base, (2,), teams, terms)
    again = run(asked, store=store)
    assert_same((again.weekly,), (found.weekly,))
    mine = found.weekly[found.weekly["seed"] == 2].sort_values(["plan", "week"])
    assert_same((mine,), (direct.weekly.sort_values(["plan", "week"]),))
    shares = found.shares()
    np.testing.assert_allclose(shares.groupby("week")["mean"].sum(), 1.0)
    moves = found.moves(2)
    assert moves["mean"].sum() == pytest.approx(150) and (moves["low"] <= moves["mean"]).all()
    assert found.provenance["market"]["rivals"] == 1
    other = MarketExperiment.between(base, teams, (4, 2, 9), Market(rivals=1, window=4, spill=0.1))
    assert other.key() != asked.key() and other.fingerprints != asked.fingerprints
    with pytest.raises(LabError, match="plans same name"):
        MarketExperiment.between(base, (plan("rival_1"),), (1,), terms)
    assert [each.name for each in rival_plans(terms)] == ["rival_1"]


def test_tables_can_be_read_before_the_end() -> None:
    lived = MarketModel(scenario(people=100, horizon=20), (plan("team_1"), LOUD), (1, 2), Market(window=5))
    for _ in range(5):
        lived.step()
    found = tables(lived)
    assert set(found.flows["window"]) == {1} and found.weekly["week"].max() == 5

"""The model as a Mesa model: visible week, views on rows, an operator with an account, batches that change nothing."""

from __future__ import annotations

import gc
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest

from simulation import population
from simulation.fairness import top_share
from simulation.members import Member, Status
from simulation.model import SCHEDULE, CommunityModel, simulate
from simulation.network import Graph
from simulation.outcomes import TOTALS, WEEKLY
from simulation.scenario import Plan, Scenario, load_plan

SMALL = Scenario.parse({"population": {"size": 200, "founders": 0.5}, "horizon": 12})


def test_model_and_agents_are_mesas() -> None:
    model = CommunityModel(SMALL, (1, 2))
    assert isinstance(model, mesa.Model)
    assert isinstance(model.operator, mesa.Agent)
    member = model.member(5, world=1)
    assert isinstance(member, mesa.Agent)
    assert member is model.member(5, world=1)
    assert {type(agent) for agent in model.agents} == {type(model.operator), Member}


def test_member_views_the_row_as_it_changes() -> None:
    model = CommunityModel(SMALL, (1, 2))
    member = model.member(3, world=1)
    row = 200 + 3
    for _ in range(6):
        model.step()
        assert member.trust == model.standing.trust[row]
        assert member.status == model.standing.status[row]
        assert member.deal == model.people.deal[row]
    assert len(member.ties) == model.people.degree[row]
    with pytest.raises(AttributeError, match="no 'wealth'"):
        _ = member.wealth


def test_week_is_one_visible_tuple() -> None:
    assert [process.__name__ for process in SCHEDULE] == [
        "plan_week", "look_around", "decide", "invite", "group", "join", "arrive", "post", "create", "subscribe",
        "choose", "buy", "serve", "trust", "climb", "feel", "tire", "bond", "leave", "place", "close_books",
    ]  # fmt: skip
    assert all(process.__doc__ for process in SCHEDULE)


def test_numbers_of_a_world_do_not_depend_on_its_batch() -> None:
    together = simulate(SMALL, (4, 7, 9))
    for seed in (4, 7, 9):
        alone = simulate(SMALL, (seed,))
        for several, single in zip(together, alone, strict=True):
            mine = several[several["seed"] == seed].reset_index(drop=True)
            pd.testing.assert_frame_equal(mine, single, check_exact=True)


def test_a_model_that_nobody_holds_is_forgotten() -> None:
    forgotten = []
    for seed in range(3):
        model = CommunityModel(SMALL, (seed,))
        model.step()
        assert model.member(3).unique_id != model.operator.unique_id
        forgotten.append(weakref.ref(model))
    del model
    gc.collect()
    assert [model() for model in forgotten] == [None] * 3


def test_twins_share_a_world_and_of_large_ones_only_the_last_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = (Scenario.parse({"population": {"size": size}}) for size in (60, 61))
    monkeypatch.setattr(population, "LARGE", 60)

    def drawn(scenario: Scenario, seed: int) -> Graph:
        return population.world_of(scenario.population, scenario.graph, seed)[0]

    first, second = drawn(small, 1), drawn(small, 2)
    assert drawn(small, 1) is first
    assert drawn(small, 2) is second
    kept = drawn(large, 1)
    assert drawn(large, 1) is kept
    drawn(large, 2)
    assert drawn(large, 1) is not kept


def test_worlds_of_different_seeds_differ() -> None:
    worlds = simulate(SMALL, (1, 2)).worlds
    assert worlds["revenue"].nunique() == 2


def test_nobody_is_counted_twice_or_lost() -> None:
    model = CommunityModel(SMALL, (3,))
    before = int((model.standing.status == Status.MEMBER).sum())
    for _ in range(12):
        model.step()
        now = int((model.standing.status == Status.MEMBER).sum())
        assert now == before + int(model.totals["joins"][0]) - int(model.totals["leaves"][0])
        assert model.totals["members"][0] == now
        before = now


def test_books_balance() -> None:
    plan = load_plan("all_good")
    tables = simulate(SMALL.with_plan(plan), (1, 2, 3))
    spent = tables.ledger.pivot(index="seed", columns="item", values="amount")
    worlds = tables.worlds.set_index("seed")
    strategies = spent[list(plan.strategies)].sum(axis=1)
    np.testing.assert_allclose(worlds["strategy_cost"], strategies)
    np.testing.assert_allclose(worlds["profit"], worlds["revenue"] - spent["goods"] - spent["platform"] - strategies)


def test_streams_of_every_week_add_up_to_other_revenue_and_to_the_books() -> None:
    plan = Plan.parse({"name": "sells", "strategies": {"subscription": {}, "ecosystem": {}, "digital_assets": {}}})
    tables = simulate(SMALL.with_plan(plan), (1, 2, 3))
    by_week = tables.streams.groupby(["seed", "week"])["amount"].sum()
    other = tables.weekly[tables.weekly["week"] > 0].set_index(["seed", "week"])["other_revenue"]
    assert tables.streams["stream"].nunique() > 1 and by_week.sum() > 0
    np.testing.assert_allclose(by_week, other, atol=1e-9)
    booked = tables.ledger.pivot(index="seed", columns="item", values="amount")
    whole = tables.streams.pivot_table(index="seed", columns="stream", values="amount", aggfunc="sum")
    np.testing.assert_allclose(whole, booked[[f"income.{stream}" for stream in whole]])
    alone = simulate(SMALL.with_plan(plan), (2,)).streams
    together = tables.streams[tables.streams["seed"] == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, together, check_exact=True)
    assert simulate(SMALL, (1,)).streams.empty, "who earns by sales alone has no other stream"


def test_every_declared_outcome_is_in_the_tables() -> None:
    tables = simulate(SMALL, (1,))
    assert set(WEEKLY) <= set(tables.weekly.columns)
    assert set(TOTALS) <= set(tables.worlds.columns)
    assert tables.weekly["week"].tolist() == list(range(13))


def test_overdrawn_operator_pauses_until_the_budget_has_caught_up() -> None:
    plan = Plan.parse({"name": "poor", "budget": 2, "strategies": {"contact": {"frequency": 2, "cost": 1}}})
    weekly = simulate(SMALL.with_plan(plan), (1,)).weekly
    contacts = weekly["contacts"].to_numpy()[1:]
    assert contacts[0] > 0
    assert (contacts == 0).any()
    assert weekly["strategy_cost"].sum() <= 2 * 12 + weekly["strategy_cost"].max()


def test_strengths_of_a_cached_graph_stay_untouched() -> None:
    first = simulate(SMALL, (1,)).worlds
    pd.testing.assert_frame_equal(first, simulate(SMALL, (1,)).worlds, check_exact=True)


@pytest.mark.parametrize(("values", "share", "expected"), [([1, 1, 1, 97], 0.25, 0.97), ([0, 0], 0.5, np.nan)])
def test_top_share(values: list[float], share: float, expected: float) -> None:
    assert top_share(np.array(values, float), share) == pytest.approx(expected, nan_ok=True)

"""The columns must live exactly the life that one plain agent per person lives."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum

import numpy as np
import pytest

from simulation.effects import Channel
from simulation.members import Layer, Mode, Role, Source
from simulation.model import SCHEDULE, CommunityModel
from simulation.scenario import Plan, Scenario
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES
from simulation.streams import STREAMS, uniforms
from simulation.view import Nature
from tests.reference.compare import disagreements
from tests.reference.luck import DealtLuck, TossedLuck
from tests.reference.model import WEEK, ReferenceModel
from tests.reference.restless import EveryChannel
from tests.reference.window import Window

WEEKS = 30


def plans() -> dict[str, Plan]:
    """Nothing at all, each strategy gently and hard, all of them together, and a strategy that knows no restraint."""
    found = {"neutral": Plan(name="neutral"), "every_channel": Plan(strategies={"every_channel": EveryChannel()})}
    gentle, hard = {}, {}
    for name, kind in STRATEGIES.items():
        levers = [declared for declared in kind.declared() if declared.role == "lever"]
        gentle[name] = kind()
        hard[name] = kind(start=3, stop=25, **{d.name: d.low + 0.8 * (d.high - d.low) for d in levers if not d.integer})
        found[name] = Plan(strategies={name: gentle[name]})
        found[f"{name}_hard"] = Plan(strategies={name: hard[name]})
    found["all"] = Plan(strategies=gentle)
    found["all_hard_on_a_budget"] = Plan(strategies=hard, budget=60)
    found["every_channel_on_a_budget"] = Plan(strategies={"every_channel": EveryChannel()}, budget=90)
    found["every_channel_short_of_time"] = Plan(strategies={"every_channel": EveryChannel()}, hours=3, wage=25)
    return found


PLANS = plans()


def scenario(plan: Plan, **given) -> Scenario:
    busy = {"size": 200, "founders": 0.2, "posting_median": 0.2, "purchase_weeks": 4}
    population = busy | given.pop("population", {})
    # Every layer within the horizon, and every way of deciding.
    short = {
        "placing": {"newcomer": 3, "warning": 4, "dormant": 7},
        "deciding": {"unsure": 0.03},
        "grouping": {"strangers": 1},
    }
    behaviour = short | given.pop("behaviour", {})
    return Scenario.parse({"population": population, "behaviour": behaviour, "horizon": WEEKS, "plan": plan} | given)


def live_together(scenario: Scenario, seed: int = 7) -> CommunityModel:
    """Step both models in turn and compare everything after every week."""
    engine, reference = CommunityModel(scenario, (seed,)), ReferenceModel(scenario, seed)
    for _ in range(scenario.horizon):
        engine.step()
        reference.step()
        found = disagreements(engine, reference)
        assert not found, f"week {engine.week}: " + "; ".join(found[:6])
    return engine


@pytest.mark.parametrize("plan", PLANS)
def test_columns_and_agents_agree_under_every_plan(plan):
    live_together(scenario(PLANS[plan]))


@pytest.mark.parametrize("dropout", ["weekly", "after_purchase"])
@pytest.mark.parametrize("kind", ["holme_kim", "barabasi_albert", "watts_strogatz", "random"])
def test_they_agree_on_every_graph_and_both_ways_of_losing_customers(kind, dropout):
    live_together(
        scenario(
            PLANS["every_channel"],
            graph={"kind": kind, "ties": 3},
            population={"dropout": dropout, "arrivals": (0.5, 0.25, 0.25)},
        )
    )


@pytest.mark.parametrize("shock", SHOCKS)
def test_they_agree_when_something_happens(shock):
    live_together(scenario(PLANS["every_channel"], shocks=(SHOCKS[shock](week=5, size=0.8),)))


@pytest.mark.parametrize(
    "given",
    [
        {"behaviour": {"feeling": {"prepotency": 0.7}}},
        {"behaviour": {"placing": {"newcomer": 6, "warning": 9, "dormant": 5}, "grouping": {"asked": 2}}},
        {"economy": {"margin": 0.7}, "behaviour": {"deciding": {"tolerance": 0.1, "home": -0.5}}},
    ],
    ids=["needs_are_a_ladder", "dormant_before_a_warning", "a_high_margin_laid_open"],
)
def test_they_agree_where_things_are_otherwise(given):
    live_together(scenario(PLANS["every_channel"], **given))


def test_strategies_see_the_same_in_both():
    plan = scenario(PLANS["every_channel"])
    engine, reference = CommunityModel(plan, (7,)), ReferenceModel(plan, 7)
    for _ in range(4):
        engine.step()
        reference.step()
    nature, window = Nature(engine), Window(reference)
    assert {name for name in dir(nature) if not name.startswith("_")} <= set(dir(window))
    for mine, theirs in ((nature.members, window.members), (nature.log, window.log),
                         (nature.standing, window.standing), (nature.traits, window.traits)):  # fmt: skip
        assert set(mine) == set(theirs)
        for name, column in mine.items():
            assert theirs[name].dtype == column.dtype, name
            assert theirs[name] == pytest.approx(column, rel=1e-4, abs=1e-4), name
    assert {name: total.shape for name, total in nature.totals.items()} == dict.fromkeys(window.totals, (1,))
    assert np.array_equal(nature.coins(3), window.coins(3)) and np.array_equal(nature.birthdays(), window.birthdays())
    for name in ("week", "worlds", "margin", "starts", "world", "seeds"):
        assert np.array_equal(getattr(nature, name), getattr(window, name)), name
    assert all(np.array_equal(a, b) for a, b in zip(nature.connections, window.connections, strict=True))


def test_every_channel_moves_every_channel():
    engine = CommunityModel(scenario(PLANS["every_channel"]), (7,))
    everybody, singled_out = set(), set()
    for _ in range(5):
        engine.step()
        offered, slot = engine.effect_arrays, engine.effect_arrays.slot
        everybody |= {channel for channel in Channel if offered.world[channel].any()}
        singled_out |= {channel for channel in Channel if slot[channel] >= 0 and offered.person[slot[channel]].any()}
    assert everybody | singled_out == set(Channel)
    assert everybody & singled_out and singled_out - everybody


def test_the_week_that_is_compared_has_everything_in_it():
    """A comparison says little about what never happens."""
    engine = CommunityModel(scenario(PLANS["every_channel"]), (7,))
    happened: Counter[str] = Counter(dict.fromkeys(engine.totals, 0))
    deeds = dict.fromkeys(
        ("promoted", "demoted", "group_failed", "grouped", "given_up", "rival_joined", "rival_left"), 0
    )
    stood: dict[type[IntEnum], set[int]] = {kind: set() for kind in (Mode, Role, Layer, Source)}
    for _ in range(WEEKS):
        before = engine.standing.rival.copy()
        engine.step()
        standing, flow = engine.standing, engine.flow
        happened.update({name: float(total[0]) for name, total in engine.totals.items()})
        for name in ("promoted", "demoted", "group_failed", "grouped"):
            deeds[name] += int(getattr(flow, name).sum())
        deeds["given_up"] += int((flow.renewal_due > flow.renewed).sum())
        deeds["rival_joined"] += int((standing.rival > before).sum())
        deeds["rival_left"] += int(((standing.rival < before) & (flow.joins == 0)).sum())
        for kind, seen in stood.items():
            seen |= set(getattr(standing, kind.__name__.lower())[standing.status == 1].tolist())
    assert not [name for name in engine.totals if happened[name] <= 0]
    assert not [name for name, times in deeds.items() if times == 0]
    assert all(seen == set(kind) for kind, seen in stood.items()), stood
    assert (engine.standing.left >= 0).any() and (engine.standing.referrer >= 0).any()
    earned = engine.operator.streams
    assert earned["every_channel"][0] > 0 and engine.operator.week_hours[0] > 0


@pytest.mark.parametrize(("plan", "account"), [("on_a_budget", "balance"), ("short_of_time", "time_left")])
def test_plans_that_are_compared_run_out_of_money_and_time(plan, account):
    engine = CommunityModel(scenario(PLANS[f"every_channel_{plan}"]), (7,))
    paid = set()
    for _ in range(WEEKS):
        engine.step()
        paid.add(bool(engine.operator.paying[0]))
    assert paid == {True, False}
    assert getattr(engine.operator, account)[0] != 0


def test_the_reference_lives_the_schedule_of_the_engine():
    assert ["plan_week", *WEEK, "close_books"] == [process.__name__ for process in SCHEDULE]


def test_plain_luck_is_named_luck():
    tossed, dealt = TossedLuck(2**40 + 5), DealtLuck(2**40 + 5, 40)
    for week, person, decision in ((1, 0, "buy"), (1, 39, "buy"), (52, 17, "churn"), (53, 17, "join")):
        expected = tuple(map(float, uniforms(2**40 + 5, week, person, STREAMS[decision])))
        assert tossed.toss(week, person, decision) == expected
        assert tuple(dealt.toss(week, person, decision)) == expected

"""The columns must live exactly the life that one plain agent per person lives."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from simulation.effects import Channel
from simulation.model import SCHEDULE, CommunityModel
from simulation.scenario import Plan, Scenario
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES, Strategy
from simulation.streams import STREAMS, uniforms
from tests.reference.compare import disagreements
from tests.reference.luck import DealtLuck, TossedLuck
from tests.reference.model import WEEK, ReferenceModel

WEEKS = 30


class EveryChannel(Strategy):
    """Moves every channel at once, some for singled-out people only and some back and forth over the weeks."""

    id: ClassVar[str] = "every_channel"
    strength: float = 1.0

    def act(self, world, effects):
        swing = self.strength * (1 + world.week % 5) / 5
        for channel, amount in {
            Channel.CONTACT: 1.7, Channel.RELEVANCE: 0.2, Channel.SELLING: 0.4, Channel.REWARD: 0.6,
            Channel.PERFORMANCE: 0.5, Channel.RECOGNITION: 0.7, Channel.COCREATION: 0.3,
            Channel.COCREATION_SUCCESS: 0.4, Channel.REFERRAL: 0.9, Channel.TRANSPARENCY: 0.8,
            Channel.HUMAN: 0.5, Channel.FAILURE: 0.9,
            Channel.PERSONALISATION: 0.9, Channel.EVENTS: 0.6, Channel.CHURN: 0.3, Channel.BUYING: 0.5,
            Channel.POSTING: 0.4, Channel.JOINING: 1.5, Channel.BAD: 0.1, Channel.GOOD: 0.2,
        }.items():  # fmt: skip
            effects.add(channel, amount * swing)
        effects.add(Channel.TIER, self.strength)
        effects.add(Channel.TIER_STEP, 60 * swing)
        effects.add(Channel.PRICE, 0.3 * self.strength * np.sin(world.week))
        member = world.members["status"] == 1
        effects.add_to(Channel.BUYING, np.where(world.members["tier"] > 0, 0.4 * self.strength, 0).astype(np.float32))
        effects.add_to(Channel.CONTACT, np.where(member & (world.members["recency"] > 6), 0.5, 0).astype(np.float32))
        leavers = (np.arange(len(member)) % 37 == world.week % 37).astype(np.float32)
        effects.add_to(Channel.DEPART, leavers * self.strength)

    def bill(self, world):
        return 0.3 * world.total("contacts") + 0.05 * world.total("tier_spend") + 1.0 * world.total("failures")


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
    found["every_channel_on_a_budget"] = Plan(strategies={"every_channel": EveryChannel()}, budget=120)
    return found


PLANS = plans()


def scenario(plan: Plan, **given) -> Scenario:
    busy = {"size": 200, "founders": 0.5, "posting_median": 0.2, "purchase_weeks": 4}
    population = busy | given.pop("population", {})
    return Scenario.parse({"population": population, "horizon": WEEKS, "plan": plan} | given)


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


def test_the_week_that_is_compared_has_everything_in_it():
    """A comparison says little about what never happens."""
    engine = CommunityModel(scenario(PLANS["every_channel"], population={"founders": 0.3}), (7,))
    happened = dict.fromkeys(engine.totals, 0.0)
    promoted = demoted = 0
    for _ in range(WEEKS):
        engine.step()
        for name, total in engine.totals.items():
            happened[name] += float(total[0])
        promoted += int(engine.flow.promoted.sum())
        demoted += int(engine.flow.demoted.sum())
    assert all(total > 0 for total in happened.values()), happened
    assert promoted and demoted
    assert (engine.standing.left >= 0).any() and (engine.standing.referrer >= 0).any()


def test_the_reference_lives_the_schedule_of_the_engine():
    assert ["plan_week", *WEEK, "close_books"] == [process.__name__ for process in SCHEDULE]


def test_plain_luck_is_named_luck():
    tossed, dealt = TossedLuck(2**40 + 5), DealtLuck(2**40 + 5, 40)
    for week, person, decision in ((1, 0, "buy"), (1, 39, "buy"), (52, 17, "churn"), (53, 17, "join")):
        expected = tuple(map(float, uniforms(2**40 + 5, week, person, STREAMS[decision])))
        assert tossed.toss(week, person, decision) == expected
        assert tuple(dealt.toss(week, person, decision)) == expected

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import explain
from simulation.effects import Channel
from simulation.members import NEEDS, Status
from simulation.model import SCHEDULE, CommunityModel
from simulation.processes.buying import buy
from simulation.processes.joining import join
from simulation.processes.leaving import leave
from simulation.processes.posting import post
from simulation.scenario import Scenario, load_plan, load_scenario
from simulation.streams import STREAMS, poisson, uniform_block
from tests.reference.restless import EveryChannel
from tests.worlds import same

WEEKS = 25


def busy(prepotency: float = 0, dropout: str = "weekly") -> Scenario:
    """A community in which every channel moves, for everybody and for single people."""
    population = {"size": 300, "founders": 0.3, "posting_median": 0.3, "purchase_weeks": 4, "dropout": dropout}
    behaviour = {"feeling": {"prepotency": prepotency}, "deciding": {"unsure": 0.03}, "grouping": {"strangers": 1}}
    scenario = Scenario.parse({"population": population, "behaviour": behaviour, "horizon": WEEKS,
                               "economy": {"margin": 0.45}})  # fmt: skip
    return scenario.with_plan(scenario.plan.model_copy(update={"strategies": {"every_channel": EveryChannel()}}))


def summed(terms: explain.Terms) -> np.ndarray:
    return np.sum([term for name, term in terms.items() if name != "taken"], axis=0)


@pytest.mark.parametrize("prepotency", [0, 0.7])
@pytest.mark.parametrize("dropout", ["weekly", "after_purchase"])
def test_ledgers_add_up_to_what_the_engine_decided(prepotency: float, dropout: str) -> None:
    model = CommunityModel(busy(prepotency, dropout), (7,))
    said: dict[str, explain.Terms] = {}
    member: dict[str, np.ndarray] = {}

    def asks(name, ask):
        def look(world: CommunityModel) -> None:
            said[name], member[name] = ask(world), world.standing.status == Status.MEMBER

        return look

    for name, process in (("joining", join), ("posting", post), ("buying", buy), ("leaving", leave)):
        model.watchers[process] = asks(name, getattr(explain, name))
    decided = {"leaving": 0, "posting": 0, "buying": 0, "joining": 0}
    for _ in range(WEEKS):
        before = model.standing.status.copy()
        model.step()
        p, s, f = model.people, model.standing, model.flow
        coins = {name: uniform_block(7, model.week, STREAMS[name], 300)[:, 0] for name in ("post", "buy", "join")}
        here = member["leaving"]
        pressure = np.clip(summed(said["leaving"]), -8, 8)
        assert pressure[here] == pytest.approx(s.pressure[here], abs=2e-5)
        mean = p.posting * (0.3 + 0.7 * explain.RESTED) * np.exp(summed(said["posting"]))
        posts = [poisson(u, m) for u, m in zip(coins["post"], np.minimum(mean, 40), strict=True)]
        assert (np.array(posts) == f.posts)[here].mean() > 0.999
        mean = p.rate * np.exp(summed(said["buying"]))
        orders = np.array([poisson(u, m) for u, m in zip(coins["buy"], np.minimum(mean, 30), strict=True)])
        assert (orders + f.group_order == f.orders)[here & (f.dropout == 0)].mean() > 0.999
        fresh = (before == Status.PROSPECT) & (f.inviter < 0) & (f.grouped == 0)
        comes = (coins["join"] > np.exp(-summed(said["joining"]))) | (said["joining"]["founder"] > 0)
        assert (comes == (f.joins == 1))[fresh].all()
        for name, count in (("leaving", f.leaves), ("posting", f.posts), ("buying", f.orders), ("joining", f.joins)):
            decided[name] += int(count.sum())
            assert set(said[name]) == set(explain.CAUSES[name])
    assert min(decided.values()) > 20, decided


def test_every_cause_stirs_somewhere_when_every_channel_does() -> None:
    model = CommunityModel(busy(), (7,))
    stirred: dict[str, set[str]] = {name: set() for name in explain.DECISIONS}

    def look(name, ask):
        def watch(world: CommunityModel) -> None:
            stirred[name] |= {cause for cause, term in ask(world).items() if np.abs(term).max() > 1e-6}

        return watch

    for name, process in (("joining", join), ("posting", post), ("buying", buy), ("leaving", leave)):
        model.watchers[process] = look(name, getattr(explain, name))
    model.run()
    for name in explain.DECISIONS:
        assert stirred[name] >= set(explain.CAUSES[name]) - {"founder"}, name


def test_needs_add_up_to_satisfaction_less_expectation() -> None:
    for prepotency in (0, 0.5, 1):
        model = CommunityModel(busy(prepotency), (3,))
        for _ in range(8):
            model.step()
        here = model.standing.status == Status.MEMBER
        found = explain.needs(model).sum(axis=1)[here]
        surplus = (model.standing.satisfaction - model.standing.aspiration)[here]
        assert found == pytest.approx(surplus, abs=1e-5)


def _hazards(plan: str, week: int, removed: str | None) -> tuple[np.ndarray, explain.Terms, np.ndarray]:
    """Hazard of everybody in a week in which one cause has no hold on leaving, in a world the same until then."""
    model = CommunityModel(load_scenario("product").with_plan(load_plan(plan)), (1,))
    said: list[explain.Terms] = []
    model.watchers[leave] = lambda world: said.append(explain.leaving(world))
    while model.week < week - 1:
        model.step()
    neutral = {
        "trust": ("trust", 0),
        "fatigue": ("fatigue", 0),
        "friends": ("contagion", 1),
        "needs": ("satisfaction", 0),
    }
    if removed is not None:
        field, value = neutral[removed]
        leaving = model.spec.behaviour.leaving.model_copy(update={field: value})
        model.coefficients["leaving"] = leaving.record()
    model.step()
    return model.flow.hazard.copy(), said[week - 1], model.standing.status.copy()


@pytest.mark.parametrize("plan", ["broadcast_blitz", "neutral"])
def test_without_the_largest_cause_the_hazard_falls_most(plan: str) -> None:
    week = 20
    base, said, _ = _hazards(plan, week, None)
    needs = sum(said[name] for name in NEEDS)
    pushes = {"trust": said["trust"], "fatigue": said["fatigue"], "friends": said["friends"], "needs": needs}
    table = np.stack(list(pushes.values()))
    largest, clear = table.argmax(axis=0), np.sort(table, axis=0)
    sure = (base > 0) & (clear[-1] > 0.05) & (clear[-1] > clear[-2] + 1e-3)
    assert sure.sum() > 30
    falls = np.stack([base - _hazards(plan, week, name)[0] for name in pushes])
    assert (falls.argmax(axis=0) == largest)[sure].all()


def test_who_looks_on_changes_nothing() -> None:
    plain, watched = (CommunityModel(busy(), (5,)) for _ in range(2))
    for process in SCHEDULE:
        watched.watchers[process] = explain.leaving
    same(plain.run(), watched.run())


def test_a_proposal_for_one_person_stands_beside_that_for_all() -> None:
    model = CommunityModel(busy(), (7,))
    for _ in range(3):
        model.step()
    offered = model.effect_arrays
    single = [channel for channel in Channel if offered.slot[channel] >= 0]
    assert single
    for channel in single:
        both = offered.world[channel, 0] + offered.person[offered.slot[channel]]
        assert explain.said(model, channel) == pytest.approx(both, abs=1e-6)

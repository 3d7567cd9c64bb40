"""People as the source documents describe them (P1–P10): needs, trust, influence, roles, attention, fatigue."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from simulation.effects import Channel
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.processes.bonding import bond
from simulation.processes.deciding import decide
from simulation.processes.feeling import feel
from simulation.processes.neighbourhood import look_around
from simulation.processes.serving import serve
from simulation.processes.tiring import tire
from simulation.processes.trusting import trust
from simulation.scenario import Scenario, load_scenario

SEEDS = (1, 2, 3, 4)
TYPES = ("product", "interest", "brand", "knowledge", "tool")


def world(*, weeks: int = 40, strategies: Any = None, shocks: Any = (), **behaviour: Any) -> CommunityModel:
    """Four worlds of 500 people, two thirds of them founders, lived to the end."""
    scenario = Scenario.parse(
        {
            "population": {"size": 500, "founders": 0.66},
            "behaviour": behaviour,
            "plan": {"strategies": strategies or {}},
            "shocks": shocks,
            "horizon": weeks,
        }
    )
    model = CommunityModel(scenario, SEEDS)
    model.run()
    return model


def under(model: CommunityModel, **channels: Any) -> CommunityModel:
    """The model with these sums proposed for this week, one number or one per person."""
    model.effects.clear()
    for name, amount in channels.items():
        channel = Channel[name.upper()]
        if np.ndim(amount):
            model.effects.add_to(channel, np.asarray(amount, np.float32))
        else:
            model.effects.add(channel, amount)
    model.effect_arrays = model.effects.arrays()
    return model


def members(model: CommunityModel) -> Any:
    return model.standing.status == Status.MEMBER


def weekly(model: CommunityModel, outcome: str, first: int = 1) -> float:
    table = model.tables().weekly
    return float(table.loc[table["week"] >= first, outcome].mean())


# P1: five needs


@pytest.mark.parametrize("h", [0.0, 0.5, 1.0])
def test_satisfaction_is_the_weighted_sum_of_needs_and_a_ladder_with_prepotency(h: float) -> None:
    model = world(weeks=8, feeling={"prepotency": h, "product_fit": 0.01})
    for row in np.flatnonzero(members(model))[:60]:
        needs, weights = model.standing.need[row].astype(float), model.people.need_weight[row].astype(float)
        reached = [np.prod([1 - h + h * min(1, n / 0.5) for n in needs[:k]]) for k in range(5)]
        expected = (weights * reached * needs).sum() / (weights * reached).sum()
        assert model.standing.satisfaction[row] == pytest.approx(expected, abs=1e-5)


def test_prepotency_lowers_the_weight_of_higher_needs_while_lower_ones_are_unmet() -> None:
    gain = {}
    for h in (0.0, 1.0):
        poor: dict[str, Any] = {"prepotency": h, "product_fit": 0, "calm": 0}
        plain, learned = (world(feeling=poor | {"learning": size}) for size in (0.05, 0.2))
        gain[h] = weekly(learned, "satisfaction", 20) - weekly(plain, "satisfaction", 20)
    assert 0 < gain[1.0] < 0.7 * gain[0.0]


def test_higher_needs_are_more_individual_and_types_weigh_needs_differently() -> None:
    weights = CommunityModel(load_scenario("product"), (1,)).people.need_weight
    spread = weights.std(axis=0) / weights.mean(axis=0)
    assert spread[0] < spread[2] < spread[4]
    leading = {name: int(CommunityModel(load_scenario(name), (1,)).people.need_weight.mean(axis=0).argmax())
               for name in TYPES}  # fmt: skip
    assert leading == {"product": 0, "interest": 2, "brand": 3, "knowledge": 4, "tool": 0}


# P2: trust, and ties that grow between half-acquaintances


def test_trust_is_slow_to_gain_and_quick_to_lose() -> None:
    model = world(weeks=1, trusting={"hearsay": 0})
    rows = np.flatnonzero(members(model))[:3]
    model.standing.trust_for[:], model.standing.trust_against[:], model.standing.trust[:] = 3, 2, 0.6
    before = model.standing.trust[rows].copy()
    model.flow.good[:], model.flow.bad[:] = 0, 0
    model.flow.good[rows[0]], model.flow.bad[rows[1]] = 1, 1
    trust(model)
    rise, fall, rest = model.standing.trust[rows] - before
    assert fall < rest < 0 < rise or fall < 0 <= rest < rise
    assert -fall > 2 * rise


def test_ties_grow_between_those_who_are_active_together_and_only_between_them() -> None:
    model = world(weeks=1)
    graph, start = model.graph, model.strength.copy()
    here = np.flatnonzero(members(model))
    model.flow.posts[:], model.flow.orders[:], model.flow.cocreated[:], model.flow.salon[:] = 0, 0, 0, 0
    busy = np.zeros(len(members(model)), bool)
    busy[here[::2]] = True
    model.flow.posts[busy] = 1
    bond(model)
    one = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
    together = busy[one] & busy[graph.indices]
    assert together.any()
    assert model.strength[together] == pytest.approx(start[together] + 0.02 * (1 - start[together]), rel=1e-5)
    assert (model.strength[~together] == start[~together]).all()
    assert model.strength.max() <= 1


# P3: influence


def test_who_knows_members_joins_by_word_of_mouth() -> None:
    def advantage(mouth: float) -> float:
        model = world(weeks=10, joining={"mouth": mouth, "media": 0.02 - mouth / 2})
        fresh = CommunityModel(model.spec, SEEDS)
        look_around(fresh)
        near = fresh.flow.member_ties / np.maximum(fresh.flow.total_ties, 1e-9)
        outside = fresh.standing.status == Status.PROSPECT
        came = model.standing.joined >= 0
        well, badly = outside & (near > np.median(near[outside])), outside & (near <= np.median(near[outside]))
        return float(came[well].mean() - came[badly].mean())

    assert advantage(0.04) > 0.08
    assert abs(advantage(0.0)) < 0.04


def test_an_empowered_voice_carries_praise_while_trusting_and_complaints_when_not() -> None:
    model = world(weeks=1)
    heard = {}
    for trusting in (0.8, 0.5, 0.2):
        model.standing.trust[:] = trusting
        look_around(under(model, voice=1.0))
        heard[trusting] = model.flow.mouth_ties.sum()
    silent = model.flow.member_ties.sum()
    assert heard[0.8] > 1.5 * silent
    assert heard[0.5] == pytest.approx(silent)
    assert heard[0.2] < 0.7 * silent


def test_hubs_reach_more_people_than_others() -> None:
    model = CommunityModel(load_scenario("product"), (1,))
    reach = np.sort(np.diff(model.graph.indptr))[::-1]
    assert reach[: len(reach) // 20].sum() > 0.15 * reach.sum()
    assert reach[0] > 5 * np.median(reach)


# P6: attention and the rival


def test_a_rival_takes_attention_posts_and_members() -> None:
    alone = world(deciding={"rival_joining": 0}, strategies={"contact": {}})
    contested = world(deciding={"rival_joining": 0.05, "home": 0}, strategies={"contact": {}})
    assert weekly(alone, "attention") == pytest.approx(1)
    assert weekly(alone, "rival_share") == 0
    assert weekly(contested, "attention", 20) < 0.85
    assert weekly(contested, "rival_share", 20) > 0.2
    assert weekly(contested, "posts", 20) < 0.9 * weekly(alone, "posts", 20)
    assert weekly(contested, "members", 40) < weekly(alone, "members", 40)


def test_the_stronger_the_rivals_pull_the_less_attention_is_left() -> None:
    def share(pull: float) -> Any:
        model = world(weeks=2, deciding={"rival_joining": 0.05, "rival_quitting": 0})
        model.standing.rival[:] = 1
        decide(under(model, rival=pull))
        return model.standing.attention[members(model)]

    assert (share(2.0) < share(0.0)).all()
    assert (share(-2.0) > share(0.0)).all()


# P7: community types


def test_the_five_types_differ_pairwise_in_outcomes() -> None:
    lives = {}
    plan = Scenario.parse({"plan": {"strategies": {"contact": {}}}}).plan
    for name in TYPES:
        scenario = load_scenario(name).model_copy(update={"horizon": 52})
        tables = CommunityModel(scenario.with_plan(plan), SEEDS).run()
        worlds, last = tables.worlds, tables.weekly[tables.weekly["week"] > 26].groupby("seed")
        lives[name] = np.column_stack(
            [worlds["retention_26"], worlds["top10_posters_share"], worlds["value_density"],
             last["posts"].sum() / last["members"].sum(), last["orders"].sum() / last["members"].sum()]
        )  # fmt: skip
    for one, other in combinations(TYPES, 2):
        a, b = lives[one], lives[other]
        error = np.sqrt((a.var(axis=0, ddof=1) + b.var(axis=0, ddof=1)) / len(SEEDS))
        clear = np.abs(a.mean(axis=0) - b.mean(axis=0)) > 3 * error
        assert clear.sum() >= 2, f"{one} and {other} are hardly different"


# P9: privacy concern and the anxiety of being harvested


def test_wariness_rises_by_intrusions_and_falls_with_control() -> None:
    deep: dict[str, Any] = {"personalisation": {"depth": 1}}
    nothing, watched, asked = (
        world(strategies={"contact": {"frequency": 1}} | more)
        for more in ({}, deep, deep | {"privacy_protection": {"control": 0.9}})
    )
    assert weekly(nothing, "wariness") == 0
    assert weekly(watched, "wariness", 20) > 3 * weekly(asked, "wariness", 20) > 0
    assert weekly(watched, "trust", 30) < weekly(asked, "trust", 30)


def test_sales_pitches_and_exposure_make_wary_and_calm_returns() -> None:
    model = world(weeks=1)
    here = members(model)
    model.flow.intrusion[:] = 0
    model.flow.invites_seen[:] = 2
    tire(under(model, commerce=0.0))
    assert (model.standing.wary[here] == 0).all()
    tire(under(model, commerce=1.0))
    assert model.standing.wary[here] == pytest.approx(0.05 * 2)
    model.flow.invites_seen[:] = 0
    tire(under(model))
    assert model.standing.wary[here] == pytest.approx(0.95 * 0.1)
    for control, expected in ((0.0, 1.0), (1.0, 0.0)):
        model.standing.wary[:] = 0
        tire(under(model, exposure=1.0, control=control))
        assert model.standing.wary[here] == pytest.approx(0.05 * expected * model.people.privacy[here], abs=1e-6)


def test_the_privacy_minded_are_intruded_upon_more_often() -> None:
    model = world(weeks=10, strategies={"contact": {"frequency": 1}})
    times = np.zeros(len(model.people.world))
    model.flow.contacts[:] = 1
    for week in range(11, 200):
        model.week = week
        serve(under(model, personalisation=1.0))
        times += model.flow.intrusion
    here = members(model)
    concern = model.people.privacy
    shy, open_hearted = here & (concern > 0.5), here & (concern < 0.3)
    assert times[shy].mean() > 1.5 * times[open_hearted].mean()


# P10: fatigue, and content that is all alike


def test_contacts_and_events_tire_people_and_rest_restores_them() -> None:
    calm, busy = (world(strategies={"contact": {"frequency": m}}) for m in (0.5, 5))
    assert weekly(busy, "fatigue", 10) > 2 * weekly(calm, "fatigue", 10)
    model = world(weeks=1)
    model.flow.contacts[:], model.flow.invites_seen[:] = 0, 0
    model.standing.fatigue[:] = 1
    tire(under(model))
    assert model.standing.fatigue[members(model)] == pytest.approx(0.75)


def test_content_that_is_all_alike_is_of_less_use_and_tires() -> None:
    use, tired = {}, {}
    for same in (0.0, 1.0):
        model = world(weeks=1)
        here = members(model)
        model.flow.content[:], model.flow.contacts[:], model.flow.orders[:] = 0, 0, 0
        feel(under(model, supply=5.0, sameness=same))
        tire(model)
        use[same] = model.standing.need[here, 0].mean()
        tired[same] = model.standing.fatigue[here].mean()
    assert use[0.0] > use[1.0]
    assert tired[1.0] == pytest.approx(tired[0.0] + 0.06, abs=1e-5)

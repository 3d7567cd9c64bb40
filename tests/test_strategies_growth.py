"""Growth, content, service by machines, values, moderation and partners: direction and trade-off of each."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.members import Source, Status
from simulation.model import CommunityModel
from simulation.scenario import Scenario
from simulation.strategies.moderation import Moderation
from tests.worlds import CONTACT, change, lived, rises, week_mean

HUBS = {"support": 1, "koc": 0}
ADVERTISING = {"seeds": 0, "niche": 0}
STRIKE = {"shock": "moderator_strike", "week": 2, "size": 1, "length": 100}


def total(model, name):
    return model.tables().worlds[name].mean()


def gain(outcome, after, before):
    return change(outcome, after, before)[0]


def live(strategies, shocks=(), weeks=52, **more):
    """Eight worlds under strategies and shocks, which the shared worlds do not know."""
    plain = {"plan": {"strategies": CONTACT | strategies}, "shocks": list(shocks), "horizon": weeks}
    model = CommunityModel(Scenario.parse(plain | more), range(1, 9))
    while model.week < weeks:
        model.step()
    return model


def chosen(model):
    return model.operator.notebooks["key_nodes"].chosen


# Key nodes


def test_empowered_hubs_bring_members_and_the_gain_saturates():
    nothing, few, many = lived(), lived(key_nodes=HUBS | {"share": 0.03}), lived(key_nodes=HUBS | {"share": 0.3})
    assert rises("members", few, nothing)
    assert rises("members", many, few)
    # Ten times the nodes bring far from ten times the members, but cost ten times as much.
    assert gain("members", many, nothing) < 5 * gain("members", few, nothing)
    assert gain("strategy_cost", many, nothing) > 8 * gain("strategy_cost", few, nothing)
    assert rises("profit", few, many)


def test_hubs_have_the_followers_and_keen_customers_the_posts():
    hubs, keen = (lived(key_nodes={"share": 0.03, "support": 1, "koc": koc}) for koc in (0, 1))
    degree, activity = hubs.people.degree, [m.standing.activity for m in (hubs, keen)]
    assert degree[chosen(hubs)].mean() > 2 * degree[chosen(keen)].mean()
    assert activity[1][chosen(keen)].mean() > 2 * activity[0][chosen(hubs)].mean()
    assert rises("posts", keen, lived())


def test_every_world_has_its_share_of_nodes_and_all_of_them_pay():
    model = lived(key_nodes=HUBS | {"share": 0.05}, until=2)
    count = np.bincount(model.people.world, chosen(model), model.worlds)
    assert (np.abs(count - 0.05 * 400) <= 2).all()
    assert total(model, "strategy_cost") > 2 * 0.9 * count.mean()


def test_losing_hubs_hurts_more_once_they_are_empowered():
    def lost(strategies):
        calm, struck = live(strategies), live(strategies, [{"shock": "hub_loss", "week": 14, "count": 12}])
        weeks = [np.asarray(m.datacollector.model_vars["leaves"])[15:31].sum() for m in (struck, calm)]
        return weeks[0] - weeks[1]

    assert lost({"key_nodes": HUBS | {"share": 0.03, "void": 1.2}}) > lost({}) + 10


# Growth triad


def test_advertising_pays_a_little_and_each_newcomer_is_dearer_than_the_last():
    nothing, some, much = (lived(growth=ADVERTISING | {"budget": budget}) for budget in (0, 20, 400))
    assert rises("members", some, nothing)
    assert rises("members", much, some)
    assert rises("profit", some, nothing)
    assert rises("profit", nothing, much)
    won = [(m.standing.source == Source.MEDIA).sum() for m in (some, much)]
    assert total(much, "strategy_cost") / won[1] > 3 * total(some, "strategy_cost") / won[0]


def test_advertising_brings_the_deal_prone():
    model = lived(growth=ADVERTISING | {"budget": 200})
    deal, source = model.people.deal, model.standing.source
    came = model.standing.joined > 0
    assert deal[came & (source == Source.MEDIA)].mean() > deal[came & (source == Source.ORGANIC)].mean() + 0.02


def test_a_niche_holds_fewer_people_who_stay_longer():
    everybody, niche = (lived(growth={"seeds": 0, "budget": 200, "niche": n}) for n in (0, 1))
    assert rises("members", everybody, niche)
    assert rises("retention_26", niche, everybody)


def test_seed_users_bring_people_while_they_are_looked_after_and_cost_money_no_longer():
    nothing, seeds = lived(), lived(growth={"budget": 0, "seeds": 0.5, "niche": 0})
    assert week_mean(seeds, "joins", 2, 12) > 1.2 * week_mean(nothing, "joins", 2, 12)
    assert week_mean(seeds, "strategy_cost", 1, 12) > 2 * week_mean(nothing, "strategy_cost", 1, 12)
    assert week_mean(seeds, "strategy_cost", 14, 104) < 1.2 * week_mean(nothing, "strategy_cost", 14, 104)


def test_only_what_can_be_bought_is_paid_for():
    lavish = lived(growth=ADVERTISING | {"budget": 5000}, until=1)
    most = 1600 * 5 * 60 / 1000
    assert week_mean(lavish, "strategy_cost", 1, 1) == pytest.approx(most, rel=0.1)


# Content


def test_professional_content_has_a_best_amount_and_crowds_out_members_own():
    nothing, some, much = (lived(content={"professional": p, "ai": 0, "review": 0}) for p in (0, 2, 10))
    assert rises("profit", some, nothing)
    assert rises("profit", some, much)
    assert rises("retention_26", some, nothing)
    assert rises("posts", nothing, some)
    assert rises("posts", some, much)


def test_unreviewed_ai_content_is_cheap_and_costs_trust():
    nothing, flood, edited = (
        lived(content={"professional": 0, "ai": n, "review": r}) for n, r in ((0, 0), (6, 0), (6, 1))
    )
    assert rises("strategy_cost", edited, flood)
    assert rises("trust", nothing, flood)
    assert rises("retention_52", nothing, flood)
    assert rises("retention_52", edited, nothing)
    assert rises("profit", edited, flood)
    assert week_mean(flood, "fatigue", 10, 104) > week_mean(edited, "fatigue", 10, 104) + 0.05


# Service by machines


def test_human_fallback_earns_trust_at_a_price():
    alone, backed = (lived(service_ai={"ai": 1, "fallback": f}) for f in (0.0, 0.8))
    assert rises("trust", backed, alone)
    assert rises("retention_52", backed, alone)
    assert rises("strategy_cost", backed, alone)


def test_hidden_machines_sell_better_at_first_and_are_found_out():
    honest, hidden = (lived(service_ai={"ai": 1, "disclosed": d}) for d in (1, 0))
    assert week_mean(hidden, "orders", 1, 26) > 1.02 * week_mean(honest, "orders", 1, 26)
    assert week_mean(hidden, "orders", 92, 104) < week_mean(honest, "orders", 92, 104)
    assert rises("trust", honest, hidden)
    assert rises("retention_52", honest, hidden)
    soon, late = (lived(service_ai={"ai": 1, "disclosed": 0}, until=w).operator.notebooks["service_ai"].found.mean()
                  for w in (13, 104))  # fmt: skip
    assert 0 < 3 * soon < late < 1


# Values


def test_values_need_deeds_and_time():
    nothing, meant, hollow = (
        lived(value_resonance={"claims": c, "deeds": d}) for c, d in ((0, 0), (0.8, 0.8), (0.8, 0))
    )
    assert rises("trust", meant, nothing)
    assert rises("trust", nothing, hollow)
    assert rises("retention_104", meant, nothing)
    assert rises("profit", nothing, hollow)
    assert rises("strategy_cost", meant, hollow)
    assert week_mean(meant, "trust", 1, 2) < week_mean(nothing, "trust", 1, 2), "without a record there is doubt first"


def test_deeds_that_nobody_is_told_of_only_cost():
    silent = lived(value_resonance={"claims": 0, "deeds": 1})
    assert change("trust", silent, lived()) == (0, 0)
    assert rises("strategy_cost", silent, lived())


def test_louder_values_divide_people():
    nothing, loud = lived(until=52), lived(until=52, value_resonance={"claims": 1, "deeds": 1})
    member = (nothing.standing.status == Status.MEMBER) & (loud.standing.status == Status.MEMBER)
    assert loud.standing.trust[member].std() > 1.03 * nothing.standing.trust[member].std()
    moved = loud.standing.trust - nothing.standing.trust
    sceptic = loud.operator.notebooks["value_resonance"].sceptic
    assert moved[member & sceptic].mean() < -0.05
    assert moved[member & ~sceptic].mean() > 0.02


# Moderation


def test_moderation_protects_where_it_gets_rough_and_strictness_without_appeal_does_harm():
    levers = {"coverage": 1, "strictness": 0.2, "appeal": 0.5}
    bare, guarded = live({}, [STRIKE]), live({"moderation": levers}, [STRIKE])
    assert rises("trust", guarded, bare, 3)
    assert rises("members", guarded, bare)
    quiet, strict = lived(), lived(moderation={"coverage": 1, "strictness": 1, "appeal": 0})
    assert rises("trust", quiet, strict)
    assert rises("members", quiet, strict)
    heard = lived(moderation={"coverage": 1, "strictness": 1, "appeal": 1})
    assert rises("trust", heard, strict)
    assert rises("strategy_cost", heard, strict)


def test_strictness_takes_down_good_posts_and_appeals_restore_them():
    def removed(**levers):
        model = CommunityModel(Scenario.parse({"plan": {"strategies": CONTACT | {"moderation": levers}}}), range(1, 9))
        taken = posts = 0
        for _ in range(20):
            model.step()
            taken += model.totals["removed"].sum()
            posts += model.totals["posters"].sum()
        return taken / posts

    assert removed(coverage=1, strictness=0, appeal=0) == 0
    # A week's author is hit once at most, with several posts more easily.
    assert removed(coverage=1, strictness=1, appeal=0) > Moderation(coverage=1, strictness=1).alarms() > 0.1
    assert removed(coverage=1, strictness=1, appeal=1) == 0


# Ecosystem


def test_a_take_in_between_earns_most():
    nothing, greedy, fair, generous = lived(), *(lived(ecosystem={"share": s}) for s in (0.15, 0.5, 1))
    assert rises("profit", fair, nothing)
    assert rises("profit", fair, greedy)
    assert rises("profit", fair, generous)
    partners = [m.operator.notebooks["ecosystem"].count.mean() for m in (greedy, fair, generous)]
    assert partners[0] < 0.1 < partners[1] < partners[2]


def test_partners_gather_slowly():
    soon, later = (lived(ecosystem={"share": 0.6}, until=w).operator.notebooks["ecosystem"].count for w in (4, 52))
    assert (later > 5 * soon).all()


def test_uncurated_partners_fail_and_draw_off_orders():
    nothing, open_door, curated = lived(), *(lived(ecosystem={"share": 0.7, "curation": c}) for c in (0, 1))
    assert rises("trust", nothing, open_door)
    assert rises("trust", curated, open_door)
    assert rises("orders", nothing, open_door)
    assert rises("strategy_cost", curated, open_door)
    assert rises("retention_13", curated, nothing)


def test_income_of_the_ecosystem_is_a_stream_of_its_own():
    operator = lived(ecosystem={"share": 0.5}).operator
    assert (operator.streams["ecosystem"] > 0).all()
    assert operator.revenue_total == pytest.approx(sum(operator.streams.values()))

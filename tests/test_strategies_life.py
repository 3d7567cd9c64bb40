"""Strategies that go with a member from the first weeks to a paid membership: what they gain, how they backfire."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.members import Source, Status
from simulation.strategies.distribution import Distribution
from simulation.strategies.feedback_report import FeedbackReport
from simulation.strategies.product_iteration import ProductIteration
from simulation.strategies.value_packages import ValuePackages
from tests.worlds import change, lived, rises, week_mean


def stream(model, name):
    """Mean over worlds of what a stream of revenue earned."""
    return float(model.operator.streams[name].mean())


# Onboarding


def test_guided_newcomers_stay_and_guidance_fades_into_the_bill():
    nothing, guided = lived(), lived(onboarding={"intensity": 0.75})
    assert rises("retention_13", guided, nothing)
    assert week_mean(guided, "need_belonging", 2, 10) > week_mean(nothing, "need_belonging", 2, 10) + 0.02
    assert rises("strategy_cost", guided, nothing)
    gains = [
        week_mean(guided, "need_belonging", *w) - week_mean(nothing, "need_belonging", *w) for w in ((2, 10), (60, 104))
    ]
    assert gains[1] < 0.5 * gains[0], "founders have long known their way"


def test_dense_guidance_that_drags_on_tires_and_drives_people_out():
    nothing, short, long = lived(), *(lived(onboarding={"intensity": 1, "weeks": w}) for w in (8, 52))
    assert week_mean(long, "fatigue", 10, 104) > week_mean(short, "fatigue", 10, 104) + 0.1
    assert rises("retention_26", nothing, long)
    assert rises("profit", short, long)


def test_only_newcomers_are_guided():
    model = lived(until=30, onboarding={"intensity": 1, "weeks": 8})
    old = (model.standing.status == Status.MEMBER) & (model.standing.joined < 10)
    fatigue = [m.standing.fatigue[old & (m.standing.status == Status.MEMBER)].mean() for m in (model, lived(until=30))]
    assert fatigue[0] == pytest.approx(fatigue[1], abs=0.01)


# Gamified tasks


def test_games_make_people_post_and_wear_off():
    nothing, playing = lived(), lived(gamification={"checkin": 0, "challenges": 1, "leaderboard": 0})
    assert rises("posts", playing, nothing)
    first, low = (week_mean(playing, "posts", *w) / week_mean(nothing, "posts", *w) for w in ((1, 4), (8, 11)))
    assert first > 1.2
    assert low - 1 < 0.75 * (first - 1)


def test_the_chore_remains_and_prizes_cost():
    nothing, playing = lived(), lived(gamification={"checkin": 1, "challenges": 1, "leaderboard": 1})
    assert week_mean(playing, "fatigue", 60, 104) > week_mean(nothing, "fatigue", 60, 104) + 0.15
    assert week_mean(playing, "need_belonging", 10, 104) > week_mean(nothing, "need_belonging", 10, 104) + 0.02
    assert rises("profit", nothing, playing)


def test_a_leaderboard_honours_the_first_and_slights_the_many():
    nothing, ranked = (lived(until=26, gamification={"checkin": 0, "challenges": 0, "leaderboard": x}) for x in (0, 1))
    both = (nothing.standing.status == Status.MEMBER) & (ranked.standing.status == Status.MEMBER)
    activity = ranked.standing.activity
    first, below = both & (activity > np.quantile(activity[both], 0.98)), both & (activity > 0.1) & (activity < 0.3)
    esteem = [[m.standing.need[rows, 3].mean() for m in (nothing, ranked)] for rows in (first, below)]
    assert esteem[0][1] > esteem[0][0] + 0.02
    assert esteem[1][1] < esteem[1][0] - 0.02
    assert week_mean(ranked, "need_esteem", 10, 26) < week_mean(nothing, "need_esteem", 10, 26)


# Paid membership


def test_fees_are_a_stream_whose_best_level_lies_in_between():
    low, middle, high = (lived(subscription={"fee": fee}) for fee in (0.5, 2, 12))
    assert stream(middle, "subscription") > 1.3 * stream(low, "subscription")
    assert stream(middle, "subscription") > 1.3 * stream(high, "subscription")
    assert rises("profit", middle, low)
    assert rises("profit", middle, high)
    assert rises("profit", lived(), high)
    assert low.totals["subscribers"].mean() > middle.totals["subscribers"].mean() > high.totals["subscribers"].mean()


def test_benefits_must_be_worth_the_fee_and_may_cost_more_than_it():
    empty, some, lavish = (lived(subscription={"benefits": b}) for b in (0, 0.75, 1))
    assert some.totals["subscribers"].mean() > 2 * empty.totals["subscribers"].mean()
    assert rises("revenue", lavish, some)
    assert rises("profit", some, lavish)
    assert rises("profit", some, empty)


# Group purchase


def test_groups_bring_orders_and_members_who_are_fond_of_deals():
    nothing, groups = lived(), lived(group_buying={"frequency": 0.02})
    assert rises("orders", groups, nothing)
    assert rises("members", groups, nothing)
    came = groups.standing.source
    deal = groups.people.deal
    assert deal[came == Source.GROUP].mean() > deal[came == Source.ORGANIC].mean() + 0.02


def test_larger_groups_fail_more_often_and_failing_costs_trust():
    nothing, small, large = lived(), *(lived(group_buying={"frequency": 0.02, "size": g}) for g in (2, 5))
    assert rises("orders", small, large)
    assert rises("trust", small, large)
    assert rises("trust", nothing, large)


def test_half_price_sells_more_and_earns_less_where_margins_are_thin():
    modest, deep = (lived(margin=0.3, group_buying={"frequency": 0.1, "discount": d}) for d in (0.2, 0.5))
    assert rises("orders", deep, modest)
    assert rises("profit", modest, deep)


def test_many_groups_fail_and_cost_trust():
    nothing, some, many = lived(), *(lived(group_buying={"frequency": f}) for f in (0.005, 0.03))
    assert rises("trust", nothing, some)
    assert rises("trust", some, many)


def test_helpers_order_nothing_but_more_of_them_answer_and_feel_nagged():
    joining, helping = (lived(group_buying={"frequency": 0.02, "bargain": b}) for b in (0, 1))
    groups = [m.tables().weekly["groups"].sum() for m in (joining, helping)]
    assert groups[1] > groups[0]
    assert helping.flow.group_order[helping.flow.group_size == 0].sum() == 0
    assert rises("members", helping, joining)
    assert rises("trust", joining, helping)


# Distribution rebate


def test_commission_recruits_and_makes_friends_wary():
    nothing, paying = lived(), lived(distribution={"commission": 0.3, "depth": 2})
    assert rises("members", paying, nothing)
    assert rises("trust", nothing, paying)
    assert rises("clv", nothing, paying)
    wary = [m.totals["wary"].sum() / m.totals["members"].sum() for m in (nothing, paying)]
    assert wary[1] > wary[0] + 0.005
    deal, chain = paying.people.deal, paying.standing.chain
    assert deal[chain > 0].mean() > deal[paying.standing.source == Source.ORGANIC].mean()


def test_three_levels_bring_the_authority_and_two_do_not():
    two, three = (lived(distribution={"commission": 0.3, "depth": d}) for d in (2, 3))
    assert rises("profit", two, three)
    assert rises("trust", two, three)
    dearest_week = [m.tables().weekly["strategy_cost"].max() for m in (two, three)]
    assert dearest_week[0] < Distribution().fine < dearest_week[1]


def test_recruiters_are_paid_for_their_recruits():
    model = lived(distribution={"commission": 0.2, "depth": 1})
    brought = model.standing.brought > 0
    got = [m.standing.received[brought].sum() for m in (lived(), model)]
    assert got[1] > got[0] + 100
    assert model.standing.received[~brought].sum() == 0


# Care


def test_greetings_by_hand_feed_esteem_and_trust_at_a_price():
    nothing, warm, template = lived(), *(lived(care={"automation": a}) for a in (0, 1))
    assert week_mean(warm, "need_esteem", 20, 104) > week_mean(nothing, "need_esteem", 20, 104) + 0.01
    assert rises("trust", warm, nothing)
    assert rises("strategy_cost", warm, template)
    assert rises("trust", nothing, template), "templated care is hollow"


def test_some_automation_is_cheaper_than_none_and_better_than_all():
    none, some, full = (lived(care={"automation": a}) for a in (0, 0.3, 1))
    assert rises("profit", some, none)
    assert rises("profit", some, full)


def test_a_person_is_greeted_on_two_days_a_year():
    model = lived(until=104, care={"automation": 0})
    greetings = model.operator.ledger["care"].sum() / 5
    member_years = model.tables().weekly.query("week > 0").members.sum() / 52
    assert 1.3 < greetings / member_years <= 2


# Salons


def test_salons_feed_belonging_tighten_ties_and_do_not_pay_for_themselves():
    nothing, meeting = lived(), lived(salons={})
    assert week_mean(meeting, "need_belonging", 20, 104) > week_mean(nothing, "need_belonging", 20, 104) + 0.005
    assert meeting.strength.mean() > nothing.strength.mean()
    assert rises("profit", nothing, meeting)


def test_too_many_guests_for_the_room_disappoint():
    roomy, crowded = (lived(salons={"invited": 0.3, "capacity": seats}) for seats in (40, 8))
    assert rises("trust", roomy, crowded)
    assert week_mean(crowded, "need_belonging", 20, 104) < week_mean(roomy, "need_belonging", 20, 104) - 0.01
    assert rises("strategy_cost", roomy, crowded)


# Feedback report


def test_kept_promises_earn_trust():
    nothing, kept = lived(), lived(feedback_report={"promise": 0.5, "capacity": 10})
    assert rises("trust", kept, nothing)
    assert rises("retention_26", kept, nothing)
    assert rises("strategy_cost", kept, nothing)


def test_promises_beyond_the_capacity_cost_trust():
    nothing, some, all_of_it = lived(), *(lived(feedback_report={"promise": p, "capacity": 2}) for p in (0.3, 1))
    assert rises("trust", some, all_of_it)
    assert rises("trust", nothing, all_of_it)
    assert rises("profit", nothing, all_of_it)


def test_reports_come_at_the_end_of_every_cycle():
    reports = FeedbackReport(cycle=4, start=3)
    assert [week for week in range(3, 16) if reports.due(week)] == [6, 10, 14]


# Product iteration


def test_releases_make_the_product_fit_better_after_a_while():
    nothing, better = lived(), lived(product_iteration={"investment": 1, "cycle": 8})
    assert week_mean(better, "need_functional", 1, 7) == pytest.approx(
        week_mean(nothing, "need_functional", 1, 7), abs=1e-4
    )
    assert week_mean(better, "need_functional", 40, 104) > week_mean(nothing, "need_functional", 40, 104) + 0.05
    assert rises("retention_26", better, nothing)


def test_weekly_releases_mean_bugs_and_relearning():
    weekly, bimonthly = (lived(product_iteration={"cycle": c}) for c in (1, 8))
    assert rises("profit", bimonthly, weekly)
    assert rises("trust", bimonthly, weekly)
    assert rises("trust", lived(), bimonthly), "new versions fail more often"
    assert week_mean(weekly, "fatigue", 10, 104) > week_mean(bimonthly, "fatigue", 10, 104) + 0.1


def test_releases_too_seldom_let_feedback_grow_stale():
    often, seldom = (lived(product_iteration={"investment": 1, "cycle": c}) for c in (8, 52))
    assert week_mean(often, "need_functional", 1, 104) > week_mean(seldom, "need_functional", 1, 104) + 0.02
    assert rises("revenue", often, seldom)


def test_releases_follow_the_cycle():
    cycle = ProductIteration(cycle=4, start=3)
    assert [cycle.since_release(week) for week in range(3, 12)] == [-1, -1, -1, 0, 1, 2, 3, 0, 1]


# Value packages


def test_packages_fit_better_sell_more_and_too_many_modules_overwhelm():
    nothing, few, many = lived(), *(lived(value_packages={"modules": m}) for m in (4, 20))
    assert rises("revenue", few, nothing)
    assert rises("profit", few, nothing)
    assert rises("orders", nothing, many)
    assert rises("profit", few, many)
    assert week_mean(many, "fatigue", 10, 104) > week_mean(nothing, "fatigue", 10, 104) + 0.05
    fits = [ValuePackages(modules=m).fit for m in (0, 3, 6)]
    assert fits[0] == 0
    assert fits[2] - fits[1] < fits[1]


def test_a_guide_eases_the_choice_and_costs():
    alone, led = (lived(value_packages={"modules": 20, "guide": g}) for g in (0, 1))
    assert rises("orders", led, alone)
    assert rises("strategy_cost", led, alone)


def test_packages_make_a_paid_membership_more_attractive():
    plain, packed = lived(subscription={}), lived(subscription={}, value_packages={"modules": 6})
    assert packed.totals["subscribers"].mean() > plain.totals["subscribers"].mean()


def test_no_lever_at_its_default_lifts_retention_beyond_what_experiments_show():
    nothing = lived()
    for name in ("onboarding", "gamification", "subscription", "group_buying", "distribution", "care", "salons",
                 "feedback_report", "product_iteration", "value_packages"):  # fmt: skip
        mean, _ = change("retention_13", lived(**{name: {}}), nothing)
        assert mean < 0.03 * nothing.tables().worlds.retention_13.mean(), name

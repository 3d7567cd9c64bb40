"""Every strategy does what its note says, and costs what its note says: direction and trade-off."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.curves import novelty
from simulation.members import Status
from simulation.strategies.price_promotion import PricePromotion
from tests.worlds import change, lived, rises, week_mean


def total(model, name):
    return model.tables().worlds[name].mean()


def test_contact_has_a_best_frequency_in_between():
    never, weekly, daily = (lived(contact={"frequency": m}) for m in (0, 1, 5))
    assert rises("profit", weekly, never)
    assert rises("profit", weekly, daily)
    assert rises("retention_26", weekly, daily)
    assert week_mean(daily, "fatigue", 10, 104) > week_mean(weekly, "fatigue", 10, 104)


def test_service_earns_trust_and_costs_money():
    selling, serving = (lived(contact={"frequency": 1, "service": share}) for share in (0.0, 0.8))
    assert rises("trust", serving, selling)
    assert rises("strategy_cost", serving, selling)
    assert rises("retention_26", serving, selling)


def test_rewards_buy_posts_and_eat_motivation_and_profit():
    nothing = lived()
    pieces = lived(material_incentives={"reward": 0.6})
    assert rises("posts", pieces, nothing)
    assert rises("profit", nothing, pieces)
    assert week_mean(pieces, "motivation", 52, 104) < week_mean(nothing, "motivation", 52, 104) - 0.15


def test_paying_for_quality_crowds_out_less_and_needs_reviewers():
    pieces, quality = (lived(material_incentives={"reward": 0.6, "performance": p}) for p in (0.0, 0.8))
    assert rises("posts", quality, pieces)
    assert week_mean(quality, "motivation", 52, 104) > week_mean(pieces, "motivation", 52, 104)
    assert rises("strategy_cost", lived(material_incentives={"reward": 0.01, "performance": 1}),
                 lived(material_incentives={"reward": 0.01, "performance": 0}))  # fmt: skip


def test_posts_fall_below_their_old_level_when_pay_stops():
    nothing, stopped = lived(), lived(material_incentives={"reward": 0.6, "stop": 40})
    assert week_mean(stopped, "posts", 1, 8) > 1.3 * week_mean(nothing, "posts", 1, 8)
    assert week_mean(stopped, "posts", 42, 52) < 0.95 * week_mean(nothing, "posts", 42, 52)


def test_recognition_lifts_posting_and_dilutes_as_it_spreads():
    nothing, some, all_of_them = (lived(recognition={"intensity": x}) for x in (0.0, 0.5, 1.0))
    assert rises("posts", some, nothing)
    first, second = (week_mean(m, "need_esteem", 20, 104) for m in (some, all_of_them))
    assert second - first < first - week_mean(nothing, "need_esteem", 20, 104)


def test_recognition_slights_those_who_never_post():
    nothing, all_of_them = lived(until=26), lived(until=26, recognition={"intensity": 1})
    silent = np.ones(len(nothing.people.world), bool)
    for model in (nothing, all_of_them):
        silent &= (model.standing.status == Status.MEMBER) & (model.standing.posts == 0) & (model.standing.joined == 0)
    esteem = [model.standing.need[silent, 3].mean() for model in (nothing, all_of_them)]
    assert esteem[1] < esteem[0]


def test_tiers_sell_more_and_hurt_those_at_the_bottom():
    nothing, ladder = lived(), lived(tiers={"step": 150, "discount": 0.03})
    assert rises("revenue", ladder, nothing)
    assert rises("strategy_cost", ladder, nothing)
    assert rises("retention_26", nothing, ladder)
    mean, _ = change("profit", ladder, nothing)
    assert mean < 0.05 * total(nothing, "profit"), "tiers earn next to nothing"
    bottom = [m.standing.need[(m.standing.status == Status.MEMBER) & (ladder.standing.tier == 0), 3].mean()
              for m in (nothing, ladder)]  # fmt: skip
    assert bottom[1] < bottom[0]


def test_lower_thresholds_owe_more_benefits():
    assert rises("strategy_cost", lived(tiers={"step": 80}), lived(tiers={"step": 600}))


def test_tier_discount_reaches_only_those_with_a_tier():
    model = lived(tiers={"step": 150, "discount": 0.1})
    paid, listed = model.flow.paid, model.flow.list_value
    price = np.divide(paid, listed, where=listed > 0, out=np.ones_like(paid))
    # Promotions of this very week change the price only next week.
    settled = (listed > 0) & (model.flow.promoted == 0) & (model.flow.demoted == 0)
    settled &= model.standing.status == Status.MEMBER
    assert price[settled] == pytest.approx(1 - 0.1 * model.standing.tier[settled], abs=1e-5)


def test_cocreation_feeds_growth_slowly_and_costs_more_than_it_earns_in_two_years():
    nothing, creating = lived(), lived(cocreation={"share": 0.06, "support": 0.8})
    assert week_mean(creating, "need_growth", 20, 104) > week_mean(nothing, "need_growth", 20, 104) + 0.02
    assert week_mean(creating, "need_growth", 1, 4) == pytest.approx(week_mean(nothing, "need_growth", 1, 4), abs=1e-3)
    assert rises("profit", nothing, creating)


def test_support_makes_tasks_succeed():
    left_alone, supported = (lived(cocreation={"share": 0.06, "support": x}) for x in (0.0, 1.0))
    rates = [m.totals["cocreated"].sum() for m in (left_alone, supported)]
    assert week_mean(supported, "need_growth", 20, 104) > week_mean(left_alone, "need_growth", 20, 104)
    assert rates[1] > rates[0]


def test_referral_grows_the_community_and_the_largest_reward_does_not_pay():
    nothing, moderate, largest = (lived(referral={"reward": x}) for x in (0.0, 0.3, 1.0))
    assert rises("members", moderate, nothing)
    assert rises("members", largest, moderate)
    assert rises("revenue", largest, moderate)
    assert rises("profit", moderate, largest)


def test_larger_rewards_bring_the_deal_prone():
    def mean_deal(reward):
        model = lived(referral={"reward": reward})
        return model.people.deal[model.standing.referrer >= 0].mean()

    assert mean_deal(1.0) > mean_deal(0.1)


def test_discount_sells_more_and_earns_less_on_every_sale():
    nothing, cheap = lived(), lived(price_promotion={"discount": 0.3})
    for outcome in ("orders", "revenue"):
        assert rises(outcome, cheap, nothing)
    assert rises("profit", nothing, cheap)
    assert rises("profit", lived(margin=0.45), lived(margin=0.45, price_promotion={"discount": 0.3}))


def test_people_who_got_used_to_a_low_price_buy_less_when_it_ends():
    nothing, ended = lived(), lived(price_promotion={"discount": 0.3, "stop": 40})
    assert week_mean(ended, "orders", 41, 48) < 0.97 * week_mean(nothing, "orders", 41, 48)


def test_promotion_runs_in_the_first_weeks_of_every_cycle():
    rounds = PricePromotion(discount=0.2, cycle=4, length=2, start=3)
    assert [week for week in range(3, 13) if rounds.on_offer(week)] == [3, 4, 7, 8, 11, 12]
    assert all(PricePromotion(discount=0.2).on_offer(week) for week in range(1, 10))
    assert all(PricePromotion(discount=0.2, cycle=2, length=5).on_offer(week) for week in range(1, 10))


def test_transparency_pays_at_a_fair_margin_and_turns_on_a_high_one():
    for margin, better in ((0.45, True), (0.70, False)):
        closed, opened = lived(margin), lived(margin, price_transparency={"disclosed": 1})
        assert rises("profit", opened, closed) == better
        assert rises("trust", opened, closed) == better
        assert rises("profit", closed, opened) != better


def test_events_feed_belonging_tire_people_and_too_many_do_not_pay():
    nothing, some, many = (lived(events={"frequency": x}) for x in (0, 0.5, 3))
    for few, more in ((nothing, some), (some, many)):
        assert week_mean(more, "need_belonging", 10, 104) > week_mean(few, "need_belonging", 10, 104) + 0.01
        assert week_mean(more, "fatigue", 10, 104) > week_mean(few, "fatigue", 10, 104)
    assert rises("strategy_cost", many, some)
    assert rises("profit", some, many)


def test_the_novelty_of_events_fades_and_new_themes_bring_it_back():
    same, themed = lived(events={"frequency": 1, "themes": 0}), lived(events={"frequency": 1, "themes": 1})
    assert novelty(0, 0.4, 0.7) == novelty(3, 0.4, 0.7) == 1
    assert novelty(8, 0.4, 0.7) == pytest.approx(0.4)
    assert novelty(50, 0.4, 0.7) == pytest.approx(0.7)
    assert week_mean(themed, "need_belonging", 8, 104) > week_mean(same, "need_belonging", 8, 104)
    assert rises("strategy_cost", themed, same)


def test_personalisation_without_control_feels_like_being_watched():
    blind, free = (
        lived(personalisation={"depth": 1}, privacy_protection={"control": x}) for x in (0.0, 0.9)
    )  # fmt: skip
    assert rises("trust", free, blind)
    assert rises("profit", free, blind)
    assert rises("profit", free, lived())
    assert rises("profit", lived(), blind)
    assert rises("trust", lived(), blind)


def test_the_machine_knows_little_of_who_has_not_bought():
    model = lived(until=20, personalisation={"depth": 0.8})
    member = model.standing.status == Status.MEMBER
    relevance = model.flow.relevance
    often, never = member & (model.standing.orders > 5), member & (model.standing.orders == 0)
    assert relevance[never] == pytest.approx(0.2)
    # Five orders on record before this week's: .2 + .5 · .8 · 5/6.
    assert relevance[often].mean() > 0.5 > relevance[member & (model.standing.orders == 1)].mean()


def test_privacy_protection_gives_safety_alarms_at_first_and_costs():
    nothing, protected = lived(), lived(privacy_protection={"control": 1})
    assert week_mean(protected, "need_safety", 20, 104) > week_mean(nothing, "need_safety", 20, 104)
    assert week_mean(protected, "trust", 4, 4) < week_mean(nothing, "trust", 4, 4)
    assert rises("strategy_cost", protected, nothing)

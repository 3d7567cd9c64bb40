"""Wealth and power shared with members: made to order, digital assets and governance do what their notes say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worlds import lived, rises, week_mean


def notebook(model, name):
    return model.operator.notebooks[name]


def stream(model, name):
    return model.operator.streams[name].mean()


# Made to order.


def made(**levers):
    return lived(reverse_customisation=levers)


def test_the_best_premium_lies_in_between():
    none, some, too_much = (made(premium=premium) for premium in (0.0, 0.25, 0.6))
    assert rises("profit", some, none)
    assert rises("profit", some, too_much)
    sold = [notebook(m, "reverse_customisation").batches.mean() for m in (none, some, too_much)]
    assert sold[0] > sold[1] > sold[2]


def test_a_batch_that_does_not_fill_is_refunded_and_leaves_doubt():
    nothing, filled, unfilled = lived(), made(batch=20), made(batch=60)
    assert notebook(filled, "reverse_customisation").batches.min() > 10
    assert (notebook(unfilled, "reverse_customisation").cancelled > 100).all()
    assert rises("trust", nothing, unfilled)
    assert rises("trust", filled, unfilled)
    assert rises("profit", filled, unfilled)
    patient = made(batch=60, patience=20)
    assert notebook(patient, "reverse_customisation").batches.mean() > 5
    assert rises("profit", patient, unfilled)


def test_small_batches_pay_tooling_too_often():
    assert rises("profit", made(batch=20), made(batch=5))


def test_what_is_made_to_order_meets_esteem_and_replaces_usual_orders():
    nothing, often = lived(), made(offer=0.5)
    assert week_mean(often, "need_esteem", 20, 104) > week_mean(nothing, "need_esteem", 20, 104)
    assert rises("orders", nothing, often)
    assert rises("revenue", often, nothing)
    assert week_mean(often, "fatigue", 20, 104) > week_mean(nothing, "fatigue", 20, 104) + 0.1


def test_people_pay_when_their_batch_is_made():
    model = lived(until=12, reverse_customisation={"batch": 500, "patience": 52})
    book = notebook(model, "reverse_customisation")
    assert stream(model, "reverse_customisation") == 0
    assert (book.value > 0).all()
    assert book.count == pytest.approx(np.bincount(model.people.world, book.waiting > 0, 8), rel=0.2)


# Digital assets.

OFF = {"data": 0, "courses": 0, "licensing": 0}


def sold(**levers):
    return lived(digital_assets=OFF | levers)


def test_a_little_data_earns_and_much_of_it_costs_trust_and_members():
    nothing, little, much = (sold(data=depth) for depth in (0, 0.15, 0.8))
    assert rises("profit", little, nothing)
    assert rises("profit", nothing, much)
    assert rises("trust", nothing, much)
    assert rises("members", nothing, much)
    assert stream(much, "digital_assets") > stream(little, "digital_assets") > 0


def test_control_over_data_takes_the_sting_out_of_selling_it():
    blind = sold(data=0.6)
    free = lived(digital_assets=OFF | {"data": 0.6}, privacy_protection={"control": 0.9})
    assert rises("trust", free, blind)
    assert rises("members", free, blind)


def test_courses_have_a_best_price_feed_growth_and_tire_who_is_asked_too_often():
    nothing, cheap, fair, dear = (sold(), *(sold(courses=0.1, course_price=price) for price in (10, 40, 160)))
    assert rises("profit", fair, cheap)
    assert rises("profit", fair, dear)
    assert week_mean(cheap, "need_growth", 20, 104) > week_mean(nothing, "need_growth", 20, 104)
    assert rises("profit", nothing, dear), "making costs the same, whoever buys"
    often = sold(courses=1)
    assert rises("members", nothing, often)
    # Who took a course is done for half a year: ten times the offers sell far less than ten times the courses.
    assert stream(often, "digital_assets") < 7 * stream(fair, "digital_assets")


def test_licences_need_works_first_and_creators_want_their_share():
    nothing, nought, most = sold(), *(sold(licensing=1, creator_share=share) for share in (0, 0.6))
    assert rises("profit", most, nought)
    assert rises("profit", most, nothing)
    assert rises("trust", nothing, nought)
    assert rises("strategy_cost", most, nought)
    early = lived(until=4, digital_assets=OFF | {"licensing": 1}).operator.week_streams["digital_assets"].mean()
    assert early < 0.6 * stream(most, "digital_assets") / 104


def test_creators_get_what_the_bill_says():
    nothing, shared = sold(), sold(licensing=1, creator_share=1)
    received = shared.standing.received.sum() - nothing.standing.received.sum()
    paid = shared.operator.ledger["digital_assets"].sum()
    assert received == pytest.approx(paid, rel=0.05), "who leaves that week misses the last one"


# Governance.


def governed(**levers):
    return lived(governance={"dividend": 0} | levers)


def test_about_six_in_a_hundred_vote():
    model = lived(until=8, governance={"cycle": 8})
    turnout = model.totals["votes"] / model.totals["members"]
    assert turnout.mean() == pytest.approx(0.06, abs=0.02)
    assert lived(until=7, governance={"cycle": 8}).totals["votes"].sum() == 0


def test_the_more_tokens_count_the_more_of_the_power_the_top_decile_casts():
    books = [notebook(governed(gamma=gamma), "governance") for gamma in (0.0, 0.5, 1.0)]
    power = [np.nanmean(np.array(book.power)) for book in books]
    assert power[0] < 0.2
    assert power[0] + 0.05 < power[1] < power[2] - 0.05
    captured = [np.mean(book.captured) for book in books]
    assert captured[0] == 0
    assert captured[2] > 0.2


def test_broad_voice_earns_trust_and_capture_loses_it():
    nothing, heads, tokens = lived(), governed(gamma=0), governed(gamma=1)
    assert rises("trust", heads, nothing)
    assert rises("retention_26", heads, nothing)
    assert rises("trust", nothing, tokens)
    assert rises("profit", heads, tokens)
    esteem = [week_mean(m, "need_esteem", 20, 104) for m in (heads, nothing)]
    assert esteem[0] > esteem[1]


def test_tokens_that_count_make_people_contribute():
    assert rises("posts", lived(governance={"cycle": 0, "dividend": 0.01, "gamma": 1}), lived())


def test_voting_too_often_costs_and_slow_decisions_bring_less():
    seldom, often = governed(gamma=0, cycle=13), governed(gamma=0, cycle=2)
    assert rises("profit", seldom, often)
    assert rises("strategy_cost", often, seldom)
    assert rises("profit", governed(gamma=0, cycle=26), governed(gamma=0, cycle=26, delay=20))


def test_large_dividends_are_given_away():
    none, some, large = (
        lived(governance={"cycle": 0, "dividend": share, "gamma": 0}) for share in (0, 0.02, 0.2)
    )  # fmt: skip
    assert rises("trust", some, none)
    assert rises("profit", none, large)
    assert rises("profit", some, large)
    paid = large.operator.ledger["governance"].sum()
    received = large.standing.received.sum() - none.standing.received.sum()
    assert received == pytest.approx(paid, rel=0.05)

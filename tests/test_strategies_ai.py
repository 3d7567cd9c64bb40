"""Strategies of the thinking operator: churn prediction, layers and the five-loop operator do what their notes say."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.churn_model import FEATURES, concordance
from simulation.eventlog import record
from simulation.members import Status
from simulation.strategies.churn_prediction import HOLD_OUT, NONE, OFFERED, ChurnPrediction
from simulation.strategies.five_loop import OFFERS, SERVICE
from simulation.view import OBSERVABLE, RECORDED
from tests.worlds import lived, rises, small, week_mean

RISK, SENSITIVITY = ({"reach": 0.2, "targeting": share} for share in (0.0, 1.0))


# Churn prediction.


def casebook(model):
    return model.operator.notebooks["churn_prediction"]


def test_area_under_the_curve_by_hand():
    left = np.array([True, False, True, False])
    assert concordance(np.array([0.9, 0.1, 0.4, 0.5]), left) == pytest.approx(3 / 4)
    assert concordance(np.full(4, 0.2), left) == pytest.approx(1 / 2)
    assert np.isnan(concordance(np.full(4, 0.2), np.zeros(4, bool)))


def test_the_machine_learns_to_foresee_who_leaves():
    watched = casebook(lived(churn_prediction={"reach": 0.01, "warmup": 104})).model
    auc = np.array(watched.auc)
    first, second = np.nanmean(auc[:26]), np.nanmean(auc[52:])
    assert second > 0.6 > first + 0.03
    assert watched.calibration().mean() == pytest.approx(1, abs=0.15)


def test_it_reads_only_what_systems_record():
    assert set(FEATURES) - {"tenure"} <= {*OBSERVABLE, *RECORDED}


def test_offers_by_risk_wake_the_dormant_and_cost_members():
    nothing, by_risk = lived(), lived(churn_prediction=RISK)
    for outcome in ("retention_26", "members", "profit"):
        assert rises(outcome, nothing, by_risk)
    offered = casebook(by_risk).assignments == OFFERED
    asleep = offered & (by_risk.standing.idle >= 8)
    awake = offered & (by_risk.standing.idle <= 1)
    twins = [m.standing.status == Status.MEMBER for m in (nothing, by_risk)]
    both = twins[0] & twins[1]
    more = by_risk.standing.pressure - nothing.standing.pressure
    assert more[asleep & both].mean() > 0.5
    assert more[awake & both].mean() < 0


def test_offers_by_sensitivity_beat_offers_by_risk():
    nothing, by_risk, sensitive = lived(), lived(churn_prediction=RISK), lived(churn_prediction=SENSITIVITY)
    for outcome in ("retention_26", "members", "profit"):
        assert rises(outcome, sensitive, by_risk)
    assert rises("retention_104", sensitive, nothing)
    idle = [m.standing.idle[casebook(m).assignments == OFFERED].mean() for m in (sensitive, by_risk)]
    assert idle[0] < idle[1]


def test_more_offers_by_risk_do_more_harm_and_cost_more():
    some, many = lived(churn_prediction=RISK), lived(churn_prediction={"reach": 0.4})
    assert rises("strategy_cost", many, some)
    assert rises("members", some, many)


def test_arms_are_random_and_on_the_record():
    plan = small({"churn_prediction": {"reach": 0.3, "targeting": 1, "holdout": 0.2, "warmup": 8}})
    log = record(plan, 1)["assignments"]
    assert set(log.arm) == {NONE, HOLD_OUT, OFFERED}
    first = log[log.week == 1]
    assert (first.arm == HOLD_OUT).mean() == pytest.approx(0.2, abs=0.07)
    assert (first[first.arm != HOLD_OUT].arm == OFFERED).mean() == pytest.approx(0.5, abs=0.1)
    held = set(first[first.arm == HOLD_OUT].person)
    assert not held & set(log[(log.arm == OFFERED) & (log.week <= 8)].person)


def test_without_a_pilot_the_machine_only_watches_while_it_learns():
    log = record(small({"churn_prediction": {"reach": 0.3, "targeting": 0, "warmup": 8}}), 1)["assignments"]
    assert log[log.arm == OFFERED].week.min() == 9
    assert ChurnPrediction().neutral == {"reach": 0}


# Layers.


def layering(model):
    return model.operator.notebooks["layers"]


def test_care_for_the_top_pays_and_too_much_of_it_does_not():
    none, few, many, half = (
        lived(layers={"top": share, "middle": 0, "automation": 0}) for share in (0, 0.05, 0.15, 0.5)
    )
    assert rises("profit", few, none)
    assert rises("profit", many, half)
    assert rises("trust", half, none)
    for less, more in ((none, few), (few, many), (many, half)):
        assert rises("strategy_cost", more, less)


def test_layers_have_the_sizes_they_should():
    model = lived(until=53, layers={})
    layer, member = layering(model).layer, model.standing.status == Status.MEMBER
    shares = [(layer[member & (layer >= 0)] == which).mean() for which in (2, 1, 0)]
    assert shares == pytest.approx([0.05, 0.25, 0.70], abs=0.02)
    assert model.standing.spent[layer == 2].mean() > 3 * model.standing.spent[layer == 0].mean()


def test_workshops_bring_the_middle_together_and_cost_more_than_they_sell():
    none, workshops = lived(), lived(layers={"top": 0, "middle": 0.25, "automation": 0})
    assert week_mean(workshops, "need_belonging", 20, 104) > week_mean(none, "need_belonging", 20, 104)
    assert rises("profit", none, workshops)


def test_automation_is_gentler_and_sells_less():
    none, machines = lived(), lived(layers={"top": 0, "middle": 0, "automation": 1})
    assert rises("trust", machines, none)
    assert rises("orders", none, machines)
    assert machines.operator.ledger["contact"].sum() < none.operator.ledger["contact"].sum(), "fewer messages"


def test_who_falls_out_of_the_top_feels_demoted():
    hurt, unhurt = (lived(until=49, layers={"fall": fall}) for fall in (0.2, 0.0))
    fallen = layering(hurt).fallen & layering(unhurt).fallen & (hurt.standing.status == Status.MEMBER)
    assert fallen.sum() >= 8
    assert hurt.standing.need[fallen, 3].mean() < unhurt.standing.need[fallen, 3].mean() - 0.05


def test_more_than_half_of_the_first_top_layer_are_not_the_best():
    def right(weeks):
        model = lived(until=weeks, layers={"top": 0.05})
        worth, member = model.people.rate * model.people.spend, model.standing.status == Status.MEMBER
        best = worth >= np.quantile(worth[member], 0.95)
        return best[member & (layering(model).layer == 2)].mean()

    assert 0.15 < right(5) < 0.5
    assert right(53) > right(5) + 0.08


# The five-loop operator.

ORDERS, STAYING = {"metric": 0, "delay": 1}, {"metric": 1, "delay": 8}


def loops(model):
    return model.operator.notebooks["five_loop"]


def test_judged_by_orders_the_machine_learns_to_push_offers():
    shares = np.array(loops(lived(five_loop=ORDERS)).shares).mean(axis=1)
    assert shares[0] == pytest.approx(np.full(4, 0.25), abs=0.03), "at first it knows nothing"
    assert shares[-26:, OFFERS].mean() > 0.5


def test_judged_by_who_stays_it_gives_offers_up():
    book = loops(lived(five_loop=STAYING))
    shares = np.array(book.shares).mean(axis=1)
    assert shares[0, OFFERS] > 0.2
    assert shares[-1, OFFERS] < 0.05
    assert (book.means[-1][:, OFFERS] < book.means[-1][:, SERVICE]).mean() >= 0.75


def test_the_short_sighted_measure_tires_people_and_loses_money():
    nothing, orders, staying = lived(), lived(five_loop=ORDERS), lived(five_loop=STAYING)
    for better in (nothing, staying):
        assert rises("members", better, orders)
        assert rises("profit", better, orders)
    assert week_mean(orders, "fatigue", 26, 104) > week_mean(staying, "fatigue", 26, 104) + 0.1
    assert rises("trust", staying, nothing)


def test_measuring_and_trying_cost_money_however_well_it_goes():
    nothing, both = lived(), lived(five_loop={})
    assert rises("strategy_cost", both, nothing)
    assert rises("members", both, nothing)
    spread = np.array(loops(both).spreads).mean(axis=1)
    assert (spread[-1] < spread[1]).all(), "evidence makes it surer"


def test_cells_are_random_kept_until_the_next_decision_and_on_the_record():
    log = record(small({"five_loop": {"share": 0.8, "delay": 4}}), 2)["assignments"]
    assert set(log.arm) <= {0, 1, 2, 3}
    assert set(log.week) <= set(range(1, 31, 4))
    assert len(log[log.week == 1]) == pytest.approx(0.8 * 200, abs=20)

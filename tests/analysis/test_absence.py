"""Operator-absence test: pushes fade after the stop, and an operator who did nothing is not missed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.analysis.absence import absence, stopped, surviving
from simulation.errors import LabError
from tests.worlds import CONTACT, small

SEEDS = range(1, 11)


def test_every_strategy_ends() -> None:
    plan = small({"contact": {"stop": 5}, "tiers": {"stop": 50}, "referral": {}, "recognition": {"start": 20}}).plan
    ended = stopped(plan, 10).strategies
    assert {name: strategy.stop for name, strategy in ended.items()} == {
        "contact": 5, "tiers": 10, "referral": 10, "recognition": 10,
    }  # fmt: skip
    assert not any(strategy.in_force(week) for strategy in ended.values() for week in range(11, 60))
    assert ended["referral"].in_force(10)


def test_an_operator_who_does_nothing_is_not_missed() -> None:
    table = absence(small({}), 8, (1, 2, 3))
    assert (table["share"] == 1).all()
    assert (table["low"] == 1).all()


def test_what_was_pushed_fades_and_the_last_week_is_whole() -> None:
    table = absence(small({"contact": {"frequency": 2}, "price_promotion": {"discount": 0.4}}), 8, SEEDS)
    before = table[table["away"] == 0]
    assert (before[["share", "low", "high"]] == 1).all(axis=None)
    left: Any = surviving(table).set_index("measure")
    assert (left["away"] == 4).all()
    assert left.loc["activity", "high"] < 1
    assert left.loc["orders", "share"] < 0.7
    assert left.loc["orders", "share"] < left.loc["posts", "share"]


def test_activity_adds_up_and_shares_are_means_over_worlds() -> None:
    table = absence(small(CONTACT), 6, SEEDS, away=2)
    left: Any = surviving(table).set_index("measure")
    for column in ("with_operator", "without"):
        parts = left.loc[["posts", "replies", "orders"], column].sum()
        assert left.loc["activity", column] == pytest.approx(parts)
    assert left.loc["activity", "low"] <= left.loc["activity", "share"] <= left.loc["activity", "high"]
    assert left.loc["activity", "worlds"] == len(SEEDS)
    assert set(table["away"]) == {0, 1, 2}


def test_pay_for_posts_leaves_fewer_posts_than_honours() -> None:
    left: list[Any] = [
        surviving(absence(small(plan), 12, SEEDS)).set_index("measure").loc["posts", "share"]
        for plan in ({"material_incentives": {"reward": 1}}, {"recognition": {"intensity": 0.5}})
    ]
    paid, honoured = left
    assert paid < honoured - 0.2


def test_refusals_and_single_worlds() -> None:
    for wrong in ({"week": 0}, {"week": 3, "away": 0}):
        with pytest.raises(LabError, match="out of range"):
            absence(small({}), seeds=(1,), **wrong)
    with pytest.raises(LabError, match="seeds missing"):
        absence(small({}), 3, ())
    single = surviving(absence(small(CONTACT), 3, (1,)))
    assert np.isnan(single["low"]).all()

"""Sums, heads and orders within worlds, and the mathematics of the loops, against NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit
from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped, unused-ignore]

from simulation import churn_model, curves
from simulation.churn_model import COLUMNS, WIDTH, ChurnModel
from simulation.tallies import ascending, head_count, leading, per_world, ranks

STARTS = np.array([0, 5, 5, 12])
VALUES = np.array([3, -1, 3, 0, -2.5, 7, 7, -7, 0, 1, 7, -0.5], np.float32)
WHO = np.array([1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1], bool)


def test_sums_and_heads_are_those_of_each_world():
    assert per_world(VALUES, STARTS).tolist() == [2.5, 0, 14.5]
    assert head_count(WHO, STARTS).tolist() == [4, 0, 6]


def test_order_is_stable_and_leaves_out_whom_nobody_asked_for():
    rows, bounds = ascending(VALUES, WHO, STARTS)
    assert bounds.tolist() == [0, 4, 4, 10]
    for first, last in ((0, 4), (4, 10)):
        here = np.flatnonzero(WHO[:5]) if first == 0 else 5 + np.flatnonzero(WHO[5:])
        assert rows[first:last].tolist() == here[np.argsort(VALUES[here], kind="stable")].tolist()


def test_those_who_lead_are_the_highest_and_the_first_of_equals():
    assert np.flatnonzero(leading(VALUES, WHO, STARTS, np.array([1, 2, 2]))).tolist() == [0, 5, 6]
    assert np.flatnonzero(leading(VALUES, WHO, STARTS, np.array([0, 0, 99]))).tolist() == [5, 6, 7, 8, 10, 11]


def test_ranks_of_whole_numbers_are_those_of_the_same_numbers_with_a_point():
    rng = np.random.default_rng(4)
    values, who, starts = rng.integers(-40, 60, 700), rng.random(700) < 0.8, np.array([0, 0, 300, 700])
    np.testing.assert_array_equal(ranks(values, who, starts), ranks(values.astype(float), who, starts))
    far = values * 10_000
    np.testing.assert_array_equal(ranks(far, who, starts), ranks(values, who, starts))


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_the_leading_are_the_first_of_the_order(digits):
    rng = np.random.default_rng(5)
    values, who, starts = rng.normal(size=900).round(digits), rng.random(900) < 0.8, np.array([0, 500, 500, 900])
    for share in (0.0, 0.1, 0.5, 1.0, 1.2):
        counts = np.rint(share * head_count(who, starts)).astype(np.int64)
        chosen = leading(values, who, starts, counts)
        for world in range(3):
            rows = np.flatnonzero(who[starts[world] : starts[world + 1]]) + starts[world]
            first = rows[np.argsort(-values[rows].astype(np.float32), kind="stable")][: counts[world]]
            np.testing.assert_array_equal(
                np.flatnonzero(chosen[starts[world] : starts[world + 1]]) + starts[world], np.sort(first)
            )


def test_ranks_go_from_nought_to_just_below_one():
    place = ranks(VALUES, WHO, STARTS)
    assert place[[4, 1, 0, 2, 3]].tolist() == [0, 0.25, 0.5, 0.75, 0]
    assert place[[7, 11, 8, 5, 6, 10]].tolist() == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])


@njit
def _both(x, y, out):
    for k in range(len(x)):
        out[0, k] = curves.exp(x[k])
        out[1, k] = curves.log(y[k])


def test_exponential_and_logarithm_are_those_of_mathematics():
    x, y = np.linspace(-699, 699, 20_001), np.geomspace(1e-300, 1e300, 20_001)
    out = np.zeros((2, len(x)))
    _both(x, y, out)
    np.testing.assert_allclose(out[0], np.exp(x), rtol=1e-8)
    np.testing.assert_allclose(out[1], np.log(y), rtol=1e-9, atol=1e-10)
    assert curves.exp(0.0) == 1
    assert curves.exp(-800.0) == 0
    assert math.isfinite(curves.exp(1e9))
    assert curves.log(1.0) == 0
    assert [curves.saturate_count(n) for n in (0, 1, 500)] == pytest.approx([0, math.tanh(1), 1])


def test_every_world_learns_as_if_it_were_alone(monkeypatch):
    """One call for two worlds gives the weights that scikit-learn gives to each of them by itself."""
    monkeypatch.setattr(churn_model, "MOST_RECORDS", 10_000)
    rng = np.random.default_rng(3)
    starts, people = np.array([0, 150, 400]), 400
    model = ChurnModel(2, people)
    alone = [
        SGDClassifier(loss="log_loss", penalty=None, learning_rate="constant", eta0=0.1, fit_intercept=False,
                      shuffle=False, random_state=0) for _ in range(2)
    ]  # fmt: skip
    everybody = np.ones(people, bool)
    for week in range(1, 6):
        model.known[:] = rng.random((WIDTH, people))
        offered, left = rng.random(people) < 0.3, rng.random(people) < 0.2
        model.learn(everybody, offered, left, starts, week)
        known = np.column_stack([*model.known, np.ones(people)])
        design = np.hstack([known, known * offered[:, None]])
        for world, learner in enumerate(alone):
            here = slice(starts[world], starts[world + 1])
            learner.partial_fit(design[here], left[here], classes=(False, True))
    weights = model._weights.reshape(2, COLUMNS)
    for world, learner in enumerate(alone):
        np.testing.assert_allclose(weights[world], learner.coef_[0], rtol=1e-9, atol=1e-12)


def test_of_many_records_all_get_their_turn(monkeypatch):
    monkeypatch.setattr(churn_model, "MOST_RECORDS", 10)
    people = np.zeros(35, bool)
    known, watched = np.zeros((WIDTH, 35)), ~people
    seen = [
        churn_model._records(np.arange(35.0) + known, watched, people, people, np.array([0, 35]), week, 10)
        for week in range(4)
    ]
    rows = np.concatenate([data.reshape(-1, WIDTH + 1)[:, 0] for data, *_ in seen])
    assert sorted(rows) == list(range(35))
    assert max(len(outcome) for *_, outcome in seen) <= 10

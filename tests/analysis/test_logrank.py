"""Log-rank test of several groups: scipy for two, a textbook for three, and sane where nothing can be told."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.analysis.logrank import holm, logrank, pairwise

# Freireich et al. 1963, Blood 21(6) 699–716: weeks of remission (False: censored) and logarithm of white blood cells.
DRUG = (
    (35, False, 1.45), (34, False, 1.47), (32, False, 2.20), (32, False, 2.53), (25, False, 1.78), (23, True, 2.57),
    (22, True, 2.32), (20, False, 2.01), (19, False, 2.05), (17, False, 2.16), (16, True, 3.60), (13, True, 2.88),
    (11, False, 2.60), (10, False, 2.70), (10, True, 2.96), (9, False, 2.80), (7, True, 4.43), (6, False, 3.20),
    (6, True, 2.31), (6, True, 4.06), (6, True, 3.28),
)  # fmt: skip
PLACEBO = (
    (23, 1.97), (22, 2.73), (17, 2.95), (15, 2.30), (12, 1.50), (12, 3.06), (11, 3.49), (11, 2.12), (8, 3.52),
    (8, 3.05), (8, 2.32), (8, 3.26), (5, 3.49), (5, 3.97), (4, 4.36), (4, 2.42), (3, 4.01), (2, 4.91), (2, 4.48),
    (1, 2.80), (1, 5.00),
)  # fmt: skip
TIME = np.array([each[0] for each in (*DRUG, *PLACEBO)])
EVENT = np.array([each[1] for each in DRUG] + [True] * len(PLACEBO))
CELLS = np.array([each[-1] for each in (*DRUG, *PLACEBO)])
TREATED = np.repeat([0, 1], [len(DRUG), len(PLACEBO)])


def test_three_groups_agree_with_the_textbook() -> None:
    # Kleinbaum & Klein 2012, Survival Analysis, 3rd edition, chapter 2: white cells up to 2.30, up to 3.00, above.
    found = logrank(TIME, EVENT, np.digitize(CELLS, [2.305, 3.005]))
    assert found.observed.tolist() == [4, 10, 16] and found.freedom == 2
    assert found.expected == pytest.approx([13.06, 10.72, 6.21], abs=0.005)
    assert found.statistic == pytest.approx(26.39, abs=0.005) and found.p_value < 1e-5


def test_two_groups_agree_with_the_textbook_and_with_scipy() -> None:
    found = logrank(TIME, EVENT, TREATED)
    assert found.statistic == pytest.approx(16.79, abs=0.005)  # ibid.
    parts = [(TIME[rows].astype(float), ~EVENT[rows]) for rows in np.split(np.arange(len(TIME)), [len(DRUG)])]
    samples = [stats.CensoredData.right_censored(*part) for part in parts]
    told = stats.logrank(*samples)
    assert (found.statistic, found.p_value) == pytest.approx((told.statistic**2, told.pvalue))
    assert found.freedom == 1 and found.observed.sum() == pytest.approx(found.expected.sum())


def test_alike_groups_are_told_apart_as_often_as_the_level_says() -> None:
    luck = np.random.default_rng(5)
    group = np.arange(160) % 4
    p = np.array([
        logrank(np.minimum(luck.geometric(0.1, 160), 15), luck.random(160) < 0.8, group).p_value for _ in range(400)
    ])  # fmt: skip
    assert 0.02 < (p < 0.05).mean() < 0.09 and p.mean() == pytest.approx(0.5, abs=0.06)


def test_groups_that_nobody_saw_an_event_beside_cost_no_freedom() -> None:
    time, event, group = np.array([2, 3, 4, 5, 1, 1]), np.array([1, 1, 1, 0, 0, 0]), np.array([0, 1, 0, 1, 2, 2])
    found = logrank(time, event, group)
    assert found.freedom == 1
    assert found.statistic == pytest.approx(logrank(time[:4], event[:4], group[:4]).statistic)
    for nothing in (logrank([], [], []), logrank([1, 2], [0, 0], [0, 1]), logrank([1, 1], [1, 1], [0, 1])):
        assert np.isnan(nothing.p_value) and nothing.freedom == 0


def test_pairs_keep_the_chance_of_a_false_alarm() -> None:
    assert holm(np.array([0.01, np.nan, 0.04, 0.03])) == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    assert holm(np.array([0.9, 0.6])).tolist() == [1.0, 1.0]
    table = pairwise(TIME, EVENT, np.digitize(CELLS, [2.305, 3.005]), ["low", "middle", "high"])
    assert table[["a", "b"]].to_numpy().tolist() == [["low", "middle"], ["low", "high"], ["middle", "high"]]
    assert (table["adjusted"] >= table["p_value"]).all() and table["adjusted"].idxmin() == 1

"""Log-rank test of several groups, and of every two of them with the chance of a false alarm kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2


@dataclass(frozen=True)
class LogRank:
    """Whether groups differ in how soon something happens.

    Attributes:
        statistic: χ²; NaN where no event tells groups apart.
        freedom: Degrees of freedom, the number of groups that were watched at any event less one.
        p_value: Probability of so large a statistic if all groups were alike.
        observed: Events of each group; shape (groups,).
        expected: Events that each would have had if all were alike; shape (groups,).
    """

    statistic: float
    freedom: int
    p_value: float
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]


def logrank(time: ArrayLike, event: ArrayLike, group: ArrayLike) -> LogRank:
    """The test over all groups together, ties counted exactly (hypergeometric variance).

    χ² = zᵀV⁻z with z = Σ_t (d_tg − d_t·n_tg/n_t) and V = Σ_t d_t(n_t − d_t)/(n_t − 1)·(diag(q_t) − q_t·q_tᵀ), q_t being
    the shares of the groups among those at risk. Source: Mantel 1966, Cancer Chemotherapy Reports 50(3) 163–170; Peto &
    Peto 1972, Journal of the Royal Statistical Society A 135(2) 185–207.

    Args:
        time: How long each person was watched; shape (people,).
        event: Whether it happened at the end of that time; otherwise the person is censored.
        group: Number of each person's group, from 0.
    """
    watched, happened = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    member = np.asarray(group, dtype=np.int64)
    groups = int(member.max(initial=-1)) + 1
    moments, place = np.unique(watched[happened], return_inverse=True)
    dying = np.zeros((len(moments), groups))
    np.add.at(dying, (place, member[happened]), 1.0)
    leaving = [np.sort(watched[member == number]) for number in range(groups)]
    at_risk = np.array([len(ends) - np.searchsorted(ends, moments) for ends in leaving], dtype=float)
    at_risk = at_risk.T.reshape(len(moments), groups)
    total, deaths = at_risk.sum(axis=1), dying.sum(axis=1)
    share = at_risk / total[:, None]
    observed, expected = dying.sum(axis=0), (deaths[:, None] * share).sum(axis=0)
    weight = deaths * (total - deaths) / np.maximum(total - 1, 1)
    spread = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    freedom = int(np.linalg.matrix_rank(spread, hermitian=True)) if len(moments) else 0
    if freedom == 0:
        return LogRank(float("nan"), 0, float("nan"), observed, expected)
    apart = observed - expected
    statistic = float(apart @ np.linalg.pinv(spread, hermitian=True) @ apart)
    return LogRank(statistic, freedom, float(chi2.sf(statistic, freedom)), observed, expected)


def pairwise(time: ArrayLike, event: ArrayLike, group: ArrayLike, names: Sequence[str]) -> pd.DataFrame:
    """Every two groups tested alone, with p-values that keep the chance of any false alarm (Holm 1979).

    Args:
        time: As for :func:`logrank`.
        event: As for :func:`logrank`.
        group: As for :func:`logrank`.
        names: Name of each group.

    Returns:
        Columns a, b (names), statistic (χ², one degree of freedom), p_value, adjusted; pairs that cannot be tested
        have NaN and do not count among the tests.
    """
    watched, happened, member = np.asarray(time), np.asarray(event), np.asarray(group)
    rows = []
    for a, b in combinations(range(len(names)), 2):
        inside = (member == a) | (member == b)
        found = logrank(watched[inside], happened[inside], member[inside] == b)
        rows.append((names[a], names[b], found.statistic, found.p_value))
    table = pd.DataFrame(rows, columns=["a", "b", "statistic", "p_value"])
    return table.assign(adjusted=holm(table["p_value"].to_numpy(float)))


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values for several tests at once: the k-th smallest of m times m − k + 1, never falling, at most 1.

    Source: Holm 1979, Scandinavian Journal of Statistics 6(2) 65–70.
    """
    adjusted = np.full(len(p_values), np.nan)
    order = [int(place) for place in np.argsort(p_values, kind="stable") if not np.isnan(p_values[place])]
    raised = np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1))
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted

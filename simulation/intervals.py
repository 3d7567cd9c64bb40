"""How sure a mean over worlds is: Student's t interval, for one column or for many at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Mean over worlds with its confidence interval; NaN bounds where fewer than two worlds are known."""

    mean: Any
    low: Any
    high: Any


def t_quantile(level: float, worlds: Any) -> Any:
    """Half-width of the interval in standard errors: t with worlds − 1 degrees of freedom, else NaN."""
    known = np.asarray(worlds, float)
    return np.where(known > 1, stdtrit(np.maximum(known - 1, 1), (1 + level) / 2), np.nan)


def mean_interval(values: Any, level: float = 0.95) -> Interval:
    """Mean over worlds with Student's t interval, mean ± t·s/√n, worlds without a value left out.

    Args:
        values: Shape (…, worlds); NaN where a world has no value.
        level: Probability that the interval covers, 0–1.

    Returns:
        Mean, low and high, each of shape (…), plain floats for a single row.
    """
    table = np.asarray(values, float)
    there = ~np.isnan(table)
    known = there.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, table, 0.0).sum(axis=-1) / known
        squares = np.where(there, (table - mean[..., None]) ** 2, 0.0).sum(axis=-1)
        half = t_quantile(level, known) * np.sqrt(squares / (known - 1) / known)
    if table.ndim == 1:
        return Interval(float(mean), float(mean - half), float(mean + half))
    return Interval(mean, mean - half, mean + half)


def percentile(values: Any, percent: float) -> Floats:
    """Percentile over worlds, shape (…), worlds without a value left out; NaN where none has one."""
    table = np.asarray(values, float)
    empty = np.isnan(table).all(axis=-1)
    filled = np.where(empty[..., None], 0.0, table)
    return np.where(empty, np.nan, np.nanpercentile(filled, percent, axis=-1))

"""Numbers that a lesson reads from weekly curves: one per world, then an estimate with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lessons.parts import Measure
from lessons.words import Told
from simulation.intervals import mean_interval, t_quantile

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """Mean over worlds with its 95 % Student interval; the interval is NaN with a single world."""

    mean: float
    low: float
    high: float
    worlds: int

    def told(self, measure: Measure, language: str) -> Told:
        """The estimate in words."""
        return Told(self.mean, self.low, self.high, self.worlds, measure.unit.said(language), language,
                    measure.decimals, measure.money)  # fmt: skip


def estimate(values: Values, level: float = 0.95) -> Estimate:
    """Estimate a mean: x̄ ± t·s/√n.

    Args:
        values: One number per world.
        level: Probability that the interval covers the mean.
    """
    return Estimate(*mean_interval(values, level), len(values))


def ratio(left: Values, right: Values, level: float = 0.95) -> Estimate:
    """Estimate a ratio of means in paired worlds, by the delta method on its logarithm.

    ln r̂ ± t·s(xᵢ/x̄ − yᵢ/ȳ)/√n. Both means must be positive, else every number is NaN.
    """
    worlds, top, bottom = len(left), float(np.mean(left)), float(np.mean(right))
    if worlds < 2 or top <= 0 or bottom <= 0:
        return Estimate(float("nan"), float("nan"), float("nan"), worlds)
    spread = float(np.std(left / top - right / bottom, ddof=1))
    half = float(t_quantile(level, worlds)) * spread / np.sqrt(worlds)
    return Estimate(top / bottom, top / bottom * np.exp(-half), top / bottom * np.exp(half), worlds)


def curve_of(weekly: pd.DataFrame, outcome: str, arm: str, per: str | None = None) -> pd.DataFrame:
    """Curve of an outcome in one arm, a column per seed; ``per`` divides it by another outcome, 0 where that is 0."""
    mine = weekly[weekly["arm"] == arm]
    curve = mine.pivot(index="week", columns="seed", values=outcome).astype(float)
    if per is None:
        return curve
    below = mine.pivot(index="week", columns="seed", values=per).astype(float)
    return (curve / below.where(below != 0)).fillna(0.0)


def gap(weekly: pd.DataFrame, outcome: str, arm: str, against: str | None, per: str | None = None) -> pd.DataFrame:
    """Curve of an arm, or of the paired gap between two arms, as one column per seed.

    Args:
        weekly: arm, seed, week and outcomes.
        outcome: Column to read.
        arm: Arm of interest.
        against: Arm to subtract world by world, or None.
        per: Outcome to divide by, or None.

    Returns:
        Weeks × seeds.
    """
    curve = curve_of(weekly, outcome, arm, per)
    return curve if against is None else curve - curve_of(weekly, outcome, against, per)


def measure_values(weekly: pd.DataFrame, worlds: pd.DataFrame, measure: Measure) -> pd.Series:
    """One number per world.

    Args:
        weekly: arm, seed, week and weekly outcomes.
        worlds: arm, seed and measures of the whole run.
        measure: What to read.

    Returns:
        Series over seeds, already multiplied with the measure's scale.
    """

    def read(arm: str, against: str | None) -> pd.Series:
        if measure.kind == "whole":
            found = _whole(worlds, measure.outcome, arm)
            return found if against is None else found - _whole(worlds, measure.outcome, against)
        curve = gap(weekly, measure.outcome, arm, against, measure.per)
        curve = curve[(curve.index >= measure.start) & (curve.index <= measure.end)]
        first = int(curve.index[0])
        return curve.apply(lambda world: _KINDS[measure.kind](world.to_numpy(), measure.share, first), axis=0)

    arm = measure.arm or ""
    if measure.relative and measure.against is not None:
        return measure.scale * (read(arm, None) / read(measure.against, None) - 1)
    return measure.scale * read(arm, measure.against)


def _whole(worlds: pd.DataFrame, outcome: str, arm: str) -> pd.Series:
    return worlds[worlds["arm"] == arm].set_index("seed")[outcome].astype(float).sort_index()


def _first(where: NDArray[np.bool_]) -> float:
    """Steps until the first week that qualifies; the whole window where none does."""
    return float(np.argmax(where)) if where.any() else float(len(where))


def _weeks_to_fall(curve: Values, share: float) -> float:
    lowest = float(np.min(curve))
    return _first(curve <= share * lowest) + 1 if lowest < 0 else float(len(curve))


def _weeks_to_regain(curve: Values, share: float) -> float:
    """Weeks from the lowest point; a world that is not back by the end counts with the weeks that were left."""
    place = int(np.argmin(curve))
    return _first(curve[place:] >= (1 - share) * curve[place]) if curve[place] < 0 else 0.0


_KINDS: dict[str, Callable[[Values, float, int], float]] = {
    "at": lambda curve, share, first: float(curve[-1]),
    "mean": lambda curve, share, first: float(np.mean(curve)),
    "total": lambda curve, share, first: float(np.sum(curve)),
    "lowest": lambda curve, share, first: float(np.min(curve)),
    "highest": lambda curve, share, first: float(np.max(curve)),
    "largest": lambda curve, share, first: float(np.max(np.abs(curve))),
    "week_of_lowest": lambda curve, share, first: float(first + np.argmin(curve)),
    "week_of_highest": lambda curve, share, first: float(first + np.argmax(curve)),
    "weeks_to_lowest": lambda curve, share, first: float(np.argmin(curve)) + 1,
    "weeks_to_fall": lambda curve, share, first: _weeks_to_fall(curve, share),
    "weeks_to_regain": lambda curve, share, first: _weeks_to_regain(curve, share),
}

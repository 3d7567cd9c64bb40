"""Numbers that a lesson reads from weekly curves: one per world, then an estimate with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lessons.format import Measure
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


def gap(weekly: pd.DataFrame, outcome: str, arm: str, against: str | None) -> pd.DataFrame:
    """Curve of an arm, or of the paired gap between two arms, as one column per seed.

    Args:
        weekly: arm, seed, week and outcomes.
        outcome: Column to read.
        arm: Arm of interest.
        against: Arm to subtract world by world, or None.

    Returns:
        Weeks × seeds.
    """
    curve = weekly[weekly["arm"] == arm].pivot(index="week", columns="seed", values=outcome)
    if against is not None:
        curve = curve - weekly[weekly["arm"] == against].pivot(index="week", columns="seed", values=outcome)
    return curve.astype(float)


def measure_values(weekly: pd.DataFrame, measure: Measure) -> pd.Series:
    """One number per world.

    Returns:
        Series over seeds, already multiplied with the measure's scale.
    """
    curve = gap(weekly, measure.outcome, measure.arm, measure.against)
    curve = curve[(curve.index >= measure.start) & (curve.index <= measure.end)]
    read = _KINDS[measure.kind]
    return curve.apply(lambda world: measure.scale * read(world.to_numpy(), measure.share), axis=0)


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


_KINDS: dict[str, Callable[[Values, float], float]] = {
    "at": lambda curve, share: float(curve[-1]),
    "mean": lambda curve, share: float(np.mean(curve)),
    "total": lambda curve, share: float(np.sum(curve)),
    "lowest": lambda curve, share: float(np.min(curve)),
    "largest": lambda curve, share: float(np.max(np.abs(curve))),
    "weeks_to_lowest": lambda curve, share: float(np.argmin(curve)) + 1,
    "weeks_to_fall": _weeks_to_fall,
    "weeks_to_regain": _weeks_to_regain,
}

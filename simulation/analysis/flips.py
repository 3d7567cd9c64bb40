"""Does the ranking hold? One coefficient is moved through its range, and the plans are ranked at every value.

All values and plans are lived with the same seeds. The plan that is first where the coefficient stands now is followed
to either side; where its mean falls below another's, the place between two values is interpolated linearly. The
interval of that place is a bootstrap over worlds (percentile), which keeps the plans and values of a world together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.factors import Factor
from simulation.intervals import mean_interval
from simulation.sweep_points import Values, by_point

Floats = NDArray[np.float64]

RESAMPLES = 2000
SURE = 0.95
"""Share of resampled worlds that must agree before something is said without reserve."""

Side = Literal["below", "above"]


def grid(factor: Factor, now: float, steps: int = 9) -> tuple[float, ...]:
    """Values to try: evenly over the range, and where the coefficient stands now."""
    places = np.linspace(0, 1, steps)
    return tuple(sorted({float(factor.value(float(place))) for place in places} | {float(now)}))


def points(factor: Factor, values: Sequence[float]) -> tuple[Values, ...]:
    """The points of a grid."""
    whole = factor.declared.integer
    return tuple({factor.path: round(value) if whole else value} for value in values)


@dataclass(frozen=True)
class Crossing:
    """Where the first plan loses its place on one side of what is assumed now.

    Attributes:
        side: Whether it happens below or above.
        at: Value of the coefficient at which it does, from the means; None if the means never cross on this side.
        low, high: 95 % bootstrap interval of the place, among resamples that cross; NaN if none does.
        to: Plan that takes the place.
        share: Share of resamples in which the place is lost on this side.
    """

    side: Side
    at: float | None
    low: float
    high: float
    to: str
    share: float

    @property
    def verdict(self) -> Literal["never", "doubtful", "lost"]:
        """Lost or kept for certain, or neither."""
        if self.share <= 1 - SURE and self.at is None:
            return "never"
        return "lost" if self.share >= SURE and self.at is not None else "doubtful"


@dataclass(frozen=True)
class Ranking:
    """What moving a coefficient does to the ranking.

    Attributes:
        curves: plan, value, mean, low, high (t interval over worlds) in the outcome's unit.
        first: Plan that is first where the coefficient stands now.
        second: The one behind it there.
        lead: Mean, low and high of the paired lead there.
        certain: Share of resamples in which it is first there.
        crossings: One for each side on which values were tried.
        now: Where the coefficient stands.
        worlds: Worlds in which every plan has a value everywhere.
    """

    curves: pd.DataFrame
    first: str
    second: str
    lead: tuple[float, float, float]
    certain: float
    crossings: tuple[Crossing, ...]
    now: float
    worlds: int


def ranking(
    frame: pd.DataFrame, plans: Sequence[str], values: Sequence[float], now: float, outcome: str, better: int,
    seed: int = 1,
) -> Ranking | None:  # fmt: skip
    """Follow the plans over a grid.

    Args:
        frame: As :func:`simulation.sweep_points.live` gives it for :func:`points`, also while it is not complete.
        plans: Two or more names.
        values: The grid, ascending, with ``now`` in it.
        now: Where the coefficient stands.
        outcome: Column.
        better: 1 if more is better, −1 if less is.
        seed: Of the bootstrap.

    Returns:
        None until the present value and one more have been lived by all in two worlds.
    """
    tables = {plan: by_point(frame, outcome, plan) for plan in plans}
    there = sorted(set.intersection(*(set(table.dropna(how="all").index) for table in tables.values())))
    here = list(values).index(now)
    if here not in there or len(there) < 2:
        return None
    cube = np.stack([tables[plan].loc[there].to_numpy(float) for plan in plans])  # (plans, values, worlds)
    cube = cube[:, :, ~np.isnan(cube).any(axis=(0, 1))]
    worlds = cube.shape[2]
    if worlds < 2:
        return None
    tried, centre = np.array([values[point] for point in there]), there.index(here)
    mean, low, high = mean_interval(cube)
    curves = pd.DataFrame(
        {
            "plan": np.repeat(list(plans), len(tried)), "value": np.tile(tried, len(plans)),
            "mean": mean.ravel(), "low": low.ravel(), "high": high.ravel(),
        }
    )  # fmt: skip
    order = np.argsort(-better * mean[:, centre], kind="stable")
    first, second = int(order[0]), int(order[1])
    lead = mean_interval((cube[first, centre] - cube[second, centre]) * better)
    drawn = np.random.default_rng(seed).multinomial(worlds, np.full(worlds, 1 / worlds), RESAMPLES) / worlds
    resampled = np.einsum("pvw,rw->rpv", cube, drawn)
    certain = float((_margin(resampled, first, better)[:, centre] > 0).mean())
    away: tuple[tuple[Side, slice], ...] = (("below", slice(centre, None, -1)), ("above", slice(centre, None)))
    crossings = tuple(
        _crossing(side, tried[span], mean[:, span], resampled[:, :, span], first, better, plans)
        for side, span in away
        if len(tried[span]) > 1
    )
    ahead = (lead.mean, lead.low, lead.high)
    return Ranking(curves, plans[first], plans[second], ahead, certain, crossings, now, worlds)


def _margin(means: Floats, first: int, better: int) -> Floats:
    """Lead of one plan over the best of the others, (…, plans, values) → (…, values); negative where it is behind."""
    signed = better * means
    return np.asarray(signed[..., first, :] - np.delete(signed, first, axis=-2).max(axis=-2))


def _crossing(
    side: Side, tried: Floats, mean: Floats, resampled: Floats, first: int, better: int, plans: Sequence[str]
) -> Crossing:
    """The place nearest to the first of ``tried`` at which the lead is gone."""
    at = _zero(tried, _margin(mean, first, better)[None])[0]
    places = _zero(tried, _margin(resampled, first, better))
    crossed = places[~np.isnan(places)]
    low, high = np.quantile(crossed, [0.025, 0.975]) if len(crossed) else (np.nan, np.nan)
    # Who is ahead at the first value beyond the place; of several, the one ahead by most.
    others = better * mean
    beyond = int(np.argmax(_margin(mean, first, better) < 0)) if not np.isnan(at) else len(tried) - 1
    rivals = others[:, beyond].copy()
    rivals[first] = -np.inf
    to = plans[int(rivals.argmax())]
    return Crossing(side, None if np.isnan(at) else float(at), float(low), float(high), to, len(crossed) / len(places))


def _zero(tried: Floats, margin: Floats) -> Floats:
    """Where each margin (rows, values) first falls below 0, by linear interpolation; NaN where it never does."""
    behind = margin < 0
    step = behind.argmax(axis=1)
    rows = np.arange(len(margin))
    before = np.maximum(step - 1, 0)
    left, right = margin[rows, before], margin[rows, step]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(step == before, 0.0, left / (left - right))
    place = tried[before] + part * (tried[step] - tried[before])
    return np.where(behind.any(axis=1), place, np.nan)


def sides(found: Ranking) -> Mapping[str, Crossing]:
    """Crossings by side."""
    return {crossing.side: crossing for crossing in found.crossings}

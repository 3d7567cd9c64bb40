"""Patient rule induction: a box is peeled off the points around failures, pasted back, and its sides are tested."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


ALPHA = 0.05
"""Share of the points in a box that one step peels off or pastes on (Friedman & Fisher 1999)."""
LEAST_SHARE, LEAST_POINTS = 0.05, 5
"""A box keeps at least so many of the points it is looked for in."""


def bounded(low: Floats, high: Floats) -> Flags:
    """(assumptions,) which the ends of a box restrict."""
    return np.isfinite(low) | np.isfinite(high)


def within(x: Floats, low: Floats, high: Floats) -> Flags:
    """(futures,) which lie between the ends, both included."""
    return np.asarray(((x >= low) & (x <= high)).all(axis=1))


def peel(x: Floats, y: Flags, alpha: float = ALPHA) -> list[tuple[Floats, Floats]]:
    """Boxes from the whole space inwards, each the one before without the edge whose loss leaves it densest.

    Of edges that do so alike, as many do while few points are peeled, the one goes that would also leave it densest if
    four times as much were cut.

    Args:
        x: (futures, assumptions).
        y: (futures,) failures.
        alpha: Share of the points inside that a step takes.

    Returns:
        Low and high ends of each box, (assumptions,) each, infinite where free.
    """
    low, high = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    least = max(LEAST_POINTS, math.ceil(LEAST_SHARE * len(y)))
    passed = [(low.copy(), high.copy())]
    while True:
        inside = within(x, low, high)
        points, hits = x[inside], y[inside]
        take = max(1, int(alpha * len(hits)))
        if len(hits) - take < least or hits.all() or not hits.any():
            return passed
        ordered = np.sort(points, axis=0)
        # Points of equal value go together: where values are few, a step takes more than its share.
        edges = (ordered[take - 1], ordered[-take])
        stays = (points > edges[0], points < edges[1])
        far = min(4 * take, len(hits) - 1)
        ahead = (points > ordered[far - 1], points < ordered[-far])
        left = np.array([kept.sum(axis=0) for kept in stays])
        density = np.array([_density(kept, hits) for kept in stays])
        density[left < least] = -1
        if density.max() < 0:
            return passed
        alike = np.where(density == density.max(), [_density(kept, hits) for kept in ahead], -1.0)
        side, j = np.unravel_index(int(alike.argmax()), alike.shape)
        # The cut lies half-way between what goes and what stays.
        kept = points[stays[side][:, j], j]
        (low, high)[side][j] = (edges[side][j] + (kept.min() if side == 0 else kept.max())) / 2
        passed.append((low.copy(), high.copy()))


def _density(kept: Flags, hits: Flags) -> Floats:
    return np.asarray((kept & hits[:, None]).sum(axis=0) / np.maximum(kept.sum(axis=0), 1))


def paste(x: Floats, y: Flags, low: Floats, high: Floats, alpha: float = ALPHA) -> tuple[Floats, Floats]:
    """The box with its edges moved outwards as long as that does not lower its density."""
    low, high = low.copy(), high.copy()
    while True:
        inside = within(x, low, high)
        density, take = y[inside].mean(), max(1, int(alpha * inside.sum()))
        best: tuple[float, int, int, float] | None = None
        for j in np.flatnonzero(bounded(low, high)):
            others_low, others_high = low.copy(), high.copy()
            others_low[j], others_high[j] = -np.inf, np.inf
            free = within(x, others_low, others_high)
            for side, beyond in ((0, x[:, j] < low[j]), (1, x[:, j] > high[j])):
                values = np.sort(x[free & beyond, j])
                if not len(values):
                    continue
                values = values[::-1] if side == 0 else values
                taken = values[: take + 1]
                edge = taken[-1] if len(values) <= take else (taken[-1] + taken[-2]) / 2
                wider = free & ((x[:, j] >= edge) & (x[:, j] <= high[j]) if side == 0 else
                                (x[:, j] <= edge) & (x[:, j] >= low[j]))  # fmt: skip
                if len(values) <= take:
                    edge = -np.inf if side == 0 else np.inf
                gained = float(y[wider].mean())
                if gained >= density and (best is None or gained > best[0]):
                    best = (gained, side, int(j), float(edge))
        if best is None:
            return low, high
        (low, high)[best[1]][best[2]] = best[3]


def quasi_p(x: Floats, y: Flags, low: Floats, high: Floats, j: int) -> float:
    """Probability of as many failures inside, were futures inside like those of the box without its j-th restriction.

    One-sided binomial test (Bryant & Lempert 2010); quasi, since the box was chosen by the same futures.
    """
    inside = within(x, low, high)
    freed_low, freed_high = low.copy(), high.copy()
    freed_low[j], freed_high[j] = -np.inf, np.inf
    rate = y[within(x, freed_low, freed_high)].mean()
    return float(binom.sf(int(y[inside].sum()) - 1, int(inside.sum()), rate))

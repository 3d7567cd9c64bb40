"""Likelihood-free calibration: which coefficients make worlds that look like the data, as a cloud and not one point.

Approximate Bayesian computation in two rounds. Points of a Latin hypercube over the prior are simulated; a ridge
regression of the coefficients on what was seen of each world makes summaries of them (Fearnhead & Prangle 2012, JRSS-B
74(3) 419–474); the nearest worlds are kept and moved along the regression to what was seen of the data (Beaumont, Zhang
& Balding 2002, Genetics 162(4) 2025–2035). The second round looks only where the first one has left something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEPT = 1 / 2
"""Share of the worlds of a round that are kept."""
ROUND = 150
"""Worlds of each of the two rounds."""
INFORMED = 0.5
"""Ratio of the widths of posterior and prior below which the data are said to identify a coefficient."""
_RIDGE = 1.0  # in units of a standardised feature over all worlds; features are strongly correlated
_MARGIN = 1.0  # of what the first round has left: a box that is too tight would make the posterior narrower than it is
LEVEL = 0.9


@dataclass(frozen=True)
class Posterior:
    """Draws of coefficients.

    Attributes:
        names: Paths of the coefficients.
        prior: Lowest and highest value of each, shape (coefficients, 2); uniform on the logarithm.
        draws: Coefficients, shape (draws, coefficients).
        worlds: Worlds that were simulated.
    """

    names: tuple[str, ...]
    prior: Floats
    draws: Floats
    worlds: int

    def interval(self, level: float = LEVEL) -> Floats:
        """Lower end, median and upper end of each coefficient, shape (coefficients, 3)."""
        return np.quantile(self.draws, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0).T

    def widths(self) -> Floats:
        """Width of each posterior interval over that of the prior, on the logarithm: 1 if nothing was learnt."""
        ends = np.log(self.interval())
        span = LEVEL * np.log(self.prior[:, 1] / self.prior[:, 0])
        return np.asarray((ends[:, 2] - ends[:, 0]) / span)


def calibrate(
    names: tuple[str, ...],
    prior: Floats,
    seen: Floats,
    world: Callable[[Floats, int], Floats],
    draws: int,
    worlds: int = ROUND,
    seed: int = 1,
) -> Posterior:
    """Draw coefficients whose worlds look like the data.

    Args:
        names: Paths of the coefficients.
        prior: Lowest and highest value of each, shape (coefficients, 2).
        seen: What was seen of the data, shape (features,).
        world: Coefficients and a seed → the same of a simulated world.
        draws: How many draws.
        worlds: Worlds of each of the two rounds.
        seed: Luck of the points, the worlds and the draws; every world has a seed of its own.
    """
    luck = np.random.default_rng(seed)
    outer = np.log(prior)
    box = outer
    for turn in range(2):
        places = qmc.LatinHypercube(len(names), rng=luck).random(worlds)
        points = box[:, 0] + places * (box[:, 1] - box[:, 0])
        features = np.array([world(np.exp(point), turn * worlds + k + 1) for k, point in enumerate(points)])
        kept, weights = adjusted(points, features, seen)
        kept = np.clip(kept, box[:, 0], box[:, 1])
        low, high = kept.min(axis=0), kept.max(axis=0)
        margin = _MARGIN * (high - low)
        box = np.clip(np.stack([low - margin, high + margin], axis=1), outer[:, :1], outer[:, 1:])
    chosen = luck.choice(len(kept), draws, p=weights)
    return Posterior(names, prior, np.exp(kept[chosen]), 2 * worlds)


def adjusted(points: Floats, features: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Keep the worlds nearest to the data and move their coefficients to where the data were seen.

    Args:
        points: Coefficients on the logarithm, shape (worlds, coefficients).
        features: What was seen of each world, shape (worlds, features).
        seen: The same of the data.

    Returns:
        Moved coefficients of the kept worlds, and their weights, which sum to 1.
    """
    centre, spread = features.mean(axis=0), features.std(axis=0)
    known = spread > 1e-12
    z, data = ((each[..., known] - centre[known]) / spread[known] for each in (features, seen))
    slopes = _ridge(z, points)
    summary, target = z @ slopes, data @ slopes
    scale = (summary - summary.mean(axis=0)).std(axis=0) + 1e-12
    far = np.sqrt((((summary - target) / scale) ** 2).sum(axis=1))
    near = np.argsort(far, kind="stable")[: max(int(KEPT * len(points)), points.shape[1] + 2)]
    weights = 1 - (far[near] / (far[near].max() * 1.001 + 1e-12)) ** 2
    weights = weights / weights.sum()
    root = np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(near)), (summary[near] - target) / scale])
    line, *_ = np.linalg.lstsq(design * root, points[near] * root, rcond=None)
    return points[near] - design[:, 1:] @ line[1:], weights


def _ridge(z: Floats, points: Floats) -> Floats:
    centred = points - points.mean(axis=0)
    return np.asarray(np.linalg.solve(z.T @ z + _RIDGE * np.eye(z.shape[1]), z.T @ centred))

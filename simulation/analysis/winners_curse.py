"""The winner's curse: how much of the gain that a search promises is there in worlds that did not help to choose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulation.analysis.optimum import WINNER, Found, Search
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.results import Results

RESAMPLES = 4000


@dataclass(frozen=True)
class Kept:
    """What remains of a promised gain on new luck.

    Attributes:
        promised: Mean, low and high of the gain over the plan as it was, in the worlds of the search.
        kept: The same in new worlds.
        share: Kept over promised; NaN where nothing was promised.
        low, high: 95 % bootstrap interval of the share, over both sets of worlds.
        worlds: New worlds.
    """

    promised: tuple[float, float, float]
    kept: tuple[float, float, float]
    share: float
    low: float
    high: float
    worlds: int


def kept(found: Found, number: int, results: Results, asked: Search, goal: str, seed: int = 1) -> Kept:
    """How much of a chosen setting's gain in one goal is there in worlds that did not help to choose it.

    A gain is positive where the setting is better, whatever the direction of the goal.

    Args:
        found: Of the search.
        number: Which setting.
        results: Of :meth:`Search.again`.
        asked: What was searched for.
        goal: One of its goals.
        seed: Of the bootstrap.
    """
    sign = TOTALS[goal].better or 1
    before = sign * (found.worlds[number][goal] - found.worlds[0][goal])
    wide = results.worlds.pivot(index="seed", columns="plan", values=goal)
    after = sign * (wide[WINNER] - wide[asked.plan.name]).to_numpy(float)
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    promised, remains = mean_interval(before), mean_interval(after)
    luck = np.random.default_rng(seed)
    share = low = high = math.nan
    if len(before) > 1 and len(after) > 1 and promised.mean > 0:
        share = remains.mean / promised.mean
        tops, bottoms = (luck.choice(gain, (RESAMPLES, len(gain))).mean(axis=1) for gain in (after, before))
        if promised.low > 0:  # else the share has no bounds: what was promised may be nothing
            low, high = np.quantile(tops / bottoms, [0.025, 0.975])
    return Kept(
        (promised.mean, promised.low, promised.high), (remains.mean, remains.low, remains.high),
        share, float(low), float(high), len(after),
    )  # fmt: skip

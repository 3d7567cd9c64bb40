"""What drives a result: every uncertainty at its ends, Morris screening, Sobol indices, always in the same worlds.

A result is what one plan comes to, or by how much it differs from another. All points of a study are lived with the
same seeds, so that a difference between two points is the same people with the same luck under another assumption.
Intervals of the tornado are over worlds; those of Morris and Sobol are over the sample of assumptions (bootstrap), the
worlds being given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import sobol as sobol_indices
from SALib.sample import sobol as sobol_design

from simulation.analysis import screening
from simulation.factors import Factor
from simulation.intervals import mean_interval
from simulation.scenario import Plan, Scenario
from simulation.sweep_points import Points, Values, by_point

Floats = NDArray[np.float64]

MOST_SOBOL = 20
"""Uncertainties that are decomposed at once; of more, those that a tornado puts first."""

LARGEST_BASE, SMALLEST_BASE, BASE_STEP = 256, 16, 8
"""Rows of the base sample of Sobol's indices; with N of them N · (k + 2) points are lived."""

SOBOL_SECONDS = 500.0
"""Processor time that a Sobol study may take by estimate: a little over four minutes on two processors."""

SOBOL_WORLDS = 2
"""Most worlds of each point: a larger base sample tells more of the assumptions than more luck does."""

RESAMPLES = 200


@dataclass(frozen=True)
class Target:
    """The result that is looked at.

    Attributes:
        outcome: Column of what is lived.
        a: Plan.
        b: Plan that is taken off in the same world; None for what plan a itself comes to.
    """

    outcome: str
    a: str
    b: str | None = None

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The result at every point (rows) in every world (columns)."""
        return by_point(frame, self.outcome, self.a, self.b)


def one_at_a_time(factors: Sequence[Factor]) -> tuple[Values, ...]:
    """Points of a tornado: everything as it stands, then each factor at its low and at its high end."""
    return ({}, *({factor.path: factor.value(end)} for factor in factors for end in (0.0, 1.0)))


def tornado(frame: pd.DataFrame, factors: Sequence[Factor], target: Target, level: float = 0.95) -> pd.DataFrame:
    """How far each uncertainty by itself moves the result, from what it is now.

    In every world the result with the factor at one end less the result with nothing changed; then mean and t interval
    over worlds. ``swing`` is high less low. Factors of which an end has not been lived yet are left out.

    Args:
        frame: Of :func:`one_at_a_time`, also while it is not complete.
        factors: As they were given there.
        target: What is looked at.
        level: Probability that an interval covers.

    Returns:
        A row a factor, largest effect of either end first: path, low_value, high_value, then mean, low and high of
        ``below`` (low end), ``above`` (high end) and ``swing``, in the result's unit, ``below_low`` and so on.
    """
    found = target.of(frame)
    rows = []
    for place, factor in enumerate(factors):
        points = (0, 2 * place + 1, 2 * place + 2)
        if not set(points) <= set(found.index):
            continue
        still, low, high = (found.loc[point].to_numpy(float) for point in points)
        row: dict[str, Any] = {"path": factor.path, "low_value": factor.low, "high_value": factor.high}
        for name, gap in (("below", low - still), ("above", high - still), ("swing", high - low)):
            mean, lower, upper = mean_interval(gap, level)
            row |= {name: mean, f"{name}_low": lower, f"{name}_high": upper}
        rows.append(row)
    columns = ["path", "low_value", "high_value"]
    columns += [f"{name}{end}" for name in ("below", "above", "swing") for end in ("", "_low", "_high")]
    table = pd.DataFrame(rows, columns=columns)
    size = table[["below", "above", "swing"]].abs().max(axis=1)
    return table.loc[size.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def sure(row: Any) -> bool:
    """Whether an end of a tornado's bar, or its swing, is off zero for certain."""
    return any(row[f"{name}_low"] > 0 or row[f"{name}_high"] < 0 for name in ("below", "above", "swing"))


def at_places(factors: Sequence[Factor], places: Floats) -> tuple[Values, ...]:
    """Points of (points, factors) places between 0 and 1."""
    return tuple(
        {factor.path: factor.value(float(place)) for factor, place in zip(factors, row, strict=True)} for row in places
    )


def trajectories(factors: Sequence[Factor], count: int, seed: int = 1) -> tuple[Values, ...]:
    """Points of a Morris screening, see :func:`simulation.analysis.screening.design`."""
    return at_places(factors, screening.design(len(factors), count, seed))


def morris(
    frame: pd.DataFrame, factors: Sequence[Factor], count: int, target: Target, seed: int = 1
) -> pd.DataFrame | None:
    """Morris's measures of the result, averaged over worlds, from the trajectories that are complete.

    Args:
        frame: Of :func:`trajectories`, also while it is not complete.
        factors: As they were given there.
        count: Trajectories of the design.
        target: What is looked at.
        seed: Of the design.

    Returns:
        A row a factor, largest mu_star first: path and the columns of :func:`simulation.analysis.screening.measures`;
        None with fewer than two complete trajectories.
    """
    places = screening.design(len(factors), count, seed)
    values, whole = _blocks(target.of(frame), len(factors) + 1, len(places))
    if len(whole) < 2:
        return None
    kept = places.reshape(count, len(factors) + 1, -1)[whole].reshape(-1, len(factors))
    found = screening.measures(kept, values.reshape(-1))
    found.insert(0, "path", [factor.path for factor in factors])
    return found.sort_values("mu_star", ascending=False, kind="stable").reset_index(drop=True)


def base_sample(factors: int, scenario: Scenario, plans: tuple[Plan, ...], worlds: int) -> int:
    """The largest base sample, from 16 rows to 256, whose estimated time is within ``SOBOL_SECONDS``."""
    seconds = Points(scenario, plans, ({},), tuple(range(worlds))).point_seconds
    fits = int(SOBOL_SECONDS / seconds / (factors + 2)) // BASE_STEP * BASE_STEP
    return min(max(fits, SMALLEST_BASE), LARGEST_BASE)


def saltelli(factors: Sequence[Factor], base: int, seed: int = 1) -> tuple[Values, ...]:
    """Points of Sobol's indices: base · (factors + 2), row by row; each can be judged by itself (Saltelli 2010)."""
    # The sequence is balanced over powers of two; fewer rows are its beginning.
    whole = 2 ** math.ceil(math.log2(base))
    places = sobol_design.sample(_problem(len(factors)), whole, calc_second_order=False, seed=seed)
    return at_places(factors, np.asarray(places, float)[: base * (len(factors) + 2)])


@dataclass(frozen=True)
class Indices:
    """What a Sobol study found.

    Attributes:
        table: A row a factor, largest total first: path; first, first_low, first_high: share of the variance that goes
            with the factor alone; total, total_low, total_high: share that would remain if all others were known, that
            is, alone and together with others. Bounds are bootstrap intervals of 95 % over rows of the base sample.
        mean: Mean of the result over the sample, in its unit.
        spread: Standard deviation of the result over the sample; with 0 nothing moves it and no share is given.
        rows: Rows of the base sample that went into it.
    """

    table: pd.DataFrame
    mean: float
    spread: float
    rows: int


def sobol(frame: pd.DataFrame, factors: Sequence[Factor], base: int, target: Target, seed: int = 1) -> Indices | None:
    """Sobol's first and total indices of the result averaged over worlds, from the rows that are complete, by SALib.

    First: Saltelli et al. 2010; total: Jansen 1999. Estimates may lie below 0 or above 1 by chance.

    Args:
        frame: Of :func:`saltelli`, also while it is not complete.
        factors: As they were given there.
        base: Rows of the design.
        target: What is looked at.
        seed: Of the bootstrap.

    Returns:
        None with fewer than eight complete rows.
    """
    width = len(factors) + 2
    values, whole = _blocks(target.of(frame), width, base * width)
    if len(whole) < SMALLEST_BASE // 2:
        return None
    ends = values[:, [0, -1]]  # rows of the two independent samples; those between repeat them
    table = pd.DataFrame({"path": [factor.path for factor in factors]})
    spread = float(ends.std())
    if spread > 0:
        found = sobol_indices.analyze(
            _problem(len(factors)), values.reshape(-1), calc_second_order=False, num_resamples=RESAMPLES, seed=seed
        )
        for name, key in (("first", "S1"), ("total", "ST")):
            middle, half = np.asarray(found[key], float), np.asarray(found[f"{key}_conf"], float)
            table[name], table[f"{name}_low"], table[f"{name}_high"] = middle, middle - half, middle + half
        table = table.sort_values("total", ascending=False, kind="stable").reset_index(drop=True)
    return Indices(table, float(ends.mean()), spread, len(whole))


def _problem(count: int) -> dict[str, Any]:
    return {"num_vars": count, "names": [f"x{place}" for place in range(count)], "bounds": [[0.0, 1.0]] * count}


def _blocks(found: pd.DataFrame, width: int, points: int) -> tuple[Floats, NDArray[np.intp]]:
    """Means over worlds as (complete blocks, width), and which blocks are complete; a point without a value is not."""
    means = found.mean(axis=1).reindex(range(points)).to_numpy(float).reshape(-1, width)
    whole = np.flatnonzero(~np.isnan(means).any(axis=1))
    return means[whole], whole

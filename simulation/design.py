"""Designs: which values of which factors are tried, as points in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from simulation.errors import LabError
from simulation.factors import Factor, declared_at, span
from simulation.params import Params, setting

DECLARED = "declared"
"""Word for the range that a parameter's own declaration says is to be tried."""

_BOUNDED = {"low", "high"}


class Sampling(Params):
    """How points are laid out: every combination of lists, or so many points spread over ranges."""

    kind: Literal["grid", "latin", "sobol"] = "grid"
    points: int = setting(100, 1, 1_000_000, zh="点数", en="Points")
    seed: int = setting(1, 0, 2**31 - 1, zh="设计的随机种子", en="Seed of the design")


@dataclass(frozen=True)
class Levels:
    """Values that are tried one by one."""

    values: tuple[Any, ...]

    def at(self, place: float) -> Any:
        """The value whose share of 0 to 1 the place lies in."""
        return self.values[min(int(place * len(self.values)), len(self.values) - 1)]

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that have to be allowed."""
        return self.values


@dataclass(frozen=True)
class Range:
    """Everything between two ends."""

    factor: Factor

    def at(self, place: float) -> Any:
        """The value at a place between 0 and 1."""
        return self.factor.value(place)

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that have to be allowed."""
        return self.factor.value(0.0), self.factor.value(1.0)


@dataclass(frozen=True)
class Design:
    """Points of a study.

    Attributes:
        factors: Path → what is tried there, in the order of the columns.
        sampling: How points are laid out.

    A grid holds every combination, the last factor changing fastest. A Latin hypercube has one point in each of
    ``points`` equal slices of every factor (McKay, Beckman & Conover 1979); a Sobol design is the first ``points`` of
    the scrambled sequence (Sobol 1967, Owen 1998). In both a list is cut into equal shares.
    """

    factors: Mapping[str, Levels | Range]
    sampling: Sampling

    def __len__(self) -> int:
        """Number of points."""
        if self.sampling.kind != "grid":
            return self.sampling.points
        return math.prod(len(tried.ends) for tried in self.factors.values())

    def point(self, number: int, places: NDArray[np.float64] | None) -> dict[str, Any]:
        """Values of one point.

        Args:
            number: From 0 on.
            places: As :meth:`places` gives them.
        """
        if places is not None:
            row = places[number]
            return {path: tried.at(float(row[column])) for column, (path, tried) in enumerate(self.factors.items())}
        values: dict[str, Any] = {}
        for path, tried in reversed(list(self.factors.items())):
            number, level = divmod(number, len(tried.ends))
            values[path] = tried.ends[level]
        return dict(reversed(values.items()))

    def places(self) -> NDArray[np.float64] | None:
        """(points, factors) places between 0 and 1; None for a grid, whose points can be counted off."""
        if self.sampling.kind == "grid" or not self.factors:
            return None
        count, points, seed = len(self.factors), self.sampling.points, self.sampling.seed
        if self.sampling.kind == "latin":
            return np.asarray(qmc.LatinHypercube(count, rng=seed).random(points))
        # The sequence is balanced over powers of two; fewer points are its beginning.
        power = max(0, math.ceil(math.log2(points)))
        return np.asarray(qmc.Sobol(count, rng=seed).random_base2(power)[:points])


def read_design(vary: Mapping[str, Any], sampling: Sampling) -> Design:
    """Read what is varied: a list varies, a single value fixes, ``low`` and ``high`` or ``declared`` are ranges.

    Raises:
        LabError: ``unknown_field``, ``wrong_type`` or ``design_needs_lists``, naming the path.
    """
    factors: dict[str, Levels | Range] = {}
    for path, tried in vary.items():
        declared = declared_at(str(path))
        if isinstance(tried, Mapping) or tried == DECLARED:
            if declared is None:
                raise LabError("wrong_type", field=path, given=repr(tried)[:60], allowed="[…]")
            if sampling.kind == "grid":
                raise LabError("design_needs_lists", field=path)
            factors[str(path)] = Range(Factor(str(path), declared, *_ends(str(path), tried, span(declared))))
            continue
        values = tuple(tried) if isinstance(tried, list | tuple) else (tried,)
        if not values or not all(isinstance(value, int | float | str | bool) for value in values):
            raise LabError("wrong_type", field=path, given=repr(tried)[:60], allowed="1, [1, 2], {low: 1, high: 2}")
        if len({str(value) for value in values}) < len(values):
            raise LabError("value_twice", field=path, given=repr(tried)[:60])
        factors[str(path)] = Levels(values)
    return Design(factors, sampling)


def _ends(path: str, tried: Any, declared: tuple[float, float]) -> tuple[float, float]:
    if tried == DECLARED:
        return declared
    if set(tried) != _BOUNDED or not all(isinstance(end, int | float) and math.isfinite(end) for end in tried.values()):
        raise LabError("wrong_type", field=path, given=repr(dict(tried))[:60], allowed="{low: 1, high: 2}")
    if tried["low"] > tried["high"]:
        raise LabError("interval_order", field=path)
    return float(tried["low"]), float(tried["high"])

"""Outcome: one measure, declared once with its words, unit, direction and definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.model import CommunityModel

Values = NDArray[np.float64]
Compute = Callable[["CommunityModel"], Values]


@dataclass(frozen=True)
class Outcome:
    """One measure: its words, its unit, which way is better, and how it is computed from a batch of worlds.

    Attributes:
        unit: ``people``, ``share``, ``¥``, ``index`` (0–1 scale), ``ratio``, ``weeks``, ``hours`` or ``count``.
        better: +1 more is better, −1 less is better, 0 neither.
        compute: (worlds,) value of the week that has just been closed; ``None`` for measures of a whole run.
    """

    name: str
    zh: str
    en: str
    unit: Literal["people", "share", "¥", "index", "ratio", "count", "weeks", "hours"]
    better: Literal[-1, 0, 1]
    definition_zh: str
    definition_en: str
    source: str = "definition"
    compute: Callable[[CommunityModel], Values] | None = None

    def label(self, language: str) -> str:
        """Name in the reader's language."""
        return self.zh if language == "zh" else self.en

    def definition(self, language: str) -> str:
        """What exactly is measured, in the reader's language."""
        return self.definition_zh if language == "zh" else self.definition_en


def mean_of(name: str) -> Compute:
    """Weekly sum of that name per current member, 0 where there is none."""
    return lambda model: model.totals[name] / np.maximum(model.totals["members"], 1)


def sum_of(name: str) -> Compute:
    """Weekly sum of that name."""
    return lambda model: model.totals[name].copy()


def ratio(upper: Values, lower: Values, without: float = 0.0) -> Values:
    """Quotient, and a stated value where there is nothing to divide by."""
    return np.where(lower > 0, upper / np.where(lower > 0, lower, 1.0), without)

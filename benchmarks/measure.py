"""One measurement: its words, its unit and the quartiles over the rounds that were run."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

UNITS = {"×": "×", "ns": " ns", "s": " s", "MB": " MB", "ms": " ms", "runs/min": " /min"}


@dataclass(frozen=True)
class Measurement:
    """What was measured, over how many rounds.

    Attributes:
        name: Key in ``results.json``.
        zh, en: What it is.
        unit: ``×`` for ratios, else ``ns`` (per person-week), ``s``, ``ms``, ``MB`` or ``runs/min``.
        lower, median, upper: Quartiles over rounds.
        rounds: How many.
        target: What the lab promises, empty where it promises nothing.
    """

    name: str
    zh: str
    en: str
    unit: str
    lower: float
    median: float
    upper: float
    rounds: int
    target: str = ""

    @classmethod
    def of(cls, name: str, values: Sequence[float], unit: str, zh: str, en: str, target: str = "") -> Measurement:
        """Summarise one value per round."""
        lower, median, upper = quartiles(values)
        return cls(name, zh, en, unit, lower, median, upper, len(values), target)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile; a single value is all three."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, median, upper


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """One ratio per round."""
    return [a / b for a, b in zip(above, below, strict=True)]


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time that this thread spends on the work, with yesterday's garbage out of the way."""
    gc.collect()
    began = time.thread_time()
    work()
    return time.thread_time() - began

"""Numbers and fixed words as a reader is told them, in either language."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("zh", "en")
STEPS = ("brief", "predict", "run", "observe", "explain", "quiz", "reflect", "score", "sheet")
"""The way through every lesson, in order."""


@cache
def words(language: str) -> dict[str, Any]:
    """Fixed words of lessons and sheets in one language."""
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)[language]
    return found


def step_title(step: str, language: str) -> str:
    """Name of a step in the reader's language."""
    title: str = words(language)["steps"][step]
    return title


def number(value: float, language: str, *, decimals: int = 1, money: bool = False) -> str:
    """A number as people write it: a true minus sign, 万 or M from a million ¥ on, and — where there is none."""
    if not math.isfinite(value):
        return "—"
    size, sign = abs(value), "−" if round(value, decimals) < 0 else ""
    if not money:
        return f"{sign}{size:,.{decimals}f}"
    units = ((1e8, "亿"), (1e4, "万")) if language == "zh" else ((1e9, "B"), (1e6, "M"))
    for worth, name in units:
        if size >= max(worth, 1e6):
            return f"{sign}¥{size / worth:,.1f}{' ' if language == 'zh' else ''}{name}"
    return f"{sign}¥{size:,.0f}"


def with_unit(said: str, unit: str) -> str:
    """A number with its unit; a percent sign stands close."""
    return f"{said}{'' if unit == '%' else ' '}{unit}".strip()


@dataclass(frozen=True)
class Told:
    """An estimate in words: in a template, the whole with its interval; ``.short`` is the number with its unit."""

    mean: float
    low: float
    high: float
    worlds: int
    unit: str
    language: str
    decimals: int = 1
    money: bool = False

    def _said(self, value: float) -> str:
        return number(value, self.language, decimals=self.decimals, money=self.money)

    @property
    def short(self) -> str:
        """Mean with its unit."""
        return self._with_unit(self._said(self.mean))

    @property
    def size(self) -> str:
        """Mean without its sign, for sentences that already say "lost" or "fell"."""
        return self._with_unit(self._said(abs(self.mean)))

    @property
    def bracketed(self) -> str:
        """Mean with its interval in brackets, for tables."""
        if not math.isfinite(self.low):
            return self.short
        return f"{self.short} [{self._said(self.low)}, {self._said(self.high)}]"

    def _with_unit(self, said: str) -> str:
        return with_unit(said, self.unit)

    def __str__(self) -> str:
        if not math.isfinite(self.low):
            return self.short
        low, high = self._said(self.low), self._said(self.high)
        return words(self.language)["estimate"].format(short=self.short, low=low, high=high, worlds=self.worlds)

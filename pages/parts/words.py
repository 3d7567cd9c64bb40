"""Every sentence people read, in 中文 and English, and numbers as each language writes them."""

from __future__ import annotations

import logging
import math
from functools import cache, lru_cache
from typing import Any

import numpy as np
import yaml

from simulation import ROOT
from simulation.params import Params
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.scenario import Plan, Scenario, Seeds
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

LANGUAGES = {"zh": "中文", "en": "English"}
JOIN = "\u2060"
"""Keeps a sign and its number on one line."""
COUNTED = {"people", "index", "weeks", "hours"}
"""Units of outcomes that stand behind a difference as a word; a ratio has none, and of counts the outcome says what."""
MISSING = "⟦{}⟧"
"""How a sentence that no catalogue knows shows itself; tests look for these brackets on every page."""

_log = logging.getLogger(__name__)
_STEPS = {"zh": ((1e8, " 亿"), (1e4, " 万")), "en": ((1e9, "B"), (1e6, "M"))}
_FROM = {"zh": 1e6, "en": 1e6}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Sentences of one language, keyed ``group.name``."""
    groups = yaml.safe_load((ROOT / "locales" / f"{language}.yaml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": str(text) for group, words in groups.items() for name, text in words.items()}


def plain(text: object) -> str:
    """Text as it is, wherever Markdown is read: no links, pictures, formulas or markup, whoever wrote it."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#$|~:!" else letter for letter in str(text))


@cache
def _labels(language: str) -> dict[str, str]:
    """Name of every field that means one thing only, wherever in a scenario it stands."""
    kinds: list[type[Params]] = [Population, NeedWeights, SocialGraph, Economy, Scenario, Plan, Seeds]
    kinds += [*STRATEGIES.values(), *SHOCKS.values()]
    kinds += [type(getattr(Behaviour(), name)) for name in Behaviour.model_fields]
    said: dict[str, set[str]] = {}
    for kind in kinds:
        for declared in kind.declared():
            said.setdefault(declared.name, set()).add(declared.label(language))
    return {name: labels.pop() for name, labels in said.items() if len(labels) == 1}


class Words:
    """The lab speaking one language: ``t("studio.run")``, ``t.money(71142)``."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.currency = "¥"
        self._texts = catalogue(self.language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (self.language, self.currency) == (other.language, other.currency)

    def __hash__(self) -> int:
        return hash((self.language, self.currency))

    def __call__(self, key: str, /, **values: Any) -> str:
        """Sentence of the catalogue with its placeholders filled in."""
        text = self._texts.get(key)
        if text is None:
            _log.error("no words for %r in %s", key, self.language)
            return MISSING.format(key)
        try:
            return text.format(**values) if values else text
        except (KeyError, IndexError):
            _log.error("words for %r in %s ask for values that were not given: %s", key, self.language, values)
            return MISSING.format(key)

    def heading(self, key: str) -> str:
        """Words of the catalogue as they stand alone, with a capital letter."""
        text = self(key)
        return text[:1].upper() + text[1:]

    def knows(self, key: str) -> bool:
        """Whether the catalogue has this sentence."""
        return key in self._texts

    def of(self, texts: Any, otherwise: str = "") -> str:
        """Words kept beside the thing itself: a ``{zh, en}`` mapping or a scenario's ``Text``."""
        said = texts.said(self.language) if hasattr(texts, "said") else texts.get(self.language, "")
        return str(said or otherwise)

    def join(self, parts: list[str]) -> str:
        """Enumeration as the language punctuates it."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def after(self, *sentences: str) -> str:
        """Sentences one after the other as the language sets them: Chinese leaves no space between them."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def number(self, value: float, decimals: int | None = None, sign: bool = False) -> str:
        """Plain number with thousands separators; decimals by size unless given."""
        if math.isnan(value):
            return "–"
        if decimals is None:
            decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        rounded = round(value, decimals) + 0.0
        mark = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
        return f"{mark}{abs(rounded):,.{decimals}f}"

    @staticmethod
    def bare(value: float) -> str:
        """Number of a range or a default: as short as it can be, never in powers of ten."""
        if float(value).is_integer():
            return f"{value:,.0f}"
        if abs(value) >= 1000:
            return f"{value:,.1f}"
        return np.format_float_positional(value, precision=4, fractional=False, trim="-")

    def money(self, value: float, sign: bool = False) -> str:
        """Money: ¥71,142; from a million on in 万/亿 or M/B, below ten with what is smaller than a yuan."""
        if math.isnan(value):
            return "–"
        decimals = 2 if round(abs(value), 2) % 1 and abs(value) < 10 else 0
        value = round(value, decimals)
        mark = f"−{JOIN}" if value < 0 else f"+{JOIN}" if sign and value > 0 else ""
        size = abs(value)
        for step, suffix in _STEPS[self.language] if size >= _FROM[self.language] else ():
            if size >= step:
                return f"{mark}{self.currency}{size / step:,.{1 if size / step >= 100 else 2}f}{suffix}"
        return f"{mark}{self.currency}{size:,.{decimals}f}"

    def percent(self, share: float) -> str:
        """Share as a percentage with one decimal."""
        return "–" if math.isnan(share) else f"{self.number(100 * share, 1)}%"

    def points(self, share: float, sign: bool = True) -> str:
        """Difference of two shares in percentage points."""
        return self("number.points", value=self.number(100 * share, 1, sign))

    def relative(self, share: float) -> str:
        """Relative deviation, signed: +3.2%."""
        return f"{self.number(100 * share, 1, sign=True)}%"

    def value(self, outcome: Any, value: float) -> str:
        """Level of an outcome with its unit."""
        if outcome.unit == "share":
            return self.percent(value)
        if outcome.unit == "¥":
            return self.money(value)
        return self.number(value * self.scale(outcome), {"index": 1, "ratio": 2}.get(outcome.unit, 0))

    def change(self, outcome: Any, value: float) -> str:
        """Difference in an outcome, signed, with its unit."""
        if outcome.unit == "share":
            return self.points(value)
        told = self._bare_change(outcome, value)
        return self(f"number.change_{outcome.unit}", value=told) if outcome.unit in COUNTED else told

    def interval(self, outcome: Any, low: float, high: float, change: bool = False) -> str:
        """Interval in the unit of the value beside it: ``[1.2, 3.0]``."""
        if not change:
            return f"[{self.value(outcome, low)},\u00a0{self.value(outcome, high)}]"
        ends = [self._bare_change(outcome, end).replace(self.currency, "") for end in (low, high)]
        return f"[{ends[0]},\u00a0{ends[1]}]"

    def _bare_change(self, outcome: Any, value: float) -> str:
        if outcome.unit == "¥":
            return self.money(value, sign=True)
        return self.number(value * self.scale(outcome), 2 if outcome.unit == "ratio" else 1, sign=True)

    @staticmethod
    def scale(outcome: Any) -> float:
        """What an outcome is multiplied by for people: shares become per cent, indices points out of 100."""
        return 100.0 if outcome.unit in {"share", "index"} else 1.0

    def unit_of(self, outcome: Any) -> str:
        """Unit in which people see an outcome."""
        return {"share": "%", "index": self("number.index_unit")}.get(outcome.unit) or self.unit(outcome.unit)

    def unit(self, unit: str) -> str:
        """Unit of a declared number in the reader's language."""
        if self.currency != "¥" and "¥" in unit:
            return unit.replace("¥", self.currency)
        return self(f"units.{unit}") if self.knows(f"units.{unit}") else unit

    def field(self, path: str) -> str:
        """A field of a scenario as people know it, with the path it has in the file."""
        if self.knows(f"fields.{path}"):
            return self(f"fields.{path}")
        label = _labels(self.language).get(path.rpartition(".")[2])
        return self("forms.field", label=label, path=path) if label else path

    def source(self, source: str) -> str:
        """Where a number comes from: the phrases around a citation are translated, the citation stays as it is."""
        return _translated(self.language, source)


@cache
def _phrases(language: str) -> list[tuple[str, str]]:
    """Phrases of sources and what they are called, the longest first: a short one may be part of a long one."""
    texts = {key.removeprefix("sources."): text for key, text in catalogue(language).items() if key[:8] == "sources."}
    return sorted(texts.items(), key=lambda pair: len(pair[0]), reverse=True)


@lru_cache(maxsize=4096)
def _translated(language: str, source: str) -> str:
    for phrase, called in _phrases(language):
        source = source.replace(phrase, called)
    return source

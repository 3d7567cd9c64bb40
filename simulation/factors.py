"""Factors: numbers of a scenario that a study varies, found by the path at which they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from simulation.errors import LabError
from simulation.params import Declared, Params
from simulation.scenario import Plan, Scenario
from simulation.strategies import STRATEGIES

SPREAD = 0.5
"""Where nobody has said which values are plausible: the default ± this share of it (assumption)."""

_STRATEGIES = ("plan", "strategies")
_WORDS = {"name", "title", "note", "claim", "against", "seeds", "shocks", "plan", "strategies"}
"""Fields that are no numbers to vary, or are varied in another way."""


@dataclass(frozen=True)
class Factor:
    """One number that is varied.

    Attributes:
        path: Where it stands in a scenario, such as ``behaviour.leaving.trust``.
        low: Smallest value tried.
        high: Largest.
    """

    path: str
    declared: Declared
    low: float
    high: float

    def value(self, place: float) -> float:
        """Value at a place between 0 and 1 of its range; whole numbers are rounded."""
        value = self.low + place * (self.high - self.low)
        return round(value) if self.declared.integer else value


def span(declared: Declared) -> tuple[float, float]:
    """Range that is tried: what is plausible, where somebody has said so.

    Elsewhere the declared bounds only say what the form accepts, up to a thousand times the default. Then a lever goes
    from its lower bound to twice its default, anything else to half as much around its default, and whatever
    has 0 as its default through all of its bounds.
    """
    if declared.plausible != (declared.low, declared.high):
        return declared.plausible
    if declared.default == 0:
        return declared.low, declared.high
    if declared.role == "lever":
        return declared.low, min(2 * declared.default, declared.high)
    ends = sorted((declared.default * (1 - SPREAD), declared.default * (1 + SPREAD)))
    return max(ends[0], declared.low), min(ends[1], declared.high)


def declared_at(path: str) -> Declared | None:
    """The declaration of what stands at a path of a scenario; None for a choice among words.

    Args:
        path: Such as ``population.size``, ``horizon``, ``plan.budget`` or ``plan.strategies.contact.frequency``.

    Raises:
        LabError: ``unknown_field`` with the names that are known where the path leaves the known.
    """
    *way, last = path.split(".")
    kind: type[BaseModel] = Scenario
    told: list[str] = []
    while way:
        told.append(way.pop(0))
        if tuple(told) == _STRATEGIES and way:
            told.append(way.pop(0))
            kind = _known(STRATEGIES, told)
        elif tuple(told) != _STRATEGIES:
            kind = _known(_inner(kind), told)
    if last not in _numbers(kind):
        raise LabError("unknown_field", field=path[:80], known=", ".join([*_numbers(kind), *_inner(kind)]))
    declared = {d.name: d for d in kind.declared()} if issubclass(kind, Params) else {}
    return declared.get(last)


def with_values(base: Scenario, values: Mapping[str, Any], plans: Mapping[str, Plan] | None = None) -> Scenario:
    """The base scenario with some of its numbers replaced.

    Args:
        base: Scenario with its plan.
        values: Path → value; ``plan`` → the name of one of ``plans``. A strategy that is named by a path and is not in
            the plan is switched on with its defaults.
        plans: Plans by name.

    Raises:
        LabError: Naming the path and what is allowed there.
    """
    if "plan" in values and plans is not None:
        base = base.with_plan(plans[values["plan"]])
    plain = base.model_dump(mode="json", exclude_defaults=True) | {"name": base.name}
    plain["plan"] = {"name": base.plan.name} | plain.get("plan", {})
    for path, value in values.items():
        if path == "plan":
            continue
        *way, last = path.split(".")
        inner = plain
        for part in way:
            inner = inner.setdefault(part, {})
        inner[last] = value
        if way == ["population"]:
            inner.get("drawn", {}).pop(last, None)  # one value is told: nothing of it is left to draw
    return Scenario.parse(plain)


def _known(kinds: Mapping[str, Any], told: list[str]) -> Any:
    if told[-1] not in kinds:
        raise LabError("unknown_field", field=".".join(told)[:80], known=", ".join(kinds))
    return kinds[told[-1]]


def _inner(kind: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Models that stand within a model, by name."""
    found: dict[str, type[BaseModel]] = {}
    for name, info in kind.model_fields.items():
        inner = info.annotation
        if name not in _WORDS - {"plan"} and isinstance(inner, type) and issubclass(inner, BaseModel):
            found[name] = inner
    return found


def _numbers(kind: type[BaseModel]) -> list[str]:
    """Names of fields that hold one value."""
    return [name for name in kind.model_fields if name not in _WORDS and name not in _inner(kind)]

"""What lessons have in common, filled in where a lesson says nothing: units, questions, rubric, words of steps."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lessons.parse import known

FOLDER = Path(__file__).parent / "common"
"""``defaults.yaml``, and the words of steps and guides that every lesson shares, in both languages."""


@cache
def shared() -> dict[str, Any]:
    """The course's defaults: ``units`` and ``lesson``."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "defaults.yaml").read_text(encoding="utf-8"))
    return found


def completed(data: Mapping[str, Any]) -> dict[str, Any]:
    """A lesson's plain data with everything filled in that it leaves to the course.

    Measures with ``in: <unit>`` get that unit with its scale and decimals; one scenario and an arm per plan need not be
    written; an arm may be ``[scenario, plan]``; every prediction ends with a reason; what is still missing of
    questions, rubric and reflection comes from ``common/defaults.yaml``.

    Raises:
        LabError: ``out_of_range`` for an unknown unit.
    """
    found = shared()["lesson"] | dict(data)
    found.setdefault("scenarios", {"base": {"label": {"zh": "本课情景", "en": "The lesson's scenario"}}})
    scenarios, plans = found["scenarios"], found.get("plans")
    if isinstance(scenarios, Mapping) and isinstance(plans, Mapping) and len(scenarios) == 1:
        found.setdefault("arms", {plan: [next(iter(scenarios)), plan] for plan in plans})
    if isinstance(found.get("arms"), Mapping):
        found["arms"] = {name: _arm(arm) for name, arm in found["arms"].items()}
        found.setdefault("student_arms", list(found["arms"]))
    if isinstance(found.get("measures"), Mapping):
        found["measures"] = {name: _measure(name, measure) for name, measure in found["measures"].items()}
    if isinstance(found.get("predict"), Mapping):
        found["predict"] = dict(found["predict"]) | {"reason": found["predict"].get("reason", shared()["reason"])}
    if isinstance(found["reflect"], Mapping):
        found["reflect"] = shared()["lesson"]["reflect"] | dict(found["reflect"])
    return found


def _arm(arm: Any) -> Any:
    if isinstance(arm, list) and len(arm) == 2:
        return {"scenario": arm[0], "plan": arm[1]}
    return arm


def _measure(name: str, measure: Any) -> Any:
    if not isinstance(measure, Mapping) or "in" not in measure:
        return measure
    units = shared()["units"]
    known(f"measures.{name}.in", str(measure["in"]), units)
    return units[measure["in"]] | {field: value for field, value in measure.items() if field != "in"}

"""What a form asks and how an answer is checked, without any widget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulation.errors import LabError


@dataclass(frozen=True)
class Field:
    """One question of a form, in the reader's language.

    Attributes:
        id: Name of the answer.
        kind: ``choice`` (an option's id), ``interval`` (low, high), ``number`` or ``text``.
        label: The question.
        help: One more sentence.
        options: (id, label) of each choice.
        low: Smallest number allowed.
        high: Largest number allowed.
        step: Step of a number.
        unit: Unit of a number.
        max_length: Longest text allowed.
    """

    id: str
    kind: Literal["choice", "interval", "number", "text"]
    label: str
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    unit: str = ""
    max_length: int = 400


def read_answers(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Check the answers of a form; every field must be answered.

    Returns:
        Answers as plain data: texts stripped, intervals as [low, high].

    Raises:
        LabError: ``answer_missing``, ``answer_invalid`` or ``interval_order``, naming the field by its label.
    """
    return {field.id: _read(field, answers.get(field.id)) for field in fields}


def _read(field: Field, given: Any) -> Any:
    if given is None or given == "" or (isinstance(given, str) and not given.strip()):
        raise LabError("answer_missing", field=field.label)
    if field.kind == "choice":
        names = [name for name, _ in field.options]
        if given not in names:
            raise _invalid(field, given, ", ".join(label for _, label in field.options))
        return str(given)
    if field.kind == "text":
        if not isinstance(given, str) or len(given) > field.max_length:
            raise _invalid(field, given, f"≤ {field.max_length}")
        return given.strip()
    if field.kind == "number":
        return _number(field, given)
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise _invalid(field, given, "low, high")
    low, high = (_number(field, end) for end in given)
    if low > high:
        raise LabError("interval_order", field=field.label)
    return [low, high]


def _number(field: Field, given: Any) -> float:
    number = float(given) if isinstance(given, int | float) and not isinstance(given, bool) else math.nan
    if not field.low <= number <= field.high:
        raise _invalid(field, given, f"{field.low:g}–{field.high:g}")
    return number


def _invalid(field: Field, given: Any, allowed: str) -> LabError:
    return LabError("answer_invalid", field=field.label, given=str(given)[:60], allowed=allowed)

"""Exercises of the data desk, answered by numbers or by a question in SQL and checked against the analyses of the lab.

The key of an exercise is computed from the log at hand, so that every seed has numbers of its own. A wrong answer is
held against answers that a known slip would give, and against the key column by column, to say what is off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from simulation.analysis import exercise_keys, exercise_sql
from simulation.analysis.exercise_keys import Case
from simulation.errors import LabError

Kind = Literal["id", "count", "percent", "number", "bound"]
ABSOLUTE: dict[Kind, float] = {"id": 0, "count": 0.5, "percent": 0.3, "number": 0.0006, "bound": 0.0006}
"""How far off an answer may be whatever its size: numbers are typed in with three decimals, per cents with one."""
RELATIVE = 0.01
"""How far off it may be of its own size; ends of an interval, of its width, which forgives 1.96 for Student's t."""


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        name: Key of its words under ``exercises`` in the locale files.
        columns: Column of the answer → what kind of number it is; ``id`` names the row and is not judged by itself.
        key: The right answer from the log.
        many: Whether the answer is a table; else it is one row, which can be typed in.
        tables: Tables that it needs beside the log.
    """

    name: str
    columns: dict[str, Kind]
    key: Callable[[Case], pd.DataFrame]
    many: bool = False
    tables: tuple[str, ...] = ()

    def sql(self, case: Case) -> str:
        """A query that answers the exercise."""
        return exercise_sql.WORKED[self.name].format(weeks=case.log.weeks)

    def slips(self, case: Case) -> dict[str, str]:
        """Name of a known slip → the query of somebody who makes it."""
        return {name: sql.format(weeks=case.log.weeks) for name, sql in exercise_sql.SLIPS[self.name].items()}


_COHORT: dict[str, Kind] = {"cohort": "id", "people": "count", "kept": "percent"}
_RFM: dict[str, Kind] = {"recency": "id", "frequency": "id", "people": "count", "money": "number"}
_NODES: dict[str, Kind] = {"person": "id", "degree": "count", "strength": "number"}
_UNMET: dict[str, Kind] = {"segment": "count", "people": "count", "churn": "percent"}
_AB: dict[str, Kind] = {"effect": "number", "low": "bound", "high": "bound", "needed": "count"}
_NAIVE: dict[str, Kind] = {"before_after": "number", "posters": "number", "trial": "number"}
EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for exercise in (
        Exercise("cohort", _COHORT, exercise_keys.cohort, many=True),
        Exercise("rfm", _RFM, exercise_keys.rfm, many=True),
        Exercise("repurchase", {"again": "percent", "soon": "percent"}, exercise_keys.repurchase),
        Exercise("k_factor", {"sent": "number", "accepted": "percent", "k": "number"}, exercise_keys.k_factor),
        Exercise("key_nodes", _NODES, exercise_keys.key_nodes, many=True),
        Exercise("unmet", _UNMET, exercise_keys.unmet, tables=("segments",)),
        Exercise("ab_test", _AB, exercise_keys.ab_test, tables=("trial",)),
        Exercise("naive", _NAIVE, exercise_keys.naive, tables=("launch", "trial")),
    )
}
"""Every exercise by name, in order of difficulty."""


class Verdict(NamedTuple):
    """Whether an answer is right, and what to say: a sentence under ``exercises`` with the values it needs."""

    right: bool
    said: str
    values: dict[str, Any]


def check(exercise: Exercise, case: Case, answer: pd.DataFrame) -> Verdict:
    """Hold an answer against the key.

    Args:
        exercise: Which.
        case: Log and tables of the world at hand.
        answer: One row, or a table, with the columns asked for; others are ignored.

    Raises:
        LabError: ``exercise_empty`` where this world has nothing to answer it from.
    """
    key = answer_key(exercise, case)
    given = answer.rename(columns={name: str(name).strip().lower() for name in answer.columns})
    missing = [name for name in exercise.columns if name not in given]
    if missing:
        return Verdict(False, "missing", {"columns": ", ".join(missing), "asked": ", ".join(exercise.columns)})
    given = given[list(exercise.columns)].apply(pd.to_numeric, errors="coerce")
    if given.isna().any(axis=None):
        bad = str(given.columns[given.isna().any()][0])
        return Verdict(False, "not_a_number", {"column": bad})
    off = _off(exercise, given, key)
    if off is None:
        return Verdict(True, "right", {"rows": len(key)})
    for name, sql in exercise.slips(case).items():
        slipped = case.base.ask(sql)
        if len(slipped) and not slipped.isna().any(axis=None) and _off(exercise, given, slipped) is None:
            return Verdict(False, f"{exercise.name}_slip_{name}", {})
    return off


def answer_key(exercise: Exercise, case: Case) -> pd.DataFrame:
    """The right answer; a `LabError` ``exercise_empty`` where this world has nothing to answer it from."""
    key = exercise.key(case)
    if key.empty or not np.isfinite(key.to_numpy(float)).all():
        raise LabError("exercise_empty")
    return key


def _off(exercise: Exercise, given: pd.DataFrame, key: pd.DataFrame) -> Verdict | None:
    """The first thing that is off, or nothing."""
    names = [name for name, kind in exercise.columns.items() if kind == "id"]
    if exercise.many:
        if given.duplicated(names).any():
            return Verdict(False, "doubled", {"columns": ", ".join(names)})
        here, there = given.set_index(names), key.set_index(names)
        extra, lacking = here.index.difference(there.index), there.index.difference(here.index)
        if len(extra) or len(lacking):
            where = _row(names, extra[0] if len(extra) else lacking[0])
            said = "rows_extra" if len(extra) else "rows_lacking"
            return Verdict(False, said, {"given": len(given), "needed": len(key), "row": where})
        here = here.loc[there.index]
    elif len(given) != 1:
        return Verdict(False, "one_row", {"given": len(given)})
    else:
        here, there = given.reset_index(drop=True), key.reset_index(drop=True)
    judged = [name for name, kind in exercise.columns.items() if kind != "id"]
    close = {name: _close(here[name].to_numpy(float), there[name].to_numpy(float), exercise.columns[name],
                          _size(exercise.columns[name], there[name], there)) for name in judged}  # fmt: skip
    for name in judged:
        one, other, wrong = here[name].to_numpy(float), there[name].to_numpy(float), ~close[name]
        if wrong.any():
            place = int(np.argmax(wrong))
            said, by = _direction(one[wrong], other[wrong], exercise.columns[name])
            row = _row(names, there.index[place]) if exercise.many else ""
            right = [one_right for one_right in judged if close[one_right].all()]
            told = {"column": name, "given": f"{one[place]:.4g}", "by": by, "row": row, "right": ", ".join(right),
                    "wrong": int(wrong.sum()), "of": len(wrong)}  # fmt: skip
            return Verdict(False, said, told)
    return None


def _size(kind: Kind, column: pd.Series, key: pd.DataFrame) -> Any:
    """What an error is measured by: the number itself, or the width of the interval that it bounds."""
    return (key["high"] - key["low"]).to_numpy(float) if kind == "bound" else np.abs(column.to_numpy(float))


def _close(given: Any, key: Any, kind: Kind, size: Any = None) -> Any:
    relative = {"id": 0.0, "count": 0.001}.get(kind, RELATIVE)
    return np.abs(given - key) <= np.maximum(ABSOLUTE[kind], relative * (np.abs(key) if size is None else size))


def _direction(given: Any, key: Any, kind: Kind) -> tuple[str, str]:
    """In what way numbers are off: a share for a percentage, the other sign, too much or too little."""
    if kind == "percent" and _close(100 * given, key, kind).all():
        return "as_share", ""
    if kind in {"number", "bound"} and _close(given / 100, key, kind).all():
        return "as_percent", ""
    if _close(-given, key, kind).all():
        return "sign", ""
    ratio = float(given[0] / key[0]) if key[0] else float("inf")
    far = "much" if not 0.5 <= ratio <= 2 else "some" if not 0.9 <= ratio <= 1.1 else "little"
    return ("too_high" if given[0] > key[0] else "too_low"), far


def _row(names: list[str], index: Any) -> str:
    values = index if isinstance(index, tuple) else (index,)
    return ", ".join(f"{name} = {value:g}" for name, value in zip(names, values, strict=True))

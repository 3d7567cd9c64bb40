"""Scores that reward honest forecasts: a proper rule for intervals, the key for the rest, a rubric for the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.flow import Attempt
from lessons.format import Lesson
from lessons.measures import estimate
from lessons.parts import Asked
from lessons.quiz import Quiz
from lessons.runs import Run
from lessons.words import number, words
from simulation.errors import LabError

VERSION = "1"
"""Version of the formula; printed on every sheet."""


def winkler(low: float, high: float, truth: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Penalty of an interval forecast, the smaller the better.

    S = (u − l) + (2/α)(l − y)₊ + (2/α)(y − u)₊ with α = 1 − level. The expected penalty is least when l and u are the
    α/2 and 1 − α/2 quantiles of one's own belief (Winkler 1972; Gneiting & Raftery 2007), so honesty pays.

    Args:
        low: Lower end l.
        high: Upper end u.
        truth: What happened, y, in any number of worlds.
        level: Probability the interval is meant to cover.
    """
    alpha = 1 - level
    return (high - low) + 2 / alpha * (np.maximum(low - truth, 0) + np.maximum(truth - high, 0))


@dataclass(frozen=True)
class Calibration:
    """How one interval fared among the twin worlds."""

    penalty: float
    best: float
    worst: float
    covered: int
    worlds: int
    points: float


def calibrate(low: float, high: float, truth: NDArray[np.float64], asked: Asked) -> Calibration:
    """Map the mean penalty to points: 100 for the ideal interval, 0 for the whole allowed range or worse.

    The map is linear in the penalty, so between 0 and 100 points the rule stays proper.
    """
    tail = (1 - asked.level) / 2
    ideal = np.quantile(truth, [tail, 1 - tail])
    penalty, best, worst = (
        float(np.mean(winkler(a, b, truth, asked.level))) for a, b in ((low, high), ideal, (asked.low, asked.high))
    )
    share = (worst - penalty) / (worst - best) if worst > best else float(penalty <= best)
    covered = int(np.sum((truth >= low) & (truth <= high)))
    return Calibration(penalty, best, worst, covered, len(truth), 100 * min(max(share, 0.0), 1.0))


def right_options(asked: Asked, truth: Run) -> frozenset[str]:
    """Options that the lesson's worlds make right.

    Of a ``choice`` it is the first whose condition the mean meets. Of a ``which`` it is the candidate with the largest
    mean, with all that are not clearly below it: the 95 % interval of the paired difference reaches 0.
    """
    if asked.kind == "choice":
        value = truth.estimate(asked.measure or "").mean
        holding = (name for name, option in asked.options.items() if option.when is None or option.when.holds(value))
        return frozenset({next(holding)})
    best = max(asked.candidates, key=lambda name: truth.estimate(name).mean)
    top = truth.values(best)
    return frozenset(
        name for name in asked.candidates if name == best or not estimate((top - truth.values(name)).to_numpy()).low > 0
    )


@dataclass(frozen=True)
class Part:
    """One part of the automatic score."""

    id: str
    points: float
    weight: int
    details: tuple[dict[str, str], ...]
    formulas: dict[str, str]

    def label(self, language: str) -> str:
        """Name of the part."""
        said: str = words(language)["score"][self.id]
        return said

    def detail(self, language: str) -> str:
        """How the points came about, with the numbers."""
        return "\n".join(detail[language] for detail in self.details)

    def formula(self, language: str) -> str:
        """How the points are computed."""
        return self.formulas[language]


@dataclass(frozen=True)
class Score:
    """Automatic points, 0–100, and what is left to the instructor."""

    parts: tuple[Part, ...]
    version: str = VERSION

    @property
    def total(self) -> float:
        """Weighted sum of the parts."""
        return sum(part.points * part.weight for part in self.parts) / 100

    def for_instructor(self, language: str) -> tuple[str, ...]:
        """What the rubric is for."""
        said = words(language)["score"]
        return (said["reason"], said["reflect"])


def _both(key: str, **values: Any) -> dict[str, str]:
    return {language: words(language)["score"][key].format(**values) for language in ("zh", "en")}


def forecast(lesson: Lesson, attempt: Attempt, truth: Run) -> tuple[Part, Part]:
    """Score the locked prediction alone: directions and intervals.

    Raises:
        LabError: ``predict_first``.
    """
    if attempt.prediction is None:
        raise LabError("predict_first")
    answers = attempt.prediction.answers
    chosen = {name: asked for name, asked in lesson.predict.items() if asked.kind in {"choice", "which"}}
    right = sum(answers[name] in right_options(asked, truth) for name, asked in chosen.items())
    direction = Part(
        "direction", 100 * right / max(len(chosen), 1), lesson.weights.direction,
        (_both("direction_detail", right=right, asked=len(chosen)),), _both("direction_formula"),
    )  # fmt: skip
    return direction, _intervals(lesson, answers, truth)


def score(lesson: Lesson, attempt: Attempt, truth: Run, quiz: Quiz) -> Score:
    """Score a finished attempt against the lesson's own worlds.

    Raises:
        LabError: ``predict_first`` or ``quiz_first`` where the attempt is not that far.
    """
    foreseen = forecast(lesson, attempt, truth)
    if attempt.quiz_answers is None:
        raise LabError("quiz_first")
    marked = quiz.mark(attempt.quiz_answers, "en")
    good = sum(mark.right for mark in marked)
    tested = Part(
        "quiz", 100 * good / max(len(marked), 1), lesson.weights.quiz,
        (_both("quiz_detail", right=good, asked=len(marked)),), _both("quiz_formula"),
    )  # fmt: skip
    return Score((*foreseen, tested))


def _intervals(lesson: Lesson, answers: dict[str, Any], truth: Run) -> Part:
    forecasts = {name: asked for name, asked in lesson.predict.items() if asked.kind == "interval"}
    points, details, level = [], [], 0.8
    for name, asked in forecasts.items():
        low, high = answers[name]
        found = calibrate(low, high, truth.values(asked.measure or "").to_numpy(), asked)
        points.append(found.points)
        level = asked.level
        detail: dict[str, str] = {}
        for language in ("zh", "en"):
            numbers = {"low": low, "high": high, "penalty": found.penalty, "best": found.best, "worst": found.worst}
            said = {key: number(value, language) for key, value in numbers.items()}
            text = words(language)["score"]["interval_detail"]
            label = truth.measure(asked.measure or "").label.said(language)
            detail[language] = text.format(
                label=label, covered=found.covered, worlds=found.worlds, points=f"{found.points:.0f}", **said
            )
        details.append(detail)
    tail = (1 - level) / 2 * 100
    formula = _both(
        "interval_formula", slope=f"{200 / (100 - 100 * level):g}", lower=f"{tail:g}", upper=f"{100 - tail:g}"
    )
    return Part("interval", float(np.mean(points)) if points else 0.0, lesson.weights.interval, tuple(details), formula)

"""Parts of a lesson: what its file may hold, each with what is allowed there."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from lessons.parse import Condition, Id, many, one, several
from simulation.params import Params
from simulation.scenario import Text

Kind = Literal[
    "at", "mean", "total", "lowest", "highest", "largest", "week_of_lowest", "week_of_highest", "weeks_to_lowest",
    "weeks_to_fall", "weeks_to_regain", "whole", "method",
]  # fmt: skip


class Variant(Params):
    """A scenario or a plan of the lesson: its name on screen and what it changes."""

    label: Text
    change: dict[str, Any] = Field(default_factory=dict)


class Arm(Params):
    """One plan in one scenario; named after both where it has no name of its own."""

    label: Text = Text()
    scenario: Id
    plan: Id


class Measure(Params):
    """One number per world, read from the weekly curve of an arm, from its whole run, or from a method of the study.

    The gap pairs worlds by seed: arm minus ``against``, week by week. ``lowest`` and what builds on it look from
    ``start`` to ``end``; ``share`` is the part of the deepest gap that must be lost or regained. ``per`` divides the
    curve by another outcome; ``relative`` reads both arms first and gives arm over ``against``, less 1. ``less`` names
    another measure that is taken off world by world.
    """

    label: Text
    unit: Text = Text()
    kind: Kind
    outcome: str
    arm: Id | None = None
    against: Id | None = None
    per: str | None = None
    relative: bool = False
    start: int = Field(1, ge=0, le=520)
    end: int = Field(520, ge=0, le=520)
    share: float = Field(0.5, gt=0, le=1)
    scale: float = Field(1.0, ge=-1e9, le=1e9)
    decimals: int = Field(1, ge=0, le=4)
    money: bool = False
    less: Id | None = None


class Option(Params):
    """One answer to choose; the first whose condition the number meets is right, and no condition meets all."""

    label: Text
    when: Annotated[Condition | None, one(Condition, "when")] = None


class Gate(Params):
    """One question about the brief that must be answered rightly before the prediction can be locked."""

    text: Text
    options: Annotated[dict[Id, Text], many(Text, "options")] = Field(min_length=2)
    right: Id
    hint: Text


class Asked(Params):
    """One thing a student commits to before the run; ``which`` picks the candidate with the largest number."""

    kind: Literal["choice", "which", "interval", "text"]
    label: Text
    help: Text = Text()
    measure: Id | None = None
    options: Annotated[dict[Id, Option], many(Option, "options")] = Field(default_factory=dict)
    candidates: Annotated[dict[Id, Text], many(Text, "candidates")] = Field(default_factory=dict)
    level: float = Field(0.8, ge=0.5, le=0.99)
    low: float = 0
    high: float = 1
    step: float = Field(1, gt=0)
    max_length: int = Field(400, ge=20, le=4000)


class Distractor(Params):
    """A wrong answer with the confusion that leads to it: another measure, or the right number distorted."""

    measure: Id | None = None
    times: float = 1.0
    why: Text


class Question(Params):
    """One quiz question; its key is computed from the student's own run."""

    kind: Literal["number", "value", "which", "statement"]
    text: Text
    why: Text
    measure: Id | None = None
    candidates: Annotated[dict[Id, Text], many(Text, "candidates")] = Field(default_factory=dict)
    most: bool = True
    distractors: Annotated[tuple[Distractor, ...], several(Distractor, "distractors")] = ()
    options: Annotated[dict[Id, Option], many(Option, "options")] = Field(default_factory=dict)
    absolute: float = Field(0.0, ge=0)
    relative: float = Field(0.05, ge=0, le=1)


class Claim(Params):
    """What the lesson says happens, as a question to the engine: one measure, or two in the same worlds."""

    statement: Text
    left: Id
    right: Id | None = None
    compare: Literal["difference", "ratio"] = "difference"
    holds: Annotated[Condition, one(Condition, "holds")]
    worlds: int = Field(30, ge=2, le=200)
    quick: int = Field(8, ge=2, le=200)
    source: Text = Text()


class Source(Params):
    """One piece of literature: how it is cited, and what it did or where to look in it."""

    cite: str = Field(min_length=10, max_length=400)
    note: Text


class Observed(Params):
    """One thing to look at after the run: a picture and a sentence with the run's own numbers.

    The picture shows either weekly ``lines`` of an ``outcome``, or ``bars``: measures of one kind side by side.
    """

    text: Text
    title: Text
    outcome: str | None = None
    lines: tuple[tuple[Id, Id | None], ...] = ()
    bars: tuple[Id, ...] = ()
    mark_week: int | None = Field(None, ge=0, le=520)


class Study(Params):
    """Strategies measured with the methods of :data:`simulation.analysis.causal.METHODS`, one world at a time."""

    scenario: Id
    strategies: dict[str, Any]
    outcome: Literal["orders", "paid", "posts"] = "orders"
    start: int = Field(27, ge=2, le=260)


class Hidden(Params):
    """A scenario that stays unknown until the run: each student is dealt one of several."""

    scenario: Id
    among: tuple[Id, ...] = Field(min_length=2)


class Weights(Params):
    """Points of the automatic score, adding up to 100."""

    direction: int = Field(20, ge=0, le=100)
    interval: int = Field(40, ge=0, le=100)
    quiz: int = Field(40, ge=0, le=100)

"""The lesson format: one folder with ``lesson.yaml``, ``zh.md``, ``en.md`` and a guide per language.

``lesson.yaml`` names scenarios, plans, the arms made of both, measures on them, what students predict, the quiz and the
claims the lesson makes; everything is checked when it is read, so that a lesson that loads can be taught.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from lessons.parse import Condition, Id, known, many, one, parse_part, several, within
from simulation.errors import LabError
from simulation.files import resolve
from simulation.outcomes import WEEKLY
from simulation.params import Params
from simulation.scenario import Plan, Scenario, Seeds, Text, read_scenario

Kind = Literal["at", "mean", "total", "lowest", "largest", "weeks_to_lowest", "weeks_to_fall", "weeks_to_regain"]


class Variant(Params):
    """A scenario or a plan of the lesson: its name on screen and what it changes."""

    label: Text
    change: dict[str, Any] = Field(default_factory=dict)


class Arm(Params):
    """One plan in one scenario."""

    label: Text
    scenario: Id
    plan: Id


class Measure(Params):
    """One number per world, read from the weekly curve of an arm or of the gap between two arms.

    The gap pairs worlds by seed: arm minus ``against``, week by week. ``lowest`` and what builds on it look from
    ``start`` to ``end``; ``share`` is the part of the deepest gap that must be lost or regained. ``less`` names another
    measure that is taken off world by world.
    """

    label: Text
    unit: Text = Text()
    kind: Kind
    outcome: str
    arm: Id
    against: Id | None = None
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


class Asked(Params):
    """One thing a student commits to before the run."""

    kind: Literal["choice", "interval", "text"]
    label: Text
    help: Text = Text()
    measure: Id | None = None
    options: Annotated[dict[Id, Option], many(Option, "options")] = Field(default_factory=dict)
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


class Observed(Params):
    """One thing to look at after the run: a picture and a sentence with the run's own numbers."""

    text: Text
    title: Text
    outcome: str
    lines: tuple[tuple[Id, Id | None], ...]
    mark_week: int | None = Field(None, ge=0, le=520)


class Weights(Params):
    """Points of the automatic score, adding up to 100."""

    direction: int = Field(20, ge=0, le=100)
    interval: int = Field(40, ge=0, le=100)
    quiz: int = Field(40, ge=0, le=100)


class Lesson(Params):
    """A whole lesson, from the question it asks to the claims it rests on."""

    id: str
    number: int = Field(ge=1, le=99)
    title: Text
    question: Text
    minutes: tuple[int, ...] = Field((45, 90), max_length=4)
    base: dict[str, Any]
    scenarios: Annotated[dict[Id, Variant], many(Variant, "scenarios")]
    plans: Annotated[dict[Id, Variant], many(Variant, "plans")]
    arms: Annotated[dict[Id, Arm], many(Arm, "arms")]
    student_arms: tuple[Id, ...]
    student_worlds: int = Field(6, ge=2, le=30)
    ensemble: Seeds = Seeds()
    measures: Annotated[dict[Id, Measure], many(Measure, "measures")]
    table: tuple[Id, ...] = Field(min_length=1, max_length=20)
    predict: Annotated[dict[Id, Asked], many(Asked, "predict")]
    observe: Annotated[tuple[Observed, ...], several(Observed, "observe")]
    quiz: Annotated[dict[Id, Question], many(Question, "quiz")]
    reflect: Annotated[dict[Id, Asked], many(Asked, "reflect")]
    sketch: Text
    rubric: Text
    weights: Weights = Weights()
    claims: Annotated[dict[Id, Claim], many(Claim, "claims")]
    sources: tuple[str, ...] = ()
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    guides: dict[str, str] = Field(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        """Refuse names that lead nowhere and points that do not add up to 100."""
        for field, given, allowed in self._references():
            known(field, given, allowed)
        total = self.weights.direction + self.weights.interval + self.weights.quiz
        if total != 100:
            raise LabError("out_of_range", field="weights", given=total, allowed="Σ = 100")
        for name, asked in self.predict.items():
            _complete(f"predict.{name}", asked)
        for name, question in self.quiz.items():
            _complete(f"quiz.{name}", question)

    def _references(self) -> Iterator[tuple[str, str | None, Any]]:
        for name, arm in self.arms.items():
            yield f"arms.{name}.scenario", arm.scenario, self.scenarios
            yield f"arms.{name}.plan", arm.plan, self.plans
        for place, name in enumerate(self.student_arms):
            yield f"student_arms.{place}", name, self.arms
        for name, measure in self.measures.items():
            yield f"measures.{name}.outcome", measure.outcome, WEEKLY
            yield f"measures.{name}.arm", measure.arm, self.arms
            yield f"measures.{name}.against", measure.against, self.arms
            yield f"measures.{name}.less", measure.less, [other for other, m in self.measures.items() if not m.less]
        for place, name in enumerate(self.table):
            yield f"table.{place}", name, self.student_measures
        for name, asked in self.predict.items():
            yield f"predict.{name}.measure", asked.measure, self.student_measures
        for place, seen in enumerate(self.observe):
            yield f"observe.{place}.outcome", seen.outcome, WEEKLY
            for arm_of in (arm for line in seen.lines for arm in line):
                yield f"observe.{place}.lines", arm_of, self.student_arms
        for name, question in self.quiz.items():
            yield f"quiz.{name}.measure", question.measure, self.student_measures
            for measured in [*question.candidates, *(wrong.measure for wrong in question.distractors)]:
                yield f"quiz.{name}", measured, self.student_measures
        for name, claim in self.claims.items():
            yield f"claims.{name}.left", claim.left, self.measures
            yield f"claims.{name}.right", claim.right, self.measures

    @property
    def student_measures(self) -> tuple[str, ...]:
        """Measures that the arms of the student's run are enough for."""
        return tuple(name for name in self.measures if self.arms_for(name) <= set(self.student_arms))

    def arms_for(self, measure: str) -> set[str]:
        """Arms that a measure reads."""
        read = self.measures[measure]
        arms = {arm for arm in (read.arm, read.against) if arm}
        return arms | self.arms_for(read.less) if read.less else arms

    @cached_property
    def scenario_of(self) -> dict[str, Scenario]:
        """Every scenario of the lesson, ready to run."""
        built = {}
        for name, variant in self.scenarios.items():
            with within(f"scenarios.{name}.change"):
                built[name] = read_scenario(self.base | variant.change | {"name": name})
        return built

    @cached_property
    def plan_of(self) -> dict[str, Plan]:
        """Every plan of the lesson, under its name in the lesson."""
        built = {}
        for name, variant in self.plans.items():
            with within(f"plans.{name}.change"):
                built[name] = Plan.parse(resolve(variant.change, None, "plans") | {"name": name})
        return built

    def build(self) -> tuple[dict[str, Scenario], dict[str, Plan]]:
        """Scenarios and plans, all built.

        Raises:
            LabError: What they refuse, under the field's path in the lesson.
        """
        return self.scenario_of, self.plan_of

    @property
    def fingerprint(self) -> str:
        """Hash of the lesson without its prose: what a locked prediction was made about."""
        plain = self.model_dump(mode="json", exclude={"texts", "guides", "claims", "rubric", "sources"})
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]

    def text(self, step: str, language: str) -> str:
        """Words of one step, with places for numbers still open."""
        return self.texts[language].get(step, "")

    def guide(self, language: str) -> str:
        """The instructor's guide, as Markdown."""
        return self.guides[language]


def _complete(field: str, asked: Asked | Question) -> None:
    """Refuse a question that lacks what its kind needs.

    Raises:
        LabError: ``out_of_range``, saying what is needed.
    """
    conditions = [option.when is None for option in asked.options.values()]
    needs: dict[str, tuple[bool, str]] = {
        "choice": (asked.measure is not None and len(conditions) > 1, "measure, options"),
        "statement": (asked.measure is not None and len(conditions) > 1, "measure, options"),
        "number": (asked.measure is not None, "measure"),
    }
    if isinstance(asked, Question):
        needs["value"] = (asked.measure is not None and len(asked.distractors) > 0, "measure, distractors")
        needs["which"] = (len(asked.candidates) > 1, "candidates")
    else:
        needs["interval"] = (asked.measure is not None and asked.low < asked.high, "measure, low < high")
    enough, allowed = needs.get(asked.kind, (True, ""))
    if not enough:
        raise LabError("out_of_range", field=field, given=asked.kind, allowed=allowed)
    if conditions and conditions != [False] * (len(conditions) - 1) + [True]:
        raise LabError("out_of_range", field=f"{field}.options", given="when", allowed="when: …; … ; –")


def read_lesson(data: dict[str, Any]) -> Lesson:
    """Read a lesson from plain data, building its scenarios and plans.

    Raises:
        LabError: Naming the field by its full path and what is allowed.
    """
    lesson = parse_part(Lesson, data, "")
    scenarios, _ = lesson.build()
    for name, measure in lesson.measures.items():
        last = min(measure.end, scenarios[lesson.arms[measure.arm].scenario].horizon)
        if measure.start > last:
            raise LabError("out_of_range", field=f"measures.{name}.start", given=measure.start, allowed=f"0–{last}")
    return lesson

"""The lesson format: one folder with ``lesson.yaml``, ``zh.md``, ``en.md`` and a guide per language.

``lesson.yaml`` names scenarios, plans, the arms made of both, measures on them, what students predict, the quiz and the
claims the lesson makes; everything is checked when it is read, so that a lesson that loads can be taught.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from lessons.defaults import completed
from lessons.parse import Id, known, many, one, parse_part, several, within
from lessons.parts import (
    Arm,
    Asked,
    Claim,
    Gate,
    Hidden,
    Measure,
    Observed,
    Question,
    Source,
    Study,
    Variant,
    Weights,
)
from lessons.words import words
from simulation.analysis.causal import METHODS
from simulation.errors import LabError
from simulation.files import resolve
from simulation.outcomes import TOTALS, WEEKLY
from simulation.params import Params
from simulation.scenario import Plan, Scenario, Seeds, Text, read_scenario


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
    hidden: Annotated[Hidden | None, one(Hidden, "hidden")] = None
    study: Annotated[Study | None, one(Study, "study")] = None
    student_arms: tuple[Id, ...]
    student_worlds: int = Field(6, ge=2, le=30)
    ensemble: Seeds = Seeds()
    measures: Annotated[dict[Id, Measure], many(Measure, "measures")]
    table: tuple[Id, ...] = Field(min_length=1, max_length=20)
    gate: Annotated[dict[Id, Gate], many(Gate, "gate")] = Field(default_factory=dict)
    predict: Annotated[dict[Id, Asked], many(Asked, "predict")]
    observe: Annotated[tuple[Observed, ...], several(Observed, "observe")]
    quiz: Annotated[dict[Id, Question], many(Question, "quiz")]
    reflect: Annotated[dict[Id, Asked], many(Asked, "reflect")]
    sketch: Text
    rubric: Text
    weights: Weights = Weights()
    claims: Annotated[dict[Id, Claim], many(Claim, "claims")]
    sources: Annotated[tuple[Source, ...], several(Source, "sources")] = ()
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
        if self.study:
            yield "study.scenario", self.study.scenario, self.scenarios
        for place, name in enumerate(() if self.hidden is None else (self.hidden.scenario, *self.hidden.among)):
            yield f"hidden.{place}", name, self.scenarios
        for name, measure in self.measures.items():
            yield from self._measure_references(f"measures.{name}", measure)
        for place, name in enumerate(self.table):
            yield f"table.{place}", name, self.student_measures
        yield from self._question_references()
        for place, seen in enumerate(self.observe):
            yield f"observe.{place}.outcome", seen.outcome if seen.lines else None, WEEKLY
            for measured in seen.bars:
                yield f"observe.{place}.bars", measured, self.student_measures
            for arm_of in (arm for line in seen.lines for arm in line):
                yield f"observe.{place}.lines", arm_of, self.student_arms
        for name, claim in self.claims.items():
            yield f"claims.{name}.left", claim.left, self.measures
            yield f"claims.{name}.right", claim.right, self.measures

    def _question_references(self) -> Iterator[tuple[str, str | None, Any]]:
        for name, gate in self.gate.items():
            yield f"gate.{name}.right", gate.right, gate.options
        for name, asked in self.predict.items():
            for measured in (asked.measure, *asked.candidates):
                yield f"predict.{name}.measure", measured, self.student_measures
        for name, question in self.quiz.items():
            yield f"quiz.{name}.measure", question.measure, self.student_measures
            for measured in [*question.candidates, *(wrong.measure for wrong in question.distractors)]:
                yield f"quiz.{name}", measured, self.student_measures

    def _measure_references(self, field: str, measure: Measure) -> Iterator[tuple[str, str | None, Any]]:
        if measure.kind == "method":
            yield f"{field}.outcome", measure.outcome, METHODS if self.study else ()
        else:
            yield f"{field}.outcome", measure.outcome, TOTALS if measure.kind == "whole" else WEEKLY
            yield f"{field}.arm", measure.arm or "", self.arms
        yield f"{field}.against", measure.against, self.arms
        yield f"{field}.per", measure.per, WEEKLY
        yield f"{field}.less", measure.less, [other for other, m in self.measures.items() if not m.less]

    @property
    def student_measures(self) -> tuple[str, ...]:
        """Measures that the arms of the student's run are enough for."""
        return tuple(name for name in self.measures if self.arms_for(name) <= set(self.student_arms))

    def arms_for(self, measure: str) -> set[str]:
        """Arms that a measure reads."""
        read = self.measures[measure]
        arms = {arm for arm in (read.arm, read.against) if arm}
        return arms | self.arms_for(read.less) if read.less else arms

    def arm_label(self, name: str, language: str) -> str:
        """Name of an arm: its own, else its plan's, with the scenario's where the lesson has several."""
        arm = self.arms[name]
        if arm.label.said(language):
            return arm.label.said(language)
        plan = self.plans[arm.plan].label.said(language)
        if len(self.scenarios) == 1:
            return plan
        between = "·" if language == "zh" else ", "
        return f"{plan}{between}{self.scenarios[arm.scenario].label.said(language)}"

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
        if self.study:
            with within("study"):
                Plan.parse({"name": "study", "strategies": self.study.strategies})
        return self.scenario_of, self.plan_of

    def dealt(self, student: str) -> Lesson:
        """The lesson as one student meets it: the hidden scenario is one of several, picked by a hash of the name."""
        if self.hidden is None:
            return self
        digest = hashlib.sha256(f"{self.id}\nhidden\n{student.strip()}".encode()).digest()
        return self.with_hidden(self.hidden.among[digest[0] % len(self.hidden.among)])

    def with_hidden(self, scenario: str) -> Lesson:
        """The lesson with that scenario as its hidden one."""
        if self.hidden is None:
            return self
        drawn = self.scenarios[self.hidden.scenario].model_copy(update={"change": self.scenarios[scenario].change})
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        hidden = self.hidden.model_copy(update={"among": (scenario, scenario)})
        return type(self)(**fields | {"scenarios": self.scenarios | {self.hidden.scenario: drawn}, "hidden": hidden})

    @property
    def happened(self) -> Text:
        """What the hidden scenario turned out to be; empty where nothing is hidden or nothing has been dealt."""
        among = self.hidden.among if self.hidden else ()
        return self.scenarios[among[0]].label if len(set(among)) == 1 else Text()

    @property
    def fingerprint(self) -> str:
        """Hash of the lesson without its prose: what a locked prediction was made about."""
        plain = self.model_dump(mode="json", exclude={"texts", "guides", "claims", "rubric", "sources"})
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]

    def text(self, step: str, language: str) -> str:
        """Words of one step, with places for numbers still open."""
        return self.texts[language].get(step, "")

    def reading(self, language: str) -> str:
        """The literature with what to look for in it, as Markdown; empty where the lesson names none."""
        listed = [f"- {source.cite}  \n  {source.note.said(language)}" for source in self.sources]
        return "\n".join([f"### {words(language)['reading']}\n", *listed]) if listed else ""

    def guide(self, language: str) -> str:
        """The instructor's guide with the lesson's literature, as Markdown."""
        return "\n\n".join(part for part in (self.guides[language].rstrip(), self.reading(language)) if part)


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
        "which": (len(asked.candidates) > 1, "candidates"),
    }
    if isinstance(asked, Question):
        needs["value"] = (asked.measure is not None and len(asked.distractors) > 0, "measure, distractors")
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
    lesson = parse_part(Lesson, completed(data), "")
    scenarios, _ = lesson.build()
    for name, measure in lesson.measures.items():
        if measure.arm is None:
            continue
        last = min(measure.end, scenarios[lesson.arms[measure.arm].scenario].horizon)
        if measure.start > last:
            raise LabError("out_of_range", field=f"measures.{name}.start", given=measure.start, allowed=f"0–{last}")
    return lesson

"""A quiz on the student's own run: keys and plausible wrong answers are computed, never written down."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.fields import Field, read_answers
from lessons.format import Lesson
from lessons.parts import Measure, Question
from lessons.prose import fill
from lessons.runs import Run
from lessons.words import LANGUAGES, number, with_unit, words

Both = dict[str, str]


@dataclass(frozen=True)
class Item:
    """One question with its key.

    Attributes:
        id: Name of the question.
        question: Text in both languages.
        options: Answers to choose; empty where a number is asked for.
        keys: Right options; several only where they tie.
        value: Right number, where a number is asked for.
        tolerance: How far off a number may be.
        unit: Unit of the number.
        decimals: Decimals it is told with.
        why: Explanation in both languages, shown after the quiz is handed in.
        whys: Confusion behind each wrong option.
    """

    id: str
    question: Both
    options: dict[str, Both]
    keys: frozenset[str]
    value: float
    tolerance: float
    unit: Both
    decimals: int
    why: Both
    whys: dict[str, Both]

    def right(self, given: Any) -> bool:
        """Whether an answer is right."""
        return given in self.keys if self.options else abs(float(given) - self.value) <= self.tolerance

    def told(self, given: Any, language: str) -> str:
        """An answer in words."""
        if self.options:
            return self.options[given][language]
        return with_unit(number(float(given), language, decimals=self.decimals), self.unit[language])


@dataclass(frozen=True)
class Marked:
    """One answer with its key."""

    id: str
    question: str
    given: str
    key: str
    right: bool
    why: str


@dataclass(frozen=True)
class Quiz:
    """The questions one student gets."""

    items: tuple[Item, ...]

    def mark(self, answers: Mapping[str, Any], language: str) -> tuple[Marked, ...]:
        """Mark every answer, with the key in words and the reason."""
        return tuple(self._mark(item, answers[item.id], language) for item in self.items)

    def _mark(self, item: Item, given: Any, language: str) -> Marked:
        if item.options:
            key = " / ".join(item.options[name][language] for name in item.options if name in item.keys)
        else:
            tolerance = number(item.tolerance, language, decimals=item.decimals)
            told = item.told(item.value, language)
            key = words(language)["score"]["answer_key"].format(value=told, tolerance=tolerance)
        confusion = item.whys.get(given, {}).get(language, "") if item.options else ""
        why = f"{confusion} {item.why[language]}".strip()
        return Marked(item.id, item.question[language], item.told(given, language), key, item.right(given), why)


def make_quiz(lesson: Lesson, student: str, own: Run) -> Quiz:
    """Make the quiz of one student from their own run; the same run gives the same quiz.

    Args:
        lesson: The lesson.
        student: Who answers; the order of options depends on it.
        own: The student's worlds.
    """
    return Quiz(tuple(_item(lesson, name, question, student, own) for name, question in lesson.quiz.items()))


def quiz_form(quiz: Quiz, language: str) -> tuple[Field, ...]:
    """Fields of the quiz in the reader's language."""
    return tuple(
        Field(
            item.id,
            "choice" if item.options else "number",
            item.question[language],
            options=tuple((name, option[language]) for name, option in item.options.items()),
            low=-1e9,
            high=1e9,
            step=10.0**-item.decimals,
            unit="" if item.options else item.unit[language],
        )
        for item in quiz.items
    )


def read_quiz(quiz: Quiz, answers: Mapping[str, Any], language: str = "zh") -> dict[str, Any]:
    """Check a handed-in quiz; a refusal names the question in the given language.

    Raises:
        LabError: ``answer_missing`` or ``answer_invalid``, naming the question.
    """
    return read_answers(quiz_form(quiz, language), answers)


def _item(lesson: Lesson, name: str, question: Question, student: str, own: Run) -> Item:
    def said(text: Any) -> Both:
        return {language: fill(text.said(language), lesson, language, own=own) for language in LANGUAGES}

    measure = lesson.measures[question.measure] if question.measure else None
    value = own.estimate(question.measure).mean if question.measure else 0.0
    decimals = measure.decimals if measure else 0
    options: dict[str, Both] = {}
    keys: frozenset[str] = frozenset()
    whys: dict[str, Both] = {}
    if question.kind == "value" and measure is not None:
        options, keys, whys = _values(question, measure, value, own, said)
    elif question.kind == "which":
        found = {candidate: own.estimate(candidate).mean for candidate in question.candidates}
        best = max(found.values()) if question.most else min(found.values())
        keys = frozenset(candidate for candidate, mean in found.items() if mean == best)
        options = _shuffled({key: said(text) for key, text in question.candidates.items()}, student, name)
    elif question.kind == "statement":
        holding = [key for key, option in question.options.items() if option.when is None or option.when.holds(value)]
        keys = frozenset(holding[:1])
        options = _shuffled({key: said(option.label) for key, option in question.options.items()}, student, name)
    return Item(
        name,
        said(question.text),
        options,
        keys,
        round(value, decimals),
        max(question.absolute, question.relative * abs(value), 0.5 * 10.0**-decimals),
        {language: measure.unit.said(language) if measure else "" for language in LANGUAGES},
        decimals,
        said(question.why),
        whys,
    )


def _values(
    question: Question, measure: Measure, value: float, own: Run, said: Any
) -> tuple[dict[str, Both], frozenset[str], dict[str, Both]]:
    """Numbers to choose from, in rising order: the right one and one per confusion, all told differently."""

    def told(x: float, language: str) -> str:
        text = number(x, language, decimals=measure.decimals, money=measure.money)
        return with_unit(text, measure.unit.said(language))

    numbers: dict[str, float] = {"right": value}
    whys: dict[str, Both] = {}
    step = max(abs(value) * 0.45, 3 * 10.0**-measure.decimals)
    for place, wrong in enumerate(question.distractors):
        x = own.estimate(wrong.measure).mean if wrong.measure else value * wrong.times
        far = max(question.absolute, question.relative * abs(value), 10.0**-measure.decimals)
        moved = 0
        while any(abs(x - other) <= far for other in numbers.values()):
            moved += 1
            x = value + step * moved
        name = f"wrong_{place}"
        numbers[name] = x
        # A number moved out of the way no longer stems from the confusion it was meant to show.
        whys[name] = dict.fromkeys(LANGUAGES, "") if moved else said(wrong.why)
    # Options are named by their place, so that a name in a page's source gives nothing away.
    placed = {name: f"option_{place}" for place, name in enumerate(sorted(numbers, key=lambda name: numbers[name]))}
    options = {new: {language: told(numbers[name], language) for language in LANGUAGES} for name, new in placed.items()}
    return options, frozenset({placed["right"]}), {placed[name]: why for name, why in whys.items()}


def _shuffled(options: dict[str, Both], student: str, question: str) -> dict[str, Both]:
    """Options in an order that differs between students but not between two looks."""

    def place(name: str) -> str:
        return hashlib.sha256(f"{student}\n{question}\n{name}".encode()).hexdigest()

    return {name: options[name] for name in sorted(options, key=place)}

"""The way of one student through a lesson: predict, lock, run, observe, explain, quiz, reflect."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lessons.fields import Field, read_answers
from lessons.format import Lesson
from lessons.parts import Asked, Observed
from lessons.prose import fill
from lessons.quiz import Quiz, read_quiz
from lessons.runs import Run, experiments, own_seeds
from lessons.words import STEPS, number, with_unit, words
from simulation.errors import LabError
from simulation.experiment import Experiment

MAX_NAME = 80
GATE = "gate."
"""How the names of answers to the gate begin."""


@dataclass(frozen=True)
class Prediction:
    """What a student committed to; it never changes, and the digest shows if it was changed all the same.

    Attributes:
        answers: By question: an option, [low, high], or words.
        locked_at: Coordinated universal time, to the second.
        digest: SHA-256 over lesson, student, seeds, answers and time.
    """

    answers: dict[str, Any]
    locked_at: str
    digest: str


@dataclass(frozen=True)
class Attempt:
    """One student in one lesson; every step gives a new attempt and none can be taken twice.

    Attributes:
        lesson: Name of the lesson.
        student: Who.
        seeds: The student's own worlds.
        prediction: Locked prediction, once there is one.
        quiz_answers: Handed-in quiz, once there is one.
        reflection: Words of the reflection, once there are some.
    """

    lesson: str
    student: str
    seeds: tuple[int, ...]
    prediction: Prediction | None = None
    quiz_answers: dict[str, Any] | None = None
    reflection: dict[str, str] | None = None

    @classmethod
    def start(cls, lesson: Lesson, student: str) -> Attempt:
        """Open the lesson for a student.

        Raises:
            LabError: ``answer_invalid`` for a name that is empty or too long.
        """
        name = student.strip()
        if not 0 < len(name) <= MAX_NAME:
            raise LabError("answer_invalid", field="student", given=name[:60], allowed=f"1–{MAX_NAME}")
        return cls(lesson.id, name, own_seeds(lesson, name))

    @property
    def locked(self) -> bool:
        """Whether the prediction stands."""
        return self.prediction is not None

    def open_steps(self, own: bool = False, truth: bool = False) -> tuple[str, ...]:
        """Steps that may be shown, in order.

        Args:
            own: The student's run is there.
            truth: The lesson's run is there.
        """
        reached = [self.locked, own, own and truth, own, self.quiz_answers is not None, self.reflection is not None]
        opened = ["brief", "predict"]
        for step, ready in zip(("run", "observe", "explain", "quiz", "reflect", "score"), reached, strict=True):
            if not ready:
                return tuple(opened)
            opened.append(step)
        return STEPS

    def lock(
        self, lesson: Lesson, answers: Mapping[str, Any], now: datetime | None = None, language: str = "zh"
    ) -> Attempt:
        """Lock the prediction; only then may the worlds be run.

        Args:
            lesson: The lesson.
            answers: By question.
            now: Time of locking; the present by default.
            language: Language in which a refusal names the question.

        Raises:
            LabError: ``prediction_locked``, ``gate_wrong`` where a question about the brief is answered wrongly,
                ``answer_missing``, ``answer_invalid`` or ``interval_order``.
        """
        self._belongs(lesson)
        if self.locked:
            raise LabError("prediction_locked")
        understood = read_answers(gate_form(lesson, language), answers)
        for name, gate in lesson.gate.items():
            if understood[f"{GATE}{name}"] != gate.right:
                raise LabError("gate_wrong", field=gate.text.said(language), hint=gate.hint.said(language))
        read = read_answers(prediction_form(lesson, language), answers)
        time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        return replace(self, prediction=Prediction(read, time, self._digest(read, time)))

    def own_experiments(self, lesson: Lesson) -> dict[str, Experiment]:
        """The student's own twin worlds, by scenario.

        Raises:
            LabError: ``predict_first``.
        """
        self._belongs(lesson)
        if not self.locked:
            raise LabError("predict_first")
        return experiments(lesson, self.seeds)

    def answer(self, lesson: Lesson, quiz: Quiz, answers: Mapping[str, Any], language: str = "zh") -> Attempt:
        """Hand in the quiz, once.

        Raises:
            LabError: ``predict_first``, ``quiz_answered``, ``answer_missing`` or ``answer_invalid``.
        """
        self._belongs(lesson)
        if not self.locked:
            raise LabError("predict_first")
        if self.quiz_answers is not None:
            raise LabError("quiz_answered")
        return replace(self, quiz_answers=read_quiz(quiz, answers, language))

    def reflect(self, lesson: Lesson, answers: Mapping[str, Any], language: str = "zh") -> Attempt:
        """Write down the reflection; it may be rewritten.

        Raises:
            LabError: ``quiz_first``, ``answer_missing`` or ``answer_invalid``.
        """
        self._belongs(lesson)
        if self.quiz_answers is None:
            raise LabError("quiz_first")
        return replace(self, reflection=read_answers(reflection_form(lesson, language), answers))

    def to_json(self) -> str:
        """The attempt as text, to keep."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Attempt:
        """Read a kept attempt.

        Raises:
            LabError: ``attempt_altered`` where it is not what was kept.
        """
        try:
            plain = json.loads(text)
            kept = plain.pop("prediction")
            attempt = cls(**plain | {"seeds": tuple(plain["seeds"])})
            if kept is None:
                return attempt
            prediction = Prediction(**kept)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise LabError("attempt_altered") from None
        if attempt._digest(prediction.answers, prediction.locked_at) != prediction.digest:
            raise LabError("attempt_altered")
        return replace(attempt, prediction=prediction)

    def _digest(self, answers: Mapping[str, Any], time: str) -> str:
        plain = [self.lesson, self.student, list(self.seeds), answers, time]
        return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _belongs(self, lesson: Lesson) -> None:
        if self.lesson != lesson.id:
            raise LabError("lesson_mismatch", given=self.lesson, known=lesson.id)


def _options(asked: Asked, language: str) -> tuple[tuple[str, str], ...]:
    if asked.kind == "which":
        return tuple((key, text.said(language)) for key, text in asked.candidates.items())
    return tuple((key, option.label.said(language)) for key, option in asked.options.items())


def _field(name: str, asked: Asked, lesson: Lesson, language: str) -> Field:
    interval = asked.kind == "interval" and asked.measure
    unit = lesson.measures[interval].unit.said(language) if interval else ""
    options = _options(asked, language)
    kind = "choice" if asked.kind == "which" else asked.kind
    return Field(name, kind, asked.label.said(language), asked.help.said(language), options,
                 asked.low, asked.high, asked.step, unit, asked.max_length)  # fmt: skip


def gate_form(lesson: Lesson, language: str) -> tuple[Field, ...]:
    """Questions about the brief that must be answered rightly before the prediction can be locked."""
    return tuple(
        Field(
            f"{GATE}{name}",
            "choice",
            gate.text.said(language),
            options=tuple((key, option.said(language)) for key, option in gate.options.items()),
        )
        for name, gate in lesson.gate.items()
    )


def prediction_form(lesson: Lesson, language: str) -> tuple[Field, ...]:
    """What to predict before the run."""
    return tuple(_field(name, asked, lesson, language) for name, asked in lesson.predict.items())


def reflection_form(lesson: Lesson, language: str) -> tuple[Field, ...]:
    """What to think about after the quiz."""
    return tuple(_field(name, asked, lesson, language) for name, asked in lesson.reflect.items())


def lesson_experiments(lesson: Lesson) -> dict[str, Experiment]:
    """The lesson's own worlds, the same for everybody: the distribution that predictions are scored against."""
    return experiments(lesson, lesson.ensemble.numbers())


def predicted(lesson: Lesson, attempt: Attempt, language: str) -> dict[str, str]:
    """Locked predictions in words."""
    said: dict[str, str] = {}
    for name, asked in lesson.predict.items() if attempt.prediction else ():
        given = attempt.prediction.answers[name] if attempt.prediction else None
        if asked.kind in {"choice", "which"}:
            said[name] = dict(_options(asked, language))[str(given)]
        elif asked.kind == "interval" and isinstance(given, list):
            measure = lesson.measures[asked.measure or ""]
            low, high = (number(end, language, decimals=measure.decimals, money=measure.money) for end in given)
            unit = measure.unit.said(language)
            said[name] = words(language)["sheet"]["from_to"].format(low=low, high=with_unit(high, unit))
        else:
            said[name] = str(given)
    return said


def section(
    lesson: Lesson,
    step: str,
    language: str,
    attempt: Attempt | None = None,
    own: Run | None = None,
    truth: Run | None = None,
) -> str:
    """Words of one step as Markdown, with today's numbers; the explanation ends with the lesson's literature.

    Raises:
        LabError: ``lesson_unreadable`` where the text asks for a number the runs do not have.
    """
    said = predicted(lesson, attempt, language) if attempt else {}
    told = fill(lesson.text(step, language), lesson, language, own, truth, said)
    reading = lesson.reading(language) if step == "explain" else ""
    return f"{told}\n\n{reading}" if reading else told


@dataclass(frozen=True)
class Observation:
    """One thing to look at: a sentence with numbers and what to draw."""

    text: str
    title: str
    picture: Observed


def observations(lesson: Lesson, language: str, own: Run, truth: Run | None = None) -> tuple[Observation, ...]:
    """What to look at in the student's own run."""
    return tuple(
        Observation(fill(seen.text.said(language), lesson, language, own, truth), seen.title.said(language), seen)
        for seen in lesson.observe
    )

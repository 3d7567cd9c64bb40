"""The lesson that a class was made from: what a student predicts about it and answers in its quiz, each once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from classroom import machine, tables
from classroom.access import Student, Teacher, demand
from classroom.database import Database
from classroom.decisions import admit
from classroom.record import class_row, setup_of
from classroom.setup import Setup, course
from lessons import Lesson
from lessons.flow import Attempt, Prediction
from lessons.quiz import make_quiz
from lessons.runs import Run
from simulation.errors import LabError

PREDICTION, QUIZ = "prediction", "quiz"
FIRST_ROUND = 1
"""Round in which the lesson's own prediction is made; its worlds are shown from that round's results on."""


def lesson_of(setup: Setup, class_id: int) -> Lesson | None:
    """Lesson of a class as the whole class meets it; what it hides is dealt to the class, not to each student."""
    lesson = setup.course()
    return None if lesson is None else _dealt(lesson.id, class_id)


@lru_cache(maxsize=64)
def _dealt(name: str, class_id: int) -> Lesson:
    return course()[name].dealt(f"class {class_id}")


def attempt(database: Database, student: Student) -> Attempt:
    """What a student has handed in of the class's lesson so far.

    Raises:
        LabError: ``class_unknown``, ``class_without_lesson``.
    """
    with database.reading() as connection:
        lesson = _lesson(class_row(connection, student.class_id))
        return _mine(connection, student, lesson)


def attempts(database: Database, teacher: Teacher, class_id: int) -> dict[int, Attempt]:
    """What every student has handed in of the class's lesson, by seat; empty for a class without one.

    Raises:
        LabError: ``not_instructor`` or ``class_unknown``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        lesson = lesson_of(setup_of(class_row(connection, class_id)), class_id)
        return _kept(connection, class_id, lesson) if lesson is not None else {}


def commit(database: Database, student: Student, answers: Mapping[str, Any], language: str) -> Attempt:
    """Lock a student's prediction about the lesson, in the round in which it is asked for.

    Raises:
        LabError: ``phase_closed``, ``class_paused``, ``deadline_passed``, ``prediction_locked``, ``gate_wrong`` and
            what the lesson's form refuses.
    """
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        lesson = _lesson(row)
        mine = _mine(connection, student, lesson)
        locked = mine.lock(lesson, answers, language=language)
        admit(row, machine.PREDICTING)
        if row.round != FIRST_ROUND or locked.prediction is None:
            raise LabError("phase_closed")
        _keep(connection, student, PREDICTION, asdict(locked.prediction), "prediction_locked")
        return locked


def answer(database: Database, student: Student, truth: Run, answers: Mapping[str, Any], language: str) -> Attempt:
    """Hand in the quiz on the lesson's worlds, once they have been shown.

    Raises:
        LabError: ``phase_closed``, ``predict_first``, ``quiz_answered`` and what the quiz refuses.
    """
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        lesson = _lesson(row)
        mine = _mine(connection, student, lesson)
        done = mine.answer(lesson, make_quiz(lesson, mine.student, truth), answers, language)
        admit(row, machine.REFLECTING)
        _keep(connection, student, QUIZ, done.quiz_answers, "quiz_answered")
        return done


def _lesson(row: Row[Any]) -> Lesson:
    lesson = lesson_of(setup_of(row), row.id)
    if lesson is None:
        raise LabError("class_without_lesson")
    return lesson


def _mine(connection: Connection, student: Student, lesson: Lesson) -> Attempt:
    return _kept(connection, student.class_id, lesson, student.seat).get(student.seat) or _fresh(lesson, student.seat)


def _fresh(lesson: Lesson, seat: int) -> Attempt:
    # Named after the seat: a name of a person would stay here when the class is archived.
    return Attempt(lesson.id, f"seat {seat}", lesson.ensemble.numbers())


def _kept(connection: Connection, class_id: int, lesson: Lesson, seat: int | None = None) -> dict[int, Attempt]:
    kept = tables.coursework.c
    query = select(kept.seat_id, kept.step, kept.body).where(kept.class_id == class_id)
    found: dict[int, Attempt] = {}
    for row in connection.execute(query if seat is None else query.where(kept.seat_id == seat)):
        before, body = found.get(row.seat_id) or _fresh(lesson, row.seat_id), json.loads(row.body)
        change = {"prediction": Prediction(**body)} if row.step == PREDICTION else {"quiz_answers": body}
        found[row.seat_id] = replace(before, **change)
    return found


def _keep(connection: Connection, student: Student, step: str, body: Any, again: str) -> None:
    try:
        connection.execute(
            insert(tables.coursework).values(class_id=student.class_id, seat_id=student.seat, step=step,
                                             body=json.dumps(body, ensure_ascii=False), at=time.time())
        )  # fmt: skip
    except IntegrityError:  # two windows at once
        raise LabError(again) from None

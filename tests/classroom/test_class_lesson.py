"""A class made from a lesson: its world, plans and questions, each answered once and marked against its worlds."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy.exc import DBAPIError

from classroom import coursework, gradebook, teaching
from classroom.coursework import lesson_of
from classroom.machine import State
from classroom.setup import Setup, course
from lessons import Lesson, flow
from lessons.quiz import make_quiz
from lessons.runs import run_lesson
from simulation.errors import LabError
from tests.classroom.conftest import go_to, seated
from tests.classroom.test_class_decisions import refused

LESSON = "05_tiers"


def the_lesson(name: str, class_id: int) -> Lesson:
    found = lesson_of(Setup.of_lesson(course()[name], 45), class_id)
    assert found is not None
    return found


def prediction(lesson) -> dict[str, object]:
    answers: dict[str, object] = {f"{flow.GATE}{name}": gate.right for name, gate in lesson.gate.items()}
    for field in flow.prediction_form(lesson, "en"):
        options = {"choice": field.options and field.options[0][0], "interval": [field.low, field.high], "text": "why"}
        answers[field.id] = options[field.kind]
    return answers


@pytest.fixture
def taught(database, teacher) -> int:
    setup = Setup.of_lesson(course()[LESSON], 90).model_copy(update={"worlds": 5, "people": 200, "weeks": 4})
    return teaching.create(database, teacher, "tiers", setup)


def test_every_lesson_makes_a_class(database, teacher) -> None:
    for lesson in course().values():
        for minutes in lesson.minutes:
            setup = Setup.of_lesson(lesson, minutes)
            world = setup.world()
            assert setup.settled() is setup and setup.rounds * setup.weeks <= world.horizon
            used = {tool for plan in lesson.plan_of.values() for tool in plan.strategies}
            assert set(setup.tools) == used and setup.course() is lesson
    dealt = {the_lesson("13_capstone", number).happened for number in range(1, 9)}
    assert len(dealt) > 1


def test_a_class_is_refused_where_its_parts_do_not_fit(database, teacher) -> None:
    for key, changed in (
        ("unknown_name", {"lesson": "99_none"}), ("unknown_name", {"lesson": LESSON, "scenario": "product"}),
        ("weights_sum", {"participation": 50}),
        ("weight_without_lesson", {"participation": 30, "coursework": 10}),
    ):  # fmt: skip
        refused(key, teaching.create, database, teacher, "x", Setup.parse(changed))


def test_the_lesson_is_answered_once_and_marked(database, teacher, taught) -> None:
    ann, bob, _ = seated(database, teacher, taught, "ann bob cy")
    lesson = the_lesson(LESSON, taught)
    answers = prediction(lesson)
    refused("phase_closed", coursework.commit, database, ann, answers, "en")
    go_to(database, teacher, taught, State("predict", 1))
    refused("answer_missing", coursework.commit, database, ann, {}, "en")
    refused("gate_wrong", coursework.commit, database, ann, answers | {f"{flow.GATE}level": "fee"}, "en")
    for student in (ann, bob):
        coursework.commit(database, student, answers, "en")
    refused("prediction_locked", coursework.commit, database, ann, answers, "en")
    truth = run_lesson(lesson, (1, 2))
    quiz = make_quiz(lesson, coursework.attempt(database, ann).student, truth)
    right = {item.id: min(item.keys) if item.keys else item.value for item in quiz.items}
    refused("phase_closed", coursework.answer, database, ann, truth, right, "en")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE class SET phase = 'reveal'")
    done = coursework.answer(database, ann, truth, right, "en")
    assert done.quiz_answers == right == coursework.attempt(database, ann).quiz_answers
    refused("quiz_answered", coursework.answer, database, ann, truth, right, "en")
    book = gradebook.gradebook(database, teacher, taught, truth).set_index("nickname")
    points = {str(name): float(value) for name, value in book["coursework"].items()}
    assert points["ann"] == pytest.approx(points["bob"] + lesson.weights.quiz, abs=0.1)
    assert points["cy"] == 0
    without = gradebook.gradebook(database, teacher, taught)
    assert without["coursework"].isna().all() and pd.isna(without["total"]).all()
    with pytest.raises((DBAPIError, LabError)), database.writing() as connection:
        connection.exec_driver_sql("UPDATE coursework SET body = '{}'")


def test_a_class_that_plays_a_case_has_no_coursework(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    refused("class_without_lesson", coursework.attempt, database, ann)
    assert "coursework" not in gradebook.gradebook(database, teacher, class_id).columns

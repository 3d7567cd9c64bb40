"""A class made from a lesson on its two pages, what is done into a round, and links opened one after another."""

from __future__ import annotations

import pytest

from classroom import coursework, interventions, roster, rounds, seats, teaching
from classroom.access import Teacher, student_by_token
from classroom.machine import State
from classroom.setup import Setup, course
from pages.parts import classroom, debrief
from pages.parts.words import LANGUAGES, Words
from simulation.experiment import run
from tests.classroom.conftest import go_to
from tests.pages.test_class_pages import address, own_classes, press, signed_in, visiting
from tests.pages.test_pages import opened, served, sound, spoken

__all__ = ["own_classes", "served"]
LESSON = "05_tiers"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_fills_the_form_and_the_round_its_screen(language: str, store) -> None:
    t, app = Words(language), signed_in(language)
    app.segmented_control(key="teach.source").set_value("lesson").run()
    app.selectbox(key="teach.lesson").set_value(LESSON).run()
    assert [app.slider(key=f"teach.setup.{name}").value for name in ("rounds", "weeks")] == [4, 26]
    assert app.multiselect(key="teach.tools").value == ["tiers", "subscription", "contact"]
    app.text_input(key="teach.title").set_value("L")
    for name, value in (("people", 200), ("worlds", 5), ("weeks", 4)):
        app.slider(key=f"teach.setup.{name}").set_value(value)
    app.slider(key="teach.marks.participation").set_value(50)
    press(app, t("teach.make"))
    assert app.error[0].value == t("errors.weights_sum", given=120)
    app.slider(key="teach.marks.participation").set_value(30)
    sound(press(app, t("teach.make")))

    teacher, database = Teacher(app.session_state["teach.token"]), classroom.database()
    tickets = roster.enrol(database, teacher, 1, "ann,1,1\nbob,2,2").tickets
    go_to(database, teacher, 1, State("decide", 1))
    lesson = course()[LESSON]
    student = visiting(language, seat=tickets[0].token)
    assert lesson.title.said(language) in sound(student)
    student.selectbox(key="classroom.plan").set_value("tiers").run()
    student.button(key="classroom.take_plan").click().run()
    assert (
        student.toggle(key="classroom.on.tiers").value and student.slider(key="classroom.tool.tiers.step").value == 60
    )
    press(student, t("lessons.lock"))
    assert len(student.error) == 1 and "⟦" not in student.error[0].value
    sound(press(student, t("classroom.submit")))

    sound(press(app.run(), t("teach.nudge")))
    assert t("teach.nudge_done", count=3) in spoken(app)
    press(app, t("teach.grant"))
    assert t("teach.grant_done") in spoken(app)
    told = sound(student.run())
    assert t("classroom.missing_forecast") in told and "1,000" in told
    with database.reading() as connection:
        assert len(interventions.told_to_all(connection, 1)) == 1

    go_to(database, teacher, 1, State("simulate", 1))
    rounds.keep(database, teacher, 1, run(rounds.experiment(database, teacher, 1), store=store))
    app.toggle(key="teach.projector").set_value(True).run()
    screen = sound(app)
    assert t("debrief.duel") in screen and t("debrief.no_forecasts") in screen and t("debrief.decisions") in screen
    assert address(app, "view") == debrief.VIEW
    assert coursework.attempt(database, student_by_token(database, tickets[1].token)).prediction is None


def test_the_door_of_another_class_opens_in_the_same_session() -> None:
    t, app = Words("en"), signed_in("en")
    teacher, database = Teacher(app.session_state["teach.token"]), classroom.database()
    codes = []
    for title in ("one", "two"):
        made = teaching.create(database, teacher, title, Setup(language="zh" if title == "two" else "visitor"))
        codes.append(teaching.join_code(teaching.watch(database, teacher, made)[0]))
    student = visiting("en", code=codes[0])
    student.text_input[1].set_value("ann")
    press(student, t("classroom.join"))
    first = address(student, "seat")
    assert "one" in sound(student) and "code" not in student.query_params
    student.query_params.clear()
    student.query_params["code"] = codes[1]
    student.run()
    assert t("classroom.other_class") in sound(student) and student.text_input[0].value == codes[1]
    student.button(key="classroom.back").click().run()
    assert address(student, "seat") == first and "one" in sound(student)
    student.query_params.clear()
    student.query_params["code"] = codes[1]
    student.run()
    student.text_input[1].set_value("ann")
    press(student, t("classroom.join"))
    assert "two" in sound(student) and address(student, "seat") != first
    assert len(seats.sitting(database, teacher, 1)) == len(seats.sitting(database, teacher, 2)) == 1


def test_a_second_link_to_a_lesson_is_honoured_in_the_same_session() -> None:
    app = opened("lessons", "en")
    one, other = list(course().values())[1:3]
    for lesson in (one, other, one):
        app.query_params["lesson"] = lesson.id
        assert lesson.question.en in sound(app.run())
    app.button(key="lesson.all_lessons").click().run()
    app.query_params["lesson"] = one.id
    assert one.question.en in sound(app.run())

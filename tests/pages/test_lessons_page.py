from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lessons import STEPS
from lessons.fields import Field
from lessons.flow import gate_form, prediction_form, reflection_form
from pages.parts import course, coursework
from pages.parts.words import LANGUAGES, Words, plain
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
LESSON = next(iter(course.course()))


def begin(language: str) -> AppTest:
    """Open the first lesson from the course."""
    app = opened("lessons", language)
    app.button(key=f"lesson.{LESSON}.open").click().run()
    sound(app)
    return app


def answer(app: AppTest, stem: str, fields: tuple[Field, ...]) -> None:
    """Answer every question somehow."""
    for field in fields:
        key = f"{stem}.{field.id}"
        if field.kind == "choice":
            app.radio(key=key).set_value(field.options[0][0])
        elif field.kind == "interval":
            app.number_input(key=f"{key}.low").set_value(field.low)
            app.number_input(key=f"{key}.high").set_value(field.high)
        elif field.kind == "number":
            app.number_input(key=key).set_value(1.0)
        else:
            app.text_area(key=key).set_value("because <b>friends</b>")
    app.run()


def step(app: AppTest) -> Any:
    return app.session_state[f"lesson.{LESSON}.step"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_student_goes_through_a_lesson(language: str) -> None:
    t, lesson, stem = Words(language), course.course()[LESSON], f"lesson.{LESSON}"
    app = begin(language)
    app.text_input(key=course.STUDENT).set_value("小明 01").run()
    assert step(app) == "brief"
    app.button(key=f"{stem}.next").click().run()
    assert step(app) == "predict"
    app.button(key=f"{stem}.lock").click().run()
    assert t("errors.answer_missing", field="")[:3] in app.error[0].value
    answer(app, f"{stem}.predict", prediction_form(lesson, language))
    for field in gate_form(lesson, language):
        gate = lesson.gate[field.id.removeprefix("gate.")]
        wrong = next(option for option in gate.options if option != gate.right)
        app.radio(key=f"{stem}.predict.{field.id}").set_value(wrong).run()
        app.button(key=f"{stem}.lock").click().run()
        assert plain(gate.hint.said(language)) in app.error[0].value
        app.radio(key=f"{stem}.predict.{field.id}").set_value(gate.right).run()
    app.button(key=f"{stem}.lock").click().run()
    sound(app)
    assert step(app) == "run"
    until(
        app,
        lambda app: len(app.segmented_control(key=f"{stem}.step").options) >= 6,
    )
    sound(app)
    app.segmented_control(key=f"{stem}.step").set_value("predict").run()
    assert app.success and not [button for button in app.button if button.key == f"{stem}.lock"]
    for name in ("observe", "explain", "quiz"):
        app.segmented_control(key=f"{stem}.step").set_value(name).run()
        sound(app)
    for radio in app.radio:
        radio.set_value(radio.options[0])
    for number in app.number_input:
        number.set_value(1.0)
    app.run()
    app.button(key=f"{stem}.hand_in").click().run()
    sound(app)
    assert step(app) == "reflect"
    answer(app, f"{stem}.reflect", reflection_form(lesson, language))
    app.button(key=f"{stem}.save").click().run()
    sound(app)
    assert step(app) == "score" and app.metric
    assert len(app.segmented_control(key=f"{stem}.step").options) == len(STEPS)
    app.segmented_control(key=f"{stem}.step").set_value("sheet").run()
    sound(app)
    app.segmented_control(key="language").set_value({"zh": "en", "en": "zh"}[language]).run()
    sound(app)
    assert step(app) == "sheet"
    app.button(key="lesson.all_lessons").click().run()
    text = sound(app)
    other = Words({"zh": "en", "en": "zh"}[language])
    assert other("lessons.stage_done") in text
    assert other("lessons.finished", done=1, total=len(course.course())) == app.get("progress")[0].proto.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_course_shows_every_lesson_and_what_comes_next(language: str) -> None:
    app = opened("lessons", language)
    text = sound(app)
    for lesson in course.course().values():
        assert lesson.title.said(language) in text
        assert lesson.question.said(language) in text
    first = next(iter(course.course().values()))
    assert first.title.said(language) in app.button(key="lesson.next_lesson").label
    app.button(key="lesson.next_lesson").click().run()
    assert app.query_params["lesson"] == first.id


def test_a_link_opens_a_lesson() -> None:
    app = opened("lessons", "en")
    last = list(course.course().values())[-1]
    app.query_params["lesson"] = last.id
    app.run()
    assert last.question.en in sound(app)
    app.button(key="lesson.all_lessons").click().run()
    assert app.button(key="lesson.next_lesson")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_instructor_finds_the_guide(language: str) -> None:
    app = begin(language)
    app.toggle(key=coursework.GUIDE).set_value(True).run()
    text = sound(app)
    assert course.course()[LESSON].guide(language)[:40] in text

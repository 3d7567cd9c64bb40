from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lessons import STEPS
from lessons.fields import Field
from lessons.flow import prediction_form, reflection_form
from pages.parts import coursework
from pages.parts.words import LANGUAGES, Words
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
LESSON = next(iter(coursework.course()))


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
    t, lesson, stem = Words(language), coursework.course()[LESSON], f"lesson.{LESSON}"
    app = opened("lessons", language)
    app.text_input(key=coursework.STUDENT).set_value("小明 01").run()
    assert step(app) == "brief"
    app.button(key=f"{stem}.next").click().run()
    assert step(app) == "predict"
    app.button(key=f"{stem}.lock").click().run()
    assert t("errors.answer_missing", field="")[:3] in app.error[0].value
    answer(app, f"{stem}.predict", prediction_form(lesson, language))
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_instructor_finds_the_guide(language: str) -> None:
    app = opened("lessons", language)
    app.toggle(key=coursework.GUIDE).set_value(True).run()
    text = sound(app)
    assert coursework.course()[LESSON].guide(language)[:40] in text

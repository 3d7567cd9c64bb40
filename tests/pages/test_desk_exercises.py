from __future__ import annotations

import pytest

from pages.parts.desk_exercises import sentence
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.exercise_sql import SLIPS, WORKED
from simulation.analysis.exercises import EXERCISES, Verdict
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)


@both
def test_every_verdict_has_words(language: str) -> None:
    t = Words(language)
    off = {"column": "people", "given": "3", "by": "some", "row": "cohort = 14", "right": "kept", "wrong": 2, "of": 4}
    rows = {"given": 3, "needed": 4, "row": "cohort = 14"}
    told = {"too_high": off, "too_low": off | {"row": "", "wrong": 1}, "sign": off, "as_share": off, "as_percent": off,
            "rows_extra": rows, "rows_lacking": rows, "one_row": rows, "doubled": {"columns": "cohort"}, "right": {},
            "missing": {"columns": "a", "asked": "a, b"}, "not_a_number": {"column": "a"}}  # fmt: skip
    for exercise in EXERCISES.values():
        verdicts = [Verdict(said == "right", said, values) for said, values in told.items()]
        verdicts += [Verdict(False, f"{exercise.name}_slip_{slip}", {}) for slip in SLIPS[exercise.name]]
        for verdict in verdicts:
            said = sentence(exercise, verdict, t)
            assert "⟦" not in said and "{" not in said and len(said) > 1
        columns = [] if exercise.many else exercise.columns
        assert all(t.knows(f"exercises.col_{exercise.name}_{column}") for column in columns)


@both
def test_exercises_are_answered_checked_and_shown(language: str) -> None:
    t = Words(language)
    app = opened("desk", language)
    app.selectbox(key="desk.weeks").select(26).run()
    app.segmented_control(key="desk.view").set_value("exercises").run()
    until(app, lambda app: any(area.key == "desk.exercise.sql.cohort" for area in app.text_area), 60)
    sound(app)
    app.text_area(key="desk.exercise.sql.cohort").set_value("SELECT 1 AS cohort").run()
    app.button(key="desk.exercise.judge.cohort").click().run()
    sound(app)
    assert "people" in app.warning[0].value
    app.text_area(key="desk.exercise.sql.cohort").set_value(WORKED["cohort"].format(weeks=26)).run()
    app.button(key="desk.exercise.judge.cohort").click().run()
    sound(app)
    assert app.success[0].value == t("exercises.right") and len(app.code) == 1
    again = opened("start", language)
    for name in app.query_params:
        again.query_params[name] = "".join(app.query_params[name])
    again.switch_page("pages/desk.py").run()
    until(again, lambda app: any(area.key == "desk.exercise.sql.cohort" for area in app.text_area), 60)
    assert again.text_area(key="desk.exercise.sql.cohort").value == WORKED["cohort"].format(weeks=26)
    app.text_area(key="desk.exercise.sql.cohort").set_value("COPY members TO '/tmp/x.csv'").run()
    app.button(key="desk.exercise.run.cohort").click().run()
    assert app.error[0].value == t("errors.query_outside")


@both
def test_numbers_are_typed_in_and_giving_up_shows_the_way(language: str) -> None:
    t = Words(language)
    app = opened("desk", language)
    app.selectbox(key="desk.weeks").select(26).run()
    app.segmented_control(key="desk.view").set_value("exercises").run()
    until(app, lambda app: any(area.key == "desk.exercise.sql.cohort" for area in app.text_area), 60)
    for name in EXERCISES:
        app.pills(key="desk.exercise.which").set_value(name).run()
        text = sound(app)
        assert t(f"exercises.{name}_hint") in text and not app.code
        if name == "k_factor":
            for column in EXERCISES[name].columns:
                app.number_input(key=f"desk.exercise.number.{name}.{column}").set_value(5.0)
            next(each for each in app.button if each.label == t("exercises.check_numbers")).click().run()
            sound(app)
            assert t(f"exercises.{name}_look") in app.warning[0].value
        app.button(key=f"desk.exercise.give_up.{name}").click().run()
        sound(app)
        assert len(app.code) == 1

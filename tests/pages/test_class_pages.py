"""A class played on its two pages: the instructor leads, students join, predict, decide and see what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from classroom import gradebook, roster
from classroom import teaching as domain
from classroom.access import Teacher
from classroom.machine import State
from pages.parts import classroom, downloads
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.strategies import STRATEGIES
from tests.classroom.conftest import go_to
from tests.pages.test_pages import opened, served, sound, spoken, until

__all__ = ["served"]
SECRET = "chalk and cheese"


@pytest.fixture(autouse=True)
def own_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LAB_DATABASE", str(tmp_path / "lab.sqlite"))
    classroom.database.clear()
    yield
    classroom.database().close()
    classroom.database.clear()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def signed_in(language: str) -> AppTest:
    t, app = Words(language), opened("teach", language)
    app.text_input[0].set_value(SECRET)
    return press(app, t("teach.sign_in"))


def visiting(language: str, **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/classroom.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def onward(app: AppTest, t: Words, phase: str) -> AppTest:
    return press(app, t("teach.next", phase=t(f"phases.{phase}")))


def small_class(app: AppTest, t: Words, title: str) -> Any:
    app.text_input(key="teach.title").set_value(title)
    for name, value in (("weeks", 4), ("people", 200), ("worlds", 5), ("rounds", 1)):
        app.slider(key=f"teach.setup.{name}").set_value(value)
    press(app, t("teach.make"))
    sound(app)
    return domain.watch(classroom.database(), Teacher(app.session_state["teach.token"]), 1)[0]


def address(app: AppTest, name: str) -> str:
    found = app.query_params[name]
    return str(found[0] if isinstance(found, list) else found)


def unfold(app: AppTest) -> None:
    """Long lists are put together only while they are open."""
    assert not app.get("download_button")
    for name in ("gradebook", "log"):
        app.session_state[f"teach.{name}"] = True
    sound(app.run())
    assert len(app.get("download_button")) == 3
    assert any("小明" in str(shown.value.to_dict()) for shown in app.dataframe[-2:])


def clear_away(app: AppTest, student: AppTest, t: Words) -> None:
    onward(app, t, "archived")
    sound(app)
    assert t("errors.seat_unknown") in spoken(student.run())
    app.text_input(key="teach.typed").set_value("<b>101</b>").run()
    press(app, t("teach.wipe_now"))
    assert t("teach.no_class") in sound(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_class_from_the_first_secret_to_the_wiping(language: str) -> None:
    t, app = Words(language), signed_in(language)
    sound(app)
    press(app, t("teach.make"))
    assert app.error[0].value == t("errors.name_missing")
    row = small_class(app, t, "<b>101</b>")
    onward(app, t, "practice")
    onward(app, t, "reset")
    onward(app, t, "open")
    assert app.error[0].value == t("errors.teams_missing")

    student = visiting(language, code=domain.join_code(row))
    student.text_input[1].set_value("*小明* [x](http://a)")
    press(student, t("classroom.join"))
    assert r"\[x\](http\://a)" in sound(student)
    seat = address(student, "seat")
    for phase in ("open", "predict"):
        onward(app.run(), t, phase)
        sound(app)
    student.run()
    student.number_input[0].set_value(190)
    student.number_input[1].set_value(20)
    press(student, t("classroom.lock_forecast"))
    assert len(student.error) == 1
    student.number_input[0].set_value(20)
    student.number_input[1].set_value(190)
    press(student, t("classroom.lock_forecast"))
    assert t("classroom.forecast_locked", low="20", high="190") in sound(student)
    onward(app, t, "decide")
    student.run()
    student.toggle(key="classroom.on.contact").set_value(True).run()
    student.slider(key="classroom.tool.contact.frequency").set_value(2.0).run()
    press(student, t("classroom.submit"))
    assert t("classroom.saved") in sound(student)

    again = visiting(language, seat=seat)
    sound(again)
    assert again.slider(key="classroom.tool.contact.frequency").value == 2.0
    onward(app, t, "lock")
    onward(app, t, "simulate")
    until(app, lambda app: t("teach.computed", worlds=5) in spoken(app))
    onward(app, t, "reveal")
    sound(app)
    student.run()
    assert len(student.metric) == 6 and t("classroom.results", round=1) in sound(student)
    app.toggle(key="teach.board.1.False").set_value(True).run()
    unfold(app)
    assert t("classroom.board") in sound(student.run())
    onward(app, t, "debrief")
    onward(app, t, "final")
    until(app, lambda app: t("teach.computed", worlds=5) in spoken(app))
    onward(app, t, "closed")
    assert t("classroom.final") in sound(student.run())
    clear_away(app, student, t)


@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_of_a_shared_market_see_whom_they_won(language: str) -> None:
    t, app = Words(language), signed_in(language)
    app.radio(key="teach.market.shape").set_value("market").run()
    app.slider(key="teach.market.places").set_value(3)
    app.slider(key="teach.setup.worlds").set_value(5)
    row = small_class(app, t, "market")
    teacher, database = Teacher(app.session_state["teach.token"]), classroom.database()
    links = roster.enrol(database, teacher, row.id, "ann,,1\nbob,,2").tickets
    student = visiting(language, seat=links[0].token)
    assert t("market.note", people="200", places=3) in sound(student)
    go_to(database, teacher, row.id, State("simulate", 1))
    until(app, lambda app: t("teach.computed", worlds=5) in spoken(app))
    assert t("market.table_note") in sound(app)
    assert t("market.assumption", worlds=5) not in sound(student.run())
    domain.move(database, teacher, row.id, State("simulate", 1))
    assert t("market.assumption", worlds=5) in sound(student.run())
    assert len(student.metric) == 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_team_mates_who_change_the_same_are_told_and_may_choose(language: str) -> None:
    t, app = Words(language), signed_in(language)
    app.text_input(key="teach.title").set_value("two")
    press(app, t("teach.make"))
    teacher = Teacher(app.session_state["teach.token"])
    code = domain.join_code(domain.watch(classroom.database(), teacher, 1)[0])
    onward(app, t, "practice")
    mates = []
    for name in ("ann", "bob"):
        mate = visiting(language, code=code)
        mate.text_input[1].set_value(name)
        mate.number_input[0].set_value(1)
        mates.append(press(mate, t("classroom.join")))
    for mate, frequency in zip(mates, (1.0, 3.0), strict=True):
        mate.toggle(key="classroom.on.contact").set_value(True).run()
        mate.slider(key="classroom.tool.contact.frequency").set_value(frequency).run()
    ann, bob = mates
    sound(press(ann, t("classroom.submit")))
    press(bob, t("classroom.submit"))
    assert len(bob.error) == 1 and STRATEGIES["contact"].label[language] in bob.error[0].value
    lever = next(one.label(language) for one in STRATEGIES["contact"].declared() if one.name == "frequency")
    assert all(f"{lever} {times}" in bob.error[0].value for times in (1, 3)) and "{" not in bob.error[0].value
    assert bob.slider(key="classroom.tool.contact.frequency").value == 3.0
    bob.button(key="classroom.theirs").click().run()
    assert bob.slider(key="classroom.tool.contact.frequency").value == 1.0
    sound(bob)


def test_no_name_becomes_a_formula_in_what_is_taken_away() -> None:
    t, app = Words("en"), signed_in("en")
    row = small_class(app, t, "export")
    teacher, database = Teacher(app.session_state["teach.token"]), classroom.database()
    roster.enrol(database, teacher, row.id, "=HYPERLINK(1)\t+7\n@x\t-1")
    book = gradebook.gradebook(database, teacher, row.id)
    assert list(book["nickname"]) == ["=HYPERLINK(1)", "@x"]
    told = downloads.csv(book).decode("utf-8-sig").splitlines()
    assert told[1].startswith("'=HYPERLINK(1),'+7,") and told[2].startswith("'@x,'-1,")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_without_a_pass_shows_nothing_of_a_class(language: str) -> None:
    t, app = Words(language), signed_in(language)
    app.text_input(key="teach.title").set_value("CANARY7781")
    press(app, t("teach.make"))
    stranger = opened("teach", language)
    assert "CANARY7781" not in sound(stranger)
    stranger.text_input[0].set_value("wrong wrong")
    press(stranger, t("teach.sign_in"))
    assert stranger.error[0].value == t("errors.secret_wrong")
    forged = opened("start", language)
    forged.session_state["teach.token"] = json.dumps("forged")
    forged.switch_page("pages/teach.py").run()
    assert "CANARY7781" not in spoken(forged) and forged.error[0].value == t("errors.not_instructor")
    guest = visiting(language, seat="forged")
    assert "CANARY7781" not in spoken(guest) and t("errors.seat_unknown") in spoken(guest)

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import people, people_life, state
from pages.parts.settings import key
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.scenario import load_plan, load_scenario
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
QUICK = 0.5


def drawn(app: AppTest) -> bool:
    return bool(app.get("echarts_chart"))


@both
def test_the_network_with_the_life_of_who_is_picked(language: str) -> None:
    t = Words(language)
    app = until(opened("people", language), drawn)
    sound(app)
    assert len(app.get("vega_lite_chart")) == 4
    person = app.session_state[people_life.PERSON]
    told = "".join(element.value for element in app.markdown)
    assert t("people.event_left", week=1, causes="", chance="", usual="")[:3] in told
    for colouring in ("trust", "belonging", "role", "tier", "layer", "community"):
        app.selectbox(key=people.key("colour")).select(colouring).run()
        sound(app)
    app.slider(key=people.key("week")).set_value(10).run()
    sound(app)
    # The next one who was ever a member: those who never came have no ledger.
    for step in range(1, 60):
        app.number_input(key=people_life.PERSON).set_value((person + step) % 2000).run()
        sound(app)
        if any(control.key == people.key("decision") for control in app.segmented_control):
            break
    for decision in ("buying", "posting", "joining"):
        app.segmented_control(key=f"{people.key('decision')}").set_value(decision).run()
        sound(app)
    app.number_input(key=people.key("seed")).set_value(2).run()
    sound(until(app, drawn))
    app.segmented_control(key="language").set_value("en" if language == "zh" else "zh").run()
    assert app.slider(key=people.key("week")).value == 10
    sound(app)


@both
@pytest.mark.parametrize(("view", "charts", "tables"), [("circles", 0, 3), ("segments", 5, 0), ("movement", 2, 0)])
def test_every_view(language: str, view: str, charts: int, tables: int) -> None:
    app = opened("people", language)
    app.segmented_control(key=people.key("view")).set_value(view).run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == charts and len(app.table) == tables)
    sound(app)
    if charts:
        app.slider(key=people.key("week")).set_value(0).run()
        sound(app)


def test_people_are_put_in_order_by_the_measure_that_is_chosen() -> None:
    t = Words("en")
    app = opened("people", "en")
    app.segmented_control(key=people.key("view")).set_value("circles").run()
    until(app, lambda app: bool(app.table))
    tops = set()
    for measure in people.RANKS:
        app.segmented_control(key=people.key("rank")).set_value(measure).run()
        table = app.table[0].value
        assert list(table.columns[:2]) == [t("desk.person"), t(f"desk.{measure}")]
        values = table[t(f"desk.{measure}")].astype(float)
        assert values.is_monotonic_decreasing and len(values) == people.LISTED
        tops.add(tuple(table[t("desk.person")]))
    assert len(tops) > 2, "the measures agree, which they do not"


@both
def test_the_settings_of_the_studio_are_looked_at(language: str) -> None:
    app = opened("studio", language)
    app.selectbox(key=key("plan")).select("neutral").run()
    app.selectbox(key=key("horizon")).select(26).run()
    app.button(key=key("run")).click().run()
    app.switch_page("pages/people.py").run()
    assert app.selectbox(key=people.key("scenario")).value == people.OURS
    assert app.selectbox(key=people.key("plan")).disabled
    app = until(app, drawn)
    sound(app)
    assert app.slider(key=people.key("week")).max == 26


@both
def test_a_world_too_large_to_write_down_is_refused_in_words(language: str) -> None:
    app = opened("studio", language)
    app.file_uploader(key=key("upload")).upload(
        "big.yaml", b"population: {size: 50000}\nhorizon: 104\nseeds: {count: 1}\n"
    ).run()
    app.button(key=key("run")).click().run()
    app.switch_page("pages/people.py").run()
    assert not app.exception
    assert "1,000,000" in app.error[0].value and "⟦" not in app.error[0].value


def test_what_is_stored_is_drawn_again_at_once() -> None:
    app = until(opened("people", "en"), drawn)
    took = []
    for week in (20, 40, 60, 80):
        began = time.perf_counter()
        app.slider(key=people.key("week")).set_value(week).run()
        took.append(time.perf_counter() - began)
    assert sorted(took)[1] < 4 * QUICK, "the whole page with the driver included; a page draws in less"


@both
def test_a_link_reproduces_world_week_and_person_and_a_broken_one_is_told(language: str) -> None:
    def followed(**link: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.query_params["lang"] = language
        app.run()
        for name, value in link.items():
            app.query_params[name] = value
        return app.switch_page("pages/people.py").run()

    def address(app: AppTest, name: str) -> str:
        found = app.query_params[name]
        return found[0] if isinstance(found, list) else found

    asked = {"ground": "product", "plan": "neutral", "seed": "2", "view": "network", "week": "30", "person": "77"}
    app = until(followed(**asked), drawn)
    assert app.selectbox(key=people.key("plan")).value == "neutral"
    assert app.number_input(key=people.key("seed")).value == 2
    assert app.slider(key=people.key("week")).value == 30
    assert app.number_input(key=people_life.PERSON).value == 77
    sound(app)
    app.number_input(key=people_life.PERSON).set_value(78).run()
    app.slider(key=people.key("week")).set_value(29).run()
    assert (address(app, "person"), address(app, "week"), address(app, "seed")) == ("78", "29", "2")
    for broken in ({"plan": "<b>x"}, {"ground": "../etc"}, {"seed": "1e9"}, {"week": "900"}, {"person": "-1"}):
        app = followed(**asked | broken)
        assert not app.exception and len(app.warning) == 1 and "⟦" not in app.warning[0].value


@both
def test_a_link_carries_the_settings_of_the_studio(language: str) -> None:
    scenario = load_scenario("product").with_plan(load_plan("neutral")).model_copy(update={"horizon": 26})
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    app.query_params["s"] = state.pack(scenario)
    app.switch_page("pages/people.py").run()
    assert app.selectbox(key=people.key("scenario")).value == people.OURS
    app = until(app, drawn)
    assert app.slider(key=people.key("week")).max == 26
    sound(app)

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from pages.parts.settings import ASKED, key
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.experiment import running_jobs

PAGES = ("start", "studio", "duel", "people", "stress", "data", "lessons", "desk", "classroom", "teach", "evidence")
both = pytest.mark.parametrize("language", LANGUAGES)


class Served(PagesManager):
    """A server that has seen its first visitor: Streamlit runs ``app.py``, not the folder ``pages/``."""

    def __init__(self, *given: Any, **named: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*given, **named)


@pytest.fixture(autouse=True)
def served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "fresh_server" not in request.fixturenames:
        monkeypatch.setattr(app_test, "PagesManager", Served)


@pytest.fixture
def fresh_server() -> None:
    """A server that has seen nobody: Streamlit takes the folder ``pages/`` for the whole application."""


def opened(page: str, language: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.run()
    return app if page == "start" else app.switch_page(f"pages/{page}.py").run()


def until(app: AppTest, ready: Callable[[AppTest], bool], seconds: float = 240) -> AppTest:
    """Look again until the worlds are there."""
    end = time.monotonic() + seconds
    while not ready(app) and time.monotonic() < end:
        time.sleep(0.5)
        app.run()
    assert ready(app)
    return app


def spoken(app: AppTest) -> str:
    shown = ("title", "markdown", "caption", "success", "info", "warning", "error", "metric", "expander")
    asked = ("button", "selectbox", "toggle", "slider", "number_input", "multiselect", "text_input", "radio")
    told = []
    for kind in shown + asked:
        for element in getattr(app, kind):
            told += [str(getattr(element, name, "")) for name in ("label", "value", "help", "delta")]
    return "\n".join(told)


def sound(app: AppTest) -> str:
    assert not app.exception
    assert [error.value for error in app.error] == []
    text = spoken(app)
    assert "⟦" not in text
    return text


@both
@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_both_languages(page: str, language: str) -> None:
    app = opened(page, language)
    text = sound(app)
    assert app.title[0].value == Words(language)(f"{page}.title")
    assert Words(language)(f"{page}.question") in text


@both
@pytest.mark.parametrize("page", PAGES)
def test_on_a_fresh_server_too(page: str, language: str, fresh_server: None) -> None:
    app = opened(page, language)
    sound(app)
    assert app.title[0].value == Words(language)(f"{page}.title")


@both
def test_the_browser_decides_the_first_language(language: str) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.context = {"locale": {"zh": "zh-CN", "en": "de-DE"}[language]}
    app.run()
    assert app.title[0].value == Words(language)("start.title")
    assert "lang" not in app.query_params


@both
def test_the_start_page_tells_what_the_first_plan_did(language: str) -> None:
    app = until(opened("start", language), lambda app: bool(app.success))
    assert (
        Words(language)("verdict.kept_better", a="", b="", wins="", worlds="", label="", change="")[:1]
        in app.success[0].value
    )
    sound(app)


@both
def test_the_duel_gives_a_verdict_on_every_outcome(language: str) -> None:
    app = until(opened("duel", language), lambda app: len(app.get("vega_lite_chart")) == 4)
    text = sound(app)
    assert text.count("- ") >= 6
    app.multiselect(key="duel.plans").set_value(["neutral"]).run()
    assert app.info[0].value == Words(language)("duel.choose_two")
    app.multiselect(key="duel.plans").set_value(["neutral", "deep_discount", "referral_rush"]).run()
    sound(until(app, lambda app: len(app.get("vega_lite_chart")) == 5))


@both
@pytest.mark.parametrize("view", ["model", "parameters", "sources"])
def test_every_view_of_the_evidence(language: str, view: str) -> None:
    app = opened("evidence", language)
    app.segmented_control(key="evidence.view").set_value(view).run()
    sound(app)
    if view == "parameters":
        for group in app.selectbox(key="evidence.group").options:
            assert "⟦" not in group


@both
def test_the_real_case_is_set_beside_its_real_customers(language: str) -> None:
    app = opened("studio", language)
    app.selectbox(key=key("scenario")).select("cdnow").run()
    app.selectbox(key=key("worlds")).select(5).run()
    app.button(key=key("run")).click().run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == 4)
    text = sound(app)
    t = Words(language)
    assert t("charts.repeat_orders") in text and "$" in app.metric[2].value
    assert len(app.metric) == 6 and app.metric[0].delta == ""
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.button(key=key("run")).click().run()
    sound(until(app, lambda app: bool(app.metric) and app.metric[0].delta != ""))


@both
def test_a_long_run_can_be_cancelled_and_a_reload_finds_it_again(language: str) -> None:
    t, others = Words(language), running_jobs()
    app = opened("studio", language)
    text = "population: {size: 20000}\nhorizon: 520\nseeds: {count: 100, first: 77}\n"
    app.file_uploader(key=key("upload")).upload("long.yaml", text.encode()).run()
    app.button(key=key("run")).click().run()
    sound(app)
    assert app.progress and app.button(key="studio.cancel")
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["lang"], again.query_params["s"] = language, app.query_params["s"]
    again.run()
    again.switch_page("pages/studio.py").run()
    assert again.progress and again.session_state[ASKED] == app.session_state[ASKED]
    for visitor in (app, again):
        visitor.button(key="studio.cancel").click().run()
        assert t("jobs.cancelled") in [info.value for info in visitor.info]
        assert visitor.button(key="studio.again")
    assert running_jobs() <= others, "nobody computes on after a cancellation"


@pytest.mark.slow
@both
@pytest.mark.parametrize("page", ["duel", "studio"])
def test_the_verdict_is_tried_under_doubt(page: str, language: str) -> None:
    app = opened(page, language)
    app.toggle(key=f"{page}.disputes").set_value(True).run()
    until(app, lambda app: any(len(table.value) == 5 for table in app.dataframe))
    sound(app)


@pytest.mark.slow
@both
def test_the_facts_are_measured_on_the_engine_of_today(language: str) -> None:
    app = opened("evidence", language)
    app.button(key="facts.compute").click().run()
    until(app, lambda app: not app.progress and bool(app.dataframe), seconds=280)
    sound(app)
    verdicts = app.dataframe[0].value[Words(language)("evidence.verdict")]
    assert (verdicts == Words(language)("evidence.verdict_holds")).mean() > 0.8


@pytest.mark.slow
@both
def test_nothing_is_compared_before_every_plan_has_lived(language: str) -> None:
    app = until(opened("studio", language), lambda app: len(app.metric) == 6 and not app.progress)
    app.number_input(key=key("budget")).set_value(54_321.0 + list(LANGUAGES).index(language)).run()
    app.button(key=key("run")).click().run()
    for _ in range(20):
        sound(app)
        assert len(app.metric) in {0, 6}
        app.run()

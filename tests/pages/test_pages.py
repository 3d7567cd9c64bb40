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

PAGES = ("start", "studio", "duel", "people", "data", "lessons", "desk", "classroom", "teach", "evidence")
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
def test_the_studio_shows_the_numbers_that_belong_together(language: str) -> None:
    app = until(opened("studio", language), lambda app: bool(app.metric))
    sound(app)
    assert len(app.metric) == 6
    assert len(app.get("vega_lite_chart")) == 3


def test_a_change_is_run_only_when_asked_and_then_shared() -> None:
    app = until(opened("studio", "en"), lambda app: bool(app.metric))
    before = app.session_state[ASKED]
    app.selectbox(key=key("plan")).select("neutral").run()
    app.selectbox(key=key("horizon")).select(26).run()
    app.selectbox(key=key("worlds")).select(5).run()
    assert app.session_state[ASKED] == before
    assert Words("en")("studio.changed") in spoken(app)
    app.button(key=key("run")).click().run()
    asked = app.session_state[ASKED]
    assert (asked.plan.name, asked.horizon, asked.seeds.count) == ("neutral", 26, 5)
    assert app.query_params["s"]
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["s"] = app.query_params["s"]
    again.query_params["lang"] = "en"
    again.run()
    again.switch_page("pages/studio.py").run()
    assert again.session_state[ASKED] == asked
    sound(again)


def test_the_language_changes_and_no_setting_is_lost() -> None:
    app = opened("studio", "zh")
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.slider(key=key("strategy", "price_promotion", "discount")).set_value(0.25).run()
    app.segmented_control(key="language").set_value("en").run()
    assert app.title[0].value == "Studio"
    assert app.toggle(key=key("on", "price_promotion")).value is True
    assert app.slider(key=key("strategy", "price_promotion", "discount")).value == 0.25
    app.switch_page("pages/duel.py").run()
    assert app.title[0].value == "Same-luck duel"
    app.switch_page("pages/studio.py").run()
    assert app.slider(key=key("strategy", "price_promotion", "discount")).value == 0.25
    sound(app)


@both
def test_a_broken_upload_is_refused_in_words(language: str) -> None:
    app = opened("studio", language)
    app.file_uploader(key=key("upload")).upload("bad.yaml", b"horizon: 9999").run()
    assert not app.exception and len(app.error) == 1
    assert "1–520" in app.error[0].value and "horizon" in app.error[0].value


@both
def test_a_broken_link_is_refused_in_words_and_the_page_stands(language: str) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"], app.query_params["s"] = language, "rubbish"
    app.run()
    app.switch_page("pages/studio.py").run()
    assert not app.exception
    assert app.error[0].value == Words(language)("errors.link_unreadable")
    assert app.button(key=key("run"))


@both
def test_an_uploaded_scenario_fills_the_controls(language: str) -> None:
    app = opened("studio", language)
    text = (
        "name: mine\nhorizon: 39\nseeds: {count: 7}\nplan: {budget: 500, strategies: {recognition: {intensity: 0.3}}}\n"
    )
    app.file_uploader(key=key("upload")).upload("mine.yaml", text.encode()).run()
    assert app.selectbox(key=key("horizon")).value == 39
    assert app.selectbox(key=key("worlds")).value == 7
    assert app.number_input(key=key("budget")).value == 500
    assert app.toggle(key=key("on", "recognition")).value and not app.toggle(key=key("on", "contact")).value
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
def test_a_shock_strikes_and_a_second_of_its_kind_is_kept(language: str) -> None:
    app = opened("studio", language)
    text = "horizon: 26\nseeds: {count: 5}\nshocks: [{shock: price_war, week: 5}, {shock: price_war, week: 15}]\n"
    app.file_uploader(key=key("upload")).upload("war.yaml", text.encode()).run()
    app.toggle(key=key("shock", "trust_scandal")).set_value(True).run()
    app.button(key=key("run")).click().run()
    assert [shock.week for shock in app.session_state[ASKED].shocks if shock.id == "price_war"] == [5, 15]
    assert len(app.session_state[ASKED].shocks) == 3
    sound(until(app, lambda app: bool(app.metric)))


@both
def test_titles_from_a_link_cannot_draw_pictures_or_links(language: str) -> None:
    app = opened("studio", language)
    title = "![x](http://a.example/b.png) <b>[c](http://d.example)"
    text = f"name: mine\ntitle: {{zh: '{title}', en: '{title}'}}\nhorizon: 13\nseeds: {{count: 5}}\n"
    app.file_uploader(key=key("upload")).upload("mine.yaml", text.encode()).run()
    app.button(key=key("run")).click().run()
    told = [element.value for element in [*app.markdown, *app.caption]]
    assert any(r"\!\[x\]" in text for text in told)
    assert not any("![x]" in text or "[c](" in text for text in told)


@both
def test_too_much_work_is_refused_with_what_would_fit(language: str) -> None:
    app = opened("studio", language)
    text = "population: {size: 1000000}\nhorizon: 520\nseeds: {count: 1000}\n"
    app.file_uploader(key=key("upload")).upload("huge.yaml", text.encode()).run()
    app.button(key=key("run")).click().run()
    assert (
        not app.exception
        and "⟦" not in app.error[0].value
        and "1,000,000" in app.error[0].value.replace("1000000", "1,000,000")
    )
    assert app.button(key=key("run"))


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


@both
def test_the_verdict_is_tried_under_doubt(language: str) -> None:
    app = opened("duel", language)
    app.selectbox(key="duel.worlds").select(10).run()
    app.toggle(key="duel.disputes").set_value(True).run()
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


@both
def test_nothing_is_compared_before_every_plan_has_lived(language: str) -> None:
    app = until(opened("studio", language), lambda app: len(app.metric) == 6 and not app.progress)
    app.number_input(key=key("budget")).set_value(54_321.0 + list(LANGUAGES).index(language)).run()
    app.button(key=key("run")).click().run()
    for _ in range(20):
        sound(app)
        assert len(app.metric) in {0, 6}
        app.run()

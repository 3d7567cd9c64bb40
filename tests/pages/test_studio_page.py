"""The Studio as its readers use it: settings, links, uploads, shocks and refusals."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.parts.settings import ASKED, key
from pages.parts.words import Words
from simulation import ROOT
from tests.pages.test_pages import both, opened, served, sound, spoken, until  # noqa: F401


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

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import ghosts, jobs, strategy_cards
from pages.parts.settings import ASKED, LAST, key
from pages.parts.words import LANGUAGES, Words
from simulation import ROOT
from simulation.analysis import portrait
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.scenario import load_plan, load_scenario, read_scenario
from simulation.strategies import STRATEGIES
from tests.pages.test_pages import opened, served, sound, spoken, until  # noqa: F401

both = pytest.mark.parametrize("language", LANGUAGES)
Ready = Callable[[AppTest], bool]


def test_every_strategy_is_found_by_number_name_and_note() -> None:
    names = [name for listed in strategy_cards.topics().values() for name in listed]
    assert sorted(names) == sorted(STRATEGIES)
    for name, kind in STRATEGIES.items():
        assert name in strategy_cards.found(kind.rows[0]) and name in strategy_cards.found(kind.label["zh"])
        assert name in strategy_cards.found(kind.label["en"].upper())
    assert strategy_cards.found("疲劳") and strategy_cards.found("zzz nothing") == []
    for listed in strategy_cards.topics().values():
        numbers = [int(STRATEGIES[name].rows[0][1:]) for name in listed]
        assert numbers == sorted(numbers)


@both
def test_a_name_in_brackets_takes_its_unit_into_them(language: str) -> None:
    app = opened("studio", language)
    label = app.slider(key=key("team.hours")).label
    assert "0" in label and label.count("（") + label.count("(") == 1 and Words(language).unit("hours/week") in label


def test_books_are_the_ledger() -> None:
    plan = load_plan("paid_membership")
    results = run(
        Experiment.of(read_scenario({"population": {"size": 400}, "horizon": 12}), (plan,), seeds=5),
        executor=SerialExecutor(),
    )
    books = portrait.books(results, plan.name)
    assert set(books) == set(plan.strategies)
    for name, booked in books.items():
        cost = results.ledger[results.ledger["item"] == name]["amount"]
        assert booked.cost.mean == pytest.approx(cost.mean()) and booked.cost.low <= booked.cost.mean
        earned = results.ledger[results.ledger["item"] == f"income.{name}"]["amount"]
        assert booked.earned.mean == pytest.approx(earned.mean() if len(earned) else 0.0)
    assert books["subscription"].earned.mean > 0


@both
def test_undo_and_redo_walk_through_the_settings(language: str) -> None:
    app = opened("studio", language)
    assert app.button(key=key("undo")).disabled and app.button(key=key("redo")).disabled
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.slider(key=key("strategy", "price_promotion", "discount")).set_value(0.25).run()
    app.button(key=key("undo")).click().run()
    assert app.slider(key=key("strategy", "price_promotion", "discount")).value != 0.25
    app.button(key=key("undo")).click().run()
    assert app.toggle(key=key("on", "price_promotion")).value is False
    app.button(key=key("redo")).click().run()
    app.button(key=key("redo")).click().run()
    assert app.slider(key=key("strategy", "price_promotion", "discount")).value == 0.25
    assert app.button(key=key("redo")).disabled
    app.button(key=key("undo")).click().run()
    app.number_input(key=key("budget")).set_value(700.0).run()
    assert app.button(key=key("redo")).disabled, "a new way forgets what was undone"
    sound(app)


@both
def test_search_shows_what_answers_and_keeps_the_levers(language: str) -> None:
    t = Words(language)
    app = opened("studio", language)
    app.text_input(key=key("search")).set_value("S17").run()
    assert t("studio.found", count=1) in spoken(app)
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.slider(key=key("strategy", "price_promotion", "discount")).set_value(0.15).run()
    app.text_input(key=key("search")).set_value("").run()
    assert app.slider(key=key("strategy", "price_promotion", "discount")).value == 0.15
    assert app.toggle(key=key("on", "contact")).value is True
    app.text_input(key=key("search")).set_value("qqqq").run()
    assert t("studio.nothing_found") in spoken(app)
    sound(app)


@both
def test_a_shock_is_dragged_along_the_weeks(language: str) -> None:
    app = opened("studio", language)
    app.toggle(key=key("shock", "price_war")).set_value(True).run()
    app.slider(key=key("span", "price_war")).set_range(10, 19).run()
    app.selectbox(key=key("worlds")).select(5).run()
    app.button(key=key("run")).click().run()
    shock = app.session_state[ASKED].shocks[0]
    assert (shock.week, shock.length) == (10, 10)
    until(app, lambda app: bool(app.metric))
    assert Words(language)("charts.timeline") in sound(app)


@both
def test_the_last_run_lies_behind_and_is_compared_where_worlds_are_twins(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "FIRST_WAIT", 0.0)  # the last run is never there at once

    def behind(app: AppTest) -> bool:
        shown = any(title in str(chart.proto.alt) for chart in app.get("vega_lite_chart"))
        coming = any(button.key == "studio.ghost.cancel" for button in app.button)
        complete = any(toggle.key == key("ghost") for toggle in app.toggle)
        assert shown or coming or not complete, "the last run will not appear by itself"
        return shown

    t = Words(language)
    app = opened("studio", language)
    app.selectbox(key=key("worlds")).select(5).run()
    app.selectbox(key=key("horizon")).select(13).run()
    app.button(key=key("run")).click().run()
    until(app, lambda app: len(app.metric) == 6)
    app.toggle(key=key("on", "price_promotion")).set_value(True).run()
    app.button(key=key("run")).click().run()
    title = t("studio.last_run", plan="")[:3]
    until(app, behind)
    text = sound(app)
    assert app.session_state[LAST].seeds.count == 5 and t("studio.not_twins", last="")[-8:] not in text
    app.selectbox(key=key("worlds")).select(10).run()
    app.button(key=key("run")).click().run()
    until(app, lambda app: t("studio.not_twins", last="")[-8:] in spoken(app))
    app.toggle(key=key("ghost")).set_value(False).run()
    assert t("studio.not_twins", last="")[-8:] not in spoken(app)
    sound(app)


def test_twins_share_all_but_the_plan() -> None:
    one = load_scenario("product")
    assert ghosts.twins(one, one.with_plan(load_plan("deep_discount")))
    assert not ghosts.twins(one, one.model_copy(update={"horizon": 13}))
    assert not ghosts.twins(one, load_scenario("brand"))


@both
def test_cards_tell_what_strategies_cost_in_this_run(language: str) -> None:
    t = Words(language)
    app = until(opened("studio", language), lambda app: bool(app.metric) and not app.progress)
    app.run()
    assert t("studio.booked_cost", cost="")[:4] in spoken(app)


@both
def test_a_link_reproduces_the_duel_and_a_broken_one_is_told(language: str) -> None:
    def followed(**link: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.query_params["lang"] = language
        app.run()
        for name, value in link.items():
            app.query_params[name] = value
        return app.switch_page("pages/duel.py").run()

    app = followed(plans="deep_discount,neutral", ground="brand", worlds="10")
    assert app.multiselect(key="duel.plans").value == ["deep_discount", "neutral"]
    assert app.selectbox(key="duel.scenario").value == "brand" and app.selectbox(key="duel.worlds").value == 10
    app.multiselect(key="duel.plans").set_value(["neutral", "cocreate"]).run()
    assert app.query_params["plans"] in ("neutral,cocreate", ["neutral,cocreate"])
    sound(app)
    for broken in ({"plans": "neutral,<b>x"}, {"ground": "../etc"}, {"worlds": "1e9"}):
        app = followed(**broken)
        assert not app.exception and len(app.warning) == 1 and "⟦" not in app.warning[0].value
        assert len(app.multiselect(key="duel.plans").value) >= 1

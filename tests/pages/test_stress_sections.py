"""What drives a result, the best under limits, and one assumption disputed: computed on the page, found again, told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import charts_best, settings, stress, stress_studies
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import drivers
from simulation.jobs_studies import STUDIES
from simulation.scenario import Scenario
from simulation.sweep_points import Points
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
key = stress.key
TINY = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 14})
PATHS = ["behaviour.leaving.trust", "behaviour.leaving.satisfaction"]


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Studies are shared by the whole process; no test may find those of another."""
    yield
    STUDIES._studies.clear()


def page(section: str, language: str, **chosen: object) -> AppTest:
    """The page over a community of sixty people, two coefficients being uncertain."""
    app = opened("start", language)
    app.session_state[settings.ASKED] = TINY
    given = {
        "scenario": "studio", "plans": ["neutral", "tiers_first"], "points": 20, "worlds": 1, "width": "chosen",
        "paths": PATHS, "outcome": "members", "section": section,
    }  # fmt: skip
    for name, value in (given | chosen).items():
        app.session_state[key(name)] = value
    app = app.switch_page("pages/stress.py").run()
    sound(app)
    return app


def computed(app: AppTest, button: str) -> AppTest:
    app.button(key=key(button)).click().run()
    return until(app, lambda app: bool(app.dataframe) and not app.progress)


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@both
def test_what_drives_the_difference(language: str) -> None:
    app = page("drivers", language, **{"drivers.worlds": 2})
    assert not app.dataframe
    app = computed(app, "drivers.tornado.run")
    sound(app)
    assert charts(app) == 1
    assert len(app.dataframe[0].value) == 2
    app.selectbox(key=key("drivers.target")).set_value("tiers_first").run()
    assert app.button(key=key("drivers.tornado.run")), "one plan is other worlds' work than two"
    app.segmented_control(key=key("drivers.method")).set_value("morris").run()
    app.selectbox(key=key("drivers.trajectories")).set_value(2).run()
    app = computed(app, "drivers.morris.run")
    assert "μ*" in app.dataframe[0].value.columns
    sound(app)
    assert charts(app) == 1


@both
def test_sobol_says_when_there_is_nothing_to_share_out(language: str) -> None:
    t = Words(language)
    app = page("drivers", language, **{"drivers.method": "sobol", "paths": PATHS[:1]})
    assert t("drivers.too_few") in [info.value for info in app.info]


@both
def test_sobol_shares_out_what_the_tornado_put_first(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "LARGEST_BASE", drivers.SMALLEST_BASE)
    paths = ["population.purchase_weeks", "population.spend_q"]
    chosen = {"drivers.worlds": 2, "drivers.target": "tiers_first", "outcome": "revenue", "paths": paths}
    app = computed(page("drivers", language, **chosen), "drivers.tornado.run")
    app.segmented_control(key=key("drivers.method")).set_value("sobol").run()
    app.multiselect(key=key("drivers.paths")).set_value([]).run()
    app.button(key=key("drivers.take.run")).click().run()
    assert sorted(app.session_state[key("drivers.paths")]) == paths
    app = computed(app, "drivers.sobol.run")
    sound(app)
    assert charts(app) == 1
    assert len(app.dataframe[0].value) == 2


@both
def test_a_study_is_cancelled_and_may_be_begun_again(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t, gate = Words(language), threading.Event()

    def slow(given: Points, *, executor: Any, told: Any) -> pd.DataFrame:
        told(1, given.runs, lambda: pd.DataFrame({"point": [], "plan": [], "seed": []}))
        assert gate.wait(60)
        told(2, given.runs, pd.DataFrame)
        return pd.DataFrame()

    monkeypatch.setattr(stress_studies, "live", slow)
    app = page("assume", language, **{"assume.worlds": 2, "assume.steps": 3})
    app.button(key=key("assume.run")).click().run()
    assert app.progress
    sound(app)
    app.button(key=key("assume.cancel")).click().run()
    assert t("jobs.cancelled") in [info.value for info in app.info]
    assert app.button(key=key("assume.run")).label == t("jobs.again")
    gate.set()
    sound(app.run())


@both
def test_one_assumption_is_disputed_and_a_reload_finds_it_again(language: str) -> None:
    t = Words(language)
    app = page("assume", language, **{"assume.worlds": 2, "assume.steps": 3})
    assert t("grades.T") in sound(app), "the grade of what is disputed"
    app = computed(app, "assume.run")
    sound(app)
    assert charts(app) == 1
    assert len(app.dataframe[0].value) == 4, "three values and the present one"
    named = "".join(app.query_params["study"])
    again = AppTest.from_file(str(app._script_path), default_timeout=120)
    again.query_params["lang"], again.query_params["study"] = language, named
    again.run()
    again.switch_page("pages/stress.py").run()
    sound(again)
    assert again.session_state[key("section")] == "assume"
    assert again.session_state[settings.ASKED].population.size == 60
    assert len(again.dataframe[0].value) == 4


@both
def test_the_best_under_limits_is_tried_on_new_luck(language: str) -> None:
    t = Words(language)
    chosen = {"best.evaluations": 16, "best.worlds": 2, "best.kept.worlds": 2, "outcome": "profit",
              "plans": ["neutral", "deep_discount"]}  # fmt: skip
    app = computed(page("best", language, **chosen), "best.run")
    sound(app)
    assert charts(app) == 1
    front = app.selectbox(key=key("best.setting"))
    others = [number for number in front.options if not number.startswith(("0 ", "No. 0"))]
    assert others, front.options
    ways = {int(re.findall(r"\d+", each)[0]): each for each in front.options}
    for wanted in ways:
        app = click(app, wanted)
        sound(app)
        assert app.selectbox(key=key("best.setting")).value == wanted
        assert "".join(app.query_params["best.setting"]) == str(wanted)
    app = click(app, 10**6)
    assert app.selectbox(key=key("best.setting")).value == wanted, "what is not on the front is not chosen"
    app.selectbox(key=key("best.setting")).select(others[0]).run()
    app.toggle(key=key("best.kept")).set_value(True).run()
    app = until(app, lambda app: charts(app) == 3 and not app.progress)
    assert t("best.kept_title") in sound(app)
    again = until(copied(app), lambda app: charts(app) == 3 and not app.progress)
    assert again.session_state[key("best.setting")] == app.session_state[key("best.setting")] != 0
    app.button(key=key("best.studio")).click().run()
    assert "price_promotion" in app.session_state[settings.ASKED].plan.strategies


def click(app: AppTest, number: int) -> AppTest:
    """What the browser sends when somebody clicks a point of the front."""
    states = app._tree.get_widget_states()
    chart = app.get("vega_lite_chart")[0].proto
    event = {"selection": {charts_best.PICK: [{"number": number}]}}
    states.widgets.add(id=chart.id, string_value=json.dumps(event))
    return app._run(states)


def copied(app: AppTest, **changed: str) -> AppTest:
    """The page opened by somebody else from the address that this one has, or one that was changed by hand."""
    again = AppTest.from_file(str(app._script_path), default_timeout=120)
    for name in app.query_params:
        again.query_params[name] = "".join(app.query_params[name])
    for name, value in changed.items():
        again.query_params[name] = value
    again.run()
    return again.switch_page("pages/stress.py").run()


@both
def test_what_was_set_in_every_section_comes_with_the_address(language: str) -> None:
    chosen = {"drivers.method": "sobol", "drivers.target": "tiers_first", "drivers.paths": PATHS[:1]}
    app = page("drivers", language, outcome="profit", plans=["tiers_first", "deep_discount"], **chosen)
    sound(app)
    app.segmented_control(key=key("section")).set_value("assume").run()
    app.selectbox(key=key("assume.path")).set_value(PATHS[1]).run()
    app.selectbox(key=key("assume.steps")).set_value(5).run()
    app.segmented_control(key=key("section")).set_value("best").run()
    app.selectbox(key=key("best.plan")).set_value("deep_discount").run()
    app.selectbox(key=key("best.evaluations")).set_value(16).run()
    app.number_input(key=key("best.trust")).set_value(41.5).run()
    levers = app.multiselect(key=key("best.levers.deep_discount"))
    levers.set_value(levers.value[:1]).run()
    sound(app)
    kept = {
        "drivers.method": "sobol", "drivers.target": "tiers_first", "drivers.paths": PATHS[:1], "assume.steps": 5,
        "assume.path": PATHS[1], "best.plan": "deep_discount", "best.evaluations": 16, "best.trust": 41.5,
        "best.levers.deep_discount": app.session_state[key("best.levers.deep_discount")], "section": "best",
    }  # fmt: skip
    again = copied(app)
    sound(again)
    for section in ("drivers", "assume"):
        again.segmented_control(key=key("section")).set_value(section).run()
        sound(again)
    again.segmented_control(key=key("section")).set_value("best").run()
    assert {name: again.session_state[key(name)] for name in kept} == kept
    assert again.session_state[key("best.spend")] is None and "study" not in again.query_params
    assert {name: again.query_params[name] for name in app.query_params} == {
        name: app.query_params[name] for name in app.query_params
    }
    nonsense = {"best.plan": "nobody", "best.trust": "141", "best.levers.deep_discount": "x,<b>", "best.worlds": "7"}
    wrong = copied(app, **nonsense)
    sound(wrong)
    warned = "\n".join(warning.value.replace("\\", "") for warning in wrong.warning)
    assert len(wrong.warning) == len(nonsense)
    for told in ("nobody", "141", "100", "“x”", "2, 5, 10"):
        assert told in warned, told


@both
def test_a_limit_that_cannot_be_kept_is_told(language: str) -> None:
    app = page("best", language, **{"best.evaluations": 16, "best.worlds": 2, "best.trust": 100.0})
    app.button(key=key("best.run")).click().run()
    app = until(app, lambda app: charts(app) == 1 and not app.progress)
    told = Words(language)("best.answer_none", tried=16, kept=0, plan="…").split("…")[-1].strip("” ")
    assert told[:12] in sound(app).replace("\\", "")


@both
def test_a_plan_without_levers_has_nothing_to_search(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.analysis.optimum.levers", lambda plan: ())
    app = page("best", language)
    assert Words(language)("errors.levers_missing") in [info.value for info in app.info]

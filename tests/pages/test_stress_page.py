"""The stress test on its page: set up, run, found again, refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import settings, stress
from pages.parts.words import LANGUAGES
from simulation.scenario import Scenario
from simulation.sweep_jobs import SWEEPS
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
key = stress.key
TINY = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 14})


@pytest.fixture(autouse=True)
def own_sweeps(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(SWEEPS, "home", tmp_path_factory.getbasetemp() / "sweeps")
    return SWEEPS.home


def tiny(language: str, **chosen: object) -> AppTest:
    """The page over a community of sixty people."""
    app = opened("start", language)
    app.session_state[settings.ASKED] = TINY
    given = {"scenario": "studio", "plans": ["neutral", "tiers_first"], "points": 20, "worlds": 1} | chosen
    for name, value in given.items():
        app.session_state[key(name)] = value
    return app.switch_page("pages/stress.py").run()


def ran(app: AppTest) -> AppTest:
    if any(button.key == key("run") for button in app.button):
        app.button(key=key("run")).click().run()
    return until(app, lambda app: bool(app.dataframe) and not app.progress)


@both
def test_a_test_runs_and_a_reload_finds_it_again(language: str) -> None:
    app = tiny(language)
    sound(ran(app))
    fingerprint = "".join(app.query_params["stress"])
    assert SWEEPS.stored(fingerprint) is not None
    again = AppTest.from_file(str(app._script_path), default_timeout=120)
    again.query_params["lang"], again.query_params["stress"] = language, fingerprint
    again.run()
    again = until(again.switch_page("pages/stress.py").run(), lambda app: bool(app.dataframe))
    assert again.session_state[key("points")] == 20 and again.session_state[key("plans")] == ["neutral", "tiers_first"]
    assert again.session_state[settings.ASKED].population.size == 60
    assert not any(button.key == key("run") for button in again.button)
    sound(again)

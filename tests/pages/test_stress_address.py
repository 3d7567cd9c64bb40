"""A stress test set up by its address: what was chosen comes back, and nonsense is told and left out."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import settings, stress_shocks
from simulation import ROOT
from simulation.errors import LabError
from tests.pages.test_pages import opened, served, sound, until
from tests.pages.test_stress_page import FUTURES, PLANS, PRICE_WAR, asked, both, home, key, lived, own_sweeps, tiny

__all__ = ["asked", "home", "lived", "own_sweeps", "served"]


@both
@pytest.mark.usefixtures("lived")
def test_what_was_set_up_comes_back_with_the_address(language: str) -> None:
    app = tiny(language, outcome="trust", shocked="chosen", shocks=["price_war"], **{"shocks.price_war.week": 5})
    sound(app)
    app.slider(key=key("shocks.price_war.size")).set_value(0.9).run()
    app.slider(key=key("span.price_war")).set_range(6, 8).run()
    sound(app)
    link = {name: "".join(app.query_params[name]) for name in ("ground", "plans", "outcome", "shocked", "shocks", "s")}
    assert link["shocks"] == "price_war:week=6:size=0.9:length=3"
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["lang"] = language
    for name in app.query_params:
        again.query_params[name] = "".join(app.query_params[name])
    again.run()
    again.switch_page("pages/stress.py").run()
    sound(again)
    assert {name: "".join(again.query_params[name]) for name in link} == link
    assert again.session_state[key("points")] == FUTURES and again.session_state[key("plans")] == list(PLANS)
    assert again.session_state[key("shocks.price_war.size")] == 0.9
    assert again.session_state[settings.ASKED].population.size == 60


@both
@pytest.mark.usefixtures("lived")
def test_targets_and_section_come_back_with_the_address(language: str) -> None:
    app = until(tiny(language, section="report"), lambda app: len(app.multiselect) > 1)
    place = next(box for box in app.multiselect if box.key and ".targets." in box.key)
    place.set_value(["profit", "trust"]).run()
    level = next(box for box in app.number_input if box.key and box.key.endswith(".trust"))
    level.set_value(41.5).run()
    app.selectbox(key=key("failing")).set_value("tiers_first").run()
    sound(app)
    assert "".join(app.query_params["targets"]).endswith("trust:0.415")
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name in app.query_params:
        again.query_params[name] = "".join(app.query_params[name])
    again.run()
    again = until(again.switch_page("pages/stress.py").run(), lambda app: len(app.multiselect) > 1)
    sound(again)
    assert again.session_state[key("section")] == "report"
    assert again.selectbox(key=key("failing")).value == "tiers_first"
    assert next(box for box in again.number_input if box.key and box.key.endswith(".trust")).value == 41.5


@both
def test_an_address_that_says_nonsense_is_told_and_left_out(language: str) -> None:
    app = opened("evidence", language)
    nonsense = {
        "points": "7",
        "outcome": "<b>",
        "ground": "atlantis",
        "plans": "nobody,neutral,tiers_first",
        "shocks": "meteor:week=3",
    }
    for name, given in nonsense.items():
        app.query_params[name] = given
    app.switch_page("pages/stress.py").run()
    sound(app)
    warned = "\n".join(warning.value.replace("\\", "") for warning in app.warning)
    assert len(app.warning) == len(nonsense)
    for told in ("20, 50", "profit", "atlantis", "nobody", "price_war"):
        assert told in warned, told
    assert app.session_state[key("plans")] == list(PLANS) and app.session_state[key("points")] == 100


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("meteor", "unknown_name"), ("price_war:week=soon", "wrong_type"), ("price_war:size=7", "out_of_range"),
        ("price_war:colour=1", "unknown_field"), ("price_war:size=nan", "out_of_range"), ("", "unknown_name"),
    ],
)  # fmt: skip
def test_shocks_of_an_address_are_checked_like_a_file(text: str, refused: str) -> None:
    with pytest.raises(LabError) as error:
        stress_shocks.unpacked(text)
    assert error.value.key == refused
    assert stress_shocks.unpacked("price_war:week=5:size=0.9") == (PRICE_WAR,)

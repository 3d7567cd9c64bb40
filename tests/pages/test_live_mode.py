from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest

from pages.parts import charts_week, living
from pages.parts.film import DRAWN, FOLLOWED, MOST_PEOPLE, Film
from pages.parts.settings import key
from pages.parts.words import LANGUAGES, Words
from simulation.errors import LabError
from simulation.model import simulate
from simulation.outcomes import WEEKLY
from simulation.scenario import read_scenario
from tests.pages.test_charts import spec
from tests.pages.test_pages import opened, served, sound, until  # noqa: F401

both = pytest.mark.parametrize("language", LANGUAGES)
SMALL = {"population": {"size": 700}, "horizon": 12, "plan": {"strategies": {"contact": {"frequency": 1}}}}


def test_what_is_watched_is_what_any_run_of_this_world_gives() -> None:
    scenario = read_scenario(SMALL)
    film = Film(scenario, 5)
    assert film.week == -1
    film.live()
    weekly = simulate(scenario, (5,)).weekly
    for name in FOLLOWED:
        assert film.course(name, 12) == pytest.approx(weekly[name].tolist())
    assert film.week == 12 and film.failed is None


def test_people_are_drawn_by_how_they_stand() -> None:
    film = Film(read_scenario(SMALL), 5)
    film.live()
    for week in (0, 12):
        dots = [node for node in ET.fromstring(film.svg(week)) if node.tag.endswith("circle")]
        assert len(dots) == DRAWN
        members = sum(node.get("r") == "7" for node in dots)
        assert members == int((film.frames[week].status == 1).sum()) > 0
    assert film.svg(0) != film.svg(12)
    everybody = Film(read_scenario(SMALL | {"population": {"size": 60}}), 1)
    everybody.live()
    assert everybody.svg(3).count("<circle") == 60


def test_a_world_too_large_to_watch_is_refused() -> None:
    with pytest.raises(LabError) as refused:
        Film(read_scenario({"population": {"size": MOST_PEOPLE + 1}}), 1)
    assert refused.value.key == "too_large_to_watch"


@both
@pytest.mark.parametrize("values", [[], [400.0], [400.0, 410.0, 405.0]])
def test_curves_grow_on_the_axis_of_the_whole_run(language: str, values: list[float]) -> None:
    t = Words(language)
    figure = charts_week.growing(values, WEEKLY["members"], 52, t)
    assert spec(figure)["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 52]
    assert t.unit_of(WEEKLY["members"]) in figure.title


@both
def test_the_clock_moves_the_week_and_pause_stops_it(language: str) -> None:
    t = Words(language)
    app = opened("studio", language)
    app.toggle(key=key("live")).set_value(True).run()
    until(app, lambda app: any(t("live.pause") == button.label for button in app.button), seconds=30)
    week = app.session_state[living.WEEK]
    time.sleep(1.5)
    app.run()
    later = app.session_state[living.WEEK]
    assert later > week
    app.button(key=key("live.pause")).click().run()
    stopped = app.session_state[living.WEEK]
    time.sleep(1.2)
    app.run()
    assert app.session_state[living.WEEK] == stopped
    assert any(button.label == t("live.go_on") for button in app.button)
    app.button(key=key("live.restart")).click().run()
    assert app.session_state[living.WEEK] < stopped
    sound(app)

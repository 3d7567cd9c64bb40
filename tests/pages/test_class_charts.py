"""Figures and tables of the projector, on data."""

from __future__ import annotations

import numpy as np
import pytest

from classroom.debriefing import Debriefing, Foreseen
from classroom.rounds import SHOWN, Standing
from pages.parts import charts_class, charts_duel, debrief, hosting
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import settling
from simulation.errors import LabError
from simulation.outcomes import TOTALS
from tests.pages.test_charts import marks, spec

both = pytest.mark.parametrize("language", LANGUAGES)
SEEN = [
    Foreseen("小明", 1, 90, 120, 100, 95, 110, 9, 12, 88.0),
    Foreseen("<b>Bob</b>", 2, 10, 40, 100, 95, 110, 0, 12, 3.0),
]


def class_of(**shift: float) -> Debriefing:
    luck = np.random.default_rng(1).normal(1000, 200, 12)
    results = {1: {name: list(luck) for name in SHOWN}, 2: {name: list(luck + shift.get(name, 0)) for name in SHOWN}}
    return Debriefing(1, [Standing(1, 1.0, 0.5, 1.5, 1)], SEEN, results, {1: {}, 2: {}}, ())


@both
def test_a_hit_is_told_by_colour_shape_and_words(language: str) -> None:
    t = Words(language)
    figure = charts_class.forecasts(SEEN, t, named=True)
    found = spec(figure)
    assert marks(found) == ["bar", "rule", "point"]
    rows = max(found["datasets"].values(), key=len)
    assert [row["told"] for row in rows] == [t("debrief.hit"), t("debrief.missed")]
    assert "小明" in rows[0]["label"] and "小明" in found["layer"][1]["encoding"]["y"]["axis"]["labelExpr"]
    assert found["layer"][2]["encoding"]["shape"]["scale"]["range"] == ["circle", "cross"]
    assert "2" in figure.alt and "1" in figure.alt
    nameless = spec(charts_class.forecasts(SEEN, t, named=False))
    assert "小明" not in str(nameless)


@both
def test_standings_have_intervals_and_large_letters(language: str) -> None:
    t = Words(language)
    rows = [Standing(2, 900.0, 800.0, 1000.0, 1), Standing(1, 500.0, 300.0, 700.0, 1)]
    figure = charts_class.standings(rows, TOTALS["profit"], t)
    found = spec(figure)
    assert marks(found) == ["rule", "point", "text"] and "¥900" in figure.alt
    assert found["layer"][0]["encoding"]["y"]["axis"]["labelFontSize"] >= 16


def test_teams_fight_in_the_same_worlds() -> None:
    seen, t = class_of(profit=50.0), Words("en")
    pairs = debrief.pairs(seen, 1, 2)
    assert (pairs["profit"].mean, pairs["profit"].wins, pairs["members"].ties) == (pytest.approx(-50), 0, 12)
    each = settling.won(debrief._both(seen, 1, 2, "profit"), "profit")
    figure = charts_class.enlarged(charts_duel.worlds(each, TOTALS["profit"], "A", "B", ["A", "B"], t))
    assert figure.spec["config"]["axis"]["labelFontSize"] >= 15 and len(each) == 12


def test_students_are_given_an_address_that_they_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosting, "network_address", lambda: "10.0.0.7")
    monkeypatch.setattr(hosting, "_answers", lambda address, port: (address, port) == ("10.0.0.7", 8501))
    assert hosting.for_students(hosting.own("http://localhost:8501/teach")) == "http://10.0.0.7:8501"
    assert hosting.for_students(hosting.own("http://127.0.0.1:9000/teach")) == "http://127.0.0.1:9000"
    assert hosting.for_students(hosting.own("https://lab.example.edu/x/teach")) == "https://lab.example.edu/x"
    assert hosting.checked(" lab.example.edu/ ") == "http://lab.example.edu"
    for wrong in ("javascript:alert(1)", "http://a b", "ftp://x", "http://x:99999", "https://x/?a=1", "http://<b>"):
        with pytest.raises(LabError) as caught:
            hosting.checked(wrong)
        assert caught.value.key == "address_wrong"

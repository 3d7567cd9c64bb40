"""Sentences and figures of the studies of a stress test hold what they are given."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pages.parts import charts_best, charts_drivers, stress_assume, stress_best_kept
from pages.parts.stress import Asked
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import flips
from simulation.analysis.flips import Crossing, Ranking
from simulation.analysis.futures import uncertainties
from simulation.analysis.winners_curse import Kept
from simulation.outcomes import TOTALS
from simulation.scenario import Plan, Scenario, load_plan

both = pytest.mark.parametrize("language", LANGUAGES)
TINY = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 14})
PATHS = ["behaviour.leaving.trust", "behaviour.leaving.satisfaction"]
NAMES = {"neutral": "Neutral", "tiers_first": "Tiers"}


def asked() -> Asked:
    plans = {name: load_plan(name) if name == "neutral" else Plan(name=name) for name in NAMES}
    found = tuple(each for each in uncertainties(TINY, tuple(plans.values())) if each.path in PATHS)
    return Asked(TINY, plans, found, 20, 1, "latin", "members", called=NAMES)


def ranking(*crossings: Crossing, certain: float = 1.0) -> Ranking:
    return Ranking(pd.DataFrame(), "neutral", "tiers_first", (5.0, 3.0, 7.0), certain, crossings, 1.5, 10)


def crossing(side: flips.Side, at: float | None, share: float) -> Crossing:
    return Crossing(side, at, 2.1, 2.9, "tiers_first", share)


@both
def test_the_sentence_on_an_assumption_is_true_of_the_numbers(language: str) -> None:
    t, what = Words(language), asked()
    factor = what.uncertainties[0]
    stays = ranking(crossing("below", None, 0.0), crossing("above", None, 0.01))
    loses = ranking(crossing("below", None, 0.0), crossing("above", 2.5, 1.0))
    doubts = ranking(crossing("below", None, 0.3), crossing("above", 2.5, 0.7))
    told = [stress_assume.sentence(each, factor, what, t) for each in (stays, loses, doubts, ranking(certain=0.6))]
    assert len(set(told)) == 4
    assert "⟦" not in "".join(told)
    assert t("assume.above", at="2.5", low="2.1", high="2.9", to="Tiers") in told[1]
    assert t("assume.maybe_above", at="2.5", low="2.1", high="2.9", to="Tiers", share="70") in told[2]
    assert t("assume.unsure_below", to="Tiers", share="30") in told[2]
    assert all("2.5" not in each for each in (told[0], told[3]))
    assert "60" in told[3]


@both
def test_the_sentence_on_a_gain_says_how_much_remains(language: str) -> None:
    t, profit = Words(language), TOTALS["profit"]
    some = Kept((1000.0, 500.0, 1500.0), (400.0, 300.0, 500.0), 0.4, 0.2, 0.9, 30)
    none = Kept((-10.0, -50.0, 30.0), (5.0, -9.0, 20.0), float("nan"), float("nan"), float("nan"), 30)
    unsure = Kept((10.0, -50.0, 70.0), (5.0, -9.0, 20.0), 0.5, float("nan"), float("nan"), 30)
    told = [stress_best_kept.sentence(each, profit, t) for each in (some, none, unsure)]
    assert "40" in told[0] and "[20, 90]" in told[0]
    assert "%" not in told[1] + told[2]
    assert len(set(told)) == 3


@both
def test_figures_hold_what_they_are_given(language: str) -> None:
    t, outcome = Words(language), TOTALS["retention_13"]
    rows = [("a", "low", "1", -0.02, -0.03, -0.01), ("a", "high", "3", 0.05, 0.04, 0.06)]
    bars = pd.DataFrame(rows, columns=["name", "end", "at", "mean", "low", "high"])
    drawn = charts_drivers.tornado(bars, outcome, "title", t)
    data = next(iter(drawn.spec["datasets"].values()))
    assert [row["mean"] for row in data] == pytest.approx([-2, 5]), "shares in per cent"
    shares = pd.DataFrame([("a", "first", 0.3, 0.2, 0.4), ("a", "total", 0.5, 0.4, 0.6)],
                          columns=["name", "kind", "mean", "low", "high"])  # fmt: skip
    assert [r["high"] for r in next(iter(charts_drivers.indices(shares, "title", t).spec["datasets"].values()))] == (
        pytest.approx([40, 60])
    )
    settings_tried = pd.DataFrame(
        {"number": [0, 1, 2], "x": [1.0, 2.0, 3.0], "y": [0.3, 0.2, 0.1], "group": ["now", "front", "broken"],
         "front": [True, True, False]}
    )  # fmt: skip
    front = charts_best.front(settings_tried, (TOTALS["profit"], outcome), 1, t)
    # The line, the points, the present setting, the ring around the chosen one, and what takes the clicks.
    assert len(front.spec["layer"]) == 5
    assert len(charts_best.front(settings_tried, (TOTALS["profit"], outcome), None, t).spec["layer"]) == 4
    clicked = {"selection": {charts_best.PICK: [{"number": 1}]}}
    assert charts_best.picked(clicked, [0, 1]) == 1
    others: tuple[dict[str, Any] | None, ...] = (clicked, {"selection": {}}, {}, None)
    assert [charts_best.picked(event, [0]) for event in others] == [None] * 4
    assert [each["name"] for each in front.spec["params"]] == [charts_best.PICK]
    curve = pd.DataFrame(
        {"plan": ["p"] * 2, "value": [0.0, 1.0], "mean": [0.5, 0.6], "low": [0.4, 0.5], "high": [0.6, 0.7]}
    )
    lost = pd.DataFrame({"at": [0.5], "low": [0.4], "high": [0.6]})
    plain = charts_best.over_range(curve, outcome, {"p": "Plan"}, 0.2, lost.head(0), "x", t)
    flipped = charts_best.over_range(curve, outcome, {"p": "Plan"}, 0.2, lost, "x", t)
    assert len(flipped.spec["layer"]) == len(plain.spec["layer"]) + 2
    for figure in (drawn, front, flipped):
        assert "⟦" not in figure.alt + figure.title

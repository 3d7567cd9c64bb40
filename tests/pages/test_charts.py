from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pages.parts import charts, panels
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import compare
from simulation.outcomes import WEEKLY
from simulation.results import Results

NAMES = {"a": "Plan A", "b": "方案乙"}


def spec(figure: charts.Figure) -> dict[str, Any]:
    """Vega-Lite specification; words present, nothing missing."""
    found = figure.spec
    assert "⟦" not in str(found) + figure.alt + figure.title
    assert figure.alt and figure.title
    return found


def marks(found: dict[str, Any]) -> list[str]:
    names: list[str] = []
    for layer in found.get("layer", []):
        names += marks(layer) if "layer" in layer else [layer["mark"]["type"]]
    return names


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["members", "trust", "profit_cum", "founders_kept"])
def test_bands_show_the_mean_its_interval_and_the_spread_of_worlds(
    results: Results, language: str, outcome: str
) -> None:
    t = Words(language)
    figure = charts.bands(compare.band(results, outcome), WEEKLY[outcome], NAMES, t, mark=13)
    found = spec(figure)
    assert marks(found)[:3] == ["area", "area", "line"] and "rule" in marks(found)
    assert "Plan A" in figure.alt and "方案乙" in figure.alt
    assert WEEKLY[outcome].label(language) in figure.title
    rows = next(iter(found["datasets"].values()))
    assert {row["name"] for row in rows} == set(NAMES.values())


def test_six_plans_leave_their_curves_as_much_room_as_two() -> None:
    short = {name: name for name in "abcdef"}
    long = {name: f"A plan with a rather long name {name}" for name in "abcdef"}
    assert charts.height_for({"a": "a", "b": "b"}) == charts.HEIGHT
    assert charts.height_for(short) == charts.HEIGHT + 2 * charts.LEGEND_ROW
    assert charts.height_for(long) == charts.HEIGHT + 5 * charts.LEGEND_ROW


def test_shares_are_drawn_in_per_cent(results: Results) -> None:
    t = Words("en")
    found = spec(charts.bands(compare.band(results, "founders_kept"), WEEKLY["founders_kept"], NAMES, t))
    rows = max(found["datasets"].values(), key=len)
    assert max(row["mean"] for row in rows) > 10


def test_only_named_plans_are_drawn(results: Results) -> None:
    t = Words("en")
    found = spec(charts.bands(compare.band(results, "members"), WEEKLY["members"], {"b": "B"}, t))
    assert {row["plan"] for row in max(found["datasets"].values(), key=len)} == {"b"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_survival_marks_the_window_and_says_the_share_there(results: Results, language: str) -> None:
    t = Words(language)
    curve = compare.retention_curve(results)
    figure = charts.survival(curve, NAMES, t)
    assert "rule" in marks(spec(figure))
    at = curve[(curve["plan"] == "a") & (curve["tenure"] == 13)]["survival"].item()
    assert t.percent(at) in figure.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_costs_rank_what_was_paid_and_leave_out_what_was_not(results: Results, language: str) -> None:
    t = Words(language)
    spent = panels.spending(results, "a", t)
    assert list(spent["name"]) and t("items.discounts") not in set(spent["name"])
    assert (spent["low"] <= spent["mean"]).all() and (spent["mean"] <= spent["high"]).all()
    assert t("items.goods") in charts.costs(spent, t).alt
    assert all(
        layer["encoding"]["y"]["axis"]["labelOverlap"] is False for layer in spec(charts.costs(spent, t))["layer"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_holdout_marks_the_weeks_no_parameter_has_seen(language: str) -> None:
    t = Words(language)
    curve = pd.DataFrame({"week": range(79), "real": range(79), "mean": range(79), "low": range(79), "high": range(79)})
    figure = charts.holdout(curve, 39, t)
    found = spec(figure)
    texts = [row["text"] for rows in found["datasets"].values() for row in rows if "text" in row]
    assert any("40" in text and "78" in text for text in texts) and any("39" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_and_a_single_point_can_be_drawn(results: Results, language: str, rows: int) -> None:
    t, one = Words(language), {"a": "Plan A"}
    curve = compare.band(results, "trust").iloc[:rows]
    spec(charts.bands(curve, WEEKLY["trust"], one, t))
    spec(charts.survival(compare.retention_curve(results).iloc[:rows], one, t))
    spec(charts.costs(panels.spending(results, "a", t).iloc[:rows], t))

"""Figures of a stress test, on made-up futures."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pages.parts import charts_stress
from pages.parts.exports import svg
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.discovery import Judged
from simulation.outcomes import TOTALS

both = pytest.mark.parametrize("language", LANGUAGES)
NAMES = {"a": "Plan A", "b": "Plan B"}


def values(figure: Any) -> list[list[dict[str, Any]]]:
    """Rows of every data set of a figure."""
    return list(figure.spec["datasets"].values())


def sound(figure: Any) -> None:
    assert figure.alt and figure.title and "⟦" not in json.dumps(figure.spec, ensure_ascii=False) + figure.alt
    assert svg(figure).startswith("<svg")


@both
def test_reached_shows_every_plan_with_its_interval(language: str) -> None:
    table = pd.DataFrame({"plan": ["a", "b"], "share": [0.5, 0.75], "low": [0.4, 0.6], "high": [0.6, 0.9]})
    figure = charts_stress.reached(table, NAMES, Words(language))
    sound(figure)
    rows = {row["name"]: row for row in values(figure)[0]}
    assert rows["Plan B"]["share"] == 75 and rows["Plan A"]["low"] == 40
    assert "75.0%" in figure.alt and "Plan A" in figure.alt


@both
@pytest.mark.parametrize("outcome", ["profit", "retention_13"])
def test_regret_climbs_to_all_futures(language: str, outcome: str) -> None:
    lost = pd.DataFrame({"a": [0.0, 0.2, 0.1, 0.0], "b": [0.4, 0.0, 0.0, 0.3]})
    figure = charts_stress.regret(lost, TOTALS[outcome], NAMES, Words(language))
    sound(figure)
    rows = pd.DataFrame(values(figure)[0])
    ends = rows.groupby("name")[["regret", "share"]].max()
    scale = 100 if outcome == "retention_13" else 1
    assert ends["share"].tolist() == [100, 100] and ends["regret"].tolist() == pytest.approx([0.2 * scale, 0.4 * scale])


@both
@pytest.mark.parametrize("labels", [{"x": "X"}, {"x": "X", "y": "Y"}])
def test_the_box_lies_over_the_futures_and_is_cut_to_them(language: str, labels: dict[str, str]) -> None:
    places = pd.DataFrame({"x": np.linspace(0, 1, 11), "y": np.linspace(5, 6, 11)})
    failing = (places["x"] > 0.65).to_numpy()
    ends = {"x": (0.65, np.inf), "y": (-np.inf, 5.95)}
    figure = charts_stress.box(places, failing, ends, labels, Words(language))
    sound(figure)
    corners = next(rows[0] for rows in values(figure) if len(rows) == 1)
    assert (corners["x_low"], corners["x_high"]) == (0.65, 1.0)
    if "y" in labels:
        assert (corners["y_low"], corners["y_high"]) == (5.0, 5.95)
    points = next(rows for rows in values(figure) if len(rows) == 11)
    assert sum(row["which"] == Words(language)("stress.fails") for row in points) == 4
    assert "4" in figure.alt and "11" in figure.alt


@both
def test_the_way_of_peeling_marks_what_is_told(language: str) -> None:
    steps = pd.DataFrame({"coverage": [1.0, 0.9], "density": [0.3, 0.6], "restricted": [0, 1], "inside": [100, 45]})
    figure = charts_stress.peeling(steps, Judged(45, 27, 30, 100), Words(language))
    sound(figure)
    assert [{"coverage": 90.0, "density": 60.0}] in values(figure)

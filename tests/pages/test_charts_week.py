from __future__ import annotations

import math

import pandas as pd
import pytest

from pages.parts import charts, charts_marks, charts_week, panels, weekly
from pages.parts.charts_marks import Event
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import compare, portrait
from simulation.outcomes import WEEKLY
from simulation.results import Results
from simulation.scenario import load_plan, read_scenario
from tests.pages.test_charts import NAMES, marks, spec

both = pytest.mark.parametrize("language", LANGUAGES)


def rows(figure: charts.Figure, column: str) -> list[dict]:
    return [row for table in figure.spec["datasets"].values() for row in table if column in row]


@both
def test_the_radar_puts_every_need_at_its_distance(results: Results, language: str) -> None:
    t = Words(language)
    frame = portrait.needs(results, 13)
    assert len(frame) == 10 and (frame["low"] <= frame["mean"]).all()
    figure = charts_week.needs(frame, NAMES, 13, t)
    spec(figure)
    for row in rows(figure, "need"):
        assert math.hypot(row["x"], row["y"]) * 100 == pytest.approx(row["mean"])
    assert figure.spec["width"] == figure.spec["height"] and "13" in figure.title


@both
def test_streams_add_up_to_the_revenue_of_every_week(results: Results, language: str) -> None:
    t = Words(language)
    frame = portrait.streams(results, "a")
    weekly_mean = results.weekly[results.weekly["plan"] == "a"].groupby("week")[["sales", "other_revenue"]].mean()
    total = frame.groupby("week")["amount"].sum()
    assert frame["stream"].unique().tolist() == ["sales", "ecosystem", "subscription"]
    assert total.to_numpy() == pytest.approx(weekly_mean.sum(axis=1).to_numpy()[1:])
    figure = charts_week.streams(frame.assign(stream=frame["stream"].map(lambda s: panels.stream_name(s, t))), "A", t)
    assert marks(spec(figure)) == ["area"] and t.unit("¥") in figure.title


@both
def test_content_keeps_the_members_share(results: Results, language: str) -> None:
    t = Words(language)
    alone = results.only(seeds=[1])
    frame = portrait.content(alone, "b").pivot(index="week", columns="source", values="count")
    table = alone.weekly[(alone.weekly["plan"] == "b") & (alone.weekly["week"] > 0)]
    share = frame["posts"] / (frame["posts"] + frame["pieces"])
    assert share.to_numpy() == pytest.approx(table["user_content_share"].to_numpy())
    figure = charts_week.content(portrait.content(results, "b"), "B", t)
    assert marks(spec(figure)) == ["area"] and "B" in figure.title


@both
def test_the_week_and_what_happened_are_laid_over_a_figure(results: Results, language: str) -> None:
    t = Words(language)
    figure = charts.bands(compare.band(results, "members"), WEEKLY["members"], NAMES, t)
    here = charts_marks.at_week(figure, 9, t)
    assert [row["here"] for row in rows(here, "here")] == [9] and "9" in here.alt
    assert here.spec["layer"][-1]["encoding"]["x"]["title"] == t("charts.week"), "the axis keeps its title"
    later = charts_marks.at_week(figure, 10, t)
    assert later.spec["layer"] == here.spec["layer"], "another week is other data, not another picture"
    assert len(figure.spec["layer"]) + 1 == len(here.spec["layer"]), "the figure itself stays as it is"
    told = charts_marks.annotated(figure, [Event(5, "E1", True), Event(400, "E2", False)], 26, t)
    assert "E1" in told.alt and "E2" not in str(told.spec) + told.alt
    assert charts_marks.annotated(figure, [], 26, t) is figure


@both
def test_the_last_run_lies_behind(results: Results, language: str) -> None:
    t = Words(language)
    figure = charts.bands(compare.band(results, "members"), WEEKLY["members"], NAMES, t)
    behind = charts_marks.ghost(figure, pd.DataFrame({"x": [0, 1, 2], "y": [1.0, 2.0, float("nan")]}), "G", t)
    assert len(behind.spec["layer"][0]["data"]["values"]) == 2 and "G" in behind.alt
    assert charts_marks.ghost(figure, pd.DataFrame({"x": [], "y": []}), "G", t) is figure


@both
def test_shocks_and_late_strategies_are_events(language: str) -> None:
    plan = load_plan("neutral").model_copy(update={"strategies": dict(load_plan("all_good").strategies)})
    late = plan.strategies["contact"].model_copy(update={"start": 9, "stop": 20})
    plan = plan.model_copy(update={"strategies": {**plan.strategies, "contact": late}})
    scenario = read_scenario({"shocks": [{"shock": "price_war", "week": 12}]}).with_plan(plan)
    found = weekly.events(scenario, Words(language))
    assert [(event.week, event.shock) for event in found] == [(9, False), (12, True), (20, False)]


@both
def test_empty_and_one_point_data_are_drawn(results: Results, language: str) -> None:
    t = Words(language)
    one = results.weekly["week"] <= 1
    short = Results(results.weekly[one], results.tenure, results.worlds, results.ledger, results.provenance)
    for frame in (portrait.content(short, "a"), portrait.content(short, "a").iloc[:0]):
        spec(charts_week.content(frame, "A", t))
    for frame in (portrait.streams(short, "a"), portrait.streams(short, "a").iloc[:0]):
        spec(charts_week.streams(frame, "A", t))
    spec(charts_week.needs(portrait.needs(short, 0).iloc[:0], NAMES, 0, t))


def test_numbers_of_a_week_are_those_of_the_curves(results: Results) -> None:
    at, band = weekly.levels(results, "a", 7), compare.band(results, "members")
    row = band[(band["plan"] == "a") & (band["week"] == 7)].iloc[0]
    assert (at["members"].mean, at["members"].low) == pytest.approx((row["mean"], row["low"]))
    gap = compare.paired_weekly(results, "a", "b", "profit_cum").set_index("week").loc[7]
    assert weekly.pairs(results, "a", "b", 7)["profit"].mean == pytest.approx(gap["mean"])
    last = weekly.pairs(results, "a", "b", 26)["retention_13"]
    assert last.worlds == panels.pairs(results, "a", "b")["retention_13"].worlds

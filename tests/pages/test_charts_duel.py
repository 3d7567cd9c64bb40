from __future__ import annotations

import pandas as pd
import pytest

from pages.parts import charts_duel, duelling, verdicts
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import compare, settling
from simulation.analysis.compare import Paired
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import load_plan, read_scenario
from tests.pages.conftest import made_up
from tests.pages.test_charts import marks, spec

both = pytest.mark.parametrize("language", LANGUAGES)


@both
def test_difference_has_a_zero_line_and_both_bands(results: Results, language: str) -> None:
    t = Words(language)
    figure = charts_duel.difference(compare.paired_weekly(results, "a", "b", "members"), WEEKLY["members"], "A", "B", t)
    assert marks(spec(figure))[:4] == ["area", "area", "rule", "line"]
    assert "A" in figure.title and "B" in figure.title


@both
def test_survival_differs_in_points_by_weeks_since_joining(results: Results, language: str) -> None:
    t = Words(language)
    gap = compare.paired_retention(results, "a", "b")
    figure = charts_duel.difference(gap, TOTALS["retention_13"], "A", "B", t)
    found = spec(figure)
    assert t("number.points_unit") in figure.title and t("charts.tenure") in str(found)
    rows = max(found["datasets"].values(), key=len)
    assert rows[13]["mean"] == pytest.approx(100 * gap["mean"][13])


@both
def test_every_world_is_a_bar_and_the_wins_are_counted(results: Results, language: str) -> None:
    t = Words(language)
    each = settling.world_by_world(results, "a", "b", "profit")
    figure = charts_duel.worlds(each, TOTALS["profit"], "A", "B", ["C", "B", "A"], t)
    domain = figure.spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert [t("charts.won_by", plan=plan) for plan in "BA"] == domain[1:3], "colours go by the place among all plans"
    rows = max(spec(figure)["datasets"].values(), key=len)
    pair = compare.paired(results, "a", "b", "profit")
    assert len(rows) == pair.worlds and f"{pair.wins}" in figure.title and f"{pair.worlds}" in figure.alt
    assert sum(row["who"] == t("charts.won_by", plan="A") for row in rows) == pair.wins


@both
def test_settling_says_what_the_comparison_says(results: Results, language: str) -> None:
    t = Words(language)
    course = settling.settling(results, "a", "b", "trust")
    for pair, told in (
        (
            Paired(0.1, 0.05, 0.15, 6, 0, 6, True, 6),
            t("charts.alt_settled", outcome=TOTALS["trust"].label(language), worlds=6),
        ),
        (Paired(0.1, -0.05, 0.25, 6, 0, 6, False, 17), "17"),
        (Paired(0.0, -1, 1, 3, 0, 6, False, None), "6"),
    ):
        figure = charts_duel.settling(course, pair, TOTALS["trust"], t)
        assert told in figure.alt
        assert ("text" in marks(spec(figure))) == (pair.worlds_needed == 17)


@both
def test_standings_rank_all_plans_against_one(language: str) -> None:
    t = Words(language)
    frame = pd.DataFrame(
        {
            "name": ["P", "Q"],
            "mean": [0.01, 0.04],
            "low": [0.0, 0.03],
            "high": [0.02, 0.05],
            "wins": [4, 6],
            "worlds": 6,
        }
    )
    figure = charts_duel.standings(frame, TOTALS["retention_13"], "R", t)
    lines = [layer["mark"] for layer in spec(figure)["layer"] if layer["mark"]["type"] == "rule"]
    assert len(lines) == 2 and all("color" in line for line in lines), "black cannot be seen on a dark page"
    assert figure.alt.index("Q") < figure.alt.index("P") and "R" in figure.title
    assert any(
        t("charts.won_of", wins=6, worlds=6) == row.get("won")
        for row in max(spec(figure)["datasets"].values(), key=len)
    )


@both
def test_nothing_and_one_point_can_be_drawn(language: str) -> None:
    t, trust = Words(language), TOTALS["trust"]
    week = pd.DataFrame({name: [0.0] for name in ("week", "mean", "low", "high", "p5", "p95")})
    for rows in (week, week.iloc[:0]):
        spec(charts_duel.difference(rows, WEEKLY["trust"], "A", "B", t))
    assert charts_duel.difference(week.iloc[:0], WEEKLY["trust"], "A", "B", t).alt == t("charts.alt_nothing")
    single = made_up(0.1).only(seeds=[1])
    spec(charts_duel.worlds(settling.world_by_world(single, "a", "b", "trust"), trust, "A", "B", ["A", "B"], t))
    pair = compare.paired(single, "a", "b", "trust")
    spec(charts_duel.settling(settling.settling(single, "a", "b", "trust"), pair, trust, t))


@pytest.mark.parametrize("chosen", ["members", "trust", "clv", "revenue_cum", "profit_cum"])
def test_curves_end_where_the_verdict_speaks(chosen: str) -> None:
    """On real worlds: the last week of the difference is the difference that the verdict is about."""
    scenario = {"population": {"size": 300}, "horizon": 15}
    plans = (load_plan("all_good"), load_plan("neutral"))
    results = run(Experiment.of(read_scenario(scenario), plans, seeds=5), executor=SerialExecutor())
    name = duelling.measure(chosen)
    last = compare.paired_weekly(results, "all_good", "neutral", chosen).iloc[-1]
    pair = compare.paired(results, "all_good", "neutral", name)
    assert (last["mean"], last["low"], last["high"]) == pytest.approx((pair.mean, pair.low, pair.high))
    assert name in verdicts.TOGETHER
    kept = compare.paired(results, "all_good", "neutral", "retention_13")
    at = compare.paired_retention(results, "all_good", "neutral").set_index("tenure").loc[13]
    assert (at["mean"], at["low"]) == pytest.approx((kept.mean, kept.low))

"""Sentences and tables of a stress test are true of the numbers that they tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pages.parts import stress_report, stress_rules, stress_words
from pages.parts.stress import Asked
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.futures import uncertainties
from simulation.analysis.robustness import Robust
from simulation.scenario import Scenario, load_plan

ASKED: Any = SimpleNamespace(name=str.upper)


def found(share: float, other: float, first: float) -> Any:
    reached = pd.DataFrame({"plan": ["a", "b"], "share": [share, other], "low": 0.2, "high": 0.8, "futures": 60})
    return SimpleNamespace(reached=reached, robust=Robust("a", "b", first, {}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reaches_as_much_is_told_apart_by_regret_alone(language: str) -> None:
    t = Words(language)
    level, ahead, open_ = (
        stress_words.answer(ASKED, found(*case), t) for case in ((0.5, 0.5, 0.99), (0.6, 0.5, 0.99), (0.5, 0.5, 0.6))
    )
    assert level == t("stress.robust_level", plan="A", second="B", futures=60, first=t.percent(0.99),
                      share=f"{t.percent(0.5)} [{t.percent(0.2)},\u00a0{t.percent(0.8)}]")  # fmt: skip
    assert t.percent(0.6) in ahead and t.percent(0.5) in ahead
    assert len({level, ahead, open_}) == 3 and all("⟦" not in told for told in (level, ahead, open_))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_orders_have_told_is_named_so_with_the_value_that_stands(language: str) -> None:
    t = Words(language)
    drawn = {"size": 60, "purchase_shape": 0.25, "drawn": {"purchase_shape": [0.2, 0.24, 0.28]}}
    scenario = Scenario.parse({"name": "tiny", "population": drawn, "horizon": 14})
    plans = {name: load_plan(name) for name in ("neutral", "tiers_first")}
    asked = Asked(scenario, plans, uncertainties(scenario, list(plans.values())), 20, 1, "latin", "profit")
    table = stress_report.assumptions(asked, t).set_index(t("evidence.path"))
    fitted, assumed = table.loc["population.purchase_shape"], table.loc["behaviour.leaving.trust"]
    assert fitted[t("evidence.range_tried")] == "0.204–0.276" and fitted[t("stress.now")] == "0.25"
    assert fitted[t("evidence.grade")] == t("stress.fitted") != assumed[t("evidence.grade")]
    assert "90" in fitted[t("evidence.source")] and "90" not in assumed[t("evidence.source")]
    place = next(each for each in asked.uncertainties if each.path == "behaviour.subscribing.base")
    assert stress_rules.condition(place, -3.28, -2.19, t).count("−") == 2

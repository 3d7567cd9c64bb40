from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import streamlit as st

from pages.parts import panels
from pages.parts.words import LANGUAGES, Words, plain
from simulation.analysis import portrait
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.model import CommunityModel
from simulation.results import Results
from simulation.scenario import Plan, Scenario, read_scenario

SEEDS = (1, 2, 3)
STRATEGIES = {"contact": {"frequency": 3, "service": 1}, "events": {}}


def lived(budget: float, grants: tuple[dict[str, float], ...] = ()) -> tuple[Scenario, Results]:
    plan = {"name": "own", "budget": budget, "strategies": STRATEGIES, "grants": grants}
    scenario = read_scenario({"population": {"size": 200}, "horizon": 20, "plan": plan})
    return scenario, run(Experiment.of(scenario, (scenario.plan,), seeds=SEEDS), executor=SerialExecutor())


@pytest.mark.parametrize("grants", [(), ({"week": 9, "amount": 400.0},)])
def test_idle_weeks_are_those_in_which_the_operator_paused(grants: tuple[dict[str, float], ...]) -> None:
    scenario, results = lived(20.0, grants)
    model = CommunityModel(scenario, SEEDS)
    idle = np.zeros(len(SEEDS))
    for _ in range(scenario.horizon):
        model.step()
        idle += ~model.operator.paying
    found = portrait.idle_weeks(results, scenario.plan)
    assert 0 < found.mean < scenario.horizon and found.low <= found.mean <= found.high
    assert found.mean == idle.mean()


def test_nothing_is_idle_without_a_limit_or_with_ample_money() -> None:
    for budget in (0.0, 1e6):
        scenario, results = lived(budget)
        assert portrait.idle_weeks(results, scenario.plan) == (0, 0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_meter_tells_the_run_that_is_shown_from_the_one_to_come(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    t = Words(language)
    bars: list[tuple[float, str]] = []
    notes: list[str] = []
    monkeypatch.setattr(st, "progress", lambda value, text: bars.append((value, text)))
    monkeypatch.setattr(panels, "note", notes.append)

    def words(key: str) -> str:
        return plain(t(f"panels.{key}").partition("{")[0])

    def told(results: Results, plan: Plan, granted: float) -> Any:
        bars.clear()
        panels.budget(results, plan, granted, t)
        assert len(bars) == 1 and "⟦" not in bars[0][1]
        return bars[0]

    free, open_run = lived(0.0)
    spent = panels.spent_weekly(open_run, "own").mean
    panels.budget(open_run, free.plan, 0.0, t)
    assert len(notes) == 1 and bars == []
    value, text = told(open_run, free.plan, spent * 2)
    assert value == pytest.approx(0.5) and "badge" not in text and words("no_budget") in text
    value, text = told(open_run, free.plan, spent * 1.05)
    assert value > panels.NEARLY and t("panels.budget_near") in text
    value, text = told(open_run, free.plan, spent / 2)
    assert value == 1 and t("panels.budget_lacks") in text and "50.0%" in text

    tight, paused = lived(20.0)
    value, text = told(paused, tight.plan, 20.0)
    idle = portrait.idle_weeks(paused, tight.plan)
    assert t("panels.budget_lacks") in text and t.number(idle.mean, 1) in text
    assert words("budget_short") not in text, "the budget that was lived under is no new one"
    assert words("budget_more") in told(paused, tight.plan, 5000.0)[1]
    assert plain(t("panels.budget_freed")) in told(paused, tight.plan, 0.0)[1]
    ample, kept = lived(1e6)
    assert "badge" not in told(kept, ample.plan, 1e6)[1]

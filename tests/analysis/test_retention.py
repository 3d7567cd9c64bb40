"""Retention: published sBG fits, Kaplan–Meier against scipy, coverage of the interval, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from simulation.analysis.retention import fit_sbg, kaplan_meier
from simulation.errors import LabError

PUBLISHED = json.loads((Path(__file__).parents[2] / "simulation/data/published.json").read_text("utf-8"))
TABLE = PUBLISHED["fader_hardie_2007_sbg"]


@pytest.mark.parametrize("cohort", ["High End", "Regular"])
def test_sbg_gives_the_published_fit_and_projection(cohort: str) -> None:
    published = TABLE["sbg_fit_years_1_7"][cohort]
    fit = fit_sbg(TABLE["survival_pct"][cohort][:8], customers=1000)
    assert (round(fit.alpha, 3), round(fit.beta, 3)) == (published["alpha"], published["beta"])
    assert fit.log_likelihood / 1000 == pytest.approx(published["LL_per_customer"], abs=6e-5)
    assert fit.survival(12) == pytest.approx(TABLE["sbg_projected_S12"][cohort], abs=6e-4)
    assert fit.survival(np.arange(13)) == pytest.approx(TABLE["sbg_model_S_0_12"][cohort], abs=6e-5)


def test_retention_is_the_ratio_of_survival_and_rises() -> None:
    fit = fit_sbg(TABLE["survival_pct"]["Regular"][:8])
    t = np.arange(1, 13)
    assert fit.retention(t) == pytest.approx(fit.survival(t) / fit.survival(t - 1))
    assert (np.diff(fit.retention(t)) > 0).all()
    assert fit.standard_errors is None


def test_sbg_recovers_simulated_people_within_its_standard_errors() -> None:
    luck = np.random.default_rng(11)
    left = luck.geometric(luck.beta(0.7, 3.0, 20_000))
    survivors = [(left > t).sum() for t in range(9)]
    fit = fit_sbg(survivors, customers=20_000)
    assert fit.standard_errors is not None
    assert fit.alpha == pytest.approx(0.7, abs=3 * fit.standard_errors["alpha"])
    assert fit.beta == pytest.approx(3.0, abs=3 * fit.standard_errors["beta"])
    assert fit.standard_errors["alpha"] < 0.05


@pytest.mark.parametrize(
    ("survival", "key"),
    [
        ([100, 80, 70], "fit_survival_too_short"),
        ([100, 80, 81, 70], "fit_survival_rises"),
        ([0, 0, 0, 0], "fit_survival_rises"),
        ([100, np.nan, 60, 50], "fit_survival_rises"),
        ([100, 80, 60, 40, 20], "fit_loyalty_unidentified"),
        ([100, 100, 100, 100], "fit_loyalty_unidentified"),
    ],
)
def test_sbg_refuses_with_a_reason(survival: list[float], key: str) -> None:
    with pytest.raises(LabError) as told:
        fit_sbg(survival)
    assert told.value.key == key


def test_kaplan_meier_agrees_with_scipy() -> None:
    luck = np.random.default_rng(2)
    stay, seen = luck.geometric(0.15, 300), luck.integers(3, 15, 300)
    tenure, left = np.minimum(stay, seen), stay <= seen
    weeks = np.arange(1, 15)
    at_risk = (tenure[:, None] >= weeks).sum(axis=0)
    events = ((tenure[:, None] == weeks) & left[:, None]).sum(axis=0)
    table = kaplan_meier(at_risk, events)
    survival = ecdf(CensoredData(uncensored=tenure[left], right=tenure[~left])).sf
    interval = survival.confidence_interval(0.95, method="log-log")
    rows = table.iloc[1:].set_index("t").loc[survival.quantiles]
    assert rows["survival"].to_numpy() == pytest.approx(survival.probabilities)
    assert rows["low"].to_numpy() == pytest.approx(interval.low.probabilities)
    assert rows["high"].to_numpy() == pytest.approx(interval.high.probabilities)


def test_kaplan_meier_adds_worlds_up() -> None:
    at_risk, events = np.array([[10, 8, 5], [20, 15, 9]]), np.array([[2, 1, 0], [3, 4, 2]])
    assert kaplan_meier(at_risk, events).equals(kaplan_meier(at_risk.sum(axis=0), events.sum(axis=0)))


def test_kaplan_meier_at_its_edges() -> None:
    table = kaplan_meier([20, 20, 10, 4, 0], [0, 4, 2, 4, 0])
    assert table["survival"].tolist()[:5] == pytest.approx([1, 1, 0.8, 0.64, 0])
    first, over = table.iloc[1], table.iloc[4]
    assert first["low"] == pytest.approx(0.025 ** (1 / 20)) and first["high"] == 1
    assert over["low"] == 0 and over["high"] == table["high"].iloc[3]
    assert table.iloc[5][["survival", "low", "high"]].isna().all()
    inside = table.iloc[:5]
    assert ((inside["low"] <= inside["survival"]) & (inside["survival"] <= inside["high"])).all()


def test_the_interval_covers_what_it_promises() -> None:
    luck, hits = np.random.default_rng(7), 0
    for _ in range(600):
        stay = luck.geometric(0.1, 80)
        weeks = np.arange(1, 9)
        table = kaplan_meier((stay[:, None] >= weeks).sum(axis=0), (stay[:, None] == weeks).sum(axis=0))
        hits += int(table["low"].iloc[-1] <= 0.9**8 <= table["high"].iloc[-1])
    assert 0.925 < hits / 600 < 0.98


@pytest.mark.parametrize(("at_risk", "events"), [([3], [4]), ([3, 2], [1]), ([3], [-1]), ([np.nan], [0]), ([], [])])
def test_impossible_counts_are_refused(at_risk: list[float], events: list[float]) -> None:
    with pytest.raises(LabError, match="counts wrong"):
        kaplan_meier(at_risk, events)

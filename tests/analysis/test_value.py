"""Customer value: published fits to three digits, theory by simulation, refusals with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import dblquad
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from simulation.analysis.orderlog import CDNOW_CALIBRATION_END, read_cdnow
from simulation.analysis.orderlog_counts import summary
from simulation.analysis.value import BGNBD, GammaGamma, fit_bgnbd, fit_gamma_gamma
from simulation.errors import LabError

PUBLISHED = json.loads((Path(__file__).parents[2] / "simulation/data/published.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def histories() -> pd.DataFrame:
    return summary(read_cdnow().orders, CDNOW_CALIBRATION_END)


@pytest.fixture(scope="module")
def cdnow(histories: pd.DataFrame) -> BGNBD:
    return fit_bgnbd(histories["frequency"], histories["recency"], histories["T"])


def test_bgnbd_gives_the_published_parameters(cdnow: BGNBD) -> None:
    published = PUBLISHED["cdnow_bgnbd"]["bgnbd"]
    for name in ("r", "alpha", "a", "b"):
        assert getattr(cdnow, name) == pytest.approx(published[name], abs=6e-4)
        assert 0 < cdnow.standard_errors[name] < getattr(cdnow, name)
    assert cdnow.log_likelihood == pytest.approx(published["LL"], abs=0.05)
    assert cdnow.n == PUBLISHED["cdnow_bgnbd"]["n"]


def test_bgnbd_projects_the_published_cumulative_repeats(cdnow: BGNBD, histories: pd.DataFrame) -> None:
    table = PUBLISHED["cdnow_bgnbd"]["cumulative_repeat"]
    projected = cdnow.cumulative_repeats(39 - histories["T"], table["week"])
    assert projected == pytest.approx(table["bgnbd"], abs=0.15)


def test_bgnbd_expects_the_published_holdout_purchases(cdnow: BGNBD, histories: pd.DataFrame) -> None:
    expected = cdnow.conditional_repeats(histories["frequency"], histories["recency"], histories["T"], 39)
    by_frequency = pd.Series(expected).groupby(histories["frequency"].clip(upper=7).to_numpy()).mean()
    table = PUBLISHED["cdnow_bgnbd"]["holdout_mean_by_calibration_x"]
    assert by_frequency.to_numpy() == pytest.approx(table["bgnbd"], abs=0.006)


def test_gamma_gamma_gives_the_published_parameters(histories: pd.DataFrame) -> None:
    published = PUBLISHED["cdnow_gammagamma"]
    fit = fit_gamma_gamma(histories["frequency"], histories["monetary"])
    assert (round(fit.p, 2), round(fit.q, 2)) == (published["p"], published["q"])
    assert fit.v == pytest.approx(published["gamma"], abs=0.01)
    assert fit.log_likelihood == pytest.approx(published["LL"], abs=0.05)
    assert fit.n == published["n"]


def test_the_unit_of_time_and_money_does_not_matter(cdnow: BGNBD, histories: pd.DataFrame) -> None:
    in_days = fit_bgnbd(histories["frequency"], 7 * histories["recency"], 7 * histories["T"])
    assert in_days.alpha == pytest.approx(7 * cdnow.alpha, rel=1e-3)
    assert in_days.b == pytest.approx(cdnow.b, rel=1e-3)
    dollars = fit_gamma_gamma(histories["frequency"], histories["monetary"])
    cents = fit_gamma_gamma(histories["frequency"], 100 * histories["monetary"])
    assert cents.v == pytest.approx(100 * dollars.v, rel=1e-3)
    assert cents.mean_spend == pytest.approx(100 * dollars.mean_spend, rel=1e-3)


def _lives(model: BGNBD, people: int, weeks: float, seed: int) -> pd.DataFrame:
    """Plain simulation of the model, one person after the other."""
    luck = np.random.default_rng(seed)
    rows = []
    for _ in range(people):
        rate, leave = luck.gamma(model.r, 1 / model.alpha), luck.beta(model.a, model.b)
        time, last, repeats = 0.0, 0.0, 0
        while rate > 0:
            time += luck.exponential(1 / rate)
            if time > weeks:
                break
            last, repeats = time, repeats + 1
            if luck.random() < leave:
                break
        rows.append((repeats, last, weeks))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def test_bgnbd_recovers_the_people_it_was_simulated_from() -> None:
    truth = BGNBD(0.8, 6.0, 0.9, 2.0, 0.0, 0, {})
    lives = _lives(truth, 6000, 52, seed=1)
    mean, noise = lives["frequency"].mean(), lives["frequency"].std() / np.sqrt(len(lives))
    assert truth.expected_repeats(52) == pytest.approx(mean, abs=3.5 * noise)
    fit = fit_bgnbd(lives["frequency"], lives["recency"], lives["T"])
    for name in ("r", "alpha", "a", "b"):
        assert getattr(fit, name) == pytest.approx(getattr(truth, name), abs=3.5 * fit.standard_errors[name])


@pytest.mark.parametrize("a", [0.4, 1.0, 1.7])
def test_expected_repeats_is_the_mean_over_people(a: float) -> None:
    model = BGNBD(0.7, 5.0, a, 2.4, 0.0, 0, {})
    rate_law, leave_law = gamma_law(0.7, scale=1 / 5.0), beta_law(a, 2.4)

    def by_quantiles(u: float, w: float) -> float:
        rate, leave = rate_law.ppf(u), leave_law.ppf(w)
        return float(-np.expm1(-rate * leave * 30) / leave) if leave > 1e-9 else float(rate * 30)

    mean, _ = dblquad(by_quantiles, 0, 1, 0, 1, epsabs=2e-3, epsrel=2e-3)
    assert model.expected_repeats(30) == pytest.approx(mean, rel=5e-3)


def test_a_customer_of_unknown_history_is_a_new_customer(cdnow: BGNBD) -> None:
    assert cdnow.conditional_repeats([0], [0], [0], 26.0)[0] == pytest.approx(cdnow.expected_repeats(26.0))
    assert cdnow.expected_repeats([-3.0, 0.0]).tolist() == [0.0, 0.0]


def test_silence_after_frequent_buying_is_a_bad_sign(cdnow: BGNBD) -> None:
    alive = cdnow.probability_alive([0, 2, 8, 8], [0, 20, 20, 38], [39] * 4)
    assert alive[0] == 1
    assert alive[3] > alive[1] > alive[2] > 0
    heavy = cdnow.conditional_repeats([3000.0], [39.0], [39.0], 39.0)
    assert np.isfinite(heavy).all() and 1500 < heavy[0] < 3000


def test_expected_spend_moves_from_everyone_towards_the_person() -> None:
    model = GammaGamma(6.25, 3.74, 15.45, 0.0, 0, {})
    assert model.mean_spend == pytest.approx(35.24, abs=0.01)
    spend = model.expected_spend([0, 1, 4, 400], [0, 100, 100, 100])
    assert spend[0] == pytest.approx(model.mean_spend)
    assert (np.diff(spend) > 0).all() and spend[3] == pytest.approx(100, rel=0.01)
    assert GammaGamma(6.0, 0.9, 15.0, 0.0, 0, {}).mean_spend == float("inf")


def test_too_few_repeaters_are_refused() -> None:
    with pytest.raises(LabError) as told:
        fit_bgnbd([1] * 29 + [0] * 500, [2] * 29 + [0] * 500, [10] * 529)
    assert (told.value.key, told.value.values) == ("fit_too_few_repeaters", {"repeaters": 29, "needed": 30})
    with pytest.raises(LabError, match="too few"):
        fit_gamma_gamma([0] * 50, [0.0] * 50)


def test_people_who_never_leave_have_no_identified_dropout() -> None:
    luck = np.random.default_rng(3)
    counts = luck.poisson(luck.gamma(2.0, 5.0, 1500))
    last = np.array([50 * luck.random(n).max() if n else 0.0 for n in counts])
    with pytest.raises(LabError) as told:
        fit_bgnbd(counts, last, np.full(1500, 50.0))
    assert told.value.key == "fit_dropout_unidentified"


def test_people_who_all_spend_alike_have_no_identified_spread() -> None:
    with pytest.raises(LabError) as told:
        fit_gamma_gamma([3] * 200, [20.0] * 200)
    assert told.value.key == "fit_spend_unidentified"


@pytest.mark.parametrize(
    ("x", "t_x", "age", "field"),
    [
        ([-1], [1], [2], "frequency"),
        ([1], [3], [2], "recency"),
        ([0], [1], [2], "recency"),
        ([1], [1], [np.nan], "T"),
        ([1, 2], [1], [2], "frequency, recency, T"),
    ],
)
def test_impossible_histories_are_refused(x: list, t_x: list, age: list, field: str) -> None:
    with pytest.raises(LabError) as told:
        fit_bgnbd(x, t_x, age)
    assert (told.value.key, told.value.values["field"]) == ("fit_bad_history", field)

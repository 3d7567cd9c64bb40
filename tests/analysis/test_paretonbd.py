"""Pareto/NBD: the published CDNOW fit, its integral by quadrature, people simulated one by one, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1

from simulation.analysis import facts
from simulation.analysis.orderlog import CDNOW_CALIBRATION_END, read_cdnow
from simulation.analysis.orderlog_counts import summary
from simulation.analysis.paretonbd import ParetoNBD, _log_fates, _series, fit_paretonbd
from simulation.errors import LabError

PUBLISHED = facts.published_numbers()["cdnow_bgnbd"]
TRUTH = ParetoNBD(0.9, 6.0, 0.8, 15.0, 0.0, 0, {})


@pytest.fixture(scope="module")
def histories() -> pd.DataFrame:
    return summary(read_cdnow().orders, CDNOW_CALIBRATION_END)


@pytest.fixture(scope="module")
def cdnow(histories: pd.DataFrame) -> ParetoNBD:
    return fit_paretonbd(histories["frequency"], histories["recency"], histories["T"])


def lives(model: ParetoNBD, people: int, weeks: float, seed: int) -> pd.DataFrame:
    """Plain simulation of the model, one person after the other; `later` counts repeats in the 26 weeks after."""
    luck = np.random.default_rng(seed)
    rows = []
    for _ in range(people):
        rate = luck.gamma(model.r, 1 / model.alpha)
        death = luck.exponential(1 / luck.gamma(model.s, 1 / model.beta))
        until = min(death, weeks + 26)
        times = np.sort(luck.uniform(0, until, luck.poisson(rate * until)))
        seen = times[times <= weeks]
        rows.append((len(seen), seen[-1] if len(seen) else 0.0, weeks, len(times) - len(seen), death > weeks))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T", "later", "alive"])


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    return lives(TRUTH, 8000, 52, seed=1)


def test_it_gives_the_published_parameters(cdnow: ParetoNBD) -> None:
    for name in ("r", "alpha", "s", "beta"):
        assert getattr(cdnow, name) == pytest.approx(PUBLISHED["paretonbd"][name], abs=6e-4)
        assert 0 < cdnow.standard_errors[name] < getattr(cdnow, name)
    assert cdnow.log_likelihood == pytest.approx(PUBLISHED["paretonbd"]["LL"], abs=0.05)
    assert cdnow.n == PUBLISHED["n"]


@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 4.0), (4.0, 10.6), (7.0, 7.0)])
@pytest.mark.parametrize(("x", "t_x"), [(0, 0), (3, 20), (29, 38.5), (600, 30)])
def test_its_closed_form_is_the_integral(alpha: float, beta: float, x: float, t_x: float) -> None:
    r, s, end = 0.55, 0.6, 39.0
    alive, left = _log_fates(np.array([r, alpha, s, beta]), *(np.array([each], float) for each in (x, t_x, end)))

    def scaled(tau: float) -> float:  # relative to its value at t_x, so that many repeats do not underflow
        return float(((alpha + t_x) / (alpha + tau)) ** (r + x) * ((beta + t_x) / (beta + tau)) ** (s + 1))

    area, _ = quad(scaled, t_x, end, epsabs=0, epsrel=1e-10)
    log_area = np.log(s * area) - (r + x) * np.log(alpha + t_x) - (s + 1) * np.log(beta + t_x)
    assert left[0] == pytest.approx(log_area, abs=1e-8)
    assert alive[0] == pytest.approx(-(r + x) * np.log(alpha + end) - s * np.log(beta + end))


def test_its_series_is_the_hypergeometric_function() -> None:
    above, beyond, z = (each.ravel() for each in np.meshgrid([0.01, 0.6, 4, 30], [1.01, 1.6, 5], [0, 0.1, 0.7, 0.95]))
    assert _series(above, above + beyond, z) == pytest.approx(hyp2f1(1, above, above + beyond, z), rel=1e-10)


def test_it_recovers_the_people_it_was_simulated_from(simulated: pd.DataFrame) -> None:
    fit = fit_paretonbd(simulated["frequency"], simulated["recency"], simulated["T"])
    for name in ("r", "alpha", "s", "beta"):
        assert getattr(fit, name) == pytest.approx(getattr(TRUTH, name), abs=3.5 * fit.standard_errors[name])


def test_expectations_are_means_over_simulated_people(simulated: pd.DataFrame) -> None:
    noise = simulated["frequency"].std() / np.sqrt(len(simulated))
    assert TRUTH.expected_repeats(52) == pytest.approx(simulated["frequency"].mean(), abs=3.5 * noise)
    history = simulated["frequency"], simulated["recency"], simulated["T"]
    later, alive = TRUTH.conditional_repeats(*history, 26), TRUTH.probability_alive(*history)
    for group in (simulated["frequency"] == 0, simulated["frequency"].between(1, 4), simulated["frequency"] > 4):
        error = simulated.loc[group, "later"].std() / np.sqrt(group.sum())
        assert later[group].mean() == pytest.approx(simulated.loc[group, "later"].mean(), abs=3.5 * error)
        spread = 0.5 / np.sqrt(group.sum())
        assert alive[group].mean() == pytest.approx(simulated.loc[group, "alive"].mean(), abs=3.5 * spread)


def test_the_unit_of_time_does_not_matter(cdnow: ParetoNBD, histories: pd.DataFrame) -> None:
    days = fit_paretonbd(histories["frequency"], 7 * histories["recency"], 7 * histories["T"])
    assert days.alpha == pytest.approx(7 * cdnow.alpha, rel=1e-3)
    assert days.s == pytest.approx(cdnow.s, rel=1e-3)
    change = histories["frequency"].sum() * np.log(7)
    assert days.log_likelihood == pytest.approx(cdnow.log_likelihood - change, abs=0.01)


def test_silence_after_frequent_buying_is_a_bad_sign(cdnow: ParetoNBD) -> None:
    alive = cdnow.probability_alive([2, 8, 8, 8], [20, 20, 38, 39], [39] * 4)
    assert alive[1] < alive[0] < alive[2] < alive[3] == 1


def test_more_time_more_purchases_and_nothing_before_the_first(cdnow: ParetoNBD) -> None:
    assert cdnow.expected_repeats([-1, 0]).tolist() == [0, 0]
    assert (np.diff(cdnow.expected_repeats([0, 1, 10, 100])) > 0).all()
    assert cdnow.conditional_repeats([0], [0], [0], 26)[0] == pytest.approx(cdnow.expected_repeats(26))


def test_at_s_of_one_nothing_breaks() -> None:
    beside, at = (ParetoNBD(0.5, 9.0, s, 11.0, 0.0, 0, {}).expected_repeats(39) for s in (1 + 1e-7, 1.0))
    assert at == pytest.approx(beside, rel=1e-5)


@pytest.mark.parametrize(
    ("history", "key"),
    [
        (([1, 0], [5.0, 0.0], [39.0, 39.0]), "fit_too_few_repeaters"),
        (([1.0], [50.0], [39.0]), "fit_bad_history"),
        (([0.0], [5.0], [39.0]), "fit_bad_history"),
    ],
)
def test_unusable_histories_are_refused(history: tuple[list[float], ...], key: str) -> None:
    with pytest.raises(LabError) as refused:
        fit_paretonbd(*history)
    assert refused.value.key == key


def test_people_who_never_leave_are_refused() -> None:
    luck = np.random.default_rng(3)
    x = luck.poisson(luck.gamma(2, 0.1, 800) * 52).astype(float)
    last = np.where(x > 0, 52 * luck.random(800) ** (1 / np.maximum(x, 1)), 0)
    with pytest.raises(LabError) as refused:
        fit_paretonbd(x, last, np.full(800, 52.0))
    assert refused.value.key == "fit_dropout_unidentified"


def test_people_who_all_buy_alike_are_refused() -> None:
    same = lives(ParetoNBD(1e6, 5e6, 1.0, 20.0, 0.0, 0, {}), 800, 52, seed=4)
    with pytest.raises(LabError) as refused:
        fit_paretonbd(same["frequency"], same["recency"], same["T"])
    assert refused.value.key == "fit_rates_unidentified"

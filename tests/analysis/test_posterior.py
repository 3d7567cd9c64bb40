"""Calibration without a likelihood finds what is known, says what is not, and its bands hold on unseen weeks."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import cdnow, order_twin, orderlog, tracking, twin_posterior
from simulation.analysis.order_twin import OrderTwin
from simulation.analysis.posterior import INFORMED, calibrate
from simulation.analysis.twin_posterior import COEFFICIENTS, Calibrated, Tracked, swings

PRIOR = np.array([[0.1, 10.0], [0.1, 10.0], [0.1, 10.0]])


def noisy(point: np.ndarray, seed: int) -> np.ndarray:
    """The first two are seen, each as the mean of 100 exponential numbers; the third leaves no trace."""
    luck = np.random.default_rng(seed)
    return np.log([luck.exponential(point[0], 100).mean(), luck.exponential(point[1], 100).mean(), luck.exponential()])


def test_what_the_data_show_is_found_with_its_uncertainty_and_the_rest_is_not_identified() -> None:
    inside, widths = 0, []
    for seed in range(20):
        truth = np.array([2.0, 0.5, 1.0])
        found = calibrate(("a", "b", "c"), PRIOR, noisy(truth, 10_000 + seed), noisy, 200, worlds=150, seed=seed)
        ends = found.interval()
        inside += int(((ends[:2, 0] <= truth[:2]) & (truth[:2] <= ends[:2, 2])).sum())
        widths.append(found.widths())
    assert 30 <= inside <= 40  # 36 of 40 expected of intervals of 90 %, standard deviation 2
    mean = np.mean(widths, axis=0)
    exact = 2 * 1.645 / 10 / (0.9 * np.log(100))  # standard error of a logarithm of such a mean, over the prior's width
    assert mean[:2] == pytest.approx(exact, rel=0.35)
    assert mean[2] > 0.8 > INFORMED
    assert (found.draws >= PRIOR[:, 0]).all() and (found.draws <= PRIOR[:, 1]).all()


def test_weeks_that_swing_more_than_customers_do() -> None:
    luck = np.random.default_rng(1)
    made = luck.poisson(50, (60, 200)).astype(float)
    assert swings(made, luck.poisson(50, 200)) < 0.07
    together = luck.poisson(50 * luck.gamma(25, 1 / 25, 200))
    assert swings(made, together) == pytest.approx(0.2, rel=0.25)
    assert swings(np.zeros((5, 8)), np.zeros(8, int)) == 0


@pytest.fixture(scope="module")
def twin() -> OrderTwin:
    return order_twin.fit_twin(orderlog.read_cdnow(), cdnow.CALIBRATION_WEEKS, {"margin": 0.4, "currency": "$"})


@pytest.fixture(scope="module")
def calibrated(twin: OrderTwin) -> Calibrated:
    orders = tracking.seen_customers(orderlog.read_cdnow().orders, cdnow.CALIBRATION_WEEKS)
    return twin_posterior.fit(twin.scenario, orders, cdnow.CALIBRATION_WEEKS, draws=24, worlds=60, most=600)


@pytest.fixture(scope="module")
def tracked(twin: OrderTwin, calibrated: Calibrated) -> Tracked:
    return twin_posterior.track(twin.scenario, calibrated, twin.real, twin.calibration)


def test_real_customers_are_found_where_the_likelihood_finds_them(twin: OrderTwin, calibrated: Calibrated) -> None:
    people = twin.scenario.population
    for path, (_, middle, _) in zip(COEFFICIENTS, calibrated.posterior.interval(), strict=True):
        assert middle == pytest.approx(getattr(people, path.partition(".")[2]), rel=0.5), path
    told = dict(zip(COEFFICIENTS, calibrated.posterior.widths(), strict=True))
    assert told["population.purchase_weeks"] < INFORMED and told["population.purchase_shape"] < INFORMED
    assert told["population.churn_beta"] > 2 * told["population.purchase_shape"]


def test_bands_hold_on_weeks_that_nothing_has_seen(twin: OrderTwin, calibrated: Calibrated, tracked: Tracked) -> None:
    assert len(tracked.weekly) == cdnow.WEEKS - cdnow.CALIBRATION_WEEKS and tracked.draws == 24
    assert 0.8 <= tracked.covered <= 0.98
    _, _, alone = tracking.errors(twin.forecasts["bgnbd"], twin.real, twin.calibration)
    luck = 1.96 * np.sqrt(1 / tracked.weekly["real"].sum() + calibrated.swing**2 / len(tracked.weekly))  # relative
    assert abs(tracked.error_new) <= abs(alone) + luck
    assert (tracked.weekly["high"] >= tracked.weekly["low"]).all()


def test_the_posterior_has_not_seen_the_weeks_that_are_locked_away(twin: OrderTwin) -> None:
    orders = tracking.seen_customers(orderlog.read_cdnow().orders, cdnow.CALIBRATION_WEEKS)
    start = orders["date"].min()
    seen = orders[(orders["date"] - start).dt.days < 7 * cdnow.CALIBRATION_WEEKS]
    whole, part = (twin_posterior.of_orders(each, cdnow.CALIBRATION_WEEKS) for each in (orders, seen))
    assert (whole == part).all()

"""Quantiles by table are SciPy's, and never turn round."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from simulation.quantiles import beta_quantile, gamma_quantile
from simulation.streams import uniform_block

ENDS = np.array([2.0**-24, 3 * 2.0**-24, 0.5, 1 - 3 * 2.0**-24, 1 - 2.0**-24], np.float32)
COINS = np.concatenate([ENDS, uniform_block(1, 0, 0, 20_000)[:, 0]])


@pytest.mark.parametrize("shape", [1e-6, 0.05, 0.45, 1.0, 3.74, 50.0])
def test_gamma_quantiles_are_those_of_scipy(shape):
    exact = special.gammaincinv(shape, COINS.astype(float))
    np.testing.assert_allclose(gamma_quantile(COINS, shape), exact, rtol=2e-8, atol=1e-300)


@pytest.mark.parametrize(
    ("alpha", "beta"), [(0.01, 4.99), (0.05, 60), (0.45, 14), (2, 3), (5, 2), (4.75, 0.25), (5, 0.5)]
)
def test_beta_quantiles_are_those_of_scipy(alpha, beta):
    exact = special.betaincinv(alpha, beta, COINS.astype(float))
    np.testing.assert_allclose(beta_quantile(COINS, alpha, beta), exact, rtol=2e-8, atol=1e-300)


def test_more_luck_never_means_less():
    u = np.sort(COINS)
    for found in (gamma_quantile(u, 0.05), gamma_quantile(u, 8), beta_quantile(u, 0.45, 14), beta_quantile(u, 5, 0.5)):
        assert (np.diff(found) >= 0).all()


def test_nearly_everybody_gets_the_very_same_trait():
    exact = special.betaincinv(0.45, 14, COINS.astype(float)).astype(np.float32)
    assert (beta_quantile(COINS, 0.45, 14).astype(np.float32) != exact).mean() < 0.001

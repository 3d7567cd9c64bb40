"""Maximum likelihood for models whose parameters are all positive and whose slopes are tedious to write down."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

BOUND = 9.0
"""Logarithm; a parameter above e⁹ or below e⁻⁹ has run away."""
_STEP = 1e-4  # on the log scale: rounding and curvature both leave the slope right to about 1e-7


class Maximum(NamedTuple):
    """Where a log-likelihood is largest.

    Attributes:
        values: Estimates, shape (parameters,).
        errors: Their standard errors (delta method on the log scale); infinite where the likelihood is flat.
        log_likelihood: The maximum.
        inside: Whether every parameter stayed away from the bounds of the search.
    """

    values: Floats
    errors: Floats
    log_likelihood: float
    inside: bool


def maximise(log_likelihood: Callable[[Floats], float], start: ArrayLike) -> Maximum:
    """Find the parameters under which the data are likeliest.

    Works on logarithms, so that parameters stay positive, with slopes by central differences.

    Args:
        log_likelihood: Positive parameters, shape (parameters,) → log-likelihood of all data.
        start: Where to begin, shape (parameters,).
    """

    def loss(logs: Floats) -> float:
        return -float(log_likelihood(np.exp(logs)))

    begin = np.log(np.asarray(start, dtype=float))
    shifts = np.eye(len(begin)) * _STEP

    def slope(logs: Floats) -> Floats:
        return np.array([(loss(logs + shift) - loss(logs - shift)) / (2 * _STEP) for shift in shifts])

    options = {"maxiter": 2000, "ftol": 1e-13, "gtol": 1e-5}
    box = [(-BOUND, BOUND)] * len(begin)
    found = minimize(loss, begin, jac=slope, method="L-BFGS-B", bounds=box, options=options)
    best = np.asarray(found.x, dtype=float)
    values = np.exp(best)
    inside = bool(np.abs(best).max() < BOUND - 0.1)
    return Maximum(values, _errors(slope, best, values), -float(found.fun), inside)


def _errors(slope: Callable[[Floats], Floats], best: Floats, values: Floats) -> Floats:
    step = 1e-3
    shifts = np.eye(len(best)) * step
    curvature = np.array([(slope(best + shift) - slope(best - shift)) / (2 * step) for shift in shifts])
    eigenvalues, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    if eigenvalues.min() <= 0:
        return np.where(np.abs(vectors[:, 0]) > 0.1, np.inf, 0.0)
    return np.asarray(np.sqrt(((vectors**2) / eigenvalues).sum(axis=1)) * values)

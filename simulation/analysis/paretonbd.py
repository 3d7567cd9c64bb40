"""Customer value when people may leave at any moment: the Pareto/NBD model.

The elder sister of BG/NBD in :mod:`simulation.analysis.value`, where people leave only after a purchase. Times carry
one unit throughout (weeks in this lab); a repeat is a day with a purchase after the day of the first one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from simulation.analysis.likelihood import maximise
from simulation.analysis.value import enough_repeaters, histories, short
from simulation.errors import LabError

Floats = NDArray[np.float64]

_TERMS = 20_000  # dozens do for ordinary parameters; the rest is for where the search goes astray
_EXACT = 1e-15


@dataclass(frozen=True)
class ParetoNBD:
    """Repeat buying while alive and leaving at an unseen moment.

    While alive a person buys at rate λ ~ Gamma(r, α) and leaves at rate μ ~ Gamma(s, β), independently. Source:
    Schmittlein, Morrison & Colombo 1987, Management Science 33(1) 1–24; formulas as in Fader & Hardie 2005, "A Note
    on Deriving the Pareto/NBD Model and Related Expressions".

    Attributes:
        r: Shape of the purchase rates.
        alpha: Rate (unit: the time unit of the data) of the purchase rates; r/α is the mean rate.
        s: Shape of the rates of leaving.
        beta: Rate (same unit) of the rates of leaving; s/β is the mean rate.
        log_likelihood: Maximum of the log-likelihood.
        n: Number of customers.
        standard_errors: Standard error by parameter name (delta method on the log scale).
    """

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    n: int
    standard_errors: dict[str, float]

    def expected_repeats(self, t: ArrayLike) -> Floats:
        """Repeat purchases expected of a new customer within time t of the first purchase.

        E[X(t)] = r·β/(α·(s−1)) · [1 − (β/(β+t))^(s−1)]; zero for t ≤ 0.
        """
        time = np.maximum(np.asarray(t, dtype=float), 0.0)
        return np.asarray(self.r / self.alpha * self.beta * self._while_alive(time / self.beta))

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Probability that a customer with this history has not left by the end of T = `age`.

        1 / (1 + (α+T)^(r+x)·(β+T)^s · s·∫ (α+τ)^−(r+x)·(β+τ)^−(s+1) dτ) with τ from t_x to T.
        """
        x, t_x, whole = histories(frequency, recency, age)
        parameters = np.array([self.r, self.alpha, self.s, self.beta])
        alive, left = _log_fates(parameters, x, t_x, whole)
        return np.asarray(1 / (1 + np.exp(np.minimum(left - alive, 700.0))))

    def conditional_repeats(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, t: float) -> Floats:
        """Repeat purchases expected in the next t time units of a customer with this history.

        P(alive) · (r+x)(β+T)/((α+T)(s−1)) · [1 − ((β+T)/(β+T+t))^(s−1)].
        """
        x, t_x, whole = histories(frequency, recency, age)
        rate, scale = (self.r + x) / (self.alpha + whole), self.beta + whole
        return np.asarray(self.probability_alive(x, t_x, whole) * rate * scale * self._while_alive(t / scale))

    def _while_alive(self, t: ArrayLike) -> Floats:
        """[1 − (1+t)^−(s−1)]/(s−1), the expected time alive in units of β; ln(1+t) at s = 1."""
        log, power = np.log1p(np.asarray(t, dtype=float)), self.s - 1
        return np.asarray(-np.expm1(-power * log) / power if abs(power) > 1e-9 else log)


def fit_paretonbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> ParetoNBD:
    """Estimate how often customers buy and how long they live from (x, t_x, T) of each.

    L = Γ(r+x)/Γ(r) · α^r·β^s · [(α+T)^−(r+x)·(β+T)^−s + s·∫ (α+τ)^−(r+x)·(β+τ)^−(s+1) dτ], τ from t_x to T: alive
    at the end, or left at some τ since the last purchase. The log-likelihood is summed over customers.

    Args:
        frequency: Repeat purchases x of each customer, shape (customers,).
        recency: Time t_x from the first to the last purchase; 0 without a repeat.
        age: Time T from the first purchase to the end of the observation.

    Raises:
        LabError: `fit_bad_history`, `fit_too_few_repeaters`, `fit_dropout_unidentified` (told a = s and b = β: the
            log does not show people leaving) or `fit_rates_unidentified` (r → ∞: all buy equally often).
    """
    x, t_x, whole = histories(frequency, recency, age)
    enough_repeaters(int((x > 0).sum()))
    unit = float(whole.max())  # fit with times in (0, 1], so that the start suits days as well as years
    # Many customers share a history; the hypergeometric function is worth computing once for each.
    kinds, people = np.unique(np.stack([x, t_x / unit, whole / unit]), axis=1, return_counts=True)

    def log_likelihood(parameters: Floats) -> float:
        r, alpha, s, beta = parameters
        common = gammaln(r + kinds[0]) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return float(people @ (common + np.logaddexp(*_log_fates(parameters, *kinds))))

    found = maximise(log_likelihood, [0.5, 0.25, 0.5, 0.25])
    r, alpha, s, beta = (float(each) for each in found.values * [1, unit, 1, unit])
    errors = found.errors * [1, unit, 1, unit]
    if not (found.inside and np.isfinite(errors).all()):
        if np.isfinite(errors[:2]).all() and max(r, 1 / r) < max(s, 1 / s, beta / unit, unit / beta):
            raise LabError("fit_dropout_unidentified", a=short(s), b=short(beta))
        raise LabError("fit_rates_unidentified", r=short(r), alpha=short(alpha))
    likelihood = found.log_likelihood - float(x.sum() * np.log(unit))  # its unit is time^−x: undo the change of unit
    named = dict(zip(("r", "alpha", "s", "beta"), errors.tolist(), strict=True))
    return ParetoNBD(r, alpha, s, beta, likelihood, len(x), named)


def _log_fates(parameters: Floats, x: Floats, t_x: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Logarithms of the two terms of the likelihood: still alive at T, and left between t_x and T.

    With c = r+s+x+1 and z(t) = (α−β)/(α+t), s·∫ (α+τ)^−(r+x)·(β+τ)^−(s+1) dτ from t to ∞ equals
    s/(r+s+x) · (α+t)^−(r+x)·(β+t)^−s · ₂F₁(1, r+x; c; z) where α ≥ β; where α < β the two pairs of parameters change
    places. It is the published expression after Euler's transformation, which does not overflow in x.
    """
    r, alpha, s, beta = parameters
    buys, lives = r + x, s + np.zeros_like(x)
    log_share = np.log(s) - np.log(r + s + x)

    def beyond(t: Floats) -> Floats:
        log_buy, log_live = np.log(alpha + t), np.log(beta + t)
        if alpha >= beta:
            series = _series(buys, buys + lives + 1, (alpha - beta) / (alpha + t))
            return np.asarray(-buys * log_buy - lives * log_live + np.log(series))
        series = _series(lives + 1, buys + lives + 1, (beta - alpha) / (beta + t))
        return np.asarray((1 - buys) * log_buy - (lives + 1) * log_live + np.log(series))

    since, until = beyond(t_x), beyond(whole)
    gap = np.minimum(until - since, 0.0)
    with np.errstate(divide="ignore"):  # bought on the last day: there was no time to leave
        left = log_share + since + np.log(-np.expm1(gap))
    return np.asarray(-buys * np.log(alpha + whole) - lives * np.log(beta + whole)), np.asarray(left)


@njit(cache=True, nogil=True)
def _series(above: Floats, below: Floats, z: Floats) -> Floats:
    """₂F₁(1, b; c; z) for 0 < b < c and 0 ≤ z < 1 by Gauss's continued fraction (modified Lentz), elementwise.

    SciPy's general function gives no number for heavy buyers (x in the hundreds) and far-off parameters.
    """
    out = np.empty_like(z)
    for i in range(z.size):
        b, c = above[i], below[i]
        value, upper, lower = 1.0, 1.0, 0.0
        for term in range(1, _TERMS):
            k = term // 2
            if term % 2:
                step = -(b + k) * (c - 1 + k) / ((c + term - 2) * (c + term - 1)) if k else -b / c
            else:
                step = -k * (c - b + k - 1) / ((c + term - 2) * (c + term - 1))
            lower = 1.0 / (1.0 + step * z[i] * lower)
            upper = 1.0 + step * z[i] / upper
            value *= upper * lower
            if abs(upper * lower - 1.0) < _EXACT:
                break
        out[i] = 1.0 / value
    return out

"""Who stays: survival from counts (Kaplan–Meier) and its projection by differences between people (sBG)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, ndtri

from simulation.analysis.likelihood import maximise
from simulation.errors import LabError

Floats = NDArray[np.float64]

_BOUND = 9.0  # logarithm; a parameter beyond e⁹ has run away
_FEWEST_PERIODS = 3  # two parameters need more than two observed shares


@dataclass(frozen=True)
class SBG:
    """Shifted-beta-geometric retention: each person leaves with their own constant probability per period.

    The probability θ ~ Beta(α, β) differs between people, so that the retention of a cohort rises although
    nobody changes. Source: Fader & Hardie 2007, Journal of Interactive Marketing 21(1) 76–90.

    Attributes:
        alpha: First shape; α/(α+β) is the mean probability of leaving in the first period.
        beta: Second shape.
        log_likelihood: Maximum of the log-likelihood, of `customers` people or of one if unknown.
        customers: Size of the cohort, None if only shares were given.
        standard_errors: Standard error by parameter name (delta method on the log scale); None without
            `customers`.
    """

    alpha: float
    beta: float
    log_likelihood: float
    customers: float | None
    standard_errors: dict[str, float] | None

    def survival(self, t: ArrayLike) -> Floats:
        """Share of the cohort still there after t periods: B(α, β+t) / B(α, β)."""
        time = np.asarray(t, dtype=float)
        return np.asarray(np.exp(betaln(self.alpha, self.beta + time) - betaln(self.alpha, self.beta)))

    def retention(self, t: ArrayLike) -> Floats:
        """Share of those there before period t who stay through it: (β+t−1) / (α+β+t−1), for t ≥ 1."""
        time = np.asarray(t, dtype=float)
        return np.asarray((self.beta + time - 1) / (self.alpha + self.beta + time - 1))


def fit_sbg(survival: ArrayLike, customers: float | None = None) -> SBG:
    """Estimate the differences in loyalty from the survival of one cohort.

    ln L = Σ_t (S_{t−1} − S_t)·ln[S(t−1) − S(t)] + S_n·ln S(n), with S(t) the model's survival.

    Args:
        survival: Those still there after 0, 1, … n periods, as counts, per cent or shares.
        customers: Size of the cohort, which the standard errors need.

    Raises:
        LabError: `fit_survival_too_short`, `fit_survival_rises` or `fit_loyalty_unidentified` (retention does
            not rise with tenure, so the data show no differences between people).
    """
    curve = np.atleast_1d(np.asarray(survival, dtype=float))
    if curve.ndim != 1 or len(curve) <= _FEWEST_PERIODS:
        raise LabError("fit_survival_too_short", periods=max(len(curve) - 1, 0), needed=_FEWEST_PERIODS)
    if not np.isfinite(curve).all() or curve[0] <= 0 or curve[-1] < 0 or (np.diff(curve) > 0).any():
        raise LabError("fit_survival_rises")
    share = curve / curve[0]
    lost, time = -np.diff(share), np.arange(1, len(share), dtype=float)

    def loss(logs: Floats) -> tuple[float, Floats]:
        alpha, beta = np.exp(logs)
        start, end = betaln(alpha, beta), time[-1]
        leaving = betaln(alpha + 1, beta + time - 1) - start
        staying = betaln(alpha, beta + end) - start
        value = float(lost @ leaving + share[-1] * staying)
        total = digamma(alpha + beta) - digamma(alpha + beta + time)
        last = total[-1]
        by_alpha = lost @ (digamma(alpha + 1) - digamma(alpha) + total) + share[-1] * last
        by_beta = lost @ (digamma(beta + time - 1) - digamma(beta) + total)
        by_beta += share[-1] * (digamma(beta + end) - digamma(beta) + last)
        return -value, -np.array([by_alpha * alpha, by_beta * beta])

    options = {"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9}
    box = [(-_BOUND, _BOUND)] * 2
    found = minimize(loss, np.log([0.8, 2.0]), jac=True, method="L-BFGS-B", bounds=box, options=options)
    alpha, beta = (float(each) for each in np.exp(found.x))
    if np.abs(found.x).max() > _BOUND - 0.1:
        raise LabError("fit_loyalty_unidentified", alpha=float(f"{alpha:.3g}"), beta=float(f"{beta:.3g}"))
    errors = None
    if customers is not None:
        step = 1e-4
        curvature = [(loss(found.x + s)[1] - loss(found.x - s)[1]) / (2 * step) for s in np.eye(2) * step]
        variance = np.diag(np.linalg.inv(np.array(curvature) * customers))
        spread = np.sqrt(np.maximum(variance, 0.0)) * np.exp(found.x)
        errors = {"alpha": float(spread[0]), "beta": float(spread[1])}
    return SBG(alpha, beta, -float(found.fun) * (customers or 1.0), customers, errors)


def fit_sbg_renewals(at_risk: ArrayLike, events: ArrayLike) -> SBG:
    """Estimate the differences in loyalty from cohorts of any age, those still there being right-censored.

    ln L = Σ_k (n_k − d_k)·ln r(k) + d_k·ln(1 − r(k)), r(k) = (β+k−1)/(α+β+k−1) being the model's retention: the
    likelihood of several cohorts together (Fader & Hardie 2007, appendix), written by renewal instead of by cohort.

    Args:
        at_risk: n_k, contracts that came up for their k-th renewal; shape (renewals,), k from 1.
        events: d_k, those of them that were not renewed.

    Raises:
        LabError: `counts_wrong`, `fit_survival_too_short` or `fit_loyalty_unidentified`.
    """
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    if n.shape != d.shape or n.ndim != 1 or not np.isfinite(n).all() or (d < 0).any() or (d > n).any():
        raise LabError("counts_wrong")
    if len(n) < _FEWEST_PERIODS:
        raise LabError("fit_survival_too_short", periods=len(n), needed=_FEWEST_PERIODS)
    before = np.arange(len(n), dtype=float)

    def log_likelihood(parameters: Floats) -> float:
        alpha, beta = parameters
        stay, leave = np.log(beta + before), np.log(alpha)
        return float(((n - d) * stay + d * leave - n * np.log(alpha + beta + before)).sum())

    found = maximise(log_likelihood, [0.8, 2.0])
    alpha, beta = (float(value) for value in found.values)
    if not (found.inside and np.isfinite(found.errors).all()):
        raise LabError("fit_loyalty_unidentified", alpha=float(f"{alpha:.3g}"), beta=float(f"{beta:.3g}"))
    errors = {"alpha": float(found.errors[0]), "beta": float(found.errors[1])}
    return SBG(alpha, beta, found.log_likelihood, float(n[0]), errors)


def kaplan_meier(at_risk: ArrayLike, events: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Share of people still there by tenure, with its interval, when some are only seen for a while.

    S(t) = Π (1 − d/n). Greenwood's variance of ln S, Σ d/(n(n−d)), gives the interval on the scale of
    ln(−ln S): S^exp(±z·√V/|ln S|), which stays within 0 and 1 (Kalbfleisch & Prentice 2002, section 1.4).
    While nobody has left, that interval has no width; the exact binomial bound (½(1−level))^(1/n) stands in
    its place. When the last person leaves, the upper bound of the step before is kept.

    Args:
        at_risk: n, people seen at the start of each tenure period; shape (tenure,) or (worlds, tenure),
            worlds being added up. Worlds of one population are not independent: between plans, compare paired
            worlds instead of these intervals.
        events: d, those of them who left within it; same shape.
        level: Probability that the interval should cover.

    Returns:
        Columns t (0 … tenure), survival, low, high; missing from the period on in which nobody is at risk.

    Raises:
        LabError: `counts_wrong` unless 0 ≤ events ≤ at_risk, of one shape.
    """
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    if n.shape != d.shape or n.ndim not in (1, 2) or n.size == 0:
        raise LabError("counts_wrong")
    if not (np.isfinite(n).all() and (d >= 0).all() and (d <= n).all()):
        raise LabError("counts_wrong")
    if not 0 < level < 1:
        raise ValueError(f"level is a probability between 0 and 1, not {level}")
    n, d = n.reshape(-1, n.shape[-1]).sum(axis=0), d.reshape(-1, d.shape[-1]).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - d / n)
        log_survival = np.log(survival)
        deviation = np.sqrt(np.cumsum(d / (n * (n - d)))) / np.abs(log_survival)
        reach = ndtri(0.5 + level / 2) * deviation
        low, high = survival ** np.exp(reach), survival ** np.exp(-reach)
        untouched, over = survival == 1, survival == 0
        low = np.where(untouched, ((1 - level) / 2) ** (1 / np.minimum.accumulate(n)), low)
    high = np.where(untouched, 1.0, high)
    low = np.where(over, 0.0, low)
    before = high[survival > 0][-1] if (survival > 0).any() else 1.0
    high = np.where(over, before, high)
    seen = np.cumprod(n > 0).astype(bool)
    columns = {"survival": survival, "low": low, "high": high}
    table = {name: np.r_[1.0, np.where(seen, values, np.nan)] for name, values in columns.items()}
    return pd.DataFrame({"t": np.arange(len(n) + 1), **table})


def survival_of_worlds(at_risk: Floats, left: Floats) -> Floats:
    """Each world's survival, S = Π (1 − d/n).

    Args:
        at_risk: (worlds, tenures) people at risk, n.
        left: (worlds, tenures) those of them who left, d.

    Returns:
        (worlds, tenures) shares; 1 before anybody is at risk, missing once nobody is any more.
    """
    there = at_risk > 0
    survival = np.cumprod(1 - left / np.maximum(at_risk, 1), axis=1)
    begun = np.logical_or.accumulate(there, axis=1)
    return np.where(np.logical_or.accumulate(begun & ~there, axis=1), np.nan, survival)


def survival_together(at_risk: Floats, left: Floats, level: float) -> pd.DataFrame:
    """Kaplan–Meier of all worlds added up, with Greenwood's interval, from the first tenure with people at risk.

    Args:
        at_risk: (tenures,) people at risk in all worlds.
        left: (tenures,) those of them who left.
        level: Probability that the interval covers.

    Returns:
        Columns survival, low, high, one row a tenure; 1 before anybody is at risk.
    """
    start = int(np.argmax(at_risk > 0))
    columns = ["survival", "low", "high"]
    curve = kaplan_meier(at_risk[start:], left[start:], level)[columns].iloc[1:]
    before = pd.DataFrame(1.0, index=range(start), columns=columns)
    return pd.concat([before, curve], ignore_index=True) if start else curve.reset_index(drop=True)

"""Customer value from an order log: how often people come back (BG/NBD) and what they spend (gamma-gamma).

Both models are fitted by maximum likelihood on the logarithms of their parameters. Times carry one unit
throughout (weeks in this lab); a repeat is a day with a purchase after the day of the first one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammaln, hyp2f1

from simulation.errors import LabError

Floats = NDArray[np.float64]

MINIMUM_REPEATERS = 30  # assumption: with fewer, four parameters describe noise
_BOUND = 9.0  # logarithm; a parameter above e⁹ or below e⁻⁹ has run away
_RUNAWAY = 1e3  # assumption: with b beyond this, dropout cannot be told from nobody dropping out


@dataclass(frozen=True)
class BGNBD:
    """Repeat buying while alive and dropping out after a purchase (beta-geometric/NBD).

    While alive a person buys at rate λ ~ Gamma(r, α); after each repeat purchase they leave for good with
    probability p ~ Beta(a, b). Source: Fader, Hardie & Lee 2005, Marketing Science 24(2) 275–284.

    Attributes:
        r: Shape of the purchase rates.
        alpha: Rate (unit: the time unit of the data) of the purchase rates; r/α is the mean rate.
        a: First shape of the dropout probabilities.
        b: Second shape; a/(a+b) is the mean dropout probability.
        log_likelihood: Maximum of the log-likelihood.
        n: Number of customers.
        standard_errors: Standard error by parameter name (delta method on the log scale).
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    n: int
    standard_errors: dict[str, float]

    def expected_repeats(self, t: ArrayLike) -> Floats:
        """Repeat purchases expected of a new customer within time t of the first purchase.

        E[X(t)] = (a+b−1)/(a−1) · [1 − (α/(α+t))^r · ₂F₁(r, b; a+b−1; t/(α+t))], equation 9 of the source;
        zero for t ≤ 0.
        """
        time = np.maximum(np.asarray(t, dtype=float), 0.0)
        a = _beside_one(self.a)
        gone = self._gone(np.zeros_like(time), a, time / (self.alpha + time))
        return np.asarray((a + self.b - 1) / (a - 1) * (1 - gone))

    def cumulative_repeats(self, births: ArrayLike, times: ArrayLike) -> Floats:
        """Repeat purchases expected of a whole cohort up to each of `times`.

        Args:
            births: Time of each customer's first purchase, on the same clock as `times`.
            times: Clock times at which the total is wanted.

        Returns:
            One total per element of `times`: Σ over customers of E[X(time − birth)].
        """
        days, people = np.unique(np.asarray(births, dtype=float), return_counts=True)
        age = np.atleast_1d(np.asarray(times, dtype=float))[:, None] - days[None, :]
        return np.asarray(self.expected_repeats(age) @ people)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Probability that a customer with this history has not dropped out by the end of T = `age`.

        1 / (1 + 1[x>0] · a/(b+x−1) · ((α+T)/(α+t_x))^(r+x)).
        """
        return 1.0 / (1.0 + self._odds_gone(*histories(frequency, recency, age)))

    def conditional_repeats(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, t: float) -> Floats:
        """Repeat purchases expected in the next t time units of a customer with this history.

        Equation 10 of the source.
        """
        x, t_x, whole = histories(frequency, recency, age)
        a = _beside_one(self.a)
        gone = self._gone(x, a, t / (self.alpha + whole + t))
        alive = 1.0 / (1.0 + self._odds_gone(x, t_x, whole))
        return np.asarray((a + self.b + x - 1) / (a - 1) * (1 - gone) * alive)

    def _gone(self, x: Floats, a: float, z: Floats) -> Floats:
        """(1−z)^(r+x)·₂F₁(r+x, b+x; a+b+x−1; z) by Euler's transformation, which does not overflow in x."""
        last = hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, z)
        return np.asarray((1 - z) ** (a - 1) * last)

    def _odds_gone(self, x: Floats, t_x: Floats, age: Floats) -> Floats:
        repeats = np.maximum(x, 1.0)
        ratio = (self.r + repeats) * np.log((self.alpha + age) / (self.alpha + t_x))
        odds = self.a / (self.b + repeats - 1) * np.exp(np.minimum(ratio, 700.0))
        return np.where(x > 0, odds, 0.0)


@dataclass(frozen=True)
class GammaGamma:
    """Average spend per purchase, when people differ in it and it does not depend on how often they buy.

    One purchase is Gamma(p, ν) with ν ~ Gamma(q, v). Source: Fader, Hardie & Lee 2005, Journal of Marketing
    Research 42(4) 415–430 (v is their γ).

    Attributes:
        p: Shape of one person's purchases.
        q: Shape of the differences between people.
        v: Scale of the differences, in money.
        log_likelihood: Maximum of the log-likelihood.
        n: Number of customers with at least one repeat and a positive spend.
        standard_errors: Standard error by parameter name.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    n: int
    standard_errors: dict[str, float]

    @property
    def mean_spend(self) -> float:
        """Expected spend per purchase of a random customer, p·v/(q−1); infinite when q ≤ 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def expected_spend(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """Spend per purchase expected of a customer with x repeats of mean m: p(v + x·m)/(p·x + q − 1).

        Without a repeat it is the mean of all customers.
        """
        x, m = np.asarray(frequency, dtype=float), np.asarray(monetary, dtype=float)
        known = x > 0
        below = np.where(known, self.p * x + self.q - 1, 1.0)
        return np.where(known, self.p * (self.v + x * m) / below, self.mean_spend)


def fit_bgnbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> BGNBD:
    """Estimate how often customers buy and how they drop out from (x, t_x, T) of each.

    ln L = lnΓ(r+x) − lnΓ(r) + r·ln α + lnB(a, b+x) − lnB(a, b)
           + ln[(α+T)^−(r+x) + 1[x>0]·a/(b+x−1)·(α+t_x)^−(r+x)], summed over customers.

    Args:
        frequency: Repeat purchases x of each customer.
        recency: Time t_x from the first to the last purchase; 0 without a repeat.
        age: Time T from the first purchase to the end of the observation.

    Raises:
        LabError: `fit_bad_history`, `fit_too_few_repeaters`, `fit_dropout_unidentified` (b → ∞ or a → 0: the
            log does not show people leaving) or `fit_rates_unidentified` (r → ∞: all buy equally often).
    """
    x, t_x, whole = histories(frequency, recency, age)
    enough_repeaters(int((x > 0).sum()))
    unit = float(whole.max())  # fit with times in (0, 1], so that the start suits days as well as years
    t_x, whole = t_x / unit, whole / unit
    loss = _bgnbd_loss(x, t_x, whole)
    start = np.log([0.5, 0.25 * float(whole.mean()), 1.0, 2.5])
    best, value = _minimise(loss, start)
    r, alpha, a, b = (float(each) for each in np.exp(best))
    errors = _standard_errors(loss, best, np.array([r, alpha * unit, a, b]))
    if max(a, b) > _RUNAWAY or min(a, b) < 1 / _RUNAWAY or not np.isfinite(errors[2:]).all():
        raise LabError("fit_dropout_unidentified", a=short(a), b=short(b))
    if np.abs(best[:2]).max() > _BOUND - 0.1 or not np.isfinite(errors[:2]).all():
        raise LabError("fit_rates_unidentified", r=short(r), alpha=short(alpha * unit))
    likelihood = -value - float(x.sum() * np.log(unit))  # its unit is time^−x: undo the change of unit
    named = dict(zip(("r", "alpha", "a", "b"), errors.tolist(), strict=True))
    return BGNBD(r, alpha * unit, a, b, likelihood, len(x), named)


def fit_gamma_gamma(frequency: ArrayLike, monetary: ArrayLike) -> GammaGamma:
    """Estimate what customers spend per purchase from repeats x and their mean value m.

    ln L = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q·ln v + (px−1)·ln m + px·ln x − (px+q)·ln(v + x·m). Customers
    without a repeat or with a mean of zero say nothing about spend and are left out.

    Raises:
        LabError: `fit_bad_history`, `fit_too_few_repeaters` or `fit_spend_unidentified`.
    """
    x, m = np.asarray(frequency, dtype=float), np.asarray(monetary, dtype=float)
    if x.shape != m.shape or not (np.isfinite(x).all() and np.isfinite(m).all()) or (m < 0).any():
        raise LabError("fit_bad_history", field="monetary")
    told = (x > 0) & (m > 0)
    x, m = x[told], m[told]
    enough_repeaters(len(x))
    unit = float(m.mean())
    loss = _gamma_gamma_loss(x, m / unit)
    best, value = _minimise(loss, np.log([3.0, 3.0, 1.0]))
    p, q, v = (float(each) for each in np.exp(best))
    errors = _standard_errors(loss, best, np.array([p, q, v * unit]))
    if np.abs(best).max() > _BOUND - 0.1 or not np.isfinite(errors).all():
        raise LabError("fit_spend_unidentified", p=short(p), q=short(q))
    named = dict(zip(("p", "q", "v"), errors.tolist(), strict=True))
    likelihood = -value - len(x) * float(np.log(unit))  # a density per unit of money: undo the change
    return GammaGamma(p, q, v * unit, likelihood, len(x), named)


Loss = Callable[[Floats], tuple[float, Floats]]


def _bgnbd_loss(x: Floats, t_x: Floats, age: Floats) -> Loss:
    again = x > 0

    def loss(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        log_age, log_last = np.log(alpha + age), np.log(alpha + t_x)
        alive = -(r + x) * log_age
        left = np.full_like(alive, -np.inf)
        left[again] = np.log(a) - np.log(b + x[again] - 1) - (r + x[again]) * log_last[again]
        both = np.logaddexp(alive, left)
        weight = np.exp(left - both)  # probability of having left, given the history
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + both
        total = digamma(a + b) - digamma(a + b + x)
        gradient = [
            digamma(r + x) - digamma(r) + np.log(alpha) - (1 - weight) * log_age - weight * log_last,
            r / alpha - (r + x) * ((1 - weight) / (alpha + age) + weight / (alpha + t_x)),
            total + weight / a,
            digamma(b + x) - digamma(b) + total - np.where(again, weight / np.maximum(b + x - 1, b), 0.0),
        ]
        slope = np.array([each.sum() for each in gradient]) * np.exp(logs)
        return -float(value.sum()), -slope

    return loss


def _gamma_gamma_loss(x: Floats, m: Floats) -> Loss:
    log_m, log_x = np.log(m), np.log(x)

    def loss(logs: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(logs)
        shape, below = p * x, v + x * m
        value = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
        value = value + (shape - 1) * log_m + shape * log_x - (shape + q) * np.log(below)
        both = digamma(shape + q) - np.log(below)
        gradient = [
            x * (both - digamma(shape) + log_m + log_x),
            both - digamma(q) + np.log(v),
            q / v - (shape + q) / below,
        ]
        return -float(value.sum()), -np.array([each.sum() for each in gradient]) * np.exp(logs)

    return loss


def _minimise(loss: Loss, start: Floats) -> tuple[Floats, float]:
    box = [(-_BOUND, _BOUND)] * len(start)
    options = {"maxiter": 2000, "ftol": 1e-13, "gtol": 1e-7}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=box, options=options)
    return np.asarray(found.x, dtype=float), float(found.fun)


def _standard_errors(loss: Loss, best: Floats, values: Floats) -> Floats:
    """Standard errors from the curvature at the maximum; infinite where the likelihood is flat."""
    step = 1e-4
    shifts = np.eye(len(best)) * step
    curvature = np.array([(loss(best + s)[1] - loss(best - s)[1]) / (2 * step) for s in shifts])
    eigenvalues, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    if eigenvalues.min() <= 0:
        return np.where(np.abs(vectors[:, 0]) > 0.1, np.inf, 0.0)
    variance = ((vectors**2) / eigenvalues).sum(axis=1)
    return np.asarray(np.sqrt(variance) * values)


def histories(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Histories (x, t_x, T) as arrays of one shape; a `LabError` `fit_bad_history` where they contradict themselves."""
    x, t_x, whole = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (frequency, recency, age))
    if not x.shape == t_x.shape == whole.shape or not x.size:
        raise LabError("fit_bad_history", field="frequency, recency, T")
    for name, wrong in {
        "frequency": ~(np.isfinite(x) & (x >= 0)),
        "recency": ~(np.isfinite(t_x) & (t_x >= 0)) | (t_x > whole) | ((x == 0) != (t_x == 0)),
        "T": ~(np.isfinite(whole) & (whole >= 0)),
    }.items():
        if wrong.any():
            raise LabError("fit_bad_history", field=name)
    return x, t_x, whole


def enough_repeaters(repeaters: int) -> None:
    """Refuse to fit four parameters to fewer than `MINIMUM_REPEATERS` people who came back."""
    if repeaters < MINIMUM_REPEATERS:
        raise LabError("fit_too_few_repeaters", repeaters=repeaters, needed=MINIMUM_REPEATERS)


def _beside_one(a: float) -> float:
    """Step aside from a = 1, where both expectations are finite but their formula divides 0 by 0."""
    return a if abs(a - 1) > 1e-6 else 1 + 1e-6


def short(value: float) -> float:
    """A number as a message tells it, to three digits."""
    return float(f"{value:.3g}")

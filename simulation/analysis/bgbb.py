"""Giving, or not, at each of a few fixed occasions: the BG/BB model, and the donations it was published with.

For a clock that ticks (a yearly appeal, a monthly box) rather than runs; x counts occasions taken, not purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

from simulation.analysis.likelihood import maximise
from simulation.analysis.value import enough_repeaters, short
from simulation.errors import LabError

Floats = NDArray[np.float64]

DONATIONS = Path(__file__).parents[1] / "data" / "donations" / "donations.csv"


@dataclass(frozen=True)
class BGBB:
    """Taking occasions while alive and leaving between them (beta-geometric/beta-Bernoulli).

    While alive a person takes each occasion with probability p ~ Beta(α, β); before each they leave for good with
    probability θ ~ Beta(γ, δ). Source: Fader, Hardie & Shang 2010, Marketing Science 29(6) 1086–1108.

    Attributes:
        alpha: First shape of the taking probabilities; α/(α+β) is their mean.
        beta: Second shape.
        gamma: First shape of the leaving probabilities; γ/(γ+δ) is their mean.
        delta: Second shape.
        log_likelihood: Maximum of the log-likelihood.
        n: Number of people.
        standard_errors: Standard error by parameter name (delta method on the log scale).
    """

    alpha: float
    beta: float
    gamma: float
    delta: float
    log_likelihood: float
    n: int
    standard_errors: dict[str, float]

    def expected_taken(self, occasions: int) -> float:
        """Occasions that a new person is expected to take out of the next n.

        α/(α+β) · Σ_{j=1…n} B(γ, δ+j)/B(γ, δ): mean probability of taking × of being alive at each.
        """
        alive = np.exp(betaln(self.gamma, self.delta + np.arange(1, occasions + 1)) - betaln(self.gamma, self.delta))
        return float(self.alpha / (self.alpha + self.beta) * alive.sum())

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike) -> Floats:
        """Probability that a person with this history will be there at occasion n + 1.

        B(α+x, β+n−x)/B(α, β) · B(γ, δ+n+1)/B(γ, δ) / L(x, t_x, n).
        """
        x, t_x, n = _histories(frequency, recency, occasions)
        return np.asarray(np.exp(self._log_there(x, n, x * 0, 1) - _log_history(self._parameters, x, t_x, n)))

    def conditional_taken(self, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike, ahead: int) -> Floats:
        """Occasions that a person with this history is expected to take out of the next `ahead`.

        Σ_{j=1…ahead} B(α+x+1, β+n−x)/B(α, β) · B(γ, δ+n+j)/B(γ, δ) / L(x, t_x, n), equation 13 of the source as a
        sum, which has no gap at γ = 1.
        """
        x, t_x, n = _histories(frequency, recency, occasions)
        history = _log_history(self._parameters, x, t_x, n)
        each = [np.exp(self._log_there(x, n, x * 0 + 1, j) - history) for j in range(1, ahead + 1)]
        return np.asarray(np.sum(each, axis=0)) if each else np.zeros_like(x)

    @property
    def _parameters(self) -> Floats:
        return np.array([self.alpha, self.beta, self.gamma, self.delta])

    def _log_there(self, x: Floats, n: Floats, again: Floats, ahead: int) -> Floats:
        """This history, then alive `ahead` occasions later, and taking that one if `again` is 1."""
        takes = betaln(self.alpha + x + again, self.beta + n - x) - betaln(self.alpha, self.beta)
        stays = betaln(self.gamma, self.delta + n + ahead) - betaln(self.gamma, self.delta)
        return np.asarray(takes + stays)


def fit_bgbb(frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike, people: ArrayLike | None = None) -> BGBB:
    """Estimate who takes occasions and who leaves from a table of (x, t_x, n).

    L = B(α+x, β+n−x)/B(α, β)·B(γ, δ+n)/B(γ, δ)
        + Σ_{i=0…n−t_x−1} B(α+x, β+t_x−x+i)/B(α, β)·B(γ+1, δ+t_x+i)/B(γ, δ), equation 5 of the source; the
    log-likelihood is summed over people.

    Args:
        frequency: Occasions taken, x, shape (cells,).
        recency: Number of the last occasion taken, t_x; 0 if none was.
        occasions: Occasions observed, n.
        people: How many have this history; by default one each.

    Raises:
        LabError: `fit_bad_history`, `fit_too_few_repeaters`, `fit_dropout_unidentified` (told a = γ and b = δ) or
            `fit_rates_unidentified` (told r = α and α = β).
    """
    x, t_x, n = _histories(frequency, recency, occasions)
    count = np.ones_like(x) if people is None else np.atleast_1d(np.asarray(people, dtype=float))
    if count.shape != x.shape or not np.isfinite(count).all() or (count < 0).any():
        raise LabError("fit_bad_history", field="people")
    enough_repeaters(int(count[x > 0].sum()))
    kinds, place = np.unique(np.stack([x, t_x, n]), axis=1, return_inverse=True)
    alike = np.bincount(place.ravel(), weights=count)
    found = maximise(lambda parameters: float(alike @ _log_history(parameters, *kinds)), [1.0, 1.0, 0.5, 2.0])
    alpha, beta, gamma, delta = (float(each) for each in found.values)
    if not (found.inside and np.isfinite(found.errors).all()):
        far = np.abs(np.log(found.values))
        if far[2:].max() >= far[:2].max():
            raise LabError("fit_dropout_unidentified", a=short(gamma), b=short(delta))
        raise LabError("fit_rates_unidentified", r=short(alpha), alpha=short(beta))
    named = dict(zip(("alpha", "beta", "gamma", "delta"), found.errors.tolist(), strict=True))
    return BGBB(alpha, beta, gamma, delta, found.log_likelihood, int(count.sum()), named)


def read_donations() -> pd.DataFrame:
    """Yearly gifts of 11,104 people over six years: frequency, recency, periods and weights (people) of 22 cells."""
    return pd.read_csv(DONATIONS)


def _log_history(parameters: Floats, x: Floats, t_x: Floats, n: Floats) -> Floats:
    """Log-probability of each history; shape of x."""
    alpha, beta, gamma, delta = parameters
    base = betaln(alpha, beta) + betaln(gamma, delta)
    total = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n)
    for i in range(int((n - t_x).max(initial=0))):
        possible = i < n - t_x  # left right before occasion t_x + i + 1
        silent = np.where(possible, i, 0)
        left = betaln(alpha + x, beta + t_x - x + silent) + betaln(gamma + 1, delta + t_x + silent)
        total = np.where(possible, np.logaddexp(total, left), total)
    return np.asarray(total - base)


def _histories(frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, t_x, n = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (frequency, recency, occasions))
    if not x.shape == t_x.shape == n.shape or not x.size:
        raise LabError("fit_bad_history", field="frequency, recency, periods")
    for name, wrong in {
        "frequency": ~_whole(x) | (x > t_x),
        "recency": ~_whole(t_x) | (t_x > n) | ((x == 0) != (t_x == 0)),
        "periods": ~_whole(n),
    }.items():
        if wrong.any():
            raise LabError("fit_bad_history", field=name)
    return x, t_x, n


def _whole(values: Floats) -> NDArray[np.bool_]:
    return np.isfinite(values) & (values >= 0) & (values == np.floor(values))

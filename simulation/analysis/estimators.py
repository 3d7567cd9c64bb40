"""Estimators of an effect from outcomes of people, and how many people a test needs."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from simulation.errors import LabError
from simulation.intervals import mean_interval

Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """An effect with its interval; NaN bounds where the data cannot give one."""

    estimate: float
    low: float
    high: float


def difference(treated: ArrayLike, control: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of two means with Welch's interval.

    x̄₁ − x̄₀ ± t·√(s₁²/n₁ + s₀²/n₀), with the degrees of freedom of Welch (1947). An effect only if chance alone decided
    who was treated (an A/B test); between people who chose for themselves it is the naive comparison.

    Args:
        treated: Outcome of each treated person.
        control: Outcome of each other person.
        level: Probability that the interval covers.
    """
    one, other = np.asarray(treated, float), np.asarray(control, float)
    if not (len(one) and len(other)):
        return Estimate(math.nan, math.nan, math.nan)
    mean = float(one.mean() - other.mean())
    if min(len(one), len(other)) < 2:
        return Estimate(mean, math.nan, math.nan)
    a, b = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    if a + b == 0:
        return Estimate(mean, mean, mean)
    freedom = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(other) - 1))
    half = float(stdtrit(freedom, (1 + level) / 2) * math.sqrt(a + b))
    return Estimate(mean, mean - half, mean + half)


def before_after(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean change of the same people with its t interval; everything else that changed meanwhile is in it.

    Args:
        before: Outcome of each person before.
        after: Outcome of the same people after.
        level: Probability that the interval covers.
    """
    return Estimate(*mean_interval(np.asarray(after, float) - np.asarray(before, float), level))


def difference_in_differences(before: ArrayLike, after: ArrayLike, treated: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean change of the treated less that of the others, as Welch's difference of changes.

    Right if both groups would have changed alike without treatment (parallel trends); fixed differences between the
    groups cancel.

    Args:
        before: Outcome of each person before.
        after: Outcome of the same people after.
        treated: Whether each was treated.
        level: Probability that the interval covers.
    """
    change, who = np.asarray(after, float) - np.asarray(before, float), np.asarray(treated, bool)
    return difference(change[who], change[~who], level)


def adjusted_difference(before: ArrayLike, after: ArrayLike, treated: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of means after what was known before has been taken out (CUPED; Deng et al. 2013).

    y − θ(x − x̄) with θ = cov(x, y)/var(x): where chance decided who is treated, the estimate stays right and the
    interval narrows by √(1 − r²), r being the correlation of before and after.

    Args:
        before: Outcome of each person before.
        after: Outcome of the same people after.
        treated: Whether each was treated.
        level: Probability that the interval covers.
    """
    x, y, who = np.asarray(before, float), np.asarray(after, float), np.asarray(treated, bool)
    spread = float(((x - x.mean()) ** 2).sum()) if len(x) else 0.0
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 0 else 0.0
    rest = y - slope * (x - x.mean()) if spread > 0 else y
    return difference(rest[who], rest[~who], level)


def clustered_difference(outcome: ArrayLike, treated: ArrayLike, cluster: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of two means where whole clusters were treated: people of a cluster are not independent.

    Each arm's variance is G/(G − 1) · Σ_c e_c² / n², e_c being the sum of its people's deviations from the arm's mean
    and G the arm's clusters (Liang & Zeger 1986); t with G₁ + G₀ − 2 degrees of freedom.

    Args:
        outcome: Of each person.
        treated: Whether each was treated; the same for all of a cluster.
        cluster: Cluster of each person.
        level: Probability that the interval covers.

    Raises:
        LabError: ``out_of_range`` if a cluster has people of both arms.
    """
    y, who = np.asarray(outcome, float), np.asarray(treated, bool)
    _, c = np.unique(np.asarray(cluster), return_inverse=True)
    number = int(c.max(initial=-1)) + 1
    if (np.bincount(c[who], minlength=number).astype(bool) & np.bincount(c[~who], minlength=number).astype(bool)).any():
        raise LabError("out_of_range", field="treated", given="both", allowed="one arm per cluster")
    means, variance, freedom = [], 0.0, -2
    for arm in (who, ~who):
        if not arm.any():
            return Estimate(math.nan, math.nan, math.nan)
        means.append(float(y[arm].mean()))
        groups = len(np.unique(c[arm]))
        errors = np.bincount(c[arm], y[arm] - means[-1])
        variance += groups / (groups - 1) * float(errors @ errors) / arm.sum() ** 2 if groups > 1 else math.nan
        freedom += groups
    mean = means[0] - means[1]
    half = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(variance) if freedom > 0 else math.nan
    return Estimate(mean, mean - half, mean + half)


def cluster_arms(cluster: ArrayLike, seed: int = 1) -> NDArray[np.bool_]:
    """Toss a coin for whole clusters: of each pair of similar size one is treated.

    Args:
        cluster: (people,) cluster of each person, such as a community of :mod:`simulation.analysis.ties`.
        seed: Luck of the coin.

    Returns:
        (people,) whether each person is treated.
    """
    _, c, size = np.unique(np.asarray(cluster), return_inverse=True, return_counts=True)
    order = np.argsort(-size, kind="stable")
    coin = np.random.default_rng(seed).random((len(size) + 1) // 2) < 0.5
    treated = np.zeros(len(size), np.bool_)
    treated[order] = np.repeat(coin, 2)[: len(size)] ^ (np.arange(len(size)) % 2 == 1)
    return np.asarray(treated[c])


def person_arms(people: int, seed: int = 1) -> NDArray[np.bool_]:
    """Toss a coin so that half of the people are treated: (people,) whether each is."""
    return np.random.default_rng(seed).permutation(people) < people // 2


def power(
    baseline: float, lift: float, alpha: float = 0.05, power: float = 0.8, *, cluster_size: float = 1, icc: float = 0
) -> int:
    """People needed in each arm of a test of two shares.

    n = [z_{1−α/2} √(2 p̄(1 − p̄)) + z_{power} √(p₀(1 − p₀) + p₁(1 − p₁))]² / (p₁ − p₀)², p₁ = p₀(1 + lift), p̄ their mean
    (Fleiss, Levin & Paik 2003). Where clusters are treated, times the design effect 1 + (m − 1) ρ (Kish 1965).

    Args:
        baseline: Share without treatment p₀, 0–1.
        lift: Relative change worth finding; .05 is +5 %.
        alpha: Chance of finding something where there is nothing.
        power: Chance of finding the lift where it is there.
        cluster_size: Mean people of a cluster m; 1 where people are treated one by one.
        icc: Share of the outcome's variance that lies between clusters ρ.

    Raises:
        LabError: ``out_of_range`` if no test could show such a lift.
    """
    other = baseline * (1 + lift)
    for field, value in (("baseline", baseline), ("baseline · (1 + lift)", other), ("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            raise LabError("out_of_range", field=field, given=f"{value:g}", allowed="0–1")
    if lift == 0:
        raise LabError("out_of_range", field="lift", given="0", allowed="≠ 0")
    middle = (baseline + other) / 2
    spread = float(ndtri(1 - alpha / 2)) * math.sqrt(2 * middle * (1 - middle))
    spread += float(ndtri(power)) * math.sqrt(baseline * (1 - baseline) + other * (1 - other))
    return math.ceil((spread / (other - baseline)) ** 2 * (1 + (cluster_size - 1) * icc))

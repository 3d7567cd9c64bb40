"""What customers of an order log are still worth: two models of buying, one of spend, and what they cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.orderlog_counts import summary
from simulation.analysis.paretonbd import ParetoNBD, fit_paretonbd
from simulation.analysis.value import BGNBD, GammaGamma, fit_bgnbd, fit_gamma_gamma
from simulation.errors import LabError

Floats = NDArray[np.float64]
Model = Literal["bgnbd", "paretonbd"]
MODELS: tuple[Model, ...] = ("bgnbd", "paretonbd")

AHEAD = 52
"""Weeks that are looked ahead."""
STEP = 13
YEARLY_DISCOUNT = 0.1  # assumption: what a company could earn elsewhere with the same money
MOST_FITTED = 5_000
"""Customers that are fitted, drawn by lot if there are more: twenty refits of many more take minutes."""
RESAMPLES = 20


@dataclass(frozen=True)
class Worth:
    """What one model says of the customers that were fitted.

    Attributes:
        model: Which model of buying.
        fitted: Its parameters.
        spend: Gamma-gamma parameters.
        values: Discounted margin of the next 52 weeks by customer, money, ascending.
        mean: Their mean.
        low: Lower end of its 95 % interval (normal, from customers drawn again and refitted).
        high: Upper end.
        alive: Mean probability of still being a customer.
        repeats: Expected purchases in the next 52 weeks, mean.
    """

    model: Model
    fitted: BGNBD | ParetoNBD
    spend: GammaGamma
    values: Floats
    mean: float
    low: float
    high: float
    alive: float
    repeats: float


@dataclass(frozen=True)
class Valuation:
    """What can be said of the worth of customers.

    Attributes:
        worth: What each model says that could be fitted.
        refused: Why a model says nothing.
        customers: Customers fitted, drawn by lot if the log has more.
        of: Customers of the log.
        correlation: Rank correlation of number of repeats and their mean value; gamma-gamma takes it for 0.
    """

    worth: dict[Model, Worth]
    refused: dict[Model, LabError]
    customers: int
    of: int
    correlation: float


def value(orders: pd.DataFrame, margin: float, seed: int = 1) -> Valuation:
    """Expected margin of every customer in the year after the log, from its histories alone.

    Σ over quarters of (E[X(t)] − E[X(t−13)]) · E[spend] · margin / 1.1^(t/52). The interval of the mean is twice the
    standard deviation over twenty resamples of customers, each refitted.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        margin: Gross margin, 0–1; an assumption of the reader.
        seed: Luck of the draws.
    """
    all_of = summary(orders, orders["date"].max().date())
    luck = np.random.default_rng(seed)
    chosen = all_of
    if len(all_of) > MOST_FITTED:
        chosen = all_of.iloc[np.sort(luck.choice(len(all_of), MOST_FITTED, replace=False))]
    again = chosen[(chosen["frequency"] > 0) & (chosen["monetary"] > 0)]
    varied = len(again) > 2 and again[["frequency", "monetary"]].nunique().min() > 1
    correlation = float(again["frequency"].corr(again["monetary"], method="spearman")) if varied else float("nan")
    worth: dict[Model, Worth] = {}
    refused: dict[Model, LabError] = {}
    for model in MODELS:
        try:
            worth[model] = _worth(model, chosen, margin, luck)
        except LabError as error:
            refused[model] = error
    return Valuation(worth, refused, len(chosen), len(all_of), correlation)


def _worth(model: Model, histories: pd.DataFrame, margin: float, luck: np.random.Generator) -> Worth:
    spend = fit_gamma_gamma(histories["frequency"], histories["monetary"])
    if spend.q <= 1:  # the mean spend of a new customer would be infinite
        raise LabError("fit_spend_unidentified", p=float(f"{spend.p:.3g}"), q=float(f"{spend.q:.3g}"))
    columns = (histories["frequency"], histories["recency"], histories["T"])
    fit = fit_bgnbd if model == "bgnbd" else fit_paretonbd
    fitted = fit(*columns)
    values = _values(fitted, spend, histories, margin)
    means = []
    for _ in range(RESAMPLES):
        drawn = luck.integers(0, len(histories), len(histories))
        sample = histories.iloc[drawn]
        try:
            redone = fit(sample["frequency"], sample["recency"], sample["T"])
            resold = fit_gamma_gamma(sample["frequency"], sample["monetary"])
        except LabError:
            continue
        if resold.q > 1:
            means.append(_values(redone, resold, sample, margin).mean())
    reach = 1.96 * float(np.std(means, ddof=1)) if len(means) > 1 else float("nan")
    mean = float(values.mean())
    alive = float(np.mean(fitted.probability_alive(*columns)))
    repeats = float(np.mean(fitted.conditional_repeats(*columns, AHEAD)))
    return Worth(model, fitted, spend, np.sort(values), mean, max(mean - reach, 0.0), mean + reach, alive, repeats)


def _values(fitted: BGNBD | ParetoNBD, spend: GammaGamma, histories: pd.DataFrame, margin: float) -> Floats:
    columns = (histories["frequency"], histories["recency"], histories["T"])
    ends = np.arange(STEP, AHEAD + 1, STEP)
    until = np.stack([fitted.conditional_repeats(*columns, float(end)) for end in ends])
    within = np.diff(until, axis=0, prepend=0.0)
    discounted = (1 + YEARLY_DISCOUNT) ** (-ends / 52) @ within
    known = histories["frequency"].where(histories["monetary"] > 0, 0.0)
    return np.asarray(discounted * spend.expected_spend(known, histories["monetary"]) * margin)

"""Payments that fall due at fixed intervals: a contract is recognised, its renewals are counted, and sBG is fitted.

Where customers pay every month, whoever misses a payment has visibly left. Models of free buying (BG/NBD, Pareto/NBD)
take that silence for chance, and sBG is right; where payments come at any time it is the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.clv import AHEAD, RESAMPLES, YEARLY_DISCOUNT
from simulation.analysis.orderlog_counts import purchase_days
from simulation.analysis.retention import SBG, fit_sbg_renewals, kaplan_meier
from simulation.errors import LabError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Term = Literal["week", "month", "quarter", "year"]

TERMS: dict[Term, tuple[float, float]] = {
    "week": (7.0, 1.5), "month": (365.25 / 12, 4.5), "quarter": (365.25 / 4, 10.5), "year": (365.25, 16.0),
}  # fmt: skip
"""Term → its days, and how many days early or late a payment still counts as due (assumption: bank days, short months).
"""
REGULAR = 0.8
"""Share of intervals that must be one term long (assumption)."""
FEWEST = 30
"""Customers, and renewals that fell due, below which nothing is fitted (assumption)."""
GRACE = 1.5
"""Terms without a payment after which a contract has ended (assumption); who returns later has a new one."""


@dataclass(frozen=True)
class Contracts:
    """Renewals of contracts and what they are worth.

    Attributes:
        term: Length of a term.
        regular: Share of the intervals between payments that are one term long.
        customers: Customers of the log.
        ended: Those whose contract has ended; of the others it is not known when it will.
        fitted: sBG over all customers, right-censored at the end of the log.
        curve: t (renewals), survival, low, high (Kaplan–Meier, 95 %), expected (sBG).
        values: Discounted margin of the next 52 weeks by customer, money, ascending; 0 where the contract has ended.
        mean: Their mean.
        low: Lower end of its 95 % interval (normal, from customers drawn again and refitted); NaN if it has none.
        high: Upper end.
        payments: Payments expected in the next 52 weeks, mean over customers.
    """

    term: Term
    regular: float
    customers: int
    ended: int
    fitted: SBG
    curve: pd.DataFrame
    values: Floats
    mean: float
    low: float
    high: float
    payments: float


def contracts(orders: pd.DataFrame, margin: float, seed: int = 1) -> Contracts:
    """Recognise a contract in the intervals between payments and value its customers.

    A customer with n payments who is still paying makes j more with probability S(n−1+j)/S(n−1); the worth of the next
    52 weeks is Σ_j of it · mean payment · margin / 1.1^(j·term/year) (Fader & Hardie 2010, Marketing Science 29(1)
    85–93). The first contract of each customer is looked at.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        margin: Gross margin, 0–1; an assumption of the reader.
        seed: Luck of the draws.

    Raises:
        LabError: ``contract_irregular`` where payments come at no fixed interval, ``contract_few`` with too few
            customers or renewals, or ``fit_loyalty_unidentified`` where customers show no differences in loyalty.
    """
    days = purchase_days(orders)
    term, regular = _term(days)
    paid, ended, money = _first_contracts(days, TERMS[term][0], orders["date"].max())
    at_risk, events = _renewals(paid, ended)
    if len(paid) < FEWEST or at_risk.sum() < FEWEST:
        raise LabError("contract_few", customers=len(paid), renewals=int(at_risk.sum()), needed=FEWEST)
    fitted = fit_sbg_renewals(at_risk, events)
    values, ahead = _values(fitted, paid, ended, money, term)
    luck, means = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        drawn = luck.integers(0, len(paid), len(paid))
        try:
            redone = fit_sbg_renewals(*_renewals(paid[drawn], ended[drawn]))
        except LabError:
            continue
        means.append(_values(redone, paid[drawn], ended[drawn], money[drawn], term)[0].mean() * margin)
    reach = 1.96 * float(np.std(means, ddof=1)) if len(means) > 1 else float("nan")
    mean = float(values.mean() * margin)
    curve = kaplan_meier(at_risk, events).dropna()
    return Contracts(
        term=term, regular=regular, customers=len(paid), ended=int(ended.sum()), fitted=fitted,
        curve=curve.assign(expected=fitted.survival(curve["t"])), values=np.sort(values * margin), mean=mean,
        low=float(np.maximum(mean - reach, 0.0)), high=mean + reach, payments=float(ahead.mean()),
    )  # fmt: skip


def _term(days: pd.DataFrame) -> tuple[Term, float]:
    """The term that most intervals between payments are long, and how many of them are."""
    gaps = days.groupby("customer", observed=True)["date"].diff().dropna().dt.days.to_numpy()
    if not len(gaps):
        raise LabError("contract_irregular", share="0", needed=round(100 * REGULAR))
    shares: dict[Term, float] = {
        name: float((np.abs(gaps - length) <= slack).mean()) for name, (length, slack) in TERMS.items()
    }
    term = max(shares, key=lambda name: shares[name])
    if shares[term] < REGULAR:
        raise LabError("contract_irregular", share=f"{100 * shares[term]:.0f}", needed=round(100 * REGULAR))
    return term, shares[term]


def _first_contracts(days: pd.DataFrame, length: float, end: pd.Timestamp) -> tuple[Whole, NDArray[np.bool_], Floats]:
    """Payments of each customer's first contract, whether it has ended, and the mean payment."""
    people = days.groupby("customer", observed=True)
    broken = (people["date"].diff().dt.days > GRACE * length).groupby(days["customer"], observed=True).cumsum() > 0
    first = days[~broken].groupby("customer", observed=True)
    last = first["date"].max()
    ended = ((end - last).dt.days > GRACE * length) | broken.groupby(days["customer"], observed=True).any()
    return first.size().to_numpy(np.int64), ended.to_numpy(bool), first["amount"].mean().to_numpy(float)


def _renewals(paid: Whole, ended: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Contracts that came up for their 1st, 2nd … renewal within the log, and those that were not renewed."""
    most = int(paid.max())
    events = np.bincount(paid[ended] - 1, minlength=most)
    renewed = np.bincount(paid - 1, minlength=most)[::-1].cumsum()[::-1]
    at_risk = np.append(renewed[1:], 0) + events
    seen = int((at_risk > 0).sum())
    return at_risk[:seen].astype(float), events[:seen].astype(float)


def _values(fitted: SBG, paid: Whole, ended: NDArray[np.bool_], money: Floats, term: Term) -> tuple[Floats, Floats]:
    """Discounted payments of the next 52 weeks by customer, and how many are expected."""
    length = TERMS[term][0]
    ahead = np.arange(1, int(AHEAD * 7 / length + 0.5) + 1)
    so_far, of = np.unique(paid, return_inverse=True)  # what lies ahead depends on nothing but the payments so far
    chance = fitted.survival(so_far[:, None] - 1 + ahead) / fitted.survival(so_far - 1)[:, None]
    discount = (1 + YEARLY_DISCOUNT) ** (-ahead * length / 365.25)
    active = ~ended
    return np.asarray((chance @ discount)[of] * active * money), np.asarray(chance.sum(axis=1)[of] * active)

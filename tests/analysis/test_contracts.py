"""Contracts in an order log: recognised, right-censored, recovered by sBG, refused where payments are no contract."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import contracts, orderlog
from simulation.analysis.retention import fit_sbg, fit_sbg_renewals
from simulation.errors import LabError

ALPHA, BETA = 0.7, 2.0


def payments(people: int, seed: int = 1, alpha: float = ALPHA, beta: float = BETA) -> pd.DataFrame:
    """Monthly payments of people who join over two years and leave with a probability of their own."""
    luck = np.random.default_rng(seed)
    rows, end = [], pd.Timestamp("2026-03-10")
    for person in range(people):
        leaves = int(luck.geometric(luck.beta(alpha, beta)))
        start = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(luck.integers(0, 600)))
        due = [start + pd.DateOffset(months=month) for month in range(min(leaves, 40))]
        rows += [(f"p{person}", day, 30.0) for day in due if day <= end]
    table = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return table.assign(customer=table["customer"].astype("category"), date=table["date"].astype("datetime64[us]"))


def test_a_contract_is_recognised_and_its_parameters_come_back() -> None:
    found = contracts.contracts(payments(1500), 0.5)
    assert found.term == "month" and found.regular > 0.99 and found.customers == 1500
    errors = found.fitted.standard_errors
    assert errors is not None
    assert abs(found.fitted.alpha - ALPHA) < 3 * errors["alpha"]
    assert abs(found.fitted.beta - BETA) < 3 * errors["beta"]
    curve = found.curve.set_index("t")
    assert ((curve["low"] <= curve["expected"]) & (curve["expected"] <= curve["high"])).loc[1:6].all()
    assert found.low < found.mean < found.high
    active = 1500 - found.ended
    assert (found.values > 0).sum() == active and found.values.max() < 12 * 30 * 0.5
    assert found.mean == pytest.approx(2 * contracts.contracts(payments(1500), 0.25).mean)


def test_who_is_still_paying_is_not_lost() -> None:
    """Cut early, the log holds less, not other, information about loyalty; the naive share of payers falls."""
    log = payments(1500)
    early = log[log["date"] < "2025-03-01"]
    late, cut = contracts.contracts(log, 1.0), contracts.contracts(early, 1.0)
    assert cut.ended / cut.customers < late.ended / late.customers
    assert cut.fitted.survival(6) == pytest.approx(float(late.fitted.survival(6)), abs=0.06)


def test_one_cohort_agrees_with_the_published_likelihood() -> None:
    curve = np.array([1000, 869, 743, 653, 593, 551, 517, 491])
    one = fit_sbg(curve, customers=1000)
    other = fit_sbg_renewals(curve[:-1], curve[:-1] - curve[1:])
    assert (other.alpha, other.beta) == (pytest.approx(one.alpha, rel=1e-3), pytest.approx(one.beta, rel=1e-3))
    assert one.standard_errors is not None and other.standard_errors is not None
    assert other.standard_errors["alpha"] == pytest.approx(one.standard_errors["alpha"], rel=0.02)


def refusal(orders: pd.DataFrame) -> LabError:
    with pytest.raises(LabError) as told:
        contracts.contracts(orders, 1.0)
    return told.value


def test_free_buying_and_too_little_are_refused_with_the_reason() -> None:
    assert refusal(orderlog.read_cdnow().orders).key == "contract_irregular"
    few = payments(12)
    assert refusal(few).key == "contract_few"
    assert refusal(few.drop_duplicates("customer")).key == "contract_irregular"
    loyal = payments(60, alpha=1.0, beta=1e5)
    assert refusal(loyal).key == "fit_loyalty_unidentified"


def test_who_returns_after_a_break_ended_the_first_contract() -> None:
    days = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-07-01", "2025-08-01"]
    table = pd.DataFrame({"customer": "a", "date": pd.to_datetime(days), "amount": 1.0})
    extra = payments(200)
    both = pd.concat([extra.astype({"customer": str}), table.astype({"customer": str})], ignore_index=True)
    both["customer"] = both["customer"].astype("category")
    found, without = contracts.contracts(both, 1.0), contracts.contracts(extra, 1.0)
    assert found.ended == without.ended + 1

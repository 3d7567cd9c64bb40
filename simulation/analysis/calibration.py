"""From an order log to a scenario: fitted heterogeneity becomes the people of the model."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import orderlog_counts
from simulation.analysis.orderlog_report import OrderLog
from simulation.analysis.value import fit_bgnbd, fit_gamma_gamma
from simulation.scenario import Scenario

SHOP_WITHOUT_COMMUNITY: dict[str, Any] = {
    "referral": {"rate": 0},
    "joining": {"media": 0, "mouth": 0, "win_back": 0},
    "buying": {"satisfaction": 0, "trust": 0, "relevance": 0, "contact": 0, "fatigue": 0},
    "leaving": {"satisfaction": 0, "trust": 0, "fatigue": 0, "contagion": 1, "referred": 0},
}
"""Coefficients of a shop whose customers do not know each other and whose marketing is already in the fitted rates."""


def customers_scenario(log: OrderLog, *, name: str, calibration_weeks: int, horizon: int, digits: int = 4) -> Scenario:
    """Fit a log's first weeks and make its customers the population of a scenario.

    Purchases: λ ~ Gamma(r, α), lost after a repeat purchase with probability Beta(a, b) (BG/NBD); order values
    gamma-gamma. Customers arrive in the weeks of their first purchase. Only days up to the end of calibration are read.

    Args:
        log: Imported orders.
        name: Name of the scenario.
        calibration_weeks: Weeks from the first day of the log that the fit may see.
        horizon: Weeks to simulate.
        digits: Significant digits that are kept of each fitted parameter.

    Raises:
        LabError: Where the log is too short or does not identify the parameters.
    """
    orders = log.orders
    start = orders["date"].min()
    seen = orders[orders["date"] < start + timedelta(weeks=calibration_weeks)]
    histories = orderlog_counts.summary(seen, seen["date"].max().date())
    buying = fit_bgnbd(histories["frequency"], histories["recency"], histories["T"])
    spend = fit_gamma_gamma(histories["frequency"], histories["monetary"])

    def kept(value: float) -> float:
        return float(f"{value:.{digits}g}")

    population = {
        "type": "customers",
        "size": len(histories),
        "founders": 1,
        "dropout": "after_purchase",
        "churn_alpha": kept(buying.a),
        "churn_beta": kept(buying.b),
        "purchase_shape": kept(buying.r),
        "purchase_weeks": kept(buying.alpha / buying.r),
        "spend_p": kept(spend.p),
        "spend_q": kept(spend.q),
        "spend_gamma": kept(spend.v),
        "posting_median": 0,
        "arrivals": [0.0, *arrivals(seen)],
    }
    return Scenario.parse(
        {
            "name": name,
            "population": population,
            "behaviour": SHOP_WITHOUT_COMMUNITY,
            "economy": {"platform_cost": 0},
            "plan": {"name": "as_it_was", "title": {"zh": "维持原状", "en": "As it was"}},
            "horizon": horizon,
        }
    )


def arrivals(orders: pd.DataFrame) -> list[float]:
    """Share of the customers whose first purchase falls in week 1, 2, … of the log."""
    first = orders.groupby("customer", observed=True)["date"].min()
    week = (first - orders["date"].min()).dt.days // 7
    counts = np.bincount(week)
    return [round(float(count) / len(first), 5) for count in counts]

"""A shop's own customers as a scenario, with the weeks that were locked away to test it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis import tracking
from simulation.analysis.calibration import customers_scenario
from simulation.analysis.orderlog_report import OrderLog
from simulation.analysis.tracking import Naive
from simulation.scenario import Scenario, Text

TWIN = "twin"
TITLE = Text(zh="我的顾客（孪生）", en="My customers (twin)")


@dataclass(frozen=True)
class OrderTwin:
    """A fitted scenario and what it has to stand up to.

    Attributes:
        scenario: The fitted customers, over all weeks of the log.
        real: Cumulative repeat purchases of these customers at the end of weeks 0 …
        forecasts: Forecasts without simulated people, on the same weeks.
        calibration: Weeks that the fit has seen.
        customers: Customers of the twin.
        later: Customers who came in the hold-out weeks and are in neither.
        of: Customers who came in the calibration weeks; more than `customers` if these were drawn by lot.
    """

    scenario: Scenario
    real: NDArray[np.int64]
    forecasts: dict[Naive, NDArray[np.float64]]
    calibration: int
    customers: int
    later: int
    of: int

    @property
    def weeks(self) -> int:
        """Weeks in all."""
        return len(self.real) - 1


def fit_twin(log: OrderLog, calibration: int, economy: dict[str, Any]) -> OrderTwin:
    """Fit the customers of the calibration weeks; nothing of the hold-out weeks is looked at but to compare.

    Args:
        log: Imported orders.
        calibration: Weeks from the first day that the fit may see.
        economy: Fields of the economy that the reader assumes: ``margin``, ``currency``.

    Raises:
        LabError: ``holdout_too_short``, or where the log does not identify the parameters.
    """
    weeks = tracking.whole_weeks(log.orders)
    orders = tracking.seen_customers(log.orders, calibration)
    first = log.orders.groupby("customer", observed=True)["date"].min()
    of = int(((first - first.min()).dt.days < 7 * calibration).sum())
    fitted = customers_scenario(OrderLog(orders, log.report), name=TWIN, calibration_weeks=calibration, horizon=weeks)
    note = Text(
        zh=f"用订单的第 1–{calibration} 周拟合；社群机制的系数都是 0，因为订单里看不出来。毛利率是假设。",
        en=f"Fitted to weeks 1–{calibration} of an order log; all coefficients of the community are 0, because orders "
        "do not show them. The margin is an assumption.",
    )
    told = {"title": TITLE, "note": note, "economy": fitted.economy.model_copy(update=economy)}
    return OrderTwin(
        scenario=fitted.model_copy(update=told),
        real=tracking.real_repeats(orders, weeks),
        forecasts=tracking.naive(orders, calibration, weeks),
        calibration=calibration,
        customers=orders["customer"].nunique(),
        later=len(first) - of,
        of=of,
    )

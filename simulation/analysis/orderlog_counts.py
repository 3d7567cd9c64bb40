"""What models of buying read in an order log: recency and frequency, repeat purchases by week, days of purchase."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.errors import LabError


def summary(orders: pd.DataFrame, calibration_end: date) -> pd.DataFrame:
    """Each customer's history up to a day, in the literature's terms and in weeks (days / 7).

    Purchases of one day are one transaction. Customers whose first purchase is later are left out.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        calibration_end: Last day that may be seen.

    Returns:
        One row per customer: `frequency` (days with a purchase after the first), `recency` (weeks from first
        to last purchase), `T` (weeks from first purchase to the end) and `monetary` (mean value of a repeat
        day, days of zero value included; 0 without a repeat). n − T is the time of the first purchase, n
        being the number of weeks to the end.

    Raises:
        LabError: `log_nothing_before` if no order falls on or before that day.
    """
    end = pd.Timestamp(calibration_end)
    days = purchase_days(orders[orders["date"] <= end])
    if days.empty:
        raise LabError("log_nothing_before", date=calibration_end.isoformat())
    people = days.groupby("customer", observed=True)
    first, last = people["date"].min(), people["date"].max()
    repeats = days[days["repeat"]].groupby("customer", observed=True)["amount"].mean()
    return pd.DataFrame(
        {
            "frequency": (people.size() - 1).astype(float),
            "recency": (last - first).dt.days / 7,
            "T": (end - first).dt.days / 7,
            "monetary": repeats.reindex(first.index).fillna(0.0),
        }
    )


def cumulative_repeats(orders: pd.DataFrame, weeks: int = 78) -> NDArray[np.int64]:
    """Repeat purchases of all customers up to the end of each week since the first day of the log.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        weeks: Number of weeks.

    Returns:
        `weeks` totals; element w − 1 counts the days with a repeat purchase in the first 7·w days.
    """
    days = purchase_days(orders)
    week = (days.loc[days["repeat"], "date"] - days["date"].min()).dt.days.to_numpy() // 7
    return np.cumsum(np.bincount(week[week < weeks], minlength=weeks)).astype(np.int64)


def purchase_days(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day, in time order, with the value of the day and whether it is a repeat."""
    days = orders.groupby(["customer", "date"], observed=True)["amount"].sum().reset_index()
    days["repeat"] = days.groupby("customer", observed=True).cumcount() > 0
    return days

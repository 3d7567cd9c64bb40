"""Held against weeks that no parameter has seen: simulated worlds, and plain forecasts, beside the real log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import orderlog_counts
from simulation.analysis.value import fit_bgnbd
from simulation.errors import LabError
from simulation.results import Results

Floats = NDArray[np.float64]
Naive = Literal["last_value", "seasonal", "bgnbd"]
YEAR = 52
FEWEST_WEEKS = 8
"""Calibration and hold-out each need so many weeks."""
MOST_CUSTOMERS = 20_000
"""Customers a twin is made of; of more, so many are drawn by lot."""


@dataclass(frozen=True)
class Holdout:
    """Simulated against real cumulative repeat purchases.

    Attributes:
        curve: week 0 … end, real, mean over worlds, low and high (95 % of worlds).
        error: Relative error of the mean at the end, all repeat purchases since the start.
        error_mean: Mean absolute relative error over the hold-out weeks.
        error_new: Relative error of the repeat purchases that fall into the hold-out weeks; NaN if there are none.
        covered: Share of the hold-out weeks in which the real number lies within the interval.
        worlds: Number of worlds.
    """

    curve: pd.DataFrame
    error: float
    error_mean: float
    error_new: float
    covered: float
    worlds: int


def held_against(results: Results, real: NDArray[np.int64], calibration: int, plan: str | None = None) -> Holdout:
    """Compare simulated worlds with what customers really did.

    Args:
        results: At least two worlds over all weeks.
        real: Cumulative repeat purchases at the end of weeks 0, 1, … of the log.
        calibration: Weeks that the parameters were fitted on.
        plan: Plan to look at; the first one where none is named.

    Raises:
        LabError: ``horizon_too_short`` where the worlds end before the log.
    """
    end = len(real) - 1
    weekly = results.weekly
    weekly = weekly[weekly["plan"] == (plan or weekly["plan"].iloc[0])]
    if int(weekly["week"].max()) < end:
        raise LabError("horizon_too_short", given=int(weekly["week"].max()), needed=end)
    orders = weekly.pivot(index="week", columns="seed", values="repeat_orders").loc[:end].to_numpy()
    simulated = np.cumsum(orders, axis=0)
    mean = simulated.mean(axis=1)
    low, high = np.percentile(simulated, [2.5, 97.5], axis=1)
    unseen = slice(calibration + 1, end + 1)
    error, error_mean, error_new = errors(mean, real, calibration)
    return Holdout(
        curve=pd.DataFrame({"week": np.arange(end + 1), "real": real, "mean": mean, "low": low, "high": high}),
        error=error,
        error_mean=error_mean,
        error_new=error_new,
        covered=float(((low[unseen] <= real[unseen]) & (real[unseen] <= high[unseen])).mean()),
        worlds=simulated.shape[1],
    )


def errors(forecast: Floats, real: NDArray[np.int64], calibration: int) -> tuple[float, float, float]:
    """Relative error at the end, mean absolute relative error and relative error of new purchases in the hold-out.

    Args:
        forecast: Cumulative repeat purchases at the end of weeks 0, 1, …
        real: The same of the log.
        calibration: Weeks that the forecast has seen.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        off = forecast[calibration + 1 :] / real[calibration + 1 :] - 1
        grown = np.float64(forecast[-1] - forecast[calibration]) / np.float64(real[-1] - real[calibration]) - 1
    finite = off[np.isfinite(off)]
    mean = float(np.abs(finite).mean()) if len(finite) else float("nan")
    return float(off[-1]), mean, float(grown) if np.isfinite(grown) else float("nan")


def whole_weeks(orders: pd.DataFrame) -> int:
    """Whole weeks of a log since its first day; a broken last week is no week with few orders and is left out."""
    return int((orders["date"].max() - orders["date"].min()).days + 1) // 7


def seen_customers(orders: pd.DataFrame, calibration: int, seed: int = 1) -> pd.DataFrame:
    """Orders of the customers a twin is made of: who bought first within the calibration weeks.

    Args:
        orders: Orders as `OrderLog.orders` holds them.
        calibration: Weeks from the first day of the log that the fit may see.
        seed: Luck of the draw where there are more than 20,000.

    Raises:
        LabError: ``holdout_too_short`` unless both parts have at least eight weeks.
    """
    weeks = whole_weeks(orders)
    if calibration < FEWEST_WEEKS or weeks - calibration < FEWEST_WEEKS:
        raise LabError("holdout_too_short", weeks=weeks, calibration=calibration, needed=FEWEST_WEEKS)
    end = orders["date"].min() + timedelta(weeks=calibration)
    known = np.sort(orders.loc[orders["date"] < end, "customer"].cat.codes.unique())
    if len(known) > MOST_CUSTOMERS:
        known = np.random.default_rng(seed).choice(known, MOST_CUSTOMERS, replace=False)
    kept = orders[orders["customer"].cat.codes.isin(known)]
    return kept.assign(customer=kept["customer"].cat.remove_unused_categories())


def real_repeats(orders: pd.DataFrame, weeks: int) -> NDArray[np.int64]:
    """Cumulative repeat purchases at the end of weeks 0 … `weeks`."""
    return np.concatenate([[0], orderlog_counts.cumulative_repeats(orders, weeks)])


def naive(orders: pd.DataFrame, calibration: int, weeks: int) -> dict[Naive, Floats]:
    """Forecasts that a twin has to be better than, from the calibration weeks alone.

    ``last_value``: every week as the last one seen. ``seasonal``: every week as the same week a year before, only where
    a year has been seen. ``bgnbd``: the expectation of the fitted model of buying, without simulated people.

    Args:
        orders: Orders of the customers of the twin.
        calibration: Weeks that may be seen.
        weeks: Weeks in all.

    Returns:
        Cumulative repeat purchases at the end of weeks 0 … `weeks` by forecast; what has been seen is as it was
        (``bgnbd``: as it expects).
    """
    real = real_repeats(orders, weeks)[: calibration + 1]
    new = np.diff(real).astype(float)
    ahead = weeks - calibration
    found: dict[Naive, Floats] = {"last_value": np.r_[real, real[-1] + new[-1] * np.arange(1, ahead + 1)]}
    if calibration >= YEAR:
        weekly = list(new)
        for week in range(calibration, weeks):
            weekly.append(weekly[week - YEAR])
        found["seasonal"] = np.r_[0.0, np.cumsum(weekly)]
    start = orders["date"].min()
    seen = orders[orders["date"] < start + timedelta(weeks=calibration)]
    histories = orderlog_counts.summary(seen, seen["date"].max().date())
    model = fit_bgnbd(histories["frequency"], histories["recency"], histories["T"])
    first = seen.groupby("customer", observed=True)["date"].min()
    births = (first - start).dt.days.to_numpy() / 7
    found["bgnbd"] = model.cumulative_repeats(births, np.arange(weeks + 1.0))
    return found

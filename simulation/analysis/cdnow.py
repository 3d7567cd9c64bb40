"""The CDNOW case: a real order log, fitted on weeks 1–39, tested on weeks 40–78 that the fit has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import orderlog
from simulation.analysis.calibration import customers_scenario
from simulation.errors import LabError
from simulation.results import Results
from simulation.scenario import Scenario

CALIBRATION_WEEKS = 39
WEEKS = 78


@dataclass(frozen=True)
class Holdout:
    """Simulated against real cumulative repeat purchases.

    Attributes:
        curve: week 0 … 78, real, mean over worlds, low and high (95 % of worlds).
        error: Relative error of the mean at week 78, all repeat purchases since the start.
        error_mean: Mean absolute relative error over weeks 40–78.
        error_new: Relative error of the repeat purchases that fall into weeks 40–78.
        covered: Share of weeks 40–78 in which the real number lies within the interval.
        worlds: Number of worlds.
    """

    curve: pd.DataFrame
    error: float
    error_mean: float
    error_new: float
    covered: float
    worlds: int


@cache
def real_repeats() -> NDArray[np.int64]:
    """Real cumulative repeat purchases at the end of weeks 0 … 78."""
    counted = orderlog.cumulative_repeats(orderlog.read_cdnow().orders, WEEKS)
    return np.concatenate([[0], counted])


def fitted() -> Scenario:
    """The scenario that the log gives today; the library's ``cdnow`` must equal it."""
    return customers_scenario(orderlog.read_cdnow(), name="cdnow", calibration_weeks=CALIBRATION_WEEKS, horizon=WEEKS)


def holdout(results: Results, plan: str | None = None) -> Holdout:
    """Compare simulated worlds of the ``cdnow`` case with what its customers really did.

    Args:
        results: At least two worlds over 78 weeks.
        plan: Plan to look at; the first one where none is named.

    Raises:
        LabError: ``horizon_too_short`` where the worlds end before week 78.
    """
    weekly = results.weekly
    weekly = weekly[weekly["plan"] == (plan or weekly["plan"].iloc[0])]
    if int(weekly["week"].max()) < WEEKS:
        raise LabError("horizon_too_short", given=int(weekly["week"].max()), needed=WEEKS)
    orders = weekly.pivot(index="week", columns="seed", values="repeat_orders").loc[:WEEKS].to_numpy()
    simulated = np.cumsum(orders, axis=0)
    real = real_repeats()
    mean = simulated.mean(axis=1)
    low, high = np.percentile(simulated, [2.5, 97.5], axis=1)
    unseen = slice(CALIBRATION_WEEKS + 1, WEEKS + 1)
    return Holdout(
        curve=pd.DataFrame({"week": np.arange(WEEKS + 1), "real": real, "mean": mean, "low": low, "high": high}),
        error=float(mean[WEEKS] / real[WEEKS] - 1),
        error_mean=float(np.abs(mean[unseen] / real[unseen] - 1).mean()),
        error_new=float((mean[WEEKS] - mean[CALIBRATION_WEEKS]) / (real[WEEKS] - real[CALIBRATION_WEEKS]) - 1),
        covered=float(((low[unseen] <= real[unseen]) & (real[unseen] <= high[unseen])).mean()),
        worlds=simulated.shape[1],
    )

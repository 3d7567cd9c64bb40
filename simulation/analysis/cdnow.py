"""The CDNOW case: a real order log, fitted on weeks 1–39, tested on weeks 40–78 that the fit has not seen."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulation.analysis import orderlog, tracking
from simulation.analysis.calibration import customers_scenario
from simulation.analysis.tracking import Holdout
from simulation.results import Results
from simulation.scenario import Scenario

CALIBRATION_WEEKS = 39
WEEKS = 78


@cache
def real_repeats() -> NDArray[np.int64]:
    """Real cumulative repeat purchases at the end of weeks 0 … 78."""
    return tracking.real_repeats(orderlog.read_cdnow().orders, WEEKS)


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
    return tracking.held_against(results, real_repeats(), CALIBRATION_WEEKS, plan)

"""Cohorts of an event log: of the people who came in the same quarter, how many are still there (K1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.eventlog import EventLog

QUARTER = 13
MONTH = 4


def cohort_shares(log: EventLog, width: int = QUARTER, step: int = MONTH) -> pd.DataFrame:
    """Share of each cohort that has not left for the first time, by weeks since joining.

    A cell is given only where everybody of the cohort has been watched that long, so that late joiners do not count as
    loyal merely because the log ends.

    Args:
        log: Event log.
        width: Weeks of joining that make one cohort; who was there before the log began is a cohort of its own.
        step: Weeks between the columns.

    Returns:
        Columns cohort (first week of joining, 0 for the founders), people, since (weeks since joining), share.
    """
    first = log["members"].query("spell == 1")
    joined = first["joined"].to_numpy(np.int64)
    stayed = first["left"].fillna(log.weeks + 1).to_numpy(np.int64) - joined
    cohort = np.where(joined == 0, 0, (joined - 1) // width * width + 1)
    rows = []
    for start in np.unique(cohort):
        inside = cohort == start
        watched = log.weeks - joined[inside].max()
        for since in range(0, int(watched) + 1, step):
            share = float((stayed[inside] > since).mean()) if since else 1.0
            rows.append((int(start), int(inside.sum()), since, share))
    return pd.DataFrame(rows, columns=["cohort", "people", "since", "share"])

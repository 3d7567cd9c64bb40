"""Cohorts of an event log: of the people who came in the same quarter, how many are still there (K1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulation.eventlog import EventLog
from simulation.intervals import mean_interval

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


def cohort_bands(
    logs: Sequence[EventLog], width: int = QUARTER, step: int = MONTH, level: float = 0.95
) -> pd.DataFrame:
    """The same over several worlds: mean share of every cell with its interval over worlds.

    Args:
        logs: Event logs of worlds under one plan, equally long.
        width: Weeks of joining that make one cohort.
        step: Weeks between the columns.
        level: Probability that the interval of a cell covers.

    Returns:
        Columns cohort, people (mean over worlds, rounded), since, share, low, high; cells that at least one world has.
    """
    tables = [cohort_shares(log, width, step).assign(world=world) for world, log in enumerate(logs)]
    together = pd.concat(tables, ignore_index=True)
    wide = together.pivot(index=["cohort", "since"], columns="world", values="share")
    mean, low, high = mean_interval(wide.to_numpy(float), level)
    frame = wide.index.to_frame(index=False).assign(share=mean, low=low.clip(0, 1), high=high.clip(0, 1))
    people = together.drop_duplicates(["cohort", "world"]).groupby("cohort")["people"].mean().round().astype(int)
    return frame.assign(people=frame["cohort"].map(people))[["cohort", "people", "since", "share", "low", "high"]]


def known_by(frame: pd.DataFrame, week: int, width: int = QUARTER) -> pd.DataFrame:
    """Cells of a cohort table that were known at the end of a week: all of the cohort watched that long.

    Args:
        frame: ``cohort`` (first week of joining, 0 for the founders), ``since`` and whatever else.
        week: Last week that is known.
        width: Weeks of joining that make one cohort.
    """
    last = frame["cohort"].where(frame["cohort"] == 0, frame["cohort"] + width - 1)
    return frame[last + frame["since"] <= week].reset_index(drop=True)

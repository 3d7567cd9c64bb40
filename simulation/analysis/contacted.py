"""Buying around a contact: four weeks before and after, beside customers whom nobody wrote to.

No effect: nobody drew lots for who was written to.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import estimators
from simulation.analysis.orderlog_counts import purchase_days

WINDOW = 28
"""Days before and after a contact in which days of purchase are counted."""
WEEK = 7
MONTH = 30
FEWEST = 10
"""Customers below which a group is not compared (assumption)."""
_DAYS = 1_000_000  # more than any day since 1970, so that customer and day make one number


def around_contacts(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Days of purchase per customer in four weeks before and after the first contact of each campaign.

    Beside them stand customers whom no campaign reached within these weeks, counted around the campaign's middle day.
    The difference in differences removes what differs between the groups for good; that those who were written to had
    just been quiet, or had just bought, it does not remove. Contacts whose four weeks reach beyond the log are left
    out.

    Args:
        rows: Contacts as :class:`simulation.analysis.besides.Beside` holds them.
        orders: Orders as `OrderLog.orders` holds them.

    Returns:
        Columns campaign (missing: no name), day (the middle one), reached, customers (those who had bought
        before and are watched for four weeks), unwatched, others, before, after, others_before, others_after (days of
        purchase a customer), change, low, high (difference in differences, 95 %; NaN with fewer than ten customers on a
        side); by number of people reached, descending.
    """
    days = purchase_days(orders)
    who, when = days["customer"].astype(str).to_numpy(), days["date"].to_numpy().astype("datetime64[D]")
    names, code = np.unique(who, return_inverse=True)
    order = np.lexsort((when, code))
    line = code[order] * _DAYS + when[order].astype(np.int64)  # customer and day as one ascending number
    first = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(first, code, when.astype(np.int64))
    start, end = int(when.astype(np.int64).min()), int(when.astype(np.int64).max())
    told = rows.assign(
        name=rows["campaign"].astype(object) if "campaign" in rows else None, key=rows["customer"].astype(str)
    )
    told["day"] = told["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    place = pd.Index(names).get_indexer(pd.Index(told["key"]))

    def counted(of: NDArray[np.int64], since: NDArray[np.int64]) -> NDArray[np.int64]:
        lows = np.searchsorted(line, of * _DAYS + since)
        return np.searchsorted(line, of * _DAYS + since + WINDOW) - lows

    found = []
    for name, group in told.groupby("name", dropna=False, sort=False):
        one = group.sort_values("day").drop_duplicates("key")
        middle = int(one["day"].median())
        at, day = place[told.index.get_indexer(one.index)], one["day"].to_numpy()
        bought = (at >= 0) & (first[at] < day - WINDOW) & (day - WINDOW >= start)
        seen = bought & (day + WINDOW - 1 <= end)
        near = np.unique(place[(place >= 0) & (np.abs(told["day"].to_numpy() - middle) <= WINDOW)])
        calm = np.setdiff1d(np.flatnonzero(first < middle - WINDOW), np.union1d(near, at))
        if middle - WINDOW < start or middle + WINDOW - 1 > end:
            calm = calm[:0]
        before, after = counted(at[seen], day[seen] - WINDOW), counted(at[seen], day[seen])
        then, later = (counted(calm, np.full(len(calm), since)) for since in (middle - WINDOW, middle))
        enough = min(int(seen.sum()), len(calm)) >= FEWEST
        treated = np.r_[np.ones(len(before), bool), np.zeros(len(then), bool)]
        change = estimators.difference_in_differences(np.r_[before, then], np.r_[after, later], treated)
        means = [float(values.mean()) if len(values) else np.nan for values in (before, after, then, later)]
        shown = None if pd.isna(name) else str(name)
        sizes = (len(one), int(seen.sum()), int((bought & ~seen).sum()), len(calm))
        found.append((shown, np.datetime64(middle, "D"), *sizes, *means, *(change if enough else (np.nan,) * 3)))
    columns = ["campaign", "day", "reached", "customers", "unwatched", "others", "before", "after", "others_before",
               "others_after", "change", "low", "high"]  # fmt: skip
    return pd.DataFrame(found, columns=columns).sort_values("reached", ascending=False, ignore_index=True)


def pressure(rows: pd.DataFrame) -> tuple[float, float]:
    """Contacts per reached person and 30 days, and the share of people with more than one contact within seven days."""
    told = rows.assign(key=rows["customer"].astype(str)).sort_values(["key", "date"])
    span = (told["date"].max() - told["date"].min()).days + 1
    people = told["key"].nunique()
    close = told.groupby("key")["date"].diff().dt.days < WEEK
    return len(told) / people * MONTH / max(span, MONTH), float(told.loc[close, "key"].nunique() / people)

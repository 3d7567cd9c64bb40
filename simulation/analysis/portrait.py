"""What a run is made of: needs met, revenue by stream, what is written and by whom, the books of every strategy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from simulation.analysis.compare import at_week
from simulation.intervals import Interval, mean_interval
from simulation.members import NEEDS
from simulation.results import Results
from simulation.scenario import Plan
from simulation.strategies import STRATEGIES

SALES = "sales"
INCOME = "income."
"""Items of the ledger that are earned, not spent."""


def needs(results: Results, week: int, level: float = 0.95) -> pd.DataFrame:
    """How far the members' five needs are met in one week, mean over worlds with its interval.

    Returns:
        Columns plan, need (id, in Maslow's order), mean, low, high on a scale of 0–1.
    """
    rows = []
    for plan in results.plans:
        for need in NEEDS:
            found = mean_interval(at_week(results, plan, f"need_{need}", week).to_numpy(float), level)
            rows.append((plan, need, *found))
    return pd.DataFrame(rows, columns=["plan", "need", "mean", "low", "high"])


def streams(results: Results, plan: str) -> pd.DataFrame:
    """Revenue of every week by stream, mean over worlds.

    Returns:
        Columns week, stream (``sales``, or the id of a strategy that earns, whoever earns most first), amount in ¥;
        week 0, in which nothing is sold yet, and streams that never earn are left out.
    """
    table = results.weekly[(results.weekly["plan"] == plan) & (results.weekly["week"] > 0)]
    sold = table[["week", "sales"]].rename(columns={"sales": "amount"}).assign(stream=SALES)
    earned = results.streams[results.streams["plan"] == plan]
    columns = ["week", "stream", "amount"]
    mean = pd.concat([sold[columns], earned[columns]]).groupby(["stream", "week"])["amount"].mean().reset_index()
    whole = mean.groupby("stream")["amount"].sum().drop(SALES).sort_values(ascending=False, kind="stable")
    order = [SALES, *whole.index[whole > 0]]
    return pd.concat([mean[mean["stream"] == name] for name in order], ignore_index=True)[columns]


def content(results: Results, plan: str) -> pd.DataFrame:
    """What is written each week, mean over worlds: members' posts and replies, and the operator's pieces.

    The operator's pieces follow from the members' share u of all that is published: posts · (1 − u)/u.

    Returns:
        Columns week, source (``posts``, ``replies``, ``pieces``), count; sources that never appear are left out.
    """
    table = results.weekly[(results.weekly["plan"] == plan) & (results.weekly["week"] > 0)]
    share = table["user_content_share"].where(table["user_content_share"] > 0, np.nan)
    counts = table[["week", "posts", "replies"]].assign(pieces=(table["posts"] * (1 - share) / share).fillna(0.0))
    mean = counts.groupby("week").mean()
    parts = [
        pd.DataFrame({"week": mean.index, "source": source, "count": mean[source].to_numpy()})
        for source in ("posts", "replies", "pieces")
        if mean[source].abs().max() > 1e-9
    ]
    empty = pd.DataFrame(columns=["week", "source", "count"])
    return pd.concat(parts, ignore_index=True) if parts else empty


class Booked(NamedTuple):
    """What one strategy cost and earned over the horizon: means over worlds with their intervals, ¥."""

    cost: Interval
    earned: Interval


def books(results: Results, plan: str, level: float = 0.95) -> dict[str, Booked]:
    """What every strategy of a plan cost, and what its own stream of revenue earned, over the horizon.

    Its effect on everything else, such as orders that come because of it, is not in its books: that is what the
    comparison of plans in twin worlds is for.
    """
    ledger = results.ledger[results.ledger["plan"] == plan]
    sums = ledger.pivot_table(index="item", columns="seed", values="amount", aggfunc="sum", observed=True)
    found = {}
    for item in sums.index:
        name = str(item)
        if name in STRATEGIES:
            none = np.zeros(sums.shape[1])
            earned = sums.loc[INCOME + name].to_numpy(float) if INCOME + name in sums.index else none
            cost = sums.loc[item].to_numpy(float)
            found[name] = Booked(mean_interval(cost, level), mean_interval(earned, level))
    return found


def idle_weeks(results: Results, plan: Plan, level: float = 0.95) -> Interval:
    """Weeks in which a plan's strategies paused because its account was overdrawn, mean over worlds with its interval.

    The account is followed as the operator follows it: a week's grant comes in first, and where the account is still
    not above 0 nothing runs and nothing is paid. Without a budget no week is idle.
    """
    if plan.budget <= 0:
        return Interval(0.0, 0.0, 0.0)
    table = results.weekly[(results.weekly["plan"] == plan.name) & (results.weekly["week"] > 0)]
    bills = table.pivot_table(index="week", columns="seed", values="strategy_cost")
    balance, idle = np.zeros(bills.shape[1]), np.zeros(bills.shape[1])
    for week, bill in zip(bills.index, bills.to_numpy(), strict=True):
        balance += plan.granted(int(week))
        idle += balance <= 0
        balance -= bill
    return mean_interval(idle, level)

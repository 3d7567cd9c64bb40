"""What files beside the orders add: members by tier and channel, who is tied to whom, and what the invited spend.

None of these comparisons is an effect: nobody drew lots for tiers, channels or invitations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis import estimators, ties
from simulation.analysis.estimators import Estimate
from simulation.analysis.orderlog_counts import purchase_days
from simulation.analysis.robustness import proportion
from simulation.errors import LabError
from simulation.intervals import mean_interval

SOON = 8
"""Weeks after joining within which a first purchase counts as soon."""
MOST_TIES = 100_000
"""Pairs of people that are studied as a network; the communities of many more take minutes."""
MOST_TIES_A_NEWCOMER = 20
"""Ties that a newcomer of the lab's network can bring at most."""
_WALKED = 2_000_000  # ties walked along in search of shortest paths: some seconds


@dataclass(frozen=True)
class Ties:
    """The network that invitations or messages draw.

    Attributes:
        people: People with a tie.
        pairs: Pairs of people with a tie.
        customers: People among them who have orders.
        degree: Mean ties of a customer of the log, those without any counted as 0.
        keys: As :func:`simulation.analysis.ties.key_people`, people by their hashes, with ``spent`` (money; 0 without
            orders) and ``sent`` (rows that began with them).
        communities: As :func:`simulation.analysis.ties.community_sizes`.
    """

    people: int
    pairs: int
    customers: int
    degree: float
    keys: pd.DataFrame
    communities: pd.DataFrame


@dataclass(frozen=True)
class Invited:
    """Customers who had been invited before they first bought, beside those who came by themselves.

    Attributes:
        invited: Number of the first.
        others: Number of the second.
        k: Invitations per customer of the log times the share of invited people who bought.
        share: Share of invited people who have bought, with its 95 % interval.
        spent: Money spent per week since the first purchase, invited less others, with Welch's interval; only of
            customers watched for at least four weeks.
    """

    invited: int
    others: int
    k: float
    share: Estimate
    spent: Estimate


def members(rows: pd.DataFrame, orders: pd.DataFrame, column: str | None) -> pd.DataFrame:
    """Members by tier or channel: how many have bought, how soon after joining, and what they have spent.

    Args:
        rows: Members as :class:`simulation.analysis.besides.Beside` holds them.
        orders: Orders as `OrderLog.orders` holds them.
        column: ``tier`` or ``channel``; None for all members together.

    Returns:
        Columns group (missing: not told), people, bought, bought_low, bought_high (shares, 95 % interval), watched
        (those whose first eight weeks lie within the log), soon, soon_low, soon_high (share of them who bought in
        these), spent, spent_low, spent_high (money a member, 95 %; NaN bounds below two members); most members first.
    """
    days = purchase_days(orders).astype({"customer": object})
    bought = days.groupby("customer").agg(first=("date", "min"), spent=("amount", "sum"))
    table = rows.astype({"customer": object}).join(bought, on="customer")
    span, start, end = pd.Timedelta(weeks=SOON), orders["date"].min(), orders["date"].max()
    joined = table["joined"] if "joined" in table else pd.Series(pd.NaT, index=table.index)
    table["watched"] = (joined >= start) & (joined + span <= end)
    table["soon"] = table["watched"] & (table["first"] >= joined) & (table["first"] < joined + span)
    # Who had bought before joining is no newcomer to be won.
    table["watched"] &= ~(table["first"] < joined)
    told = []
    by = pd.Series(0, index=table.index) if column is None else table[column]
    for group, of in table.groupby(by, observed=True, dropna=False):
        share, low, high = proportion(int(of["first"].notna().sum()), len(of))
        seen = int(of["watched"].sum())
        soon = proportion(int((of["soon"] & of["watched"]).sum()), seen) if seen else (np.nan,) * 3
        spent = mean_interval(of["spent"].fillna(0.0).to_numpy())
        name = None if column is None or pd.isna(group) else str(group)
        told.append((name, len(of), share, low, high, seen, *soon, *spent))
    columns = ["group", "people", "bought", "bought_low", "bought_high", "watched", "soon", "soon_low", "soon_high",
               "spent", "spent_low", "spent_high"]  # fmt: skip
    return pd.DataFrame(told, columns=columns).sort_values("people", ascending=False, ignore_index=True)


def grouped(orders: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The orders with the tier or channel of each customer as ``group``, missing where the members do not say."""
    of = rows.astype({"customer": object}).set_index("customer")[column]
    return orders.assign(group=orders["customer"].astype(object).map(of.astype(object)).astype("category"))


def network(rows: pd.DataFrame, orders: pd.DataFrame) -> Ties:
    """Who is tied to whom: key people with what they spend, and communities.

    Args:
        rows: Invitations or messages as :class:`simulation.analysis.besides.Beside` holds them; a pair that stands
            there several times has as much strength.
        orders: Orders as `OrderLog.orders` holds them.

    Raises:
        LabError: ``beside_large`` with more than 100,000 pairs.
    """
    names, places = np.unique(rows[["customer", "other"]].astype(str).to_numpy(), return_inverse=True)
    pairs = pd.DataFrame(np.sort(places.reshape(-1, 2), axis=1), columns=["a", "b"])
    drawn = pairs.groupby(["a", "b"]).size().rename("strength").reset_index()
    if len(drawn) > MOST_TIES:
        raise LabError("beside_large", pairs=len(drawn), allowed=MOST_TIES)
    spent = orders.groupby("customer", observed=True)["amount"].sum()
    spent.index = spent.index.astype(str)
    keys = ties.key_people(drawn, samples=int(np.clip(_WALKED // len(drawn), 10, ties.BETWEENNESS_SAMPLES)))
    keys["spent"] = spent.reindex(names[keys["person"]]).fillna(0.0).to_numpy()
    keys["sent"] = np.bincount(places.reshape(-1, 2)[:, 0], minlength=len(names))[keys["person"]]
    keys["person"] = names[keys["person"]]
    customers = np.isin(names, spent.index.to_numpy(str))
    degree = np.bincount(drawn[["a", "b"]].to_numpy().ravel(), minlength=len(names))
    return Ties(
        people=len(names), pairs=len(drawn), customers=int(customers.sum()),
        degree=float(degree[customers].sum() / len(spent)), keys=keys,
        communities=ties.community_sizes(drawn, ties.communities(drawn)),
    )  # fmt: skip


def ties_a_newcomer(degree: float) -> int:
    """Ties that each newcomer brings in a network of this mean degree, which is twice as much; 1–20."""
    return int(np.clip(round(degree / 2), 1, MOST_TIES_A_NEWCOMER))


def invited(rows: pd.DataFrame, orders: pd.DataFrame) -> Invited:
    """Customers who had been invited, beside the others; an invitation of somebody who had bought does not count.

    Args:
        rows: Invitations as :class:`simulation.analysis.besides.Beside` holds them; without a date every invitation is
            taken to have come before the first purchase.
        orders: Orders as `OrderLog.orders` holds them.
    """
    people = orders.astype({"customer": object}).groupby("customer").agg(first=("date", "min"), spent=("amount", "sum"))
    told = rows.astype({"other": object})
    asked = told.groupby("other")["date"].min() if "date" in told else pd.Series(pd.NaT, index=told["other"].unique())
    came = people.join(asked.rename("asked"), how="left")
    known = came.index.isin(asked.index)
    before = pd.Series(known, index=came.index) & ~(came["asked"] > came["first"])
    candidates = len(asked) - int((known & ~before).sum())  # who had bought already could not be won
    weeks = ((orders["date"].max() - came["first"]).dt.days + 1) / 7
    rate, watched = came["spent"] / weeks, weeks >= 4
    share = Estimate(*proportion(int(before.sum()), candidates)) if candidates else Estimate(*(np.nan,) * 3)
    spent = estimators.difference(rate[before & watched], rate[~before & watched])
    k = len(told) / len(people) * (int(before.sum()) / len(asked))
    return Invited(int(before.sum()), int((~before).sum()), float(k), share, spent)

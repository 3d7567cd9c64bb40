"""Segments of recorded people: RFM, lifetime values, densities, movement between layers, inequality, receipts.

Everything is read from one recorded world at one week, so the figures are counts of that world, not estimates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simulation.analysis.lives import Lives
from simulation.fairness import fair_share, gini, top_share
from simulation.members import Layer, Role, Status

RECENT = (0, 4, 8, 13, 26)
"""First week of each class of weeks since the last order."""
OFTEN = (1, 2, 3, 5, 9)
"""Fewest orders of each class of frequency."""
GROWING = (Layer.NEW, Layer.POTENTIAL, Layer.WON_BACK)
"""Layers of those who can still grow: the potential of a community."""
OUTSIDE, LEFT = "outside", "left"
GROUPS = 10


def rfm(lives: Lives, week: int) -> pd.DataFrame:
    """Members by how recently and how often they have bought, with what they spent.

    Classes are fixed, so that weeks and plans can be compared: weeks since the last order from 0, 4, 8, 13 and 26 on,
    orders so far from 1, 2, 3, 5 and 9 on. Who has never ordered is in none.

    Returns:
        Columns recency, frequency (0–4, place of the class), people, spent (¥ so far, mean of the cell).
    """
    here = lives.staying(week)
    bought = lives.weeks[(lives.weeks["week"] <= week) & (lives.weeks["orders"] > 0)]
    orders = bought.groupby("person")["orders"].sum().reindex(here["person"]).fillna(0).to_numpy()
    buyer = (orders > 0) & (here["recency"].to_numpy() >= 0)
    return rfm_cells(here["recency"].to_numpy()[buyer], orders[buyer], here["spent"].to_numpy(float)[buyer])


def rfm_cells(recency: ArrayLike, orders: ArrayLike, spent: ArrayLike) -> pd.DataFrame:
    """People by classes of recency and frequency, with what they spent.

    Args:
        recency: Weeks since the last order of each person, shape (people,).
        orders: Orders of each, at least one.
        spent: Money of each.

    Returns:
        As :func:`rfm`.
    """
    cells = pd.DataFrame(
        {
            "recency": np.searchsorted(RECENT, np.asarray(recency), side="right") - 1,
            "frequency": np.searchsorted(OFTEN, np.asarray(orders), side="right") - 1,
            "spent": np.asarray(spent, float),
        }
    )
    found = cells.groupby(["recency", "frequency"])["spent"].agg(people="size", spent="mean").reset_index()
    return found.astype({"people": int})


def lifetime_values(lives: Lives, week: int) -> NDArray[np.float64]:
    """Expected discounted margin still to come of each member, ¥ (E14's value), ascending."""
    return np.sort(lives.staying(week)["value"].to_numpy(np.float64))


def densities(lives: Lives, margin: float) -> pd.DataFrame:
    """The three densities of every week.

    Relationship: strength of ties to other members, summed, per member. Value: gross margin per member and week,
    paid − list value · (1 − margin), mean of the last 13 weeks. Potential: share of members who are new, potential
    or won back.

    Returns:
        Columns week, relationship, value (¥), potential (0–1); the start has no week behind it and is left out.
    """
    weeks = lives.weeks[lives.weeks["week"] > 0]
    stays = weeks[weeks["leaves"] == 0]
    by, by_stay = weeks.groupby("week"), stays.groupby("week")
    earned = by["paid"].sum() - by["list_value"].sum() * (1 - margin)
    members = by_stay.size()
    value = earned.rolling(13, min_periods=1).sum() / members.rolling(13, min_periods=1).sum()
    grows = stays["layer"].isin([int(layer) for layer in GROWING]).groupby(stays["week"]).mean()
    table = pd.DataFrame({"relationship": by_stay["member_ties"].mean(), "value": value, "potential": grows})
    return table.reindex(pd.RangeIndex(1, lives.horizon + 1, name="week")).reset_index()


def states(lives: Lives, week: int, kind: str) -> NDArray[np.object_]:
    """(people,) layer or role of everybody at the end of a week; ``outside`` before joining, ``left`` after leaving.

    Args:
        lives: The world.
        week: Which week.
        kind: ``layer`` or ``role``.
    """
    names = {"layer": Layer, "role": Role}[kind]
    status = lives.status[week]
    found = np.where(status == Status.LAPSED, LEFT, OUTSIDE).astype(object)
    here = lives.staying(week)
    found[here["person"].to_numpy()] = [names(number).name.lower() for number in here[kind]]
    return found


def moves(lives: Lives, start: int, end: int, kind: str) -> pd.DataFrame:
    """How many people went from which layer or role to which between two weeks; who was never inside is left out.

    Returns:
        Columns origin, destination, people.
    """
    before, after = states(lives, start, kind), states(lives, end, kind)
    pairs = pd.DataFrame({"origin": before, "destination": after})
    pairs = pairs[~((pairs["origin"] == OUTSIDE) & (pairs["destination"] == OUTSIDE))]
    pairs = pairs[~((pairs["origin"] == LEFT) & (pairs["destination"] == LEFT))]
    return pairs.groupby(["origin", "destination"]).size().rename("people").reset_index()


def lorenz(values: ArrayLike) -> tuple[pd.DataFrame, float, float]:
    """Lorenz curve: what share of the whole the least giving share of people give.

    Returns:
        Columns people, whole (both 0–1, from (0, 0) to (1, 1)); the Gini coefficient; the share of the top tenth.
        Without anything to share the curve is empty and both are NaN.
    """
    given = np.sort(np.asarray(values, np.float64))
    if given.sum() <= 0:
        return pd.DataFrame({"people": [], "whole": []}, dtype=float), float("nan"), float("nan")
    whole = np.concatenate([[0.0], np.cumsum(given) / given.sum()])
    curve = pd.DataFrame({"people": np.linspace(0, 1, len(whole)), "whole": whole})
    return curve, gini(given), top_share(given, 0.1)


def contributions(lives: Lives, week: int) -> dict[str, NDArray[np.float64]]:
    """What each member gave so far by kind: posts, orders' value (¥) and the ledger of contributions (tokens)."""
    here = lives.staying(week)
    so_far = lives.weeks[lives.weeks["week"] <= week]
    posts = so_far.groupby("person")["posts"].sum().reindex(here["person"]).fillna(0)
    return {
        "posts": posts.to_numpy(np.float64),
        "spent": here["spent"].to_numpy(np.float64),
        "tokens": here["tokens"].to_numpy(np.float64),
    }


def receipts(lives: Lives, week: int) -> tuple[pd.DataFrame, float]:
    """Who receives the value: members in tenths by contribution, and the share of all that each tenth gives and gets.

    Given is the ledger of contributions (posts, orders, 5 a co-creation success, aging by 1 % a week); received are
    discounts and payments so far, ¥. A fair community hands value out along contributions; the fairness is Spearman's
    rank correlation of the two.

    Returns:
        Columns group (1 gives least, 10 most), given, received (shares, 0–1), people; and the fairness (NaN where
        nobody differs). Fewer groups if there are fewer than ten members.
    """
    here = lives.staying(week)
    given, got = here["tokens"].to_numpy(np.float64), here["received"].to_numpy(np.float64)
    order = np.argsort(given, kind="stable")
    rows = [
        {
            "group": place + 1,
            "given": given[part].sum() / given.sum() if given.sum() > 0 else np.nan,
            "received": got[part].sum() / got.sum() if got.sum() > 0 else np.nan,
            "people": len(part),
        }
        for place, part in enumerate(np.array_split(order, min(GROUPS, max(len(order), 1))))
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["group", "given", "received", "people"]), fair_share(given, got)

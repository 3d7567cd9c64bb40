"""A person's biography: what happened to them, why, and where two lives of one person part.

Reads recorded lives (:mod:`simulation.analysis.lives`) and computes no new luck: the coins are those that the model
tossed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.explain import CAUSES, RESTED, SPECIAL
from simulation.analysis.lives import Lives
from simulation.errors import LabError
from simulation.members import NEEDS, Status

NOTHING = 5e-4
"""Terms nearer to 0 than this are no causes."""
SLIGHT = 1.1
"""Ratio of chances below which disposition and luck decided, not the causes (teaching assumption)."""


class Ledger(NamedTuple):
    """Why somebody decided as they did in one week.

    Attributes:
        terms: cause, term (log-odds or log rate; hazard per week for joining), share (of the terms that push towards
            the decision; NaN for those that hold back), largest push first, largest hold last; no causes at 0.
        usual: Chance (leaving, joining) or expected number (posting, buying) if every term were at its reference.
        actual: The same with the terms.
        coin: Coin that was tossed: somebody leaves below the chance; posts, orders and joinings come above 1 − chance.
        week: Week whose terms decided; where dropout follows purchases, leaving goes by the pressure of a week before.
    """

    terms: pd.DataFrame
    usual: float
    actual: float
    coin: float
    week: int

    @property
    def slight(self) -> bool:
        """Whether what pushed and held back made next to no difference, so that disposition and luck decided."""
        return self.actual < SLIGHT * self.usual

    def leading(self, most: int = 3) -> list[tuple[str, float]]:
        """The causes that pushed most, with their shares of all pushes."""
        pushing = self.terms[self.terms["term"] > 0].head(most)
        return [(str(cause), float(share)) for cause, share in zip(pushing["cause"], pushing["share"], strict=True)]


def ledger(lives: Lives, person: int, decision: str, week: int, *, after_purchase: bool = False) -> Ledger:
    """Take apart one person's decision in one week.

    Args:
        lives: The world.
        person: Whose decision.
        decision: ``leaving``, ``buying``, ``posting`` or ``joining``.
        week: When; the person is a member then, or joins.
        after_purchase: Whether dropout follows purchases in this scenario.

    Raises:
        LabError: ``unknown_name`` for another decision, ``not_there`` where nothing was recorded.
    """
    if decision not in CAUSES:
        raise LabError("unknown_name", kind="decision", given=str(decision)[:60], known=", ".join(CAUSES))
    told = week - 1 if decision == "leaving" and after_purchase and week > 1 else week
    row = _row(lives, person, decision, told)
    coin = lives.coin(decision, week, person, str(row["channel"]) if decision == "joining" else "")
    trait = lives.people.iloc[person]
    terms = pd.DataFrame({"cause": CAUSES[decision]})
    terms["term"] = [float(row[f"{decision}.{cause}"]) for cause in CAUSES[decision]]
    settling = terms["cause"].isin(SPECIAL)
    settled = bool(terms.loc[settling, "term"].sum() > 0)
    if settled:  # what settles the matter leaves nothing to the rest
        terms.loc[~settling, "term"] = 0.0
    total = float(terms.loc[~settling, "term"].sum())
    if decision == "joining":
        usual, actual = 0.0, float(-np.expm1(-total))
    elif decision == "leaving":
        usual, actual = (_logistic(trait["base_churn"] + each) for each in (0.0, min(max(total, -8.0), 8.0)))
    else:
        usual = float(trait["posting"] * (0.3 + 0.7 * RESTED) if decision == "posting" else trait["rate"])
        actual = min(usual * float(np.exp(total)), 40.0 if decision == "posting" else 30.0)
    actual = 1.0 if settled else actual
    return Ledger(_shared(terms), usual, actual, coin, told)


def _logistic(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def _shared(terms: pd.DataFrame) -> pd.DataFrame:
    found = terms[terms["term"].abs() > NOTHING].copy()
    pushing = found["term"].clip(lower=0)
    found["share"] = (pushing / pushing.sum()).where(pushing > 0)
    return found.sort_values("term", ascending=False, kind="stable", ignore_index=True)


def _row(lives: Lives, person: int, decision: str, week: int) -> Any:
    if decision == "joining":
        found = lives.changes
        found = found[(found["person"] == person) & (found["week"] == week) & (found["joined"] == 1)]
    else:
        found = lives.at(week) if 0 <= week <= lives.horizon else lives.weeks.head(0)
        found = found[found["person"] == person]
    if found.empty:
        raise LabError("not_there", person=person, week=week)
    return found.iloc[-1]


def events(lives: Lives, person: int) -> pd.DataFrame:
    """What happened to somebody, in order.

    Returns:
        Columns week, event (joined, returned, first_order, first_post, promoted, demoted, cocreated, unresolved, left),
        detail (channel of a joining, tier after a change, else empty), referrer (−1 for nobody).
    """
    rows: list[tuple[int, int, str, str, int]] = []
    changes = lives.changes[lives.changes["person"] == person]
    for place, (week, joined, channel, referrer) in enumerate(
        zip(*(changes[name] for name in ("week", "joined", "channel", "referrer")), strict=True)
    ):
        event = "left" if not joined else "joined" if place == 0 else "returned"
        rows.append((int(week), 9 if event == "left" else 0, event, str(channel), int(referrer)))
    own = lives.of(person)
    for event, column in (("first_order", "orders"), ("first_post", "posts")):
        done = own.loc[own[column] > 0, "week"]
        if len(done):
            rows.append((int(done.iloc[0]), 2, event, "", -1))
    for event in ("promoted", "demoted", "cocreated", "unresolved"):
        for week, tier in zip(*(own.loc[own[event] > 0, name] for name in ("week", "tier")), strict=True):
            rows.append((int(week), 5, event, str(int(tier)) if "moted" in event else "", -1))
    found = pd.DataFrame(sorted(rows), columns=["week", "order", "event", "detail", "referrer"])
    return found.drop(columns="order")


def friends_there(lives: Lives, person: int) -> NDArray[np.int64]:
    """(weeks + 1,) how many of a person's friends are members at the end of each week."""
    return np.asarray((lives.status[:, lives.friends(person)] == Status.MEMBER).sum(axis=1))


def course(lives: Lives, person: int) -> pd.DataFrame:
    """Week by week what somebody felt and did; weeks outside the community are missing.

    Returns:
        Columns week, member (at the end), needs, satisfaction, aspiration, trust, fatigue, motivation, hazard,
        contacts, orders, posts, replies, paid, and friends (members among them at the end of the week), one row a week;
        friends_came and friends_left, how many of them joined and left in the week.
    """
    columns = [*NEEDS, "satisfaction", "aspiration", "trust", "fatigue", "motivation", "hazard", "contacts", "orders",
               "posts", "replies", "paid"]  # fmt: skip
    own = lives.of(person).set_index("week")[columns]
    found = own.reindex(pd.RangeIndex(lives.horizon + 1, name="week")).reset_index()
    found["member"] = lives.status[:, person] == Status.MEMBER
    found["friends"] = friends_there(lives, person)
    moves = lives.changes[lives.changes["person"].isin(lives.friends(person)) & (lives.changes["week"] > 0)]
    for name, joined in (("friends_came", 1), ("friends_left", 0)):
        weeks = moves.loc[moves["joined"] == joined, "week"].to_numpy(np.int64)
        found[name] = np.bincount(weeks, minlength=len(found))
    return found


class Parting(NamedTuple):
    """Where two lives of one person part.

    Attributes:
        week: First week in which anything the person did or was offered differs; None if the lives are the same.
        seen: What differed first: ``contacts``, ``relevance``, ``trust``, … a column of the recording.
        decided: First week with another decision; None if they always decided alike.
        decision: ``joining``, ``posting``, ``buying`` or ``leaving``.
        coin: The coin both tossed for it.
        chances: Chance or expected number under the first and the second plan, NaN where there was nothing to decide.
        outcomes: What came of it under each: 1 or 0, or how many.
    """

    week: int | None
    seen: str
    decided: int | None
    decision: str
    coin: float
    chances: tuple[float, float]
    outcomes: tuple[int, int]


LIVED = ("joining", "posting", "buying", "leaving")
"""Decisions in the order in which a week asks for them."""
_FELT = ("contacts", "relevance", *NEEDS, "trust", "fatigue", "motivation", "aspiration")


def part(first: Lives, second: Lives, person: int, among: Collection[str] = LIVED) -> Parting:
    """Find where one person's two lives part: what differed first, and which decision fell differently first.

    Both lives toss the same coins, so that a decision differs only because its chance does.

    Args:
        first: The world under the first plan.
        second: Its twin under the second.
        person: Whose lives.
        among: Decisions of :data:`LIVED` that count; joining and leaving alone tell where membership parts.

    Raises:
        LabError: ``not_twins`` if the worlds have another luck, size or length.
    """
    if (first.seed, first.horizon, len(first.people)) != (second.seed, second.horizon, len(second.people)):
        raise LabError("not_twins", field="seed")
    felt = _first_difference(first, second, person)
    one, other = decisions(first, person), decisions(second, person)
    apart = (one != other) & np.isin(LIVED, list(among))
    if not apart.any():
        return Parting(felt[0], felt[1], None, "", np.nan, (np.nan, np.nan), (0, 0))
    week = int(np.argmax(apart.any(axis=1)))
    place = int(np.argmax(apart[week]))
    decision = LIVED[place]
    chances = _chance(first, person, decision, week), _chance(second, person, decision, week)
    before = felt[0] is not None and felt[0] <= week
    return Parting(
        felt[0] if before else week,
        felt[1] if before else decision,
        week,
        decision,
        first.coin(decision, week, person, first.channel(person, week) or second.channel(person, week)),
        chances,
        (int(one[week, place]), int(other[week, place])),
    )


def decisions(lives: Lives, person: int) -> NDArray[np.int64]:
    """(weeks + 1, 4) what came of each decision of :data:`LIVED` in each week: 1 or 0, or how many."""
    found = np.zeros((lives.horizon + 1, len(LIVED)), np.int64)
    changes = lives.changes[lives.changes["person"] == person]
    for joined, place in ((1, 0), (0, 3)):
        found[changes.loc[changes["joined"] == joined, "week"], place] = 1
    own = lives.of(person)
    for column, place in (("posts", 1), ("orders", 2)):
        found[own["week"], place] = own[column]
    return found


def _first_difference(first: Lives, second: Lives, person: int) -> tuple[int | None, str]:
    rows = [lives.of(person).set_index("week")[list(_FELT)] for lives in (first, second)]
    both = np.intersect1d(rows[0].index, rows[1].index)
    apart = rows[0].loc[both].to_numpy(float) != rows[1].loc[both].to_numpy(float)
    if not apart.any():
        return None, ""
    place = int(np.argmax(apart.any(axis=1)))
    return int(both[place]), _FELT[int(np.argmax(apart[place]))]


def _chance(lives: Lives, person: int, decision: str, week: int) -> float:
    if decision == "joining":
        rows = lives.outside
        found = rows.loc[(rows["person"] == person) & (rows["week"] == week), "chance"]
        return float(found.iloc[0]) if len(found) else float("nan")
    try:
        return ledger(lives, person, decision, week).actual
    except LabError:
        return float("nan")


def telling(lives: Lives) -> int:
    """Number of somebody whose life has a story: among those who left after half a year, whom most pushed to it."""
    left = lives.weeks[(lives.weeks["leaves"] == 1) & (lives.weeks["week"] >= min(26, lives.horizon // 2))]
    if left.empty:
        return int(lives.people["degree"].to_numpy().argmax())
    pushes = left[[f"leaving.{cause}" for cause in CAUSES["leaving"] if cause not in SPECIAL]].clip(lower=0).sum(axis=1)
    return int(left["person"].to_numpy()[int(np.argmax(pushes.to_numpy()))])

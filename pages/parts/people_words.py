"""A life in sentences: what happened to a person and what moved them, true of the ledger beside it."""

from __future__ import annotations

from typing import Any

from pages.parts.charts_life import cause_name
from pages.parts.words import Words
from simulation.analysis import biography
from simulation.analysis.biography import Ledger
from simulation.analysis.lives import Lives
from simulation.errors import LabError

MOST_EVENTS = 24


def lead(lives: Lives, person: int, t: Words) -> str:
    """Who this is, in a line."""
    own = lives.of(person)
    friends = lives.friends(person)
    if own.empty:
        return t("people.never", person=person, ties=len(friends))
    counts = {name: int(own[name].sum()) for name in ("orders", "posts")}
    weeks, spent = int((own["week"] > 0).sum()), t.money(float(own["spent"].max()))
    return t("people.lead", person=person, ties=len(friends), weeks=weeks, spent=spent, **counts)


def story(lives: Lives, person: int, t: Words, *, after_purchase: bool) -> list[str]:
    """What happened, in order, one sentence each."""
    told = []
    rows: list[Any] = biography.events(lives, person).to_dict("records")
    for row in rows[:MOST_EVENTS]:
        week, event = int(row["week"]), str(row["event"])
        if event in {"joined", "returned"}:
            told.append(_came(lives, person, week, event, row, t))
        elif event == "left":
            told.append(gone(biography.ledger(lives, person, "leaving", week, after_purchase=after_purchase), week, t))
        else:
            detail = t("people.tier", rung=row["detail"]) if row["detail"] else ""
            told.append(t(f"people.event_{event}", week=week, detail=detail))
    if len(rows) > MOST_EVENTS:
        told.append(t("people.more_events", more=len(rows) - MOST_EVENTS))
    return told


def ending(lives: Lives, person: int, t: Words, *, after_purchase: bool) -> str:
    """Why somebody left the last time, if they did."""
    left = lives.changes[(lives.changes["person"] == person) & (lives.changes["joined"] == 0)]["week"]
    if left.empty:
        return ""
    week = int(left.iloc[-1])
    return gone(biography.ledger(lives, person, "leaving", week, after_purchase=after_purchase), week, t)


def _came(lives: Lives, person: int, week: int, event: str, row: Any, t: Words) -> str:
    channel = str(row["detail"])
    how = t(f"people.channel_{channel}", person=int(row["referrer"]))
    if week == 0 or channel in {"founder", "group"}:
        return t(f"people.event_{event}", week=week, how=how)
    found = biography.ledger(lives, person, "joining", week)
    causes = leading(found, "joining", t)
    return t(f"people.event_{event}_why", week=week, how=how, causes=causes, chance=t.percent(found.actual))


def gone(found: Ledger, week: int, t: Words) -> str:
    """Why somebody left: ``left in week 31: unmet belonging 46 %, friends left 30 %, fatigue 24 %``."""
    values = {"week": week, "chance": t.percent(found.actual), "usual": t.percent(found.usual)}
    if found.actual == 1:
        return t("people.event_taken", week=week)
    if found.slight:
        return t("people.event_left_slight", **values)
    return t("people.event_left", causes=leading(found, "leaving", t), **values)


def leading(found: Ledger, decision: str, t: Words) -> str:
    """The causes that pushed most, with their shares."""
    return t.join([f"{cause_name(decision, cause, 1.0, t)} {t.percent(share)}" for cause, share in found.leading()])


def balance(found: Ledger, decision: str, t: Words) -> str:
    """What the terms come to: the chance or the expected number with and without them, and the coin."""
    if decision in {"leaving", "joining"}:
        usual, actual = t.percent(found.usual), t.percent(found.actual)
    else:
        usual, actual = t.number(found.usual, 3), t.number(found.actual, 3)
    return t(f"people.balance_{decision}", usual=usual, actual=actual, coin=t.number(found.coin, 4))


def weeks_of(lives: Lives, person: int, decision: str) -> list[int]:
    """Weeks whose decision can be taken apart: those of joining, or those of membership after the start."""
    if decision == "joining":
        rows = lives.changes[(lives.changes["person"] == person) & (lives.changes["joined"] == 1)]
    else:
        rows = lives.of(person)
    return [int(week) for week in rows["week"] if week > 0]


def ledger(lives: Lives, person: int, decision: str, week: int, *, after_purchase: bool) -> Ledger | None:
    """Ledger of a decision, or None where there is none to show."""
    try:
        return biography.ledger(lives, person, decision, week, after_purchase=after_purchase)
    except LabError:
        return None

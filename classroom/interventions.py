"""What an instructor does into a running round: a shock, a grant, a nudge; each counts once and stays in the log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from classroom import machine, tables
from classroom.access import Student, Teacher, demand
from classroom.database import Database
from classroom.decisions import NOTHING, decided_by
from classroom.record import LONGEST_REASON, Line, add, class_row, cleaned, setup_of
from simulation.errors import LabError
from simulation.scenario import Grant
from simulation.shocks import SHOCKS

SHOCK, GRANT, NUDGE, MOVED = "shock", "grant", "nudge", "moved"
LARGEST_GRANT = 1_000_000.0
FORECAST, DECISION = "forecast", "decision"
"""What somebody may be nudged for."""


def inject(
    database: Database, teacher: Teacher, class_id: int, shock: str, size: float, reason: str, receipt: str
) -> None:  # fmt: skip
    """Let something happen to all communities from the first week of this round on, told to everybody.

    Args:
        database: Where.
        teacher: Who.
        class_id: To which class.
        shock: One of :data:`SHOCKS`.
        size: 0–1.
        reason: What the class is told.
        receipt: Names this act: done again under the same name, it has no further effect.

    Raises:
        LabError: ``not_instructor``, ``phase_closed`` once the round is computed, ``unknown_name``, ``out_of_range``.
    """
    said = cleaned(reason, LONGEST_REASON, "reason")
    if shock not in SHOCKS:
        raise LabError("unknown_name", kind="shock", given=shock[:60], known=", ".join(SHOCKS))
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if _done(connection, class_id, SHOCK, receipt):
            return
        happened = SHOCKS[shock].parse({"week": _first_week(row), "size": size}, where=shock)
        plain = {"shock": shock, "week": happened.week, "size": happened.size}
        line = Line(SHOCK, json.dumps(plain), receipt=_named(class_id, receipt))
        add(connection, class_id, [line], who="teacher", number=row.round, reason=said)


def grant(
    database: Database, teacher: Teacher, class_id: int, team: int | None, amount: float, reason: str, receipt: str
) -> None:  # fmt: skip
    """Give money to one team, or the same to all, from the first week of this round on; everybody is told.

    Args:
        database: Where.
        teacher: Who.
        class_id: To which class.
        team: Id of the team, None for all.
        amount: In the community's currency.
        reason: What the class is told.
        receipt: Names this act, as for :func:`inject`.

    Raises:
        LabError: ``not_instructor``, ``phase_closed``, ``out_of_range``, ``grant_unneeded`` where budgets have no
            limit, ``team_unknown``.
    """
    said = cleaned(reason, LONGEST_REASON, "reason")
    if not 1 <= amount <= LARGEST_GRANT:
        raise LabError("out_of_range", field="grant", given=f"{amount:g}", allowed=f"1–{LARGEST_GRANT:,.0f}")
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if _done(connection, class_id, GRANT, receipt):
            return
        week = _first_week(row)
        if not setup_of(row).budget:
            raise LabError("grant_unneeded")
        if team is not None and team not in _places(connection, class_id):
            raise LabError("team_unknown")
        plain = json.dumps({"week": week, "amount": amount})
        line = Line(GRANT, plain, team=team, receipt=_named(class_id, receipt))
        add(connection, class_id, [line], who="teacher", number=row.round, reason=said)


class Laggard(NamedTuple):
    """Who has not handed in: a team without a decision, or a student without a forecast.

    Attributes:
        team: Id of the team.
        seat: Id of the seat, None where the whole team is meant.
        missing: :data:`FORECAST` or :data:`DECISION`.
    """

    team: int
    seat: int | None
    missing: str


def nudge(
    database: Database, teacher: Teacher, class_id: int, text: str, receipt: str, team: int | None = None
) -> int:  # fmt: skip
    """Remind everybody who has not handed in what the phase asks for, on their own page; gives how many were reminded.

    Args:
        database: Where.
        teacher: Who.
        class_id: Which class.
        text: A sentence of the instructor's own, may be empty.
        receipt: Names this act, as for :func:`inject`.
        team: Id of a team if only its people are meant.

    Raises:
        LabError: ``not_instructor``, ``phase_closed`` where nothing is asked for, ``nobody_late``.
    """
    said = cleaned(text, LONGEST_REASON, "reason")
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if row.phase not in machine.PREDICTING | machine.DECIDING:
            raise LabError("phase_closed")
        late = [one for one in laggards(connection, row) if team in (None, one.team)]
        if _done(connection, class_id, NUDGE, f"{receipt}0"):
            return 0
        if not late:
            raise LabError("nobody_late")
        lines = [
            Line(NUDGE, one.missing, team=one.team, seat=one.seat, receipt=_named(class_id, f"{receipt}{place}"))
            for place, one in enumerate(late)
        ]
        add(connection, class_id, lines, who="teacher", number=row.round, reason=said)
        return len(late)


def laggards(connection: Connection, row: Row[Any]) -> list[Laggard]:
    """Who has not handed in what the phase asks for, teams first."""
    found: list[Laggard] = []
    if row.phase in machine.DECIDING:
        spoken = decided_by(connection, row.id, row.round)
        found += [
            Laggard(team, None, DECISION)
            for team in _places(connection, row.id)
            if not spoken.get(team, NOTHING).ready and spoken.get(team, NOTHING).carried
        ]
    if row.phase in machine.PREDICTING:
        kept, seat = tables.prediction.c, tables.seat.c
        told = select(kept.seat_id).where(kept.class_id == row.id, kept.round == row.round)
        there = set(connection.execute(told).scalars())
        people = connection.execute(select(seat.id, seat.team_id).where(seat.class_id == row.id).order_by(seat.id))
        found += [Laggard(one.team_id, one.id, FORECAST) for one in people if one.id not in there]
    return found


class Reminder(NamedTuple):
    """What the instructor reminded a student of, and when; seconds since 1970."""

    missing: str
    at: float
    text: str


class Heard(NamedTuple):
    """What a student hears of the instructor.

    Attributes:
        news: Shocks and grants in order, with the number of the team that a grant is for.
        reminders: The last reminder of each kind in this round that was meant for the student or the team.
        latest: As :func:`latest`.
    """

    news: list[Row[Any]]
    reminders: dict[str, Reminder]
    latest: int


def heard(connection: Connection, student: Student, number: int) -> Heard:
    """All that a student's page tells of the instructor's acts, read at one go."""
    lines = connection.execute(_HEARD, _whose(student)).all()
    mine = [line for line in lines if line.field == NUDGE and line.round == number]
    reminders = {
        line.new: Reminder(line.new, line.at, line.reason) for line in mine if line.seat_id in (None, student.seat)
    }
    news = [line for line in lines if line.field in (SHOCK, GRANT)]
    return Heard(news, reminders, max((line.seq for line in lines), default=0))


def interventions(connection: Connection, class_id: int) -> list[Row[Any]]:
    """What the instructor did to the class, in order."""
    event = tables.event
    query = select(event).where(event.c.class_id == class_id, event.c.who == "teacher").order_by(event.c.seq)
    return list(connection.execute(query))


def told_to_all(connection: Connection, class_id: int) -> list[Row[Any]]:
    """Shocks and grants in order, with the number of the team that a grant is for: everybody may read them."""
    return list(connection.execute(_TOLD, {"class": class_id}))


def latest(connection: Connection, student: Student) -> int:
    """Number of the last line of the log that a student's page should show at once."""
    return int(connection.execute(_LATEST, _whose(student)).scalar() or 0)


def _whose(student: Student) -> dict[str, int]:
    return {"class": student.class_id, "seat": student.seat, "team": student.team}


# Statements of every look and of every waiting page are put together once: that costs as much as running them.
_EVENT = tables.event.c
_BY_TEACHER = (_EVENT.class_id == bindparam("class"), _EVENT.who == "teacher")
_FOR_ALL = _EVENT.field.in_((SHOCK, GRANT))
_MINE, _OURS = _EVENT.seat_id == bindparam("seat"), _EVENT.team_id == bindparam("team")
_TO_SEAT = or_(_FOR_ALL, and_(_EVENT.field.in_((NUDGE, MOVED)), or_(_MINE, _OURS)))
_PLACED = (
    select(tables.event, tables.team.c.place)
    .outerjoin(tables.team, tables.team.c.id == _EVENT.team_id)
    .where(*_BY_TEACHER)
    .order_by(_EVENT.seq)
)
_TOLD = _PLACED.where(_FOR_ALL)
_HEARD = _PLACED.where(_TO_SEAT)
_LATEST = select(func.max(_EVENT.seq)).where(*_BY_TEACHER, _TO_SEAT)


def grants_of(happened: Iterable[Row[Any]], team: int) -> list[Grant]:
    """Money that a team has been given, with its week."""
    mine = (line for line in happened if line.field == GRANT and line.team_id in (None, team))
    return [Grant(**json.loads(line.new)) for line in mine]


def _first_week(row: Row[Any]) -> int:
    if row.phase not in machine.ROUND[:4]:
        raise LabError("phase_closed")
    return int((row.round - 1) * setup_of(row).weeks + 1)


def _places(connection: Connection, class_id: int) -> dict[int, int]:
    team = tables.team.c
    rows = connection.execute(select(team.id, team.place).where(team.class_id == class_id).order_by(team.place))
    return {row.id: row.place for row in rows}


def _named(class_id: int, receipt: str) -> str:
    return f"c{class_id}.{receipt}"[:40]


def _done(connection: Connection, class_id: int, field: str, receipt: str) -> bool:
    event = tables.event.c
    again = select(event.seq).where(event.receipt == _named(class_id, receipt), event.field == field)
    return connection.execute(again).first() is not None

"""What one student may see: the class as it stands, the own team, and of the others only what has been revealed."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from classroom import tables
from classroom.access import Student
from classroom.database import Database
from classroom.decisions import Decided, on_record, predicted
from classroom.interventions import Reminder, heard, latest
from classroom.machine import AFTER, State, revealed
from classroom.record import class_row, setup_of, state_of
from classroom.rounds import Standing, standings
from classroom.seats import mates
from classroom.setup import Setup


class Seen(NamedTuple):
    """A class from one seat.

    Attributes:
        title: What the class is called.
        state: Phase and round.
        setup: What was settled for it.
        deadline: When the phase ends, seconds since 1970; None without a clock.
        paused: Whether the instructor has stopped the class.
        board: Whether the ranking is shown.
        place: Number of the own team.
        mates: Nicknames in it.
        decided: What the team wants in this round.
        prediction: Own forecast of this round.
        reflection: What one wrote about this round.
        news: What the instructor let happen: shocks and grants.
        reminders: What the instructor reminded this student of in this round, by what is missing.
        latest: Number of the last line of the log that this page shows.
        results: Revealed outcomes of the own team, as :func:`own_results`.
    """

    title: str
    state: State
    setup: Setup
    deadline: float | None
    paused: bool
    board: bool
    place: int
    mates: list[str]
    decided: Decided
    prediction: Row[Any] | None
    reflection: str
    news: list[Row[Any]]
    reminders: dict[str, Reminder]
    latest: int
    results: dict[int, dict[str, list[float]]]


def look(database: Database, student: Student) -> Seen:
    """The class as it stands for a student.

    Raises:
        LabError: ``class_unknown`` where it was wiped.
    """
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        place, names = mates(connection, student)
        wanted, reflection = on_record(connection, student, row.round)
        told = heard(connection, student, row.round)
        return Seen(
            row.title, state_of(row), setup_of(row), row.deadline, row.paused is not None, bool(row.board), place,
            names, wanted, predicted(connection, student, row.round), reflection, told.news, told.reminders,
            told.latest, _results(connection, row, student),
        )  # fmt: skip


def pulse(database: Database, student: Student) -> tuple[str, int, bool, float | None, bool, int]:
    """What a waiting page looks at again and again: phase, round, pause, deadline, the ranking's switch, the news."""
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        return row.phase, row.round, row.paused is not None, row.deadline, bool(row.board), latest(connection, student)


def own_results(database: Database, student: Student) -> dict[int, dict[str, list[float]]]:
    """Revealed outcomes of the own team: stage → outcome → a value per world."""
    with database.reading() as connection:
        return _results(connection, class_row(connection, student.class_id), student)


def ranking(database: Database, student: Student) -> list[Standing]:
    """The last revealed ranking, empty while the instructor keeps it hidden."""
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        last = _last(row)
        if not row.board or last == 0:
            return []
        query = select(tables.team.c.place, tables.result.c.body).join(tables.team)
        query = query.where(tables.result.c.class_id == row.id, tables.result.c.stage == last)
        kept = tuple(tuple(each) for each in connection.execute(query.order_by(tables.team.c.place)))
    return list(_ranked(kept, setup_of(row).goal))


@lru_cache(maxsize=32)
def _ranked(kept: tuple[tuple[int, str], ...], goal: str) -> tuple[Standing, ...]:
    # Everybody in a class looks at the same ranking when it is revealed.
    found = {place: json.loads(body) for place, body in kept}
    return tuple(standings(found, {place: place for place in found}, goal))


_KEPT = (
    select(tables.result.c.stage, tables.result.c.body)
    .where(tables.result.c.team_id == bindparam("team"), tables.result.c.stage <= bindparam("last"))
    .order_by(tables.result.c.stage)
)


def _results(connection: Connection, row: Row[Any], student: Student) -> dict[int, dict[str, list[float]]]:
    last = _last(row)
    if not last:
        return {}
    rows = connection.execute(_KEPT, {"team": student.team, "last": last})
    return {each.stage: json.loads(each.body) for each in rows}


def _last(row: Row[Any]) -> int:
    """Last stage that everybody may see; the final's worlds show when it is over."""
    return revealed(state_of(row)) + (row.phase in AFTER[1:])

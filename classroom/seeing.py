"""What one student may see: the class as it stands, the own team, and of the others only what has been revealed."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from classroom import tables
from classroom.access import Student
from classroom.database import Database
from classroom.decisions import Decided, decided, predicted, reflected
from classroom.interventions import Reminder, latest, reminders, told_to_all
from classroom.machine import AFTER, State, revealed
from classroom.record import class_row, setup_of, state_of
from classroom.rounds import Standing, standings, values
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


def look(database: Database, student: Student) -> Seen:
    """The class as it stands for a student.

    Raises:
        LabError: ``class_unknown`` where it was wiped.
    """
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        place = connection.execute(select(tables.team.c.place).where(tables.team.c.id == student.team)).scalar_one()
        news = told_to_all(connection, student.class_id)
        return Seen(
            row.title, state_of(row), setup_of(row), row.deadline, row.paused is not None, bool(row.board), int(place),
            mates(connection, student), decided(connection, student.team, row.round),
            predicted(connection, student, row.round), reflected(connection, student, row.round), news,
            reminders(connection, student, row.round), latest(connection, student),
        )  # fmt: skip


def pulse(database: Database, student: Student) -> tuple[str, int, bool, float | None, bool, int]:
    """What a waiting page looks at again and again: phase, round, pause, deadline, the ranking's switch, the news."""
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        return row.phase, row.round, row.paused is not None, row.deadline, bool(row.board), latest(connection, student)


def own_results(database: Database, student: Student) -> dict[int, dict[str, list[float]]]:
    """Revealed outcomes of the own team: stage → outcome → a value per world."""
    kept = tables.result.c
    with database.reading() as connection:
        last = _last(class_row(connection, student.class_id))
        query = select(kept.stage, kept.body).where(kept.team_id == student.team, kept.stage <= last)
        return {row.stage: json.loads(row.body) for row in connection.execute(query.order_by(kept.stage))}


def ranking(database: Database, student: Student) -> list[Standing]:
    """The last revealed ranking, empty while the instructor keeps it hidden."""
    with database.reading() as connection:
        row = class_row(connection, student.class_id)
        last = _last(row)
        if not row.board or last == 0:
            return []
        places = select(tables.team.c.id, tables.team.c.place).where(tables.team.c.class_id == row.id)
        known = {each.id: each.place for each in connection.execute(places)}
        return standings(values(connection, row.id, last), known, setup_of(row).goal)


def _last(row: Row[Any]) -> int:
    """Last stage that everybody may see; the final's worlds show when it is over."""
    return revealed(state_of(row)) + (row.phase in AFTER[1:])

"""Who may see what of a shared market: a student the own team's exchanges, an instructor all of them."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from classroom import tables
from classroom.access import Student, Teacher, demand
from classroom.database import Database
from classroom.market import TEAM
from classroom.rounds import values
from classroom.seeing import own_results


def own(database: Database, student: Student) -> tuple[dict[str, list[float]], dict[int, int]]:
    """What was kept for a student's team at the last stage that is revealed, and the number of every team by its id."""
    found = own_results(database, student)
    with database.reading() as connection:
        return (found[max(found)] if found else {}), _places(connection, student.class_id)


def whole(
    database: Database, teacher: Teacher, class_id: int
) -> tuple[dict[str, dict[str, list[float]]], dict[int, int]]:
    """What was kept for every team at the last stage, by the name of its plan, and the number of every team by its id.

    Raises:
        LabError: ``not_instructor``.
    """
    stage = tables.result.c
    with database.reading() as connection:
        demand(connection, teacher)
        last = connection.execute(select(func.max(stage.stage)).where(stage.class_id == class_id)).scalar()
        places = _places(connection, class_id)
        found = values(connection, class_id, last) if last is not None else {}
    return {f"{TEAM}{number}": found[number] for number in places if "share" in found.get(number, {})}, places


def _places(connection: Connection, class_id: int) -> dict[int, int]:
    team = tables.team.c
    query = select(team.id, team.place).where(team.class_id == class_id).order_by(team.place)
    return {row.id: row.place for row in connection.execute(query)}

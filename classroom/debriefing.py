"""What an instructor talks over with the class: the last ranking, how well it was foreseen, and the whole log."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, select

from classroom import tables
from classroom.access import Teacher, demand
from classroom.database import Database
from classroom.record import class_row, setup_of
from classroom.rounds import Standing, standings, values


class Debriefing(NamedTuple):
    """A round to talk over.

    Attributes:
        stage: Last stage that has results.
        standings: Teams with intervals and ranks; empty before the first results.
        forecasts: Forecasts of the members at the end of that round.
        inside: Forecasts that hold the mean over the worlds of the own team; 80 % would be well calibrated.
    """

    stage: int
    standings: list[Standing]
    forecasts: int
    inside: int


def debriefing(database: Database, teacher: Teacher, class_id: int) -> Debriefing:
    """The last round that has results, revealed to the students or not.

    Raises:
        LabError: ``not_instructor`` or ``class_unknown``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        kept, guess, seat, team = tables.result.c, tables.prediction.c, tables.seat.c, tables.team.c
        stages = connection.execute(select(kept.stage).where(kept.class_id == class_id)).scalars().all()
        if not stages:
            return Debriefing(0, [], 0, 0)
        found = values(connection, class_id, max(stages))
        query = select(team.id, team.place).where(team.class_id == class_id)
        places = {each.id: each.place for each in connection.execute(query)}
        told = select(guess.low, guess.high, seat.team_id).join_from(tables.prediction, tables.seat)
        told = told.where(guess.class_id == class_id, guess.round == max(stages))
        forecasts = [line for line in connection.execute(told) if line.team_id in found]
    mean = {number: sum(worlds["members"]) / len(worlds["members"]) for number, worlds in found.items()}
    inside = sum(line.low <= mean[line.team_id] <= line.high for line in forecasts)
    return Debriefing(max(stages), standings(found, places, setup_of(row).goal), len(forecasts), inside)


def log(database: Database, teacher: Teacher, class_id: int) -> list[Row[Any]]:
    """Every line of a class's log, the newest first.

    Raises:
        LabError: ``not_instructor``.
    """
    event = tables.event
    with database.reading() as connection:
        demand(connection, teacher)
        query = select(event).where(event.c.class_id == class_id).order_by(event.c.seq.desc())
        return list(connection.execute(query))

"""What an instructor talks over with the class: the last ranking, how well it was foreseen, and the whole log."""

from __future__ import annotations

from statistics import median
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Row, func, select

from classroom import tables
from classroom.access import Teacher, demand
from classroom.database import Database
from classroom.decisions import NOTHING, Levers, decided_by
from classroom.record import class_row, setup_of
from classroom.rounds import Standing, standings, values
from classroom.seats import moves_of, team_at
from lessons.parts import Asked
from lessons.scoring import calibrate
from simulation.scenario import Text

LEVEL = 0.8
"""How sure a forecast is meant to be."""


class Foreseen(NamedTuple):
    """One forecast against what came of it.

    Attributes:
        name: Nickname of who made it.
        team: Number of the team it was made in.
        low, high: The interval, 80 % sure, in members.
        mean: Members of that team at the end of the round, mean over worlds.
        least, most: The middle 80 % of worlds.
        inside: Worlds whose members lie in the interval.
        worlds: How many worlds.
        points: Points of the interval rule, 0–100.
    """

    name: str
    team: int
    low: float
    high: float
    mean: float
    least: float
    most: float
    inside: int
    worlds: int
    points: float

    @property
    def hit(self) -> bool:
        """Whether the interval holds the mean."""
        return self.low <= self.mean <= self.high


class Debriefing(NamedTuple):
    """A round to talk over.

    Attributes:
        stage: Last stage that has results.
        standings: Teams with intervals and ranks; empty before the first results.
        forecasts: Forecasts of the members at the end of that round, team by team.
        results: Number of the team → outcome → a value per world, the same worlds for all teams.
        decisions: Number of the team → its strategies with their levers in that round.
        carried: Numbers of the teams whose last decision went on because they said nothing.
    """

    stage: int
    standings: list[Standing]
    forecasts: list[Foreseen]
    results: dict[int, dict[str, list[float]]]
    decisions: dict[int, Levers]
    carried: tuple[int, ...]

    @property
    def inside(self) -> int:
        """Forecasts that hold the mean over the worlds of the own team; 80 % would be well calibrated."""
        return sum(forecast.hit for forecast in self.forecasts)


def debriefing(database: Database, teacher: Teacher, class_id: int) -> Debriefing:
    """The last round that has results, revealed to the students or not.

    Raises:
        LabError: ``not_instructor`` or ``class_unknown``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        setup, kept, team = setup_of(row), tables.result.c, tables.team.c
        stage = connection.execute(select(func.max(kept.stage)).where(kept.class_id == class_id)).scalar()
        if stage is None:
            return Debriefing(0, [], [], {}, {}, ())
        found = values(connection, class_id, stage)
        query = select(team.id, team.place).where(team.class_id == class_id).order_by(team.place)
        places = {each.id: each.place for each in connection.execute(query)}
        spoken = decided_by(connection, class_id, min(stage, setup.rounds))
        foreseen = _foreseen(connection, class_id, stage, found, places, setup.people)
    told = {place: spoken.get(number, NOTHING) for number, place in places.items()}
    return Debriefing(
        stage,
        standings(found, places, setup.goal),
        foreseen,
        {place: found[number] for number, place in places.items() if number in found},
        {place: decision.levers for place, decision in told.items()},
        tuple(place for place, decision in told.items() if decision.carried),
    )


def _foreseen(
    connection: Connection, class_id: int, stage: int, found: dict[int, dict[str, list[float]]],
    places: dict[int, int], people: int,
) -> list[Foreseen]:  # fmt: skip
    guess, seat = tables.prediction.c, tables.seat.c
    told = select(guess.low, guess.high, guess.at, seat.id, seat.team_id, seat.nickname)
    told = told.join_from(tables.prediction, tables.seat).where(guess.class_id == class_id, guess.round == stage)
    moves, rows = moves_of(connection, class_id), []
    for line in connection.execute(told.order_by(seat.id)):
        team = team_at(moves, line, line.at)
        if team not in found:
            continue
        members = np.asarray(found[team]["members"])
        rule = calibrate(line.low, line.high, members, members_asked(people))
        least, most = np.quantile(members, [0.1, 0.9])
        rows.append(Foreseen(line.nickname, places[team], line.low, line.high, float(members.mean()), float(least),
                             float(most), rule.covered, rule.worlds, rule.points))  # fmt: skip
    return sorted(rows, key=lambda row: row.team)


def members_asked(people: int) -> Asked:
    """What a forecast of members is asked for: an interval that is 80 % sure, between nobody and everybody."""
    return Asked(kind="interval", label=Text(), level=LEVEL, low=0, high=people)


def places(database: Database, class_id: int) -> dict[int, int]:
    """Id of every team → its number in the class."""
    team = tables.team.c
    with database.reading() as connection:
        rows = connection.execute(select(team.id, team.place).where(team.class_id == class_id))
        return {row.id: row.place for row in rows}


def spread(levers: dict[int, Levers]) -> list[Spread]:
    """How far the teams' decisions lie apart, lever by lever.

    Args:
        levers: Number of the team → its strategies with their levers.
    """
    rows = []
    for tool in sorted({tool for of in levers.values() for tool in of}):
        using = {place: of[tool] for place, of in levers.items() if tool in of}
        for lever in next(iter(using.values())):
            numbers = [of[lever] for of in using.values()]
            rows.append(Spread(tool, lever, tuple(using), min(numbers), median(numbers), max(numbers)))
    return rows


class Spread(NamedTuple):
    """One lever over the teams that use its strategy."""

    tool: str
    lever: str
    teams: tuple[int, ...]
    low: float
    middle: float
    high: float


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

"""Marks for taking part, for honest forecasts and for reasons given; never for the rank alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import select

from classroom import tables
from classroom.access import Teacher, demand
from classroom.database import Database
from classroom.decisions import READY, REFLECTION
from classroom.machine import revealed
from classroom.record import class_row, setup_of, state_of
from classroom.rounds import standings, values
from lessons.parts import Asked
from lessons.scoring import calibrate
from simulation.scenario import Text

VERSION = "1"
"""Version of the formula; it stands in every row."""
LEVEL = 0.8
PARTICIPATION, CALIBRATION, REASONING = 40, 30, 30
"""Weights, per cent. Participation: rounds with a forecast, a decision of the team or a reflection of one's own, each a
third. Calibration: mean points of the interval rule. Reasoning: share of forecasts and decisions that gave a reason;
its quality is the instructor's to judge."""


def gradebook(database: Database, teacher: Teacher, class_id: int) -> pd.DataFrame:
    """A row a student: nickname, number, team, points of the parts (0–100), total, rank (for information), formula.

    Raises:
        LabError: ``not_instructor`` or ``class_unknown``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        setup, done = setup_of(row), revealed(state_of(row))
        found = {number: values(connection, class_id, number) for number in range(1, done + 1)}
        seats = connection.execute(select(tables.seat).where(tables.seat.c.class_id == class_id)).all()
        teams = connection.execute(select(tables.team).where(tables.team.c.class_id == class_id)).all()
        events = connection.execute(select(tables.event).where(tables.event.c.class_id == class_id)).all()
        kept = connection.execute(select(tables.prediction).where(tables.prediction.c.class_id == class_id)).all()
    places = {team.id: team.place for team in teams}
    ranks = {row.team: row.rank for row in standings(found[done], places, setup.goal)} if done and found[done] else {}
    said = {(line.seat_id, line.round, line.field) for line in events}
    decided = {(line.team_id, line.round) for line in events if line.who == "student" and line.field != REFLECTION}
    reasons = {(line.seat_id, line.round): line.reason for line in events if line.field == READY}
    asked = Asked(kind="interval", label=Text(), level=LEVEL, low=0, high=setup.people)
    rows = []
    for seat in seats:
        forecasts = {line.round: line for line in kept if line.seat_id == seat.id and 1 <= line.round <= done}
        parts = [
            np.mean([number in forecasts, (seat.team_id, number) in decided, (seat.id, number, REFLECTION) in said])
            for number in range(1, done + 1)
        ]
        points = [
            calibrate(line.low, line.high, np.asarray(found[number][seat.team_id]["members"]), asked).points
            for number, line in forecasts.items()
            if seat.team_id in found[number]
        ]
        given = [line.reason for line in forecasts.values()]
        given += [reason for (who, number), reason in reasons.items() if who == seat.id and 1 <= number <= done]
        marks = {
            "participation": 100 * float(np.mean(parts)) if parts else np.nan,
            "calibration": float(np.mean(points)) if points else 0.0 if done else np.nan,
            "reasoning": 100 * float(np.mean([bool(text) for text in given])) if given else 0.0 if done else np.nan,
        }
        total = sum(weight * marks[name] for name, weight in _WEIGHTS.items()) / 100
        about = {"nickname": seat.nickname, "student_number": seat.student_number, "team": places[seat.team_id]}
        rounded = {name: round(value, 1) for name, value in (marks | {"total": total}).items()}
        rows.append(about | rounded | {"rank": ranks.get(places[seat.team_id]), "formula": VERSION})
    columns = ["nickname", "student_number", "team", *_WEIGHTS, "total", "rank", "formula"]
    return pd.DataFrame(rows, columns=columns).sort_values(["team", "nickname"], ignore_index=True)


_WEIGHTS = {"participation": PARTICIPATION, "calibration": CALIBRATION, "reasoning": REASONING}

"""Marks for taking part, for honest forecasts and for reasons given; never for the rank alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from classroom import tables
from classroom.access import Teacher, demand
from classroom.coursework import attempts, lesson_of
from classroom.database import Database
from classroom.debriefing import members_asked
from classroom.decisions import READY, REFLECTION
from classroom.machine import revealed
from classroom.record import class_row, setup_of, state_of
from classroom.rounds import standings, values
from classroom.seats import moves_of, team_at, teams_of
from classroom.setup import WEIGHTS
from lessons import Lesson
from lessons.flow import Attempt
from lessons.quiz import make_quiz
from lessons.runs import Run
from lessons.scoring import calibrate, forecast, score

VERSION = "2"
"""Version of the formula; it stands in every row, with the weights in the order of ``setup.WEIGHTS``.

Participation: rounds with a forecast, a decision of the team or a reflection of one's own, each a third. Calibration:
mean points of the interval rule. Reasoning: share of forecasts and decisions that gave a reason; its quality is the
instructor's to judge. Coursework: the lesson's automatic score, where the class was made from one."""


def gradebook(database: Database, teacher: Teacher, class_id: int, truth: Run | None = None) -> pd.DataFrame:
    """A row a student: nickname, number, team, points of the parts (0–100), total, rank (for information), formula.

    Args:
        database: Where.
        teacher: Who asks.
        class_id: Which class.
        truth: The lesson's own worlds, by which coursework is marked; without them it stays open, and so do totals in
            which it has a weight.

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
        moves = moves_of(connection, class_id)
    work = attempts(database, teacher, class_id)
    lesson = lesson_of(setup, class_id)
    places = {team.id: team.place for team in teams}
    ranks = {row.team: row.rank for row in standings(found[done], places, setup.goal)} if done and found[done] else {}
    said = {(line.seat_id, line.round, line.field) for line in events}
    decided = {(line.team_id, line.round) for line in events if line.who == "student" and line.field != REFLECTION}
    reasons = {(line.seat_id, line.round): line.reason for line in events if line.field == READY}
    given_by: dict[int, list[str]] = defaultdict(list)
    for (who, number), reason in reasons.items():
        if 1 <= number <= done:
            given_by[who].append(reason)
    foreseen: dict[int, dict[int, Any]] = defaultdict(dict)
    for line in kept:
        if 1 <= line.round <= done:
            foreseen[line.seat_id][line.round] = line
    asked = members_asked(setup.people)
    formula = f"{VERSION} ({':'.join(str(weight) for weight in setup.weights.values())})"
    rows = []
    for seat in seats:
        forecasts = foreseen[seat.id]
        parts = [
            np.mean(
                [
                    number in forecasts,
                    any((team, number) in decided for team in teams_of(moves, seat)),
                    (seat.id, number, REFLECTION) in said,
                ]
            )
            for number in range(1, done + 1)
        ]
        points = [
            calibrate(line.low, line.high, np.asarray(found[number][team]["members"]), asked).points
            for number, line in forecasts.items()
            if (team := team_at(moves, seat, line.at)) in found[number]
        ]
        given = [line.reason for line in forecasts.values()] + given_by[seat.id]
        marks = {
            "participation": 100 * float(np.mean(parts)) if parts else np.nan,
            "calibration": float(np.mean(points)) if points else 0.0 if done else np.nan,
            "reasoning": 100 * float(np.mean([bool(text) for text in given])) if given else 0.0 if done else np.nan,
            "coursework": _coursework(lesson, work.get(seat.id), truth),
        }
        total = sum(weight * marks[name] for name, weight in setup.weights.items() if weight) / 100
        about = {"nickname": seat.nickname, "student_number": seat.student_number, "team": places[seat.team_id]}
        rounded = {name: round(value, 1) for name, value in (marks | {"total": total}).items()}
        rows.append(about | rounded | {"rank": ranks.get(places[seat.team_id]), "formula": formula})
    parts_told = [name for name in WEIGHTS if lesson is not None or name != "coursework"]
    columns = ["nickname", "student_number", "team", *parts_told, "total", "rank", "formula"]
    return pd.DataFrame(rows, columns=columns).sort_values(["team", "nickname"], ignore_index=True)


def _coursework(lesson: Lesson | None, work: Attempt | None, truth: Run | None) -> float:
    """Points of the lesson's automatic score: NaN while its worlds are not there, 0 for what was not handed in."""
    if lesson is None or truth is None:
        return np.nan
    if work is None or work.prediction is None:
        return 0.0
    if work.quiz_answers is None:  # the forecast counts all the same
        return sum(part.points * part.weight for part in forecast(lesson, work, truth)) / 100
    return score(lesson, work, truth, make_quiz(lesson, work.student, truth)).total

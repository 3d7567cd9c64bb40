"""What teams decide and students predict: one submission counts once, and two team-mates never overwrite unseen."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from classroom import machine, tables
from classroom.access import Student
from classroom.database import Database
from classroom.record import LONGEST_REASON, add, class_row, cleaned, setup_of, state_of
from simulation.errors import LabError
from simulation.strategies import STRATEGIES

READY = "ready"
REFLECTION = "reflection"
OWN_FIELDS = (READY, REFLECTION)
LONGEST_REFLECTION = 4000

Levers = dict[str, dict[str, float]]
"""Strategy → its levers; a strategy that is not in use is not there."""


class Decided(NamedTuple):
    """What a team wants in a round.

    Attributes:
        levers: Strategies in use.
        seq: Number of the last line of the log that it rests on.
        carried: Whether nothing was said in this round, so that the last decision goes on.
        ready: Whether the team says that it is done.
    """

    levers: Levers
    seq: int
    carried: bool
    ready: bool


def decided(connection: Connection, team: int, number: int) -> Decided:
    """Read a team's decision of a round from the log; practice (round 0) leaves no trace in the rounds."""
    event = tables.event.c
    first = min(1, number)
    lines = connection.execute(
        select(event.field, event.new, event.round, event.seq)
        .where(event.team_id == team, event.round >= first, event.round <= number, event.field != REFLECTION)
        .order_by(event.seq)
    ).all()
    levers: Levers = {}
    ready, seq, spoke = False, 0, False
    for line in lines:
        seq = line.seq
        if line.field == READY:
            ready = line.round == number and line.new == "1"
        elif line.new:
            levers[line.field] = json.loads(line.new)
        else:
            levers.pop(line.field, None)
        spoke = spoke or line.round == number
    return Decided(levers, seq, not spoke, ready)


def checked(levers: Mapping[str, Mapping[str, Any]], tools: tuple[str, ...]) -> Levers:
    """Decisions as the engine takes them: known tools, levers only, every value within its bounds.

    Raises:
        LabError: ``unknown_name``, ``unknown_field``, ``out_of_range`` or ``wrong_type``, naming the field.
    """
    found: Levers = {}
    for name in sorted(levers):
        if name not in tools:
            raise LabError("unknown_name", kind="strategy", given=name[:60], known=", ".join(tools))
        kind = STRATEGIES[name]
        allowed = {declared.name for declared in kind.declared() if declared.role == "lever"}
        for lever in levers[name]:
            if lever not in allowed:
                raise LabError("unknown_field", field=f"{name}.{lever}"[:80], known=", ".join(sorted(allowed)))
        parsed = kind.parse(levers[name], where=name)
        found[name] = {lever: getattr(parsed, lever) for lever in sorted(allowed)}
    return found


def submit(
    database: Database, student: Student, levers: Mapping[str, Mapping[str, Any]], *, reason: str, based_on: int,
    receipt: str, ready: bool = False,
) -> int:  # fmt: skip
    """Put a team's decision on record; when this returns it is on the disk.

    Args:
        database: Where.
        student: Who decides, for the whole team.
        levers: Strategies to use from this round on; the others are switched off.
        reason: Why.
        based_on: ``Decided.seq`` that was seen when the decision was made.
        receipt: Names this submission: sent again, it has no further effect.
        ready: Whether the team is done for this round.

    Returns:
        Number of the last line that the team's decision rests on now.

    Raises:
        LabError: ``phase_closed``, ``class_paused``, ``deadline_passed``, ``decision_conflict`` where a team-mate has
            changed the same strategy in the meantime, or what :func:`checked` and the database refuse.
    """
    said = cleaned(reason, LONGEST_REASON, "reason")
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        wanted = checked(levers, setup_of(row).tools)
        event, named = tables.event.c, f"{student.seat}.{receipt}"[:40]
        again = select(event.seq).where(event.receipt == named)
        if connection.execute(again).first() is not None:
            return decided(connection, student.team, row.round).seq
        _admit(row, machine.DECIDING)
        now = decided(connection, student.team, row.round)
        changed = [name for name in sorted({*now.levers, *wanted}) if now.levers.get(name) != wanted.get(name)]
        newer = select(event.field, event.new).where(event.team_id == student.team, event.seq > based_on)
        for line in connection.execute(newer.where(event.field.not_in(OWN_FIELDS))):
            if line.field in changed:
                raise LabError("decision_conflict", field=line.field, theirs=line.new or "–",
                               yours=_text(wanted.get(line.field)) or "–")  # fmt: skip
        about: dict[str, Any] = {"who": "student", "number": row.round, "team": student.team, "seat": student.seat,
                                 "reason": said, "receipt": named}  # fmt: skip
        for name in changed:
            add(connection, student.class_id, field=name, old=_text(now.levers.get(name)),
                new=_text(wanted.get(name)), **about)  # fmt: skip
        return add(connection, student.class_id, field=READY, old=str(int(now.ready)), new=str(int(ready)), **about)


def predict(database: Database, student: Student, low: float, high: float, reason: str) -> None:
    """Lock a student's forecast of the round: 80 % sure that the members at its end lie between ``low`` and ``high``.

    Raises:
        LabError: ``prediction_locked``, ``interval_order``, ``out_of_range``, ``phase_closed`` and the like.
    """
    said = cleaned(reason, LONGEST_REASON, "reason")
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        most = setup_of(row).people
        for value in (low, high):
            if not 0 <= value <= most:
                raise LabError("out_of_range", field="prediction", given=str(value)[:60], allowed=f"0–{most}")
        if low > high:
            raise LabError("interval_order", field="prediction")
        mine = predicted(connection, student, row.round)
        if mine is not None:
            if (mine.low, mine.high, mine.reason) == (low, high, said):
                return  # sent twice, counted once
            raise LabError("prediction_locked")
        _admit(row, machine.PREDICTING)
        try:
            connection.execute(
                insert(tables.prediction).values(
                    class_id=student.class_id, seat_id=student.seat, round=row.round, low=low, high=high, reason=said,
                    at=time.time(),
                )
            )  # fmt: skip
        except IntegrityError:
            raise LabError("prediction_locked") from None


def predicted(connection: Connection, student: Student, number: int) -> Row[Any] | None:
    """A student's own forecast of a round."""
    kept = tables.prediction.c
    query = select(tables.prediction).where(kept.seat_id == student.seat, kept.round == number)
    return connection.execute(query).first()


def reflect(database: Database, student: Student, text: str) -> None:
    """Keep what a student writes about a round; what was written before stays in the log.

    Raises:
        LabError: ``phase_closed``, ``class_paused`` or ``too_long``.
    """
    said = cleaned(text, LONGEST_REFLECTION, "reflection")
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        _admit(row, machine.REFLECTING)
        old = reflected(connection, student, row.round)
        if said != old:
            add(connection, student.class_id, who="student", number=row.round, field=REFLECTION, old=old, new=said,
                team=student.team, seat=student.seat)  # fmt: skip


def reflected(connection: Connection, student: Student, number: int) -> str:
    """What a student last wrote about a round."""
    event = tables.event.c
    query = select(event.new).where(event.seat_id == student.seat, event.round == number, event.field == REFLECTION)
    return str(connection.execute(query.order_by(event.seq.desc()).limit(1)).scalar() or "")


def _admit(row: Row[Any], phases: frozenset[str]) -> None:
    state = state_of(row)
    if row.paused is not None:
        raise LabError("class_paused")
    if state.phase not in phases:
        raise LabError("phase_closed")
    if state.phase in machine.TIMED and row.deadline is not None and time.time() > row.deadline:
        raise LabError("deadline_passed")


def _text(levers: Mapping[str, float] | None) -> str:
    return json.dumps(levers, sort_keys=True) if levers is not None else ""

"""What teams decide and students predict: one submission counts once, and two team-mates never overwrite unseen."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError

from classroom import machine, tables
from classroom.access import Student
from classroom.database import Database
from classroom.record import LONGEST_REASON, Line, add, class_row, cleaned, setup_of, state_of
from simulation.errors import LabError
from simulation.strategies import STRATEGIES

READY = "ready"
REFLECTION = "reflection"
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


NOTHING = Decided({}, 0, carried=True, ready=False)
"""Of a team that has never said anything."""

_LINES = (
    select(tables.event.c.field, tables.event.c.new, tables.event.c.round, tables.event.c.seq, tables.event.c.receipt)
    .where(tables.event.c.who == "student")
    .order_by(tables.event.c.seq)
)
_DECIDES = tables.event.c.field != REFLECTION
# Put together once: that costs as much as running them.
_OF_TEAM = _LINES.where(_DECIDES, tables.event.c.team_id == bindparam("team"))
_OF_CLASS = _LINES.add_columns(tables.event.c.team_id).where(_DECIDES, tables.event.c.class_id == bindparam("class"))
_OF_SEAT = _LINES.where(
    or_(
        and_(_DECIDES, tables.event.c.team_id == bindparam("team")),
        and_(tables.event.c.field == REFLECTION, tables.event.c.seat_id == bindparam("seat")),
    )
)
_PREDICTED = select(tables.prediction).where(
    tables.prediction.c.seat_id == bindparam("seat"), tables.prediction.c.round == bindparam("round")
)
_REFLECTED = (
    select(tables.event.c.new)
    .where(
        tables.event.c.seat_id == bindparam("seat"), tables.event.c.round == bindparam("round"),
        tables.event.c.field == REFLECTION,
    )
    .order_by(tables.event.c.seq.desc())
    .limit(1)
)  # fmt: skip


def on_record(connection: Connection, student: Student, number: int) -> tuple[Decided, str]:
    """What a student's team decided, and what the student last wrote about the round, read at one go."""
    lines: list[Row[Any]] = list(connection.execute(_OF_SEAT, {"team": student.team, "seat": student.seat}))
    written = [line.new for line in lines if line.field == REFLECTION and line.round == number]
    return told((line for line in lines if line.field != REFLECTION), number), written[-1] if written else ""


def told(lines: Iterable[Row[Any]], number: int) -> Decided:
    """The decision of a round that a team's lines of the log come to.

    Args:
        lines: What members of the team have put on record, in order: field, new, round, seq.
        number: The round.
    """
    levers: Levers = {}
    ready, seq, spoke = False, 0, False
    for line in lines:
        if not min(1, number) <= line.round <= number:
            continue
        seq = line.seq
        if line.field == READY:
            ready = line.round == number and line.new == "1"
        elif line.new:
            levers[line.field] = json.loads(line.new)
        else:
            levers.pop(line.field, None)
        spoke = spoke or line.round == number
    return Decided(levers, seq, not spoke, ready)


def decided_by(connection: Connection, class_id: int, number: int) -> dict[int, Decided]:
    """Decisions of all teams of a class that have ever said something, by team id."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for line in connection.execute(_OF_CLASS, {"class": class_id}):
        found[line.team_id].append(line)
    return {team: told(lines, number) for team, lines in found.items()}


def _lines(connection: Connection, team: int) -> list[Row[Any]]:
    return list(connection.execute(_OF_TEAM, {"team": team}))


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
    said, named = cleaned(reason, LONGEST_REASON, "reason"), f"{student.seat}.{receipt}"[:40]
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        wanted = checked(levers, setup_of(row).tools)
        lines = _lines(connection, student.team)
        now = told(lines, row.round)
        if any(line.receipt == named for line in lines):
            return now.seq
        admit(row, machine.DECIDING)
        changed = [name for name in sorted({*now.levers, *wanted}) if now.levers.get(name) != wanted.get(name)]
        for line in lines:
            if line.seq > based_on and line.field in changed:
                raise LabError("decision_conflict", field=line.field, theirs=line.new or "–",
                               yours=_text(wanted.get(line.field)) or "–")  # fmt: skip
        values = [(name, _text(now.levers.get(name)), _text(wanted.get(name))) for name in changed]
        values.append((READY, str(int(now.ready)), str(int(ready))))
        new = [Line(field, new, old, student.team, student.seat, named) for field, old, new in values]
        return add(connection, student.class_id, new, who="student", number=row.round, reason=said)


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
        admit(row, machine.PREDICTING)
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
    return connection.execute(_PREDICTED, {"seat": student.seat, "round": number}).first()


def reflect(database: Database, student: Student, text: str) -> None:
    """Keep what a student writes about a round; what was written before stays in the log.

    Raises:
        LabError: ``phase_closed``, ``class_paused`` or ``too_long``.
    """
    said = cleaned(text, LONGEST_REFLECTION, "reflection")
    with database.writing() as connection:
        row = class_row(connection, student.class_id)
        admit(row, machine.REFLECTING)
        old = reflected(connection, student, row.round)
        if said != old:
            line = Line(REFLECTION, said, old, student.team, student.seat)
            add(connection, student.class_id, [line], who="student", number=row.round)


def reflected(connection: Connection, student: Student, number: int) -> str:
    """What a student last wrote about a round."""
    return str(connection.execute(_REFLECTED, {"seat": student.seat, "round": number}).scalar() or "")


def admit(row: Row[Any], phases: frozenset[str]) -> None:
    """Refuse what does not belong into the phase.

    Raises:
        LabError: ``class_paused``, ``phase_closed`` or ``deadline_passed``.
    """
    state = state_of(row)
    if row.paused is not None:
        raise LabError("class_paused")
    if state.phase not in phases:
        raise LabError("phase_closed")
    if state.phase in machine.TIMED and row.deadline is not None and time.time() > row.deadline:
        raise LabError("deadline_passed")


def _text(levers: Mapping[str, float] | None) -> str:
    return json.dumps(levers, sort_keys=True) if levers is not None else ""

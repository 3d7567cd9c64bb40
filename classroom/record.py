"""The log of a class: every decision and every intervention is a line with its number, never changed afterwards."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from classroom import tables
from classroom.machine import State
from classroom.setup import Setup
from simulation.errors import LabError

LONGEST_REASON = 600
LONGEST_NAME = 40
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


# Statements that every look at a class needs are put together once: that costs as much as running them.
_CLASS = select(tables.classes).where(tables.classes.c.id == bindparam("class"))
_CLASS_HELD = _CLASS.with_for_update()
_COUNT = (
    update(tables.classes)
    .where(tables.classes.c.id == bindparam("class"))
    .values(last_seq=tables.classes.c.last_seq + bindparam("lines"))
    .returning(tables.classes.c.last_seq)
)
_ADD = insert(tables.event)


def cleaned(text: str, most: int, field: str) -> str:
    """Text of a person without unprintable letters.

    Raises:
        LabError: ``too_long``.
    """
    said = _UNPRINTABLE.sub(" ", text).strip()
    if len(said) > most:
        raise LabError("too_long", field=field, given=len(said), allowed=most)
    return said


def class_row(connection: Connection, class_id: int) -> Row[Any]:
    """A class as it stands, held against other writers until the transaction ends.

    Raises:
        LabError: ``class_unknown``.
    """
    # SQLite has locked the whole file already; PostgreSQL locks the row.
    lock = connection.get_execution_options().get("lab_writes")
    row = connection.execute(_CLASS_HELD if lock else _CLASS, {"class": class_id}).first()
    if row is None:
        raise LabError("class_unknown")
    return row


def state_of(row: Row[Any]) -> State:
    """Phase and round of a class."""
    return State(row.phase, row.round)


def setup_of(row: Row[Any]) -> Setup:
    """What was settled for a class."""
    return _settled(row.setup)


@lru_cache(maxsize=128)
def _settled(text: str) -> Setup:
    # Never changed after a class is made, and needed by every look of every student.
    return Setup.parse(json.loads(text))


class Line(NamedTuple):
    """A line of the log before it has its number.

    Attributes:
        field: What is decided or done.
        new: What it is from now on.
        old: What it was.
        team: Id of the team it is about; None for the whole class.
        seat: Id of the seat it is about or comes from.
        receipt: Names the act, so that it counts once; the line's number if there is none.
    """

    field: str
    new: str
    old: str = ""
    team: int | None = None
    seat: int | None = None
    receipt: str = ""


def add(
    connection: Connection, class_id: int, lines: Sequence[Line], *, who: str, number: int, reason: str = ""
) -> int:  # fmt: skip
    """Add lines to the log, each with a sequence number that no other line of the class has, and give the last one.

    Two statements however many lines: while they run, everybody else in the class waits.
    """
    last = int(connection.execute(_COUNT, {"class": class_id, "lines": len(lines)}).scalar_one())
    about = {"class_id": class_id, "who": who, "round": number, "reason": reason, "at": time.time()}
    rows = [
        about
        | {
            "seq": seq, "team_id": line.team, "seat_id": line.seat, "field": line.field, "old": line.old,
            "new": line.new, "receipt": line.receipt or f"{class_id}.{seq}",
        }
        for seq, line in enumerate(lines, last - len(lines) + 1)
    ]  # fmt: skip
    if rows:
        connection.execute(_ADD, rows)
    return last

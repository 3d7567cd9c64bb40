"""The log of a class: every decision and every intervention is a line with its number, never changed afterwards."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from classroom import tables
from classroom.machine import State
from classroom.setup import Setup
from simulation.errors import LabError

LONGEST_REASON = 600
LONGEST_NAME = 40
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


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
    lock = bool(connection.get_execution_options().get("lab_writes"))
    query = select(tables.classes).where(tables.classes.c.id == class_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise LabError("class_unknown")
    return row


def state_of(row: Row[Any]) -> State:
    """Phase and round of a class."""
    return State(row.phase, row.round)


def setup_of(row: Row[Any]) -> Setup:
    """What was settled for a class."""
    return Setup.parse(json.loads(row.setup))


def add(
    connection: Connection, class_id: int, *, who: str, number: int, field: str, new: str, old: str = "",
    reason: str = "", team: int | None = None, seat: int | None = None, receipt: str = "",
) -> int:  # fmt: skip
    """Add a line to the log and give its sequence number, which no other line of the class has."""
    count = update(tables.classes).where(tables.classes.c.id == class_id)
    count = count.values(last_seq=tables.classes.c.last_seq + 1)
    seq = int(connection.execute(count.returning(tables.classes.c.last_seq)).scalar_one())
    connection.execute(
        insert(tables.event).values(
            class_id=class_id, seq=seq, team_id=team, seat_id=seat, who=who, round=number, field=field, old=old,
            new=new, reason=reason, at=time.time(), receipt=receipt or f"{class_id}.{seq}",
        )
    )  # fmt: skip
    return seq

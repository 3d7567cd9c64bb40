"""Who may still open a community in a shared market: nobody once it has begun, for that would rewrite the past."""

from __future__ import annotations

from sqlalchemy import Connection, select

from classroom import tables
from classroom.record import class_row, setup_of


def closed(connection: Connection, class_id: int) -> bool:
    """Whether a class plays in a shared market of which a round has been computed."""
    if setup_of(class_row(connection, class_id)).market is None:
        return False
    kept = select(tables.result.c.id).where(tables.result.c.class_id == class_id).limit(1)
    return connection.execute(kept).first() is not None

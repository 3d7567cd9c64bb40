"""Where classes are kept: SQLite without any set-up, or the PostgreSQL that ``LAB_DATABASE`` names."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from simulation import ROOT
from simulation.errors import LabError

PATIENCE = 10.0
"""Seconds a writer waits for its turn before it is told that the database is busy."""
FILE = ROOT / "classes" / "lab.sqlite"
MIGRATING = 720_501
"""Number of the lock in PostgreSQL under which one server at a time brings the tables up to date."""


class Database:
    """Classes on disk; safe for many threads and several servers.

    A write is on the disk when :meth:`writing` has returned (WAL with ``synchronous=FULL``), and writers come one
    after another (``BEGIN IMMEDIATE``), so that what one has read is still true when it writes.

    Args:
        address: SQLAlchemy address, or the path of an SQLite file; ``LAB_DATABASE``, else a file in the lab's folder.

    Raises:
        LabError: ``classroom_gone`` where it cannot be opened, ``driver_missing`` where Python cannot speak to it.
    """

    def __init__(self, address: str | None = None) -> None:
        self._writer = threading.Lock()
        named = address or os.environ.get("LAB_DATABASE") or str(FILE)
        try:
            if "://" not in named:
                Path(named).resolve().parent.mkdir(parents=True, exist_ok=True)
                named = f"sqlite:///{named}"
            self.engine = _engine(named)
        except ImportError as error:
            raise LabError("driver_missing", package=error.name or "psycopg") from error
        except (OSError, SQLAlchemyError) as error:
            raise LabError("classroom_gone", reason=type(error).__name__) from error
        with _told():
            self._migrate()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; all of it counts or nothing.

        Raises:
            LabError: ``classroom_busy`` or ``classroom_gone``; nothing was written then.
        """
        with _told(), self._turn(), self._connected() as connection, connection.begin():
            yield connection

    def _connected(self) -> Connection:
        return self.engine.connect().execution_options(lab_writes=True)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the writers of this process to an SQLite file come one after another.

        SQLite itself lets them try again and again, which makes the unlucky ones wait for seconds.
        """
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self._writer.acquire(timeout=PATIENCE):
            raise LabError("classroom_busy")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that reads a single state of the database.

        Raises:
            LabError: ``classroom_busy`` or ``classroom_gone``.
        """
        with _told(), self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _migrate(self) -> None:
        """Bring the tables up to date; of several servers one does it while the others wait."""
        settings = Config()
        settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._connected() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")


def _engine(address: str) -> Engine:
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=30)
    engine = create_engine(address, connect_args={"timeout": PATIENCE}, pool_size=10, max_overflow=30)

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the lab says itself where a transaction begins
        _durable(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begins(connection: Connection) -> None:
        writes = connection.get_execution_options().get("lab_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _durable(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait for its turn at this, so the lab does."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # whoever wrote knows what it means
    except (SQLAlchemyError, sqlite3.Error) as error:
        if "locked" in str(error) or "QueuePool limit" in str(error):
            raise LabError("classroom_busy") from error
        raise LabError("classroom_gone", reason=type(getattr(error, "orig", None) or error).__name__) from error

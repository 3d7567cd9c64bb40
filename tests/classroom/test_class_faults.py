"""Faults: a server killed at any moment, many writers at once, several servers starting, a database that is gone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from benchmarks import kills
from classroom import database as storage
from classroom import decisions, record, tables, teaching
from classroom.access import new_token, student_by_token, teacher_by_secret
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup
from simulation import ROOT
from simulation.errors import LabError
from tests.classroom.conftest import SECRET, go_to, seated

KILLS = int(os.environ.get("LAB_KILLS", "10"))
"""``python -m benchmarks kills`` does 100."""


def receipts(database: Database) -> list[tuple[int, str, str]]:
    event = tables.event.c
    with database.reading() as connection:
        query = select(event.seq, event.receipt, event.field).where(event.who == "student").order_by(event.seq)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    found = kills.kill(tmp_path / "lab.sqlite", KILLS)
    assert found.good, found


def test_many_writers_at_once_have_unique_sequence_numbers(database, teacher, class_id) -> None:
    students = seated(database, teacher, class_id, "a b c d e f g h")
    go_to(database, teacher, class_id, State("decide", 1))

    def write(place: int) -> None:
        levers = {"contact": {"frequency": place % 5}}
        decisions.submit(database, students[place % 8], levers, reason="", based_on=10**9, receipt=new_token())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(160)))
    numbers = [seq for seq, _, _ in receipts(database)]
    assert len(numbers) == len(set(numbers)) >= 160
    with database.reading() as connection:
        every = list(connection.execute(select(tables.event.c.seq)).scalars())
        last = connection.execute(select(tables.classes.c.last_seq)).scalar_one()
    assert sorted(every) == list(range(1, last + 1))


def test_several_servers_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    file = str(tmp_path / "lab.sqlite")
    code = "import sys; from classroom.database import Database; Database(sys.argv[1]).close()"
    servers = [subprocess.Popen([sys.executable, "-c", code, file], cwd=ROOT) for _ in range(4)]
    assert [server.wait() for server in servers] == [0] * 4
    database = Database(file)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.METADATA) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1
    database.close()


def test_a_locked_or_missing_database_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 0.2)
    file = tmp_path / "lab.sqlite"
    database = Database(str(file))
    teacher = teacher_by_secret(database, SECRET)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(LabError) as caught:
        teaching.create(database, teacher, "x", Setup())
    assert caught.value.key == "classroom_busy" and time.monotonic() - began < 5
    other.execute("ROLLBACK")
    other.close()
    assert teaching.list_classes(database, teacher) == []
    database.close()
    for name in ("lab.sqlite", "lab.sqlite-wal", "lab.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    file.mkdir()
    with pytest.raises(LabError) as caught:
        student_by_token(database, "x")
    assert caught.value.key == "classroom_gone"
    with pytest.raises(LabError) as caught:
        Database("sqlite:////nowhere/at/all.sqlite")
    assert caught.value.key == "classroom_gone"


def test_postgresql_is_an_extra_and_its_absence_is_told() -> None:
    with pytest.raises(LabError) as caught:
        Database("postgresql+pg8000://lab@localhost/lab")  # a driver that no requirements file brings
    assert caught.value.key == "driver_missing" and caught.value.values["package"] == "pg8000"
    extra = (ROOT / "requirements-postgres.txt").read_text("utf-8")
    assert f"psycopg[binary]=={version('psycopg')}" in extra
    assert "-r requirements-postgres.txt" in (ROOT / "requirements-dev.txt").read_text("utf-8")
    assert "pip install -r requirements-postgres.txt" in (ROOT / "docs" / "deployment.md").read_text("utf-8")


def test_half_a_submission_is_none(database, teacher, class_id, monkeypatch: pytest.MonkeyPatch) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    before, calls = len(receipts(database)), []

    def breaks(*given, **named):
        calls.append(record.add(*given, **named))  # written, but not yet for good
        raise OSError("disk full")

    monkeypatch.setattr(decisions, "add", breaks)
    with pytest.raises(OSError, match="disk full"):
        decisions.submit(database, ann, {"contact": {}, "tiers": {}}, reason="", based_on=0, receipt="r")
    assert len(calls) == 1 and len(receipts(database)) == before

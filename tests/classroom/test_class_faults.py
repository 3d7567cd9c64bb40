"""Faults: a server killed at any moment, many writers at once, several servers starting, a database that is gone."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from classroom import database as storage
from classroom import decisions, record, roster, tables, teaching
from classroom.access import new_token, student_by_token, teacher_by_secret
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup
from simulation import ROOT
from simulation.errors import LabError
from tests.classroom.conftest import SECRET, go_to, seated

KILLS = 20
WRITER = """
import sys
from classroom import decisions
from classroom.access import student_by_token
from classroom.database import Database
database = Database(sys.argv[1])
student = student_by_token(database, sys.argv[2])
for number in range(int(sys.argv[3]), 10**6):
    levers = {"contact": {"frequency": number % 20 * 0.25}}
    decisions.submit(database, student, levers, reason=str(number), based_on=10**9, receipt=f"n{number}")
    print(number, flush=True)
"""


def receipts(database: Database) -> list[tuple[int, str, str]]:
    event = tables.event.c
    with database.reading() as connection:
        query = select(event.seq, event.receipt, event.field).where(event.who == "student").order_by(event.seq)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    file, luck = str(tmp_path / "lab.sqlite"), random.Random(7)
    database = Database(file)
    teacher = teacher_by_secret(database, SECRET)
    class_id = teaching.create(database, teacher, "kill", Setup())
    (ticket,) = roster.enrol(database, teacher, class_id, "ann").tickets
    go_to(database, teacher, class_id, State("decide", 1))
    acknowledged: list[int] = []
    for _ in range(KILLS):
        start = str(acknowledged[-1] if acknowledged else 0)  # the last one is sent again, as a page would
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, file, ticket.token, start], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        threading.Timer(luck.uniform(0.0, 0.15), writer.kill).start()
        rest = writer.stdout.read()
        writer.wait()
        writer.stdout.close()
        acknowledged += [int(line) for line in (first + rest).split()]
    kept = receipts(database)
    ready = [receipt.split(".n")[1] for _, receipt, field in kept if field == decisions.READY]
    assert len(ready) == len(set(ready))
    assert {str(number) for number in acknowledged} <= set(ready)
    assert len(acknowledged) > KILLS
    with sqlite3.connect(file) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    database.close()


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

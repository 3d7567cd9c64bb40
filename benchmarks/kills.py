"""A writer killed in mid-submission, again and again: ``python -m benchmarks kills`` counts what was lost or doubled.

A writer of its own process submits decisions one after another and says so after each; it is killed (signal 9) at a
random moment, and the next one begins by sending the last submission again, as a page would. Afterwards every
submission that had been acknowledged must be there exactly once, and the file must be sound.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select

from classroom import decisions, roster, tables, teaching
from classroom.access import Teacher, student_by_token, teacher_by_secret
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup

LONGEST_LIFE = 0.15
"""Seconds a writer lives at most after its first own submission."""
PATIENCE = 60.0
"""Seconds in which a writer must have submitted once."""


@dataclass(frozen=True)
class Killed:
    """What was left after the last kill.

    Attributes:
        kills: Writers killed.
        acknowledged: Submissions that a writer was told are on record.
        lost: Acknowledged submissions that are not there.
        doubled: Submissions that are there more than once.
        sound: Whether the database passes its integrity check.
    """

    kills: int
    acknowledged: int
    lost: int
    doubled: int
    sound: bool

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled or damaged."""
        return self.sound and not self.lost and not self.doubled and self.acknowledged > self.kills


def write(file: str, token: str, start: int, said: Connection) -> None:
    """Submit decisions from a number on until somebody ends it."""
    database = Database(file)
    student = student_by_token(database, token)
    for number in range(start, 10**9):
        levers = {"contact": {"frequency": number % 20 * 0.25}}
        decisions.submit(database, student, levers, reason=str(number), based_on=10**9, receipt=f"n{number}")
        said.send(number)


def kill(file: Path, kills: int, seed: int = 7) -> Killed:
    """Kill so many writers of a new class in that SQLite file, and count.

    Raises:
        TimeoutError: A writer did not get as far as its first submission.
    """
    luck, database = random.Random(seed), Database(str(file))
    teacher = teacher_by_secret(database, "only for this file")
    class_id = teaching.create(database, teacher, "kill", Setup())
    (ticket,) = roster.enrol(database, teacher, class_id, "ann").tickets
    while (now := _state(database, teacher, class_id)) != State("decide", 1):
        teaching.move(database, teacher, class_id, now)
    # Children of a server that has imported everything are there within milliseconds.
    context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        context.set_forkserver_preload(["benchmarks.kills"])
    acknowledged: list[int] = []
    for _ in range(kills):
        acknowledged += _life(context, file, ticket.token, acknowledged[-1] if acknowledged else 0, luck)
    event = tables.event.c
    with database.reading() as connection:
        query = select(event.receipt).where(event.who == "student", event.field == decisions.READY)
        there = [int(receipt.rpartition(".n")[2]) for receipt in connection.execute(query).scalars()]
    database.close()
    with closing(sqlite3.connect(file)) as raw:
        sound = raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    told = set(acknowledged)
    return Killed(kills, len(told), len(told - set(there)), len(there) - len(set(there)), sound)


def _life(context: Any, file: Path, token: str, start: int, luck: random.Random) -> list[int]:
    """Numbers that one writer was told are on record before it was killed."""
    ears, mouth = context.Pipe(duplex=False)
    writer = context.Process(target=write, args=(str(file), token, start, mouth), daemon=True)
    with _nothing_to_repeat():
        writer.start()
    mouth.close()
    heard: list[int] = []
    try:
        while len(heard) < 2:  # the last one of the writer before, sent again, and one of its own
            if not ears.poll(PATIENCE):
                raise TimeoutError("a writer did not submit anything")
            heard.append(ears.recv())
        threading.Timer(luck.uniform(0.0, LONGEST_LIFE), writer.kill).start()
        while True:
            heard.append(ears.recv())
    except EOFError:
        return heard
    finally:
        writer.kill()
        writer.join()
        ears.close()


@contextmanager
def _nothing_to_repeat() -> Iterator[None]:
    """Hide the program that was started, which a new process would else run once more before it begins."""
    shown = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = shown


def _state(database: Database, teacher: Teacher, class_id: int) -> State:
    row, _ = teaching.watch(database, teacher, class_id)
    return State(row.phase, row.round)


def main(words: Sequence[str]) -> int:
    """Kill writers and report; 1 if anything was lost, doubled or damaged."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills", description="Kill writers in mid-submission.")
    parser.add_argument("--kills", type=int, default=100)
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        found = kill(Path(folder) / "lab.sqlite", asked.kills)
    sys.stdout.write(
        f"{found.kills} kills, {found.acknowledged:,} acknowledged submissions: {found.lost} lost, "
        f"{found.doubled} doubled, file {'sound' if found.sound else 'DAMAGED'}\n"
    )
    return 0 if found.good else 1

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from classroom import roster, teaching
from classroom.access import Student, Teacher, student_by_token, teacher_by_secret
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup

SECRET = "chalk and cheese"
SMALL = Setup(rounds=2, weeks=4, people=200, worlds=5, team_size=2)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database: SQLite, or the PostgreSQL that ``LAB_TEST_DATABASE`` names, whose tables are dropped."""
    elsewhere = os.environ.get("LAB_TEST_DATABASE")
    if elsewhere:
        engine = create_engine(elsewhere)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        engine.dispose()
    found = Database(elsewhere or str(tmp_path / "lab.sqlite"))
    yield found
    found.close()


@pytest.fixture
def teacher(database: Database) -> Teacher:
    return teacher_by_secret(database, SECRET)


@pytest.fixture
def class_id(database: Database, teacher: Teacher) -> int:
    return teaching.create(database, teacher, "营销 101", SMALL)


def code_of(database: Database, teacher: Teacher, class_id: int) -> str:
    return teaching.join_code(teaching.watch(database, teacher, class_id)[0])


def seated(database: Database, teacher: Teacher, class_id: int, names: str) -> list[Student]:
    tickets = roster.enrol(database, teacher, class_id, "\n".join(names.split())).tickets
    return [student_by_token(database, ticket.token) for ticket in tickets]


def state(database: Database, teacher: Teacher, class_id: int) -> State:
    row, _ = teaching.watch(database, teacher, class_id)
    return State(row.phase, row.round)


def go_to(database: Database, teacher: Teacher, class_id: int, wanted: State) -> None:
    while (now := state(database, teacher, class_id)) != wanted:
        teaching.move(database, teacher, class_id, now)

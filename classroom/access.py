"""Who somebody is: the instructor by a secret, a student by the link of a seat; codes are checked so often only."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from classroom import tables
from classroom.database import Database
from simulation.errors import LabError

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of codes, without those that are taken for one another."""
HANDLE, SECRET_PART = 3, 6
"""A join code names its class by three letters; the six after them (10⁹ possibilities) are what is checked."""
CODES_A_MINUTE = 100
SECRETS_A_MINUTE = 10
MINUTE = 60.0
SHORTEST_SECRET = 8
PASS_LIVES = 12 * 3600.0
"""Seconds after which an instructor shows the secret again."""

_HASHER = PasswordHasher()


@dataclass(frozen=True)
class Teacher:
    """Somebody who has shown the instructor's secret."""

    token: str


@dataclass(frozen=True)
class Student:
    """Somebody who holds the link of a seat."""

    seat: int
    team: int
    class_id: int
    nickname: str


def new_token() -> str:
    """A secret that cannot be guessed: 144 bits."""
    return secrets.token_urlsafe(18)


def hashed(token: str) -> str:
    """What is kept of a token; it is random already, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_letters(count: int) -> str:
    """Random letters of a code."""
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def count_try(connection: Connection, door: str, allowed: int) -> bool:
    """Count a try at a door in the database; False where there were enough within a minute."""
    if connection.dialect.name == "postgresql":  # SQLite lets one writer in at a time anyway
        connection.execute(text("LOCK TABLE attempt IN EXCLUSIVE MODE"))
    now = time.time()
    connection.execute(delete(tables.attempt).where(tables.attempt.c.at < now - MINUTE))
    tries = select(func.count()).select_from(tables.attempt).where(tables.attempt.c.door == door)
    if int(connection.execute(tries).scalar_one()) >= allowed:
        return False
    connection.execute(insert(tables.attempt).values(door=door, at=now))
    return True


def secret_is_set(database: Database) -> bool:
    """Whether an instructor has chosen the secret already."""
    with database.reading() as connection:
        return connection.execute(select(tables.instructor.c.id)).first() is not None


def teacher_by_secret(database: Database, secret: str) -> Teacher:
    """Let the instructor in; the first secret ever given becomes the secret.

    Raises:
        LabError: ``secret_short``, ``secret_wrong`` or ``too_many_tries``.
    """
    if len(secret) < SHORTEST_SECRET:
        raise LabError("secret_short", allowed=SHORTEST_SECRET)
    with database.writing() as connection:
        admitted = count_try(connection, "teacher", SECRETS_A_MINUTE)
        kept = connection.execute(select(tables.instructor.c.secret_hash)).scalar()
    if not admitted:
        raise LabError("too_many_tries")
    if kept is None:
        fresh = _HASHER.hash(secret)
        with database.writing() as connection:
            kept = connection.execute(select(tables.instructor.c.secret_hash)).scalar()
            if kept is None:
                connection.execute(insert(tables.instructor).values(id=1, secret_hash=fresh))
                kept = fresh
    try:
        _HASHER.verify(kept, secret)
    except VerificationError:
        raise LabError("secret_wrong") from None
    token, now = new_token(), time.time()
    with database.writing() as connection:
        connection.execute(delete(tables.teacher_pass).where(tables.teacher_pass.c.at < now - PASS_LIVES))
        connection.execute(insert(tables.teacher_pass).values(token_hash=hashed(token), at=now))
    return Teacher(token)


def demand(connection: Connection, teacher: Teacher) -> None:
    """Refuse whoever is no instructor, whatever page they came by.

    Raises:
        LabError: ``not_instructor``.
    """
    passes = tables.teacher_pass
    found = connection.execute(select(passes.c.at).where(passes.c.token_hash == hashed(teacher.token))).scalar()
    if found is None or found < time.time() - PASS_LIVES:
        raise LabError("not_instructor")


# Put together once: every look of every student begins with it.
_SEAT = select(tables.seat.c.id, tables.seat.c.team_id, tables.seat.c.class_id, tables.seat.c.nickname).where(
    tables.seat.c.token_hash == bindparam("token")
)


def student_by_token(database: Database, token: str) -> Student:
    """The seat a personal link belongs to.

    Raises:
        LabError: ``seat_unknown``.
    """
    with database.reading() as connection:
        row = connection.execute(_SEAT, {"token": hashed(token)}).first()
    if row is None:
        raise LabError("seat_unknown")
    return Student(row.id, row.team_id, row.class_id, row.nickname)


def opens(database: Database, code: str, class_id: int) -> bool:
    """Whether a code names that class; its secret letters are not looked at, so nothing is found out by asking."""
    with database.reading() as connection:
        handle = connection.execute(select(tables.classes.c.handle).where(tables.classes.c.id == class_id)).scalar()
    return "".join(letter for letter in code.upper() if letter in LETTERS)[:HANDLE] == handle


def class_of_code(connection: Connection, code: str) -> int | None:
    """Class that a join code opens, None for a wrong one; every check counts.

    Raises:
        LabError: ``too_many_tries``.
    """
    said = "".join(letter for letter in code.upper() if letter in LETTERS)
    handle = said[:HANDLE]
    row = connection.execute(
        select(tables.classes.c.id, tables.classes.c.code).where(tables.classes.c.handle == handle)
    ).first()
    door = f"class {row.id}" if row else "no class"
    if not count_try(connection, door, CODES_A_MINUTE):
        raise LabError("too_many_tries")
    return int(row.id) if row and secrets.compare_digest(row.code, said[HANDLE:]) else None

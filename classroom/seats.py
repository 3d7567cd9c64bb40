"""Seats: joined by code, or laid out beforehand from a roster; a seat's link opens it again at any time."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from classroom import machine, market_entry, tables
from classroom.access import Student, Teacher, class_of_code, demand, hashed, new_token
from classroom.database import Database
from classroom.interventions import MOVED
from classroom.record import LONGEST_NAME, Line, add, class_row, cleaned, setup_of, state_of
from classroom.setup import MOST_TEAMS
from simulation.errors import LabError


class Ticket(NamedTuple):
    """A seat with the token of its link, which is told once and kept as a hash only."""

    nickname: str
    number: str
    team: int
    token: str


def bare(text: str) -> str:
    """A name or number without what people do not see or mean: full-width letters, capitals and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def join(database: Database, code: str, nickname: str, number: str = "", place: int | None = None) -> Ticket:
    """Take a new seat by join code, without an account.

    Args:
        database: Where.
        code: Join code.
        nickname: What the others see.
        number: Student number, if the course wants one.
        place: Number of the team to join; the smallest that has room if not given.

    Raises:
        LabError: ``code_wrong``, ``too_many_tries``, ``name_missing``, ``too_long``, ``class_over``, ``team_full``,
            ``number_taken`` where that student number has a seat already, which only its own link opens, or
            ``market_begun`` for a new team of a shared market that has begun.
    """
    called, numbered = cleaned(nickname, LONGEST_NAME, "nickname"), cleaned(number, LONGEST_NAME, "student_number")
    if not called:
        raise LabError("name_missing")
    with database.writing() as connection:  # a wrong code is an attempt that stays counted
        class_id = class_of_code(connection, code)
        if class_id is not None:
            row = class_row(connection, class_id)
            if state_of(row).phase not in machine.JOINING:
                raise LabError("class_over")
            if numbered and any(bare(one.student_number) == bare(numbered) for one in seated(connection, class_id)):
                raise LabError("number_taken", number=numbered)
            return take(connection, class_id, called, numbered, place, setup_of(row).team_size)
    raise LabError("code_wrong")


def renewed(database: Database, teacher: Teacher, class_id: int, seat_id: int | None = None) -> list[Ticket]:
    """Give every seat of a class, or one of them, a new link; the old ones open nothing any more.

    Raises:
        LabError: ``not_instructor``, ``seat_gone``.
    """
    seat, team = tables.seat, tables.team
    with database.writing() as connection:
        demand(connection, teacher)
        query = select(seat.c.id, seat.c.nickname, seat.c.student_number, team.c.place)
        query = query.join(team, team.c.id == seat.c.team_id).where(seat.c.class_id == class_id)
        rows = connection.execute(query if seat_id is None else query.where(seat.c.id == seat_id)).all()
        if seat_id is not None and not rows:
            raise LabError("seat_gone")
        tickets = []
        for row in rows:
            token = new_token()
            connection.execute(update(seat).where(seat.c.id == row.id).values(token_hash=hashed(token)))
            tickets.append(Ticket(row.nickname, row.student_number, row.place, token))
    return tickets


def sitting(database: Database, teacher: Teacher, class_id: int) -> list[Row[Any]]:
    """Everybody in a class with seat id, nickname, student number and number of the team, team by team.

    Raises:
        LabError: ``not_instructor``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        return seated(connection, class_id)


def seated(connection: Connection, class_id: int) -> list[Row[Any]]:
    """As :func:`sitting`, within a transaction."""
    seat, team = tables.seat.c, tables.team.c
    query = select(seat.id, seat.nickname, seat.student_number, team.place).select_from(tables.seat)
    query = query.join(tables.team, team.id == seat.team_id).where(seat.class_id == class_id)
    return list(connection.execute(query.order_by(team.place, seat.id)))


def move(database: Database, teacher: Teacher, class_id: int, seat_id: int, place: int) -> None:
    """Put a student into another team from now on; what the old team decided stays with it.

    Raises:
        LabError: ``not_instructor``, ``seat_gone``, ``class_over``, ``team_full``, ``out_of_range``.
    """
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if state_of(row).phase not in machine.JOINING:
            raise LabError("class_over")
        shift(connection, row, seat_id, place)


def shift(connection: Connection, row: Row[Any], seat_id: int, place: int) -> bool:
    """Move a seat within a transaction; whether there was anything to do.

    Raises:
        LabError: ``seat_gone``, ``team_full``, ``out_of_range``.
    """
    seat, team = tables.seat, tables.team.c
    query = select(team.id, team.place).join(seat, seat.c.team_id == team.id)
    now = connection.execute(query.where(seat.c.id == seat_id, seat.c.class_id == row.id)).first()
    if now is None:
        raise LabError("seat_gone")
    if now.place == place:
        return False
    team_id, _ = _team(connection, row.id, place, setup_of(row).team_size)
    connection.execute(update(seat).where(seat.c.id == seat_id).values(team_id=team_id))
    line = Line(MOVED, str(place), str(now.place), team=now.id, seat=seat_id)
    add(connection, row.id, [line], who="teacher", number=row.round)
    return True


def moves_of(connection: Connection, class_id: int) -> list[Row[Any]]:
    """Moves of students between teams, in order: seat_id, team_id (of the team that was left), at."""
    event = tables.event.c
    query = select(event.seat_id, event.team_id, event.at).where(event.class_id == class_id, event.field == MOVED)
    return list(connection.execute(query.order_by(event.seq)))


def team_at(moves: Iterable[Row[Any]], seat: Any, at: float) -> int:
    """Id of the team in which somebody sat at a time: a forecast is judged by the community it was made about.

    Args:
        moves: As :func:`moves_of` gives them.
        seat: Row with the ``id`` of the seat and the ``team_id`` it has now.
        at: Seconds since 1970.
    """
    left = (move.team_id for move in moves if move.seat_id == seat.id and move.at > at)
    return int(next(left, seat.team_id))


def teams_of(moves: Iterable[Row[Any]], seat: Any) -> set[int]:
    """Ids of all teams in which somebody has sat."""
    return {seat.team_id, *(move.team_id for move in moves if move.seat_id == seat.id)}


# Put together once: every look of every student reads it.
_MATES = (
    select(tables.seat.c.nickname, tables.team.c.place)
    .join(tables.team, tables.team.c.id == tables.seat.c.team_id)
    .where(tables.seat.c.team_id == bindparam("team"))
    .order_by(tables.seat.c.id)
)


def mates(connection: Connection, student: Student) -> tuple[int, list[str]]:
    """Number of a student's team in the class, and the nicknames in it; 0 and nobody where the seat is gone."""
    rows = connection.execute(_MATES, {"team": student.team}).all()
    return (int(rows[0].place) if rows else 0), [str(row.nickname) for row in rows]


def taken(database: Database, class_id: int) -> int:
    """How many seats a class has."""
    with database.reading() as connection:
        query = select(func.count()).select_from(tables.seat).where(tables.seat.c.class_id == class_id)
        return int(connection.execute(query).scalar_one())


def take(
    connection: Connection, class_id: int, nickname: str, number: str, place: int | None, size: int
) -> Ticket:  # fmt: skip
    """Lay out one seat within a transaction."""
    team_id, place = _team(connection, class_id, place, size)
    token = new_token()
    connection.execute(
        insert(tables.seat).values(
            class_id=class_id, team_id=team_id, nickname=nickname, student_number=number, token_hash=hashed(token),
            joined=time.time(),
        )
    )  # fmt: skip
    return Ticket(nickname, number, place, token)


def _team(connection: Connection, class_id: int, place: int | None, size: int) -> tuple[int, int]:
    """Id and number of a team that has room: the one asked for, else the smallest; made where it is new."""
    team, seat = tables.team.c, tables.seat.c
    query = select(team.id, team.place, func.count(seat.id).label("taken")).select_from(tables.team)
    query = query.outerjoin(tables.seat, seat.team_id == team.id).where(team.class_id == class_id)
    teams = {row.place: row for row in connection.execute(query.group_by(team.id, team.place))}
    begun = market_entry.closed(connection, class_id)
    if place is None:
        room = [row for row in teams.values() if row.taken < size or begun]
        place = min(room, key=lambda row: (row.taken, row.place)).place if room else max(teams, default=0) + 1
    elif place in teams and teams[place].taken >= size:
        raise LabError("team_full", team=place, allowed=size)
    if not 1 <= place <= MOST_TEAMS:
        raise LabError("out_of_range", field="team", given=str(place), allowed=f"1–{MOST_TEAMS}")
    if begun and place not in teams:
        raise LabError("market_begun", team=place)
    if place in teams:
        return int(teams[place].id), place
    made = insert(tables.team).values(class_id=class_id, place=place).returning(team.id)
    return int(connection.execute(made).scalar_one()), place

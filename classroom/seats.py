"""Seats: joined by code, or laid out beforehand from a pasted roster; a seat's link opens it again at any time."""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from classroom import machine, market_entry, tables
from classroom.access import Student, Teacher, class_of_code, demand, hashed, new_token
from classroom.database import Database
from classroom.record import LONGEST_NAME, class_row, cleaned, setup_of, state_of
from classroom.setup import MOST_TEAMS
from simulation.errors import LabError

LONGEST_ROSTER = 500


class Ticket(NamedTuple):
    """A seat with the token of its link, which is told once and kept as a hash only."""

    nickname: str
    number: str
    team: int
    token: str


def join(database: Database, code: str, nickname: str, number: str = "", place: int | None = None) -> Ticket:
    """Take a new seat by join code, without an account.

    Args:
        database: Where.
        code: Join code.
        nickname: What the others see.
        number: Student number, if the course wants one.
        place: Number of the team to join; the smallest that has room if not given.

    Raises:
        LabError: ``code_wrong``, ``too_many_tries``, ``name_missing``, ``too_long``, ``class_over``, ``team_full``, or
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
            return _seat(connection, class_id, called, numbered, place, setup_of(row).team_size)
    raise LabError("code_wrong")


def enrol(database: Database, teacher: Teacher, class_id: int, pasted: str) -> list[Ticket]:
    """Lay out seats from a pasted list: a line a student with nickname and, if wanted, student number and team.

    Raises:
        LabError: ``not_instructor``, ``roster_line`` naming the line, ``roster_long``, ``too_long``, ``team_full``,
            ``market_begun``.
    """
    lines = [line for line in pasted.splitlines() if line.strip()]
    if len(lines) > LONGEST_ROSTER:
        raise LabError("roster_long", given=len(lines), allowed=LONGEST_ROSTER)
    people = []
    for place, line in enumerate(lines, 1):
        parts = [part.strip() for part in re.split(r"[\t,，;；]", line)]
        name, number, team, *more = [*parts, "", ""] if len(parts) < 3 else parts
        if not name or any(more) or (team and not (team.isascii() and team.isdigit() and 1 <= int(team) <= MOST_TEAMS)):
            raise LabError("roster_line", line=place, given=line[:60], allowed=MOST_TEAMS)
        people.append((cleaned(name, LONGEST_NAME, "nickname"), cleaned(number, LONGEST_NAME, "student_number"),
                       int(team) if team else None))  # fmt: skip
    with database.writing() as connection:
        demand(connection, teacher)
        size = setup_of(class_row(connection, class_id)).team_size
        return [_seat(connection, class_id, *person, size) for person in people]


def renewed(database: Database, teacher: Teacher, class_id: int) -> list[Ticket]:
    """Give every seat of a class a new link; the old ones open nothing any more."""
    seat, team = tables.seat, tables.team
    with database.writing() as connection:
        demand(connection, teacher)
        query = select(seat.c.id, seat.c.nickname, seat.c.student_number, team.c.place)
        rows = connection.execute(query.join(team, team.c.id == seat.c.team_id).where(seat.c.class_id == class_id))
        tickets = []
        for row in rows.all():
            token = new_token()
            connection.execute(update(seat).where(seat.c.id == row.id).values(token_hash=hashed(token)))
            tickets.append(Ticket(row.nickname, row.student_number, row.place, token))
    return tickets


def mates(connection: Connection, student: Student) -> list[str]:
    """Nicknames of a student's team."""
    seat = tables.seat.c
    query = select(seat.nickname).where(seat.team_id == student.team).order_by(seat.id)
    return [str(name) for name in connection.execute(query).scalars()]


def _seat(
    connection: Connection, class_id: int, nickname: str, number: str, place: int | None, size: int
) -> Ticket:  # fmt: skip
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
        team_id = teams[place].id
    else:
        made = insert(tables.team).values(class_id=class_id, place=place).returning(team.id)
        team_id = connection.execute(made).scalar_one()
    token = new_token()
    connection.execute(
        insert(tables.seat).values(
            class_id=class_id, team_id=team_id, nickname=nickname, student_number=number, token_hash=hashed(token),
            joined=time.time(),
        )
    )  # fmt: skip
    return Ticket(nickname, number, place, token)

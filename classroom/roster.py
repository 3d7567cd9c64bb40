"""A roster pasted or uploaded, once or again and again: who is new gets a seat, who is there keeps it."""

from __future__ import annotations

import re
from typing import NamedTuple

from classroom import machine
from classroom.access import Teacher, demand
from classroom.database import Database
from classroom.record import LONGEST_NAME, class_row, cleaned, setup_of, state_of
from classroom.seats import Ticket, bare, seated, shift, take
from classroom.setup import MOST_TEAMS
from simulation.analysis.orderlog_file import decode
from simulation.errors import LabError

LONGEST_ROSTER = 500
LARGEST_FILE = 200_000
"""Bytes of a roster file."""
HEADINGS = {
    "name": ("nickname", "name", "student", "student name", "昵称", "姓名", "学生", "学生姓名"),
    "number": ("number", "student number", "student id", "id", "no", "no.", "学号", "编号", "学生学号"),
    "team": ("team", "group", "队", "队号", "队伍", "组", "组号", "小组", "分组"),
}
"""Words by which a first line is known as headings, which then may stand in any order."""


class Person(NamedTuple):
    """A line of a roster; the team is None where the roster leaves it open."""

    name: str
    number: str
    team: int | None


class Enrolled(NamedTuple):
    """What a roster has done.

    Attributes:
        tickets: New seats with their links.
        moved: Students who sat there already and now sit in the team that the roster gives them.
        kept: Students who sat there already and stay as they were; their links go on working.
        repeated: Lines that said the same as one before.
    """

    tickets: list[Ticket]
    moved: int
    kept: int
    repeated: int


def text_of(data: bytes) -> str:
    """Text of an uploaded roster, whether it was saved as UTF-8, UTF-16 or GBK.

    Raises:
        LabError: ``roster_large`` or ``log_unreadable``.
    """
    if len(data) > LARGEST_FILE:
        raise LabError("roster_large", given=len(data), allowed=LARGEST_FILE)
    return decode(data)[0].decode("utf-8")


def read(text: str) -> tuple[list[Person], int]:
    """People of a roster in order, and how many lines only repeated one before.

    A line holds nickname and, if wanted, student number and team, between commas, semicolons or tabs. Somebody is told
    from somebody else by the student number, or by the nickname where no number is given.

    Raises:
        LabError: ``roster_line`` or ``roster_twice`` naming the lines, ``roster_long``, ``too_long``.
    """
    lines = [(place, line) for place, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > LONGEST_ROSTER + 1:
        raise LabError("roster_long", given=len(lines), allowed=LONGEST_ROSTER)
    order = _headings(lines[0][1]) if lines else None
    people: dict[tuple[str, str], tuple[int, Person]] = {}
    repeated = 0
    for place, line in lines if order is None else lines[1:]:
        person = _person(place, line, order or ("name", "number", "team"))
        first, before = people.setdefault(_who(person), (place, person))
        if first != place:
            if before != person:
                raise LabError("roster_twice", line=place, given=line.strip()[:60], first=first)
            repeated += 1
    if len(people) > LONGEST_ROSTER:
        raise LabError("roster_long", given=len(people), allowed=LONGEST_ROSTER)
    return [person for _, person in people.values()], repeated


def enrol(database: Database, teacher: Teacher, class_id: int, text: str) -> Enrolled:
    """Lay out seats for everybody of a roster who has none; the same roster again changes nothing.

    Whoever sits in the class already keeps seat, link and name. If the roster names another team for them, they move.

    Raises:
        LabError: ``not_instructor``, ``class_over``, ``team_full``, ``market_begun`` and what :func:`read` refuses;
            nothing is done then.
    """
    people, repeated = read(text)
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if state_of(row).phase not in machine.JOINING:
            raise LabError("class_over")
        size, there = setup_of(row).team_size, seated(connection, class_id)
        known = {_who(Person(one.nickname, one.student_number, one.place)): one.id for one in there}
        tickets, moved, kept = [], 0, 0
        for person in people:
            seat = known.get(_who(person))
            if seat is None:
                tickets.append(take(connection, class_id, person.name, person.number, person.team, size))
            elif person.team is not None and shift(connection, row, seat, person.team):
                moved += 1
            else:
                kept += 1
    return Enrolled(tickets, moved, kept, repeated)


def _who(person: Person) -> tuple[str, str]:
    """By what somebody is told from everybody else."""
    return ("number", bare(person.number)) if person.number else ("name", bare(person.name))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in re.split(r"[\t,，;；]", line)]


def _headings(line: str) -> tuple[str, ...] | None:
    """What the columns hold, where the first line says so."""
    found = [next((name for name, words in HEADINGS.items() if cell.casefold() in words), "") for cell in _cells(line)]
    return tuple(found) if "name" in found and all(found) and len(set(found)) == len(found) else None


def _person(place: int, line: str, order: tuple[str, ...]) -> Person:
    cells = _cells(line)
    told = dict(zip(order, cells, strict=False))
    name, number, team = (told.get(field, "") for field in ("name", "number", "team"))
    usual = not team or (team.isascii() and team.isdigit() and 1 <= int(team) <= MOST_TEAMS)
    if not name or any(cells[len(order) :]) or not usual:
        raise LabError("roster_line", line=place, given=line.strip()[:60], allowed=MOST_TEAMS)
    return Person(
        cleaned(name, LONGEST_NAME, "nickname"),
        cleaned(number, LONGEST_NAME, "student_number"),
        int(team) if team else None,
    )

"""What an instructor does to a class: make it, move it, step back, stop the clock, watch it, clear it away."""

from __future__ import annotations

import secrets
import time
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from classroom import machine, tables
from classroom.access import HANDLE, SECRET_PART, Teacher, demand, new_letters
from classroom.database import Database
from classroom.decisions import NOTHING, decided_by
from classroom.interventions import NUDGE
from classroom.machine import State
from classroom.record import LONGEST_NAME, Line, add, class_row, cleaned, setup_of, state_of
from classroom.setup import Setup
from simulation.errors import LabError

MOST_MINUTES = 600


class Summary(NamedTuple):
    """A class in a list."""

    id: int
    title: str
    phase: str
    round: int
    seats: int


class Watched(NamedTuple):
    """A team on the monitor: who sits in it, and how far it is in this round.

    Attributes:
        place: Number of the team.
        id: Its id.
        names: Nicknames.
        spoke: Whether it has put a decision on record in this round; otherwise its last one goes on.
        ready: Whether it says that it is done.
        predicted: Members who have locked their forecast.
        tools: Strategies in use.
        nudges: How often it or a member has been nudged in this round.
        nudged: When that was last, seconds since 1970.
    """

    place: int
    id: int
    names: tuple[str, ...]
    spoke: bool
    ready: bool
    predicted: int
    tools: tuple[str, ...]
    nudges: int
    nudged: float | None


def create(database: Database, teacher: Teacher, title: str, setup: Setup) -> int:
    """Make a class and give its id.

    Raises:
        LabError: ``not_instructor``, ``name_missing``, ``too_long`` or what :meth:`Setup.settled` refuses.
    """
    called = cleaned(title, LONGEST_NAME, "title")
    if not called:
        raise LabError("name_missing")
    setup.settled()
    with database.writing() as connection:
        demand(connection, teacher)
        taken = set(connection.execute(select(tables.classes.c.handle)).scalars())
        handle = next(found for found in iter(lambda: new_letters(HANDLE), "") if found not in taken)
        made = insert(tables.classes).values(
            handle=handle, code=new_letters(SECRET_PART), title=called, setup=setup.model_dump_json(),
            hidden_seed=1_000_000 + secrets.randbelow(2**30), created=time.time(), phase="draft", round=0,
            board=False, last_seq=0,
        )  # fmt: skip
        return int(connection.execute(made.returning(tables.classes.c.id)).scalar_one())


def list_classes(database: Database, teacher: Teacher) -> list[Summary]:
    """Every class, the newest first."""
    kept, seat = tables.classes.c, tables.seat.c
    query = select(kept.id, kept.title, kept.phase, kept.round, func.count(seat.id)).select_from(tables.classes)
    query = query.outerjoin(tables.seat, seat.class_id == kept.id)
    with database.reading() as connection:
        demand(connection, teacher)
        grouped = query.group_by(kept.id, kept.title, kept.phase, kept.round).order_by(kept.id.desc())
        return [Summary(*row) for row in connection.execute(grouped)]


def join_code(row: Row[Any]) -> str:
    """Join code as it is shown: ``K7M-4QXR2P``."""
    return f"{row.handle}-{row.code}"


def move(database: Database, teacher: Teacher, class_id: int, seen: State, minutes: float | None = None) -> State:
    """Move a class one step on, if it still stands where the instructor saw it: a second click changes nothing.

    Args:
        database: Where.
        teacher: Who.
        class_id: Which class.
        seen: Where the class stood on the instructor's screen.
        minutes: Length of the next phase, where a clock may end it.

    Raises:
        LabError: ``not_instructor``, ``class_moved``, ``results_missing``, ``teams_missing``, ``class_at_end``.
    """
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        state = _unmoved(row, seen)
        following = machine.forward(state, setup_of(row).rounds)
        teams = list(connection.execute(select(tables.team).where(tables.team.c.class_id == class_id)))
        if following.phase == "open" and not teams:
            raise LabError("teams_missing")
        if state.phase in machine.COMPUTING and not _complete(connection, row, len(teams)):
            raise LabError("results_missing")
        if following.phase == "lock":
            spoken = decided_by(connection, class_id, state.round)
            late = [team.place for team in teams if spoken.get(team.id, NOTHING).carried]
            add(connection, class_id, [Line("carried", str(place)) for place in late], who="teacher",
                number=state.round)  # fmt: skip
        _go(connection, row, following, minutes)
        if following.phase == "archived":
            _anonymise(connection, class_id)
        return following


def undo(database: Database, teacher: Teacher, class_id: int, seen: State) -> State:
    """Take one step back; results that have to be computed again are dropped, decisions never.

    Raises:
        LabError: ``not_instructor``, ``class_moved``, ``class_at_start``, ``class_anonymous``.
    """
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        state = _unmoved(row, seen)
        if state.phase == "archived":
            raise LabError("class_anonymous")
        before = machine.back(state)
        if state.phase in machine.COMPUTING:
            kept = tables.result.c
            gone = delete(tables.result).where(kept.class_id == class_id, kept.stage == stage(row))
            connection.execute(gone)
        _go(connection, row, before, None)
        return before


def extend(database: Database, teacher: Teacher, class_id: int, minutes: float) -> None:
    """Let the phase end that many minutes from now.

    Raises:
        LabError: ``not_instructor``, ``out_of_range``, ``phase_closed`` or ``class_paused``.
    """
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if row.paused is not None:
            raise LabError("class_paused")
        if row.phase not in machine.TIMED:
            raise LabError("phase_closed")
        _set(connection, class_id, deadline=_ends(minutes))
        _note(connection, row, "extend", f"{minutes:g}")


def pause(database: Database, teacher: Teacher, class_id: int, stopped: bool) -> None:
    """Stop the clock and everybody's hand, or go on with the time that was left."""
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if stopped == (row.paused is not None):
            return
        if stopped:
            left = -1.0 if row.deadline is None else max(0.0, row.deadline - time.time())
            _set(connection, class_id, paused=left, deadline=None)
        else:
            _set(connection, class_id, paused=None, deadline=None if row.paused < 0 else time.time() + row.paused)
        _note(connection, row, "pause", str(int(stopped)))


def show_board(database: Database, teacher: Teacher, class_id: int, shown: bool) -> None:
    """Show the ranking to students, or hide it, as it is at first."""
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if bool(row.board) != shown:
            _set(connection, class_id, board=shown)
            _note(connection, row, "board", str(int(shown)))


def wipe(database: Database, teacher: Teacher, class_id: int) -> None:
    """Delete a class with everything in it, for good."""
    with database.writing() as connection:
        demand(connection, teacher)
        class_row(connection, class_id)
        # Children first: no database is asked to cascade for what must certainly be gone.
        for table in (tables.result, tables.coursework, tables.prediction, tables.event, tables.seat, tables.team):
            connection.execute(delete(table).where(table.c.class_id == class_id))
        connection.execute(delete(tables.classes).where(tables.classes.c.id == class_id))


def watch(database: Database, teacher: Teacher, class_id: int) -> tuple[Row[Any], list[Watched]]:
    """A class with its teams as they stand at this moment."""
    seat, kept, event = tables.seat.c, tables.prediction.c, tables.event.c
    with database.reading() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        told = select(kept.seat_id).where(kept.class_id == class_id, kept.round == row.round)
        guesses = set(connection.execute(told).scalars())
        people = select(seat.id, seat.team_id, seat.nickname).where(seat.class_id == class_id).order_by(seat.id)
        sitting = connection.execute(people).all()
        asked = select(event.team_id, event.at).where(event.class_id == class_id, event.field == NUDGE)
        nudges = connection.execute(asked.where(event.round == row.round)).all()
        every = select(tables.team).where(tables.team.c.class_id == class_id).order_by(tables.team.c.place)
        teams, spoken = connection.execute(every).all(), decided_by(connection, class_id, row.round)
    found = []
    for team in teams:
        now = spoken.get(team.id, NOTHING)
        here = [person for person in sitting if person.team_id == team.id]
        names, forecasts = tuple(person.nickname for person in here), sum(person.id in guesses for person in here)
        at = [line.at for line in nudges if line.team_id == team.id]
        found.append(Watched(team.place, team.id, names, not now.carried, now.ready, forecasts, tuple(now.levers),
                             len(at), max(at, default=None)))  # fmt: skip
    return row, found


def stage(row: Row[Any]) -> int:
    """Under which number results of the state are kept: the round, or one more than the last for the final."""
    return int(row.round) + (row.phase in machine.AFTER)


def _complete(connection: Connection, row: Row[Any], teams: int) -> bool:
    kept = tables.result.c
    count = select(func.count()).select_from(tables.result).where(kept.class_id == row.id, kept.stage == stage(row))
    return int(connection.execute(count).scalar_one()) >= teams


def _unmoved(row: Row[Any], seen: State) -> State:
    state = state_of(row)
    if state != seen:
        raise LabError("class_moved")
    return state


def _go(connection: Connection, row: Row[Any], following: State, minutes: float | None) -> None:
    ends = _ends(minutes) if minutes and following.phase in machine.TIMED else None
    _set(connection, row.id, phase=following.phase, round=following.round, deadline=ends, paused=None)
    step = Line("phase", following.phase, row.phase)
    add(connection, row.id, [step], who="teacher", number=following.round)


def _ends(minutes: float) -> float:
    if not 0 < minutes <= MOST_MINUTES:
        raise LabError("out_of_range", field="minutes", given=str(minutes)[:60], allowed=f"1–{MOST_MINUTES}")
    return time.time() + 60 * minutes


def _set(connection: Connection, class_id: int, **values: Any) -> None:
    connection.execute(update(tables.classes).where(tables.classes.c.id == class_id).values(**values))


def _note(connection: Connection, row: Row[Any], field: str, new: str) -> None:
    add(connection, row.id, [Line(field, new)], who="teacher", number=row.round)


def _anonymise(connection: Connection, class_id: int) -> None:
    """Take names and numbers away; decisions and grades stay under the seat's number."""
    seat = tables.seat
    for row in connection.execute(select(seat.c.id).where(seat.c.class_id == class_id)).all():
        nobody = {"nickname": f"#{row.id}", "student_number": "", "token_hash": f"gone {row.id}"}
        connection.execute(update(seat).where(seat.c.id == row.id).values(**nobody))

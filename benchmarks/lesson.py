"""A whole class over the app's own protocol: ``python -m benchmarks class`` plays its rounds and times the answers.

Every student is a session of the app that opens the seat's link, locks a forecast, switches a strategy on, submits and
looks at the results; waiting pages ask for news by themselves, as browsers do, and some people reload theirs. All
of a team choose the same. The instructor moves the class on and computes its rounds on the Teach
page. Students who come back after each phase do so within a few seconds, not at once.
``--together`` lets all of them submit within a second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from benchmarks import family, load
from benchmarks.visitor import LostError, Visitor
from classroom import roster, tables, teaching
from classroom.access import Teacher, teacher_by_secret
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup
from pages.parts.words import Words

SECRET = "only for this class"
TARGETS = {"p95": 0.5, "submit p95": 1.2, "results": 20.0, "memory": 2000.0}
LONGEST_ROUND = 180.0
"""Seconds after which a round that has no results is given up."""


@dataclass
class Class:
    """A class that is being played.

    Attributes:
        students: How many.
        outcome: Answers, errors, lost sessions, memory, as in :mod:`benchmarks.load`.
        results: Seconds from the lock to the results of all teams, round by round.
        simulating: Seconds of every answer that a student waited for while a round was computed.
        stored: Forecasts and decisions in the database at the end.
    """

    students: int
    outcome: load.Outcome = field(default_factory=load.Outcome)
    results: list[float] = field(default_factory=list)
    simulating: list[float] = field(default_factory=list)
    stored: tuple[int, int] = (0, 0)


class Player:
    """One student with a seat."""

    def __init__(self, port: int, token: str, number: int, team: int, spread: float) -> None:
        self.visitor = Visitor(port)
        self.token, self.luck, self.team, self.spread = token, random.Random(number), team, spread
        self.round = 0

    async def open(self) -> None:
        """Come in by the seat's link."""
        await asyncio.sleep(self.luck.uniform(0, self.spread))
        await self.visitor.open("classroom", query=f"seat={self.token}")

    async def act(self, phase: str) -> None:
        """Do what a phase asks for, some time after the class has moved on."""
        await self.visitor.think(self.luck.uniform(0, self.spread))
        await self.visitor.look()
        if phase == "predict":
            low = float(self.luck.randint(10, 100))
            if await self.visitor.fill((low, low + 80)):
                await self.visitor.press_label(Words("en")("classroom.lock_forecast"), "predict")
        if phase == "decide":
            self.round += 1
            # What team-mates choose as well, so that nobody contradicts, and no other team, so that each is computed.
            frequency = 0.1 * self.team + 0.5 * self.round
            await self.visitor.switch(".on.contact")
            await self.visitor.move(lambda name, _: name.endswith(".frequency"), lambda *_: frequency)
            await self.visitor.press("-classroom.submit", "submit")

    async def linger(self, over: asyncio.Event) -> None:
        """Keep the page open until the others are done as well; it asks for news all the time, as browsers do."""
        while not over.is_set():
            await self.visitor.think(0.5)

    async def wait(self, over: asyncio.Event) -> None:
        """Keep the page open, which asks for news by itself, and reload it now and then."""
        while not over.is_set():
            await self.visitor.think(self.luck.uniform(1.0, 2.0))
            if self.luck.random() < 0.1:
                await self.visitor.look()


async def play(app: load.App, database: Database, students: int, teams: int, setup: Setup, spread: float) -> Class:
    """Play a class to the end of its last round.

    Args:
        app: A running app that keeps its classes in ``database``.
        database: Where the class is laid out.
        students: How many.
        teams: In how many teams.
        setup: What is settled for the class.
        spread: Seconds within which students act after the class has moved on.
    """
    teacher = teacher_by_secret(database, SECRET)
    class_id = teaching.create(database, teacher, "load", setup)
    names = "\n".join(f"s{number},{number},{number % teams + 1}" for number in range(students))
    tickets = roster.enrol(database, teacher, class_id, names).tickets
    found = Class(students)
    players = [Player(app.port, ticket.token, number, number % teams, spread) for number, ticket in enumerate(tickets)]
    desk = Visitor(app.port)
    await desk.open("teach")
    await desk.fill_text(SECRET)
    await desk.press_label(Words("en")("teach.sign_in"), "sign in")
    watching, before = asyncio.create_task(_watch(app, found)), family.cpu_seconds(app.process)
    await _all(players, found, "open")
    while (now := _state(database, teacher, class_id)).phase != "debrief" or now.round < setup.rounds:
        if now.phase in {"predict", "decide"}:
            await _all(players, found, now.phase)
        if now.phase == "lock":
            began, computed = time.perf_counter(), asyncio.Event()
            waiting = [asyncio.create_task(_safe(player.wait(computed), found)) for player in players]
            answered = [_answers(player) for player in players]
            await _next(desk, "simulate")
            while not _kept(database, class_id, now.round, teams):
                if time.perf_counter() - began > LONGEST_ROUND:
                    raise TimeoutError("a round has no results")
                await desk.think(0.5)
                await desk.look()
            found.results.append(time.perf_counter() - began)
            computed.set()
            await asyncio.gather(*waiting)
            for player, so_far in zip(players, answered, strict=True):
                found.simulating += _answered(player)[so_far:]
            continue
        await _next(desk, "next")
    await _all(players, found, "reveal")
    watching.cancel()
    found.outcome.cpu = family.cpu_seconds(app.process) - before
    for visitor in (desk, *(player.visitor for player in players)):
        found.outcome.add(visitor)
        with suppress(OSError):
            await visitor.leave()
    found.stored = _stored(database, class_id)
    return found


async def _next(desk: Visitor, kind: str) -> None:
    await desk.look()
    if not await desk.press("-teach.next", kind):
        raise LostError("the instructor's page has no next step")


async def _all(players: Sequence[Player], found: Class, phase: str) -> None:
    over, acting = asyncio.Event(), len(players)

    async def step(player: Player) -> None:
        nonlocal acting
        try:
            await (player.open() if phase == "open" else player.act(phase))
        finally:
            acting -= 1
            if not acting:
                over.set()
        await player.linger(over)

    await asyncio.gather(*(_safe(step(player), found) for player in players))


async def _safe(step: object, found: Class) -> None:
    try:
        await step  # type: ignore[misc]
    except LostError as reason:
        found.outcome.lost.append(str(reason))


async def _watch(app: load.App, found: Class) -> None:
    began = time.monotonic()
    while True:
        found.outcome.memory.append((time.monotonic() - began, family.megabytes(app.process)))
        await asyncio.sleep(2)


def _answered(player: Player) -> list[float]:
    return [seconds for kind in ("poll", "look") for seconds in player.visitor.took.get(kind, [])]


def _answers(player: Player) -> int:
    return len(_answered(player))


def _state(database: Database, teacher: Teacher, class_id: int) -> State:
    row, _ = teaching.watch(database, teacher, class_id)
    return State(row.phase, row.round)


def _kept(database: Database, class_id: int, stage: int, teams: int) -> bool:
    kept = tables.result.c
    with database.reading() as connection:
        query = select(func.count()).select_from(tables.result).where(kept.class_id == class_id, kept.stage == stage)
        return int(connection.execute(query).scalar_one()) >= teams


def _stored(database: Database, class_id: int) -> tuple[int, int]:
    event, guess = tables.event.c, tables.prediction.c
    with database.reading() as connection:
        told = select(func.count()).select_from(tables.prediction).where(guess.class_id == class_id)
        said = select(func.count()).select_from(tables.event)
        said = said.where(event.class_id == class_id, event.field == "ready", event.round > 0)
        return int(connection.execute(told).scalar_one()), int(connection.execute(said).scalar_one())


def report(found: Class) -> str:
    """What the class met, with what misses its target and by how much."""
    lines = [load.report(found.outcome)]
    shown = {"submit p95": found.outcome.took.get("submit", []), "during a round p95": found.simulating}
    figures = {name: load.percentile(values, 0.95) for name, values in shown.items() if values}
    figures["results"] = max(found.results, default=0.0)
    for name, value in figures.items():
        bound = TARGETS.get(name, TARGETS["p95"])
        met = "met" if value <= bound else f"missed by {value / bound - 1:.0%}"
        lines.append(f"{name:<20}{value:>10.3f} s   target ≤ {bound:g}   {met}")
    rounds = ", ".join(f"{seconds:.1f}" for seconds in found.results)
    lines.append(f"results after the lock, round by round: {rounds} s")
    lines.append(f"stored: {found.stored[0]} forecasts, {found.stored[1]} decisions of {found.students} students")
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:
    """Start the app with a database of its own, play, report; 1 if anybody saw an error or anything is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks class", description="Play a class over the protocol.")
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--teams", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--people", type=int, default=1000, help="people in a world (default: 1000)")
    parser.add_argument("--worlds", type=int, default=12, help="twin worlds of every team (default: 12)")
    parser.add_argument("--together", action="store_true", help="all act within a second instead of ten")
    parser.add_argument("--database", help="PostgreSQL to use instead of a new SQLite file; classes are added to it")
    asked = parser.parse_args(words)
    size = -(-asked.students // asked.teams)
    setup = Setup(rounds=asked.rounds, team_size=size, people=asked.people, worlds=asked.worlds)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LAB_DATABASE"] = asked.database or str(Path(folder) / "lab.sqlite")
        database = Database()
        with load.server(load.free_port()) as app:
            spread = 1.0 if asked.together else 10.0
            found = asyncio.run(play(app, database, asked.students, asked.teams, setup, spread))
        database.close()
    whole = asked.students * asked.rounds
    sys.stdout.write(f"{asked.students} students, {asked.teams} teams, {asked.rounds} rounds\n{report(found)}\n")
    return 1 if found.outcome.errors or found.outcome.lost or found.stored != (whole, whole) else 0

"""A class in front of the app: ``python -m benchmarks load`` starts it, lets scripted people use it, times the answers.

Readers turn pages, sliders move levers, runners ask for runs that nobody has asked for before and wait for all of it.
They speak the app's own protocol. For half an hour at moderate load (``--minutes 30``) this is the soak test: memory
must come to rest.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import family
from benchmarks.visitor import LostError, Visitor
from simulation import ROOT

PAGES = ("start", "lessons", "studio", "duel", "evidence", "desk")
TARGETS = {"p95": 0.5, "p99": 1.0, "memory": 2000.0, "growth": 1.1}
SOAKED = 600.0
"""Seconds after which memory may be asked to have come to rest."""

LONGEST_RUN = 120.0
_WAITS = {"complete", "first visit"}
_START = 120.0
_LOOK = 2.0


@dataclass
class Outcome:
    """What a load did to the app.

    Attributes:
        took: Kind of action → seconds of each.
        errors: Words of errors that people were shown.
        lost: Sessions that ended or were left without an answer.
        memory: (seconds since the start, megabytes of the server and its workers), every two seconds.
        cpu: CPU seconds of the process that serves pages; unlike answers these do not depend on who else is busy here.
    """

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    cpu: float = 0.0

    def add(self, visitor: Visitor) -> None:
        """Take in what one session saw."""
        for kind, seconds in visitor.took.items():
            self.took.setdefault(kind, []).extend(seconds)
        self.errors += visitor.errors

    def answers(self) -> list[float]:
        """Seconds of all that a page answers at once: neither a run to its end nor the start of a fresh server."""
        return [seconds for kind, values in self.took.items() if kind not in _WAITS for seconds in values]

    def growth(self) -> float:
        """Median memory of the last third over that of the third before: near 1 where memory has come to rest."""
        third = len(self.memory) // 3
        if not third:
            return 1.0
        used = [megabytes for _, megabytes in self.memory]
        return statistics.median(used[-third:]) / statistics.median(used[-2 * third : -third])


@dataclass(frozen=True)
class App:
    """A running app."""

    port: int
    process: int


@contextmanager
def server(port: int) -> Iterator[App]:
    """Start the app with an empty store, and end it afterwards.

    Raises:
        RuntimeError: The port is busy, or the app does not come up.
    """
    if _open(port):
        raise RuntimeError(f"port {port} is busy")
    with tempfile.TemporaryDirectory() as folder:
        compiled = os.environ.get("NUMBA_CACHE_DIR", "")
        log = Path(folder) / "log"
        with log.open("w", encoding="utf-8") as said:
            process = subprocess.Popen([sys.executable, "asgi.py", "--port", str(port)], cwd=ROOT,
                                       env=os.environ | {"LAB_CACHE": folder, "NUMBA_CACHE_DIR": compiled},
                                       stdout=subprocess.DEVNULL, stderr=said)  # fmt: skip
        try:
            until = time.monotonic() + _START
            while not _open(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the app did not start on port {port}: {log.read_text('utf-8')[-500:]}")
                time.sleep(0.2)
            yield App(port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _open(port: int) -> bool:
    with socket.socket() as door:
        door.settimeout(0.5)
        return door.connect_ex(("127.0.0.1", port)) == 0


async def _read(visitor: Visitor, luck: random.Random, pace: float) -> None:
    await visitor.think(pace * luck.uniform(3, 8))
    await visitor.turn_to(luck.choice(PAGES))


async def _slide(visitor: Visitor, luck: random.Random, pace: float) -> None:
    await visitor.think(pace * luck.uniform(1, 3))
    chosen = luck.choice(("frequency", "service", "intensity", "disclosed", "reward", "support"))
    if not await visitor.move(lambda name, _: name.endswith(f".{chosen}"), _somewhere(luck)):
        await visitor.turn_to("studio")


async def _run(visitor: Visitor, luck: random.Random, pace: float) -> None:
    await visitor.think(pace * luck.uniform(3, 8))
    fresh = float(luck.randrange(1, 2**30))
    await visitor.move(lambda name, _: name.endswith(".seeds.first"), lambda *_: fresh)
    began = time.perf_counter()
    if not await visitor.press("-studio.run", "run"):
        await visitor.turn_to("studio")
        return
    while visitor.waiting and time.perf_counter() - began < LONGEST_RUN:
        await visitor.think(0.5)
    visitor.took["complete"].append(time.perf_counter() - began)


def _somewhere(luck: random.Random) -> Callable[[str, Any], float]:
    def choose(_: str, widget: Any) -> float:
        steps = max(1, round((widget.max - widget.min) / (widget.step or 1)))
        return float(widget.min + widget.step * luck.randint(0, steps))

    return choose


ROLES = {"readers": ("start", _read), "sliders": ("studio", _slide), "runners": ("studio", _run)}


async def _live(port: int, role: str, number: int, until: float, pace: float, found: Outcome) -> None:
    """Play one person until the time is up; who loses a session comes back with a new one."""
    page, act = ROLES[role]
    luck = random.Random(f"{role} {number}")
    await asyncio.sleep(luck.uniform(0, min(5.0, (until - time.monotonic()) / 4)))
    while time.monotonic() < until:
        visitor = Visitor(port)
        try:
            await visitor.open(page, luck.choice(("zh", "en")))
            while time.monotonic() < until:
                await act(visitor, luck, pace)
        except LostError as reason:
            found.lost.append(f"{role}: {reason}")
            await asyncio.sleep(1)
        finally:
            with suppress(OSError):
                await visitor.leave()
            found.add(visitor)


async def _watch(app: App, found: Outcome, until: float) -> None:
    began = time.monotonic()
    while time.monotonic() < until:
        found.memory.append((time.monotonic() - began, family.megabytes(app.process)))
        await asyncio.sleep(_LOOK)


async def play(app: App, people: dict[str, int], seconds: float, pace: float = 1.0) -> Outcome:
    """Let people use an app that is already there.

    Args:
        app: Which one.
        people: Role of :data:`ROLES` → how many.
        seconds: For how long; answers under way are waited for.
        pace: Stretches the pauses in which people think; below 1 they hurry.
    """
    found = Outcome()
    # The first visitor of a fresh server starts its workers; nobody else should wait for that.
    opening = Visitor(app.port)
    await opening.open("start")
    await opening.leave()
    found.took["first visit"] = opening.took["open"]
    before, until = family.cpu_seconds(app.process), time.monotonic() + seconds
    crowd = [(role, number) for role, many in people.items() for number in range(many)]
    await asyncio.gather(
        *(_live(app.port, role, number, until, pace, found) for role, number in crowd), _watch(app, found, until)
    )
    found.cpu = family.cpu_seconds(app.process) - before
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """Smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def report(found: Outcome) -> str:
    """Latencies, errors, lost sessions and memory as text, with what misses its target and by how much."""
    lines = [f"{'action':<12}{'count':>8}{'p50':>10}{'p95':>10}{'p99':>10}{'max':>10}   seconds"]
    rows = {**found.took, "all answers": found.answers()}
    for kind, values in rows.items():
        if values:
            figures = (*(percentile(values, share) for share in (0.5, 0.95, 0.99)), max(values))
            lines.append(f"{kind:<12}{len(values):>8}" + "".join(f"{value:>10.3f}" for value in figures))
    lines.append(f"errors shown {len(found.errors)}   sessions lost {len(found.lost)}")
    lines += [f"  {words[:150]}" for words in dict.fromkeys([*found.errors, *found.lost])][:10]
    used = [megabytes for _, megabytes in found.memory] or [0.0]
    lines.append(f"memory MB    start {used[0]:,.0f}   peak {max(used):,.0f}   end {used[-1]:,.0f}   "
                 f"last third over the one before {found.growth():.3f}")  # fmt: skip
    answers = found.answers() or [0.0]
    lines.append(
        f"CPU of the process that serves pages: {found.cpu:,.1f} s, {found.cpu / len(answers) * 1e3:.0f} ms an answer"
    )
    measured = {"p95": percentile(answers, 0.95), "p99": percentile(answers, 0.99), "memory": max(used),
                "growth": found.growth()}  # fmt: skip
    if not found.memory or found.memory[-1][0] < SOAKED:
        del measured["growth"]
    for name, bound in ((name, TARGETS[name]) for name in measured):
        met = measured[name] <= bound
        lines.append(f"{name:<8} {measured[name]:>10.3f}   target ≤ {bound:g}   "
                     + ("met" if met else f"missed by {measured[name] / bound - 1:.0%}"))  # fmt: skip
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:
    """Start the app, play, report; 1 if anybody saw an error or lost a session."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks load", description="Let scripted people use the app.")
    parser.add_argument("--minutes", type=float, default=2, help="30 is the soak test (default: 2)")
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--sliders", type=int, default=20)
    parser.add_argument("--runners", type=int, default=4)
    parser.add_argument("--pace", type=float, default=1.0, help="stretches pauses; 0.5 is twice as hasty")
    parser.add_argument("--port", type=int, default=0, help="port for the app (default: a free one)")
    asked = parser.parse_args(words)
    people = {role: getattr(asked, role) for role in ROLES}
    with server(asked.port or free_port()) as app:
        found = asyncio.run(play(app, people, asked.minutes * 60, asked.pace))
    sys.stdout.write(", ".join(f"{many} {role}" for role, many in people.items()) + f", {asked.minutes:g} minutes\n")
    sys.stdout.write(report(found) + "\n")
    return 1 if found.errors or found.lost else 0

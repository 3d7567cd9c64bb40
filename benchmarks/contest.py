"""The agreed week in every engine: lab, plain Mesa, NumPy columns, C++, and the peers that are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.measure import Measurement, cpu_seconds, ratios
from benchmarks.week import SUMS, Columns, Crowd, crowd, difference
from benchmarks.week_kernels import Kernels
from benchmarks.week_mesa import People
from benchmarks.week_native import native
from simulation import ROOT

PEERS = {"starsim": "week_starsim", "mesa-frames": "week_mesa_frames"}
INTERPRETERS = "LAB_PEERS"
"""Environment variable with interpreters in which peers are installed, separated as in PATH."""

SAME = 1e-4
"""Relative difference of a week's sums that single precision and polynomials may make under the same named luck."""

_LEVELS = {"satisfaction": 0.01, "trust": 0.01, "tier": 0.05}
_COUNTS = 0.10
_PATIENCE = 600


class Contender(Protocol):
    """Something that lives the agreed week."""

    def cost(self, weeks: int) -> float:
        """CPU seconds of so many further weeks."""


@dataclass
class Here:
    """A model in this process."""

    model: Any

    def cost(self, weeks: int) -> float:
        """CPU seconds of so many further weeks in this thread."""
        return cpu_seconds(lambda: [self.model.step() for _ in range(weeks)])


@dataclass
class There:
    """A peer in its own interpreter."""

    process: subprocess.Popen[str]
    version: str

    def ask(self, weeks: int) -> dict[str, Any]:
        """Let it live so many further weeks: CPU seconds and every week's sums."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{weeks}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"peer ended with {self.process.wait()}")
        return dict(json.loads(line))

    def cost(self, weeks: int) -> float:
        """CPU seconds of so many further weeks, all its threads together."""
        return float(self.ask(weeks)["seconds"])


def interpreters() -> list[str]:
    """Where peers are looked for: this interpreter, and those named in the environment."""
    return [sys.executable, *filter(None, os.environ.get(INTERPRETERS, "").split(os.pathsep))]


def find_peers() -> dict[str, str]:
    """Peer → an interpreter that has it."""
    found: dict[str, str] = {}
    for package in PEERS:
        module = package.replace("-", "_")
        for python in interpreters():
            look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"
            if subprocess.run([python, "-c", look], capture_output=True, check=False).returncode == 0:
                found[package] = python
                break
    return found


@contextmanager
def peer(package: str, python: str, who: Crowd) -> Iterator[There]:
    """Start a peer with a crowd, and end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crowd.npz"
        np.savez(file, **{name: value for name, value in vars(who).items() if name != "seed"})
        process = subprocess.Popen(
            [python, "-W", "ignore", "-m", f"benchmarks.{PEERS[package]}", str(file)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            hello = json.loads(process.stdout.readline() or "{}")
            if "version" not in hello:
                raise RuntimeError(f"{package} does not start in {python}")
            yield There(process, hello["version"])
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def check_same_week(people: int = 300, weeks: int = 10) -> None:
    """Refuse to time contenders in this process that do not live the same weeks under the same luck.

    Raises:
        AssertionError: Naming who differs, and by how much.
    """
    who = crowd(people)
    others: dict[str, Any] = {"Mesa": People(who), "kernels": Kernels(who)}
    made = native()
    if not isinstance(made, str):
        others["C++"] = made(who)
    columns = Columns(who)
    for week in range(1, weeks + 1):
        columns.step()
        for name, other in others.items():
            other.step()
            apart = difference(columns.sums, other.sums)
            assert apart <= SAME, f"{name} differs from the columns by {apart:.1e} in week {week}"


def check_peer(asked: There, who: Crowd, weeks: int = 40) -> None:
    """Refuse to time a peer that lives another week; its luck is its own, so means over weeks are compared.

    Raises:
        AssertionError: Naming the sum that differs.
    """
    columns = Columns(who)
    ours = []
    for _ in range(weeks):
        columns.step()
        ours.append(columns.sums)
    theirs = asked.ask(weeks)["sums"]
    for name in SUMS:
        one, other = (float(np.mean([week[name] for week in lived])) for lived in (ours, theirs))
        assert abs(one - other) <= _LEVELS.get(name, _COUNTS) * one, f"{name}: {other:g} instead of {one:g}"


def contest(people: int, rounds: int, engine: Callable[[], float] | None = None) -> tuple[list[Measurement], list[str]]:
    """Let all contenders live the agreed week in turn within each round.

    Args:
        people: Size of the crowd.
        rounds: How often each has its turn.
        engine: Nanoseconds of a person-week of the full engine, measured beside them.

    Returns:
        Ratios to the lab's kernel of the same week and nanoseconds of each, and a word on who is missing.
    """
    missing = []
    versions: dict[str, str] = {}
    weeks = {"mesa": max(1, 10_000 // people)}
    usual = max(2, min(60, 400_000 // people))
    with ExitStack() as stack:
        who = crowd(people)
        field: dict[str, Contender] = {"lab": Here(Kernels(who)), "numpy": Here(Columns(who, named=False))}
        if people <= _LARGEST_OF_OBJECTS:
            field["mesa"] = Here(People(who))
        made = native()
        if isinstance(made, str):
            missing.append(f"C++: {made}")
        else:
            field["native"] = Here(made(who))
        available = find_peers()
        for package in PEERS:
            if package not in available:
                missing.append(f"{package}: not installed (benchmarks/requirements-peers*.txt, {INTERPRETERS})")
                continue
            asked = stack.enter_context(peer(package, available[package], who))
            if people <= _LARGEST_OF_OBJECTS:
                check_peer(asked, who)
            field[package] = asked
            versions[package] = asked.version
        for contender in field.values():
            contender.cost(2)
        cost: dict[str, list[float]] = {name: [] for name in field}
        full: list[float] = []
        for _ in range(rounds):
            for name, contender in field.items():
                lived = weeks.get(name, usual)
                cost[name].append(contender.cost(lived) / (lived * people) * 1e9)
            if engine is not None:
                full.append(engine())
    return _table(people, cost, full, versions), missing


_LARGEST_OF_OBJECTS = 10_000
_NAMES = {
    "mesa": ("逐人 Mesa", "plain Mesa, one object a person"),
    "numpy": ("NumPy 列与 SciPy 稀疏矩阵", "NumPy columns with SciPy's sparse rows"),
    "native": ("C++ -O3", "C++ -O3"),
    "lab": ("本实验室的内核", "the lab's kernel"),
}
_TARGETS = {"mesa": "≥ 200", "numpy": "≥ 10"}


def _table(
    people: int, cost: dict[str, list[float]], full: Sequence[float], versions: dict[str, str]
) -> list[Measurement]:
    lab, size = cost["lab"], f"{people:,}"
    names = _NAMES | {package: (f"{package} {number}",) * 2 for package, number in versions.items()}
    found = []
    for name in ("mesa", "numpy", "starsim", "mesa-frames"):
        if name in cost:
            zh, en = names[name]
            found.append(Measurement.of(
                f"week_{name}_to_lab_{people}", ratios(cost[name], lab), "×",
                f"约定的一周，{size} 人：内核快于{zh}", f"agreed week, {size} people: kernel faster than {en}",
                _TARGETS.get(name, "")))  # fmt: skip
    if "native" in cost:
        found.append(Measurement.of(
            f"week_lab_to_native_{people}", ratios(lab, cost["native"]), "×",
            f"约定的一周，{size} 人：内核用时与 C++ 之比",
            f"agreed week, {size} people: kernel's time relative to C++", "≤ 2"))  # fmt: skip
    if full and "starsim" in cost:
        found.append(Measurement.of(
            f"engine_to_starsim_{people}", ratios(full, cost["starsim"]), "×",
            f"{size} 人：完整引擎（二十个过程）用时与 Starsim 的约定一周之比",
            f"{size} people: full engine (twenty processes), relative to the agreed week in Starsim"))  # fmt: skip
    for name, values in cost.items():
        zh, en = names[name]
        found.append(Measurement.of(f"week_{name}_ns_{people}", values, "ns", f"约定的一周，{size} 人，{zh}",
                                    f"agreed week, {size} people, {en}"))  # fmt: skip
    return found

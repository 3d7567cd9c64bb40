"""The bench makes a thing once, tries again what failed, and refuses to pile up work."""

from __future__ import annotations

import threading

import pytest

from pages.parts import background
from simulation.errors import LabError


def test_the_same_key_is_made_once_and_a_failure_is_tried_again() -> None:
    bench, calls = background.Bench(), []

    def make() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise LabError("seeds_missing")
        return 7

    with pytest.raises(LabError):
        bench.ask("a", make).result(5)
    assert bench.ask("a", make).result(5) == 7
    assert bench.ask("a", make).result(5) == 7
    assert len(calls) == 2


def test_a_full_bench_says_so_and_old_things_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "MOST_WAITING", 3)
    monkeypatch.setattr(background, "MOST_KEPT", 2)
    bench, gate = background.Bench(), threading.Event()
    waiting = [bench.ask(number, lambda: gate.wait(10)) for number in range(3)]
    with pytest.raises(LabError, match="too many jobs"):
        bench.ask("one more", lambda: True)
    assert bench.ask(0, lambda: False) is waiting[0], "who waits for the same thing is let in"
    gate.set()
    assert all(future.result(10) for future in waiting)
    again: list[int] = []
    for number in range(4):
        bench.ask(f"new {number}", lambda: True).result(10)
    bench.ask(0, lambda: again.append(1)).result(10)
    assert again == [1], "the first ones had been forgotten"

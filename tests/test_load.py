"""Scripted people use the real app over its own protocol, and what they met is told."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import family, lesson, load
from benchmarks.visitor import LostError, Visitor

FOUND = load.Outcome(
    took={"page": [0.1] * 98 + [0.7, 2.0], "complete": [9.0], "first visit": [12.0]},
    memory=[(100.0 * look, 100.0 + look) for look in range(9)],
    cpu=5.0,
)


def test_percentiles_are_values_that_occurred():
    assert load.percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert load.percentile([3.0, 1.0, 2.0], 0.99) == 3.0
    assert load.percentile([5.0], 0.5) == 5.0


def test_the_report_says_what_is_missed_and_by_how_much():
    said = load.report(FOUND)
    assert "p95           0.100   target ≤ 0.5   met" in said
    assert "p99           0.700   target ≤ 1   met" in said
    assert "growth        1.029   target ≤ 1.1   met" in said
    assert "50 ms an answer" in said
    slow = load.Outcome(took={"page": [1.0] * 10}, errors=["broken"], lost=["gone"])
    assert "p95           1.000   target ≤ 0.5   missed by 100%" in load.report(slow)
    assert "errors shown 1   sessions lost 1" in load.report(slow)
    assert "target ≤ 1.1" not in load.report(slow), "nobody can say after so short a time"


def test_a_family_is_the_process_and_its_children():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert {os.getpid(), child.pid} <= family.members(os.getpid())
        assert family.megabytes(os.getpid()) > family.megabytes(child.pid) > 1
        before = family.cpu_seconds(os.getpid())
        sum(range(3_000_000))
        assert family.cpu_seconds(os.getpid()) > before
    finally:
        child.communicate(b"\n")


def test_a_class_says_what_is_missed_and_what_is_stored():
    played = lesson.Class(
        60,
        load.Outcome(took={"page": [0.1]}, memory=FOUND.memory),
        results=[3.0, 25.0],
        simulating=[0.2] * 20,
        stored=(240, 239),
    )
    played.outcome.took["submit"] = [1.0] * 20
    said = lesson.report(played)
    assert "during a round p95       0.200 s   target ≤ 0.5   met" in said
    assert "submit p95               1.000 s   target ≤ 1.2   met" in said
    assert "results                 25.000 s   target ≤ 20   missed by 25%" in said
    assert "240 forecasts, 239 decisions of 60 students" in said


def test_a_visitor_stays_on_the_page_that_was_run():
    visitor = Visitor(0)
    for name, script in (("new_session", "main"), ("navigation", "studio")):
        message = ForwardMsg()
        getattr(message, name).page_script_hash = script
        visitor._take(message)
    assert visitor._script == "studio"


def test_long_waits_are_no_answers():
    assert len(FOUND.answers()) == 100


def test_nobody_there_is_a_lost_session():
    with pytest.raises(LostError):
        asyncio.run(Visitor(load.free_port()).open("start"))


@pytest.mark.slow
def test_three_people_use_the_app():
    with load.server(load.free_port()) as app:
        found = asyncio.run(load.play(app, {"readers": 1, "sliders": 1, "runners": 1}, seconds=12, pace=0.2))
    assert not found.errors
    assert not found.lost
    assert {"first visit", "open", "page", "move", "run", "complete"} <= set(found.took)
    assert all(seconds > 0 for values in found.took.values() for seconds in values)
    assert max(megabytes for _, megabytes in found.memory) > 50
    assert found.cpu > 0

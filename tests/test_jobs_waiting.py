"""Who comes first: jobs that wait for a turn, one at a time for each person, in a line of bounded length."""

from __future__ import annotations

import time

import pytest

from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment
from simulation.jobs import Job
from simulation.jobs_desk import JobDesk
from simulation.store import Store
from tests.made_up_worlds import PLANS, SCENARIO, Counting, until
from tests.test_jobs import start


class Waiting:
    """A desk with one place, held by somebody else until the gate opens."""

    def __init__(self, store: Store) -> None:
        self.compute, self.desk, self.store = Counting(), JobDesk(running=1, waiting=4), store
        self.compute.gate.clear()
        self.held = self.desk.submit(Experiment(SCENARIO, PLANS, (999,)), SerialExecutor(self.compute), store, "held")
        until(lambda: self.compute.calls)

    def submit(self, seeds: int, owner: str, person: str = "") -> Job:
        return start(self.compute, self.store, seeds, self.desk, owner=owner, person=person)


def test_time_spent_waiting_for_a_turn_is_no_measure_of_the_pace(store: Store) -> None:
    waiting = Waiting(store)
    job = waiting.submit(30, "ben")
    time.sleep(1)
    seen: list[float] = []
    waiting.compute.gate.set()
    while not job.done:
        left = job.progress().seconds_left
        seen += [left] if left else []
    assert all(left < 10 for left in seen[:1]), "a second a chunk would make half a minute"


def test_a_job_that_waits_says_how_many_come_first_and_computes_nothing(store: Store) -> None:
    waiting = Waiting(store)
    second, third = waiting.submit(2, "ben"), waiting.submit(3, "chen")
    assert [job.progress().ahead for job in (waiting.held, second, third)] == [0, 1, 2]
    assert (waiting.desk.running(), waiting.desk.waiting()) == (1, 2)
    assert len(waiting.compute.calls) == 1
    waiting.compute.gate.set()
    for job in (second, third):
        job.result(20)
    assert waiting.desk.waiting() == 0
    sizes = [seeds[-1] for _, seeds in waiting.compute.calls]
    assert sizes == [999, 999, 2, 2, 3, 3], "in the order in which they came"


def test_a_job_that_waits_can_be_cancelled_and_never_computes(store: Store) -> None:
    waiting = Waiting(store)
    other, last = waiting.submit(2, "ben"), waiting.submit(3, "chen")
    other.cancel("ben")
    assert last.progress().ahead == 1
    waiting.compute.gate.set()
    last.result(20)
    with pytest.raises(LabError) as refused:
        other.result(20)
    assert refused.value.key == "job_cancelled"
    assert (2,) not in [seeds for _, seeds in waiting.compute.calls]


def test_a_job_submitted_again_after_its_cancel_computes(store: Store) -> None:
    waiting = Waiting(store)
    first = waiting.submit(2, "ben")
    first.cancel("ben")
    again = waiting.submit(2, "ben")
    assert again is not first
    waiting.compute.gate.set()
    assert len(again.result(20).worlds) == 4


def test_what_the_store_has_needs_no_turn(store: Store) -> None:
    start(Counting(), store, 5).result(20)
    waiting = Waiting(store)
    assert waiting.submit(5, "ben").result(20).seeds == (1, 2, 3, 4, 5)
    assert not waiting.held.done
    waiting.compute.gate.set()


def test_one_job_of_a_person_computes_at_a_time_the_newest_first(store: Store) -> None:
    compute, desk = Counting(), JobDesk(running=4)
    compute.gate.clear()
    older = start(compute, store, 10, desk, owner="anna.studio", person="anna")
    until(lambda: compute.calls)
    newer = start(compute, store, 12, desk, owner="anna.duel", person="anna")
    other = start(compute, store, 3, desk, owner="ben.duel", person="ben")
    assert (older.progress().ahead, newer.progress().ahead, other.progress().ahead) == (1, 0, 0)
    assert (desk.running(), desk.waiting()) == (2, 1)
    compute.gate.set()
    newer.result(20)
    assert older.result(20).seeds == tuple(range(1, 11)), "the older goes on where it was"
    assert other.result(20).seeds == (1, 2, 3)


def test_a_full_line_refuses_with_its_length(store: Store) -> None:
    waiting = Waiting(store)
    for number in range(2, 6):
        waiting.submit(number, f"person {number}")
    with pytest.raises(LabError) as refused:
        waiting.submit(7, "one too many")
    assert refused.value.values == {"running": 5, "allowed": 5}
    waiting.compute.gate.set()
    until(lambda: waiting.desk.running() == 0)
    assert len(waiting.submit(7, "later").result(20).worlds) == 14


def test_thirty_people_with_different_work_all_get_theirs(store: Store) -> None:
    desk = JobDesk(running=3)
    jobs = [start(Counting(), store, seeds, desk, owner=f"person {seeds}") for seeds in range(1, 31)]
    assert [len(job.result(30).worlds) for job in jobs] == [2 * seeds for seeds in range(1, 31)]
    until(lambda: desk.running() == desk.waiting() == 0)

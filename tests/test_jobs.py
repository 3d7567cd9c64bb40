from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from simulation.errors import LabError
from simulation.executor import SerialExecutor, WorkerExecutor
from simulation.experiment import Experiment
from simulation.jobs import Job, Progress
from simulation.jobs_desk import JobDesk
from simulation.results import Tables
from simulation.scenario import Scenario
from simulation.store import Store
from tests.made_up_worlds import (
    PLANS,
    SCENARIO,
    Counting,
    ordered,
    tables_of,
    until,
)


def start(compute: Counting, store: Store, seeds: int, desk: JobDesk | None = None, **given: str) -> Job:
    experiment = Experiment(SCENARIO, PLANS, tuple(range(1, seeds + 1)))
    return (desk or JobDesk()).submit(experiment, SerialExecutor(compute), store, **given)


def test_a_job_shows_its_progress_and_what_is_ready(store: Store) -> None:
    compute = Counting()
    compute.gate.clear()
    job = start(compute, store, 10)
    assert job.partial() is None
    assert job.progress() == Progress(0, 20, None, 0)
    assert not job.done
    with pytest.raises(TimeoutError):
        job.result(timeout=0.01)
    compute.gate.set()
    results = job.result(20)
    assert job.done
    assert job.progress() == Progress(20, 20, 0.0, 0)
    assert job.partial() is results
    assert len(results.worlds) == 20


def test_the_time_left_follows_the_pace_of_what_was_computed(store: Store) -> None:
    Job(Experiment(SCENARIO, PLANS, tuple(range(1, 11))), SerialExecutor(tables_of), store).work()
    told: list[Progress] = []

    def slow(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
        time.sleep(0.02 * len(seeds))
        return tables_of(scenario, seeds)

    Job(Experiment(SCENARIO, PLANS, tuple(range(1, 31))), SerialExecutor(slow), store).work(told.append)
    assert told[0] == Progress(20, 60, None, 20), "what the store had says nothing about the pace"
    for progress in told[1:]:
        assert progress.seconds_left is not None
        left = progress.total_worlds - progress.done_worlds
        assert 0.019 * left <= progress.seconds_left <= 0.5 * left
    assert told[-1].seconds_left == 0


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


def test_every_plan_shows_up_early(store: Store) -> None:
    seen: list[tuple[str, ...]] = []
    experiment = Experiment(SCENARIO, PLANS, tuple(range(1, 11)))
    job = Job(experiment, SerialExecutor(tables_of), store)

    def watch(progress: Progress) -> None:
        partial = job.partial()
        seen.append(partial.plans if partial is not None else ())
        assert 0 <= progress.done_worlds <= progress.total_worlds

    job.work(watch)
    assert seen[:3] == [(), ("low",), ("low", "high")]


def test_after_cancel_nothing_starts_and_what_was_finished_is_kept(store: Store) -> None:
    compute = Counting()
    compute.gate.clear()
    job = start(compute, store, 30)
    until(lambda: compute.calls)
    job.cancel()
    assert job.done
    compute.gate.set()
    until(lambda: job._finished)
    assert len(compute.calls) == 1
    with pytest.raises(LabError) as refused:
        job.result()
    assert refused.value.key == "job_cancelled"
    assert len(store.find(job.experiment.fingerprints["low"], range(1, 6))) == 1


def test_a_cancelled_job_leaves_queued_chunks_of_workers_untouched(
    workers: WorkerExecutor, store: Store, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    job = JobDesk().submit(Experiment(SCENARIO, (ordered(f"slow {log}"),), tuple(range(1, 101))), workers, store)
    until(log.exists)
    job.cancel()
    until(lambda: job._finished)
    ran = log.read_text().count("\n")
    assert ran <= 6
    time.sleep(0.7)
    assert log.read_text().count("\n") == ran


def test_equal_experiments_share_a_job_until_all_owners_have_left(store: Store) -> None:
    compute, desk = Counting(), JobDesk()
    compute.gate.clear()
    first, second = (start(compute, store, 10, desk, owner=owner) for owner in ("anna", "ben"))
    assert first is second
    assert desk.running() == 1
    first.cancel("anna")
    assert not second.done
    compute.gate.set()
    assert len(second.result(20).worlds) == 20
    assert len(compute.calls) == 6
    assert start(compute, store, 10, desk) is first


def test_a_named_owner_has_one_running_job(store: Store) -> None:
    compute, desk = Counting(), JobDesk()
    compute.gate.clear()
    stale = start(compute, store, 5, desk, owner="anna")
    fresh = start(compute, store, 10, desk, owner="anna")
    other = start(compute, store, 3, desk, owner="ben")
    assert stale.cancelled
    assert not fresh.done
    assert not other.done
    compute.gate.set()
    assert fresh.result(20).seeds == tuple(range(1, 11))
    assert other.result(20).seeds == (1, 2, 3)
    again = start(compute, store, 5, desk, owner="anna")
    assert again is not stale
    again.result(20)


def test_a_reloaded_page_finds_its_job_again(store: Store) -> None:
    desk = JobDesk()
    job = start(Counting(), store, 5, desk)
    assert desk.find(job.id) is job
    assert desk.find("nothing") is None
    job.result(20)
    assert desk.find(job.id) is job


def test_finished_jobs_are_forgotten_in_time_and_the_desk_fills_up(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("simulation.jobs_desk.FINISHED_ROWS", 100)
    compute, desk = Counting(), JobDesk(running=1, waiting=1)
    done = [start(compute, store, seeds, desk) for seeds in (1, 2)]
    for job in done:
        job.result(20)
    compute.gate.clear()
    running = [start(compute, store, seeds, desk) for seeds in (11, 12)]
    with pytest.raises(LabError) as refused:
        start(compute, store, 13, desk)
    assert refused.value.values == {"running": 2, "allowed": 2}
    assert [desk.find(job.id) is job for job in (*done, *running)] == [False, True, True, True]
    compute.gate.set()
    for job in running:
        job.result(20)


def test_a_failed_job_says_why_and_may_be_tried_again(workers: WorkerExecutor, store: Store) -> None:
    desk = JobDesk()
    experiment = Experiment(SCENARIO, (ordered("refuse"),), (1,))
    job = desk.submit(experiment, workers, store)
    with pytest.raises(LabError):
        job.result(20)
    assert job.failed is not None
    assert job.failed.key == "out_of_range"
    assert job.done
    assert desk.submit(experiment, workers, store) is not job


def test_many_threads_may_submit_watch_and_cancel(store: Store) -> None:
    desk, failures = JobDesk(), []

    def play(number: int) -> None:
        try:
            for turn in range(10):
                job = start(Counting(), store, 1 + (number + turn) % 4, desk, owner=f"{number}")
                job.progress()
                job.partial()
                if turn % 3 == 0:
                    job.cancel(f"{number}")
                else:
                    assert job.result(20).provenance["scenario"] == "tiny"
        except LabError as error:
            if error.key != "job_cancelled":
                failures.append(error)
        except BaseException as error:
            failures.append(error)

    players = [threading.Thread(target=play, args=(number,)) for number in range(6)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    assert not failures
    until(lambda: desk.running() == 0)


# Who comes first


class Waiting:
    """A desk with one place, held by somebody else until the gate opens."""

    def __init__(self, store: Store) -> None:
        self.compute, self.desk, self.store = Counting(), JobDesk(running=1, waiting=4), store
        self.compute.gate.clear()
        self.held = self.desk.submit(Experiment(SCENARIO, PLANS, (999,)), SerialExecutor(self.compute), store, "held")
        until(lambda: self.compute.calls)

    def submit(self, seeds: int, owner: str, person: str = "") -> Job:
        return start(self.compute, self.store, seeds, self.desk, owner=owner, person=person)


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

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

"""Executors keep the order, do each piece once, find out what kills or blocks a worker, and harm nothing beside it."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from simulation.errors import LabError
from simulation.executor import SerialExecutor, ThreadExecutor, WorkerExecutor
from simulation.executor_queue import QueueingExecutor
from simulation.experiment import Experiment, run
from simulation.results import Tables
from simulation.scenario import Scenario
from simulation.store import Store, unpack
from simulation.work import Chunk
from tests.made_up_worlds import (
    PLANS,
    SCENARIO,
    Counting,
    computed_elsewhere,
    no_preparation,
    ordered,
    same,
    tables_of,
    until,
)


def chunk(*seeds: int, order: str = "") -> Chunk:
    scenario = SCENARIO.with_plan(ordered(order, budget=len(order)))
    return Chunk(scenario, seeds, f"{scenario.fingerprint()}{order}")


def refusal(future: Future[bytes]) -> LabError:
    with pytest.raises(LabError) as refused:
        future.result(240)
    return refused.value


@pytest.fixture
def gated():
    """One thread that computes once the gate is open."""
    compute = Counting()
    compute.gate.clear()
    executor = ThreadExecutor(1, compute=compute)
    yield executor, compute
    compute.gate.set()
    executor.close()


def test_threads_give_the_numbers_of_the_engine_computed_at_once(tmp_path: Path) -> None:
    scenario = Scenario.parse({"population": {"size": 60}, "horizon": 8})
    experiment = Experiment(scenario, PLANS, tuple(range(1, 12)))
    serial = run(experiment, executor=SerialExecutor(), store=Store(tmp_path / "serial"))
    threads = ThreadExecutor(3)
    same(serial, run(experiment, executor=threads, store=Store(tmp_path / "threads")))


def test_work_is_done_in_the_order_in_which_it_came_and_the_line_has_a_length(gated) -> None:
    executor, compute = gated
    futures = [executor.submit(chunk(seed)) for seed in range(1, 6)]
    until(lambda: compute.calls)
    assert executor.queued == 4
    compute.gate.set()
    for future in futures:
        future.result(20)
    assert [seeds for _, seeds in compute.calls] == [(1,), (2,), (3,), (4,), (5,)]
    assert executor.queued == 0


def test_no_more_at_a_time_than_there_are_workers() -> None:
    now, most, lock = [0], [0], threading.Lock()

    def compute(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return tables_of(scenario, seeds)

    executor = ThreadExecutor(3, compute=compute)
    for future in [executor.submit(chunk(seed)) for seed in range(12)]:
        future.result(20)
    assert most[0] == 3


def test_what_waits_and_is_wanted_by_nobody_is_never_done(gated) -> None:
    executor, compute = gated
    first, wanted = executor.submit(chunk(1)), executor.submit(chunk(3))
    for _ in range(2):
        executor.submit(chunk(2))
    executor.abandon(chunk(2))
    assert executor.queued == 2, "one of two still wants it"
    executor.abandon(chunk(2))
    executor.abandon(chunk(1))  # has begun
    executor.abandon(chunk(9))  # never was
    assert executor.queued == 1
    compute.gate.set()
    assert unpack(first.result(20)).worlds["seed"].tolist() == [1]
    assert unpack(wanted.result(20)).worlds["seed"].tolist() == [3]
    assert [seeds for _, seeds in compute.calls] == [(1,), (3,)]


def test_what_takes_too_long_is_refused_and_its_place_given_to_the_next() -> None:
    compute = Counting()
    compute.gate.clear()
    executor = ThreadExecutor(1, compute=compute, limit=0.2)
    stuck, next_one = executor.submit(chunk(1)), executor.submit(chunk(2))
    assert refusal(stuck).key == "run_too_long"
    until(lambda: len(compute.calls) == 2)
    compute.gate.set()
    assert unpack(next_one.result(20)).worlds["seed"].tolist() == [2]
    assert executor._flying == [] and executor._tasks == {}


@pytest.mark.slow
def test_a_process_that_takes_too_long_is_ended_and_what_ran_beside_it_finishes(tmp_path: Path) -> None:
    executor = WorkerExecutor(2, compute=computed_elsewhere, prepare=no_preparation)
    try:
        executor.submit(chunk(1)).result(240)
        processes = set(executor._pool._processes)
        executor._limit = 1  # only now, since starting workers may take longer than that here
        stuck = executor.submit(chunk(1, order="hang"))
        executor._limit = 100
        beside = [executor.submit(chunk(seed, order=f"slow {tmp_path / 'log'}")) for seed in range(1, 9)]
        assert refusal(stuck).key == "run_too_long"
        for seed, future in enumerate(beside, 1):
            assert unpack(future.result(240)).worlds["seed"].tolist() == [seed]
        assert not processes & set(executor._pool._processes), "the workers are new"
    finally:
        executor.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_kills_its_worker_is_found_out_and_takes_nothing_else_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.executor_queue.RETRIES", 1)  # starting workers is what takes the time here
    executor = WorkerExecutor(2, compute=computed_elsewhere, prepare=no_preparation)
    try:
        killer = executor.submit(chunk(1, order="die"))
        innocent = [executor.submit(chunk(seed, order=f"slow {tmp_path / 'log'}")) for seed in range(1, 5)]
        assert refusal(killer).key == "worker_lost"
        for seed, future in enumerate(innocent, 1):
            assert unpack(future.result(240)).worlds["seed"].tolist() == [seed]
    finally:
        executor.close()


def test_a_closed_executor_tells_whoever_waits_and_starts_again_when_asked() -> None:
    compute = Counting()
    compute.gate.clear()
    executor = ThreadExecutor(1, compute=compute)
    futures = [executor.submit(chunk(seed)) for seed in (1, 2)]
    executor.close()
    assert [refusal(future).key for future in futures] == ["job_cancelled"] * 2
    compute.gate.set()
    assert executor.submit(chunk(3)).result(20)


def test_a_backend_that_cannot_begin_is_told_to_whoever_waits() -> None:
    class Broken(QueueingExecutor):
        workers = 1

        def _begin(self, work: object) -> Future[bytes]:
            raise OSError("no processes left")

        def _end(self, flight: object) -> None:
            raise AssertionError

        def _stop(self) -> None:
            pass

        def warm(self) -> None:
            pass

    executor = Broken(tables_of, 10)
    futures = [executor.submit(chunk(seed)) for seed in range(3)]
    for future in futures:
        with pytest.raises(OSError, match="no processes left"):
            future.result(5)

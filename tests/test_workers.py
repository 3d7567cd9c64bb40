"""Worker processes: killed, replaced, shared, and gone with their owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulation import ROOT
from simulation.errors import LabError
from simulation.executor import Chunk, SerialExecutor, WorkerExecutor
from simulation.experiment import Experiment, run
from simulation.store import Store
from tests.made_up_worlds import (
    PLANS,
    SCENARIO,
    computed_elsewhere,
    no_preparation,
    ordered,
    same,
    tables_of,
    until,
)

PROGRAM = """
import sys
print("executed", flush=True)
sys.path.insert(0, {root!r})
from pathlib import Path
from simulation.executor import WorkerExecutor
from simulation.experiment import Experiment, run
from simulation.store import Store
from tests.made_up_worlds import PLANS, SCENARIO, tables_of
executor = WorkerExecutor(2, compute=tables_of, prepare=int)
results = run(Experiment(SCENARIO, PLANS, tuple(range(1, 11))), executor=executor, store=Store(Path({store!r})))
print(len(results.worlds))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_worker_is_replaced_and_the_numbers_are_the_same(
    workers: WorkerExecutor, store: Store, tmp_path: Path
) -> None:
    experiment = Experiment(SCENARIO, (ordered(f"die_once {tmp_path / 'marker'}"),), tuple(range(1, 16)))
    results = run(experiment, executor=workers, store=store)
    assert (tmp_path / "marker").exists()
    same(results, run(experiment, executor=SerialExecutor(tables_of), store=Store(tmp_path / "other")))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_work_that_always_kills_its_worker_ends_and_the_worker_is_replaced(store: Store) -> None:
    executor = WorkerExecutor(1, compute=computed_elsewhere, prepare=no_preparation)
    try:
        with pytest.raises(LabError) as refused:
            run(Experiment(SCENARIO, (ordered("die"),), (1,)), executor=executor, store=store)
        assert refused.value.key == "worker_lost"
        assert run(Experiment(SCENARIO, PLANS, (1,)), executor=executor, store=store).seeds == (1,)
    finally:
        executor.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_worker_killed_while_idle_is_replaced(workers: WorkerExecutor, store: Store) -> None:
    run(Experiment(SCENARIO, PLANS, (1,)), executor=workers, store=store)
    pool = workers._pool
    os.kill(next(iter(pool._processes)), signal.SIGKILL)
    until(lambda: pool._flags.broken is not None)  # or else the next test meets the loss
    assert run(Experiment(SCENARIO, PLANS, (2,)), executor=workers, store=store).seeds == (2,)


def test_workers_are_started_once(workers: WorkerExecutor, store: Store) -> None:
    workers.warm()
    pool = workers._pool
    assert len(pool._processes) == 2
    run(Experiment(SCENARIO, PLANS, tuple(range(1, 11))), executor=workers, store=store)
    assert workers._pool is pool


def test_a_chunk_wanted_twice_is_computed_once(workers: WorkerExecutor, tmp_path: Path) -> None:
    scenario = SCENARIO.with_plan(ordered(f"slow {tmp_path / 'log'}"))
    chunk = Chunk(scenario, (1, 2), scenario.fingerprint())
    first, second = workers.submit(chunk), workers.submit(chunk)
    workers.abandon(chunk)
    assert first.result(20) == second.result(20)
    assert (tmp_path / "log").read_text().count("\n") == 1


def test_workers_never_run_the_program_that_started_them(tmp_path: Path) -> None:
    program = tmp_path / "app.py"
    program.write_text(PROGRAM.format(root=str(ROOT), store=str(tmp_path / "store")), encoding="utf-8")
    words = [sys.executable, "-W", "error", str(program)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.split(), done.stderr) == (["executed", "20"], "")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_workers_do_not_outlive_an_owner_that_was_killed(tmp_path: Path) -> None:
    program = tmp_path / "server.py"
    told = "print(*executor._pool._processes, flush=True); import os; os.kill(os.getpid(), 9)"
    program.write_text(PROGRAM.format(root=str(ROOT), store=str(tmp_path)) + told, encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    processes = [Path("/proc") / process for process in done.stdout.split()[2:]]
    assert len(processes) == 2
    until(lambda: not any(process.exists() for process in processes))

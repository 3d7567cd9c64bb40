"""A cluster brought up by the words of the deployment guide computes the same numbers, and outlives its workers."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from simulation import ROOT
from simulation.__main__ import main
from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.executor_choice import executor_named, lab_executor
from simulation.experiment import Experiment, run
from simulation.scenario import Plan, Scenario
from simulation.store import Store
from simulation.sweep import Sweep
from simulation.sweep_folder import parts_of, read_runs, run_sweep
from simulation.work import Chunk
from tests.made_up_worlds import PLANS, SCENARIO, computed_elsewhere, no_preparation, ordered, same, tables_of, until

pytest.importorskip("distributed", reason="the extra of requirements-dask.txt is not installed")

from simulation import executor_dask
from simulation.executor_dask import DaskExecutor

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")]

LEVERS = {
    "scenario": {"name": "tiny", "population": {"size": 100}, "horizon": 20},
    "seeds": {"count": 6},
    "vary": {"plan.strategies.contact.frequency": [0.5, 1, 2, 4], "population.size": [100, 2000]},
}


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def words_of_the_guide(address: str) -> list[list[str]]:
    """Scheduler, workers and sweep as the guide says, at another address."""
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- cluster:start -->\n```\n(.*?)```", text, re.DOTALL)
    assert block is not None
    port = address.rpartition(":")[2]
    lines = block[1].replace("tcp://127.0.0.1:8786", address).replace("--port 8786", f"--port {port}").splitlines()
    return [[sys.executable, *shlex.split(line)[1:]] for line in lines]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A scheduler and two local workers, each a process of its own."""
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler, workers, _ = words_of_the_guide(address)
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(words, start_new_session=True, **quiet) for words in (scheduler, workers)]  # type: ignore[call-overload]
    try:
        yield address
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def engine(cluster: str) -> Iterator[DaskExecutor]:
    """Computes with the engine itself."""
    executor = executor_named(cluster)
    assert isinstance(executor, DaskExecutor)
    executor.warm()
    yield executor
    executor.close()


@pytest.fixture
def made_up(cluster: str) -> Iterator[DaskExecutor]:
    """Computes made-up worlds."""
    executor = DaskExecutor(cluster, compute=computed_elsewhere, prepare=no_preparation)
    yield executor
    executor.close()


def test_two_workers_and_the_numbers_of_this_process(engine: DaskExecutor, tmp_path: Path) -> None:
    until(lambda: engine.workers == 2, 60)
    scenario = Scenario.parse({"population": {"size": 60}, "horizon": 8})
    experiment = Experiment(scenario, (Plan(name="neutral"),), tuple(range(1, 12)))
    here = run(experiment, executor=SerialExecutor(), store=Store(tmp_path / "here"))
    same(here, run(experiment, executor=engine, store=Store(tmp_path / "there")))


def test_a_sweep_on_the_cluster_is_the_sweep_of_this_process(
    engine: DaskExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.sweep.TASK_SECONDS", 0.05)
    sweep = Sweep.parse(LEVERS)
    run_sweep(sweep, tmp_path / "there", executor=engine)
    run_sweep(sweep, tmp_path / "here", executor=SerialExecutor())
    assert len(parts_of(tmp_path / "there")) >= 4
    pd.testing.assert_frame_equal(read_runs(tmp_path / "there"), read_runs(tmp_path / "here"), check_exact=True)


def test_the_command_line_and_the_environment_reach_it(
    engine: DaskExecutor, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    words = words_of_the_guide(cluster)[2]
    file = tmp_path / "levers.yaml"
    file.write_text("scenario: product\nhorizon: 5\nseeds: {count: 3}\nvary: {population.size: [60, 80]}\n")
    assert main([word.replace("DIR", str(tmp_path / "out")).replace("contact", str(file)) for word in words[3:]]) == 0
    assert "6 runs at 2 points" in capsys.readouterr().out
    monkeypatch.setenv("LAB_EXECUTOR", cluster)
    assert lab_executor() is engine


def test_an_error_for_people_arrives_intact(made_up: DaskExecutor, store: Store) -> None:
    with pytest.raises(LabError) as refused:
        run(Experiment(SCENARIO, (ordered("refuse"),), (1,)), executor=made_up, store=store)
    assert refused.value.values == {"field": "x", "given": [1], "allowed": "0–1"}


def test_a_worker_killed_in_mid_run_changes_nothing(made_up: DaskExecutor, store: Store, tmp_path: Path) -> None:
    experiment = Experiment(SCENARIO, (ordered(f"die_once {tmp_path / 'marker'}"),), tuple(range(1, 16)))
    results = run(experiment, executor=made_up, store=store)
    assert (tmp_path / "marker").read_text().startswith("dead"), "a worker did die"
    same(results, run(experiment, executor=SerialExecutor(tables_of), store=Store(tmp_path / "other")))


def test_what_takes_too_long_is_ended_and_the_cluster_goes_on(made_up: DaskExecutor, store: Store) -> None:
    scenario = SCENARIO.with_plan(ordered("hang"))
    assert run(Experiment(SCENARIO, PLANS, (1,)), executor=made_up, store=store).seeds == (1,)
    made_up._limit = 2
    with pytest.raises(LabError) as refused:
        made_up.submit(Chunk(scenario, (1,), "hang")).result(60)
    assert refused.value.key == "run_too_long"
    made_up._limit = 100
    began = time.monotonic()
    assert run(Experiment(SCENARIO, PLANS, (2,)), executor=made_up, store=store).seeds == (2,)
    assert time.monotonic() - began < 60


def test_a_worker_with_another_engine_is_refused(cluster: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_dask, "ENGINE_VERSION", "another")
    executor = DaskExecutor(cluster, compute=tables_of, prepare=no_preparation)
    with pytest.raises(LabError) as refused:
        run(Experiment(SCENARIO, PLANS, (1,)), executor=executor, store=store)
    assert refused.value.key == "engine_differs"
    executor.close()


def test_nobody_at_the_address_is_told_in_a_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_dask, "CONNECT", 1)
    executor = DaskExecutor(f"tcp://127.0.0.1:{free_port()}", compute=tables_of)
    with pytest.raises(LabError) as refused:
        run(Experiment(SCENARIO, PLANS, (1,)), executor=executor, store=store)
    assert refused.value.key == "executor_unreachable"

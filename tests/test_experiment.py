from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulation import ROOT
from simulation import experiment as module
from simulation.admission import admit
from simulation.errors import LabError
from simulation.executor import Chunk, SerialExecutor, WorkerExecutor
from simulation.executor_choice import lab_executor
from simulation.experiment import Experiment, run
from simulation.jobs import Progress
from simulation.results import Results, Tables
from simulation.scenario import Plan, Scenario
from simulation.store import Store
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

# What is admitted


def test_names_become_an_experiment() -> None:
    one = Experiment.of("product", plans=["neutral"], seeds=3)
    assert (one.seeds, [plan.name for plan in one.plans]) == ((1, 2, 3), ["neutral"])
    assert Experiment.of("product").seeds == tuple(range(1, 31))
    assert Experiment.of(SCENARIO, "neutral", [5, 9]).seeds == (5, 9)
    assert Experiment.of(SCENARIO, PLANS[0]).plans == PLANS[:1]


@pytest.mark.parametrize(
    ("plans", "seeds", "key"),
    [
        ((PLANS[0], Plan(name="low", budget=7)), (1,), "plans_same_name"),
        ((), (1,), "plans_missing"),
        (PLANS, (), "seeds_missing"),
        (PLANS, (1, 1), "seeds_twice"),
        (PLANS, (-1,), "out_of_range"),
        (PLANS, (2**32,), "out_of_range"),
    ],
)
def test_what_makes_no_sense_is_refused(plans: tuple[Plan, ...], seeds: tuple[int, ...], key: str) -> None:
    with pytest.raises(LabError) as refused:
        Experiment(SCENARIO, plans, seeds)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("people", "weeks", "worlds", "plans"),
    [(10**9, 104, 30, 1), (10**6, 520, 30, 1), (20, 1, 10**9, 2), (2000, 520, 10**12, 64), (10**12, 10**6, 1, 1)],
)
def test_too_much_work_is_refused_at_once_with_what_would_fit(people: int, weeks: int, worlds: int, plans: int) -> None:
    began = time.perf_counter()
    with pytest.raises(LabError) as refused:
        admit(people, weeks, worlds, plans)
    assert time.perf_counter() - began < 0.1
    assert refused.value.key == "too_much_work"
    assert refused.value.values["allowed"]
    fits = {name: refused.value.values[f"fit_{name}"] for name in ("people", "weeks", "worlds")}
    given = {"people": people, "weeks": weeks, "worlds": worlds}
    for name, fit in fits.items():
        if 0 < fit < given[name] and people <= 10**6:
            admit(**(given | {name: fit}), plans=plans)


def test_a_billion_people_or_seeds_allocate_nothing() -> None:
    crowd = SCENARIO.model_copy(update={"population": SCENARIO.population.model_copy(update={"size": 10**9})})
    began = time.perf_counter()
    for refuse in (lambda: Experiment.of(crowd, PLANS, 30), lambda: Experiment.of(SCENARIO, PLANS, 10**9)):
        with pytest.raises(LabError) as refused:
            refuse()
        assert refused.value.key == "too_much_work"
    assert time.perf_counter() - began < 0.1


def test_the_largest_population_is_admitted() -> None:
    admit(1_000_000, 52, 10)


def test_the_key_names_the_work_and_nothing_else() -> None:
    one = Experiment(SCENARIO, PLANS, (1, 2))
    titled = SCENARIO.model_copy(update={"title": PLANS[0].title.model_copy(update={"en": "A title"})})
    assert one.key() == Experiment(titled, PLANS, (1, 2)).key()
    assert one.key() != Experiment(SCENARIO, PLANS, (1, 3)).key()
    assert one.key() != Experiment(SCENARIO, PLANS[:1], (1, 2)).key()


# How the work is cut


def test_plans_take_turns_two_worlds_first_then_blocks_of_five() -> None:
    chunks = Experiment(SCENARIO, PLANS, tuple(range(3, 13))).chunks()
    assert [(name, chunk.seeds) for name, chunk in chunks] == [
        ("low", (3, 4)),
        ("high", (3, 4)),
        ("low", (5,)),
        ("high", (5,)),
        ("low", (6, 7, 8, 9, 10)),
        ("high", (6, 7, 8, 9, 10)),
        ("low", (11, 12)),
        ("high", (11, 12)),
    ]
    assert [chunk.scenario.plan.name for _, chunk in chunks[:2]] == ["low", "high"]


@pytest.mark.parametrize(("people", "width"), [(2000, 5), (10_000, 5), (20_000, 2), (200_000, 1)])
def test_large_populations_come_in_smaller_chunks(people: int, width: int) -> None:
    scenario = Scenario.parse({"population": {"size": people}, "horizon": 10})
    assert max(len(chunk.seeds) for _, chunk in Experiment(scenario, PLANS, tuple(range(1, 11))).chunks()) == width


# What comes out


def test_each_executor_gives_the_same_numbers(workers: WorkerExecutor, tmp_path: Path) -> None:
    experiment = Experiment(SCENARIO, PLANS, tuple(range(1, 13)))
    serial = run(experiment, executor=SerialExecutor(tables_of), store=Store(tmp_path / "one"))
    parallel = run(experiment, executor=workers, store=Store(tmp_path / "two"))
    from_store = run(experiment, executor=SerialExecutor(tables_of), store=Store(tmp_path / "two"))
    same(serial, parallel)
    same(serial, from_store)


def test_more_worlds_cost_only_what_is_missing(store: Store) -> None:
    compute = Counting()
    run(Experiment(SCENARIO, PLANS, tuple(range(1, 9))), executor=SerialExecutor(compute), store=store)
    compute.calls.clear()
    told: list[Progress] = []
    longer = Experiment(SCENARIO, (*PLANS, Plan(name="third", budget=3)), tuple(range(1, 16)))
    results = run(longer, executor=SerialExecutor(compute), store=store, progress=told.append)
    assert [seeds for name, seeds in compute.calls if name == "low"] == [(9, 10), (11, 12, 13, 14, 15)]
    assert sum(len(seeds) for name, seeds in compute.calls if name == "third") == 15
    assert told[0] == Progress(16, 45, None, 16)
    assert told[-1] == Progress(45, 45, 0.0, 16)
    straight = Results.assemble(
        [(plan.name, tables_of(SCENARIO.with_plan(plan), longer.seeds)) for plan in longer.plans], results.provenance
    )
    same(results, straight)


def test_a_hundred_worlds_after_thirty_compute_seventy(tmp_path: Path) -> None:
    compute = Counting()
    thirty = Experiment(SCENARIO, PLANS, tuple(range(1, 31)))
    run(thirty, executor=SerialExecutor(compute), store=Store(tmp_path))
    compute.calls.clear()
    hundred = Experiment(SCENARIO, PLANS, tuple(range(1, 101)))
    results = run(hundred, executor=SerialExecutor(compute), store=Store(tmp_path))  # as after a restart
    for plan in PLANS:
        assert sorted(seed for name, seeds in compute.calls if name == plan.name for seed in seeds) == [*range(31, 101)]
    assert len(results.worlds) == 200


def test_plans_that_do_the_same_are_both_there(workers: WorkerExecutor, tmp_path: Path) -> None:
    twins = (Plan(name="one", budget=1), Plan(name="other", budget=1))
    experiment = Experiment(SCENARIO, twins, tuple(range(1, 16)))
    for place, executor in enumerate((workers, SerialExecutor(tables_of))):
        results = run(experiment, executor=executor, store=Store(tmp_path / str(place)))
        one, other = (results.worlds[results.worlds["plan"] == plan.name]["profit"].to_list() for plan in twins)
        assert len(one) == 15
        assert one == other


def test_a_rerun_computes_nothing(store: Store) -> None:
    compute = Counting()
    experiment = Experiment(SCENARIO, PLANS, (1, 2, 3))
    first = run(experiment, executor=SerialExecutor(compute), store=store)
    compute.calls.clear()
    same(first, run(experiment, executor=SerialExecutor(compute), store=store))
    assert not compute.calls


def test_an_error_for_people_arrives_intact(workers: WorkerExecutor, store: Store) -> None:
    for executor in (workers, SerialExecutor(computed_elsewhere)):
        with pytest.raises(LabError) as refused:
            run(Experiment(SCENARIO, (ordered("refuse"),), (1,)), executor=executor, store=store)
        assert refused.value.values == {"field": "x", "given": [1], "allowed": "0–1"}


def test_any_other_error_is_told_in_a_sentence_and_keeps_its_cause(store: Store) -> None:
    def broken(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
        raise ZeroDivisionError("weeks")

    with pytest.raises(LabError) as refused:
        run(Experiment(SCENARIO, PLANS, (1,)), executor=SerialExecutor(broken), store=store)
    assert refused.value.key == "run_failed"
    assert "weeks" in refused.value.values["reason"]
    assert isinstance(refused.value.__cause__, ZeroDivisionError)


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


# The engine itself


def test_the_engine_gives_the_same_numbers_everywhere(tmp_path: Path) -> None:
    scenario = Scenario.parse({"population": {"size": 60}, "horizon": 8})
    experiment = Experiment(scenario, (Plan(name="neutral"),), tuple(range(1, 8)))
    whole = run(experiment, executor=SerialExecutor(), store=Store(tmp_path / "serial"))
    executor = WorkerExecutor(1)
    try:
        same(whole, run(experiment, executor=executor, store=Store(tmp_path / "workers")))
    finally:
        executor.close()
    singly = [
        run(Experiment(scenario, experiment.plans, (seed,)), store=Store(tmp_path / "singly"))
        for seed in experiment.seeds
    ]
    same(whole, Results.concat(singly))


def test_the_lab_has_one_store_and_one_set_of_workers() -> None:
    assert module._store() is module._store()
    assert lab_executor() is lab_executor()
    assert module.find("nothing") is None
    assert module.running_jobs() == 0

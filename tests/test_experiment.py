from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulation import experiment as module
from simulation.admission import admit
from simulation.errors import LabError
from simulation.executor import SerialExecutor, WorkerExecutor
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
    ordered,
    same,
    tables_of,
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

"""The engine against the plain reference, the Python between two weeks, and cost against size; one thread, CPU time."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.measure import Measurement, cpu_seconds, ratios
from simulation import processes
from simulation.model import CommunityModel
from simulation.scenario import Plan, Scenario, load_plan, load_scenario
from simulation.strategies import STRATEGIES
from tests.reference.compare import disagreements
from tests.reference.luck import DealtLuck, TossedLuck
from tests.reference.model import ReferenceModel

PEOPLE = 2000
BATCH = 30


def everything() -> Plan:
    """Every strategy there is, with its default levers: all mechanisms of the engine at work."""
    return Plan(name="everything", strategies={name: kind() for name, kind in STRATEGIES.items()})


def crowd(people: int = PEOPLE, horizon: int = 104, plan: Plan | None = None) -> Scenario:
    """A population that is inside from the start and stays, so that a person-week is a member's week.

    Args:
        people: How many.
        horizon: Weeks.
        plan: What the operator does; everything if not given.
    """
    base = load_scenario("product")
    stays = {"size": people, "founders": 1.0, "churn_alpha": 0.05, "churn_beta": 60.0}
    return base.model_copy(
        update={
            "population": base.population.model_copy(update=stays),
            "horizon": horizon,
            "plan": everything() if plan is None else plan,
        }
    )


def check_equivalence(people: int = 200, weeks: int = 20) -> None:
    """Refuse to time models that do not live the same life.

    Raises:
        AssertionError: Naming the first disagreement.
    """
    scenario = crowd(people, weeks)
    engine, reference = CommunityModel(scenario, (1,)), ReferenceModel(scenario, 1, DealtLuck(1, people))
    for _ in range(weeks):
        engine.step()
        reference.step()
        found = disagreements(engine, reference)
        if found:
            raise AssertionError(f"engine and reference disagree in week {engine.week}: {found[0]}")


def engine_cost(people: int = PEOPLE, worlds: int = 1, weeks: int = 52, plan: Plan | None = None) -> float:
    """Nanoseconds of CPU a member's week takes the engine; set-up, compilation and the first week apart."""
    model = CommunityModel(crowd(people, weeks + 1, plan), range(1, worlds + 1))
    model.step()
    seconds = cpu_seconds(lambda: _live(model, weeks))
    lived = sum(float(week.sum()) for week in model.datacollector.model_vars["members"][2:])
    return seconds / lived * 1e9


def neutral_cost(people: int) -> float:
    """Nanoseconds of a member's week in the engine under the neutral plan: all processes, hardly any strategy."""
    return engine_cost(people, weeks=max(2, min(52, 200_000 // people)), plan=load_plan("neutral"))


def reference_cost(people: int = PEOPLE, weeks: int = 3, *, tosses: bool = False, plan: Plan | None = None) -> float:
    """Nanoseconds of CPU a member's week takes one agent per person.

    Args:
        people: Size of the world.
        weeks: Weeks to time, after a first one.
        tosses: Whether the agents toss their named coins themselves, in plain Python, or have them dealt out by
            compiled code nearly for free, which leaves the rules alone.
        plan: What the operator does; everything if not given.
    """
    model = ReferenceModel(crowd(people, weeks + 1, plan), 1, TossedLuck(1) if tosses else DealtLuck(1, people))
    model.step()
    lived = 0.0

    def live() -> None:
        nonlocal lived
        for _ in range(weeks):
            model.step()
            lived += model.totals["members"]

    return cpu_seconds(live) / lived * 1e9


def against_reference(
    rounds: int, engine_weeks: int = 52, reference_weeks: int = 3, plan: Plan | None = None
) -> list[Measurement]:
    """Time the reference and the engine, alone and in a batch, in turn within each round; everything by default."""
    whole, rules, single, batch = [], [], [], []
    engine_cost(weeks=2, plan=plan)
    engine_cost(worlds=BATCH, weeks=2, plan=plan)
    for _ in range(rounds):
        whole.append(reference_cost(weeks=reference_weeks, tosses=True, plan=plan))
        rules.append(reference_cost(weeks=reference_weeks, plan=plan))
        single.append(engine_cost(weeks=engine_weeks, plan=plan))
        batch.append(engine_cost(worlds=BATCH, weeks=max(engine_weeks // 8, 2), plan=plan))
    plan_name, zh, en = _said(plan)
    return [
        Measurement.of(f"{name}_{plan_name}", values, unit, f"{zh}{more_zh}", f"{en}: {more_en}", target)
        for name, values, unit, more_zh, more_en, target in (
            ("reference_to_engine", ratios(whole, single), "×", "，单个世界：比逐人 Mesa 参照快",
             "one world faster than one Mesa agent per person", "≥ 200"),
            ("reference_to_batch", ratios(whole, batch), "×", f"，{BATCH} 个世界一批：比逐人 Mesa 参照快",
             f"a batch of {BATCH} worlds faster than the same", "≥ 200"),
            ("rules_to_engine", ratios(rules, single), "×", "，单个世界：比随机数由编译代码代抽的参照快",
             "one world faster than the reference with its coins tossed by compiled code", ""),
            ("rules_to_batch", ratios(rules, batch), "×", f"，{BATCH} 个世界一批：比随机数代抽的参照快",
             f"a batch of {BATCH} worlds faster than that", ""),
            ("reference_ns", whole, "ns", "，逐人参照，每人每周", "reference, per person-week", ""),
            ("rules_ns", rules, "ns", "，逐人参照，随机数代抽", "reference, coins tossed for it", ""),
            ("engine_ns", single, "ns", "，引擎，单个世界", "engine, one world", ""),
            ("batch_ns", batch, "ns", f"，引擎，{BATCH} 个世界一批", f"engine, batch of {BATCH}", ""),
        )
    ]  # fmt: skip


def between_kernels(rounds: int, weeks: int = 26, plan: Plan | None = None) -> list[Measurement]:
    """Compare the Python between two weeks with the kernels' own time, in a batch of 30 worlds.

    A kernel's own time is that of its call less that of the same call on worlds of twenty people, where nearly
    all of it is the handing over of columns.
    """
    shares = []
    for _ in range(rounds):
        whole, calls = _profile(PEOPLE, weeks, plan)
        _, handing_over = _profile(20, weeks, plan)
        kernels = calls - handing_over
        shares.append((whole - kernels) / kernels)
    name, zh, en = _said(plan)
    return [
        Measurement.of(f"python_to_kernels_{name}", shares, "×", f"{zh}：两周之间的 Python 与内核用时之比",
                       f"{en}: Python between two weeks, relative to the kernels, {BATCH} worlds", "≤ 1")
    ]  # fmt: skip


def scaling(rounds: int, sizes: Sequence[int] = (1000, 2000, 10_000, 100_000, 1_000_000)) -> list[Measurement]:
    """Cost of a person-week in one world of each size, relative to 2,000 people and in nanoseconds."""
    costs: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            costs[size].append(engine_cost(size, weeks=max(2, min(52, 400_000 // size))))
    found = [
        Measurement.of(f"cost_at_{size}", ratios(costs[size], costs[PEOPLE]), "×",
                       f"{size:,} 人时每人每周成本，相对 2,000 人",
                       f"cost of a person-week at {size:,} people, relative to 2,000",
                       "≤ 1.5" if size > PEOPLE else "")
        for size in sizes if size != PEOPLE
    ]  # fmt: skip
    return found + [
        Measurement.of(
            f"engine_ns_at_{size}", costs[size], "ns", f"引擎，{size:,} 人，每人每周", f"engine at {size:,} people"
        )
        for size in sizes
    ]


def _said(plan: Plan | None) -> tuple[str, str, str]:
    """Name of a plan in results, and its words in both languages."""
    if plan is None:
        return "everything", f"全部 {len(STRATEGIES)} 项策略", f"all {len(STRATEGIES)} strategies"
    return plan.name, f"「{plan.title.zh}」", f"“{plan.title.en}”"


def _live(model: CommunityModel, weeks: int) -> None:
    for _ in range(weeks):
        model.step()


def _profile(people: int, weeks: int, plan: Plan | None) -> tuple[float, float]:
    """CPU seconds of some weeks as a whole, and of the calls of compiled kernels in them."""
    model = CommunityModel(crowd(people, weeks + 1, plan), range(1, BATCH + 1))
    model.step()
    with _watched_kernels() as spent:
        whole = cpu_seconds(lambda: _live(model, weeks))
    return whole, spent[0]


@contextmanager
def _watched_kernels() -> Iterator[list[float]]:
    spent = [0.0]

    def watched(kernel: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            began = time.thread_time()
            result = kernel(*given)
            spent[0] += time.thread_time() - began
            return result

        return call

    with ExitStack() as stack:
        for found in pkgutil.iter_modules(processes.__path__):
            module = importlib.import_module(f"{processes.__name__}.{found.name}")
            for name, value in list(vars(module).items()):
                if name.startswith("_") and hasattr(value, "py_func"):
                    stack.enter_context(patch.object(module, name, watched(value)))
        yield spent

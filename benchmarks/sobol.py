"""Sobol's indices of twenty coefficients, as the stress page computes them, from the question to the indices."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from benchmarks import report
from benchmarks.measure import Measurement
from simulation.analysis import drivers
from simulation.analysis.drivers import Target
from simulation.analysis.futures import uncertainties
from simulation.executor import WorkerExecutor
from simulation.executor_queue import QueueingExecutor
from simulation.scenario import load_plan, load_scenario
from simulation.sweep_points import Points, live

PLANS = ("neutral", "all_good")
PEOPLE, WEEKS, WORKERS = 2000, 104, 2
PROMISED = 300.0
"""Seconds within which two processors have to give the indices of twenty coefficients."""


def sobol(
    executor: QueueingExecutor,
    *,
    coefficients: int = drivers.MOST_SOBOL,
    people: int = PEOPLE,
    weeks: int = WEEKS,
    base: int | None = None,
) -> list[Measurement]:
    """Seconds of clock for the indices of the difference of two plans, all points in the same worlds.

    Args:
        executor: Where it is computed; its workers have loaded their kernels before the clock starts.
        coefficients: How many are uncertain, the first of those that act under the plans.
        people: People in a world.
        weeks: Horizon.
        base: Rows of the base sample; what the page takes if not given.

    Raises:
        RuntimeError: The study gave no indices.
    """
    plans = tuple(load_plan(name) for name in PLANS)
    product = load_scenario("product")
    size = product.population.model_copy(update={"size": people})
    scenario = product.model_copy(update={"population": size, "horizon": weeks})
    factors = uncertainties(scenario, plans)[:coefficients]
    first, worlds = scenario.seeds.first, drivers.SOBOL_WORLDS
    rows = base or drivers.base_sample(len(factors), scenario, plans, worlds)
    asked = Points(scenario, plans, drivers.saltelli(factors, rows), tuple(range(first, first + worlds)))
    executor.warm()
    began = time.perf_counter()
    found = drivers.sobol(live(asked, executor=executor), factors, rows, Target("profit", *PLANS))
    took = time.perf_counter() - began
    if found is None or found.rows != rows:
        raise RuntimeError("no indices")
    of = f"{len(factors)} × {rows} × {len(plans)} × {worlds}, {people:,}, {weeks}"
    promised = len(factors) >= drivers.MOST_SOBOL and people >= PEOPLE and weeks >= WEEKS and base is None
    return [
        Measurement.of("sobol_s", [took], "s", f"{len(factors)} 个系数的 Sobol 指标，两个进程（{of}）",
                       f"Sobol indices of {len(factors)} coefficients, two processes ({of})",
                       f"≤ {PROMISED:g}" if promised else ""),
        Measurement.of("sobol_runs", [asked.runs / took * 60], "runs/min", "其中每分钟的运行数", "its runs a minute"),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure it on two worker processes and print the table; 1 where the promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sobol", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--coefficients", type=int, default=drivers.MOST_SOBOL)
    given = parser.parse_args(arguments)
    executor = WorkerExecutor(WORKERS)
    try:
        found = sobol(executor, coefficients=given.coefficients, people=given.people, weeks=given.weeks)
    finally:
        executor.close()
    sys.stdout.write(report.table(found, report.circumstances(full=True)) + "\n")
    return 0 if not found[0].target or found[0].upper <= PROMISED else 1

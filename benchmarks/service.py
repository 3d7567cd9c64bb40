"""Serving: time to the first curve and to all, memory of all processes, what the store saves, what a sweep loses."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Measurement
from simulation import experiment as lab
from simulation.executor import SerialExecutor, ThreadExecutor, WorkerExecutor
from simulation.executor_queue import Executor
from simulation.experiment import Experiment
from simulation.scenario import Scenario
from simulation.store import Store
from simulation.sweep import Sweep
from simulation.sweep_folder import run_sweep
from simulation.work import Compute, simulate_worlds

PLANS = ("neutral", "tiers_first", "all_good", "deep_discount", "referral_rush")
_PAGE = 4096 if sys.platform == "win32" else os.sysconf("SC_PAGE_SIZE")


def study(seeds: int = 30, weeks: int = 104) -> Experiment:
    """Five plans in thirty twin worlds of 2,000 people."""
    asked = Experiment.of("product", PLANS, seeds)
    return Experiment(asked.scenario.model_copy(update={"horizon": weeks}), asked.plans, asked.seeds)


class MemoryWatch:
    """Largest memory of this process and all its descendants together, shared pages counted in each of them."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, resident_megabytes())


def resident_megabytes() -> float:
    """Memory that this process and its descendants occupy now; without /proc, the most that was ever occupied."""
    if not Path("/proc/self/statm").exists():
        most = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return most / (2**20 if sys.platform == "darwin" else 2**10)
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue  # it ended while we looked
    family = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    pages = 0
    for member in family:
        try:
            pages += int(Path(f"/proc/{member}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * _PAGE / 2**20


def serve(rounds: int, experiment: Experiment | None = None) -> list[Measurement]:
    """Serve the same experiment to new and then to warm workers, each time with an empty store; compilation apart."""
    asked = experiment or study()
    first, whole, hit, remembered = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        compiler = WorkerExecutor(1)
        _served(study(seeds=1, weeks=2), compiler, Store(Path(folder) / "compiled"))
        compiler.close()
    executor = WorkerExecutor()
    try:
        with MemoryWatch() as memory, tempfile.TemporaryDirectory() as folder:
            # Only its first curve is told, so a few worlds do.
            cold = _served(study(seeds=5), executor, Store(Path(folder) / "cold"))[0]
            for number in range(rounds):
                place = Path(folder) / str(number)
                store = Store(place)
                curve, complete = _served(asked, executor, store)
                first.append(curve)
                whole.append(complete)
                hit.append(_again(asked, executor, Store(place)))
                remembered.append(_again(asked, executor, store))
    finally:
        executor.close()
    saved = [complete / again for complete, again in zip(whole, hit, strict=True)]
    early = [curve / complete for curve, complete in zip(first, whole, strict=True)]
    work = f"{len(asked.plans)} × {len(asked.seeds)} × {asked.scenario.horizon} × {asked.scenario.population.size:,}"
    return [
        Measurement.of("store_saves", saved, "×", "结果库命中比重新计算快", "found in the store, faster than computed"),
        Measurement.of("first_curve_share", early, "×", "首条曲线占全部用时", "first curve, share of the whole time"),
        Measurement.of("first_curve_s", first, "s", f"首条曲线（{work}）", f"first curve ({work})", "≤ 0.3"),
        Measurement.of("first_curve_cold_s", [cold], "s", "首条曲线，工作进程尚未启动",
                       "first curve, workers not yet started"),
        Measurement.of("complete_s", whole, "s", "全部完成", "complete", "≤ 2"),
        Measurement.of("store_hit_s", hit, "s", "从结果库（磁盘）取回", "found in the store (disk)"),
        Measurement.of("memory_hit_s", remembered, "s", "从结果库（内存）取回", "found in the store (memory)"),
        Measurement.of("peak_memory_mb", [memory.peak], "MB", f"峰值内存，本进程与 {executor.workers} 个工作进程",
                       f"peak memory, this process and {executor.workers} workers", "≤ 2000"),
    ]  # fmt: skip


def _served(asked: Experiment, executor: WorkerExecutor, store: Store) -> tuple[float, float]:
    """Seconds to the first curve and to the whole; the first curve includes assembling its table."""
    first: list[float] = []
    job = lab.Job(asked, executor, store)

    def told(progress: lab.Progress) -> None:
        if progress.done_worlds and not first:
            job.partial()
            first.append(time.perf_counter() - began)

    began = time.perf_counter()
    job.work(told)
    job.result()
    return first[0], time.perf_counter() - began


def _again(asked: Experiment, executor: WorkerExecutor, store: Store) -> float:
    began = time.perf_counter()
    lab.run(asked, executor=executor, store=store)
    return time.perf_counter() - began


def sweeping(
    rounds: int = 3, points: int = 60, worlds: int = 10, people: int = 1000, weeks: int = 52
) -> list[Measurement]:
    """Sweep on two Dask workers against the ideal: half the time that the same shares take one process.

    Each round does the same shares one after another in this process, on two Dask workers and in two threads. Whatever
    the machine loses when two of its processors are busy counts against the two. Where others use the machine as well,
    the time in which the two workers computed is the better ideal, and CPU time better than the time of day.

    Args:
        rounds: How often each is timed, in turn.
        points: Points of the design.
        worlds: Twin worlds of each point.
        people: People in a world.
        weeks: Horizon.
    """
    from distributed import LocalCluster  # noqa: PLC0415

    from simulation.executor_dask import DaskExecutor  # noqa: PLC0415

    asked = levers(points, worlds, people, weeks)
    alone, spent, pair, busy, threads = [], [], [], [], []
    serial, side_by_side, process = SerialExecutor(), ThreadExecutor(2), WorkerExecutor(1)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        tempfile.TemporaryDirectory() as folder,
    ):
        watch = Path(folder) / "busy"
        watch.mkdir()
        two = DaskExecutor(cluster.scheduler_address, compute=partial(timed_worlds, str(watch)))
        try:
            for name, executor in (("serial", serial), ("two", two)):
                swept(levers(4, worlds, people, weeks), Path(folder) / f"warm-{name}", executor)
            for number in range(rounds):
                began = time.process_time()
                alone.append(swept(asked, Path(folder) / f"alone{number}", serial))
                spent.append((time.process_time() - began) / asked.runs)
                before = busy_seconds(watch)
                pair.append(swept(asked, Path(folder) / f"pair{number}", two))
                busy.append(busy_seconds(watch) - before)
                threads.append(swept(asked, Path(folder) / f"threads{number}", side_by_side))
            process_cost, dask_cost, thread_cost = (overhead(executor) for executor in (process, two, side_by_side))
        finally:
            two.close()
            process.close()
    of = f"{asked.runs:,} × {weeks} × {people:,}"
    losses = [
        [2 * took / ideal for took, ideal in zip(others, ideals, strict=True)]
        for others, ideals in ((pair, alone), (pair, busy), (threads, alone))
    ]
    pace = [asked.runs / seconds * 60 for seconds in pair]
    stress = [10_000 * seconds / 2 for seconds in spent]
    task = [seconds / asked.share_count for seconds in alone]
    return [
        Measurement.of("sweep_to_ideal", losses[0], "×", "扫描在两个 Dask 计算节点上的用时，相对理想值",
                       "sweep on two Dask workers, relative to the ideal", "≤ 1.3"),
        Measurement.of("sweep_to_busy", losses[1], "×", "同上，相对两个节点真正在计算的时间",
                       "the same, relative to the time in which its workers computed", "≤ 1.3"),
        Measurement.of("sweep_threads_to_ideal", losses[2], "×", "扫描在本进程两个线程上的用时，相对理想值",
                       "sweep in two threads of this process, relative to the ideal"),
        Measurement.of("sweep_10000_s", stress, "s", f"1 万次运行（{weeks} 周，{people:,} 人）的 CPU 时间，两核分担",
                       f"CPU time of 10,000 runs ({weeks} weeks, {people:,} people), shared by two cores", "≤ 180"),
        Measurement.of("sweep_per_minute", pace, "runs/min", f"两个 Dask 计算节点每分钟的运行数（{of}）",
                       f"runs a minute on two Dask workers ({of})", "≥ 3,333"),
        Measurement.of("sweep_task_s", task, "s", "每个任务的用时", "time of a task", "≥ 0.5"),
        Measurement.of("overhead_dask_ms", dask_cost, "ms", "派发一个空任务：Dask", "handing out an empty task: Dask"),
        Measurement.of("overhead_process_ms", process_cost, "ms", "同上：工作进程", "the same: worker process"),
        Measurement.of("overhead_thread_ms", thread_cost, "ms", "同上：线程", "the same: thread"),
    ]  # fmt: skip


def levers(points: int, worlds: int, people: int, weeks: int) -> Sweep:
    """A Latin hypercube over two levers and an uncertainty."""
    return Sweep.parse(
        {
            "scenario": "product",
            "horizon": weeks,
            "seeds": {"first": 1, "count": worlds},
            "design": {"kind": "latin", "points": points, "seed": 1},
            "vary": {
                "population.size": people,
                "plan.strategies.contact.frequency": "declared",
                "plan.strategies.contact.service": "declared",
                "behaviour.leaving.trust": "declared",
            },
        }
    )


def swept(asked: Sweep, folder: Path, executor: Executor) -> float:
    """Seconds a sweep takes, files included."""
    began = time.perf_counter()
    run_sweep(asked, folder, executor=executor)
    return time.perf_counter() - began


def timed_worlds(folder: str, scenario: Scenario, seeds: tuple[int, ...]) -> Any:
    """Compute worlds and write down how long it took, a file for each process."""
    began = time.perf_counter()
    tables = simulate_worlds(scenario, seeds)
    with (Path(folder) / str(os.getpid())).open("a") as log:
        log.write(f"{time.perf_counter() - began}\n")
    return tables


def busy_seconds(folder: Path) -> float:
    """Seconds that all processes have written down so far."""
    return sum(float(line) for path in folder.iterdir() for line in path.read_text().split())


@dataclass(frozen=True)
class Nothing:
    """Work that takes no time."""

    number: int

    @property
    def key(self) -> int:
        """Its number."""
        return self.number

    def done_with(self, compute: Compute) -> bytes:
        """Do nothing."""
        return b""


def overhead(executor: Executor, times: int = 40) -> list[float]:
    """Milliseconds from submitting an empty piece of work to its result, one after another."""
    found = []
    for number in range(times):
        began = time.perf_counter()
        executor.submit(Nothing(number)).result()
        found.append((time.perf_counter() - began) * 1000)
    return found

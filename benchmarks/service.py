"""Serving an experiment: time to the first curve and to all, memory of all processes, and what the store saves."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.measure import Measurement
from simulation import experiment as lab
from simulation.executor import WorkerExecutor
from simulation.experiment import Experiment
from simulation.store import Store

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
            cold = _served(asked, executor, Store(Path(folder) / "cold"))[0]
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
        Measurement.of("first_curve_s", first, "s", f"首条曲线（{work}）", f"first curve ({work})", "≤ 2"),
        Measurement.of("first_curve_cold_s", [cold], "s", "首条曲线，工作进程尚未启动",
                       "first curve, workers not yet started"),
        Measurement.of("complete_s", whole, "s", "全部完成", "complete"),
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

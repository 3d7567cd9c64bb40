"""A million people: CPU time and memory of drawing graph and traits and of living a year, in a process of their own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Measurement
from simulation import ROOT

PEOPLE = 1_000_000
WEEKS = 52


def a_million(weeks: int = WEEKS, people: int = PEOPLE) -> list[Measurement]:
    """Live one large world under its type's own plan; kernels are compiled before the clock starts."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.large", str(people), str(weeks)], cwd=ROOT,
                          capture_output=True, text=True, check=True)  # fmt: skip
    took = json.loads(done.stdout)
    size, whole = f"{people:,}", (people, weeks) == (PEOPLE, WEEKS)
    return [
        Measurement.of("large_graph_s", [took["graph"]], "s", f"{size} 人的社会网络，CPU",
                       f"social graph of {size} people, CPU", "≤ 10" if people == PEOPLE else ""),
        Measurement.of("large_traits_s", [took["traits"]], "s", f"{size} 人的特征，CPU",
                       f"traits of {size} people, CPU"),
        Measurement.of("large_setup_s", [took["setup"]], "s", f"{size} 人，建立世界（含以上两项），CPU",
                       f"{size} people: setting up the world, both included, CPU"),
        Measurement.of("large_run_s", [took["run"]], "s", f"{size} 人 × {weeks} 周，CPU",
                       f"{size} people × {weeks} weeks, CPU"),
        Measurement.of("large_week_ns", [took["run"] / people / weeks * 1e9], "ns", f"{size} 人，每人每周",
                       f"{size} people, per person-week"),
        Measurement.of("large_whole_s", [took["setup"] + took["run"]], "s", f"{size} 人：建立并运行 {weeks} 周，CPU",
                       f"{size} people: set-up and {weeks} weeks, CPU", "≤ 10" if whole else ""),
        Measurement.of("large_memory_mb", [took["memory"]], "MB", f"{size} 人：进程的峰值内存",
                       f"{size} people: peak memory of the process", "≤ 2000"),
    ]  # fmt: skip


def _measure(people: int, weeks: int) -> dict[str, float]:
    """CPU seconds of each part (all on one thread, so seconds on an idle machine), and the largest memory in MB."""
    from unittest.mock import patch  # noqa: PLC0415

    from simulation import network, population  # noqa: PLC0415
    from simulation.model import CommunityModel, warm  # noqa: PLC0415
    from simulation.scenario import load_scenario  # noqa: PLC0415

    warm()
    base = load_scenario("product")
    size = base.population.model_copy(update={"size": people})
    took = {}
    build = network.build_graph

    def timed(*given: object) -> object:
        began = time.process_time()
        graph = build(*given)  # type: ignore[arg-type]
        took["graph"] = time.process_time() - began
        return graph

    began = time.process_time()
    with patch.object(population, "build_graph", timed):
        population.world_of(size, base.graph, 1)
    took["traits"] = time.process_time() - began - took["graph"]
    model = CommunityModel(base.model_copy(update={"population": size, "horizon": weeks}), (1,))
    took["setup"] = time.process_time() - began
    began = time.process_time()
    model.run()
    return took | {"run": time.process_time() - began, "memory": _most_megabytes()}


def _most_megabytes() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # the other figure would begin with the memory of the process that started this one
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 2**10
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]), int(sys.argv[2]))))

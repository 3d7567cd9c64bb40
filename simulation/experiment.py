"""Experiment: one scenario, some plans, the same luck for each; the same Results from any executor."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from importlib.metadata import version
from itertools import zip_longest
from operator import index
from typing import Any, Self

from simulation import ENGINE_VERSION
from simulation.admission import admit
from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.executor_choice import lab_executor
from simulation.executor_queue import Executor
from simulation.jobs import Job, Progress, Told
from simulation.jobs_desk import DESK
from simulation.recording import WORLDS, Recording
from simulation.scenario import Plan, Scenario, load_plan, load_scenario
from simulation.store import Store
from simulation.work import Chunk

__all__ = ["Experiment", "Job", "Progress", "find", "run", "running_jobs", "submit", "warm"]

MAX_SEED = 2**32 - 1
CHUNK_WORLDS = 5
FIRST_WORLDS = 2
CHUNK_PEOPLE = 50_000
"""A chunk has at most five worlds, the first of a plan two, and at most so many people unless one world has more."""

SMALL_WORK = 3_000_000
"""Person-weeks below which starting workers takes longer than the work."""


@dataclass(frozen=True)
class Experiment:
    """Plans tried on the same people with the same luck.

    Attributes:
        scenario: Who, what happens, how long; its own plan and seeds play no part.
        plans: What the operator does, one set of worlds each; names differ.
        seeds: Luck of the worlds; each plan meets every seed.
        recording: What is written down of them.

    Raises:
        LabError: ``too_much_work``, ``recording_too_large``, ``plans_missing``, ``plans_same_name``, ``seeds_missing``,
            ``seeds_twice``, or ``out_of_range`` for a seed.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    seeds: tuple[int, ...]
    recording: Recording = WORLDS

    def __post_init__(self) -> None:
        admit(self.scenario.population.size, self.scenario.horizon, len(self.seeds), max(1, len(self.plans)))
        if not self.plans:
            raise LabError("plans_missing")
        names = [plan.name for plan in self.plans]
        for name in names:
            if names.count(name) > 1:
                raise LabError("plans_same_name", name=name)
        for seed in self.seeds:
            if not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
                raise LabError("out_of_range", field="seeds", given=str(seed)[:60], allowed=f"0–{MAX_SEED}")
        if not self.seeds:
            raise LabError("seeds_missing")
        if len(set(self.seeds)) < len(self.seeds):
            raise LabError("seeds_twice")
        if self.rows > self.recording.most_rows:
            raise LabError("recording_too_large", rows=self.rows, allowed=self.recording.most_rows)

    @classmethod
    def of(
        cls,
        scenario: Scenario | str,
        plans: Iterable[str | Plan] | str | Plan | None = None,
        seeds: int | Sequence[int] | None = None,
    ) -> Self:
        """Build an experiment from names.

        Args:
            scenario: A scenario or its name.
            plans: Plans or their names; the scenario's own plan if not given.
            seeds: Seeds, or how many from the scenario's first seed on; the scenario's own if not given.

        Raises:
            LabError: As the experiment itself, or ``unknown_name``.
        """
        base = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        if plans is None:
            chosen: tuple[Plan, ...] = (base.plan,)
        else:
            several = (plans,) if isinstance(plans, str | Plan) else tuple(plans)
            chosen = tuple(plan if isinstance(plan, Plan) else load_plan(plan) for plan in several)
        count = base.seeds.count if seeds is None else seeds
        luck = range(base.seeds.first, base.seeds.first + count) if isinstance(count, int) else count
        admit(base.population.size, base.horizon, len(luck), max(1, len(chosen)))
        return cls(base, chosen, tuple(index(seed) for seed in luck))

    @property
    def worlds(self) -> int:
        """Worlds to compute: plans × seeds."""
        return len(self.plans) * len(self.seeds)

    @property
    def work(self) -> int:
        """Person-weeks to compute."""
        return self.scenario.population.size * self.scenario.horizon * self.worlds

    @property
    def rows(self) -> int:
        """Rows to come: of the weekly table, or as many as the recording may fill."""
        return self.recording.rows(self.scenario) * self.worlds

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Fingerprint of the scenario with each plan, by the plan's name; another recording has others."""
        suffix = f".{self.recording.name}" if self.recording.name else ""
        return {plan.name: self.scenario.with_plan(plan).fingerprint() + suffix for plan in self.plans}

    def key(self) -> str:
        """What makes two experiments the same work: engine, scenario, plans with their names, seeds."""
        what = (ENGINE_VERSION, self.scenario.name, list(self.fingerprints.items()), self.seeds)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def chunks(self, seeds: Mapping[str, Iterable[int]] | None = None) -> list[tuple[str, Chunk]]:
        """Cut the work into chunks of one plan and a few seeds, the plans taking turns.

        Seeds are grouped by blocks that do not depend on the experiment (1–5, 6–10, …; narrower where worlds
        are large), so that experiments that overlap compute the same chunks.

        Args:
            seeds: Seeds still to compute by plan; all of them if not given.

        Returns:
            Pairs of a plan's name and a chunk.
        """
        width = max(1, min(CHUNK_WORLDS, CHUNK_PEOPLE // self.scenario.population.size))
        columns: list[list[tuple[str, Chunk]]] = []
        for plan in self.plans:
            blocks: dict[int, list[int]] = {}
            for seed in self.seeds:
                if seeds is None or seed in seeds[plan.name]:
                    blocks.setdefault((seed - 1) // width, []).append(seed)
            groups = [sorted(block) for block in blocks.values()]
            # Two worlds make a first interval; every plan shows one before any plan goes on.
            first = [groups[0][:FIRST_WORLDS], groups[0][FIRST_WORLDS:]] if groups else []
            groups = [group for group in (*first, *groups[1:]) if group]
            run_plan = self.scenario.with_plan(plan)
            columns.append(
                [
                    (plan.name, Chunk(run_plan, tuple(group), self.fingerprints[plan.name], self.recording.compute))
                    for group in groups
                ]
            )
        return [chunk for turn in zip_longest(*columns) for chunk in turn if chunk is not None]

    def provenance(self) -> dict[str, Any]:
        """What made the results, as plain data; ``recipe`` holds the scenario and plans in full."""
        return {
            "engine_version": ENGINE_VERSION,
            "scenario": self.scenario.name,
            "scenario_fingerprint": self.scenario.with_plan(Plan(name="neutral")).fingerprint(),
            "people": self.scenario.population.size,
            "horizon": self.scenario.horizon,
            "plans": {plan.name: plan.fingerprint() for plan in self.plans},
            "seeds": list(self.seeds),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "libraries": libraries(),
            "recipe": {
                "scenario": self.scenario.model_dump(mode="json", exclude_defaults=True),
                "plans": [{"name": p.name} | p.model_dump(mode="json", exclude_defaults=True) for p in self.plans],
            },
        }


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """Versions of what the numbers rest on."""
    named = {name: version(name) for name in ("numpy", "numba", "mesa", "pandas")}
    return named | {"python": platform.python_version()}


@lru_cache(maxsize=1)
def _store() -> Store:
    return Store()


def run(
    experiment: Experiment,
    *,
    executor: Executor | None = None,
    store: Store | None = None,
    progress: Told | None = None,
) -> Any:
    """Compute an experiment and wait for it, for the shell, tests and notebooks: Results unless it records otherwise.

    Args:
        experiment: What to compute.
        executor: Where; this process for small work and the lab's executor for more, if not given.
        store: Where worlds are found and kept; the lab's own if not given.
        progress: Called after each chunk.

    Raises:
        LabError: ``run_failed`` or ``worker_lost``.
    """
    where = executor or (SerialExecutor() if experiment.work <= SMALL_WORK else lab_executor())
    job = Job(experiment, where, store or _store())
    try:
        job.work(progress)
    except KeyboardInterrupt:
        where.close()  # nobody waits for what it was at
        raise
    return job.result()


def submit(
    experiment: Experiment,
    *,
    executor: Executor | None = None,
    store: Store | None = None,
    owner: str = "",
    person: str = "",
) -> Job:
    """Compute an experiment in the background; equal experiments share one job.

    Args:
        experiment: What to compute.
        executor: Where; the lab's executor if not given.
        store: Where worlds are found and kept; the lab's own if not given.
        owner: Who wants it, for instance a page of a session. A named owner has one job at a time, and a shared
            job stops only when all its owners have cancelled.
        person: Whose page it is; of one person's jobs one computes at a time, the newest first.

    Raises:
        LabError: ``too_many_jobs``.
    """
    return DESK.submit(experiment, executor or lab_executor(), store or _store(), owner, person)


def find(job_id: str) -> Job | None:
    """The job with this id, if it runs or finished not long ago."""
    return DESK.find(job_id)


def running_jobs() -> int:
    """How many jobs share the workers right now."""
    return DESK.running()


def warm() -> None:
    """Start the lab's executor and load its kernels, in the background."""

    def get_ready() -> None:
        with contextlib.suppress(LabError):  # told to whoever submits work
            lab_executor().warm()

    threading.Thread(target=get_ready, name="warm", daemon=True).start()

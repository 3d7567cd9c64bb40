"""Experiment: one scenario, some plans, the same luck for each; the same Results from any executor."""

from __future__ import annotations

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
from simulation.errors import LabError
from simulation.executor import Chunk, Executor, SerialExecutor, WorkerExecutor
from simulation.jobs import DESK, Job, Progress, Told
from simulation.recording import MAX_ROWS, WORLDS, Recording
from simulation.scenario import Plan, Scenario, load_plan, load_scenario
from simulation.store import Store

__all__ = ["Experiment", "Job", "Progress", "find", "run", "running_jobs", "submit", "warm"]

MAX_WORK = 4_000_000_000
"""Most person-weeks of one experiment: people × weeks × worlds × plans."""

MAX_PEOPLE = 1_000_000
MAX_SEED = 2**32 - 1
CHUNK_WORLDS = 5
FIRST_WORLDS = 2
CHUNK_PEOPLE = 50_000
"""A chunk has at most five worlds, the first of a plan two, and at most so many people unless one world has more."""

SMALL_WORK = 3_000_000
"""Person-weeks below which starting workers takes longer than the work."""


def admit(people: int, weeks: int, worlds: int, plans: int = 1) -> None:
    """Refuse more work than the lab can do, before anything is allocated.

    Args:
        people: People in one world.
        weeks: Horizon.
        worlds: Twin worlds, that is seeds, for each plan.
        plans: Number of plans.

    Raises:
        LabError: ``too_much_work``; ``allowed`` says what would fit, and ``fit_people``, ``fit_weeks`` and
            ``fit_worlds`` are the largest of each that fits with the others as they are (0: none does).
    """
    if (
        people <= MAX_PEOPLE
        and people * weeks * worlds * plans <= MAX_WORK
        and (weeks + 1) * worlds * plans <= MAX_ROWS
    ):
        return
    told_people = min(people, MAX_PEOPLE)
    rows_fit = (weeks + 1) * worlds * plans <= MAX_ROWS
    fit_people = min(MAX_PEOPLE, MAX_WORK // max(1, weeks * worlds * plans)) if rows_fit else 0
    fit_weeks = min(MAX_WORK // max(1, told_people * worlds * plans), MAX_ROWS // max(1, worlds * plans) - 1)
    fit_worlds = min(MAX_WORK // max(1, told_people * weeks * plans), MAX_ROWS // max(1, (weeks + 1) * plans))
    fits = {"people": fit_people, "weeks": fit_weeks, "worlds": fit_worlds}
    given = {"people": people, "weeks": weeks, "worlds": worlds}
    ways = [f"{fit:,} {what}" for what, fit in fits.items() if 0 < fit < given[what]]
    raise LabError(
        "too_much_work",
        **given,
        plans=plans,
        allowed=" or ".join(ways) or f"{MAX_WORK:,} person-weeks in all",
        **{f"fit_{what}": max(0, fit) for what, fit in fits.items()},
    )


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
            "libraries": _libraries(),
            "recipe": {
                "scenario": self.scenario.model_dump(mode="json", exclude_defaults=True),
                "plans": [{"name": p.name} | p.model_dump(mode="json", exclude_defaults=True) for p in self.plans],
            },
        }


@lru_cache(maxsize=1)
def _libraries() -> dict[str, str]:
    named = {name: version(name) for name in ("numpy", "numba", "mesa", "pandas")}
    return named | {"python": platform.python_version()}


@lru_cache(maxsize=1)
def _workers() -> WorkerExecutor:
    return WorkerExecutor()


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
        executor: Where; this process for small work and the worker processes for more, if not given.
        store: Where worlds are found and kept; the lab's own if not given.
        progress: Called after each chunk.

    Raises:
        LabError: ``run_failed`` or ``worker_lost``.
    """
    where = executor or (SerialExecutor() if experiment.work <= SMALL_WORK else _workers())
    job = Job(experiment, where, store or _store())
    try:
        job.work(progress)
    except KeyboardInterrupt:
        if isinstance(where, WorkerExecutor):
            where.close()  # nobody waits for what they were at
        raise
    return job.result()


def submit(
    experiment: Experiment, *, executor: Executor | None = None, store: Store | None = None, owner: str = ""
) -> Job:
    """Compute an experiment in the background; equal experiments share one job.

    Args:
        experiment: What to compute.
        executor: Where; the worker processes if not given.
        store: Where worlds are found and kept; the lab's own if not given.
        owner: Who wants it, for instance a page of a session. A named owner has one running job at a time,
            and a shared job stops only when all its owners have cancelled.

    Raises:
        LabError: ``too_many_jobs``.
    """
    return DESK.submit(experiment, executor or _workers(), store or _store(), owner)


def find(job_id: str) -> Job | None:
    """The job with this id, if it runs or finished not long ago."""
    return DESK.find(job_id)


def running_jobs() -> int:
    """How many jobs share the workers right now."""
    return DESK.running()


def warm() -> None:
    """Start the worker processes and load their kernels, in the background."""
    threading.Thread(target=_workers().warm, name="warm", daemon=True).start()

"""Points: values that a study names one by one, lived by some plans in the same worlds, kept in memory."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation import ENGINE_VERSION
from simulation.admission import admit_sweep
from simulation.errors import LabError
from simulation.executor_choice import lab_executor
from simulation.executor_queue import Executor
from simulation.factors import with_values
from simulation.scenario import Plan, Scenario
from simulation.sweep import MOST_PEOPLE, PERSON_WEEK_SECONDS, TASK_SECONDS, WEEK_SECONDS
from simulation.sweep_paired import acts
from simulation.work import Compute

CASH_LOW = "cash_low"
"""Column with the lowest point of the cumulative profit of a world: the cash that somebody has to put in before."""

Values = Mapping[str, Any]
"""Path of a scenario → what stands there at a point."""

Told = Callable[[int, int, Callable[[], pd.DataFrame]], None]
"""Called with runs done, runs in all, and what gives the table of those that are done."""


@dataclass(frozen=True)
class Piece:
    """Some points that are lived at once; comes back as a Parquet file with a row for each run.

    Attributes:
        study: Fingerprint of the points.
        number: Which piece.
        scenarios: Point, plan and the scenario with both.
        seeds: Luck of the worlds.
    """

    study: str
    number: int
    scenarios: tuple[tuple[int, str, Scenario], ...]
    seeds: tuple[int, ...]

    @property
    def key(self) -> Hashable:
        """What makes two pieces the same work."""
        return self.study, self.number

    def done_with(self, compute: Compute) -> bytes:
        """Live the worlds of every point, as many side by side as memory allows."""
        frames = []
        for point, plan, scenario in self.scenarios:
            width = max(1, MOST_PEOPLE // scenario.population.size)
            for first in range(0, len(self.seeds), width):
                tables = compute(scenario, self.seeds[first : first + width])
                lowest = tables.weekly.groupby("seed")["profit_cum"].min()
                worlds = tables.worlds.assign(**{CASH_LOW: tables.worlds["seed"].map(lowest).to_numpy(float)})
                worlds.insert(0, "plan", plan)
                worlds.insert(0, "point", point)
                frames.append(worlds)
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(pd.concat(frames, ignore_index=True), preserve_index=False), sink)
        return sink.getvalue().to_pybytes()


@dataclass(frozen=True)
class Points:
    """What is to be lived: every point by every plan in every world.

    Attributes:
        base: Scenario that all points start from; its own plan plays no part.
        plans: One or more, names differ. A value of a strategy that a plan lacks leaves that plan as it is.
        values: Points in their order.
        seeds: Luck of the worlds; every point and plan meets every seed, so that all differences are paired.

    Raises:
        LabError: ``plans_missing``, ``seeds_missing``, ``sweep_too_large``; a value out of range when it is lived.
    """

    base: Scenario
    plans: tuple[Plan, ...]
    values: tuple[Values, ...]
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.plans:
            raise LabError("plans_missing")
        if not self.seeds:
            raise LabError("seeds_missing")
        admit_sweep(len(self.values) * len(self.plans), self.base.population.size, self.base.horizon, len(self.seeds))

    @property
    def runs(self) -> int:
        """Points × plans × worlds."""
        return len(self.values) * len(self.plans) * len(self.seeds)

    @property
    def point_seconds(self) -> float:
        """What one point takes one processor, by the figures that cut a sweep."""
        weeks = self.base.horizon
        world = PERSON_WEEK_SECONDS * weeks * self.base.population.size
        return len(self.plans) * (WEEK_SECONDS * weeks + world * len(self.seeds))

    @cached_property
    def fingerprint(self) -> str:
        """What makes two sets of points the same table."""
        what = {
            "engine": ENGINE_VERSION,
            "plans": {plan.name: self.base.with_plan(plan).fingerprint() for plan in self.plans},
            "values": [dict(values) for values in self.values],
            "seeds": self.seeds,
        }
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]

    def scenario(self, values: Values, plan: Plan) -> Scenario:
        """The base scenario under a plan with the values of a point, as far as they concern that plan.

        Raises:
            LabError: Naming the path and what is allowed there.
        """
        mine = {path: value for path, value in values.items() if acts(path, plan)}
        return with_values(self.base.with_plan(plan), mine)

    def pieces(self) -> Iterator[Piece]:
        """Whole points, as many together as make about a second of work."""
        width = max(1, int(TASK_SECONDS / self.point_seconds))
        for number, first in enumerate(range(0, len(self.values), width)):
            scenarios = tuple(
                (point, plan.name, self.scenario(self.values[point], plan))
                for point in range(first, min(first + width, len(self.values)))
                for plan in self.plans
            )
            yield Piece(self.fingerprint, number, scenarios, self.seeds)


def standing(path: str, scenario: Scenario, plans: Iterable[Plan]) -> float:
    """What stands at a path under the first of the plans for which it means anything.

    Raises:
        LabError: ``factor_idle`` where it means nothing under any of them.
    """
    for plan in plans:
        if acts(path, plan):
            here: Any = scenario.with_plan(plan)
            for part in path.split("."):
                here = here[part] if isinstance(here, dict) else getattr(here, part)
            return float(here)
    raise LabError("factor_idle", field=path)


def live(points: Points, *, executor: Executor | None = None, told: Told | None = None) -> pd.DataFrame:
    """Live all points.

    Args:
        points: What to compute.
        executor: Where; the lab's own if not given.
        told: Called before the first piece and after each; what it raises ends the work.

    Returns:
        Columns point, plan, seed, every outcome of the whole run, and ``cash_low`` (¥).

    Raises:
        LabError: What a piece failed with.
    """
    where = executor or lab_executor()
    waiting, flying = points.pieces(), dict[Future[bytes], Piece]()
    frames: list[pd.DataFrame] = []
    done = 0
    try:
        while True:
            if told is not None:
                told(done, points.runs, lambda: _together(tuple(frames)))
            while len(flying) < where.workers and (piece := next(waiting, None)) is not None:
                flying[where.submit(piece)] = piece
            if not flying:
                return _together(frames)
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                del flying[future]
                frames.append(pq.read_table(io.BytesIO(_result(future))).to_pandas())
                done += len(frames[-1])
    finally:
        for piece in flying.values():
            where.abandon(piece)


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame({"point": [], "plan": [], "seed": []})
    return pd.concat(frames, ignore_index=True).sort_values("point", kind="stable").reset_index(drop=True)


def _result(future: Future[bytes]) -> bytes:
    try:
        return future.result()
    except LabError:
        raise
    except Exception as error:
        raise LabError("run_failed", reason=f"{type(error).__name__}: {error}"[:200]) from error


def by_point(frame: pd.DataFrame, outcome: str, a: str, b: str | None = None) -> pd.DataFrame:
    """What a plan comes to, or by how much it differs from another: points by seeds, points in their order.

    Args:
        frame: As :func:`live` gives it, also while it is not complete.
        outcome: Column.
        a: Plan.
        b: Plan that is taken off in the same world, if any.

    Raises:
        LabError: ``unknown_name`` for an outcome that is not there.
    """
    if frame.empty:
        return pd.DataFrame()
    if outcome not in frame.columns:
        raise LabError("unknown_name", kind="outcome", given=str(outcome)[:60], known=", ".join(frame.columns[3:]))
    wide = {plan: frame[frame["plan"] == plan].pivot(index="point", columns="seed", values=outcome) for plan in (a, b)}
    return wide[a] if b is None else wide[a] - wide[b]

"""Stress test: what is uncertain for some plans, the futures that it spans, and what every plan comes to in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from simulation.analysis.screening import factors
from simulation.experiment import Experiment
from simulation.factors import Factor, with_values
from simulation.params import Params
from simulation.scenario import Plan, Scenario
from simulation.sweep import Sweep
from simulation.sweep_paired import PLAN, acts

NOMINAL_WORLDS = 30
"""Worlds of the scenario as it stands, under every plan."""

POSTERIOR = (0.05, 0.95)
"""Ends of the range of what has been calibrated."""

SURE_GRADES = ("V", "C")
"""Grades of what was read in a source or computed from data; the others are assumptions."""


def uncertainties(scenario: Scenario, plans: Sequence[Plan]) -> tuple[Factor, ...]:
    """Every number that nobody decides and that acts under at least one of the plans, with the range to try.

    The range is the declared plausible one, or half as much around the default where none is declared (assumption); it
    is stretched to take in what the scenario itself says. Of what the scenario has draws from a posterior, the range
    is the middle nine tenths of them; that some of them go together is left out. A coefficient that the scenario sets
    to 0 leaves a mechanism out, and stays out.

    Args:
        scenario: Whose values count.
        plans: Whose strategies count.
    """
    used = sorted({name for plan in plans for name in plan.strategies})
    found = []
    # Without any strategy named, all would be taken.
    for factor in factors(used or ["contact"]):
        if factor.declared.role != "uncertainty":
            continue
        values = [value for value in _values(factor.path, scenario, plans) if value is not None]
        if not values or (factor.declared.default != 0 and all(value == 0 for value in values)):
            continue
        drawn = calibrated(scenario, factor.path)
        low, high = np.quantile(drawn, POSTERIOR).tolist() if drawn else _stretched(factor, values)
        found.append(Factor(factor.path, factor.declared, low, high))
    return tuple(found)


def calibrated(scenario: Scenario, path: str) -> tuple[float, ...]:
    """Draws from the posterior of what stands at a path; none where nothing has been calibrated."""
    place, _, name = path.rpartition(".")
    return tuple(getattr(scenario.population.drawn, name, ())) if place == "population" else ()


def _stretched(factor: Factor, values: Sequence[float]) -> tuple[float, float]:
    return min(factor.low, *values), max(factor.high, *values)


def assumed(found: Sequence[Factor]) -> tuple[Factor, ...]:
    """Those whose default nobody has read in a source or computed from data."""
    return tuple(factor for factor in found if factor.declared.grade not in SURE_GRADES)


def _values(path: str, scenario: Scenario, plans: Sequence[Plan]) -> Iterator[float | None]:
    """Value at a path under each plan, None where the plan has no such strategy."""
    *way, last = path.split(".")
    for plan in plans:
        here: Any = scenario.with_plan(plan)
        for part in way:
            here = here.get(part) if isinstance(here, dict) else getattr(here, part)
            if here is None:
                break
        yield float(getattr(here, last)) if isinstance(here, Params) else None


@dataclass(frozen=True)
class StressTest:
    """Some plans in many futures, each future a draw of all that is uncertain.

    Attributes:
        scenario: Community, shocks and horizon; its own plan plays no part.
        plans: Name → plan, two to six, in the order in which they were chosen.
        uncertainties: What is drawn, with its range.
        points: Number of futures.
        worlds: Worlds (seeds) in which each plan lives each future; all plans and futures share them.
        kind: How futures are spread: ``latin`` hypercube or ``sobol`` sequence.
        outcome: Measure of the whole run that is looked at first.
        draw: Seed of the design.
    """

    scenario: Scenario
    plans: Mapping[str, Plan]
    uncertainties: tuple[Factor, ...]
    points: int
    worlds: int
    kind: Literal["latin", "sobol"]
    outcome: str
    draw: int = 1

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """The test as a sweep file."""
        return {
            "name": f"stress_{self.scenario.name}"[:60],
            "scenario": self.scenario.model_dump(mode="json", exclude_defaults=True, exclude={"plan"})
            | {"name": self.scenario.name},
            "plans": [plan_data(plan) for plan in self.plans.values()],
            "seeds": {"first": self.scenario.seeds.first, "count": self.worlds},
            "design": {"kind": self.kind, "points": self.points, "seed": self.draw},
            "vary": {each.path: {"low": each.low, "high": each.high} for each in self.uncertainties},
            "paired": True,
        }

    @cached_property
    def sweep(self) -> Sweep:
        """The test as something that can be computed.

        Raises:
            LabError: As :meth:`simulation.sweep.Sweep.parse`.
        """
        return Sweep.parse(self.recipe)

    @cached_property
    def nominal(self) -> Experiment:
        """The plans in the scenario as it stands.

        Raises:
            LabError: As :class:`simulation.experiment.Experiment`.
        """
        return Experiment.of(self.scenario, tuple(self.plans.values()), seeds=NOMINAL_WORLDS)

    def world(self, places: Mapping[str, float], plan: str) -> Scenario:
        """The scenario of one future under one plan.

        Args:
            places: Path → value; what does not act under the plan is left out.
            plan: Its name.
        """
        whole = {each.path for each in self.uncertainties if each.declared.integer}
        acting = {
            path: int(value) if path in whole else float(value)
            for path, value in places.items()
            if acts(path, self.plans[plan]) and not math.isnan(value)
        }
        return with_values(self.scenario.with_plan(self.plans[plan]), acting)


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan as plain data, all that differs from the defaults."""
    return {"name": plan.name} | plan.model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True, eq=False)
class Futures:
    """Futures that every plan has lived through, and what each came to.

    Attributes:
        places: One row a future, one column an uncertain number.
        runs: One row a run: ``future``, ``plan``, ``seed``, then the outcomes.
        plans: Names in order.
        asked: Futures of the whole design.
        worlds: Worlds of each future and plan.
    """

    places: pd.DataFrame
    runs: pd.DataFrame
    plans: tuple[str, ...]
    asked: int
    worlds: int

    def __len__(self) -> int:
        """Futures that are there."""
        return len(self.places)

    @classmethod
    def of(cls, runs: pd.DataFrame, sweep: Sweep) -> Futures:
        """Futures of a paired sweep that are complete, from the runs that are there.

        Args:
            runs: As :func:`simulation.sweep_folder.read_runs` gives them.
            sweep: What they are runs of.
        """
        plans, worlds = tuple(sweep.plans), len(sweep.seeds)
        paths = [path for path in sweep.design.factors if path != PLAN]
        table = runs.assign(future=runs["point"] // len(plans))
        whole = table.groupby("future")["point"].transform("size") == len(plans) * worlds
        table = table[whole].sort_values(["point", "seed"], kind="stable")
        places = table.groupby("future")[paths].first()
        kept = table.drop(columns=["point", *paths])
        first = ["future", PLAN, "seed"]
        kept = kept[[*first, *(name for name in kept.columns if name not in first)]].reset_index(drop=True)
        return cls(places, kept, plans, len(sweep.design) // len(plans), worlds)

    def means(self, outcome: str) -> pd.DataFrame:
        """Mean over worlds of an outcome: one row a future, one column a plan; NaN where no world has a value."""
        found = self.runs.groupby(["future", PLAN], sort=True)[outcome].mean().unstack(PLAN)
        return found[list(self.plans)]

"""Where a lever pays and where it backfires: alone, at several levels, in every type of community."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simulation.analysis import acceptance
from simulation.analysis.dilemma_runs import CONTACT, plan
from simulation.experiment import Experiment
from simulation.intervals import Interval, mean_interval
from simulation.params import Declared
from simulation.results import Results
from simulation.scenario import load_scenario
from simulation.strategies import STRATEGIES

TYPES = ("product", "interest", "brand", "knowledge", "tool")
STEPS = (0.5, 1, 2, 4)
"""Multiples of the default at which a lever is tried, as far as its bounds allow."""
WITH: Mapping[str, Mapping[str, Any]] = {"churn_prediction.reach": {"targeting": 1}}
"""Other levers of the strategy that a lever needs to be used as the literature advises; all else has its default."""
NEUTRAL = "neutral"
PREFIX = "plan.strategies."


@dataclass(frozen=True)
class Lever:
    """A lever of a strategy, by the path it has in a scenario."""

    path: str

    @property
    def short(self) -> str:
        """Strategy and lever without what all paths share."""
        return self.path.removeprefix(PREFIX)

    @property
    def declared(self) -> Declared:
        """As its strategy declares it."""
        strategy, _, name = self.short.partition(".")
        return next(each for each in STRATEGIES[strategy].declared() if each.name == name)

    def levels(self) -> tuple[float, ...]:
        """Lowest value first, to compare with, then the multiples of the default that its bounds allow."""
        declared = self.declared
        unit = declared.default or declared.high / max(STEPS)
        tried = [declared.low, *(min(max(unit * step, declared.low), declared.high) for step in STEPS)]
        rounded = [round(value) for value in tried] if declared.integer else tried
        return tuple(sorted(set(rounded)))

    def named(self, level: float) -> str:
        """Name of the plan in which it has that level."""
        return f"{self.short}_{level:g}".replace(".", "_")


def experiments(paths: Sequence[str], worlds: int = 4, people: int = 1000) -> dict[str, Experiment]:
    """Every lever alone at its levels, beside the neutral plan, in each type of community over two years.

    Args:
        paths: Levers, such as ``plan.strategies.salons.invited``.
        worlds: Twin worlds of each plan.
        people: People in each world.

    Returns:
        An experiment a type, by its name.
    """
    plans = [plan(NEUTRAL)]
    for path in paths:
        lever = Lever(path)
        strategy, _, name = lever.short.partition(".")
        usual = {**CONTACT.get(strategy, {}), **WITH.get(lever.short, {})}
        plans += [plan(lever.named(level), **{strategy: {**usual, name: level}}) for level in lever.levels()]
    return {
        f"alone_{kind}": Experiment.of(acceptance.sized(load_scenario(kind), people), tuple(plans), worlds)
        for kind in TYPES
    }


def table(paths: Sequence[str], runs: Mapping[str, Results]) -> pd.DataFrame:
    """Where each lever pays best and costs most, as far as that is certain.

    A change of profit is relative to the neutral plan's; of all levels and types that with the best lower end of its
    95 % interval counts as where it pays, that with the worst upper end as where it backfires.

    Returns:
        path; pays_in, pays_at, pays, pays_low, pays_high (None where it pays nowhere for certain); the same for costs.
    """
    rows = []
    for path in paths:
        found = _changes(Lever(path), runs)
        best, worst = max(found, key=lambda each: each[2].low), min(found, key=lambda each: each[2].high)
        rows.append(
            {"path": path}
            | _told("pays", best, lambda interval: interval.low > 0)
            | _told("costs", worst, lambda interval: interval.high < 0)
        )
    return pd.DataFrame(rows, columns=["path", *_columns("pays"), *_columns("costs")])


def _changes(lever: Lever, runs: Mapping[str, Results]) -> list[tuple[str, float, Interval]]:
    lowest, *levels = lever.levels()
    found = []
    for kind in TYPES:
        worlds = runs[f"alone_{kind}"].worlds
        profit = worlds.pivot_table(index="seed", columns="plan", values="profit")
        scale = abs(float(profit[NEUTRAL].mean()))
        for level in levels:
            found.append(
                (kind, level, mean_interval((profit[lever.named(level)] - profit[lever.named(lowest)]) / scale))
            )
    return found


def _columns(what: str) -> list[str]:
    return [f"{what}_in", f"{what}_at", what, f"{what}_low", f"{what}_high"]


def _told(what: str, found: tuple[str, float, Interval], certain: Callable[[Interval], bool]) -> dict[str, Any]:
    kind, level, interval = found
    values = [kind, level, interval.mean, interval.low, interval.high] if certain(interval) else [None] * 5
    return dict(zip(_columns(what), values, strict=True))

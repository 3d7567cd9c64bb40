"""Screening after Morris: which of all assumptions and levers move profit and retention, every strategy being on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as morris_effects
from SALib.sample import morris as morris_design

from simulation.executor import Chunk, Executor, SerialExecutor
from simulation.factors import Factor, span, with_values
from simulation.params import Declared, Params
from simulation.population import Population
from simulation.processes import Behaviour, Economy
from simulation.scenario import Plan, Scenario
from simulation.store import unpack
from simulation.strategies import STRATEGIES

Floats = NDArray[np.float64]

OUTCOMES = ("profit", "retention_52")
LEVELS = 4
NEGLIGIBLE = 0.01
"""Largest share of an outcome's spread over the sample that still counts as no effect (assumption)."""


def factors(strategies: Sequence[str] | None = None) -> tuple[Factor, ...]:
    """Every uncertainty and lever of behaviour, population, economy and strategies; settings stay as they are.

    Args:
        strategies: Those that are switched on; all if not given.
    """
    found = [Factor(path, declared, *span(declared)) for path, declared in _declared(strategies)]
    return tuple(factor for factor in found if factor.low < factor.high)


def _declared(strategies: Sequence[str] | None) -> Iterator[tuple[str, Declared]]:
    kinds: dict[str, type[Params]] = {"population": Population, "economy": Economy}
    for name, field in Behaviour.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Params):
            kinds[f"behaviour.{name}"] = field.annotation
    kinds |= {f"plan.strategies.{name}": STRATEGIES[name] for name in strategies or STRATEGIES}
    for where, kind in kinds.items():
        for declared in kind.declared():
            if declared.role != "setting":
                yield f"{where}.{declared.name}", declared


def scenario_at(
    base: Scenario, varied: Sequence[Factor], places: Floats, strategies: Sequence[str] | None = None
) -> Scenario:
    """The base scenario with every strategy on and each factor at its place, (factors,) between 0 and 1."""
    everything = Plan.parse({"name": "everything", "strategies": {name: {} for name in strategies or STRATEGIES}})
    values = {factor.path: factor.value(float(place)) for factor, place in zip(varied, places, strict=True)}
    return with_values(base.with_plan(everything), values)


def design(count: int, trajectories: int, seed: int = 1) -> Floats:
    """Trajectories through the unit cube, each step moving one factor: (trajectories · (count + 1), count)."""
    problem = _problem(count)
    return np.asarray(morris_design.sample(problem, trajectories, num_levels=LEVELS, seed=seed), float)


def _problem(count: int) -> dict[str, Any]:
    names = [f"x{place}" for place in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def effects(places: Floats, values: Floats) -> Floats:
    """Elementary effects Δy/Δx, (trajectories, factors): what moving one factor through its whole range would do."""
    count = places.shape[1]
    x, y = places.reshape(-1, count + 1, count), values.reshape(-1, count + 1)
    step = np.diff(x, axis=1)
    moved = np.abs(step).argmax(axis=2)
    size = np.take_along_axis(step, moved[..., None], axis=2)[..., 0]
    found = np.zeros((len(x), count))
    np.put_along_axis(found, moved, np.diff(y, axis=1) / size, axis=1)
    return found


def measures(places: Floats, values: Floats, seed: int = 1) -> pd.DataFrame:
    """Morris's measures of one outcome, by SALib.

    Returns:
        A row a factor: mu (mean effect), mu_star (mean size of the effect), low and high (95 % bootstrap interval of
        mu_star over trajectories), median (of the size of the effect; one extreme corner does not move it), sigma
        (spread of the effect: interaction or curvature), always (+1 or −1 where every effect has that sign, else 0).
    """
    found = morris_effects.analyze(
        _problem(places.shape[1]), places, values, num_levels=LEVELS, num_resamples=1000, seed=seed
    )
    star, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    single = effects(places, values)
    always = np.where((single > 0).all(axis=0), 1, np.where((single < 0).all(axis=0), -1, 0))
    return pd.DataFrame(
        {"mu": np.asarray(found["mu"], float), "mu_star": star, "low": np.maximum(star - half, 0), "high": star + half}
        | {"median": np.median(np.abs(single), axis=0)}
        | {"sigma": np.asarray(found["sigma"], float), "always": always}
    )


@dataclass(frozen=True)
class Screening:
    """What a screening found.

    Attributes:
        table: A row for each outcome and factor, largest mu_star first: outcome, path, zh, en, role, low_value and
            high_value (range tried), and the columns of :func:`measures`.
        spread: Outcome → half the range of the middle 68 % of the sample: its standard deviation, were it normal.
        runs: Worlds that were lived.
    """

    table: pd.DataFrame
    spread: Mapping[str, float]
    runs: int

    def to_explain(self) -> pd.DataFrame:
        """Levers that seem to hold no dilemma: columns path, zh, en, outcome, finding.

        ``never_matters``: the whole interval of mu_star lies below 1 % of the outcome's spread, for every outcome.
        ``always_wins`` (``always_loses``): every paired effect on that outcome was positive (negative).
        """
        levers = self.table[self.table["role"] == "lever"]
        small = levers["high"] <= NEGLIGIBLE * levers["outcome"].map(self.spread)
        idle = small.groupby(levers["path"]).transform("all")
        rows = [levers[idle].drop_duplicates("path").assign(outcome="", finding="never_matters")]
        for sign, finding in ((1, "always_wins"), (-1, "always_loses")):
            rows.append(levers[(levers["always"] == sign) & ~idle].assign(finding=finding))
        return pd.concat(rows)[["path", "zh", "en", "outcome", "finding"]].reset_index(drop=True)


def screen(
    base: Scenario,
    *,
    trajectories: int = 8,
    worlds: int = 1,
    executor: Executor | None = None,
    strategies: Sequence[str] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Screening:
    """Walk through the space of all assumptions and levers, one factor at a time.

    Every point of a trajectory is lived by the same people with the same luck, so that a factor without any effect
    shows exactly 0; each trajectory has its own, so that the interval carries the spread between populations.

    Args:
        base: Community, size and horizon.
        trajectories: Paths of factors + 1 points each.
        worlds: Worlds in which each point is lived; their mean counts.
        executor: Where; this process if not given.
        strategies: Those that are switched on; all if not given.
        told: Called with points done and points in all.
    """
    where = executor or SerialExecutor()
    varied = factors(strategies)
    places = design(len(varied), trajectories)
    pending: list[Future[bytes]] = []
    values = np.zeros((len(places), len(OUTCOMES)))
    for point, place in enumerate(places):
        path = point // (len(varied) + 1)
        seeds = tuple(range(1 + path * worlds, 1 + (path + 1) * worlds))
        scenario = scenario_at(base, varied, place, strategies)
        pending.append(where.submit(Chunk(scenario, seeds, f"screening-{scenario.fingerprint()}")))
    for point, future in enumerate(pending):
        values[point] = unpack(future.result()).worlds[list(OUTCOMES)].mean().to_numpy(float)
        pending[point] = Future()  # a packed world is no longer needed
        if told is not None:
            told(point + 1, len(pending))
    return summarise(varied, places, values, worlds)


def summarise(varied: Sequence[Factor], places: Floats, values: Floats, worlds: int = 1) -> Screening:
    """Measures of every outcome in one table.

    Args:
        varied: Factors, in the order of the columns of ``places``.
        places: As :func:`design` gives them.
        values: Outcomes at each, (points, outcomes).
        worlds: Worlds behind each value.
    """
    about = pd.DataFrame(
        {
            "path": [factor.path for factor in varied],
            "zh": [factor.declared.zh for factor in varied],
            "en": [factor.declared.en for factor in varied],
            "role": [factor.declared.role for factor in varied],
            "low_value": [factor.low for factor in varied],
            "high_value": [factor.high for factor in varied],
        }
    )
    parts = []
    for column, outcome in enumerate(OUTCOMES):
        found = pd.concat([about, measures(places, values[:, column])], axis=1)
        found.insert(0, "outcome", outcome)
        parts.append(found.sort_values("mu_star", ascending=False, kind="stable"))
    ends = np.percentile(values, (16, 84), axis=0)
    spread = dict(zip(OUTCOMES, ((ends[1] - ends[0]) / 2).tolist(), strict=True))
    return Screening(pd.concat(parts, ignore_index=True), spread, len(values) * worlds)

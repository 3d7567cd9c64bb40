"""Best under limits: the levers of a plan are searched for two goals at once, and what is chosen is tried on new luck.

The search is NSGA-II (Deb et al. 2002) as Optuna has it; a setting that breaks a limit loses against any that does not.
All settings are lived in the same worlds, so that they are compared in twin worlds. Even so the best of many looks
better than it is, because the luck of these worlds helped to choose it (the winner's curse); only worlds that took no
part in the search tell what remains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.experiment import Experiment
from simulation.factors import Factor, span, with_values
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.scenario import Plan, Scenario
from simulation.sweep_points import CASH_LOW, Points, by_point, live

Floats = NDArray[np.float64]

GENERATION = 16
"""Settings that are lived before the next are bred from the best."""

MOST_EVALUATIONS = 480
FRESH_WORLDS = 30

WINNER = "winner"
"""Name of the plan that was chosen."""

LIMITS = ("spend", "trust", CASH_LOW)
"""Measures that may be limited: spending a week at most, trust at the end at least, cash at its lowest at least."""


@dataclass(frozen=True)
class Limits:
    """What a setting must keep to, in the mean over the worlds of the search; None where there is no limit.

    Attributes:
        spend: Most that strategies may cost a week, ¥.
        trust: Least mean trust at the end, 0 to 1.
        cash: Least cumulative profit at its lowest, ¥; negative for cash that may be put in before.
    """

    spend: float | None = None
    trust: float | None = None
    cash: float | None = None

    def broken(self, row: Mapping[str, float]) -> tuple[float, float, float]:
        """By how much each limit is broken, as a share of it, so that they add up; 0 or less where it is kept.

        Args:
            row: ``spend``, ``trust`` and ``cash_low`` of a setting.
        """
        over = (
            (self.spend, row["spend"], 1.0, 1.0),
            (self.trust, row["trust"], -1.0, 0.01),
            (self.cash, row[CASH_LOW], -1.0, 1.0),
        )
        first, second, third = (
            -1.0 if limit is None else sign * (value - limit) / max(abs(limit), least)
            for limit, value, sign, least in over
        )
        return first, second, third


@dataclass(frozen=True)
class Search:
    """What is searched for.

    Attributes:
        scenario: Community, shocks and horizon; its own plan plays no part.
        plan: Plan whose levers are moved; its own setting is the first that is tried.
        levers: Factors of its strategies, see :func:`levers`.
        goals: Two outcomes that have a better direction.
        limits: What must be kept.
        seeds: Luck of the worlds of the search.
        evaluations: Settings to live, at most ``MOST_EVALUATIONS``.
        seed: Of the search itself.

    Raises:
        LabError: ``levers_missing``, ``goals_wrong``, or ``out_of_range`` for ``evaluations``.
    """

    scenario: Scenario
    plan: Plan
    levers: tuple[Factor, ...]
    goals: tuple[str, str]
    limits: Limits
    seeds: tuple[int, ...]
    evaluations: int = 192
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.levers:
            raise LabError("levers_missing")
        if self.goals[0] == self.goals[1] or not all(name in TOTALS and TOTALS[name].better for name in self.goals):
            raise LabError("goals_wrong", given=", ".join(self.goals))
        if not GENERATION <= self.evaluations <= MOST_EVALUATIONS:
            allowed = f"{GENERATION}–{MOST_EVALUATIONS}"
            raise LabError("out_of_range", field="evaluations", given=str(self.evaluations), allowed=allowed)

    @cached_property
    def now(self) -> dict[str, float]:
        """Where the levers stand."""
        strategies = self.plan.strategies
        return {
            factor.path: float(getattr(strategies[factor.path.split(".")[2]], factor.declared.name))
            for factor in self.levers
        }

    def fresh_seeds(self, worlds: int = FRESH_WORLDS) -> tuple[int, ...]:
        """Luck that played no part in the search."""
        first = max(self.seeds) + 1
        return tuple(range(first, first + worlds))

    def setting(self, values: Mapping[str, float]) -> Plan:
        """The plan with its levers set anew, under the name ``winner``."""
        found = with_values(self.scenario.with_plan(self.plan), whole(self.levers, values)).plan
        return found.model_copy(update={"name": WINNER, "title": self.plan.title, "note": self.plan.note})

    def again(self, values: Mapping[str, float], worlds: int = FRESH_WORLDS) -> Experiment:
        """The chosen setting beside the plan as it was, in new worlds."""
        return Experiment(self.scenario, (self.setting(values), self.plan), self.fresh_seeds(worlds))


def levers(plan: Plan) -> tuple[Factor, ...]:
    """Every lever of the strategies of a plan, with the range to try, widened to take in where it stands."""
    found = []
    for name, strategy in plan.strategies.items():
        for declared in strategy.declared():
            if declared.role == "lever":
                low, high = span(declared)
                here = float(getattr(strategy, declared.name))
                factor = Factor(f"plan.strategies.{name}.{declared.name}", declared, min(low, here), max(high, here))
                if factor.low < factor.high:
                    found.append(factor)
    return tuple(found)


def whole(factors: Sequence[Factor], values: Mapping[str, float]) -> dict[str, Any]:
    """Values with whole numbers where the levers are whole."""
    integer = {factor.path for factor in factors if factor.declared.integer}
    return {path: round(value) if path in integer else float(value) for path, value in values.items()}


@dataclass(frozen=True)
class Found:
    """What a search has found so far.

    Attributes:
        settings: A row a setting in the order in which they were tried, the plan as it was first: ``number``; the path
            of every lever; for both goals its mean, and by how much that is more than the plan as it was, with its t
            interval over the worlds of the search (``goal``, ``goal_gain``, ``goal_low``, ``goal_high``); ``spend``
            (¥ a week), ``trust``, ``cash_low`` (¥); ``kept`` (all limits are) and ``front`` (kept, and no other that
            keeps them is better in one goal without being worse in the other).
        worlds: number → goal → value in every world of the search, in the order of the seeds.
    """

    settings: pd.DataFrame
    worlds: Mapping[int, Mapping[str, Floats]]

    @property
    def front(self) -> pd.DataFrame:
        """Settings on the front, from the best in the second goal to the best in the first."""
        return self.settings[self.settings["front"]]


Live = Callable[[tuple[Mapping[str, Any], ...], Callable[[int], None]], pd.DataFrame]
"""From settings, and what is to be told how many runs of them are done, to a row a setting and world."""

Told = Callable[[int, int, Callable[[], "Found | None"]], None]


def search(asked: Search, *, executor: Executor | None = None, told: Told | None = None) -> Found:
    """Search, one generation after another; the same whatever the number of workers.

    Args:
        asked: What is searched for.
        executor: Where it is lived; the lab's own if not given.
        told: Called with runs done, runs in all and what gives the settings so far; what it raises ends the search.

    Raises:
        LabError: What a world failed with.
    """

    def lived(settings: tuple[Mapping[str, Any], ...], heard: Callable[[int], None]) -> pd.DataFrame:
        points = Points(asked.scenario, (asked.plan,), settings, asked.seeds)
        return live(points, executor=executor, told=lambda done, total, so_far: heard(done))

    return searched(asked, lived, told)


def searched(asked: Search, lived: Live, told: Told | None = None) -> Found:
    """The search itself, over whatever lives a setting; see :func:`search`."""
    import optuna  # noqa: PLC0415 - takes a second, which no page that only shows has to wait for

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    direction = optuna.study.StudyDirection
    ways = [direction.MAXIMIZE if TOTALS[goal].better > 0 else direction.MINIMIZE for goal in asked.goals]
    sampler = optuna.samplers.NSGAIISampler(population_size=GENERATION, seed=asked.seed)
    study = optuna.create_study(directions=ways, sampler=sampler)
    study.enqueue_trial(asked.now)
    space = {factor.path: _distribution(optuna, factor) for factor in asked.levers}
    rows: list[dict[str, Any]] = []
    worlds: dict[int, dict[str, Floats]] = {}
    total = asked.evaluations * len(asked.seeds)

    def so_far() -> Found | None:
        return _found(asked, list(rows), dict(worlds)) if rows else None

    while len(rows) < asked.evaluations:
        before = len(rows) * len(asked.seeds)
        trials = [study.ask(space) for _ in range(min(GENERATION, asked.evaluations - len(rows)))]
        settings = tuple(whole(asked.levers, trial.params) for trial in trials)
        frame = lived(settings, lambda done, b=before: told(b + done, total, so_far) if told else None)  # type: ignore[misc]
        measured = _measured(asked, frame)
        made = []
        for place, trial in enumerate(trials):
            values = [_mean(measured[goal], place) for goal in asked.goals]
            row = {"number": len(rows) + place} | dict(settings[place]) | _limited(measured, place)
            row["broken"] = asked.limits.broken(row)
            made.append(row | dict(zip(asked.goals, values, strict=True)))
            worlds[row["number"]] = {goal: measured[goal].loc[place].to_numpy(float) for goal in asked.goals}
            if any(map(math.isnan, (*values, *row["broken"]))):
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
                continue
            for name, by in zip(LIMITS, row["broken"], strict=True):
                trial.set_constraint(name, by)
            study.tell(trial, values)
        rows += made
    found = so_far()
    if told is not None:
        told(total, total, so_far)
    assert found is not None
    return found


def _distribution(optuna: Any, factor: Factor) -> Any:
    if factor.declared.integer:
        return optuna.distributions.IntDistribution(round(factor.low), round(factor.high))
    return optuna.distributions.FloatDistribution(factor.low, factor.high)


def _measured(asked: Search, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Goals and what is limited: name → settings by worlds."""
    names = dict.fromkeys((*asked.goals, "strategy_cost", "trust", CASH_LOW))
    found = {name: by_point(frame, name, asked.plan.name) for name in names}
    found["spend"] = found["strategy_cost"] / asked.scenario.horizon
    return found


def _mean(table: pd.DataFrame, place: int) -> float:
    return float(np.nanmean(table.loc[place].to_numpy(float))) if table.loc[place].notna().any() else math.nan


def _limited(measured: Mapping[str, pd.DataFrame], place: int) -> dict[str, float]:
    return {name: _mean(measured[name], place) for name in LIMITS}


def _found(asked: Search, rows: list[dict[str, Any]], worlds: Mapping[int, Mapping[str, Floats]]) -> Found:
    table = pd.DataFrame(rows)
    for goal in asked.goals:
        gains = mean_interval(np.stack([worlds[number][goal] - worlds[0][goal] for number in table["number"]]))
        table[f"{goal}_gain"], table[f"{goal}_low"], table[f"{goal}_high"] = gains
    table["kept"] = [all(by <= 0 for by in broken) for broken in table["broken"]]
    signs = np.array([TOTALS[goal].better for goal in asked.goals], float)
    table["front"] = undominated(table[list(asked.goals)].to_numpy(float) * signs, table["kept"].to_numpy(bool))
    return Found(table.drop(columns="broken"), worlds)


def undominated(values: Floats, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows of (settings, goals), more being better, are allowed and beaten by no other that is.

    A row is beaten by one that is at least as good in every goal and better in one; of equal rows the first stays.
    """
    count = len(values)
    usable = allowed & ~np.isnan(values).any(axis=1)
    # Row i against row j: [i, j].
    at_least = (values[:, None, :] >= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] > values[None, :, :]).any(axis=2)
    earlier = np.arange(count)[:, None] < np.arange(count)[None, :]
    beats = usable[:, None] & at_least & (better | earlier)
    return usable & ~beats.any(axis=0)

"""Comparison of plans in twin worlds: differences seed by seed, with interval and a verdict on its width."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.retention import survival_of_worlds, survival_together
from simulation.errors import LabError
from simulation.intervals import mean_interval, percentile, t_quantile
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results

FEWEST_WORLDS = 5
"""Worlds below which no spread over worlds is trusted."""

NEGLIGIBLE = 0.01
"""Share of plan b's level below which a difference does not matter (teaching assumption)."""

MOST_WORLDS = 10_000
"""Largest number of worlds that is still worth naming as a goal."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Paired:
    """Difference between two plans that met the same people with the same luck.

    Attributes:
        mean: Mean of a − b over worlds, in the outcome's unit.
        low: Lower bound of its interval, NaN with a single world.
        high: Upper bound.
        wins: Worlds in which a does better than b, by the outcome's direction (larger where it has none).
        ties: Worlds in which both are exactly equal.
        worlds: Worlds compared, that is, in which both have a value.
        enough: Whether these worlds settle the matter: there are at least five, and either the interval
            leaves out 0 (the sign is certain) or its half-width is at most 1 % of b's mean level (nothing
            that matters separates them). Exactly equal plans are settled.
        worlds_needed: Estimate, from mean and spread so far, of the worlds after which it would be enough;
            None if no affordable number would do. Adding worlds until a wish comes true is no test.
    """

    mean: float
    low: float
    high: float
    wins: int
    ties: int
    worlds: int
    enough: bool
    worlds_needed: int | None


def paired(results: Results, a: str, b: str, outcome: str, level: float = 0.95) -> Paired:
    """Compare two plans world by world on a measure of the whole run.

    d_i = a_i − b_i for each seed i; mean d ± t·s_d/√n. Sharing every coin that both toss makes s_d far
    smaller than the spread of either plan.

    Args:
        results: With both plans.
        a: Plan that is judged.
        b: Plan it is judged against.
        outcome: Column of ``results.worlds``.
        level: Probability that the interval covers.

    Raises:
        LabError: ``unknown_name`` for a plan or an outcome, ``not_paired`` where the plans' seeds differ.
    """
    both = by_world(results, a, b, outcome)
    sign = TOTALS[outcome].better or 1 if outcome in TOTALS else 1
    return judged(both["a"].to_numpy(float), both["b"].to_numpy(float), sign, level)


def paired_at(results: Results, a: str, b: str, outcome: str, week: int, level: float = 0.95) -> Paired:
    """Compare two plans world by world as they stand in one week.

    Args:
        results: With both plans.
        a: Plan that is judged.
        b: Plan it is judged against.
        outcome: Column of ``results.weekly``, or ``survival`` for the share still there that many weeks after joining.
        week: Week of the run; for ``survival`` the weeks since joining.
        level: Probability that the interval covers.

    Raises:
        LabError: ``unknown_name`` or ``not_paired``.
    """
    first, second = (at_week(results, plan, outcome, week) for plan in (a, b))
    _refuse_unpaired(first.index, second.index, a, b)
    both = pd.DataFrame({"a": first, "b": second}).dropna()
    sign = WEEKLY[outcome].better or 1 if outcome in WEEKLY else 1
    return judged(both["a"].to_numpy(float), both["b"].to_numpy(float), sign, level)


def at_week(results: Results, plan: str, outcome: str, week: int) -> pd.Series[Any]:
    """An outcome of one plan in one week, seed by seed; see :func:`paired_at` for ``survival``."""
    if outcome == "survival":
        return _survival_by_world(results, plan).T[week]
    _known(results.weekly, outcome)
    _known_plan(results, plan)
    weekly = results.weekly
    there = ((weekly["week"] == week) & (weekly["plan"] == plan)).to_numpy()
    return pd.Series(
        weekly[outcome].to_numpy()[there], pd.Index(weekly["seed"].to_numpy()[there], name="seed"), name=outcome
    )


def judged(left: Floats, right: Floats, sign: int, level: float = 0.95) -> Paired:
    """Compare values of plan a (``left``) and plan b in the same worlds; ``sign`` is −1 where less is better."""
    difference = left - right
    mean, low, high = mean_interval(difference, level)
    worlds = len(difference)
    spread = float(difference.std(ddof=1)) if worlds > 1 else math.nan
    goal = max(abs(mean), NEGLIGIBLE * abs(float(right.mean()))) if worlds else math.nan
    enough = worlds >= FEWEST_WORLDS and (spread == 0 or (high - low) / 2 <= goal)
    return Paired(
        mean,
        low,
        high,
        wins=int((difference * sign > 0).sum()),
        ties=int((difference == 0).sum()),
        worlds=worlds,
        enough=enough,
        worlds_needed=worlds if enough else _worlds_needed(spread, goal, level),
    )


def by_world(results: Results, a: str, b: str, outcome: str) -> pd.DataFrame:
    """A measure of the whole run under two plans, world by world, where both have a value.

    Returns:
        Columns a, b in the outcome's unit; the index is the seed, in the order in which worlds were asked for.

    Raises:
        LabError: ``unknown_name`` for a plan or an outcome, ``not_paired`` where the plans' seeds differ.
    """
    _known(results.worlds, outcome)
    first, second = (_column(results, plan, outcome) for plan in (a, b))
    _refuse_unpaired(first.index, second.index, a, b)
    return pd.DataFrame({"a": first, "b": second}).dropna()


def paired_weekly(results: Results, a: str, b: str, outcome: str, level: float = 0.95) -> pd.DataFrame:
    """Compare two plans world by world in each week.

    Args:
        results: With both plans.
        a: Plan that is judged.
        b: Plan it is judged against.
        outcome: Column of ``results.weekly``.
        level: Probability that the interval of the mean covers.

    Returns:
        Columns week, mean, low, high (of a − b), p5, p95 (percentiles over worlds).

    Raises:
        LabError: ``unknown_name`` or ``not_paired``.
    """
    _known(results.weekly, outcome)
    first, second = (_weeks(results, plan, outcome) for plan in (a, b))
    _refuse_unpaired(first.columns, second.columns, a, b)
    return _spread(first - second[first.columns], level)


def paired_retention(results: Results, a: str, b: str, level: float = 0.95) -> pd.DataFrame:
    """Compare the survival curves of two plans world by world (Kaplan–Meier, first spells).

    Returns:
        Columns tenure, mean, low, high (of S_a − S_b), p5, p95 (percentiles over worlds).

    Raises:
        LabError: ``unknown_name`` or ``not_paired``.
    """
    first, second = (_survival_by_world(results, plan) for plan in (a, b))
    _refuse_unpaired(first.columns, second.columns, a, b)
    return _spread(first - second[first.columns], level).rename(columns={"week": "tenure"})


def band(results: Results, outcome: str, level: float = 0.95) -> pd.DataFrame:
    """Course of an outcome over the weeks: mean over worlds with its interval, and range of single worlds.

    Returns:
        Columns plan, week, mean, low, high, p5, p95.

    Raises:
        LabError: ``unknown_name`` for an outcome that is not in ``results.weekly``.
    """
    _known(results.weekly, outcome)
    return _by_plan({plan: _spread(_weeks(results, plan, outcome), level) for plan in results.plans})


def retention_curve(results: Results, level: float = 0.95) -> pd.DataFrame:
    """Share of people still there by weeks since joining, first spells only (Kaplan–Meier).

    People of one world share its luck, so worlds, not people, are the independent units. From five worlds on,
    the curve is the mean of the worlds' curves and its interval comes from their spread (t, cut at 0 and 1).
    With fewer, it is the curve of all worlds together with Greenwood's interval, which is then too narrow.

    Args:
        results: Any.
        level: Probability that the interval covers.

    Returns:
        Columns plan, tenure, survival, low, high; S at tenure k counts everybody who left within k weeks, and
        is missing where nobody has been there so long.
    """
    curves = {}
    for plan in results.plans:
        table = results.tenure[results.tenure["plan"] == plan]
        at_risk, left = (
            table.pivot(index="seed", columns="tenure", values=name).fillna(0) for name in ("at_risk", "left")
        )
        n, d, tenure = at_risk.to_numpy(float), left.to_numpy(float), at_risk.columns.to_numpy()
        if len(n) >= FEWEST_WORLDS:
            mean, low, high = mean_interval(survival_of_worlds(n, d).T, level)
            curve = pd.DataFrame({"survival": mean, "low": low.clip(0, 1), "high": high.clip(0, 1)})
        else:
            curve = survival_together(n.sum(axis=0), d.sum(axis=0), level)
        curve.insert(0, "tenure", tenure)
        curves[plan] = curve
    return _by_plan(curves)


def _survival_by_world(results: Results, plan: str) -> pd.DataFrame:
    """Tenure by seeds."""
    _known_plan(results, plan)
    table = results.tenure[results.tenure["plan"] == plan]
    at_risk, left = (table.pivot(index="seed", columns="tenure", values=name).fillna(0) for name in ("at_risk", "left"))
    survival = survival_of_worlds(at_risk.to_numpy(float), left.to_numpy(float))
    return pd.DataFrame(survival.T, index=at_risk.columns, columns=at_risk.index)


def _spread(table: pd.DataFrame, level: float) -> pd.DataFrame:
    values = table.to_numpy(float)
    mean, low, high = mean_interval(values, level)
    spread = {"p5": percentile(values, 5), "p95": percentile(values, 95)}
    return pd.DataFrame({"week": table.index.to_numpy(), "mean": mean, "low": low, "high": high, **spread})


def _by_plan(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    for plan, table in tables.items():
        table.insert(0, "plan", plan)
    return pd.concat(tables.values(), ignore_index=True)


def _weeks(results: Results, plan: str, outcome: str) -> pd.DataFrame:
    """Weeks by seeds."""
    _known_plan(results, plan)
    table = results.weekly.loc[results.weekly["plan"] == plan, ["week", "seed", outcome]]
    return table.pivot(index="week", columns="seed", values=outcome)


def _column(results: Results, plan: str, outcome: str) -> pd.Series[Any]:
    _known_plan(results, plan)
    return results.worlds[results.worlds["plan"] == plan].set_index("seed")[outcome]


def _known(table: pd.DataFrame, outcome: str) -> None:
    names = [name for name in table.columns if name not in {"plan", "seed", "week"}]
    if outcome not in names:
        raise LabError("unknown_name", kind="outcome", given=str(outcome)[:60], known=", ".join(names))


def _known_plan(results: Results, plan: str) -> None:
    if plan not in results.plans:
        raise LabError("unknown_name", kind="plan", given=str(plan)[:60], known=", ".join(results.plans))


def _refuse_unpaired(first: Any, second: Any, a: str, b: str) -> None:
    alone = len(set(first) ^ set(second))
    if alone:
        raise LabError("not_paired", a=a, b=b, worlds=alone)


def _worlds_needed(spread: float, goal: float, level: float) -> int | None:
    """Smallest n with t·s/√n ≤ goal; the normal quantile, below every t, gives where to start."""
    if math.isnan(spread) or not goal > 0:
        return None
    least = (float(t_quantile(level, 1e9)) * spread / goal) ** 2
    if least > MOST_WORLDS:
        return None
    needed = max(FEWEST_WORLDS, math.ceil(least))
    while float(t_quantile(level, needed)) * spread > goal * math.sqrt(needed):
        needed += 1
    return needed

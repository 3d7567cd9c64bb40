"""Operator-absence test: what of a community's life goes on when its operator stops everything (P8).

A community that lives by its members keeps its activity; one that lives by the operator's pushes loses it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.model import simulate
from simulation.outcomes import WEEKLY
from simulation.scenario import Plan, Scenario

ACTIVITY = ("posts", "replies", "orders")
"""What counts as activity; each post, reply and order counts as one (teaching assumption)."""

WEEKS_AWAY = 4

_WORDS = {name: (WEEKLY[name].zh, WEEKLY[name].en) for name in ACTIVITY} | {"activity": ("活跃度", "Activity")}


def stopped(plan: Plan, week: int) -> Plan:
    """The plan with every strategy ended after the given week (1 or later); what would start later never does."""
    ended = {
        name: strategy.model_copy(update={"stop": min(strategy.stop or week, week)})
        for name, strategy in plan.strategies.items()
    }
    return plan.model_copy(update={"strategies": ended})


def absence(
    scenario: Scenario, week: int, seeds: Sequence[int], *, away: int = WEEKS_AWAY, level: float = 0.95
) -> pd.DataFrame:
    """Share of activity that survives without the operator, week by week, in twin worlds.

    In each world, activity under the stopped plan divided by that of its twin whose operator goes on, in the same week:
    seasons, shocks and people are the same, so that the ratio is the operator's doing alone. It may exceed 1 where the
    plan wears people out, and it is 1 in the last week before the stop. Activity is posts + replies + orders.

    Args:
        scenario: Who, and the plan that is stopped; its horizon plays no part.
        week: Last week in which the operator works, 1 or later.
        seeds: Worlds.
        away: Weeks without the operator.
        level: Probability that the interval of the mean over worlds covers.

    Returns:
        Columns measure (posts, replies, orders, activity), zh, en, away (0 … ``away`` weeks since the stop), share,
        low, high, with_operator and without (means over worlds, per week), worlds (those with any activity to lose).

    Raises:
        LabError: ``out_of_range`` for a week or a number of weeks below 1, ``seeds_missing`` without seeds.
    """
    for field, value in (("week", week), ("away", away)):
        if value < 1:
            raise LabError("out_of_range", field=field, given=str(value)[:60], allowed="≥ 1")
    if not seeds:
        raise LabError("seeds_missing")
    until = scenario.model_copy(update={"horizon": week + away})
    going, gone = (
        table[table["week"] >= week]
        for table in (simulate(until.with_plan(p), seeds).weekly for p in (scenario.plan, stopped(scenario.plan, week)))
    )
    rows = []
    for measure, (zh, en) in _WORDS.items():
        names = list(ACTIVITY) if measure == "activity" else [measure]
        kept, whole = (
            table.assign(sum=table[names].sum(axis=1)).pivot(index="week", columns="seed", values="sum")
            for table in (gone, going)
        )
        ratio = (kept / whole.where(whole > 0)).to_numpy(float)
        mean, low, high = mean_interval(ratio, level)
        rows.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "zh": zh,
                    "en": en,
                    "away": range(away + 1),
                    "share": mean,
                    "low": low,
                    "high": high,
                    "with_operator": whole.mean(axis=1).to_numpy(),
                    "without": kept.mean(axis=1).to_numpy(),
                    "worlds": (~np.isnan(ratio)).sum(axis=1),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def surviving(table: pd.DataFrame) -> pd.DataFrame:
    """The last week of :func:`absence`, one row per measure: what is left after all weeks without the operator."""
    return table[table["away"] == table["away"].max()].reset_index(drop=True)

"""Measures behind dilemmas and claims: how plans stand to each other in twin worlds, with interval and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from simulation.analysis.facts import Found, over_worlds
from simulation.fairness import top_share
from simulation.intervals import mean_interval
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.results import Results
from simulation.scenario import Scenario

Weeks = tuple[int, int]
Floats = NDArray[np.float64]


def reading(results: Results, plan: str, outcome: str, weeks: Weeks | None = None) -> pd.Series[Any]:
    """One value a world: a measure of the whole run, or the mean of a weekly outcome over some weeks.

    Args:
        results: With the plan.
        plan: Its name.
        outcome: Column of ``worlds``, or of ``weekly`` where ``weeks`` is given.
        weeks: First and last week, both counted.

    Returns:
        Indexed by seed.
    """
    if weeks is None:
        table = results.worlds
        return table[table["plan"] == plan].set_index("seed")[outcome]
    table = results.weekly
    chosen = table[(table["plan"] == plan) & table["week"].between(*weeks)]
    return chosen.groupby("seed")[outcome].mean()


def relative(results: Results, plan: str, base: str, outcome: str, weeks: Weeks | None = None) -> pd.Series[Any]:
    """(plan − base)/|base| in each world."""
    before = reading(results, base, outcome, weeks)
    return (reading(results, plan, outcome, weeks) - before) / before.abs()


def change(
    results: Results, plan: str, base: str, outcome: str, low: float, high: float, weeks: Weeks | None = None
) -> Found:
    """Mean paired relative change; holds between the bounds, decided when the whole interval lies there."""
    return over_worlds(relative(results, plan, base, outcome, weeks), low, high, sign=True)


def of_totals(results: Results, plan: str, base: str, outcome: str, low: float, high: float) -> Found:
    """As :func:`change`, but over the base plan's mean: for totals that may lie near zero in a single world."""
    return over_worlds(of_mean(results, plan, base, outcome), low, high, sign=True)


def weakest_step(results: Results, plans: Sequence[str], outcome: str, weeks: Weeks | None = None) -> Found:
    """Smallest mean paired step of an outcome along plans in rising order of a lever; holds when every step is up."""
    steps = [
        over_worlds(reading(results, b, outcome, weeks) - reading(results, a, outcome, weeks), 0, np.inf, sign=True)
        for a, b in pairwise(plans)
    ]
    return min(steps, key=lambda found: found.value)


def interior(
    results: Results, plans: Sequence[str], levels: Sequence[float], outcome: str, weeks: Weeks | None = None
) -> Found:
    """Level at which an outcome peaks; holds strictly inside, decided when it beats both ends for certain."""
    means = [float(reading(results, plan, outcome, weeks).mean()) for plan in plans]
    best = int(np.argmax(means))
    inside = 0 < best < len(plans) - 1
    peak = reading(results, plans[best], outcome, weeks)
    ends = [mean_interval(peak - reading(results, plan, outcome, weeks)) for plan in (plans[0], plans[-1])]
    decided = not inside or all(end.low > 0 for end in ends)
    return Found(levels[best], np.nan, np.nan, inside, len(results.seeds), decided)


def unevenness(results: Results, plans: Sequence[str], outcome: str, most: float) -> Found:
    """How far the worst of some plans lies below the best, relative to the best; holds up to ``most``."""
    means = {plan: float(reading(results, plan, outcome).mean()) for plan in plans}
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    return over_worlds(-of_mean(results, worst, best, outcome), -np.inf, most, sign=True)


def of_mean(results: Results, plan: str, base: str, outcome: str) -> pd.Series[Any]:
    """Paired difference in each world over the base plan's mean."""
    before = reading(results, base, outcome)
    return (reading(results, plan, outcome) - before) / abs(before.mean())


def fading(results: Results, plans: Sequence[str], outcome: str, weeks: Weeks | None = None) -> Found:
    """Gain of the second half of a lever less the gain of the first, relative to the first; holds below 0."""
    none, half, full = plans
    first = reading(results, half, outcome, weeks) - reading(results, none, outcome, weeks)
    second = reading(results, full, outcome, weeks) - reading(results, half, outcome, weeks)
    return over_worlds((second - first) / abs(float(first.mean())), -np.inf, 0, sign=True)


def profit_until(results: Results, plan: str, week: int) -> pd.Series[Any]:
    """Profit from the start to the end of a week."""
    return reading(results, plan, "profit_cum", (week, week))


def reversals(results: Results, plans: Sequence[str], early: int, late: int) -> Found:
    """Pairs of plans whose order by profit turns over between two weeks, certain at both; holds from one pair."""
    found = 0
    for a, b in combinations(plans, 2):
        signs = []
        for week in (early, late):
            interval = mean_interval(profit_until(results, a, week) - profit_until(results, b, week))
            signs.append(1 if interval.low > 0 else -1 if interval.high < 0 else 0)
        found += signs[0] * signs[1] < 0
    return Found(found, np.nan, np.nan, found >= 1, len(results.seeds))


def between(one: Floats, other: Floats) -> Found:
    """Mean of one − other over worlds; holds above 0."""
    return over_worlds(np.asarray(one) - np.asarray(other), 0, np.inf, sign=True)


def relative_across(one: Results, other: Results, plan: str, outcome: str) -> pd.Series[Any]:
    """(one − other)/|other| in each world, of one plan in two runs that differ by what happened to them."""
    before = reading(other, plan, outcome)
    return (reading(one, plan, outcome) - before) / before.abs()


def later(results: Results, plan: str, base: str, outcome: str, early: Weeks, late: Weeks) -> Found:
    """Relative change early less relative change late; holds below 0, that is, when the gain comes late."""
    early_gain, late_gain = (relative(results, plan, base, outcome, weeks) for weeks in (early, late))
    return over_worlds(early_gain - late_gain, -np.inf, 0, sign=True)


def turnover(results: Results, plan: str) -> pd.Series[Any]:
    """Leavings per member and week over the whole run, one value a world."""
    weekly = results.weekly[results.weekly["plan"] == plan].groupby("seed")
    return weekly["leaves"].sum() / weekly["members"].sum()


def apart(one: pd.Series[Any], other: pd.Series[Any]) -> Found:
    """Mean of one over mean of other, less 1, for worlds with different people: Welch's interval; holds above 0."""
    scale = float(other.mean())
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    low, high = float(interval.low) / scale, float(interval.high) / scale
    value = float(one.mean()) / scale - 1
    return Found(value, low, high, value > 0, min(len(one), len(other)), low > 0)


def turnout(results: Results, plan: str, low: float, high: float) -> Found:
    """Votes cast per member in the weeks in which there was a vote; holds between the bounds."""
    weekly = results.weekly[(results.weekly["plan"] == plan) & (results.weekly["votes"] > 0)].groupby("seed")
    return over_worlds(weekly["votes"].sum() / weekly["members"].sum(), low, high)


def held(results: Results, plan: str, low: float, high: float, share: float = 0.10) -> Found:
    """Share of all tokens that the richest members hold at the end; holds between the bounds.

    Tables of results do not tell who holds what, so a few of the worlds are lived once more.
    """
    recipe = results.provenance["recipe"]
    chosen = next(each for each in recipe["plans"] if each["name"] == plan)
    model = CommunityModel(Scenario.parse(recipe["scenario"] | {"plan": chosen}), results.seeds[:5])
    model.run()
    values = []
    for world in range(model.worlds):
        rows = slice(model.starts[world], model.starts[world + 1])
        members = model.standing.status[rows] == Status.MEMBER
        values.append(top_share(model.standing.tokens[rows][members], share))
    return over_worlds(values, low, high)

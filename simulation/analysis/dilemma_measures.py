"""What the signatures of dilemmas measure in results: changes, peaks, climbs, orders and a few of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy import stats

from simulation.analysis import signatures
from simulation.analysis.dilemma_runs import POSTING, RANKED, name_at, rungs
from simulation.analysis.facts import Found, single
from simulation.processes.feeling import Feeling
from simulation.processes.leaving import Leaving
from simulation.results import Results

Runs = Mapping[str, Results]
Measure = Callable[[Runs], Found]
INF = float("inf")


def change(
    plan: str, outcome: str, low: float, high: float, base: str = "neutral", weeks: tuple[int, int] | None = None,
    run: str = "plans",
) -> Measure:  # fmt: skip
    """Relative change from one plan to another; totals that can be near zero in a world are divided by their mean."""
    if outcome == "profit":
        return lambda r: signatures.of_totals(r[run], plan, base, outcome, low, high)
    return lambda r: signatures.change(r[run], plan, base, outcome, low, high, weeks)


def peak(name: str, levels: tuple[float, ...], outcome: str) -> Measure:
    """Level between the ends at which the outcome is highest."""
    return lambda r: signatures.interior(r["plans"], rungs(name, levels), levels, outcome)


def climb(name: str, levels: tuple[float, ...], outcome: str) -> Measure:
    """Smallest rise of the outcome from one level to the next."""
    return lambda r: signatures.weakest_step(r["plans"], rungs(name, levels), outcome, (1, 104))


def beats(plan: str, other: str, outcome: str = "profit") -> Measure:
    """Relative change of the outcome by which one plan is above another."""
    return change(plan, outcome, 0, INF, other)


def order(early: int, late: int) -> Measure:
    """Pairs of plans whose order of profit certainly turns over between two weeks."""
    return lambda r: signatures.reversals(r["plans"], RANKED, early, late)


def fall_after_rise(_: Runs) -> Found:
    """Log-odds of leaving in the week of a demotion, less those that the promotion before it took away.

    demoted + β_S·λ·(slight − pleasure) with n = .4 and a weight of .15 on esteem, relative to somebody who never rose.
    """
    leaving, feeling = Leaving(), Feeling()
    need, weight = 0.4, 0.15
    pleasure, slight = 0.15 * (1 - need), 0.10 * feeling.loss_aversion * need
    odds = leaving.demoted + leaving.satisfaction * feeling.loss_aversion * weight * (slight - pleasure)
    return single(odds, odds > 0)


def reading_peak(r: Runs) -> Found:
    """Where the use of what friends post peaks, over communities that post more and more."""
    means = [
        float(signatures.reading(r[name_at("posting", level)], "neutral", "need_functional", (14, 52)).mean())
        for level in POSTING
    ]
    best = int(np.argmax(means))
    ends = [posting_gain(r, POSTING[best], POSTING[place]) for place in (0, -1)]
    inside = 0 < best < len(POSTING) - 1
    return Found(POSTING[best], np.nan, np.nan, inside, ends[0].worlds, not inside or all(end.low > 0 for end in ends))


def posting_gain(r: Runs, level: float, other: float) -> Found:
    """How much better the functional need is met at one level of posting than at another, weeks 14 to 52."""
    one, two = (
        signatures.reading(r[name_at("posting", each)], "neutral", "need_functional", (14, 52))
        for each in (level, other)
    )
    return signatures.between(one.to_numpy(), two.to_numpy())


def hub_loss_hurts(r: Runs) -> Found:
    """Members lost by the departure of hubs, relative: how much more where hubs were empowered."""
    shares = [signatures.relative_across(r["struck"], r["spared"], plan, "members") for plan in ("hubs", "neutral")]
    return signatures.between(-shares[0].to_numpy(), -shares[1].to_numpy())


def sorting_helps_the_large(r: Runs) -> Found:
    """Unless: what keeps strangers' posts out of sight keeps more people where there are many strangers."""
    gains = [signatures.relative(r[name], "sorted_out", "neutral", "retention_52") for name in ("large", "small")]
    interval = stats.ttest_ind(*gains, equal_var=False).confidence_interval()
    value = float(gains[0].mean() - gains[1].mean())
    return Found(value, float(interval.low), float(interval.high), value > 0, len(gains[0]), interval.low > 0)

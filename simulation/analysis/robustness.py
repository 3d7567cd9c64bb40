"""Robustness of plans over many futures: targets reached, regret against the best plan, and what robustness costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from simulation.analysis.compare import Paired, paired
from simulation.analysis.futures import Futures
from simulation.errors import LabError
from simulation.outcomes import TOTALS
from simulation.results import Results
from simulation.sweep_paired import PLAN

Floats = NDArray[np.float64]

RESAMPLES = 1000
STATISTICS: Mapping[str, Callable[[Floats], Floats]] = {
    "mean": lambda values: np.asarray(values.mean(axis=0)),
    "p90": lambda values: np.asarray(np.quantile(values, 0.9, axis=0)),
    "worst": lambda values: np.asarray(values.max(axis=0)),
}
"""What is made of (futures, plans) regrets, by name."""


@dataclass(frozen=True)
class Target:
    """What a plan must reach to count as successful.

    Attributes:
        outcome: Name of a measure of the whole run.
        at: Least that will do, in the outcome's unit; most, where less is better.
    """

    outcome: str
    at: float

    @property
    def sign(self) -> int:
        """+1 where more is better, −1 where less is."""
        return TOTALS[self.outcome].better or 1

    def reached(self, values: pd.DataFrame) -> pd.DataFrame:
        """Whether values reach it; what has no value does not."""
        return values >= self.at if self.sign > 0 else values <= self.at


def reached(futures: Futures, targets: Sequence[Target]) -> pd.DataFrame:
    """Whether each plan's mean over worlds reaches every target: one row a future, one column a plan.

    Raises:
        LabError: ``targets_missing``.
    """
    if not targets:
        raise LabError("targets_missing")
    found = targets[0].reached(futures.means(targets[0].outcome))
    for target in targets[1:]:
        found &= target.reached(futures.means(target.outcome))
    return found


def satisficing(hits: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Share of futures in which a plan reaches its targets, with Wilson's interval.

    The futures of a Latin hypercube or a Sobol sequence are spread more evenly than independent draws, so that the
    interval is rather too wide than too narrow.

    Args:
        hits: As :func:`reached` gives them.
        level: Probability that the interval covers.

    Returns:
        Columns plan, reached, futures, share, low, high.
    """
    rows = []
    for plan in hits.columns:
        share, low, high = proportion(int(hits[plan].sum()), len(hits), level)
        told = {"reached": int(hits[plan].sum()), "futures": len(hits), "share": share, "low": low, "high": high}
        rows.append({"plan": plan} | told)
    return pd.DataFrame(rows)


def proportion(hits: int, of: int, level: float = 0.95) -> tuple[float, float, float]:
    """A share with its Wilson interval (Wilson 1927); NaN where there is nothing to count."""
    if of == 0:
        return np.nan, np.nan, np.nan
    ends = binomtest(hits, of).proportion_ci(level, method="wilson")
    return hits / of, float(ends.low), float(ends.high)


def regrets(futures: Futures, outcome: str) -> pd.DataFrame:
    """What each plan falls short of the best plan of the same future: one row a future, one column a plan, ≥ 0.

    Futures in which a plan has no value are left out.
    """
    values = futures.means(outcome).dropna() * (TOTALS[outcome].better or 1)
    return values.rsub(values.max(axis=1), axis=0)


@dataclass(frozen=True)
class Regret:
    """Regret of all plans over all futures.

    Attributes:
        table: A row a plan: ``plan``, and for each of mean, p90 and worst the value, ``…_low`` and ``…_high``.
        resampled: Statistic → (resamples, plans): what the bootstrap drew.
        plans: Order of the columns.
        futures: Futures that count.
        left_out: Futures left out, because some plan has no value there.
    """

    table: pd.DataFrame
    resampled: Mapping[str, Floats]
    plans: tuple[str, ...]
    futures: int
    left_out: int


def regret(futures: Futures, outcome: str, *, resamples: int = RESAMPLES, seed: int = 1, level: float = 0.95) -> Regret:
    """Mean, 90th percentile and maximum of regret, with bootstrap intervals.

    All plans share the futures and the seeds, so that both are resampled for all plans together: futures and seeds are
    drawn independently of each other with replacement (the pigeonhole bootstrap, Owen 2007). With one seed the interval
    does not cover the luck of worlds. No resample holds a future worse than the worst sampled: the interval of the
    maximum says nothing of futures that were not drawn.

    Args:
        futures: With two plans at least.
        outcome: Measure of the whole run.
        resamples: Number of resamples.
        seed: Of the resampling.
        level: Probability that the intervals cover.
    """
    sign = TOTALS[outcome].better or 1
    cube, futures_kept = _cube(futures, outcome)
    luck = np.random.default_rng(seed)
    rows, _, worlds = cube.shape
    drawn = {name: np.zeros((resamples, len(futures.plans))) for name in STATISTICS}
    for again in range(resamples):
        weights = np.bincount(luck.integers(worlds, size=worlds), minlength=worlds) / worlds
        values = sign * (cube @ weights)[luck.integers(rows, size=rows)]
        lost = values.max(axis=1, keepdims=True) - values
        for name, statistic in STATISTICS.items():
            drawn[name][again] = statistic(lost)
    values = sign * cube.mean(axis=2)
    lost = values.max(axis=1, keepdims=True) - values
    table = pd.DataFrame({"plan": list(futures.plans)})
    for name, statistic in STATISTICS.items():
        table[name] = statistic(lost)
        table[f"{name}_low"], table[f"{name}_high"] = np.quantile(
            drawn[name], ((1 - level) / 2, (1 + level) / 2), axis=0
        )
    return Regret(table, drawn, futures.plans, rows, len(futures) - futures_kept)


def _cube(futures: Futures, outcome: str) -> tuple[Floats, int]:
    """(futures, plans, worlds) of an outcome, futures without a value somewhere left out; and how many there are.

    Raises:
        LabError: ``no_values`` if none is left.
    """
    wide = futures.runs.pivot_table(index="future", columns=[PLAN, "seed"], values=outcome, dropna=False).dropna()
    if wide.empty:
        raise LabError("no_values", field=outcome)
    cube = np.stack([wide[plan].to_numpy(float) for plan in futures.plans], axis=1)
    return cube, len(wide)


@dataclass(frozen=True)
class Robust:
    """The plan that holds in most futures, and how sure that is.

    Attributes:
        plan: Reaches the targets in most futures; of equals the one with the least mean regret.
        second: Next by the same rule.
        first: Share of resamples of the futures in which it comes first by this rule.
        least: Statistic of regret → plan with the least, and share of resamples in which it is that.
    """

    plan: str
    second: str
    first: float
    least: Mapping[str, tuple[str, float]]


def most_robust(
    hits: pd.DataFrame, lost: pd.DataFrame, found: Regret, *, resamples: int = RESAMPLES, seed: int = 1
) -> Robust:
    """Which plan is the most robust, by targets reached first and regret second.

    Args:
        hits: As :func:`reached` gives them.
        lost: As :func:`regrets` gives them.
        found: As :func:`regret` gives it.
        resamples: Number of resamples.
        seed: Of the resampling.
    """
    plans = list(hits.columns)
    order = _ranked(hits.to_numpy(float), lost[plans].to_numpy(float))
    luck, wins = np.random.default_rng(seed), 0
    both = hits.index.intersection(lost.index)
    reach, miss = hits.loc[both].to_numpy(float), lost.loc[both, plans].to_numpy(float)
    for _ in range(resamples):
        rows = luck.integers(len(both), size=len(both))
        wins += _ranked(reach[rows], miss[rows])[0] == order[0]
    least = {}
    for name in STATISTICS:
        best = int(found.table[name].to_numpy().argmin())
        least[name] = (found.plans[best], float((found.resampled[name].argmin(axis=1) == best).mean()))
    return Robust(plans[order[0]], plans[order[1]], wins / resamples, least)


def _ranked(reach: Floats, miss: Floats) -> list[int]:
    keys = zip(-reach.mean(axis=0), miss.mean(axis=0), range(reach.shape[1]), strict=True)
    return [place for _, _, place in sorted(keys)]


@dataclass(frozen=True)
class Price:
    """What a plan gives up in the scenario as it stands.

    Attributes:
        best: Plan that is best there.
        cost: Best minus robust plan in twin worlds; None if the robust plan is the best there too.
    """

    best: str
    cost: Paired | None


def price(nominal: Results, plan: str, outcome: str) -> Price:
    """What is given up for robustness, if the world turns out as the scenario has it.

    Args:
        nominal: All plans in the scenario as it stands.
        plan: The robust plan.
        outcome: Measure of the whole run.
    """
    means = nominal.worlds.groupby(PLAN)[outcome].mean() * (TOTALS[outcome].better or 1)
    best = str(means.idxmax())
    return Price(best, None if best == plan else paired(nominal, best, plan, outcome))

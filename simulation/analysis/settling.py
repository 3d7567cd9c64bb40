"""How many worlds are enough: the paired difference and its interval as worlds are added one by one."""

from __future__ import annotations

import pandas as pd

from simulation.analysis.compare import by_world
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.results import Results


def world_by_world(results: Results, a: str, b: str, outcome: str) -> pd.DataFrame:
    """Difference of two plans in every world, and who did better there.

    Args:
        results: With both plans.
        a: Plan that is judged.
        b: Plan it is judged against.
        outcome: Column of ``results.worlds``.

    Returns:
        Columns seed, difference (a − b, in the outcome's unit), winner (``a``, ``b`` or ``tie``); largest
        difference first.

    Raises:
        LabError: ``unknown_name`` or ``not_paired``, see :func:`simulation.analysis.compare.by_world`.
    """
    return won(by_world(results, a, b, outcome), outcome)


def won(both: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The same from values of both plans.

    Args:
        both: Columns a, b; the index is the seed.
        outcome: Name of the outcome, whose direction says what is better.
    """
    sign = TOTALS[outcome].better or 1 if outcome in TOTALS else 1
    gap = both["a"] - both["b"]
    winner = ["tie" if value == 0 else "a" if value * sign > 0 else "b" for value in gap]
    frame = pd.DataFrame({"seed": both.index.to_numpy(), "difference": gap.to_numpy(float), "winner": winner})
    return frame.sort_values("difference", ascending=False, kind="stable").reset_index(drop=True)


def settling(results: Results, a: str, b: str, outcome: str, level: float = 0.95) -> pd.DataFrame:
    """Course of the mean difference and its interval, in the order of the seeds, from the second world on.

    With n worlds: d̄_n ± t·s_n/√n. The order is that of the seeds, never one that flatters: watching the interval
    until it leaves out 0 and stopping there would find differences where there are none.

    Args:
        results: With both plans.
        a: Plan that is judged.
        b: Plan it is judged against.
        outcome: Column of ``results.worlds``.
        level: Probability that each interval covers.

    Returns:
        Columns worlds, mean, low, high; empty with fewer than two worlds.

    Raises:
        LabError: ``unknown_name`` or ``not_paired``, see :func:`simulation.analysis.compare.by_world`.
    """
    both = by_world(results, a, b, outcome)
    gap = (both["a"] - both["b"]).to_numpy(float)
    rows = [(worlds, *mean_interval(gap[:worlds], level)) for worlds in range(2, len(gap) + 1)]
    return pd.DataFrame(rows, columns=["worlds", "mean", "low", "high"])

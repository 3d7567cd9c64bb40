"""Strategies measured wrong on purpose: every method's estimate in every world, beside what is true there."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from lessons.format import Lesson
from simulation.analysis.causal import measured_wrong


def run_study(lesson: Lesson, seeds: Iterable[int]) -> pd.DataFrame:
    """What the analyst of each single world finds with each method.

    Args:
        lesson: A lesson that has a study.
        seeds: Worlds.

    Returns:
        Columns seed, method, value (per person and week); the method ``twins`` holds the true effect in that world.
    """
    study = lesson.study
    if study is None:
        return pd.DataFrame(columns=["seed", "method", "value"])
    scenario = lesson.scenario_of[study.scenario]
    pieces = []
    for seed in seeds:
        table = measured_wrong(scenario, study.strategies, (seed,), outcome=study.outcome, start=study.start)
        pieces.append(table[["method"]].assign(seed=seed, value=table["estimate"]))
    return pd.concat(pieces, ignore_index=True)

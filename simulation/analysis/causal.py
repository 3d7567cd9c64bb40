"""Causal inference inside the lab: what naive comparisons say, and the truth that only twin worlds show (K13)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import ties as network
from simulation.analysis.estimators import (
    Estimate,
    adjusted_difference,
    before_after,
    cluster_arms,
    clustered_difference,
    difference,
    difference_in_differences,
    person_arms,
    power,
)
from simulation.analysis.trials import Window, live, with_strategies
from simulation.errors import LabError
from simulation.eventlog import EventLog, ties
from simulation.intervals import mean_interval
from simulation.model import CommunityModel
from simulation.scenario import Plan, Scenario

__all__ = [
    "METHODS", "Estimate", "adjusted_difference", "before_after", "cluster_arms", "clustered_difference", "difference",
    "difference_in_differences", "ever_posted", "measured_wrong", "person_arms", "power",
]  # fmt: skip

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METHODS: dict[str, tuple[str, str]] = {
    "before_after": ("实施后减实施前", "After less before"),
    "participants": ("参与者减其余（自愿参与）", "Participants less the rest (they chose)"),
    "difference_in_differences": ("参与者与其余的变化之差（双重差分）", "Change of participants less that of the rest"),
    "ab_people": ("随机对照：按人分组", "A/B test: people are assigned"),
    "ab_adjusted": ("随机对照：按人分组，并校正实施前的差别", "A/B test of people, adjusted for what they did before"),
    "ab_communities": ("随机对照：按小圈子分组", "A/B test: whole communities are assigned"),
    "twins": ("孪生世界：实施减不实施", "Twin worlds: with less without"),
}
"""Ways to measure a strategy, from the most naive to the truth, in both languages."""


def ever_posted(log: EventLog, by: int = 8, at: int = 26, level: float = 0.95) -> pd.DataFrame:
    """Retention of those who ever posted against the rest, three ways, where posting itself has no such effect.

    * ``ever``: posted at any time in the log. Who leaves in week 2 has had two weeks to post, who stays has had all of
      them: staying makes posters (immortal time; Suissa 2008). The longer the log, the larger the gap.
    * ``early``: posted by week ``by``. Less of the same.
    * ``landmark``: posted by week ``by``, among people still there in week ``by``. Immortal time is gone; what remains
      is who posts, that is selection, and is no effect either.

    Args:
        log: Event log, best of a world in which the operator does nothing.
        by: Week that divides early posters from the rest.
        at: Week in which people are counted as retained.
        level: Probability that the interval covers.

    Returns:
        Columns method, zh, en, posters, others (people), retained_posters, retained_others (shares), estimate
        (difference), low, high. People are the founders who were there at the start.

    Raises:
        LabError: ``out_of_range`` if the log is shorter than ``at``, or ``by`` is not before ``at``.
    """
    if not 0 < by < at:
        raise LabError("out_of_range", field="by", given=str(by), allowed=f"1–{at - 1}")
    if log.weeks < at:
        raise LabError("out_of_range", field="weeks", given=str(log.weeks), allowed=f"≥ {at}")
    founders = log["members"].query("joined == 0 and spell == 1").set_index("person")
    gone = founders["left"].fillna(log.weeks + 1).to_numpy(np.int64)
    first = log["posts"].groupby("person")["week"].min().reindex(founders.index).fillna(log.weeks + 1).to_numpy()
    kept = (gone > at).astype(float)
    everybody = np.ones(len(founders), np.bool_)
    rows = []
    for method, zh, en, posted, among in (
        ("ever", "发过帖者与其余", "Ever posted, against the rest", first <= log.weeks, everybody),
        ("early", f"{by} 周内发过帖者与其余", f"Posted within {by} weeks, against the rest", first <= by, everybody),
        ("landmark", f"同上，只看第 {by} 周仍在者", f"The same, among those still there in week {by}", first <= by,
         gone > by),
    ):  # fmt: skip
        one, other = kept[posted & among], kept[~posted & among]
        rows.append(
            {"method": method, "zh": zh, "en": en, "posters": len(one), "others": len(other)}
            | {"retained_posters": _mean(one), "retained_others": _mean(other)}
            | difference(one, other, level)._asdict()
        )
    return pd.DataFrame(rows)


def measured_wrong(
    scenario: Scenario,
    strategies: Mapping[str, Any],
    seeds: Sequence[int],
    *,
    outcome: Literal["orders", "paid", "posts"] = "orders",
    start: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure strategies the way an operator would, beside what they truly do.

    The strategies start half-way. The outcome is that of the people who are members then, per person and week, over
    equally many weeks before and after; who leaves afterwards counts with 0. The truth is the mean over worlds of the
    difference between a world with the strategies and its twin without. Every other method sees a single world: the
    one with the strategies, in which participants are who posted after the start, or one in which half are assigned.

    * Before/after carries along all that changes anyway: people leave, and who came late had less time before.
    * Participants differ from the start and must stay to take part: the number says who they are. Of what reaches
      everybody it sees nothing.
    * Differences in differences remove what differed from the start but not who stays.
    * A/B by people is right on average where people do not affect each other; friends of the treated change too, so
      the control group is not untouched. A/B by communities keeps more of that inside, with fewer independent units.

    Args:
        scenario: Who, for how long, and the plan that runs anyway.
        strategies: Name → levers or strategy, for all members; one that the plan has already comes on top of it.
        seeds: Worlds; ``estimate`` is what the analyst of the first one finds.
        outcome: What is measured: ``orders``, ``paid`` (¥) or ``posts``.
        start: First week of the strategies; the middle of the horizon if not given.
        level: Probability that the intervals cover: over people of one world, for the twins over worlds.

    Returns:
        Columns method, zh, en, estimate, low, high, truth, average (of the same estimate over all worlds, which tells
        bias from bad luck); one row per entry of :data:`METHODS`.

    Raises:
        LabError: ``out_of_range`` if no week is left before or after the start, or without seeds.
    """
    if not seeds:
        raise LabError("seeds_missing")
    begin = scenario.horizon // 2 + 1 if start is None else start
    if not 1 < begin <= scenario.horizon:
        raise LabError("out_of_range", field="start", given=str(begin), allowed=f"2–{scenario.horizon}")
    window = Window(begin, min(begin - 1, scenario.horizon - begin + 1), outcome)
    added = {
        name if name not in scenario.plan.strategies else f"{name}_more": strategy.model_copy(update={"start": begin})
        for name, strategy in Plan.parse({"strategies": dict(strategies)}).strategies.items()
    }
    without = CommunityModel(scenario, seeds)
    people, worlds = scenario.population.size, len(seeds)
    circle = np.stack([_communities(without, world, people) for world in range(worlds)])
    by_person = np.stack([person_arms(people, int(seed)) for seed in seeds])
    by_circle = np.stack([cluster_arms(groups, int(seed)) for groups, seed in zip(circle, seeds, strict=True)])
    plain = live(without, window)
    full = live(with_strategies(scenario, added, seeds, None), window)
    ab = live(with_strategies(scenario, added, seeds, by_person), window)
    ab_circle = live(with_strategies(scenario, added, seeds, by_circle), window)

    found: dict[str, list[Estimate]] = {name: [] for name in METHODS if name != "twins"}
    effect = np.full(worlds, np.nan)
    for w in range(worlds):
        here = plain.member[w]
        if not here.any():
            continue
        before, after, took_part = full.before[w][here], full.after[w][here], full.posted[w][here]
        effect[w] = after.mean() - plain.after[w][here].mean()
        found["before_after"].append(before_after(before, after, level))
        found["participants"].append(difference(after[took_part], after[~took_part], level))
        found["difference_in_differences"].append(difference_in_differences(before, after, took_part, level))
        arm, y = by_person[w][here], ab.after[w][here]
        found["ab_people"].append(difference(y[arm], y[~arm], level))
        found["ab_adjusted"].append(adjusted_difference(before, y, arm, level))
        found["ab_communities"].append(
            clustered_difference(ab_circle.after[w][here], by_circle[w][here], circle[w][here], level)
        )
    truth = Estimate(*mean_interval(effect, level))
    rows = []
    for name, (zh, en) in METHODS.items():
        each = [truth] if name == "twins" else found[name] or [Estimate(math.nan, math.nan, math.nan)]
        average = mean_interval([one.estimate for one in each]).mean
        rows.append(
            {"method": name, "zh": zh, "en": en} | each[0]._asdict() | {"truth": truth.estimate, "average": average}
        )
    return pd.DataFrame(rows)


def _communities(model: CommunityModel, world: int, people: int) -> NDArray[np.int64]:
    """(people,) community of each person of a world before anything happens; people without ties are on their own."""
    first = int(model.starts[world])
    known = ties(model)
    known = known[(known["a"] >= first) & (known["a"] < first + people)]
    groups = network.communities(known, seed=int(model.seeds[world]))
    alone = np.arange(people) + people
    alone[groups["person"].to_numpy() - first] = groups["community"].to_numpy()
    return alone


def _mean(values: Any) -> float:
    return float(values.mean()) if len(values) else math.nan

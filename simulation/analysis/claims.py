"""Claimed figures beside simulated ones: what a source quotes without method, and what the lab finds for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from simulation.analysis.claim_runs import YEAR
from simulation.analysis.signatures import reading
from simulation.intervals import Interval, mean_interval
from simulation.results import Results

Read = Callable[[Results, str], "pd.Series[Any]"]
Verdict = Literal["supported", "larger", "smaller", "unsupported", "anyway", "input", "outside"]

VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "supported": ("方向与大小都成立", "supported in sign and size"),
    "larger": ("方向一致，模拟值大得多", "same sign, much larger"),
    "smaller": ("方向一致，模拟值小得多", "same sign, much smaller"),
    "unsupported": ("不成立", "not supported"),
    "anyway": ("不做也达到", "reached without the plan"),
    "input": ("给出的是做法，不是结果", "a lever, not a result"),
    "outside": ("模型不含", "outside the model"),
}
"""Verdict → words in Chinese and English."""

SIZE_OF_RATIO = (0.5, 2.0)
"""Simulated effect over claimed effect, (ratio − 1)/(claimed − 1), between which the size counts as supported."""

SIZE_OF_LEVEL = (0.75, 4 / 3)
"""Simulated level over claimed level between which the size counts as supported (assumptions, both)."""


@dataclass(frozen=True)
class Claim:
    """One claimed figure and its counterpart in the lab.

    Attributes:
        figure: What is claimed: a ratio of after to before, or a level, by ``kind``; NaN where it cannot be compared.
        run: Name of the experiment, see :func:`simulation.analysis.claim_runs.experiments`; empty outside the model.
        plan: Plan that does what the claim describes.
        base: Plan without it.
        read: Results and a plan → the outcome, one value a world.
        simulated_zh: What is simulated, in words.
        literature_zh: Whether published measurement supports that size.
    """

    id: str
    zh: str
    en: str
    source: Literal["O", "S"]
    kind: Literal["ratio", "level"]
    figure: float
    run: str
    plan: str
    base: str
    read: Read | None
    simulated_zh: str
    simulated_en: str
    literature_zh: str
    literature_en: str
    backed: bool | None = None
    """Whether published measurement reaches the claimed size; None where nothing comparable is published."""


@dataclass(frozen=True)
class Counterpart:
    """The simulated side: paired ratio of the plan to its base, level under the plan, verdict."""

    ratio: Interval
    level: Interval
    verdict: Verdict
    worlds: int


def outcome(name: str) -> Read:
    """A measure of the whole run."""
    return lambda results, plan: reading(results, plan, name)


def weekly(name: str, first: int = 1, last: int = YEAR) -> Read:
    """Mean of a weekly outcome."""
    return lambda results, plan: reading(results, plan, name, (first, last))


def share(part: str, whole: str, first: int = 1, last: int = YEAR) -> Read:
    """Sum of one weekly outcome over the sum of another."""
    return lambda results, plan: (
        reading(results, plan, part, (first, last)) / reading(results, plan, whole, (first, last))
    )


def active_share(results: Results, plan: str) -> pd.Series[Any]:
    """Share of member-weeks of people who did anything within 13 weeks; the first quarter shows nothing yet."""
    weeks = (14, YEAR)
    return 1 - reading(results, plan, "bystanders", weeks) / reading(results, plan, "members", weeks)


def interactions(results: Results, plan: str) -> pd.Series[Any]:
    """Posts and replies a week in the first quarter."""
    return reading(results, plan, "posts", (1, 13)) + reading(results, plan, "replies", (1, 13))


def impressions(results: Results, plan: str) -> pd.Series[Any]:
    """Posts of a year, each seen by everybody its writer knows (ten on average), per creator."""
    acquaintances = 2 * results.provenance["recipe"]["scenario"].get("graph", {}).get("ties", 5)
    return (
        YEAR
        * acquaintances
        * reading(results, plan, "posts", (1, YEAR))
        / reading(results, plan, "creators", (1, YEAR))
    )


def judge(claim: Claim, results: Mapping[str, Results]) -> Counterpart:
    """Compare a claim with its run.

    Sign first: the interval of the ratio must lie above 1, for a level that of plan − base above 0 (a level that the
    base reaches too is ``anyway``). Then size, see :data:`SIZE_OF_RATIO` and :data:`SIZE_OF_LEVEL`.
    """
    unknown = Interval(np.nan, np.nan, np.nan)
    if claim.read is None or claim.run not in results:
        return Counterpart(unknown, unknown, "outside", 0)
    run = results[claim.run]
    with_plan, without = claim.read(run, claim.plan), claim.read(run, claim.base)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = with_plan / without
    ratio = mean_interval(quotient.where(np.isfinite(quotient)))
    level = mean_interval(with_plan)
    return Counterpart(ratio, level, _verdict(claim, with_plan, without, ratio, level), int(with_plan.notna().sum()))


def _verdict(claim: Claim, with_plan: Any, without: Any, ratio: Interval, level: Interval) -> Verdict:
    if np.isnan(claim.figure):
        return "input"
    size, (low, high) = (
        ((ratio.mean - 1) / (claim.figure - 1), SIZE_OF_RATIO)
        if claim.kind == "ratio"
        else (level.mean / claim.figure, SIZE_OF_LEVEL)
    )
    surely_up = ratio.low > 1 if claim.kind == "ratio" else mean_interval(with_plan - without).low > 0
    if not surely_up:
        reached = claim.kind == "level" and float(without.mean()) >= low * claim.figure
        return "anyway" if reached else "unsupported"
    return "supported" if low <= size <= high else "smaller" if size < low else "larger"


def table(results: Mapping[str, Results], claims: Iterable[Claim]) -> pd.DataFrame:
    """Every claim with its counterpart.

    Returns:
        Columns id, claim_zh, claim_en, source, kind, claimed, simulated_zh, simulated_en, ratio, ratio_low, ratio_high
        (plan over base, paired), level, level_low, level_high (under the plan), verdict, literature_zh, literature_en,
        backed, worlds.
    """
    rows = []
    for claim in claims:
        found = judge(claim, results)
        rows.append(
            {"id": claim.id, "claim_zh": claim.zh, "claim_en": claim.en, "source": claim.source, "kind": claim.kind}
            | {"claimed": claim.figure, "simulated_zh": claim.simulated_zh, "simulated_en": claim.simulated_en}
            | dict(zip(("ratio", "ratio_low", "ratio_high"), found.ratio, strict=True))
            | dict(zip(("level", "level_low", "level_high"), found.level, strict=True))
            | {"verdict": found.verdict, "literature_zh": claim.literature_zh, "literature_en": claim.literature_en}
            | {"backed": claim.backed, "worlds": found.worlds}
        )
    return pd.DataFrame(rows)

"""Claims that lessons make, put to the engine: an estimate, an interval and a verdict for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lessons.format import Lesson
from lessons.measures import Estimate, estimate, ratio
from lessons.parts import Claim
from lessons.runs import Run, run_lesson

Verdict = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Finding:
    """What the engine says to one claim."""

    lesson: str
    name: str
    claim: Claim
    estimate: Estimate
    verdict: Verdict

    def __str__(self) -> str:
        e = self.estimate
        found = f"{e.mean:.4g} [{e.low:.4g}, {e.high:.4g}] in {e.worlds} worlds"
        return f"{self.verdict.upper():9} {self.lesson} {self.name}: {found}, claimed {self.claim.holds}"


def judge(claim: Claim, found: Estimate) -> Verdict:
    """Hold the interval against the claim: all of it inside holds, all outside fails, else it is undecided.

    An exact claim asks every world for the same number.
    """
    holds = claim.holds
    low, high = holds.holds(found.low), holds.holds(found.high)
    if holds.exactly is not None:
        return "holds" if low and high else "fails"
    if low and high:
        return "holds"
    apart = holds.between is not None and (found.high < holds.between[0] or found.low > holds.between[1])
    one_sided = holds.between is None and not low and not high
    return "fails" if apart or one_sided or not np.isfinite(found.mean) else "undecided"


def arms_of(lesson: Lesson, claims: Iterable[str]) -> tuple[str, ...]:
    """Arms that the given claims need."""
    sides = [side for name in claims for side in (lesson.claims[name].left, lesson.claims[name].right) if side]
    needed = set().union(*(lesson.arms_for(side) for side in sides))
    return tuple(arm for arm in lesson.arms if arm in needed)


def evaluate(run: Run, name: str) -> Finding:
    """Judge one claim on worlds that have been run."""
    claim = run.lesson.claims[name]
    left = run.values(claim.left).to_numpy()
    if claim.right is None:
        found = estimate(left)
    else:
        right = run.values(claim.right).to_numpy()
        found = estimate(left - right) if claim.compare == "difference" else ratio(left, right)
    return Finding(run.lesson.id, name, claim, found, judge(claim, found))


def check(lesson: Lesson, worlds: int | None = None) -> list[Finding]:
    """Put every claim of a lesson to the engine, in the lesson's own worlds.

    Args:
        lesson: The lesson.
        worlds: Replications; by default the most that one of its claims asks for.
    """
    names = tuple(lesson.claims)
    count = worlds or max(claim.worlds for claim in lesson.claims.values())
    first = lesson.ensemble.first
    run = run_lesson(lesson, range(first, first + count), arms_of(lesson, names))
    return [evaluate(run, name) for name in names]

"""One agreed week of a community, for comparing engines: small enough to be written in any of them.

Five needs, trust as evidence, a sum over about ten ties, four draws, two exponentials, points and tiers, weekly sums.
Everybody is a member; who leaves is followed in the same place by a newcomer with the same traits. For person i with
satisfaction S, aspiration A, trust T = a/(a + b), k ties, and u four uniforms of the week::

    heard = Σ_ties posted        mood = Σ_ties S / k                           both as they were last week
    drive = exp(.5(S − A) + .5(T − .6))
    posted = u₀ < η·drive        bought = u₁ < λ·drive        failed = u₂ < .08
    left = u₃ < 1/(1 + exp(−(θ − 2(S − A) − 1.5(T − .6))))
    n ← .92n + (1 − n)·gain − n·loss, with h = min(heard, 3):
        functional .045 + .10 bought      safety .05, loss .30 failed      belonging .03 + .02h
        esteem .035 + .04h·posted         growth .045 + .05 posted
    S ← Σωn      A ← A + .02(S − A)      points ← .98 points + spend·bought
    tier = how many of 50, 150, 400 points are reached
    a ← 1 + .98(a − 1) + .5 bought(1 − failed) + .03 mood      b ← 1 + .98(b − 1) + .3 failed + .03(1 − mood)

The traits and the graph are those of the lab's own population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from simulation.population import world_of
from simulation.scenario import load_scenario
from simulation.streams import uniform_block

Floats = NDArray[np.float32]

STREAM = 0
TIERS = (50.0, 150.0, 400.0)
FRESH = {"need": 0.4, "satisfaction": 0.4, "aspiration": 0.38, "trust_for": 3.0, "trust_against": 2.0, "points": 0.0}
SUMS = ("posts", "orders", "revenue", "left", "satisfaction", "trust", "tier")
"""What is summed over people every week."""


@dataclass(frozen=True)
class Crowd:
    """Who lives the week: traits and ties, the same for every contender."""

    weight: Floats  # (people, 5) weights of the needs
    churn: Floats  # log-odds θ of leaving
    posting: Floats  # η, posts a week
    buying: Floats  # λ, orders a week
    spend: Floats  # ¥ an order
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    seed: int

    @property
    def people(self) -> int:
        """How many."""
        return len(self.churn)


def crowd(people: int, seed: int = 1) -> Crowd:
    """Draw a crowd from the lab's own product community."""
    scenario = load_scenario("product")
    population = scenario.population.model_copy(update={"size": people})
    graph, traits, *_ = world_of(population, scenario.graph, seed)
    return Crowd(traits.need_weight, traits.base_churn, traits.posting, traits.rate, traits.spend,
                 graph.indptr, graph.indices, seed)  # fmt: skip


def draws(crowd: Crowd, week: int) -> Floats:
    """(people, 4) named uniforms of a week."""
    return uniform_block(crowd.seed, week, STREAM, crowd.people)


@dataclass
class Columns:
    """The week in NumPy columns with SciPy's sparse rows for the ties.

    Attributes:
        named: Whether luck is the lab's named one, or NumPy's own generator, which is what one would use there.
    """

    crowd: Crowd
    named: bool = True

    def __post_init__(self) -> None:
        n = self.crowd.people
        self.need = np.full((5, n), FRESH["need"], np.float32)
        self.weight = np.ascontiguousarray(self.crowd.weight.T)
        self.satisfaction, self.aspiration, self.trust_for, self.trust_against, self.points = (
            np.full(n, FRESH[name], np.float32)
            for name in ("satisfaction", "aspiration", "trust_for", "trust_against", "points")
        )
        self.posted = np.zeros(n, np.float32)
        ones = np.ones(self.crowd.indices.size, np.float32)
        self.ties = sparse.csr_matrix((ones, self.crowd.indices, self.crowd.indptr), shape=(n, n))
        self.per_tie = (1 / np.maximum(np.diff(self.crowd.indptr), 1)).astype(np.float32)
        self.luck = np.random.default_rng(self.crowd.seed)
        self.week = 0
        self.sums: dict[str, float] = {}

    def step(self) -> None:
        """Live one week; its sums stand in ``sums``."""
        self.week += 1
        c, f32 = self.crowd, np.float32
        u = draws(c, self.week).T if self.named else self.luck.random((4, c.people), np.float32)
        heard = np.minimum(self.ties @ self.posted, f32(3))
        mood = (self.ties @ self.satisfaction) * self.per_tie
        trust = self.trust_for / (self.trust_for + self.trust_against)
        gap, trusting = self.satisfaction - self.aspiration, trust - f32(0.6)
        drive = np.exp(f32(0.5) * (gap + trusting))
        posted, bought, failed = u[0] < c.posting * drive, u[1] < c.buying * drive, u[2] < f32(0.08)
        left = u[3] < f32(1) / (f32(1) + np.exp(f32(2) * gap + f32(1.5) * trusting - c.churn))
        gains = (
            f32(0.045) + f32(0.10) * bought,
            f32(0.05),
            f32(0.03) + f32(0.02) * heard,
            f32(0.035) + f32(0.04) * heard * posted,
            f32(0.045) + f32(0.05) * posted,
        )
        lost = f32(0.30) * failed * self.need[1]
        for place, gain in enumerate(gains):
            self.need[place] += (f32(1) - self.need[place]) * gain - f32(0.08) * self.need[place]
        self.need[1] -= lost
        self.satisfaction = (self.weight * self.need).sum(axis=0)
        self.aspiration += f32(0.02) * (self.satisfaction - self.aspiration)
        self.trust_for = f32(0.02) + f32(0.98) * self.trust_for + f32(0.5) * (bought & ~failed) + f32(0.03) * mood
        self.trust_against = f32(0.05) + f32(0.98) * self.trust_against + f32(0.3) * failed - f32(0.03) * mood
        paid = c.spend * bought
        self.points = f32(0.98) * self.points + paid
        self.posted = (posted & ~left).astype(np.float32)
        self.need[:, left] = FRESH["need"]
        for name in ("satisfaction", "aspiration", "trust_for", "trust_against", "points"):
            getattr(self, name)[left] = FRESH[name]
        tier = sum((self.points >= step).sum() for step in TIERS)
        trust = self.trust_for / (self.trust_for + self.trust_against)
        sums = (posted.sum(), bought.sum(), paid.sum(dtype=float), left.sum(),
                self.satisfaction.sum(dtype=float), trust.sum(dtype=float), tier)  # fmt: skip
        self.sums = dict(zip(SUMS, map(float, sums), strict=True))


def difference(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Largest relative difference between two weeks' sums."""
    return max(abs(one[name] - other[name]) / max(abs(one[name]), abs(other[name]), 1.0) for name in SUMS)

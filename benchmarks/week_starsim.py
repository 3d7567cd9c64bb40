"""The agreed week in Starsim: a module with states and random generators of its own, ties as a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import starsim as ss

from benchmarks.week_peer import answer

MOST_WEEKS = 20_000


class Ties(ss.Network):
    """Ties that stay as they are."""

    def step(self) -> None:
        """Nothing changes."""


class Week(ss.Module):
    """What members go through; see :mod:`benchmarks.week`."""

    def __init__(self, crowd: Mapping[str, Any], **given: Any) -> None:
        super().__init__(**given)
        self.crowd = crowd
        self.define_states(
            *(ss.FloatArr(f"need{k}", default=0.4) for k in range(5)),
            ss.FloatArr("satisfaction", default=0.4),
            ss.FloatArr("aspiration", default=0.38),
            ss.FloatArr("trust_for", default=3.0),
            ss.FloatArr("trust_against", default=2.0),
            ss.FloatArr("points", default=0.0),
            ss.FloatArr("posted", default=0.0),
        )
        self.luck = [ss.random(name=f"luck{k}") for k in range(4)]
        self.first, self.second, self.third, self.fourth = self.luck
        self.sums: dict[str, float] = {}
        self.per_tie = 1 / np.maximum(np.diff(crowd["indptr"]), 1)

    def _over_ties(self, values: Any) -> Any:
        ties = self.sim.networks[0].edges
        n = len(values)
        return np.bincount(ties.p1, values[ties.p2], n) + np.bincount(ties.p2, values[ties.p1], n)

    def step(self) -> None:
        """Live one week."""
        crowd, everybody = self.crowd, self.sim.people.auids
        need = [getattr(self, f"need{k}").values for k in range(5)]
        satisfaction, aspiration = self.satisfaction.values, self.aspiration.values
        u = [luck.rvs(everybody) for luck in self.luck]
        heard = np.minimum(self._over_ties(self.posted.values), 3)
        mood = self._over_ties(satisfaction) * self.per_tie
        trust = self.trust_for.values / (self.trust_for.values + self.trust_against.values)
        gap, trusting = satisfaction - aspiration, trust - 0.6
        drive = np.exp(0.5 * (gap + trusting))
        posted, bought, failed = u[0] < crowd["posting"] * drive, u[1] < crowd["buying"] * drive, u[2] < 0.08
        left = u[3] < 1 / (1 + np.exp(2 * gap + 1.5 * trusting - crowd["churn"]))
        gains = (0.045 + 0.10 * bought, 0.05, 0.03 + 0.02 * heard, 0.035 + 0.04 * heard * posted, 0.045 + 0.05 * posted)
        lost = 0.30 * failed * need[1]
        need = [level + (1 - level) * gain - 0.08 * level for level, gain in zip(need, gains, strict=True)]
        need[1] -= lost
        satisfaction = sum(crowd["weight"][:, k] * need[k] for k in range(5))
        aspiration = aspiration + 0.02 * (satisfaction - aspiration)
        trust_for = 0.02 + 0.98 * self.trust_for.values + 0.5 * (bought & ~failed) + 0.03 * mood
        trust_against = 0.05 + 0.98 * self.trust_against.values + 0.3 * failed - 0.03 * mood
        paid = crowd["spend"] * bought
        points = 0.98 * self.points.values + paid
        for place, level in enumerate(need):
            getattr(self, f"need{place}")[everybody] = np.where(left, 0.4, level)
        self.satisfaction[everybody] = np.where(left, 0.4, satisfaction)
        self.aspiration[everybody] = np.where(left, 0.38, aspiration)
        self.trust_for[everybody] = np.where(left, 3.0, trust_for)
        self.trust_against[everybody] = np.where(left, 2.0, trust_against)
        self.points[everybody] = np.where(left, 0.0, points)
        self.posted[everybody] = (posted & ~left).astype(float)
        trust = self.trust_for.values / (self.trust_for.values + self.trust_against.values)
        tier = sum((self.points.values >= step).sum() for step in (50, 150, 400))
        self.sums = {"posts": posted.sum(), "orders": bought.sum(), "revenue": paid.sum(), "left": left.sum(),
                     "satisfaction": self.satisfaction.values.sum(), "trust": trust.sum(), "tier": tier}  # fmt: skip


def settle(crowd: Mapping[str, Any]) -> Callable[[], Mapping[str, float]]:
    """Make the simulation of a crowd."""
    people = len(crowd["churn"])
    one = np.repeat(np.arange(people), np.diff(crowd["indptr"]))
    once = one < crowd["indices"]
    net = Ties(p1=one[once], p2=crowd["indices"][once], beta=np.ones(int(once.sum())), name="ties")
    asked = Week(crowd, name="week")
    sim = ss.Sim(n_agents=people, modules=asked, networks=net, start=0, stop=MOST_WEEKS, dt=1, rand_seed=1, verbose=0)
    sim.init()  # which copies what it is given
    week = sim.custom.week

    def step() -> Mapping[str, float]:
        sim.run_one_step()
        return week.sums

    return step


if __name__ == "__main__":
    answer("starsim", settle)

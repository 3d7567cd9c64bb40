"""The agreed week as one Mesa agent per person, who keeps a list of those they know: the plain way to write it."""

from __future__ import annotations

from math import exp
from typing import Any

import mesa

from benchmarks.week import FRESH, SUMS, TIERS, Crowd, draws


class Person(mesa.Agent):
    """Somebody with needs, trust and ties."""

    def __init__(self, model: People, row: int, crowd: Crowd) -> None:
        super().__init__(model)
        self.row = row
        self.weight = [float(weight) for weight in crowd.weight[row]]
        self.churn, self.posting = float(crowd.churn[row]), float(crowd.posting[row])
        self.buying, self.spend = float(crowd.buying[row]), float(crowd.spend[row])
        self.friends: list[Person] = []
        self.posted = False
        self.heard = self.mood = 0.0
        self.start_afresh()

    def start_afresh(self) -> None:
        """Begin as a newcomer."""
        self.need = [FRESH["need"]] * 5
        self.satisfaction, self.aspiration = FRESH["satisfaction"], FRESH["aspiration"]
        self.trust_for, self.trust_against = FRESH["trust_for"], FRESH["trust_against"]
        self.points = FRESH["points"]

    def hear(self) -> None:
        """Take in what friends showed last week, before anybody moves."""
        self.heard = min(sum(friend.posted for friend in self.friends), 3)
        self.mood = sum(friend.satisfaction for friend in self.friends) / max(len(self.friends), 1)

    def live(self) -> None:
        """Live the week; see :mod:`benchmarks.week`."""
        coins, sums, need = self.model.coins[self.row], self.model.sums, self.need
        gap = self.satisfaction - self.aspiration
        trust = self.trust_for / (self.trust_for + self.trust_against) - 0.6
        drive = exp(0.5 * (gap + trust))
        posted, bought, failed = coins[0] < self.posting * drive, coins[1] < self.buying * drive, coins[2] < 0.08
        left = coins[3] < 1 / (1 + exp(2 * gap + 1.5 * trust - self.churn))
        gains = (0.045 + 0.10 * bought, 0.05, 0.03 + 0.02 * self.heard, 0.035 + 0.04 * self.heard * posted,
                 0.045 + 0.05 * posted)  # fmt: skip
        lost = 0.30 * failed * need[1]
        for place, gain in enumerate(gains):
            need[place] += (1 - need[place]) * gain - 0.08 * need[place]
        need[1] -= lost
        self.satisfaction = sum(weight * level for weight, level in zip(self.weight, need, strict=True))
        self.aspiration += 0.02 * (self.satisfaction - self.aspiration)
        self.trust_for = 0.02 + 0.98 * self.trust_for + 0.5 * (bought and not failed) + 0.03 * self.mood
        self.trust_against = 0.05 + 0.98 * self.trust_against + 0.3 * failed - 0.03 * self.mood
        self.points *= 0.98
        sums["posts"] += posted
        if bought:
            self.points += self.spend
            sums["orders"] += 1
            sums["revenue"] += self.spend
        self.posted = posted and not left
        if left:
            sums["left"] += 1
            self.start_afresh()
        sums["satisfaction"] += self.satisfaction
        sums["trust"] += self.trust_for / (self.trust_for + self.trust_against)
        sums["tier"] += sum(self.points >= step for step in TIERS)


class People(mesa.Model):
    """A crowd of agents; their coins are the lab's named ones, dealt out by compiled code nearly for free."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__(rng=crowd.seed)
        self.crowd = crowd
        self.week = 0
        self.sums: dict[str, float] = {}
        self.coins: list[Any] = []
        people = [Person(self, row, crowd) for row in range(crowd.people)]
        for person in people:
            ties = crowd.indices[crowd.indptr[person.row] : crowd.indptr[person.row + 1]]
            person.friends = [people[other] for other in ties]

    def step(self) -> None:
        """Live one week; its sums stand in ``sums``."""
        self.week += 1
        self.coins = draws(self.crowd, self.week).tolist()
        self.sums = dict.fromkeys(SUMS, 0.0)
        self.agents.do("hear")
        self.agents.do("live")

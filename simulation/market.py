"""A market: several communities, each under its own plan, that court one population (P6).

Every community is a batch of ordinary worlds. They have the same people, ties and seeds and live through the same week,
process by process; after some processes they take attention, patience, new members and money from each other, see
:data:`simulation.market_coupling.COUPLING`. With one community nothing is taken, and the market is that ordinary run,
to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation import market_kernels as kernels
from simulation.effects import Channel
from simulation.market_census import Census, MarketTables, tables
from simulation.market_coupling import COUPLING
from simulation.members import People
from simulation.model import SCHEDULE, CommunityModel
from simulation.params import Params, setting, uncertainty
from simulation.scenario import Plan, Scenario, load_plan
from simulation.streams import STREAMS, uniform_block

RIVAL = "rival_"
"""Name of a rule-based rival, followed by its number."""
QUARTER = 13  # weeks of allowance that a purse holds
LEAST_ORDERS = 2.0  # and so many orders, times the means, of a person who seldom buys
_OWN_LUCK = np.uint64(32)


class Market(Params):
    """Who else courts the people, and how much room these have for several communities."""

    rule: Literal["follow", "plain"] = "follow"
    """Rivals send ordinary contact; those who follow also sell at last week's price of the team that earned most."""
    rivals: int = setting(0, 0, 12, zh="规则对手数", en="Rule-based rivals", help_zh="按规则经营的对手社群，填补空位。",
                          help_en="Communities run by a rule that fill empty places.")  # fmt: skip
    window: int = setting(13, 1, 520, unit="weeks", zh="流向统计周期", en="Weeks over which moves are counted")
    capacity: float = uncertainty(3, 1.5, 8, step=0.5, unit="communities", zh="一个人顾得过来的社群数",
                                  en="Communities that one person has time for")  # fmt: skip
    seeking: float = uncertainty(8, 0, 30, zh="刚离开者另寻社群的倍数", en="Readiness to join another after leaving",
                                 help_zh="刚离开一个社群的人，加入别处的可能性增加几倍，每四周减半。",
                                 help_en="How much more readily people join others who have just left one; halves in four weeks.")  # fmt: skip
    spill: float = uncertainty(0.5, 0, 1, zh="别处消息带来的疲劳", en="Fatigue from messages of other communities",
                               help_zh="别的社群一条消息引起的疲劳，相当于自家一条消息的几成。",
                               help_en="Fatigue from another community's message, relative to one's own.")  # fmt: skip
    means: float = uncertainty(2, 1, 10, zh="可花的钱是平常的几倍", en="Money at hand, relative to usual spending",
                               help_zh="在各社群买东西，长期合计不超过平常的几倍。",
                               help_en="In the long run nobody buys for more in all communities together.")  # fmt: skip


class Community(CommunityModel):
    """One community of a market: an ordinary batch of worlds with its share of the founders and luck of its own.

    The luck of community number k is drawn under the key (seed, k), so that a person's coins in one community say
    nothing of those in another; number 0 has the luck of an ordinary run.

    Args:
        scenario: With the plan of this community.
        seeds: One world per seed.
        number: Place among the communities of the market, from 0.
        communities: How many there are.
    """

    def __init__(self, scenario: Scenario, seeds: Sequence[int], number: int, communities: int) -> None:
        self.number, self.communities = number, communities
        super().__init__(scenario, seeds)
        self._plain_seeds = self.seeds
        self.seeds = self.seeds + (np.uint64(number) << _OWN_LUCK)

    def founded(self, people: People) -> People:
        """Keep the founders that are dealt to this community: as many as any other has, or one more."""
        arrival = people.arrival.copy()
        for place, seed in enumerate(self.seeds):
            first, last = self.starts[place], self.starts[place + 1]
            founders = np.flatnonzero(people.arrival[first:last] >= 0)
            cards = uniform_block(seed, 0, STREAMS["deal"], int(last - first))[founders, 0]
            dealt = founders[np.argsort(cards, kind="stable")]
            arrival[first + dealt[np.arange(len(dealt)) % self.communities != self.number]] = -1
        return people._replace(arrival=arrival)

    def tables(self) -> Any:
        """As of an ordinary run, under the seeds of the market."""
        luck, self.seeds = self.seeds, self._plain_seeds
        try:
            return super().tables()
        finally:
            self.seeds = luck

    def channel(self, channel: Channel) -> NDArray[np.float64]:
        """(people,) sum proposed to everybody in a channel this week."""
        world, person, slot = self.effect_arrays
        mine: NDArray[np.float64] = world[channel][self.people.world].astype(np.float64)
        return mine + person[slot[channel]] if slot[channel] >= 0 else mine


def rival_plans(terms: Market) -> tuple[Plan, ...]:
    """Plans of the rule-based rivals: the neutral plan, under their names."""
    neutral = load_plan("neutral")
    return tuple(neutral.model_copy(update={"name": f"{RIVAL}{k}"}) for k in range(1, terms.rivals + 1))


class MarketModel:
    """A batch of markets: communities that live side by side through the same weeks with the same people.

    Args:
        scenario: Who, what happens and how long; its own plan plays no part.
        plans: What each team does; names differ. Their order does not matter.
        seeds: One market per seed.
        terms: Rivals and coefficients.

    Attributes:
        asked: Names of the communities in the order in which they were asked for, rivals last.
        communities: The same in the order of their luck: teams by name, the shorter name first, then rivals.
        teams: How many of them are no rivals.
        census: Who is where.
        purse: (people,) ¥ that a person can spend in all communities together.
        wish: (communities, people) log by which people join more or less readily, for the sake of other communities.
    """

    def __init__(self, scenario: Scenario, plans: Sequence[Plan], seeds: Sequence[int], terms: Market) -> None:
        self.terms = terms
        rivals = rival_plans(terms)
        self.asked = [plan.name for plan in (*plans, *rivals)]
        ordered = [*sorted(plans, key=lambda plan: (len(plan.name), plan.name)), *rivals]
        self.communities = [
            Community(scenario.with_plan(plan), seeds, number, len(ordered)) for number, plan in enumerate(ordered)
        ]
        self.teams = len(plans)
        self.seeds = np.asarray(seeds, np.int64)
        self.horizon, self.week = scenario.horizon, 0
        people = self.communities[0].people
        usual = people.rate.astype(np.float64) * people.spend
        self.allowance = terms.means * usual
        self.most = terms.means * np.maximum(QUARTER * usual, LEAST_ORDERS * people.spend)
        self.purse = self.most.copy()
        self.wish = np.zeros((len(ordered), len(usual)))
        self.census = Census(self.communities[0].starts, terms.window)
        self._count()

    def column(self, name: str) -> NDArray[Any]:
        """(communities, people) one column of people's standing, of every community."""
        return np.stack([getattr(community.standing, name) for community in self.communities])

    def hold(self) -> NDArray[np.float64]:
        """(communities, people) hold of every community on everybody (E20)."""
        held: NDArray[np.float64] = kernels.hold(*map(self.column, ("satisfaction", "aspiration", "trust")))
        return held

    def step(self) -> None:
        """Live through one week, process by process, every community in each."""
        self.week += 1
        for community in self.communities:
            community.week = self.week
        for process in SCHEDULE:
            for community in self.communities:
                process(community)
            if process in COUPLING and len(self.communities) > 1:
                COUPLING[process](self)
        for community in self.communities:
            community.datacollector.collect(community)
        self._count()

    def run(self) -> MarketTables:
        """Live through all weeks of the horizon and return the tables."""
        while self.week < self.horizon:
            self.step()
        return tables(self)

    def _count(self) -> None:
        self.census.count(self.column("status"), self.column("attention"), self.week, self.week == self.horizon)


def simulate_market(
    scenario: Scenario, seeds: Sequence[int], plans: Sequence[Plan] = (), terms: Market | None = None
) -> MarketTables:
    """Run a market in one world per seed; the numbers of a seed do not depend on which others run beside it."""
    return MarketModel(scenario, plans or (scenario.plan,), seeds, terms or Market()).run()

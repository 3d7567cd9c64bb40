"""The community model: a batch of worlds that live through one plan, week by week, along a visible schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.effects import Effects
from simulation.members import Counts, Flow, Member, People, Role, Standing, Status, columns
from simulation.network import Graph, stack
from simulation.operator import Operator
from simulation.outcomes import WEEKLY, totals_of
from simulation.population import world_of
from simulation.processes import Behaviour
from simulation.processes.accounting import SUMS, close_books, sum_week
from simulation.processes.arriving import arrive
from simulation.processes.bonding import bond
from simulation.processes.buying import buy
from simulation.processes.choosing import choose
from simulation.processes.climbing import climb
from simulation.processes.creating import create
from simulation.processes.deciding import decide
from simulation.processes.feeling import feel
from simulation.processes.grouping import group
from simulation.processes.joining import START_NEED, join
from simulation.processes.leaving import SEEN, leave
from simulation.processes.neighbourhood import SIGNALS, look_around
from simulation.processes.placing import place
from simulation.processes.posting import post
from simulation.processes.referral import invite
from simulation.processes.serving import serve
from simulation.processes.subscribing import subscribe
from simulation.processes.tiring import tire
from simulation.processes.trusting import trust
from simulation.scenario import Scenario
from simulation.strategies import STRATEGIES
from simulation.view import Nature


def plan_week(model: CommunityModel) -> None:
    """The operator proposes, then whatever happens to the community this week is added."""
    model.effects.clear()
    model.operator.act()
    if model.spec.shocks:
        nature = Nature(model)
        for shock in model.spec.shocks:
            if shock.strength(model.week) > 0:
                shock.strike(nature, model.effects)
    model.effect_arrays = model.effects.arrays()


SCHEDULE = (
    plan_week,
    look_around,
    decide,
    invite,
    group,
    join,
    arrive,
    post,
    create,
    subscribe,
    choose,
    buy,
    serve,
    trust,
    climb,
    feel,
    tire,
    bond,
    leave,
    place,
    close_books,
)
"""What happens in a week, in this order. Members update synchronously: ties are read as they were last week."""


class WorldTables(NamedTuple):
    """What a batch of worlds leaves behind; every table has a ``seed`` column."""

    weekly: pd.DataFrame  # seed, week (0 is the start), one column per weekly outcome
    tenure: pd.DataFrame  # seed, tenure in weeks, at_risk, left: first spells, for Kaplan–Meier
    worlds: pd.DataFrame  # seed, one column per measure of the whole run
    ledger: pd.DataFrame  # seed, item, amount in ¥; items ``income.…`` are streams of revenue, all others are costs
    streams: pd.DataFrame  # seed, week (from 1), stream, amount in ¥: what each strategy that earns brought in


class CommunityModel(mesa.Model):
    """A batch of worlds under one plan: one long population whose social graph is block-diagonal.

    Args:
        scenario: Who, the plan, what happens and how long.
        seeds: One world per seed. The same seed gives the same people, ties and luck under every plan, and the same
            numbers in every batch.

    Attributes:
        spec: The scenario; Mesa from 3.5 on keeps the name ``scenario`` for itself.
        week: Week that is being lived; 0 before the first step.
        starts: (worlds + 1,) first row of each world.
        people, standing, flow: Columns, see :mod:`simulation.members`.
        graph, strength: Who knows whom, and how strong each tie is by now.
        totals: Name → (worlds,) sums of the current week, see :data:`simulation.processes.accounting.SUMS`.
        at_risk, tenure_left: (worlds, horizon + 1) first spells at risk of ending, and ended, by weeks since joining.
        seen: (6, worlds) sums over the run, see :data:`simulation.processes.leaving.SEEN`.
        watchers: Process → who looks on, without touching anything, just before it runs.
    """

    def __init__(self, scenario: Scenario, seeds: Sequence[int] = (1,)) -> None:
        super().__init__(rng=int(seeds[0]))
        self.spec = scenario
        self.seeds: NDArray[np.uint64] = np.asarray(seeds, np.uint64)
        self.worlds = len(self.seeds)
        self.week = 0
        size = scenario.population.size
        self.starts: NDArray[np.int64] = np.arange(self.worlds + 1, dtype=np.int64) * size
        drawn = [world_of(scenario.population, scenario.graph, int(seed)) for seed in seeds]
        self.graph: Graph = stack([graph for graph, *_ in drawn])
        self.strength = self.graph.overlap.copy()
        self.people = self.founded(_stack_people([people for _, people, *_ in drawn]))
        self.standing = self._arrive(np.concatenate([a for *_, a, _ in drawn]), np.concatenate([m for *_, m in drawn]))
        self.flow: Flow = columns(Flow, size * self.worlds)
        self.signal = np.zeros((size * self.worlds, SIGNALS), np.float32)
        self.coefficients = {name: getattr(scenario.behaviour, name).record() for name in Behaviour.model_fields}
        self.sums = np.zeros((len(SUMS), self.worlds))
        self.totals: dict[str, NDArray[np.float64]] = {name: self.sums[place] for place, name in enumerate(SUMS)}
        self.at_risk = np.zeros((self.worlds, scenario.horizon + 1), np.int64)
        self.tenure_left = np.zeros_like(self.at_risk)
        self.seen = np.zeros((len(SEEN), self.worlds))
        self.effects = Effects(self.people.world, self.worlds)
        self.effect_arrays = self.effects.arrays()
        self.operator: Operator = Operator(self)
        self._founders = self._count_founders()
        self._views: dict[int, Member] = {}
        self.watchers: dict[Callable[[CommunityModel], None], Callable[[CommunityModel], Any]] = {}
        self.datacollector = mesa.DataCollector(
            model_reporters={name: outcome.compute for name, outcome in WEEKLY.items()}
        )
        # Week 0 is summed by the same rules, although nothing has happened yet.
        sum_week(self)
        self.datacollector.collect(self)

    def founded(self, people: People) -> People:
        """Who the founders are: as they were drawn; communities that share one population deal them out."""
        return people

    def _arrive(self, aspiration: Any, motivation: Any) -> Standing:
        """Everybody's standing before the first week; founders of week 0 are members already."""
        s: Standing = columns(Standing, len(aspiration))
        s.status[:] = np.where(self.people.arrival == 0, Status.MEMBER, Status.PROSPECT)
        s.need[:] = START_NEED
        s.satisfaction[:] = START_NEED
        s.aspiration[:] = aspiration
        s.motivation[:] = motivation
        s.trust_for[:], s.trust_against[:], s.trust[:] = 3, 2, 0.6
        s.attention[:] = 1
        for column in (s.left, s.referrer, s.recency, s.created):
            column[:] = -1
        s.role[:] = np.where(self.people.arrival == 0, Role.PARTICIPANT, Role.BYSTANDER)
        s.joined[:] = np.where(self.people.arrival == 0, 0, -1)
        if self.spec.population.dropout == "after_purchase":
            # A customer is somebody who has bought once: the first purchase is what made them one.
            s.orders[:] = 1
        return s

    def _count_founders(self) -> Counts:
        """(weeks, worlds) founders whose arrival has come by each week, up to the last arrival."""
        founders = np.flatnonzero(self.people.arrival >= 0)
        weeks = int(self.people.arrival.max(initial=0)) + 1
        counts = np.zeros((weeks, self.worlds), np.int32)
        np.add.at(counts, (self.people.arrival[founders], self.people.world[founders]), 1)
        return np.cumsum(counts, axis=0, dtype=np.int32)

    def step(self) -> None:
        """Live through one week."""
        self.week += 1
        for process in SCHEDULE:
            if process in self.watchers:
                self.watchers[process](self)
            process(self)
        self.datacollector.collect(self)

    def run(self) -> WorldTables:
        """Live through all weeks of the horizon and return the tables."""
        while self.week < self.spec.horizon:
            self.step()
        return self.tables()

    def founders_so_far(self) -> Counts:
        """(worlds,) founders whose week of arrival has come."""
        return self._founders[min(self.week, len(self._founders) - 1)]

    def member(self, person: int, world: int = 0) -> Member:
        """One person as a Mesa agent that views their row."""
        row = int(self.starts[world]) + person
        if row not in self._views:
            self._views[row] = Member(self, row)
        return self._views[row]

    def tables(self) -> WorldTables:
        """What has been lived so far, as tidy tables."""
        series = {name: np.asarray(values) for name, values in self.datacollector.model_vars.items()}
        seeds = self.seeds.astype(np.int64)
        weeks = self.week + 1
        weekly = pd.DataFrame(
            {"seed": np.repeat(seeds, weeks), "week": np.tile(np.arange(weeks, dtype=np.int32), self.worlds)}
            | {name: values.T.ravel() for name, values in series.items()}
        )
        length = self.at_risk.shape[1]
        tenure = pd.DataFrame(
            {
                "seed": np.repeat(seeds, length),
                "tenure": np.tile(np.arange(length, dtype=np.int32), self.worlds),
                "at_risk": self.at_risk.ravel(),
                "left": self.tenure_left.ravel(),
            }
        )
        worlds = pd.DataFrame({"seed": seeds} | totals_of(self, series))
        books = self.operator.ledger | {f"income.{name}": earned for name, earned in self.operator.streams.items()}
        items = list(books)
        ledger = pd.DataFrame(
            {
                "seed": np.tile(seeds, len(items)),
                "item": np.repeat(items, self.worlds),
                "amount": np.concatenate(list(books.values())),
            }
        )
        return WorldTables(weekly, tenure, worlds, ledger, self._streams(seeds))

    def _streams(self, seeds: NDArray[np.int64]) -> pd.DataFrame:
        """Of every world, one strategy that earns after the other, week by week; sales are a weekly outcome."""
        earned = self.operator.earned
        amount = np.array(list(earned.values())).reshape(len(earned), self.week, self.worlds)
        seed, stream, week = (each.ravel() for each in np.indices((self.worlds, len(earned), self.week), np.int32))
        return pd.DataFrame(
            {"seed": seeds[seed], "week": week + np.int32(1), "stream": np.array(list(earned), np.str_)[stream],
             "amount": amount.transpose(2, 0, 1).ravel()}
        )  # fmt: skip


def _stack_people(worlds: Sequence[People]) -> People:
    joined = {name: np.concatenate([getattr(world, name) for world in worlds]) for name in People._fields}
    joined["world"] = np.repeat(np.arange(len(worlds), dtype=np.int32), [len(world.rate) for world in worlds])
    return People(**joined)


def simulate(scenario: Scenario, seeds: Sequence[int]) -> WorldTables:
    """Run one plan in one world per seed; the numbers of a seed do not depend on which others run beside it."""
    return CommunityModel(scenario, seeds).run()


def warm() -> None:
    """Load (or, the first time, compile) the kernels of every week."""
    tiny = Scenario.parse({"population": {"size": 50}, "horizon": 2})
    simulate(tiny, (1, 2))


def compile_all() -> None:
    """Compile what any plan may need, the strategies' own loops included, so that nobody waits for it later."""
    everything = {"name": "everything", "strategies": {name: {} for name in STRATEGIES}}
    simulate(Scenario.parse({"population": {"size": 200}, "horizon": 30, "plan": everything}), (1, 2))

"""The reference world: the engine's week, lived by one Mesa agent per person, one person after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mesa
import numpy as np

from simulation.effects import Effects
from simulation.members import Flow, People, Standing
from simulation.population import world_of
from simulation.processes.accounting import SUMS
from simulation.scenario import Scenario
from tests.reference.agent import MEMBER, Person
from tests.reference.feelings import FeelingPerson
from tests.reference.luck import Luck, TossedLuck

WEEK: dict[str, tuple[Callable[[Any], None], ...]] = {
    "look_around": (Person.look_around,),
    "invite": (Person.forget_invitations, Person.invite),
    "join": (Person.join,),
    "arrive": (Person.arrive,),
    "post": (Person.post,),
    "create": (Person.create,),
    "buy": (Person.buy,),
    "serve": (Person.serve,),
    "trust": (FeelingPerson.come_to_trust,),
    "climb": (FeelingPerson.climb,),
    "feel": (FeelingPerson.feel,),
    "tire": (FeelingPerson.tire,),
    "bond": (FeelingPerson.take_part, FeelingPerson.bond),
    "leave": (FeelingPerson.decide_to_leave, FeelingPerson.leave),
}
"""Engine process → what everybody does in it; where two steps are named, all take the first before any the second."""

_RENAMED = {"posts": "posts_so_far", "orders": "orders_so_far"}  # of Standing; this week's have the plain names


class ReferenceModel(mesa.Model):
    """One world under one plan.

    Args:
        scenario: Who, the plan, what happens and how long.
        seed: The world.
        luck: Who tosses the coins; plain Python if not given.

    Attributes:
        people: Everybody, by row.
        totals: This week's sums over people, by name.
        ledger: Item → ¥ so far.
        at_risk, tenure_left: First spells at risk and ended, by weeks since joining.
    """

    def __init__(self, scenario: Scenario, seed: int, luck: Luck | None = None) -> None:
        super().__init__(rng=seed)
        self.spec = scenario
        self.behaviour = scenario.behaviour
        self.margin = scenario.economy.margin
        self.dropout_after_purchase = scenario.population.dropout == "after_purchase"
        self.seeds = np.array([seed], np.uint64)
        self.luck: Luck = luck or TossedLuck(seed)
        self.week = 0
        graph, people, aspiration, motivation = world_of(scenario.population, scenario.graph, seed)
        self.mesh = graph
        traits: dict[str, list[Any]] = {name: getattr(people, name).tolist() for name in People._fields}
        self.people = [
            FeelingPerson(self, row, {name: traits[name][row] for name in traits}, mood, drive)
            for row, (mood, drive) in enumerate(zip(aspiration.tolist(), motivation.tolist(), strict=True))
        ]
        for person in self.people:
            row = slice(graph.indptr[person.row], graph.indptr[person.row + 1])
            person.friends = [self.people[friend] for friend in graph.indices[row].tolist()]
            person.strength = graph.overlap[row].tolist()
        self.effects = Effects(np.zeros(len(self.people), np.int32), 1)
        self.totals = dict.fromkeys(SUMS, 0.0)
        self.balance = self.week_cost = self.week_profit = 0.0
        self.paying = True
        self.ledger = dict.fromkeys([*scenario.plan.strategies, "goods", "platform", "discounts"], 0.0)
        self.at_risk = [0] * (scenario.horizon + 1)
        self.tenure_left = [0] * (scenario.horizon + 1)

    def step(self) -> None:
        """Live through one week."""
        self.week += 1
        self.plan_week()
        for actions in WEEK.values():
            for action in actions:
                for person in self.people:
                    action(person)
        self.close_books()

    def plan_week(self) -> None:
        """Ask strategies and shocks for their proposals and tell every person what they amount to."""
        self.effects.clear()
        plan = self.spec.plan
        if plan.budget > 0:
            self.balance += plan.budget
            self.paying = self.balance > 0
        window = Window(self)
        if self.paying:
            for strategy in plan.strategies.values():
                if strategy.in_force(self.week):
                    strategy.act(window, self.effects)
        for shock in self.spec.shocks:
            if shock.strength(self.week) > 0:
                shock.strike(window, self.effects)
        proposals = self.effects.arrays()
        everybody = proposals.world[:, 0].tolist()
        singled_out = [(channel, row) for channel, row in enumerate(proposals.slot.tolist()) if row >= 0]
        for person in self.people:
            person.offer = everybody
            if singled_out:
                person.offer = everybody.copy()
                for channel, row in singled_out:
                    person.offer[channel] += float(proposals.person[row, person.row])

    def note_tenure(self, weeks: int, leaves: int) -> None:
        """Count a first spell."""
        self.at_risk[min(weeks, self.spec.horizon)] += 1
        self.tenure_left[min(weeks, self.spec.horizon)] += leaves

    def close_books(self) -> None:
        """Sum the week over people, pay for the plan, enter the ledger."""
        t = self.totals = dict.fromkeys(SUMS, 0.0)
        for p in self.people:
            t["joins"] += p.joins
            t["leaves"] += p.leaves
            t["referred"] += p.joins and p.inviter is not None and p.referrer is p.inviter
            if p.status == MEMBER or p.leaves:
                self._sum_week(p)
            if p.status == MEMBER:
                self._sum_standing(p)
        economy, window = self.spec.economy, Window(self)
        self.week_cost = 0.0
        for name, strategy in self.spec.plan.strategies.items():
            if self.paying and strategy.in_force(self.week):
                bill = float(strategy.bill(window)[0])
                self.ledger[name] += bill
                self.week_cost += bill
        self.balance -= self.week_cost
        goods = t["list_value"] * (1 - economy.margin)
        self.ledger["goods"] += goods
        self.ledger["platform"] += economy.platform_cost
        self.ledger["discounts"] += t["list_value"] - t["revenue"]
        self.week_profit = t["revenue"] - goods - economy.platform_cost - self.week_cost

    def _sum_week(self, p: FeelingPerson) -> None:
        t = self.totals
        t["posts"] += p.posts
        t["posters"] += p.posts > 0
        t["replies"] += p.replies
        t["contacts"] += p.contacts
        t["orders"] += p.orders
        t["repeats"] += p.repeats
        t["buyers"] += p.orders > 0
        t["revenue"] += p.paid
        t["list_value"] += p.list_value
        t["failures"] += p.failures
        t["unresolved"] += p.unresolved
        t["intrusions"] += p.intrusion
        t["invites"] += p.invites_sent
        t["tasks"] += p.invited_to_task
        t["cocreated"] += p.cocreated
        t["tier_spend"] += p.paid if p.tier else 0.0
        t["bad"] += p.bad

    def _sum_standing(self, p: FeelingPerson) -> None:
        t = self.totals
        t["members"] += 1
        t["founders_kept"] += p.arrival >= 0 and p.left < 0
        t["trust"] += p.trust
        t["satisfaction"] += p.satisfaction
        t["aspiration"] += p.aspiration
        t["fatigue"] += p.fatigue
        t["motivation"] += p.motivation
        functional, safety, belonging, esteem, growth = p.need
        t["functional"] += functional
        t["safety"] += safety
        t["belonging"] += belonging
        t["esteem"] += esteem
        t["growth"] += growth
        t["tiered"] += p.tier > 0
        t["value"] += p.value

    def column(self, name: str, *, standing: bool = False) -> list[Any]:
        """One value of every person, by the engine's name of it; ``standing`` tells totals so far from this week's."""
        name = _RENAMED.get(name, name) if standing else name
        values = [getattr(person, name) for person in self.people]
        if name in ("referrer", "inviter"):
            return [-1 if person is None else person.row for person in values]
        return values


class _Columns(Mapping[str, Any]):
    """People's attributes as arrays, made when somebody asks for them."""

    def __init__(self, model: ReferenceModel, names: tuple[str, ...], *, standing: bool) -> None:
        self._model, self._names, self._standing = model, names, standing

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return np.array(self._model.column(name, standing=self._standing))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Window:
    """What strategies and shocks see of the reference: the same names as the engine's views, filled from the agents."""

    def __init__(self, model: ReferenceModel) -> None:
        self.week, self.worlds, self.seeds, self.effects = model.week, 1, model.seeds, model.effects
        self.starts = np.array([0, len(model.people)], np.int64)
        self.world = np.zeros(len(model.people), np.int32)
        self.members = self.standing = _Columns(model, Standing._fields, standing=True)
        self.flow = _Columns(model, Flow._fields, standing=False)
        self.traits = _Columns(model, People._fields, standing=False)
        self.totals = {name: np.array([value]) for name, value in model.totals.items()}
        self.graph = model.mesh

    def total(self, name: str) -> Any:
        """One of this week's sums."""
        return self.totals[name]

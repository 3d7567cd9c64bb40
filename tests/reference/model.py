"""The reference world: the engine's week, lived by one Mesa agent per person, one person after the other."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from simulation.effects import Channel, Effects
from simulation.members import People
from simulation.operator import SALES
from simulation.population import world_of
from simulation.scenario import Scenario
from simulation.strategies import Strategy
from tests.reference.books import sums_of
from tests.reference.feelings import FeelingPerson
from tests.reference.luck import Luck, TossedLuck
from tests.reference.offers import ChoosingPerson
from tests.reference.shopping import Customer
from tests.reference.window import Window


class Resident(ChoosingPerson, Customer, FeelingPerson):
    """Somebody with all that a week holds."""


WEEK: dict[str, tuple[Callable[[Any], None], ...]] = {
    "look_around": (Resident.look_around,),
    "decide": (Resident.decide,),
    "invite": (Resident.forget_invitations, Resident.invite),
    "group": (Resident.forget_groups, Resident.start_group),
    "join": (Resident.join,),
    "arrive": (Resident.arrive,),
    "post": (Resident.post,),
    "create": (Resident.create,),
    "subscribe": (Resident.subscribe,),
    "choose": (Resident.choose,),
    "buy": (Resident.buy,),
    "serve": (Resident.serve,),
    "trust": (Resident.come_to_trust,),
    "climb": (Resident.climb,),
    "feel": (Resident.feel,),
    "tire": (Resident.tire,),
    "bond": (Resident.take_part, Resident.bond),
    "leave": (Resident.decide_to_leave, Resident.leave),
    "place": (Resident.place,),
}
"""Engine process → what everybody does in it; where two steps are named, all take the first before any the second."""

_RENAMED = {"posts": "posts_so_far", "orders": "orders_so_far"}  # of Standing; this week's have the plain names
_CHANNELS = [channel.name.lower() for channel in Channel]


class ReferenceModel(mesa.Model):
    """One world under one plan.

    Args:
        scenario: Who, the plan, what happens and how long.
        seed: The world.
        luck: Who tosses the coins; plain Python if not given.

    Attributes:
        people: Everybody, by row.
        totals: This week's sums over people, by name.
        balance, time_left: ¥ and hours left of what the plan has granted so far.
        ledger: Item → ¥ spent so far.
        streams: Stream of revenue → ¥ earned so far.
        notebooks: Strategy → what it remembers.
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
        graph, self.traits, aspiration, motivation = world_of(scenario.population, scenario.graph, seed)
        self.mesh = graph
        traits: dict[str, list[Any]] = {name: getattr(self.traits, name).tolist() for name in People._fields}
        self.people = [
            Resident(self, row, {name: traits[name][row] for name in traits}, mood, drive)
            for row, (mood, drive) in enumerate(zip(aspiration.tolist(), motivation.tolist(), strict=True))
        ]
        for person in self.people:
            row = slice(graph.indptr[person.row], graph.indptr[person.row + 1])
            person.friends = [self.people[friend] for friend in graph.indices[row].tolist()]
            person.strength = graph.overlap[row].tolist()
        self.effects = Effects(np.zeros(len(self.people), np.int32), 1)
        self.totals = sums_of(self.people)
        self.at_risk = [0] * (scenario.horizon + 1)
        self.tenure_left = [0] * (scenario.horizon + 1)
        plan = scenario.plan
        self.paying = True
        self._counted, self._written = -1, 0.0
        self.balance = self.time_left = 0.0
        self.week_cost = self.week_hours = self.week_revenue = self.week_profit = 0.0
        self.ledger = dict.fromkeys([*plan.strategies, "wages", "goods", "platform", "discounts"], 0.0)
        earning = [name for name, strategy in plan.strategies.items() if strategy.earns]
        self.streams = dict.fromkeys([SALES, *earning], 0.0)
        self.notebooks = {name: kind.notebook(1, len(self.people)) for name, kind in plan.strategies.items()}

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
        self.balance += plan.budget
        self.time_left += plan.hours
        self.paying = (plan.budget <= 0 or self.balance > 0) and (plan.hours <= 0 or self.time_left > 0)
        window = Window(self)
        self.effects.funded[:] = self.paying  # who cannot pay still watches and remembers
        for name, strategy in self.in_force().items():
            window.notebook = self.notebooks[name]
            strategy.act(window, self.effects)
        self.effects.funded[:] = True
        for shock in self.spec.shocks:
            if shock.strength(self.week) > 0:
                shock.strike(window, self.effects)
        self.tell_everybody()

    def in_force(self) -> dict[str, Strategy]:
        """Strategies of this week by name; while money or time is overdrawn, what they propose comes to nothing."""
        return {name: kind for name, kind in self.spec.plan.strategies.items() if kind.in_force(self.week)}

    def tell_everybody(self) -> None:
        """Give every person the week's sum of each channel, by its name."""
        proposals = self.effects.arrays()
        everybody = proposals.world[:, 0]
        singled_out = {
            name: (everybody[channel] + proposals.person[row]).tolist()
            for channel, (name, row) in enumerate(zip(_CHANNELS, proposals.slot.tolist(), strict=True))
            if row >= 0
        }
        common = dict(zip(_CHANNELS, everybody.tolist(), strict=True))
        for person in self.people:
            own = {name: amounts[person.row] for name, amounts in singled_out.items()}
            person.offer = SimpleNamespace(**(common | own))

    def note_tenure(self, weeks: int, leaves: int) -> None:
        """Count a first spell."""
        self.at_risk[min(weeks, self.spec.horizon)] += 1
        self.tenure_left[min(weeks, self.spec.horizon)] += leaves

    def written(self) -> float:
        """Posts of the week by their quality, of everybody; the same while people feel, so summed once."""
        if self._counted != self.week:
            self._counted, self._written = self.week, sum(person.echo for person in self.people)
        return self._written

    def close_books(self) -> None:
        """Sum the week over people, enter what was earned, pay for the plan, enter the ledger."""
        t = self.totals = sums_of(self.people)
        self.streams[SALES] += t["sales"]
        self.week_revenue = t["sales"]
        self.week_cost = self.week_hours = 0.0
        window = Window(self)
        for name, strategy in self.in_force().items():
            window.notebook = self.notebooks[name]
            if strategy.earns:
                earned = self.paying * float(strategy.income(window)[0])
                self.streams[name] += earned
                self.week_revenue += earned
            bill = self.paying * float(strategy.bill(window)[0])
            self.ledger[name] += bill
            self.week_cost += bill
            self.week_hours += self.paying * float(strategy.hours(window)[0])
        wages = self.week_hours * self.spec.plan.wage
        self.week_cost += wages
        self.balance -= self.week_cost
        self.time_left -= self.week_hours
        economy = self.spec.economy
        goods = t["list_value"] * (1 - economy.margin)
        self.ledger["wages"] += wages
        self.ledger["goods"] += goods
        self.ledger["platform"] += economy.platform_cost
        self.ledger["discounts"] += t["list_value"] - t["sales"]
        self.week_profit = self.week_revenue - goods - economy.platform_cost - self.week_cost

    def column(self, name: str, *, standing: bool = False) -> list[Any]:
        """One value of every person, by the engine's name of it; ``standing`` tells totals so far from this week's."""
        name = _RENAMED.get(name, name) if standing else name
        values = [getattr(person, name) for person in self.people]
        if name in ("referrer", "inviter"):
            return [-1 if person is None else person.row for person in values]
        return values

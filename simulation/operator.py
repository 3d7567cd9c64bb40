"""The operator: an ordinary Mesa agent with a plan, a budget of money and time, memory and a ledger, in every world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.members import LabAgent
from simulation.view import WorldView

if TYPE_CHECKING:
    from simulation.model import CommunityModel

SALES = "sales"
"""Stream of revenue that members' orders bring; every further stream has the name of its strategy."""


class Operator(LabAgent):
    """Carries out the plan: proposes each week while money and time allow it, and pays for what happened.

    Attributes:
        balance: (worlds,) ¥ left of the budget granted so far; unlimited budgets never fall short.
        time_left: (worlds,) hours left of the working time granted so far.
        ledger: Item → (worlds,) ¥ spent so far: the strategies, ``wages``, ``goods``, ``platform`` and ``discounts``.
        streams: Stream of revenue → (worlds,) ¥ earned so far: ``sales`` and every strategy that earns.
        week_streams: The same for the week that has just been closed.
        earned: Strategy that earns → (worlds,) ¥ of each week so far, the first week first.
        paying: (worlds,) whether this week's plan is carried out.
        week_cost, week_hours, week_revenue, week_profit: (worlds,) of the week that has just been closed.
        notebooks: Strategy → what it remembers, see :meth:`simulation.strategies.base.Strategy.notebook`.
    """

    def __init__(self, model: CommunityModel) -> None:
        super().__init__(model)
        self.plan = model.spec.plan
        self.economy = model.spec.economy
        self.balance = np.zeros(model.worlds)
        self.time_left = np.zeros(model.worlds)
        self.week_cost: NDArray[np.float64] = np.zeros(model.worlds)
        self.week_hours: NDArray[np.float64] = np.zeros(model.worlds)
        self.week_revenue: NDArray[np.float64] = np.zeros(model.worlds)
        self.week_profit: NDArray[np.float64] = np.zeros(model.worlds)
        self.revenue_total: NDArray[np.float64] = np.zeros(model.worlds)
        self.profit_total: NDArray[np.float64] = np.zeros(model.worlds)
        self.paying = np.ones(model.worlds, np.bool_)
        items = [*self.plan.strategies, "wages", "goods", "platform", "discounts"]
        self.ledger: dict[str, NDArray[np.float64]] = {item: np.zeros(model.worlds) for item in items}
        earning = [name for name, strategy in self.plan.strategies.items() if strategy.earns]
        self.streams: dict[str, NDArray[np.float64]] = {name: np.zeros(model.worlds) for name in [SALES, *earning]}
        self.week_streams = {name: np.zeros(model.worlds) for name in self.streams}
        self.earned: dict[str, list[NDArray[np.float64]]] = {name: [] for name in earning}
        self._window = WorldView(model)
        people = len(model.people.world)
        self.notebooks: dict[str, Any] = {
            name: strategy.notebook(model.worlds, people) for name, strategy in self.plan.strategies.items()
        }

    def _view(self) -> WorldView:
        # One view for the whole run: columns are filled in place, so it never goes stale.
        self._window.week = self.model.week
        return self._window

    def act(self) -> None:
        """Propose this week's effects of every strategy in force, in worlds whose accounts are not overdrawn.

        After a week that overspent money or time, all strategies of that world pause until weekly grants have filled
        the gap.
        """
        model, plan = self.model, self.plan
        if plan.budget > 0:
            self.balance += plan.granted(model.week)
        if plan.hours > 0:
            self.time_left += plan.hours
        self.paying = ((self.balance > 0) | (plan.budget <= 0)) & ((self.time_left > 0) | (plan.hours <= 0))
        model.effects.funded[:] = self.paying
        view = self._view()
        for name, strategy in plan.strategies.items():
            if strategy.in_force(model.week):
                view.notebook = self.notebooks[name]
                strategy.act(view, model.effects)
        model.effects.funded[:] = True

    def settle(self) -> None:
        """Enter the week: sales and other streams, strategies' bills, wages, goods, platform, and discounts forgone."""
        view = self._view()
        self.week_cost = np.zeros(self.model.worlds)
        self.week_hours = np.zeros(self.model.worlds)
        self.week_revenue = view.total("sales").copy()
        self.week_streams[SALES] = view.total("sales").copy()
        for name, strategy in self.plan.strategies.items():
            in_force = strategy.in_force(self.model.week)
            if strategy.earns:
                view.notebook = self.notebooks[name]
                earned = np.where(self.paying, strategy.income(view), 0.0) if in_force else np.zeros(self.model.worlds)
                self.week_streams[name] = earned
                self.earned[name].append(earned)
                self.week_revenue += earned
            if in_force:
                view.notebook = self.notebooks[name]
                bill = np.where(self.paying, strategy.bill(view), 0.0)
                self.ledger[name] += bill
                self.week_cost += bill
                self.week_hours += np.where(self.paying, strategy.hours(view), 0.0)
        wages = self.week_hours * self.plan.wage
        self.ledger["wages"] += wages
        self.week_cost += wages
        self.balance -= self.week_cost
        self.time_left -= self.week_hours
        goods = view.total("list_value") * (1 - self.economy.margin)
        self.ledger["goods"] += goods
        self.ledger["platform"] += self.economy.platform_cost
        self.ledger["discounts"] += view.total("list_value") - view.total("sales")
        self.week_profit = self.week_revenue - goods - self.economy.platform_cost - self.week_cost
        self.revenue_total += self.week_revenue
        self.profit_total += self.week_profit
        for name, earned in self.week_streams.items():
            self.streams[name] += earned

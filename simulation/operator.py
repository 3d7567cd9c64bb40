"""The operator: an ordinary Mesa agent with a plan, a budget and a ledger, in every world of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from simulation.view import WorldView

if TYPE_CHECKING:
    from simulation.model import CommunityModel


class Operator(mesa.Agent):
    """Carries out the plan: proposes each week while the account allows it, and pays for what happened.

    Attributes:
        balance: (worlds,) ¥ left of the budget granted so far; unlimited budgets never fall short.
        ledger: Item → (worlds,) ¥ spent so far; items are the strategies, ``goods``, ``platform`` and ``discounts``.
        paying: (worlds,) whether this week's plan is carried out.
        week_cost: (worlds,) ¥ that the strategies cost this week.
    """

    def __init__(self, model: CommunityModel) -> None:
        super().__init__(model)
        self.plan = model.spec.plan
        self.economy = model.spec.economy
        self.balance = np.zeros(model.worlds)
        self.week_cost: NDArray[np.float64] = np.zeros(model.worlds)
        self.week_profit: NDArray[np.float64] = np.zeros(model.worlds)
        self.revenue_total: NDArray[np.float64] = np.zeros(model.worlds)
        self.profit_total: NDArray[np.float64] = np.zeros(model.worlds)
        self.paying = np.ones(model.worlds, np.bool_)
        items = [*self.plan.strategies, "goods", "platform", "discounts"]
        self.ledger: dict[str, NDArray[np.float64]] = {item: np.zeros(model.worlds) for item in items}

    def act(self) -> None:
        """Propose this week's effects of every strategy in force, in worlds whose account is not overdrawn.

        After a week that overspent, all strategies of that world pause until the weekly grants have filled the gap.
        """
        model = self.model
        if self.plan.budget > 0:
            self.balance += self.plan.budget
            self.paying = self.balance > 0
        model.effects.funded[:] = self.paying
        view = WorldView(model)
        for strategy in self.plan.strategies.values():
            if strategy.in_force(model.week):
                strategy.act(view, model.effects)
        model.effects.funded[:] = True

    def settle(self) -> None:
        """Enter the week into the ledger: strategies' bills, goods sold, platform, and discounts as revenue forgone."""
        view = WorldView(self.model)
        self.week_cost[:] = 0
        for name, strategy in self.plan.strategies.items():
            if strategy.in_force(self.model.week):
                bill = np.where(self.paying, strategy.bill(view), 0.0)
                self.ledger[name] += bill
                self.week_cost += bill
        self.balance -= self.week_cost
        goods = view.total("list_value") * (1 - self.economy.margin)
        self.ledger["goods"] += goods
        self.ledger["platform"] += self.economy.platform_cost
        self.ledger["discounts"] += view.total("list_value") - view.total("revenue")
        self.week_profit = view.total("revenue") - goods - self.economy.platform_cost - self.week_cost
        self.revenue_total += view.total("revenue")
        self.profit_total += self.week_profit

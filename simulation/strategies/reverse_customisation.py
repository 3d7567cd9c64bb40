"""S26 Reverse customisation (C2B): members' wishes are collected first, and made to order once there are enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

REPLACING = 9
"""Weeks in which something made to order stands in for the usual: about the time between two usual orders."""


@dataclass
class OrderBook:
    """Orders that wait for their batch.

    Attributes:
        waiting: (people,) week in which somebody's waiting order was placed, 0 for none.
        ordered: (people,) week of somebody's latest order that was not cancelled, 0 for none.
        count, value: (worlds,) orders waiting, and their value at list price in ¥.
        let_down: (people,) whose order was cancelled last week.
        produced: (worlds,) value at list price of what was made this week, in ¥.
        refunds: (worlds,) orders cancelled this week.
        batches, cancelled: (worlds,) batches made, and orders cancelled, so far.
    """

    waiting: NDArray[np.int32]
    ordered: NDArray[np.int32]
    let_down: NDArray[np.bool_]
    count: NDArray[np.float64]
    value: NDArray[np.float64]
    produced: NDArray[np.float64]
    refunds: NDArray[np.float64]
    batches: NDArray[np.float64]
    cancelled: NDArray[np.float64]


class ReverseCustomisation(Strategy):
    """Offer to make to order at a premium; produce when a batch is full, refund when it does not fill in time."""

    id: ClassVar[str] = "reverse_customisation"
    rows: ClassVar[tuple[str, ...]] = ("S26",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "C2B 反向定制", "en": "Reverse customisation (C2B)"}
    earns: ClassVar[bool] = True
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：先收集成员的定制需求，凑够一批才开工，按溢价收款。定制满足尊重与成长需求，看重这两样的人更愿意买。反噬：溢价越高买"
        "的人越少；批量越大越摊得薄开模费，也越难凑齐，过期只能退款，等待的人失望、生疑；定制会顶替一部分日常购买；问得太勤也让人累。依据：Franke、Keinz "
        "与 Steger（2009）：按偏好定制的产品，人们愿意多付钱；批量、等待与费用的大小是教学假设。",
        "en": "Mechanism: members' wishes are collected first, and production starts once a batch is full; they pay a premium. What "
        "is made for them meets esteem and growth, and who values these buys more readily. Backfires: the higher the premium, the "
        "fewer order; a larger batch spreads the tooling thinner but fills more slowly, and when it does not fill in time all are "
        "refunded, let down and in doubt; what is made to order replaces part of the usual orders; being asked too often tires people. Evidence: Franke, Keinz & Steger (2009): people pay "
        "more for products fitted to their preferences; sizes of batches, waiting and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"offer": 0}

    offer: float = lever(0.2, 0, 1, step=0.05, unit="1/week", zh="征集频率", en="Rate of offers",
                         help_zh="每位成员每周有多大概率被征集定制需求；0 表示不用这项策略。",
                         help_en="Probability that a member is asked in a week what should be made; 0 switches it off.")  # fmt: skip
    premium: float = lever(0.25, 0, 1, step=0.05, unit="share of list price", zh="溢价", en="Premium",
                           help_zh="定制品比标价贵多少。", help_en="How much above the list price it is sold.")  # fmt: skip
    batch: int = lever(20, 1, 500, unit="orders", zh="起订量", en="Orders in a batch",
                       help_zh="凑够多少单才开工。", help_en="Orders that must come together before production starts.")  # fmt: skip
    patience: int = lever(6, 1, 52, unit="weeks", zh="最长等待", en="Weeks that people are kept waiting",
                          help_zh="最早的一单等了这么多周还没凑齐，就全部退款。",
                          help_en="If the oldest order has waited so long and the batch is not full, all are refunded.")  # fmt: skip
    making: float = setting(0.75, 0, 2, unit="share of list price", zh="制作成本", en="Cost of making",
                            help_zh="定制一件的成本占标价的比例，通常高于标准品。",
                            help_en="Cost of a piece made to order, usually more than that of a standard one.")  # fmt: skip
    tooling: float = setting(120, 0, 1e6, step=10, unit="¥/batch", zh="每批开工费", en="Tooling for a batch",
                             help_zh="每开一批的设计与开模费用。", help_en="Design and tooling for each batch.")  # fmt: skip
    refund_cost: float = setting(2, 0, 1000, step=0.5, unit="¥/order", zh="退款手续费", en="Cost of a refund",
                                 help_zh="取消一单的手续费与客服成本。", help_en="Fees and service for each cancelled order.")  # fmt: skip
    disappointment: float = uncertainty(0.5, 0, 3, unit="index", zh="取消带来的怀疑", en="Doubt after a cancellation",
                                        help_zh="订单被取消的人增加多少怀疑。",
                                        help_en="Evidence against trust for each person whose order is cancelled.")  # fmt: skip
    replaced: float = uncertainty(0.5, 0, 3, unit="log rate", zh="替代日常购买", en="Usual buying replaced",
                                  help_zh="下了定制单的人，九周内日常购买速度（对数）下降多少。",
                                  help_en="Log by which people buy less of the usual in the nine weeks after ordering to measure.")  # fmt: skip
    asking: float = uncertainty(0.1, 0, 0.5, step=0.01, unit="index", zh="征集带来的疲劳", en="Fatigue of being asked",
                                help_zh="被征集一次需求增加多少疲劳。", help_en="Fatigue from being asked once what should be made.")  # fmt: skip
    effort: float = setting(6, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="收集需求、对接生产每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for wishes and production; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> OrderBook:
        """Nobody waits."""
        zero = [np.zeros(worlds) for _ in range(6)]
        return OrderBook(np.zeros(people, np.int32), np.zeros(people, np.int32), np.zeros(people, np.bool_), *zero)

    def act(self, world: WorldView, effects: Effects) -> None:
        """Ask for wishes at a premium; being asked tires, who ordered lately buys less of the usual, who was let down doubts."""
        if self.offer == 0:
            return
        effects.add(Channel.CUSTOM, self.offer)
        effects.add(Channel.CUSTOM_PREMIUM, self.premium)
        effects.add(Channel.FATIGUE, self.asking * self.offer)
        book = world.notebook
        lately = (book.ordered > 0) & (world.week - book.ordered <= REPLACING)
        effects.add_where(Channel.BUYING, lately, -self.replaced)
        effects.add_where(Channel.DOUBT, book.let_down, self.disappointment)

    def income(self, world: WorldView) -> NDArray[np.float64]:
        """List value of what was produced this week · (1 + premium); people pay when their batch is made."""
        if self.offer == 0:
            return np.zeros(world.worlds)
        self._collect(world, world.notebook)
        return world.notebook.produced * (1 + self.premium)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Making · list value produced + tooling for each batch + cost of refunds."""
        book = world.notebook
        if self.offer == 0:
            return np.zeros(world.worlds)
        return self.making * book.produced + self.tooling * (book.produced > 0) + self.refund_cost * book.refunds

    def _collect(self, world: WorldView, book: OrderBook) -> None:
        """Add this week's orders; full batches are made, those that have waited too long are cancelled."""
        placed = (world.log["custom"] > 0) & (book.waiting == 0)
        book.waiting[placed] = world.week
        book.ordered[world.log["custom"] > 0] = world.week
        book.count += world.total("custom")
        book.value += world.total("custom_value")
        full = (book.count >= self.batch) & (book.value > 0)
        oldest = np.minimum.reduceat(np.where(book.waiting > 0, book.waiting, world.week), world.starts[:-1])
        late = ~full & (world.week - oldest >= self.patience)
        book.produced = np.where(full, book.value, 0.0)
        book.refunds = np.where(late, book.count, 0.0)
        book.batches += full
        book.cancelled += book.refunds
        closed = full | late
        book.let_down = np.zeros(len(book.waiting), np.bool_)
        for place in np.flatnonzero(closed):
            here = slice(world.starts[place], world.starts[place + 1])
            if late[place]:
                book.let_down[here] = book.waiting[here] > 0
            book.waiting[here] = 0
        book.ordered[book.let_down] = 0
        book.count[closed] = 0
        book.value[closed] = 0

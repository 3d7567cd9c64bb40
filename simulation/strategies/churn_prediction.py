"""S21 Churn prediction: guess from the records who is about to leave, and make them an offer to stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.churn_model import ChurnModel
from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.tallies import head_count, leading
from simulation.view import WorldView

DRAW = 2100
NONE, HOLD_OUT, OFFERED = 0, 1, 2


@dataclass
class Casebook:
    """What the machine knows, and what was done.

    Attributes:
        assignments: (people,) arm of each person this week: −1 unassigned, 0 none, 1 hold-out, 2 offered.
        held_out: (people,) who is randomly kept without offers while they stay.
        offers: (worlds,) offers made this week.
        model: The models of all worlds.
    """

    assignments: NDArray[np.int8]
    held_out: NDArray[np.bool_]
    offers: NDArray[np.int64]
    model: ChurnModel


class ChurnPrediction(Strategy):
    """Watch, learn who leaves and whom offers keep, and make offers by risk or by sensitivity."""

    id: ClassVar[str] = "churn_prediction"
    rows: ClassVar[tuple[str, ...]] = ("S21",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "流失预测与干预", "en": "Churn prediction and intervention"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：每周用沉默周数、最近购买、发帖、订单、入会时间、投诉和触达训练一个逻辑回归（scikit-learn），预测谁下周会走，再"
        "发挽留优惠。优惠能留住还活跃、爱优惠的人。反噬：风险最高的往往是沉睡的人，优惠反而提醒他们可以走；发得越多、越按风险发，叫醒"
        "的人越多，钱也白花。按敏感度发（先在学习期随机发一批，比较有优惠与没有优惠的人）才对路，但要等、要花试验费。依据：Ascarza、"
        "Iyengar 与 Schleicher（2016）：主动挽留使流失从 6% 升到 10%；Ascarza（2018）：按敏感度而非风险定向。大小与费用是教学假设。",
        "en": "Mechanism: every week a logistic regression (scikit-learn) learns from idle weeks, recency, posts, orders, tenure, "
        "complaints and contacts who leaves next, and retention offers go out. An offer holds people who are still active and "
        "like a deal. Backfires: those at the highest risk are often asleep, and an offer reminds them that they could leave; "
        "the more offers and the more by risk, the more are woken, for money. Choosing by sensitivity needs a random pilot "
        "first, in which people with and without an offer are compared: it takes weeks and costs. Evidence: Ascarza, Iyengar & "
        "Schleicher (2016): proactive retention raised churn from 6 % to 10 %; Ascarza (2018): target sensitivity, not risk. "
        "Sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"reach": 0}

    reach: float = lever(0.2, 0, 1, step=0.05, unit="share/week", zh="发放比例", en="Reach of offers",
                         help_zh="学习期之后，每周给多大比例的成员发挽留优惠；0 表示不用这项策略。",
                         help_en="Share of members who get an offer each week once the machine has learnt; 0 switches it off.")  # fmt: skip
    targeting: float = lever(0.0, 0, 1, step=0.1, unit="share", zh="按敏感度定向的比例", en="Offers by sensitivity",
                             help_zh="0 全部给流失风险最高的人，1 全部给预计最能被优惠留住的人。",
                             help_en="0 gives all offers to those at the highest risk, 1 to those whom an offer is expected to hold.")  # fmt: skip
    warmup: int = lever(12, 1, 104, unit="weeks", zh="学习期", en="Weeks of learning",
                        help_zh="先观察多少周再开始定向；按敏感度定向时，其间随机试发。",
                        help_en="Weeks of watching before targeting; with sensitivity, offers are tried out at random meanwhile.")  # fmt: skip
    holdout: float = lever(0.1, 0, 0.9, step=0.05, unit="share", zh="对照组比例", en="Hold-out",
                           help_zh="随机抽出、始终不发优惠的成员比例，用来比较。",
                           help_en="Share of members drawn at random who never get an offer, for comparison.")  # fmt: skip
    pilot: float = setting(0.5, 0.05, 0.95, step=0.05, unit="share/week", zh="试发比例", en="Size of the pilot",
                           help_zh="全部按敏感度定向时，学习期内每周随机给多大比例的成员发优惠。",
                           help_en="Share of members who get a random offer each week of learning, where all go by sensitivity.")  # fmt: skip
    cost: float = setting(0.3, 0, 1000, step=0.1, unit="¥/offer", zh="每份优惠成本", en="Cost of an offer",
                          help_zh="一份挽留优惠平均花多少钱。", help_en="What one retention offer costs on average.")  # fmt: skip
    system_cost: float = setting(10, 0, 1e6, step=5, unit="¥/week", zh="系统成本", en="Cost of the system",
                                 help_zh="数据与模型每周的费用。", help_en="Weekly cost of data and models.")  # fmt: skip
    strength: float = uncertainty(1, 0, 1, unit="index", zh="优惠力度", en="Strength of an offer",
                                  help_zh="优惠有多强；留人与惊醒的作用都随它变大。",
                                  help_en="How strong an offer is: it scales both what holds people and what wakes them.")  # fmt: skip
    effort: float = setting(6, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="维护模型与发放优惠每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for models and offers; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Casebook:
        """An empty casebook."""
        nobody = np.zeros(people, np.bool_)
        return Casebook(np.full(people, -1, np.int8), nobody, np.zeros(worlds, np.int64), ChurnModel(worlds, people))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Learn from last week, guess anew, and make offers to reach · members: by sensitivity, then by risk."""
        if self.reach == 0:
            return
        book: Casebook = world.notebook
        member = world.members["status"] == Status.MEMBER
        watched, had_offer = book.assignments >= 0, book.assignments == OFFERED
        book.model.learn(watched, had_offer, world.log["leaves"] > 0, world.starts, world.week)
        new = member & ~watched
        if new.any():
            # Once for everybody who comes (back): who is kept without offers while they stay.
            book.held_out[new] = world.coin(DRAW + 1)[new] < self.holdout
        book.model.note(world.members, world.log, world.week)
        book.model.guess(member, world.starts)
        open_to = member & ~book.held_out & effects.funded[world.world]
        if world.week < self.start + self.warmup:
            pilot = self.pilot * self.targeting
            offered = open_to & (world.coin(DRAW) < pilot) if pilot > 0 else np.zeros(len(member), np.bool_)
        else:
            offered = self._chosen(world, book.model, open_to, head_count(member, world.starts))
        book.assignments[:] = np.where(member, np.where(offered, OFFERED, NONE), -1)
        book.assignments[member & book.held_out] = HOLD_OUT
        book.offers = head_count(offered, world.starts)
        effects.add_where(Channel.RESCUE, offered, self.strength)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """System + offers made · cost of an offer."""
        if self.reach == 0:
            return np.zeros(world.worlds)
        return np.asarray(self.system_cost + self.cost * world.notebook.offers, np.float64)

    def _chosen(
        self, world: WorldView, model: ChurnModel, open_to: NDArray[np.bool_], members: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """(people,) the largest predicted gains from an offer, if any is predicted, then the highest risks."""
        offers = np.rint(self.reach * members).astype(np.int64)
        sensitive = np.rint(self.targeting * offers).astype(np.int64)
        chosen = np.zeros(len(open_to), np.bool_)
        for guess, count in ((model.uplift, sensitive), (model.risk, offers - sensitive)):
            if count.any():
                # Where nothing is known yet, or an offer would do harm, none is made.
                chosen |= leading(guess, open_to & ~chosen & (guess > 0), world.starts, count)
        return chosen

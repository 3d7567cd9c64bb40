"""S5 Paid membership: a fee a week, benefits for those who pay it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Subscription(Strategy):
    """Offer a paid membership whose benefits have to be worth its fee."""

    id: ClassVar[str] = "subscription"
    rows: ClassVar[tuple[str, ...]] = ("S5",)
    topic: ClassVar[str] = "incentives"
    label: ClassVar[dict[str, str]] = {"zh": "付费会员", "en": "Paid membership"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：满意又信任的成员愿意按周付费换权益，朋友订了自己也更想订；订了的人买得更多、走得更少，会费成为独立的收入。"
        "每四周续费一次。反噬：费用太高没人订，太低不够权益的成本，收入在中间最高；付了钱的人期望涨得更快，闲置不用就退订；权益"
        "空洞等于没卖。依据：Bapna 与 Umyarov（2015）：朋友订阅使几率升至 1.6 倍，起步订阅率 1–3%；Iyengar 等（2022）：订阅使"
        "购买增加，增加的不全是经济收益。权益的价值与成本是教学假设。",
        "en": "Mechanism: members who are satisfied and trust pay a fee for benefits, the more so when friends do; subscribers buy "
        "more and leave less, and fees are a stream of revenue of their own. Renewal is every four weeks. Backfires: at too "
        "high a fee nobody subscribes, at too low a fee it does not cover the benefits, so earnings are best in between; those "
        "who pay get used to things sooner, and give up what they do not use; a membership without benefits does not sell. "
        "Evidence: Bapna & Umyarov (2015): a friend's subscribing raises the odds 1.6 times, with 1–3 % subscribing to begin "
        "with; Iyengar et al. (2022): subscribers buy more, and not only for the savings. Worth and cost of benefits are "
        "teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"fee": 0, "benefits": 0}
    earns: ClassVar[bool] = True

    fee: float = lever(3, 0, 30, step=0.5, unit="¥/week", zh="周费", en="Fee", help_zh="每位订阅者每周付多少。",
                       help_en="What a subscriber pays in a week.")  # fmt: skip
    benefits: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="权益力度", en="Benefits",
                            help_zh="0 为只有名义，1 为包邮、专属内容、优先服务样样都有。",
                            help_en="0 is a mere name; 1 has free delivery, exclusive content and priority.")  # fmt: skip
    benefit_cost: float = setting(4, 0, 100, step=0.25, unit="¥/subscriber and week", zh="权益成本", en="Cost of benefits",
                                  help_zh="全套权益每位订阅者每周的成本；总成本随力度的平方上升。",
                                  help_en="Full benefits for a subscriber in a week; cost grows with the square of benefits.")  # fmt: skip
    running_cost: float = setting(10, 0, 1e5, step=5, unit="¥/week", zh="会员系统成本", en="Cost of running it",
                                  help_zh="收费、客服与系统每周的费用。",
                                  help_en="Billing, service and systems in a week.")  # fmt: skip
    worth: float = uncertainty(2.5, 0, 6, unit="log-odds", zh="权益的吸引力", en="Worth of benefits",
                               help_zh="全套权益使订阅的对数几率提高多少。",
                               help_en="Log-odds of subscribing that full benefits add.")  # fmt: skip
    emptiness: float = uncertainty(2.5, 0, 6, unit="log-odds", zh="没有权益的阻力", en="Reluctance to pay for nothing",
                                   help_zh="没有任何权益时订阅的对数几率低多少。",
                                   help_en="Log-odds of subscribing lost while there are no benefits.")  # fmt: skip
    usefulness: float = uncertainty(0.02, 0, 0.2, zh="权益的功能价值", en="Use of benefits",
                                    help_zh="全套权益每周使订阅者的功能需求多得到多少满足。",
                                    help_en="Weekly gain of subscribers' functional need by full benefits.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Offer it at the fee; benefits add worth · benefits − emptiness to the log-odds, and serve subscribers."""
        if not self._offered:
            return
        effects.add(Channel.SUBSCRIPTION, 1.0)
        effects.add(Channel.FEE, self.fee)
        effects.add(Channel.PERKS, self.worth * self.benefits - self.emptiness)
        subscribers = world.members["subscribed"] > 0
        effects.add_where(Channel.FUNCTIONAL, subscribers, self.usefulness * self.benefits)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Running cost + subscribers · cost of benefits · benefits²: the easy ones come first."""
        served = world.total("subscribers") * self.benefit_cost * self.benefits**2
        return (served + self.running_cost) * self._offered

    def income(self, world: WorldView) -> NDArray[np.float64]:
        """Subscribers · fee."""
        return world.total("subscribers") * self.fee

    @property
    def _offered(self) -> bool:
        return self.fee > 0 or self.benefits > 0

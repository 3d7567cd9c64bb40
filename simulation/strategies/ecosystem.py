"""S25 Open ecosystem: creators and providers from outside serve the members and share the proceeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

PROBING = 1.0
"""Partners who look in although nobody is there yet: without them nobody would ever come."""


@dataclass
class Partners:
    """How many partners each world has; fractions are partners who give part of their time."""

    count: NDArray[np.float64]


class Ecosystem(Strategy):
    """Open the community to partners: they come where members are and where they may keep enough."""

    id: ClassVar[str] = "ecosystem"
    rows: ClassVar[tuple[str, ...]] = ("S25",)
    topic: ClassVar[str] = "growth"
    label: ClassVar[dict[str, str]] = {"zh": "开放生态", "en": "Open ecosystem"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：第三方创作者与服务商看成员规模和自己能留下多少来决定去留；伙伴多了，内容更丰富、需求更容易满足，平台从他们的销售"
        "里抽成。反噬：抽成太高，伙伴走光，两边都冷；让利太多，自己没有收入；伙伴良莠不齐，缺少把关时失误增多；伙伴也分走一部分自营订单"
        "。伙伴要几个月才聚得起来。依据：Rochet 与 Tirole（2003）的双边平台：价格怎么在两边分配决定成败。大小与费用是教学假设。",
        "en": "Mechanism: creators and providers from outside come and go by how many members there are and how much they may "
        "keep; more of them make content more varied and needs better met, and the platform takes a part of their sales. "
        "Backfires: take too much and partners leave, which empties both sides; leave them too much and nothing is earned; "
        "uneven quality without curation means more failures; and partners draw off some orders. Partners need months to "
        "gather. Evidence: Rochet & Tirole (2003) on two-sided platforms: how the price is split between the sides decides. "
        "Sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"share": 0, "curation": 0}
    earns: ClassVar[bool] = True

    share: float = lever(0.5, 0, 1, step=0.05, unit="share", zh="伙伴分成", en="Share of partners",
                         help_zh="伙伴销售额里留给伙伴的比例，其余是平台抽成；0 为不开放。",
                         help_en="Part of their sales that partners keep, the rest is the platform's take; 0 is closed.")  # fmt: skip
    curation: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="准入把关", en="Curation",
                            help_zh="挑选与督导伙伴有多严。", help_en="How carefully partners are chosen and supervised.")  # fmt: skip
    fee: float = setting(2, 0, 1000, step=1, unit="¥/partner and week", zh="入驻费", en="Fee of a partner",
                         help_zh="伙伴每周交给平台的固定费用。", help_en="What a partner pays the platform in a week.")  # fmt: skip
    wanted: float = setting(10, 1, 1e4, step=1, unit="¥/partner and week", zh="伙伴的期望收入", en="What a partner wants",
                            help_zh="每周至少挣到多少才愿意来。", help_en="Weekly income from which it is worth coming.")  # fmt: skip
    cost: float = setting(30, 0, 1e5, step=5, unit="¥/week", zh="平台开放成本", en="Cost of an open platform",
                          help_zh="接口、结算与客服每周的费用。", help_en="Interfaces, settlement and support in a week.")  # fmt: skip
    curation_cost: float = setting(2.5, 0, 1000, step=0.5, unit="¥/partner and week", zh="把关成本", en="Cost of curation",
                                   help_zh="全力把关时每个伙伴每周的费用。", help_en="Weekly cost per partner at full curation.")  # fmt: skip
    sales: float = uncertainty(1.2, 0, 50, unit="¥/member and week", zh="伙伴潜在销售额", en="Sales partners can make",
                               help_zh="伙伴齐全时每位成员每周在伙伴那里花多少。",
                               help_en="What a member spends with partners in a week where there are plenty.")  # fmt: skip
    plenty: float = uncertainty(8, 1, 500, unit="partners", zh="过半所需的伙伴数", en="Partners for half of it",
                                help_zh="多少伙伴能满足一半的需求。", help_en="Partners that meet half of what members would buy.")  # fmt: skip
    speed: float = uncertainty(0.1, 0, 1, unit="1/week", zh="伙伴进出速度", en="Speed of coming and going",
                               help_zh="挣得比期望多一倍时，伙伴每周增加多少。",
                               help_en="Weekly growth where partners earn twice what they want.")  # fmt: skip
    variety: float = uncertainty(0.03, 0, 0.2, step=0.005, unit="gain/week", zh="更多选择", en="Use of more choice",
                                 help_zh="伙伴齐全时功能需求每周多得多少。",
                                 help_en="Weekly gain in functional needs where there are plenty.")  # fmt: skip
    supply: float = uncertainty(1.0, 0, 20, unit="pieces/week", zh="伙伴内容", en="Content of partners",
                                help_zh="伙伴齐全时每周带来多少篇内容。", help_en="Pieces a week where there are plenty.")  # fmt: skip
    fresh: float = uncertainty(0.3, 0, 1, unit="index", zh="内容更丰富", en="Variety of content",
                               help_zh="伙伴齐全时雷同降低多少。", help_en="Sameness taken away where there are plenty.")  # fmt: skip
    uneven: float = uncertainty(0.25, 0, 2, unit="log-odds", zh="质量参差", en="Uneven quality",
                                help_zh="无人把关时，伙伴数的对数每加一，失误的对数几率上升多少。",
                                help_en="Log-odds of a failure per log of partners without curation.")  # fmt: skip
    diverted: float = uncertainty(0.05, 0, 1, unit="log rate", zh="自营订单分流", en="Own orders diverted",
                                  help_zh="伙伴齐全时，自营购买频率的对数下降多少。",
                                  help_en="Fall of the log purchase rate where there are plenty.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Partners:
        """No partner has come yet."""
        return Partners(np.zeros(worlds))

    def reached(self, partners: NDArray[np.float64]) -> NDArray[np.float64]:
        """Part of what members would buy that so many partners can meet: N/(N + plenty)."""
        return partners / (partners + self.plenty)

    def act(self, world: WorldView, effects: Effects) -> None:
        """N ← N + speed · (N + 1) · (earned/(wanted + fee) − 1), the bracket within ±1; earned = share · sales/(N + 1).

        With f = N/(N + plenty): functional + variety · f, supply + supply · f, sameness − fresh · f, buying − diverted · f,
        failures + uneven · ln(1 + N) · (1 − curation).
        """
        if self.share <= 0:
            return
        partners: Partners = world.notebook
        count = partners.count
        members = world.count(world.members["status"] == Status.MEMBER)
        earned = self.share * members * self.sales / (count + self.plenty)
        pull = np.where(effects.funded, np.clip(earned / (self.wanted + self.fee) - 1, -1, 1), -1.0)
        count += self.speed * (count + PROBING) * pull
        np.maximum(count, 0.0, out=count)
        f = self.reached(count).astype(np.float32)
        effects.add(Channel.FUNCTIONAL, self.variety * f)
        effects.add(Channel.SUPPLY, self.supply * f)
        effects.add(Channel.SAMENESS, -self.fresh * f)
        effects.add(Channel.BUYING, -self.diverted * f)
        effects.add(Channel.FAILURE, (self.uneven * (1 - self.curation) * np.log1p(count)).astype(np.float32))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Platform, while open, + partners · curation · cost."""
        if self.share <= 0:
            return np.zeros(world.worlds)
        partners: Partners = world.notebook
        return self.cost + partners.count * self.curation * self.curation_cost

    def income(self, world: WorldView) -> NDArray[np.float64]:
        """(1 − share) · members · sales · N/(N + plenty) + partners · fee."""
        if self.share <= 0:
            return np.zeros(world.worlds)
        partners: Partners = world.notebook
        sold = world.total("members") * self.sales * self.reached(partners.count)
        return (1 - self.share) * sold + self.fee * partners.count

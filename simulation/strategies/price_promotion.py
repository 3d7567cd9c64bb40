"""S17 Plain price promotion: a discount for everybody, now and then or always."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class PricePromotion(Strategy):
    """Cut the price for everybody, in so many weeks out of a cycle."""

    id: ClassVar[str] = "price_promotion"
    rows: ClassVar[tuple[str, ...]] = ("S17",)
    topic: ClassVar[str] = "price"
    label: ClassVar[dict[str, str]] = {"zh": "价格促销", "en": "Price promotion"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：降价让人买得更勤。反噬：订单涨了，毛利却更薄，收入上升而利润下降；人们习惯低价，恢复原价后反而"
        "少买（参照价）。依据：价格弹性见 Bijmolt 等（2005）；Anderson 与 Simester（2010）；Elberg 等（2019）。海报"
        "成本是教学假设。",
        "en": "Mechanism: lower prices make people buy more often. Backfires: there are more orders but each earns "
        "less, so revenue rises while profit falls; people get used to the low price and buy less when it ends "
        "(reference price). Evidence: elasticity from Bijmolt et al. (2005); Anderson & Simester (2010); Elberg et "
        "al. (2019). The cost of announcing is a teaching assumption.",
    }
    neutral: ClassVar[dict[str, float]] = {"discount": 0}

    discount: float = lever(0.2, 0, 0.7, step=0.05, unit="share of list price", zh="折扣幅度", en="Discount",
                            help_zh="0.3 即七折。", help_en="0.3 takes 30 % off the list price.")  # fmt: skip
    cycle: int = lever(1, 1, 52, unit="weeks", zh="促销周期", en="Cycle",
                       help_zh="每隔几周促销一轮；1 表示一直促销。",
                       help_en="A round every so many weeks; 1 is always.")  # fmt: skip
    length: int = lever(1, 1, 52, unit="weeks", zh="每轮促销周数", en="Weeks of a round",
        help_zh="每个周期开头促销几周；不短于周期时即一直促销。",
        help_en="Weeks on offer at the start of each cycle; as long as the cycle means always.")  # fmt: skip
    announcing: float = setting(20, 0, 1e5, step=5, unit="¥/week", zh="促销宣传成本", en="Cost of announcing",
                                help_zh="促销周里宣传与物料的费用。",
                                help_en="Banners and notices in a week on offer.")  # fmt: skip

    def on_offer(self, week: int) -> bool:
        """Whether prices are cut in this week of the plan."""
        return self.discount > 0 and (week - self.start) % self.cycle < self.length

    def act(self, world: WorldView, effects: Effects) -> None:
        """Cut the price in the weeks on offer."""
        if self.on_offer(world.week):
            effects.add(Channel.PRICE, float(np.log1p(-self.discount)))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Cost of announcing in weeks on offer; the discount itself is revenue forgone."""
        return np.full(world.worlds, self.announcing if self.on_offer(world.week) else 0.0)

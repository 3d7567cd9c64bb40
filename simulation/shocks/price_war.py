"""Price war: a rival subsidises its prices and pulls people away."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class PriceWar(Shock):
    """A rival subsidy: the deal-prone leave most, and everybody buys some of it there."""

    id: ClassVar[str] = "price_war"
    label: ClassVar[dict[str, str]] = {"zh": "价格战", "en": "Price war"}
    note: ClassVar[dict[str, str]] = {
        "zh": "竞争对手大额补贴：促销敏感的成员最容易离开，留下的人也有一部分订单流向对手。方向依据：促销招来的顾客"
        "流失更快（Lewis 2006）；大小是教学假设。",
        "en": "A rival pays large subsidies: the deal-prone leave first, and those who stay place some orders "
        "there. Sign: customers won by deals leave sooner (Lewis 2006); sizes are teaching assumptions.",
    }

    poaching: float = uncertainty(3, 0, 6, unit="log-odds", zh="挖走力度", en="Pull on the deal-prone",
        help_zh="强度为 1 时，最促销敏感者流失的对数几率提高多少。",
        help_en="Log-odds of leaving added at full size for the most deal-prone.")  # fmt: skip
    lost_orders: float = uncertainty(0.5, 0, 3, unit="log rate", zh="订单流失", en="Orders lost",
                                     help_zh="强度为 1 时，购买频率的对数下降多少。",
                                     help_en="Fall of the log purchase rate at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Leaving: + poaching · size · d for members; buying: − lost orders · size."""
        strength = self.strength(nature.week)
        members = nature.members["status"] == Status.MEMBER
        effects.add_to(Channel.CHURN, self.poaching * strength * nature.traits["deal"] * members)
        effects.add(Channel.BUYING, -self.lost_orders * strength)

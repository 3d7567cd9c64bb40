"""Supply failure: goods are short and deliveries go wrong."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class SupplyFailure(Shock):
    """Fewer orders can be placed, and more of those placed go wrong."""

    id: ClassVar[str] = "supply_failure"
    label: ClassVar[dict[str, str]] = {"zh": "断供", "en": "Supply failure"}
    note: ClassVar[dict[str, str]] = {
        "zh": "缺货与发错货：能下的单变少，下了的单更容易出错，没有补救的失误伤信任。大小是教学假设。",
        "en": "Shortage and wrong deliveries: fewer orders can be placed, more of them fail, and failures that "
        "nobody puts right hurt trust. Sizes are teaching assumptions.",
    }

    failing: float = uncertainty(2.0, 0, 5, unit="log-odds", zh="失误增加", en="More failures",
                              help_zh="强度为 1 时，失误的对数几率上升多少。", help_en="Log-odds of a failure added at full size.")  # fmt: skip
    lost_orders: float = uncertainty(0.5, 0, 3, unit="log rate", zh="订单流失", en="Orders lost",
                              help_zh="强度为 1 时，购买频率的对数下降多少。", help_en="Fall of the log purchase rate at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Failures: + failing · size; buying: − lost orders · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.FAILURE, self.failing * strength)
        effects.add(Channel.BUYING, -self.lost_orders * strength)

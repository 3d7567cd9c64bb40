"""Downturn: people have less to spend."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class Downturn(Shock):
    """Everybody orders less often, the deal-prone least of all."""

    id: ClassVar[str] = "downturn"
    label: ClassVar[dict[str, str]] = {"zh": "经济下行", "en": "Downturn"}
    note: ClassVar[dict[str, str]] = {
        "zh": "手头变紧：人人少买，促销敏感的人减得最多。大小是教学假设。",
        "en": "Money is tight: everybody orders less, the deal-prone least of all. Sizes are teaching assumptions.",
    }

    lost_orders: float = uncertainty(0.4, 0, 3, unit="log rate", zh="订单减少", en="Orders lost",
                              help_zh="强度为 1 时，购买频率的对数下降多少。", help_en="Fall of the log purchase rate at full size.")  # fmt: skip
    lost_deals: float = uncertainty(0.6, 0, 3, unit="log rate", zh="促销敏感者再减", en="Further loss of the deal-prone",
                              help_zh="最促销敏感的人再多下降多少。", help_en="Further fall for the most deal-prone.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Buying: − (lost orders + lost deals · d) · size."""
        strength = np.float32(self.strength(nature.week))
        fall = np.float32(self.lost_orders) + np.float32(self.lost_deals) * nature.traits["deal"].astype(np.float32)
        effects.add_to(Channel.BUYING, -strength * fall)

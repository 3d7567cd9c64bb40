"""Acquisition cost: reach becomes dear."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class AcquisitionCost(Shock):
    """The same advertising money buys fewer newcomers, and free reach shrinks a little, too."""

    id: ClassVar[str] = "acquisition_cost"
    label: ClassVar[dict[str, str]] = {"zh": "获客成本上涨", "en": "Dearer acquisition"}
    note: ClassVar[dict[str, str]] = {
        "zh": "流量越来越贵：同样的投放换来的新人变少，免费曝光也少一些。越靠投放增长的社群越疼，靠口碑的几乎无感。大小是教学假设。",
        "en": "Reach grows dear: the same advertising buys fewer newcomers, and free reach shrinks a little. The more a "
        "community lives on advertising the more it hurts; word of mouth hardly feels it. Sizes are teaching assumptions.",
    }

    dearer: float = uncertainty(1.2, 0, 4, unit="log price", zh="流量涨价", en="Rise of the price of reach",
                              help_zh="强度为 1 时，获客价格的对数上升多少。", help_en="Rise of the log price of a newcomer at full size.")  # fmt: skip
    hidden: float = uncertainty(0.2, 0, 3, unit="log rate", zh="免费曝光下降", en="Free reach lost",
                              help_zh="强度为 1 时，自然加入速度的对数下降多少。", help_en="Fall of the log rate of joining without advertising at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Price of reach: + dearer · size; joining: − hidden · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.AD_COST, self.dearer * strength)
        effects.add(Channel.JOINING, -self.hidden * strength)

"""S19 AI personalisation: what arrives fits the person, as far as orders have told what fits."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Personalisation(Strategy):
    """Recommend by personal data; the machine knows more of those who have bought more."""

    id: ClassVar[str] = "personalisation"
    rows: ClassVar[tuple[str, ...]] = ("S19",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "AI 个性化推荐", "en": "AI personalisation"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：推荐更合心意，相关度上升，人们多买、少烦。机器靠订单学习，对新客知之甚少（冷启动）。反噬：用得越深，越可能让"
        "人觉得被窥视；在意隐私、信任还低、又管不了自己数据的人反应最大，一次冒犯抵得上许多次满意。依据：Aguirre 等（2015）；"
        "Tucker（2014）：给人控制权之后个性化才有效。大小与费用是教学假设。",
        "en": "Mechanism: what arrives fits better, so people buy more and tire less. The machine learns from orders and knows "
        "little of newcomers (cold start). Backfires: the deeper it goes, the likelier people feel watched, most of all those "
        "who care for privacy, do not trust yet and have no control over their data; one intrusion outweighs many good weeks. "
        "Evidence: Aguirre et al. (2015); Tucker (2014): personalisation works once people have control. Sizes and costs are "
        "teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"depth": 0}

    depth: float = lever(0.6, 0, 1, step=0.05, unit="index", zh="个性化深度", en="Depth of personalisation",
                         help_zh="0 为人人相同，1 为动用全部个人数据。",
                         help_en="0 is the same for all, 1 uses all personal data.")  # fmt: skip
    cost: float = setting(15, 0, 1e6, step=5, unit="¥/week", zh="系统成本", en="Cost of the system",
                          help_zh="全力个性化时每周的系统费用。",
                          help_en="Weekly cost of the system at full depth.")  # fmt: skip
    message_cost: float = setting(0.02, 0, 10, step=0.01, unit="¥/message", zh="每条推荐成本", en="Cost of a recommendation",
                                  help_zh="全力个性化时每条消息的算力费用。",
                                  help_en="Computing one message at full depth.")  # fmt: skip
    learning: float = uncertainty(1, 0.1, 20, unit="orders", zh="学习所需订单数", en="Orders to know half",
                                  help_zh="有了多少订单，机器才了解一个人的一半。",
                                  help_en="Orders after which the machine knows half of what it ever will.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Personal depth = depth · orders/(orders + learning), from the orders on record."""
        if self.depth > 0:
            orders = world.members["orders"].astype(np.float32)
            effects.add_to(
                Channel.PERSONALISATION, np.float32(self.depth) * orders / (orders + np.float32(self.learning))
            )

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Depth · (system + messages · cost of a recommendation)."""
        return self.depth * (self.cost + self.message_cost * world.total("contacts"))

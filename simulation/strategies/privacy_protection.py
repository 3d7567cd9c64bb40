"""S29 Privacy protection: people decide what happens to their data."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class PrivacyProtection(Strategy):
    """Give people control over their data, and live with knowing less about them."""

    id: ClassVar[str] = "privacy_protection"
    rows: ClassVar[tuple[str, ...]] = ("S29",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "隐私保护与数据主权", "en": "Privacy protection"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：能看、能改、能删自己的数据，让人安心，被窥视的感觉随控制权减少。反噬：许多人会关掉数据授权，内容因此没那么贴"
        "合；刚推行时的隐私提示反而让人想起风险（John 等 2011）；每位成员都要花运维费。依据：Tucker（2014）；John、Acquisti 与 "
        "Loewenstein（2011）。大小与费用是教学假设。",
        "en": "Mechanism: to see, correct and delete one's data gives safety, and the feeling of being watched falls with "
        "control. Backfires: many withhold data, so that what arrives fits less well; notices at the start remind people of "
        "the risk (John et al. 2011); every member costs upkeep. Evidence: Tucker (2014); John, Acquisti & Loewenstein "
        "(2011). Sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"control": 0}

    control: float = lever(0.6, 0, 1, step=0.05, unit="index", zh="控制权", en="Control over data",
                           help_zh="0 为没有控制权，1 为完全由成员决定。",
                           help_en="0 gives none, 1 leaves everything to the members.")  # fmt: skip
    cost: float = setting(0.02, 0, 10, step=0.01, unit="¥/member", zh="每位成员的运维成本", en="Upkeep per member",
                          help_zh="完全控制时每位成员每周的费用。",
                          help_en="Weekly cost of one member at full control.")  # fmt: skip
    withheld: float = uncertainty(0.04, 0, 0.3, step=0.01, unit="index", zh="相关度损失", en="Relevance lost to withheld data",
                                  help_zh="完全控制时，内容相关度下降多少。",
                                  help_en="Fall of relevance at full control.")  # fmt: skip
    alarm: float = uncertainty(0.02, 0, 1, step=0.01, unit="bad events/week", zh="提示引起的不安", en="Alarm by notices",
                               source="sign: John, Acquisti & Loewenstein 2011; size assumed",
                               help_zh="推行头四周，隐私提示相当于每周几次坏事。",
                               help_en="Bad experiences a week that notices amount to in the first four weeks.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Control up, relevance down, and alarm in the first four weeks."""
        effects.add(Channel.CONTROL, self.control)
        effects.add(Channel.RELEVANCE, -self.withheld * self.control)
        if world.week < self.start + 4:
            effects.add(Channel.BAD, self.alarm * self.control)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Members · upkeep · control."""
        return world.total("members") * self.cost * self.control

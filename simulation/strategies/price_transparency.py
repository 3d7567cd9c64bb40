"""S16 Price transparency: lay the costs behind the price open."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class PriceTransparency(Strategy):
    """Show customers what the product costs to make and what is earned on it."""

    id: ClassVar[str] = "price_transparency"
    rows: ClassVar[tuple[str, ...]] = ("S16",)
    topic: ClassVar[str] = "price"
    label: ClassVar[dict[str, str]] = {"zh": "价格透明", "en": "Price transparency"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：公开成本让人安心、积累信任，毛利公道时还促进购买。反噬：毛利高于约 55% 时，公开反而显得不公，购"
        "买与信任双双下滑；账目需要持续维护。依据：Mohan、Buell 与 John（2020）发现成本透明提高购买意愿，毛利显得不"
        "公时则逆转；斜率与 55% 的转折点是教学假设。",
        "en": "Mechanism: open costs reassure, earn trust and, at a fair margin, sell. Backfires: above a margin of "
        "about 55 % they look unfair, and both buying and trust decline; the figures must be kept up. Evidence: "
        "Mohan, Buell & John (2020) found that cost transparency raises purchase intent and that an unfair margin "
        "turns it round; the slope and the turning point of 55 % are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"disclosed": 0}

    disclosed: float = lever(0.5, 0, 1, step=0.05, unit="share", zh="公开比例", en="Share disclosed",
        help_zh="公开多少成本结构；效果取决于场景里的毛利率。",
        help_en="Share of the cost structure laid open; the effect depends on the gross margin.")  # fmt: skip
    cost: float = setting(15, 0, 1e5, step=5, unit="¥/week", zh="账目维护成本", en="Cost of keeping the figures",
        help_zh="全部公开时每周核算与发布的费用，按公开比例折算。",
        help_en="Weekly accounting and publishing at full disclosure, in proportion to the share.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Lay open the chosen share."""
        effects.add(Channel.TRANSPARENCY, self.disclosed)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Weekly cost · share disclosed."""
        return np.full(world.worlds, self.cost * self.disclosed)

"""Price rise: costs force list prices up."""

from __future__ import annotations

from math import log1p
from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class PriceRise(Shock):
    """Everybody pays more, buys less, and some of it is felt as unfair."""

    id: ClassVar[str] = "price_rise"
    label: ClassVar[dict[str, str]] = {"zh": "被迫涨价", "en": "Price rise"}
    note: ClassVar[dict[str, str]] = {
        "zh": "上游涨价传导到售价：每单更贵，买的次数变少，参照价让人更难接受，也有人觉得不公平。依据：价格弹性见 Bijmolt "
        "等（2005）；不公平感的大小是教学假设。",
        "en": "Costs are passed on: orders get dearer and fewer, the reference price makes it harder to accept, and"
        " some feel treated unfairly. Evidence: elasticity from Bijmolt et al. (2005); how unfair it feels is"
        " a teaching assumption.",
    }

    rise: float = uncertainty(0.3, 0, 1, unit="share of list price", zh="涨价幅度", en="Rise",
                              help_zh="强度为 1 时涨多少。", help_en="Rise of the price at full size.")  # fmt: skip
    unfair: float = uncertainty(0.1, 0, 1, unit="bad events/week", zh="不公平感", en="Felt unfairness",
                              help_zh="强度为 1 时，每周相当于几次坏事。", help_en="Bad experiences a week that it amounts to at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Price: + ln(1 + rise · size); bad experiences: + unfair · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.PRICE, log1p(self.rise * strength))
        effects.add(Channel.BAD, self.unfair * strength)

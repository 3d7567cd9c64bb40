"""Rival community: another community courts the members, who may belong to both."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class RivalCommunity(Shock):
    """A rival subsidises joining: members divide their attention and give the habit up only slowly."""

    id: ClassVar[str] = "rival_community"
    label: ClassVar[dict[str, str]] = {"zh": "竞品社群补贴", "en": "Rival community"}
    note: ClassVar[dict[str, str]] = {
        "zh": "竞品社群补贴拉人：成员不必退出，可以两边都在，注意力却被分走，发帖、下单跟着变少，久了也更容易离开；爱占便宜、不满意、不"
        "信任的人先去。补贴停了，分走的注意力要慢慢才回来。与价格战不同：那里丢的是订单，这里丢的是时间。大小是教学假设。",
        "en": "A rival community subsidises joining: members need not leave and can be in both, but attention is divided, so they "
        "post and order less and in time leave more easily; the deal-prone, the dissatisfied and the distrustful go first. "
        "When the subsidy ends, attention comes back slowly. A price war takes orders, this takes time. Sizes are teaching "
        "assumptions.",
    }

    pull: float = uncertainty(3, 0, 6, unit="log-odds", zh="吸引力", en="Pull",
                              help_zh="强度为 1 时，竞品对促销敏感度中等者的吸引力。", help_en="Pull of the rival at full size on people of middling deal-proneness.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Pull of the rival: + pull · size."""
        effects.add(Channel.RIVAL, self.pull * self.strength(nature.week))

"""S10 Group purchase and bargaining (拼团砍价): cheaper for those who find others."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class GroupBuying(Strategy):
    """Give a lower price to groups that members get together among the people they know."""

    id: ClassVar[str] = "group_buying"
    acquires: ClassVar[bool] = True
    rows: ClassVar[tuple[str, ...]] = ("S10",)
    topic: ClassVar[str] = "growth"
    label: ClassVar[dict[str, str]] = {"zh": "拼团砍价", "en": "Group purchase and bargaining"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：成员发起拼团、拉熟人凑够人数，全团享团购价，还没入群的朋友凭此加入；砍价时一部分人只帮忙、不下单：帮忙不花钱，答应的人更多，团更容易成、外面的朋友更容易进来，订单却更少。反噬：团购价"
        "少收的钱就是代价，拼团还会替代一半平日购买并压低参照价；人数门槛越高越难成团，拼不成的人失望、不再信任；天天求人“砍一刀”惹人烦、起戒心；反复被拉的人"
        "疲劳；冲着便宜来的人走得也快。依据：Luo 等（2014）；Jing 与 Xie（2011）：团购靠有见识的人去说服别人；成团概率、费用与"
        "只帮忙的比例是教学假设；外人应邀的爽快程度（成员的五分之一）也是。",
        "en": "Mechanism: members start a group and ask people they know; a full group pays the group price, and friends from "
        "outside join by it; in bargaining some only help: as that costs nothing more answer, groups fill and outsiders join, but orders are fewer. Backfires: the discount is revenue forgone, a group "
        "order replaces half the usual ones and lowers the price people are used to; the larger the group must be, the more "
        "often it fails, and those who fail are disappointed and trust less; being asked to help for nothing makes wary, being asked again and again tires; who came for "
        "the bargain leaves soon. Evidence: Luo et al. (2014); Jing & Xie (2011): group purchase works by the informed "
        "persuading others; chances, costs, the share who only help and how readily outsiders answer (a fifth as "
        "readily as members) are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"frequency": 0}

    frequency: float = lever(0.005, 0, 0.1, step=0.005, unit="groups/member/week", zh="开团频率", en="Groups started",
                             help_zh="每位成员平均每周可以发起几次拼团。",
                             help_en="Group purchases that an average member can start in a week.")  # fmt: skip
    size: int = lever(3, 2, 5, unit="people", zh="成团人数", en="Size of a group",
                      help_zh="凑够几个人才算成团。", help_en="People it takes for the group to come about.")  # fmt: skip
    discount: float = lever(0.2, 0, 0.5, step=0.05, unit="share", zh="团购折扣", en="Group discount",
                            help_zh="0.2 为团购价八折。", help_en="0.2 is 20 % off in a group.")  # fmt: skip
    bargain: float = lever(0.3, 0, 1, step=0.05, unit="share", zh="只帮忙砍价的比例", en="Share who only help",
                           help_zh="0 为纯拼团，1 为人人只帮发起人砍价。",
                           help_en="0 is pure group purchase; 1 has everybody only help the starter's price down.")  # fmt: skip
    cost: float = setting(10, 0, 500, step=1, unit="¥/group", zh="每团平台成本", en="Cost of a group",
                          help_zh="每成一团给团长的补贴，加上客服与推送。",
                          help_en="A thank-you for the starter, service and notices for each group that comes about.")  # fmt: skip
    running_cost: float = setting(10, 0, 1e5, step=5, unit="¥/week", zh="拼团工具费", en="Cost of the tool",
                                  help_zh="拼团小程序每周的费用。", help_en="Weekly cost of the mini-program.")  # fmt: skip

    nagging: float = uncertainty(0.4, 0, 1, unit="index", zh="求砍价的打扰", en="Nagging for help",
                                 help_zh="人人只帮忙时，邀请里有多少被当成推销，招来戒心与反感。",
                                 help_en="How much of an invitation counts as a sales pitch where all are asked only to help.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Let members start groups of the size at the log price ln(1 − discount); asking only for help is felt as a pitch."""
        if self.frequency == 0:
            return
        effects.add(Channel.GROUP, self.frequency)
        effects.add(Channel.GROUP_SIZE, self.size)
        effects.add(Channel.GROUP_PRICE, float(np.log1p(-self.discount)))
        effects.add(Channel.BARGAIN, self.bargain)
        effects.add(Channel.COMMERCE, self.nagging * self.bargain)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Tool + groups that came about · cost; the discount itself is revenue forgone."""
        return (world.total("groups") * self.cost + self.running_cost) * (self.frequency > 0)

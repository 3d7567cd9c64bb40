"""S31 Online and offline mixed: members meet in person, in small numbers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Salons(Strategy):
    """Invite members to meet in person, in a room of limited size."""

    id: ClassVar[str] = "salons"
    rows: ClassVar[tuple[str, ...]] = ("S31",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "线下沙龙", "en": "Salons in person"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：线上成员受邀到线下见面，来的人归属感大增，一起来过的人关系更牢；来的多半是看重归属、本来就满意的人，覆盖面有限。"
        "反噬：场地按座位、招待按人头花钱；上周来的人超过座位，体验变差，来的人失望，归属受损、信任下降；办得越多越累人。依据："
        "Sessions（2010）：参加线下聚会的人在线上更投入，没去的人与社群的联系反而可能变弱；归属与关系的大小、拥挤的影响和费用"
        "是教学假设。",
        "en": "Mechanism: members are invited to meet in person; those who come feel that they belong, and ties between them grow. "
        "Mostly those come who care for belonging and are satisfied anyway, so it reaches few. Backfires: the room costs by the "
        "seat and hospitality by the head; where more came last week than there are seats, the evening was poor, those who came "
        "are disappointed, belong less and trust less; more invitations tire people. Evidence: Sessions (2010): members who "
        "attend meet-ups become more engaged online, while their links to those who did not go may weaken; the size of "
        "belonging and ties, of crowding and of costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"invited": 0}

    invited: float = lever(0.08, 0, 0.5, step=0.01, unit="share/week", zh="每周邀请比例", en="Share invited per week",
                           help_zh="每周邀请多少成员线下见面。", help_en="Share of members invited to meet each week.")  # fmt: skip
    capacity: float = lever(8, 1, 200, step=1, unit="people", zh="座位数", en="Seats",
                            help_zh="每周的场地坐得下多少人。", help_en="People the room holds each week.")  # fmt: skip
    cost: float = setting(6, 0, 2000, step=1, unit="¥/person", zh="人均招待成本", en="Cost of a guest",
                          help_zh="每位到场者的茶点与物料。", help_en="Food, drink and materials for each who comes.")  # fmt: skip
    seat_cost: float = setting(1, 0, 500, step=0.5, unit="¥/seat", zh="每座场地费", en="Cost of a seat",
                               help_zh="座位有人没人都要付。", help_en="Paid whether or not somebody sits there.")  # fmt: skip
    host_cost: float = setting(10, 0, 1e5, step=5, unit="¥/week", zh="主持成本", en="Cost of the host",
                               help_zh="每周组织与主持的固定费用。", help_en="Fixed weekly cost of organising and hosting.")  # fmt: skip
    crowding: float = uncertainty(0.5, 0, 3, zh="拥挤的失望", en="Disappointment by crowding",
                                  help_zh="来的人是座位数两倍时，到场者归属需求的损失，也是增加的负面证据。",
                                  help_en="Loss of belonging, and evidence against trust, of guests where twice as many came "
                                          "as there are seats.")  # fmt: skip
    acquainted: float = uncertainty(1.2, 0, 5, unit="evidence", zh="见面的信任证据", en="Evidence in having met", grade="V",
                                    source="sign: Rocco 1998, trust online is repaired by meeting in person; size assumed",
                                    help_zh="来过一次增加多少信任证据。", help_en="Evidence for trust in having come once.")  # fmt: skip
    tiring: float = uncertainty(0.05, 0, 1, zh="邀请的疲劳", en="Fatigue from invitations",
                                help_zh="人人每周受邀时增加的疲劳。",
                                help_en="Weekly fatigue where everybody is invited each week.")  # fmt: skip

    effort: float = setting(8, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="邀约、布置与主持每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for invitations and hosting; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Invite; who came last week trusts more now; where guests exceeded the seats they feel it, up to twofold crowding."""
        if self.invited == 0:
            return
        effects.add(Channel.SALON, self.invited)
        effects.add(Channel.FATIGUE, self.tiring * self.invited)
        came = world.log["salon"]
        effects.add_where(Channel.GOOD, came > 0, self.acquainted)
        excess = np.clip(world.sum(came) / self.capacity - 1, 0, 1)
        if excess.any():
            effects.add_where(Channel.BELONGING, came > 0, -self.crowding * excess)
            effects.add_where(Channel.DOUBT, came > 0, self.crowding * excess)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Host + seats · cost of a seat + guests · cost of a guest."""
        guests = world.total("salon") * self.cost
        return (guests + self.host_cost + self.capacity * self.seat_cost) * (self.invited > 0)

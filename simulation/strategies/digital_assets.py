"""S27 Digital assets: sell insight from data, paid knowledge, and licences for what the community makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

QUARTER = 13
HALF_A_YEAR = 26
CREATING = 1.0
"""Activity from which somebody counts as a creator: about one post in ten weeks."""


@dataclass
class Archive:
    """What the community has made lately.

    Attributes:
        posts: (QUARTER, worlds) posts of the last weeks, overwritten in turn.
        licences: (worlds,) what licences brought this week, in ¥.
        taken: (people,) week of somebody's latest course, 0 for none.
    """

    posts: NDArray[np.float64]
    licences: NDArray[np.float64]
    taken: NDArray[np.int32]


class DigitalAssets(Strategy):
    """Turn data, knowledge and works of the community into revenue, at a price in privacy and fairness."""

    id: ClassVar[str] = "digital_assets"
    rows: ClassVar[tuple[str, ...]] = ("S27",)
    topic: ClassVar[str] = "price"
    label: ClassVar[dict[str, str]] = {"zh": "数字资产变现", "en": "Monetising digital assets"}
    earns: ClassVar[bool] = True
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：三条收入：把成员数据做成洞察产品出售；付费课程；把近一季成员作品授权给别人用（先要有人发帖，所以头一季收入少）。课程满"
        "足成长需求。反噬：数据用得越深，越多人觉得被窥视、起戒心，信任与购买都受损，有控制权才缓和；课程越贵买的人越少，制作费照付，推得太勤让人累，刚上过课的人半年内也不会再买；"
        "作品被拿去赚钱而创作者分不到，会觉得被剥削。依据：Aguirre 等（2015）与 Tucker（2014）：个人数据的使用与控制权；Terranova（2000）："
        "用户的免费劳动。价格、费用与怀疑的大小是教学假设。",
        "en": "Mechanism: three streams of revenue: insight from members' data is sold; courses are sold; works that members posted in "
        "the last quarter are licensed (somebody must post first, so the first quarter brings little). Courses feed growth. "
        "Backfires: the deeper data are used, the more people feel watched and grow wary, and trust and buying suffer, less so "
        "where they have control; the dearer a course, the fewer buy, while its making costs the same, offers tire people, and who took one is done for half a year; creators whose works earn "
        "money for others alone feel exploited. Evidence: Aguirre et al. (2015) and Tucker (2014) on use of personal data and "
        "control; Terranova (2000) on the free labour of users. Prices, costs and the size of doubt are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"data": 0, "courses": 0, "licensing": 0}

    data: float = lever(0.2, 0, 1, step=0.05, plausible=(0, 1), unit="index", zh="数据产品深度", en="Depth of data products",
                        help_zh="0 不出售数据洞察，1 把个人数据用到极致。",
                        help_en="0 sells no insight from data, 1 uses personal data to the utmost.")  # fmt: skip
    courses: float = lever(0.1, 0, 1, step=0.05, unit="1/week", zh="课程推介频率", en="Rate of course offers",
                           help_zh="每位成员每周有多大概率被推介一门付费课程。",
                           help_en="Probability that a member is offered a paid course this week.")  # fmt: skip
    course_price: float = lever(40, 0, 500, step=5, unit="¥", zh="课程价格", en="Price of a course",
                                help_zh="一门课卖多少钱。", help_en="What a course is sold for.")  # fmt: skip
    licensing: float = lever(0.5, 0, 1, step=0.1, unit="share", zh="作品授权比例", en="Works licensed",
                             help_zh="把近一季的成员作品授权出去多少。",
                             help_en="Share of the works of the last quarter that are licensed to others.")  # fmt: skip
    creator_share: float = lever(0.6, 0, 1, step=0.1, unit="share", zh="创作者分成", en="Share for the creators",
                                 help_zh="授权收入中分给创作者的比例。",
                                 help_en="Share of the licence income that goes to those who made the works.")  # fmt: skip
    data_value: float = setting(0.6, 0, 1000, step=0.1, unit="¥/member", zh="数据价值", en="Worth of data",
                                help_zh="深度为 1 时，每位成员每周的数据能卖多少钱。",
                                help_en="What the data of a member sell for in a week at full depth.")  # fmt: skip
    data_cost: float = setting(10, 0, 1e6, step=5, unit="¥/week", zh="数据团队成本", en="Cost of data products",
                               help_zh="深度为 1 时，每周整理与合规的费用。",
                               help_en="Weekly cost of preparing data and of compliance, at full depth.")  # fmt: skip
    course_cost: float = setting(25, 0, 1e6, step=5, unit="¥/week", zh="课程制作成本", en="Cost of making courses",
                                 help_zh="只要在卖课，每周的制作与更新费用。",
                                 help_en="Weekly cost of making and renewing courses while they are on sale.")  # fmt: skip
    licence_fee: float = setting(1.5, 0, 1000, step=0.5, unit="¥/post", zh="每帖授权费", en="Licence fee for a post",
                                 help_zh="近一季平均每周每帖授权能收多少钱。",
                                 help_en="What licensing brings each week for each weekly post of the last quarter.")  # fmt: skip
    exploited: float = uncertainty(0.25, 0, 1, step=0.01, unit="index", zh="被剥削感", en="Feeling exploited",
                                   help_zh="作品全部授权而分文不给时，创作者每周增加多少怀疑。",
                                   help_en="Weekly evidence against trust for creators if all is licensed and nothing shared.")  # fmt: skip
    pitching: float = uncertainty(0.1, 0, 0.5, step=0.01, unit="index", zh="推销课程的疲劳", en="Fatigue of course offers",
                                  help_zh="被推介一次课程增加多少疲劳。", help_en="Fatigue from being offered a course once.")  # fmt: skip
    effort: float = setting(10, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="数据、课程与授权每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for data, courses and licences; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Archive:
        """Nothing has been made yet."""
        return Archive(np.zeros((QUARTER, worlds)), np.zeros(worlds), np.zeros(people, np.int32))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Use data, offer courses to who took none lately, pay creators their share of last week's licences; the unpaid rest, squared, makes them doubt."""
        if self.data > 0:
            effects.add(Channel.EXPOSURE, self.data)
        if self.courses > 0:
            taken = world.notebook.taken
            ready = (taken == 0) | (world.week - taken > HALF_A_YEAR)
            effects.add_where(Channel.COURSE, ready, self.courses)
            effects.add(Channel.COURSE_PRICE, self.course_price)
            effects.add(Channel.FATIGUE, self.pitching * self.courses)
        if self.licensing > 0:
            activity = world.members["activity"]
            creates = (world.members["status"] == Status.MEMBER) & (activity >= CREATING)
            unpaid = self.exploited * self.licensing * (1 - self.creator_share) ** 2
            effects.add_where(Channel.DOUBT, creates, unpaid)
            if self.creator_share > 0:
                works = activity * creates
                each = self.creator_share * world.notebook.licences / np.maximum(world.sum(works), 1e-9)
                effects.add_to(Channel.PAYOUT, works * each.astype(np.float32)[world.world])

    def income(self, world: WorldView) -> NDArray[np.float64]:
        """Worth · depth · members + price · courses sold + licensing · fee · mean weekly posts of the last quarter."""
        if self.licensing > 0:
            world.notebook.posts[world.week % QUARTER] = world.total("posts")
            world.notebook.licences = self.licensing * self.licence_fee * world.notebook.posts.mean(0)
        if self.courses > 0:
            world.notebook.taken[world.log["course"] > 0] = world.week
        data = self.data * self.data_value * world.total("members")
        courses = self.course_price * world.total("courses") if self.courses > 0 else 0.0
        return data + courses + self._licences(world)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Depth · data team + making of courses while on sale + the creators' share of licences."""
        fixed = self.data * self.data_cost + (self.course_cost if self.courses > 0 else 0.0)
        return fixed + self.creator_share * self._licences(world)

    def _licences(self, world: WorldView) -> NDArray[np.float64]:
        licences: NDArray[np.float64] = world.notebook.licences
        return licences

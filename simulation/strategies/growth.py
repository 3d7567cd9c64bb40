"""S13 Growth triad: seed users, paid traffic and fit with a niche."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Source, Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

PICKING = 1300
"""Number of the operator's draw that picks seed users."""


@dataclass
class Campaign:
    """Who was picked as a seed user, and what this week's advertising cost."""

    seeds: NDArray[np.bool_]
    spent: NDArray[np.float64]
    picked: bool = False


class Growth(Strategy):
    """Look after hand-picked founders at first, buy reach every week, and aim it at all or at those whom it suits."""

    id: ClassVar[str] = "growth"
    rows: ClassVar[tuple[str, ...]] = ("S13",)
    topic: ClassVar[str] = "growth"
    acquires: ClassVar[bool] = True
    label: ClassVar[dict[str, str]] = {"zh": "增长三角（种子、投放、小众）", "en": "Growth triad"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：种子用户在最初几周得到照顾，更愿意说、更愿意邀请；投放把广告送到社群外的人面前；小众定位面向的人少，钱多了很快见顶，但来的人更合"
        "用、留得更久。反噬：同一批人看多了广告就不再反应，每多花一元换来的新人越来越少，获客成本随投放上升；广告先招来爱占便宜的人，"
        "他们买得少、走得早；花得太多，新人一生的毛利抵不上广告费。依据：Lewis（2006）优惠招来的顾客流失更快；投放收益递减是通行的"
        "反应曲线，大小与价格是教学假设。",
        "en": "Mechanism: seed users are looked after in the first weeks and talk and invite more; advertising reaches people "
        "outside; a niche holds fewer people and runs dry sooner, but those who come are better served and stay longer. Backfires: people who see the "
        "same advertisement again stop responding, so each further yuan brings fewer newcomers and acquisition becomes dearer "
        "with spend; advertising brings the deal-prone first, who buy less and leave sooner; beyond a point their lifetime "
        "margin does not pay for it. Evidence: Lewis (2006), customers won by deals leave sooner; diminishing returns are the "
        "usual response curve, sizes and prices are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"budget": 0, "seeds": 0, "niche": 0}

    budget: float = lever(60, 0, 5000, step=20, unit="¥/week", zh="投放预算", en="Advertising budget",
                          help_zh="每周最多花多少钱买流量。", help_en="Most that is spent on reach in a week.")  # fmt: skip
    seeds: float = lever(0.2, 0, 1, step=0.05, unit="share", zh="种子用户占比", en="Share of seed users",
                         help_zh="从创始成员里挑出多大比例精心照顾。", help_en="Share of the founders picked to be looked after.")  # fmt: skip
    niche: float = lever(0.3, 0, 1, step=0.1, unit="share", zh="小众聚焦", en="Focus on a niche",
                         help_zh="0 面向所有人，1 只面向最合适的人。", help_en="0 aims at everybody, 1 only at those it suits best.")  # fmt: skip
    seed_weeks: int = setting(12, 1, 104, unit="weeks", zh="种子期", en="Weeks for seed users",
                              help_zh="从开始起照顾种子用户多少周。", help_en="Weeks from the start in which they are looked after.")  # fmt: skip
    seed_cost: float = setting(1.5, 0, 1000, step=0.5, unit="¥/person and week", zh="每位种子用户的费用", en="Cost of a seed user",
                               help_zh="样品、专属群与陪伴。", help_en="Samples, a group of their own and company.")  # fmt: skip
    cpm: float = setting(60, 1, 5000, step=5, unit="¥/1,000 views", zh="千次曝光价格", en="Price of 1,000 views",
                         help_zh="广告展示一千次多少钱。", help_en="What a thousand views cost.")  # fmt: skip
    cap: float = setting(5, 0.5, 50, step=0.5, unit="views/week", zh="每人频次上限", en="Most views per person",
                         help_zh="平台每周最多给一个人看几次；买不到的钱不花。",
                         help_en="Views a platform shows one person in a week at most; what cannot be bought is not spent.")  # fmt: skip
    response: float = uncertainty(0.0012, 0, 0.02, step=0.0001, unit="1/week", zh="广告反应上限", en="Response to advertising",
                                  help_zh="看得再多，一个人每周因广告加入的速率最多是多少。",
                                  help_en="Most that advertising adds to a person's hazard of joining.")  # fmt: skip
    narrow: float = uncertainty(0.6, 0, 1, unit="share", zh="小众触达损失", en="Reach lost to a niche",
                                help_zh="完全聚焦时，多大比例的人不再是目标。", help_en="Share of the people who are not aimed at at full focus.")  # fmt: skip
    fit: float = uncertainty(0.04, 0, 0.2, unit="gain/week", zh="小众契合", en="Fit of a niche",
                             help_zh="完全聚焦时，广告招来的人功能需求每周多得多少。",
                             help_en="Weekly gain in functional needs, at full focus, of people who came by advertising.")  # fmt: skip
    relevance: float = uncertainty(0.2, 0, 0.8, unit="index", zh="小众相关度", en="Relevance of a niche",
                                   help_zh="完全聚焦时，内容对他们的相关度高出多少。",
                                   help_en="How much more relevant what arrives is to them at full focus.")  # fmt: skip
    staying: float = uncertainty(0.6, 0, 2, unit="log-odds", zh="合用者更长久", en="Staying of those it suits",
                                 help_zh="完全聚焦时，广告招来的人流失的对数几率低多少。",
                                 help_en="Log-odds of leaving that people who came by advertising lack at full focus.")  # fmt: skip
    talk: float = uncertainty(1.0, 0, 3, unit="log rate", zh="种子口碑", en="Word of mouth of seed users",
                              help_zh="种子用户的口碑传播对数上升多少。", help_en="Log by which their word of mouth carries further.")  # fmt: skip
    inviting: float = uncertainty(0.15, 0, 1, unit="index", zh="种子邀请", en="Inviting by seed users",
                                  help_zh="相当于多大的推荐奖励。", help_en="Referral reward that the care amounts to.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Campaign:
        """Nobody is picked and nothing spent yet."""
        return Campaign(np.zeros(people, np.bool_), np.zeros(worlds))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Media hazard = response · a · (1 − e^{−views per person aimed at}), a = 1 − narrow · niche; views = spend/price.

        People who came by media gain fit · niche and relevance · niche and leave less, − staying · niche; seed users talk and invite for some weeks.
        """
        campaign: Campaign = world.notebook
        status = world.members["status"]
        prospects = world.count(status == Status.PROSPECT)
        reach = 1 - self.narrow * self.niche
        aimed = prospects * reach
        campaign.spent = np.minimum(self.budget, aimed * self.cap * self.cpm / 1000)
        if self.budget > 0:
            # The same money meets fewer people in a niche, who see it oftener: narrow aims run dry sooner.
            views = campaign.spent * 1000 / self.cpm / np.maximum(aimed, 1)
            hazard = self.response * reach * -np.expm1(-views)
            effects.add(Channel.MEDIA, hazard.astype(np.float32))
        if self.niche > 0:
            won = (status == Status.MEMBER) & (world.members["source"] == Source.MEDIA)
            effects.add_where(Channel.FUNCTIONAL, won, self.fit * self.niche)
            effects.add_where(Channel.CHURN, won, -self.staying * self.niche)
            effects.add_where(Channel.RELEVANCE, won, self.relevance * self.niche)
        if self.seeds > 0 and world.week < self.start + self.seed_weeks:
            if not campaign.picked:
                founders = (status == Status.MEMBER) & (world.members["source"] == Source.FOUNDER)
                campaign.seeds = founders & (world.coin(PICKING) < self.seeds)
                campaign.picked = True
            seeds = campaign.seeds & (status == Status.MEMBER)
            effects.add_where(Channel.VOICE, seeds, self.talk)
            effects.add_where(Channel.REFERRAL, seeds, self.inviting)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Advertising really bought + seed users who are still there · cost while the care lasts."""
        campaign: Campaign = world.notebook
        if world.week >= self.start + self.seed_weeks:
            return campaign.spent.copy()
        seeds = campaign.seeds & (world.members["status"] == Status.MEMBER)
        return campaign.spent + self.seed_cost * world.count(seeds)

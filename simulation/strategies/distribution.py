"""S11 Distribution rebate (分销返利): a commission on what recruits buy, on one to three levels, with its legal risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

INSPECTION = 1100
"""Draw of the coin that decides whether the authority comes."""
RISKY_DEPTH = 3


@dataclass
class Casebook:
    """What the authority did: (worlds,) whether it fined this week."""

    fined: NDArray[np.bool_]


@njit(cache=True, nogil=True, error_model="numpy")
def _due(paid: Any, referrer: Any, rates: Any) -> Any:
    """Commission of every recruiter on what the people below them paid, level by level."""
    due = np.zeros(len(paid))
    for i in range(len(paid)):
        if paid[i] > 0.0:
            upline = referrer[i]
            for rate in rates:
                if upline < 0:
                    break
                due[upline] += rate * paid[i]
                upline = referrer[upline]
    return due.astype(np.float32)


class Distribution(Strategy):
    """Pay members a share of what the people they recruited spend, and those whom these recruited."""

    id: ClassVar[str] = "distribution"
    acquires: ClassVar[bool] = True
    rows: ClassVar[tuple[str, ...]] = ("S11",)
    topic: ClassVar[str] = "growth"
    label: ClassVar[dict[str, str]] = {"zh": "分销返利", "en": "Distribution rebate"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：下线消费，上线拿佣金，于是人人拉人，社群涨得快；层级越多，发财的指望越大。反噬：邀请变成推销，朋友觉得被收割，"
        "戒心上升、信任下降；招来的人爱占便宜、留不久；佣金一直要付。法律警告：中国《禁止传销条例》（国务院令第 444 号，2005）禁止"
        "以下线销售业绩给上线计酬的“团队计酬”，组织者可处 50 万至 200 万元罚款；两高一部 2013 年意见规定，三级以上且三十人以上"
        "应追究组织者刑事责任。本实验室用每周一次的查处概率表示三级的风险，只为教学，不是法律意见。依据：Lewis（2006）与"
        "Wolters、Gedenk（2019）：奖励吸引促销敏感者；查处概率、罚款与其余大小是教学假设。",
        "en": "Mechanism: recruiters earn a commission on what their recruits spend, so everybody recruits and the community grows; "
        "more levels raise hopes of easy money. Backfires: invitations become sales pitches, friends feel harvested, grow wary "
        "and trust less; recruits are fond of deals and soon gone; the commission is due for ever. Legal warning: China's "
        "Regulation on the Prohibition of Pyramid Selling (State Council Decree 444, 2005) forbids paying uplines by the sales "
        "of their downlines, with fines of ¥500,000 to ¥2,000,000 for organisers; under a joint opinion of 2013 organisers of "
        "three or more levels with thirty or more people are prosecuted. The lab stands for this by a weekly chance of a fine "
        "at three levels; it teaches and is no legal advice. Evidence: Lewis (2006) and Wolters & Gedenk (2019): rewards draw "
        "the deal-prone; the chance, the fine and all other sizes are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"commission": 0}

    commission: float = lever(0.1, 0, 0.4, step=0.01, unit="share", zh="一级佣金率", en="Commission of the first level",
                              help_zh="直接下线每消费一元，上线得多少。",
                              help_en="Share of direct recruits' spend that goes to the recruiter.")  # fmt: skip
    depth: int = lever(2, 1, 3, unit="levels", zh="分销层级", en="Levels",
                       help_zh="佣金往上付几级；三级有法律风险。",
                       help_en="How many levels up are paid; three carry the legal risk.")  # fmt: skip
    taper: float = lever(0.5, 0, 1, step=0.05, unit="share", zh="逐级比例", en="Rate of the next level",
                         help_zh="每上一级的佣金率是下一级的几成。",
                         help_en="Commission rate of each further level relative to the one below.")  # fmt: skip
    cost: float = setting(20, 0, 1e5, step=5, unit="¥/week", zh="分销系统成本", en="Cost of the system",
                          help_zh="记账、结算与风控每周的费用。", help_en="Weekly cost of accounts and payments.")  # fmt: skip
    fine: float = setting(2e4, 0, 2e6, step=5000, unit="¥", zh="罚款", en="Fine",
                          help_zh="按这个小社群的规模缩小；条例规定的是 50 万至 200 万元。",
                          help_en="Scaled down to this small shop; the regulation says ¥500,000 to ¥2,000,000.")  # fmt: skip
    people: int = setting(30, 1, 1000, unit="people", zh="涉案人数门槛", en="People from which it is a case", grade="V",
                          source="joint opinion of the courts, procuratorate and police 2013",
                          help_zh="链上的成员达到多少人才会被查处。",
                          help_en="Members in chains of recruits from which the authority may act.")  # fmt: skip
    risk: float = uncertainty(0.02, 0, 0.5, step=0.005, unit="1/week", zh="查处概率", en="Chance of a fine",
                              help_zh="三级且人数够多时，每周被查处的概率。",
                              help_en="Weekly chance of being fined with three levels and enough people.")  # fmt: skip
    scandal: float = uncertainty(1.0, 0, 10, zh="查处对信任的打击", en="Doubt after a fine",
                                 help_zh="查处当周，每位成员增加多少负面证据。",
                                 help_en="Evidence against trust for every member in the week of a fine.")  # fmt: skip
    lure: float = uncertainty(1.5, 0, 10, zh="佣金对邀请的拉动", en="Lure of the commission",
                              help_zh="各级佣金率之和乘以它，相当于推荐奖励强度。",
                              help_en="Times the sum of rates gives a referral reward that lures as much.")  # fmt: skip
    pitch: float = uncertainty(3, 0, 10, zh="邀请的推销味", en="How much invitations sell",
                               help_zh="各级佣金率之和乘以它，是邀请中推销的成分。",
                               help_en="Times the sum of rates gives how much an invitation is a sales pitch.")  # fmt: skip

    effort: float = setting(6, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="结算与管教下线每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for accounts and for recruiters; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Casebook:
        """Nobody has been fined yet."""
        return Casebook(np.zeros(worlds, np.bool_))

    @property
    def rates(self) -> list[float]:
        """Commission rate of each level that is paid."""
        return [self.commission * self.taper**level for level in range(self.depth)]

    def act(self, world: WorldView, effects: Effects) -> None:
        """Lure recruiters, turn invitations into pitches, pay last week's commissions, and await the authority."""
        if self.commission == 0:
            return
        effects.add(Channel.REFERRAL, self.lure * sum(self.rates))
        effects.add(Channel.COMMERCE, self.pitch * sum(self.rates))
        effects.add_to(Channel.PAYOUT, self._commissions(world))
        fined = self._fined(world) & effects.funded
        effects.add(Channel.DOUBT, np.where(fined, self.scandal, 0.0).astype(np.float32))
        world.notebook.fined[:] = fined

    def _commissions(self, world: WorldView) -> NDArray[np.float32]:
        """(people,) ¥ on last week's orders that each recruiter gets."""
        return np.asarray(_due(world.log["paid"], world.members["referrer"], np.asarray(self.rates)))

    def _fined(self, world: WorldView) -> NDArray[np.bool_]:
        """(worlds,) where the authority comes this week: three levels are paid and have formed, with enough people."""
        if self.depth < RISKY_DEPTH:
            return np.zeros(world.worlds, np.bool_)
        chain = np.where(world.members["status"] == Status.MEMBER, world.members["chain"], 0)
        recruits = world.count(chain > 0)
        formed = np.maximum.reduceat(chain, world.starts[:-1]) >= RISKY_DEPTH - 1
        return (recruits >= self.people) & formed & (world.lots(INSPECTION)[:, 0] < self.risk)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """System + Σ rate of a level · paid by people with so many links above them + fines."""
        if self.commission == 0:
            return np.zeros(world.worlds)
        owed = np.full(world.worlds, self.cost)
        for level, rate in enumerate(self.rates, 1):
            owed += rate * world.total(f"chain_{level}")
        owed += self.fine * world.notebook.fined
        return owed

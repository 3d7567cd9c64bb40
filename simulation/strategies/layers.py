"""S22 Layers: rank members by RFM and lifetime value, and care for each layer in its own way."""

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
from simulation.tallies import ascending, ranks
from simulation.view import WorldView

OUTSIDE, AUTOMATED, WORKSHOP, PERSONAL = -1, 0, 1, 2


@dataclass
class Layering:
    """Who is in which layer.

    Attributes:
        layer: (people,) 2 one-to-one, 1 workshops, 0 automated, −1 for who was no member when layers were drawn.
        fallen: (people,) who fell out of the top when layers were last drawn.
        analysed: Whether the layers were drawn anew this week.
    """

    layer: NDArray[np.int8]
    fallen: NDArray[np.bool_]
    analysed: bool = False


@njit(cache=True, nogil=True, error_model="numpy")
def _deal(rows: Any, bounds: Any, top: float, middle: float, layer: Any, fallen: Any) -> None:
    """Put the first share of each world's rows at the top, the next in the middle, and note who fell from the top."""
    fallen[:] = layer == PERSONAL
    layer[:] = OUTSIDE
    for world in range(len(bounds) - 1):
        here = bounds[world + 1] - bounds[world]
        first, next_ = int(np.rint(top * here)), int(np.rint(middle * here))
        for k in range(here):
            row = rows[bounds[world] + k]
            layer[row] = PERSONAL if k < first else WORKSHOP if k < first + next_ else AUTOMATED
            fallen[row] &= layer[row] != PERSONAL


@njit(cache=True, nogil=True, error_model="numpy")
def _worth(week: int, joined: Any, recency: Any, orders: Any, spent: Any) -> tuple[Any, Any]:
    """Minus the weeks since the last order, or since joining, and spending a week, less for who may have gone."""
    fresh, clv = np.empty(len(joined), np.int32), np.empty(len(joined))
    for i in range(len(joined)):
        tenure = max(week - joined[i], 1)
        silent = recency[i] if recency[i] >= 0 else tenure
        # Who has been silent for longer than usually between two orders has probably gone for good.
        usual = tenure / (orders[i] + 1)
        fresh[i] = -silent
        clv[i] = spent[i] / (tenure + 8) * usual / (usual + silent)
    return fresh, clv


class Layers(Strategy):
    """One-to-one care for the few, workshops for the next, machines for the rest, drawn anew every few weeks."""

    id: ClassVar[str] = "layers"
    rows: ClassVar[tuple[str, ...]] = ("S22",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "RFM 与 CLV 分层运营", "en": "RFM and CLV layers"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：按最近购买、频次、金额（RFM）与简单的生命周期价值排名。前 5% 一对一维护，真人跟进、内容贴心、受人尊重；其后 25% 请"
        "来参加工作坊；其余自动化触达，少打扰、少推销。反噬：排名只能看记录，开头几周一半以上看错人，贵重的服务给错了对象；名次会变，掉出顶层的"
        "人像被降级一样失落；一对一很贵，期限短就收不回来。依据：Fader、Hardie 与 Lee（2005）把 RFM 与 CLV 联系起来；Malthouse 与 "
        "Blattberg（2005）：预测的高价值顾客过半会看错；Wagner 等（2009）：降级的伤害。各层的效果与费用是教学假设。",
        "en": "Mechanism: members are ranked by recency, frequency and money (RFM) and by a simple lifetime value. The top 5 % are "
        "looked after one to one, by humans, with what fits them and with esteem; the next 25 % are asked to workshops; the rest "
        "are written to by machines, less often and with less selling. Backfires: ranks rest on records, and in the first "
        "weeks more than half of the top are not the best, so dear service goes to the wrong people; ranks change, and who falls out of the top feels demoted; "
        "one-to-one care is dear and does not pay back within a short horizon. Evidence: Fader, Hardie & Lee (2005) tie RFM to CLV; "
        "Malthouse & Blattberg (2005): more than half of those predicted to be the best are not; Wagner et al. (2009) on "
        "demotion. Sizes and costs of the layers are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"top": 0, "middle": 0, "automation": 0}

    top: float = lever(0.05, 0, 0.5, step=0.01, unit="share", zh="一对一层占比", en="Share in one-to-one care",
                       help_zh="排名最前的多大比例由真人一对一维护。",
                       help_en="Share of members, from the top of the ranking, whom humans look after one to one.")  # fmt: skip
    middle: float = lever(0.25, 0, 1, step=0.05, unit="share", zh="工作坊层占比", en="Share in workshops",
                          help_zh="其后多大比例的成员受邀参加工作坊。",
                          help_en="Share of members, next in the ranking, who are asked to workshops.")  # fmt: skip
    automation: float = lever(0.3, 0, 1, step=0.1, unit="index", zh="自动化程度", en="Automation of the rest",
                              help_zh="其余成员的触达减少多少、少推销多少；0 表示照旧。",
                              help_en="How much less the rest are written to and sold to; 0 leaves them as they were.")  # fmt: skip
    value: float = lever(0.5, 0, 1, step=0.1, unit="share", zh="CLV 权重", en="Weight of lifetime value",
                         help_zh="排名时看 CLV 的比重，其余看 RFM。",
                         help_en="Weight of lifetime value in the ranking; the rest is RFM.")  # fmt: skip
    every: int = setting(4, 1, 52, unit="weeks", zh="重算周期", en="Weeks between rankings",
                         help_zh="每隔几周重新排名。", help_en="Weeks after which the layers are drawn anew.")  # fmt: skip
    personal_cost: float = setting(1.2, 0, 1000, step=0.1, unit="¥/person", zh="一对一成本", en="Cost of one-to-one care",
                                   help_zh="每周一对一维护一个人的费用。",
                                   help_en="What looking after one person costs in a week.")  # fmt: skip
    workshop_cost: float = setting(0.1, 0, 1000, step=0.05, unit="¥/person", zh="工作坊成本", en="Cost of workshops",
                                   help_zh="每周为工作坊层的一个人花多少。",
                                   help_en="What workshops cost in a week for each person in that layer.")  # fmt: skip
    analysis_cost: float = setting(10, 0, 1e5, step=5, unit="¥", zh="每次排名成本", en="Cost of a ranking",
                                   help_zh="整理数据、重新排名一次的费用。",
                                   help_en="What gathering the data and ranking once costs.")  # fmt: skip
    care: float = uncertainty(0.06, 0, 0.2, step=0.005, unit="index", zh="一对一带来的尊重", en="Esteem by one-to-one care",
                              help_zh="受一对一维护的人每周尊重需求的增益。",
                              help_en="Weekly gain of the need for esteem of who is looked after.")  # fmt: skip
    invitations: float = uncertainty(0.25, 0, 1, unit="1/week", zh="工作坊邀请频率", en="Rate of workshop invitations",
                                     help_zh="工作坊层的人每周受邀的概率。",
                                     help_en="Probability that a person in that layer is asked this week.")  # fmt: skip
    fall: float = uncertainty(0.2, 0, 1, unit="index", zh="掉出顶层的失落", en="Hurt of falling out of the top", grade="V",
                              source="sign: Wagner et al. 2009; size assumed",
                              help_zh="掉出顶层当周，尊重需求受损多少。",
                              help_en="Loss of the need for esteem in the week of falling out of the top layer.")  # fmt: skip
    effort: float = setting(12, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="一对一维护和办工作坊每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for care and workshops; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Layering:
        """Nobody is in a layer yet."""
        return Layering(np.full(people, OUTSIDE, np.int8), np.zeros(people, np.bool_))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Draw layers when due; humans, relevance and esteem at the top, workshops next, less selling for the rest."""
        if self.top == self.middle == self.automation == 0:
            return
        book = world.notebook
        book.analysed = (world.week - self.start) % self.every == 0
        if book.analysed:
            self._draw_layers(world, book)
        member = world.members["status"] == Status.MEMBER
        personal, workshop, machine = (member & (book.layer == layer) for layer in (PERSONAL, WORKSHOP, AUTOMATED))
        if self.top > 0:
            effects.add_where(Channel.CONTACT, personal, 0.5)
            effects.add_where(Channel.HUMAN, personal, 0.8)
            effects.add_where(Channel.RELEVANCE, personal, 0.3)
            effects.add_where(Channel.ESTEEM, personal, self.care)
            if book.analysed:
                effects.add_where(Channel.ESTEEM, book.fallen & member, -self.fall)
        if self.middle > 0:
            effects.add_where(Channel.SALON, workshop, self.invitations)
        if self.automation > 0:
            effects.add_where(Channel.CONTACT, machine, -0.1 * self.automation)
            effects.add_where(Channel.SELLING, machine, 0.15 * self.automation)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Members looked after · cost + members in the workshop layer · cost + rankings, automation being free."""
        if self.top == self.middle == self.automation == 0:
            return np.zeros(world.worlds)
        member = world.members["status"] == Status.MEMBER
        heads = [world.count(member & (world.notebook.layer == which)) for which in (PERSONAL, WORKSHOP)]
        return (
            heads[0] * self.personal_cost + heads[1] * self.workshop_cost + self.analysis_cost * world.notebook.analysed
        )

    def _draw_layers(self, world: WorldView, book: Layering) -> None:
        """Rank the members of each world by (1 − value) · mean rank in R, F, M + value · rank in lifetime value."""
        members = world.members
        member = members["status"] == Status.MEMBER
        fresh, clv = _worth(world.week, members["joined"], members["recency"], members["orders"], members["spent"])
        rank = [ranks(column, member, world.starts) for column in (fresh, members["orders"], members["spent"], clv)]
        score = (1 - self.value) * (rank[0] + rank[1] + rank[2]) / 3 + self.value * rank[3]
        rows, bounds = ascending(-score, member, world.starts)
        _deal(rows, bounds, self.top, self.middle, book.layer, book.fallen)

"""S6 Co-creation: workshops, beta tests and votes on what is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

SEASON = 26
"""Weeks for which what members made stays in the range."""


@dataclass
class Shelf:
    """What members made: (worlds,) successes per member and week, averaged over about a season."""

    successes: NDArray[np.float64]


class Cocreation(Strategy):
    """Invite members to help make the product, and support them so that it succeeds."""

    id: ClassVar[str] = "cocreation"
    rows: ClassVar[tuple[str, ...]] = ("S6",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "共创", "en": "Co-creation"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：任务成功带来自我实现和自豪，滋养内在动机；参与者更爱买自己参与做成的东西，成果上架后，其他人也用得更顺、买得更多。反噬：见效慢、花费高，两年内未必回本；缺少支持的任务多半"
        "失败，钱花了却什么也没带来；内在动机低的人不会响应。依据：Franke 等（2010）；Norton 等（2012）；Nishikawa "
        "等（2013、2017）在无印良品的实地数据与现场实验。任务成本与支持效果是教学假设。",
        "en": "Mechanism: a task that succeeds brings self-actualisation and pride and feeds intrinsic motivation; people buy "
        "more of what they helped to make, and once it is on sale it suits and sells to the others too. Backfires: "
        "slow and costly, it may not pay within two years; without support many tasks fail and the money is gone; "
        "people with little intrinsic motivation do not answer. Evidence: Franke et al. (2010); Norton et al. "
        "(2012); Nishikawa et al. (2013, 2017), field data and tests at Muji. Costs of a task and the effect of support are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"share": 0, "support": 0}

    share: float = lever(0.02, 0, 0.3, step=0.01, unit="share/week", zh="每周邀请比例", en="Share invited per week",
                         help_zh="每周邀请多少空闲成员参加共创任务。",
                         help_en="Share of idle members invited to a task each week.")  # fmt: skip
    support: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="支持力度", en="Support",
        help_zh="工具、辅导与反馈；力度越大越容易成功，也越贵。",
        help_en="Tools, coaching and feedback: more makes success likelier and dearer.")  # fmt: skip
    task_cost: float = setting(8, 0, 500, step=1, unit="¥/task", zh="每项任务成本", en="Cost of a task",
                               help_zh="一位成员参加一项任务的组织成本。",
                               help_en="What one member's task costs to run.")  # fmt: skip
    support_cost: float = setting(2, 0, 500, step=1, unit="¥/task", zh="支持成本", en="Cost of support",
                                  help_zh="全力支持时每项任务的附加成本。",
                                  help_en="Extra cost of a task at full support.")  # fmt: skip
    success_cost: float = setting(3, 0, 500, step=1, unit="¥/success", zh="成果落地成本", en="Cost of a success",
                                  help_zh="采纳并答谢一项成果的成本。",
                                  help_en="What adopting and rewarding one result costs.")  # fmt: skip
    support_effect: float = uncertainty(2, 0, 4, unit="log-odds", zh="支持对成功的影响",
                                        en="Effect of support on success",
                                        help_zh="全力支持使成功的对数几率提高多少。",
                                        help_en="Log-odds of success that full support adds.")  # fmt: skip

    usefulness: float = uncertainty(0.012, 0, 0.1, step=0.001, unit="gain/week", zh="成果的用处", en="Use of what was made", grade="V",
                                    source="sign: Nishikawa, Schreier & Ogawa 2013; size assumed",
                                    help_zh="货架上全是共创成果时，人人的功能需求每周多得多少。",
                                    help_en="Weekly gain of everybody's functional needs with a range full of what members made.")  # fmt: skip
    label_pull: float = uncertainty(0.08, 0, 0.5, step=0.01, unit="log rate", zh="共创标签的吸引", en="Draw of what users made", grade="V",
                               source="up to +20 % where the label says so, Nishikawa et al. 2017; taken lower, as not all of a range is labelled",
                               help_zh="货架上全是共创成果时，购买的对数速率提高多少。",
                               help_en="Log rate of buying gained with a range full of what members made.")  # fmt: skip
    range_half: float = uncertainty(0.02, 0.001, 0.5, step=0.001, unit="1/week", zh="铺满货架的速度", en="Successes that fill the range",
                                    help_zh="成果占货架 1 − e^{−每人每周成功数/它}。",
                                    help_en="The range is filled to 1 − e^{−successes per member and week/this}.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Shelf:
        """Nothing has been made yet."""
        return Shelf(np.zeros(worlds))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Invite, help those who came, and sell what was made: use and label in proportion to how full the range is of it."""
        effects.add(Channel.COCREATION, self.share)
        effects.add(Channel.COCREATION_SUCCESS, self.support_effect * self.support if self.share > 0 else 0.0)
        if self.share > 0:
            shelf: Shelf = world.notebook
            made = world.total("cocreated") / np.maximum(world.total("members"), 1)
            shelf.successes += (made - shelf.successes) / SEASON
            filled = -np.expm1(-shelf.successes / self.range_half)
            effects.add(Channel.FUNCTIONAL, (self.usefulness * filled).astype(np.float32))
            effects.add(Channel.BUYING, (self.label_pull * filled).astype(np.float32))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Tasks begun · (cost + support cost · support) + successes · cost of a success, 0 where nobody is invited."""
        tasks = world.total("tasks") * (self.task_cost + self.support_cost * self.support)
        return (tasks + world.total("cocreated") * self.success_cost) * (self.share > 0)

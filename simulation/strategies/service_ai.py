"""S20 AI service first, with humans at hand where it matters."""

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

DISCOVERY = 2000
"""Number of the operator's draw that decides who finds out about a hidden machine."""


@dataclass
class Talk:
    """Who has found out that the friendly voice is a machine."""

    found: NDArray[np.bool_]


class ServiceAI(Strategy):
    """Let machines serve first, say so or not, and keep humans for what machines cannot put right."""

    id: ClassVar[str] = "service_ai"
    rows: ClassVar[tuple[str, ...]] = ("S20",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "AI 客服与人工兜底", "en": "AI service with human fallback"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：AI 随时应答，多解决一部分失误；关键节点由人工兜底。不说明身份的 AI 更会卖货，说明了反而少卖一些。反噬：没有人"
        "工兜底，问题没解决的人困在机器里，更加恼火；隐瞒身份迟早被发现，一传十十传百，发现者觉得受骗，从此起疑；人工成本随占比平方上"
        "升。依据：Luo 等（2019）：外呼销售中，未披露的 AI 不输熟练员工，一披露购买下降 79.7%；这里取的大小远小于此，与发现速度、费用"
        "一样是教学假设。",
        "en": "Mechanism: machines answer at any hour and put some more failures right; humans take over where it matters. A "
        "machine that passes for a human sells better, one that says what it is sells a little less. Backfires: without "
        "humans, people whose trouble stays are trapped with a machine and resent it; a hidden machine is found out, word "
        "spreads, and whoever finds out feels deceived and doubts from then on; human cost grows with the square of the share. "
        "Evidence: Luo et al. (2019): in outbound sales calls undisclosed bots match proficient workers and disclosure cuts "
        "purchases by 79.7 %; sizes here are far smaller and, like discovery and costs, teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"ai": 0, "fallback": 0, "disclosed": 0}

    ai: float = lever(0.6, 0, 1, step=0.05, unit="share", zh="AI 服务占比", en="Share served by AI",
                      help_zh="多大比例的咨询先由 AI 应答。", help_en="Share of enquiries that a machine answers first.")  # fmt: skip
    fallback: float = lever(0.4, 0, 1, step=0.05, unit="share", zh="人工兜底比例", en="Human fallback",
                            help_zh="关键节点上多大比例的失误转人工。", help_en="Share of failures handed to humans where it matters.")  # fmt: skip
    disclosed: float = lever(1, 0, 1, step=1, unit="share", zh="说明是 AI", en="Says that it is a machine",
                             help_zh="0 不说明，1 一开始就说明。", help_en="0 hides it, 1 says so at once.")  # fmt: skip
    cost: float = setting(10, 0, 1e5, step=5, unit="¥/week", zh="系统成本", en="Cost of the system",
                          help_zh="全部由 AI 应答时每周的费用。", help_en="Weekly cost where machines answer all.")  # fmt: skip
    human_cost: float = setting(14, 0, 200, step=1, unit="¥/failure", zh="人工补救成本", en="Cost of a human repair",
        help_zh="每次失误都由人工处理时的单次成本；总成本随人工占比的平方上升。",
        help_en="Per failure if humans took all; the total grows with the square of their share.")  # fmt: skip
    fixed: float = uncertainty(0.12, 0, 0.15, step=0.01, unit="share", zh="AI 多解决的失误", en="Failures AI puts right",
                               help_zh="全部由 AI 应答时，多解决多大比例的失误。",
                               help_en="Further share of failures put right where machines answer all.")  # fmt: skip
    prompt: float = uncertainty(0.014, 0, 0.1, step=0.001, unit="gain/week", zh="随时应答的用处", en="Use of prompt answers",
                                help_zh="全部由 AI 应答时，功能需求每周多得多少。",
                                help_en="Weekly gain in functional needs where machines answer all.")  # fmt: skip
    trapped: float = uncertainty(0.5, 0, 2, unit="bad events", zh="困在机器里", en="Trapped with a machine",
                                 help_zh="问题没解决又找不到人，相当于再经历几次坏事。",
                                 help_en="Bad experiences that being left to a machine with one's trouble amounts to.")  # fmt: skip
    passing: float = uncertainty(0.03, 0, 0.5, unit="log rate", zh="隐瞒身份的销售力", en="Selling of a hidden machine", grade="V",
                                 source="sign: Luo et al. 2019; size assumed",
                                 help_zh="不说明时购买频率的对数上升多少。", help_en="Rise of the log purchase rate while hidden.")  # fmt: skip
    aversion: float = uncertainty(0.01, 0, 1.6, unit="log rate", zh="说明身份的代价", en="Price of saying so", grade="V",
                                  source="sign: Luo et al. 2019; size assumed",
                                  help_zh="说明之后购买频率的对数下降多少。", help_en="Fall of the log purchase rate once told.")  # fmt: skip
    discovery: float = uncertainty(0.005, 0, 0.2, step=0.001, unit="1/week", zh="识破速度", en="Rate of finding out",
                                   help_zh="与隐瞒身份的 AI 打交道的人每周识破的概率。",
                                   help_en="Probability per week that somebody served by a hidden machine finds out.")  # fmt: skip
    spread: float = uncertainty(8, 0, 50, zh="识破的传播", en="Spread of finding out",
                                help_zh="人人都识破时，识破的速度变成几倍再加一。",
                                help_en="How much faster people find out where all others have.")  # fmt: skip
    deceived: float = uncertainty(0.5, 0, 3, unit="bad events", zh="受骗感", en="Feeling deceived",
                                  help_zh="识破的那一周相当于经历几次坏事。",
                                  help_en="Bad experiences that finding out amounts to.")  # fmt: skip
    suspicion: float = uncertainty(0.03, 0, 0.3, step=0.005, unit="evidence/week", zh="此后的怀疑", en="Doubt from then on",
                                   help_zh="识破之后每周的怀疑。", help_en="Weekly doubt of those who have found out.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Talk:
        """Nobody has found out yet."""
        return Talk(np.zeros(people, np.bool_))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Machines put right fixed · AI more, humans take the fallback; trapped people and the deceived resent it.

        Hidden machines are found out with discovery · AI · (1 − disclosed) · (1 + spread · share who know).
        """
        if self.ai <= 0 and self.fallback <= 0:
            return
        effects.add(Channel.MACHINE, self.fixed * self.ai)
        effects.add(Channel.HUMAN, self.fallback)
        effects.add(Channel.FUNCTIONAL, self.prompt * self.ai)
        effects.add(Channel.BUYING, -self.aversion * self.ai * self.disclosed)
        stuck = self.trapped * self.ai * (1 - self.fallback)
        if stuck > 0:
            effects.add_where(Channel.BAD, world.log["unresolved"] > 0, stuck)
        hidden = self.ai * (1 - self.disclosed)
        if hidden > 0:
            self._hide(world, effects, hidden)

    def _hide(self, world: WorldView, effects: Effects, hidden: float) -> None:
        talk: Talk = world.notebook
        member = world.members["status"] == Status.MEMBER
        served = member & ((world.log["contacts"] > 0) | (world.log["orders"] > 0)) & effects.funded[world.world]
        members = np.maximum(world.count(member), 1)
        know = world.count(talk.found & member) / members
        chance = (self.discovery * hidden * (1 + self.spread * know)).astype(np.float32)
        news = served & ~talk.found & (world.coin(DISCOVERY) < chance[world.world])
        talk.found |= news
        effects.add_where(Channel.BAD, news, self.deceived)
        effects.add_where(Channel.DOUBT, talk.found & member, self.suspicion)
        effects.add_where(Channel.BUYING, ~talk.found, self.passing * hidden)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """System · AI + repair cost · fallback² · failures."""
        return self.cost * self.ai + self.human_cost * self.fallback**2 * world.total("failures")

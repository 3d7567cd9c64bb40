"""S24 Value resonance: say what the brand stands for, and do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

LEANINGS = 2400
"""Number of the draw that decides who doubts such claims whatever is done."""


@dataclass
class Record:
    """What has been done so far, and who doubts it anyway."""

    record: NDArray[np.float64]
    sceptic: NDArray[np.bool_]
    asked: bool = False


class ValueResonance(Strategy):
    """Claim to stand for sustainability and inclusiveness, and spend a share of sales on it."""

    id: ClassVar[str] = "value_resonance"
    rows: ClassVar[tuple[str, ...]] = ("S24",)
    topic: ClassVar[str] = "price"
    label: ClassVar[dict[str, str]] = {"zh": "价值共鸣", "en": "Value resonance"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：可持续与包容的主张有行动支撑，就赢得信任，带来一点归属与成长；行动要持续约一个季度才算得上口碑，没说出来的行动"
        "没人知道。反噬：说得比做得多就是“漂绿”，怀疑与赞许分量相当；行动按销售额花钱；还有一部分人无论如何都起疑，调门越高分歧越大。依"
        "据：Du、Bhattacharya 与 Sen（2010）：社会责任传播的关键障碍是怀疑；Delmas 与 Burbano（2011）论漂绿。大小、占比与费用是教学"
        "假设。",
        "en": "Mechanism: claims to sustainability and inclusiveness that deeds bear out earn trust and add a little belonging "
        "and growth; deeds need about a quarter to become a record, and deeds nobody is told of stay unknown. Backfires: "
        "saying more than one does is greenwashing, and doubt weighs as much as praise; deeds cost a share of sales; and some "
        "people doubt whatever is done, the more the louder the claims. Evidence: Du, Bhattacharya & Sen (2010), scepticism "
        "is the obstacle of such communication; Delmas & Burbano (2011) on greenwashing. Sizes, shares and costs are teaching "
        "assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"claims": 0, "deeds": 0}

    claims: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="主张", en="Claims",
                          help_zh="说得多响。", help_en="How loudly it is said.")  # fmt: skip
    deeds: float = lever(0.6, 0, 1, step=0.05, unit="index", zh="行动", en="Deeds",
                         help_zh="做得多实。", help_en="How much is done.")  # fmt: skip
    cost: float = setting(0.01, 0, 0.5, step=0.005, unit="share of sales", zh="行动成本", en="Cost of deeds",
                          help_zh="全力行动占销售额的比例。", help_en="Share of sales that full deeds take.")  # fmt: skip
    telling: float = setting(8, 0, 1e5, step=1, unit="¥/week", zh="传播成本", en="Cost of claims",
                             help_zh="全力宣传每周的费用。", help_en="Weekly cost of the loudest claims.")  # fmt: skip
    proof: float = setting(13, 1, 104, step=1, unit="weeks", zh="口碑形成周数", en="Weeks to a record",
                           help_zh="行动要多少周才基本被人承认。", help_en="Weeks in which most of what is done becomes a record.")  # fmt: skip
    weight: float = uncertainty(0.02, 0, 0.2, step=0.001, unit="evidence/week", zh="共鸣的分量", en="Weight of values",
                                source="symmetric: doubt about values weighs as much as praise; size is a teaching assumption",
                                help_zh="言行一致（或不一致）时每周的信任证据。",
                                help_en="Weekly evidence for trust where words and deeds agree, against it where they do not.")  # fmt: skip
    meaning: float = uncertainty(0.006, 0, 0.1, step=0.001, unit="gain/week", zh="意义感", en="Sense of meaning",
                                 help_zh="言行一致时，成长与归属需求每周各多得多少。",
                                 help_en="Weekly gain of growth and of belonging where words and deeds agree.")  # fmt: skip
    sceptics: float = uncertainty(0.2, 0, 1, unit="share", zh="怀疑者占比", en="Share of sceptics", grade="V",
                                  source="sign: Du, Bhattacharya & Sen 2010; size assumed",
                                  help_zh="无论做什么都起疑的人占多少。", help_en="Share of people who doubt whatever is done.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Record:
        """Nothing has been done yet."""
        return Record(np.zeros(worlds), np.zeros(people, np.bool_))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Good + weight · min(claims, record); doubt + weight · (claims − record)₊, for sceptics weight · claims and no good.

        The record follows the deeds: record ← record + (deeds − record) · 3/proof, at most at once.
        """
        so_far: Record = world.notebook
        so_far.record += (np.where(effects.funded, self.deeds, 0.0) - so_far.record) * min(3 / self.proof, 1)
        if self.claims <= 0:
            return
        if not so_far.asked:
            so_far.sceptic = world.coin(LEANINGS) < self.sceptics
            so_far.asked = True
        believed = np.minimum(self.claims, so_far.record)
        effects.add_where(Channel.GOOD, ~so_far.sceptic, self.weight * believed)
        effects.add(Channel.DOUBT, self.weight * self.claims)
        effects.add_where(Channel.DOUBT, ~so_far.sceptic, -self.weight * believed)
        for need in (Channel.BELONGING, Channel.GROWTH):
            effects.add_where(need, ~so_far.sceptic, self.meaning * believed)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Deeds · cost · sales + claims · telling."""
        return self.deeds * self.cost * world.total("sales") + self.claims * self.telling

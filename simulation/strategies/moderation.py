"""S33 Automated moderation: take hurtful posts down before they are read."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Moderation(Strategy):
    """Let a machine check a share of the posts, more or less strictly, and let humans hear appeals."""

    id: ClassVar[str] = "moderation"
    rows: ClassVar[tuple[str, ...]] = ("S33",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "自动化审核", "en": "Automated moderation"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：机器检查帖子，伤人的内容在被看到之前拿下；越严，漏网越少。反噬：越严也越容易误删好帖，被误删的人失去信任，朋友"
        "也读不到；人工申诉能补救，但按件花钱。社群越吵，审核越值；太平无事时，严管得不偿失。依据：检出与误删的取舍是分类器的通则；大小"
        "与费用是教学假设。",
        "en": "Mechanism: a machine checks posts and takes hurtful ones down before they are read; the stricter, the fewer slip "
        "through. Backfires: strictness also takes down good posts, whose authors lose trust and whose friends have less to "
        "read; human appeals put that right at a price for each. The rougher the community, the more moderation is worth; "
        "in quiet times strictness costs more than it saves. Evidence: the trade-off between detection and false alarms is "
        "that of every classifier; sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"coverage": 0, "strictness": 0, "appeal": 0}

    coverage: float = lever(0.8, 0, 1, step=0.05, unit="share", zh="审核覆盖", en="Coverage",
                            help_zh="机器检查多大比例的帖子。", help_en="Share of the posts that the machine checks.")  # fmt: skip
    strictness: float = lever(0.2, 0, 1, step=0.05, unit="index", zh="严格程度", en="Strictness",
                              help_zh="0 只拿下确凿的，1 宁可错删。", help_en="0 takes down clear cases only, 1 rather too many.")  # fmt: skip
    appeal: float = lever(0.3, 0, 1, step=0.05, unit="share", zh="人工申诉", en="Human appeal",
                          help_zh="多大比例的误删由人工当场恢复。", help_en="Share of wrong removals that humans undo at once.")  # fmt: skip
    cost: float = setting(0.05, 0, 10, step=0.01, unit="¥/post", zh="机器审核成本", en="Cost of a check",
                          help_zh="机器检查一帖的费用。", help_en="What checking one post costs.")  # fmt: skip
    appeal_cost: float = setting(6, 0, 500, step=1, unit="¥/appeal", zh="申诉成本", en="Cost of an appeal",
                                 help_zh="人工复核一次的费用。", help_en="Work of hearing one appeal.")  # fmt: skip
    caught: float = uncertainty(0.5, 0, 1, unit="share", zh="宽松时的检出率", en="Detection when lenient",
                                help_zh="最宽松时检出多少伤人的帖子。", help_en="Share of hurtful posts found at least strictness.")  # fmt: skip
    caught_more: float = uncertainty(0.45, 0, 1, unit="share", zh="从严多检出", en="Further detection when strict",
                                     help_zh="最严时再多检出多少。", help_en="Further share found at most strictness.")  # fmt: skip
    false_alarm: float = uncertainty(0.15, 0, 1, unit="share", zh="最严时的误删率", en="False alarms when strict",
                                     help_zh="最严时误删多大比例的好帖；随严格程度的平方上升。",
                                     help_en="Share of good posts taken down at most strictness; grows with its square.")  # fmt: skip

    def alarms(self) -> float:
        """Probability that a harmless post is flagged: coverage · false alarm · strictness²."""
        return self.coverage * self.false_alarm * self.strictness**2

    def act(self, world: WorldView, effects: Effects) -> None:
        """Moderation = coverage · (caught + more · strictness); strictness = false alarms · (1 − appeal)."""
        effects.add(Channel.MODERATION, self.coverage * (self.caught + self.caught_more * self.strictness))
        effects.add(Channel.STRICTNESS, self.alarms() * (1 - self.appeal))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Posts · (coverage · cost + false alarms heard · cost of an appeal)."""
        return world.total("posts") * (self.coverage * self.cost + self.alarms() * self.appeal * self.appeal_cost)

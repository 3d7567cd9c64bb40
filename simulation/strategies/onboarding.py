"""S34 Onboarding: the first weeks of newcomers are guided."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Onboarding(Strategy):
    """Welcome newcomers, show them around and see that somebody answers them."""

    id: ClassVar[str] = "onboarding"
    rows: ClassVar[tuple[str, ...]] = ("S34",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "新人引导", "en": "Onboarding"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：入群头几周有人迎接、教会怎么用、发帖有人回，新人更快找到用处和归属；回归的人也算新人，第 0 周的创始成员"
        "在最初几周同样是新人。越熟悉，引导越没用。反噬：引导过密是打扰，疲劳随力度的平方上升；项目拖得太长，花钱、添累，却不再"
        "有人需要。依据：Joyce 与 Kraut（2006）：首帖得到回复的新人更可能再发；力度、衰减与费用是教学假设。",
        "en": "Mechanism: in their first weeks people are welcomed, shown how things work and answered when they post, so they "
        "sooner find use and belonging; people who come back count as newcomers, and so do the founders of week 0 at first. "
        "The more familiar they are, the less guidance does. Backfires: guidance that is too dense intrudes, and fatigue grows "
        "with its square; a programme that drags on costs money and tires people who no longer need it. Evidence: Joyce & "
        "Kraut (2006): newcomers whose first post was answered were likelier to post again; strength, fading and costs are "
        "teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"intensity": 0}

    intensity: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="引导力度", en="Intensity of guidance",
                             help_zh="0 为放任自流，1 为天天有专人带。",
                             help_en="0 leaves newcomers alone, 1 has somebody at their side every day.")  # fmt: skip
    weeks: int = lever(8, 1, 52, unit="weeks", zh="引导周数", en="Weeks of guidance",
                       help_zh="加入后多少周之内算新人。", help_en="Weeks after joining in which people are guided.")  # fmt: skip
    cost: float = setting(0.2, 0, 200, step=0.1, unit="¥/newcomer and week", zh="带一位新人的成本", en="Cost of guiding a newcomer",
                          help_zh="全力引导时，每位新人每周的费用。",
                          help_en="What a newcomer costs in a week at full intensity.")  # fmt: skip
    usefulness: float = uncertainty(0.08, 0, 0.5, zh="引导的功能价值", en="Use of guidance",
                                    help_zh="全力引导使新人第一周的功能需求多得到多少满足。",
                                    help_en="Gain of the functional need in the first week at full intensity.")  # fmt: skip
    warmth: float = uncertainty(0.08, 0, 0.5, zh="引导的归属价值", en="Belonging by guidance",
                                help_zh="全力引导使新人第一周的归属需求多得到多少满足。",
                                help_en="Gain of belonging in the first week at full intensity.")  # fmt: skip
    answers: float = uncertainty(0.8, 0, 5, unit="replies/post", zh="引导带来的回复", en="Replies led to newcomers", grade="V",
                                 source="sign: Joyce & Kraut 2006; size assumed",
                                 help_zh="全力引导时，新人每帖多得几条回复。",
                                 help_en="Further replies a newcomer's post gets at full intensity.")  # fmt: skip
    familiar: float = uncertainty(4, 1, 26, unit="weeks", zh="熟悉所需周数", en="Weeks to know one's way",
                                  help_zh="多少周后引导的用处只剩 37%。",
                                  help_en="Weeks after which 37 % of the use of guidance is left.")  # fmt: skip
    tiring: float = uncertainty(0.12, 0, 1, zh="引导的疲劳", en="Fatigue from guidance",
                                help_zh="全力引导每周增加多少疲劳，按力度的平方计。",
                                help_en="Fatigue a week at full intensity; it grows with the square.")  # fmt: skip

    effort: float = setting(5, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="迎新与答疑每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week of welcoming and answering; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Gains intensity · e^{−(tenure − 1)/familiar}, fatigue tiring · intensity², both for newcomers alone."""
        if self.intensity == 0:
            return
        tenure = world.week - world.members["joined"]
        new = self._new(world, tenure)
        fading = np.exp((1 - np.arange(self.weeks + 1)) / self.familiar) * self.intensity
        needed = np.where(new, fading.astype(np.float32)[np.where(new, tenure, 0)], np.float32(0))
        effects.add_to(Channel.FUNCTIONAL, np.float32(self.usefulness) * needed)
        effects.add_to(Channel.BELONGING, np.float32(self.warmth) * needed)
        effects.add_to(Channel.REPLY, np.float32(self.answers) * needed)
        effects.add_where(Channel.FATIGUE, new, self.tiring * self.intensity**2)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Newcomers · cost · intensity."""
        new = self._new(world, world.week - world.members["joined"])
        return np.asarray(world.count(new) * (self.cost * self.intensity), np.float64)

    def _new(self, world: WorldView, tenure: NDArray[np.int32]) -> NDArray[np.bool_]:
        """(people,) who is being guided: a member for one to so many weeks."""
        return (world.members["status"] == Status.MEMBER) & (tenure >= 1) & (tenure <= self.weeks)

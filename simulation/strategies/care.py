"""S23 Emotional care at personal moments: birthdays and anniversaries of joining."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WEEKS_OF_A_YEAR, WorldView

GREETED = 2300
"""Draw of the coin that decides whose moment is honoured."""


MEMBER = int(Status.MEMBER)


@njit(cache=True, nogil=True, error_model="numpy")
def _moments(week: int, status: Any, joined: Any, left: Any, birthday: Any) -> Any:
    """Whose birthday or anniversary of joining is this week; who leaves in it has been greeted, who joins has not."""
    moments = np.zeros(len(status), np.bool_)
    today = week % WEEKS_OF_A_YEAR
    for i in range(len(status)):
        tenure = week - joined[i]
        if tenure > 0 and (status[i] == MEMBER or left[i] == week):
            moments[i] = birthday[i] == today or tenure % WEEKS_OF_A_YEAR == 0
    return moments


class Care(Strategy):
    """Greet people on their birthday and on the day they joined, by hand or by template."""

    id: ClassVar[str] = "care"
    rows: ClassVar[tuple[str, ...]] = ("S23",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "情感关怀", "en": "Emotional care"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：生日和入群周年收到问候与小礼，觉得被记得，尊重、归属和信任都涨一点；每人一年只有两次，效果来得慢。反噬：手写"
        "最暖也最贵；用模板省钱，模板多到一定程度，人觉得是敷衍，怀疑其用心，得不偿失。依据：Morales（2005）：顾客回报看得见的"
        "用心；Palmatier 等（2009）：感激之情是关系营销起作用的途径。大小、门槛与费用是教学假设。",
        "en": "Mechanism: a greeting and a small gift on the birthday and on the anniversary of joining make people feel "
        "remembered; esteem, belonging and trust rise a little, and as each has two such days a year it works slowly. "
        "Backfires: handwriting is warmest and dearest; templates save money, but beyond a point people find them hollow and "
        "doubt the intention, which undoes the good. Evidence: Morales (2005): customers reward effort they can see; Palmatier "
        "et al. (2009): gratitude is what makes relationship marketing work. Sizes, the point and costs are teaching "
        "assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"reach": 0}

    reach: float = lever(1, 0, 1, step=0.05, unit="share", zh="覆盖比例", en="Moments honoured",
                         help_zh="多少个人时刻会收到问候。", help_en="Share of personal moments that are honoured.")  # fmt: skip
    automation: float = lever(0.3, 0, 1, step=0.05, unit="share", zh="模板化程度", en="Automation",
                              help_zh="0 为手写，1 为全用模板。", help_en="0 is handwritten, 1 is all template.")  # fmt: skip
    handwritten: float = setting(5, 0, 500, step=0.5, unit="¥/greeting", zh="手写问候成本", en="Cost of a handwritten greeting",
                                 help_zh="一份手写问候与小礼的费用。", help_en="A card by hand and a small gift.")  # fmt: skip
    templated: float = setting(0.5, 0, 500, step=0.1, unit="¥/greeting", zh="模板问候成本", en="Cost of a template",
                               help_zh="一条模板问候的费用。", help_en="One automatic greeting.")  # fmt: skip
    warmth: float = uncertainty(0.25, 0, 1, zh="问候的温度", en="Warmth of a greeting",
                                help_zh="一份手写问候使尊重与归属当周多得到多少满足。",
                                help_en="Gain of esteem and of belonging in the week of a handwritten greeting.")  # fmt: skip
    evidence: float = uncertainty(0.3, 0, 3, zh="问候的信任证据", en="Evidence in a greeting",
                                  help_zh="一份手写问候增加多少信任证据。",
                                  help_en="Evidence for trust in a handwritten greeting.")  # fmt: skip
    hollow_from: float = uncertainty(0.5, 0, 0.99, unit="share", zh="显得敷衍的门槛", en="Automation felt as hollow",
                                     help_zh="模板化超过多少，人会觉得敷衍。",
                                     help_en="Automation beyond which greetings feel hollow.")  # fmt: skip
    hollow: float = uncertainty(0.6, 0, 5, zh="敷衍的负面证据", en="Doubt from a hollow greeting",
                                help_zh="全用模板的问候增加多少负面证据。",
                                help_en="Evidence against trust in an all-template greeting.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Warmth and evidence · (1 − automation²) at a moment; doubt in proportion to automation beyond the point."""
        if self.reach == 0:
            return
        greeted = self._greeted(world)
        felt = 1 - self.automation**2
        effects.add_where(Channel.ESTEEM, greeted, self.warmth * felt)
        effects.add_where(Channel.BELONGING, greeted, self.warmth * felt)
        effects.add_where(Channel.GOOD, greeted, self.evidence * felt)
        beyond = max(self.automation - self.hollow_from, 0) / (1 - self.hollow_from)
        effects.add_where(Channel.DOUBT, greeted, self.hollow * beyond)

    def _greeted(self, world: WorldView) -> NDArray[np.bool_]:
        """(people,) members whose birthday or anniversary is this week and honoured."""
        status, joined, left = (world.members[name] for name in ("status", "joined", "left"))
        moment: NDArray[np.bool_] = _moments(world.week, status, joined, left, world.birthdays())
        if self.reach < 1:
            moment &= world.coin(GREETED) < self.reach
        return moment

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Greetings · (handwritten · (1 − automation) + template · automation)."""
        if self.reach == 0:
            return np.zeros(world.worlds)
        each = self.handwritten * (1 - self.automation) + self.templated * self.automation
        return np.asarray(world.count(self._greeted(world)) * each, np.float64)

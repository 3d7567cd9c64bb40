"""S15 Events along the four-step funnel, with seasonal themes against wear."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.curves import novelty
from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Events(Strategy):
    """Hold events for members so many times a week; new themes keep them fresh."""

    id: ClassVar[str] = "events"
    rows: ClassVar[tuple[str, ...]] = ("S15",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "主题活动", "en": "Events"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：活动按“痛点、兴趣、价值、反馈”四步展开，满足归属需求，也带动发帖。新鲜感大约四周后消退、八周见底，之后部分"
        "恢复；换季换主题可以重来一遍。反噬：场次越多越疲劳，疲劳让人少买、早走；新主题很花钱。依据：Godfrey 等（2011）；"
        "Rodrigues 等（2022）的新鲜感曲线来自游戏化研究，用在活动上是教学假设，费用也是。",
        "en": "Mechanism: events lead from a pain point over interest and value to feedback; they feed belonging and make "
        "people post. Novelty fades after about four weeks, is lowest after eight and partly returns; a new seasonal theme "
        "starts it anew. Backfires: more events tire people, and the tired buy less and leave sooner; themes cost money. "
        "Evidence: Godfrey et al. (2011); the novelty curve of Rodrigues et al. (2022) was measured for gamification, its "
        "use for events is a teaching assumption, and so are the costs.",
    }
    neutral: ClassVar[dict[str, float]] = {"frequency": 0, "themes": 0}

    frequency: float = lever(0.5, 0, 3, step=0.25, unit="events/week", zh="活动频率", en="Events a week",
                             help_zh="每位成员每周可以参加几场活动。",
                             help_en="Events that a member can attend in a week.")  # fmt: skip
    themes: float = lever(0.5, 0, 1, step=0.1, unit="share", zh="换主题的比例", en="Share with new themes",
                          help_zh="多少活动每季换新主题，其余一直照旧。",
                          help_en="Share of events that get a new theme every season; the rest stay as they are.")  # fmt: skip
    season: int = setting(6, 2, 52, unit="weeks", zh="一季的周数", en="Weeks of a season",
                          help_zh="多少周换一次主题。", help_en="Weeks after which a theme is replaced.")  # fmt: skip
    cost: float = setting(60, 0, 1e5, step=10, unit="¥/event", zh="每场活动成本", en="Cost of an event",
                          help_zh="场地、主持与物料。", help_en="Venue, host and materials.")  # fmt: skip
    theme_cost: float = setting(40, 0, 1e5, step=10, unit="¥/event", zh="新主题附加成本", en="Extra cost of a theme",
                                help_zh="全部活动都换主题时，每场多花多少。",
                                help_en="Extra cost of each event where all have new themes.")  # fmt: skip
    worn: float = uncertainty(0.4, 0, 1, unit="share", zh="新鲜感低谷", en="Lowest novelty", grade="V",
                              source="Rodrigues et al. 2022, for gamification",
                              help_zh="第 8 周前后还剩多少效果。",
                              help_en="Share of the effect left around the eighth week.")  # fmt: skip
    settled: float = uncertainty(0.7, 0, 1, unit="share", zh="熟悉后的效果", en="Novelty in the long run", grade="V",
                                 source="Rodrigues et al. 2022, for gamification",
                                 help_zh="半年后的效果占最初的几成。",
                                 help_en="Share of the first effect in the long run.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Events that draw people, e = frequency · [(1 − themes) · novelty(t) + themes · novelty(t mod season)]."""
        since = world.week - self.start
        fresh = (1 - self.themes) * novelty(since, self.worn, self.settled) + self.themes * novelty(
            since % self.season, self.worn, self.settled
        )
        effects.add(Channel.EVENTS, self.frequency * fresh)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Events · (cost + theme cost · themes)."""
        return np.full(world.worlds, self.frequency * (self.cost + self.theme_cost * self.themes))

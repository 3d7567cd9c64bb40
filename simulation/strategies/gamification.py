"""S3 Gamified tasks: check-in, challenges and a leaderboard, whose novelty wears off."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.curves import novelty
from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.tallies import ascending
from simulation.view import WorldView

ON_THE_BOARD = 0.1
"""Activity from which people appear on the leaderboard: a post within about 22 weeks."""


@njit(cache=True, nogil=True, error_model="numpy")
def _quantile(rows: Any, values: Any, q: float) -> float:
    """Quantile of the values of rows that are in ascending order, between two of them on the straight line."""
    at = (len(rows) - 1) * q
    below = int(at)
    above = min(below + 1, len(rows) - 1)
    return values[rows[below]] + (at - below) * (values[rows[above]] - values[rows[below]])


@njit(cache=True, nogil=True, error_model="numpy")
def _stand(rows: Any, bounds: Any, activity: Any, shown: float) -> Any:
    place = np.zeros(len(activity), np.int8)
    for world in range(len(bounds) - 1):
        board = rows[bounds[world] : bounds[world + 1]]
        if len(board) == 0:
            continue
        low, high = _quantile(board, activity, 0.5), _quantile(board, activity, 1.0 - shown)
        for row in board:
            if activity[row] >= high:
                place[row] = 1
            elif activity[row] < low:
                place[row] = -1
    return place


class Gamification(Strategy):
    """Turn taking part into a game that is fun at first, and rank people in it."""

    id: ClassVar[str] = "gamification"
    rows: ClassVar[tuple[str, ...]] = ("S3",)
    topic: ClassVar[str] = "incentives"
    label: ClassVar[dict[str, str]] = {"zh": "游戏化任务", "en": "Gamified tasks"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：签到养成习惯、带来一点归属；挑战带动发帖；排行榜让榜首有面子、发得更勤。新鲜感大约四周后消退、八周见底，之后部分恢复。"
        "反噬：新鲜劲过了，任务的负担还在，人越来越累；榜上垫底的人觉得丢脸，一人风光、多人失落；奖品按参与人数花钱。依据："
        "Rodrigues 等（2022）的新鲜感曲线；Hanus 与 Fox（2015）：课堂里的排行榜和徽章降低了动机与满意度；Goes 等（2016）："
        "等级激励到顶后失效。各项大小与费用是教学假设。",
        "en": "Mechanism: check-in makes a habit and a little belonging; challenges make people post; a leaderboard honours those "
        "at its top and spurs them on. Novelty fades after about four weeks, is lowest after eight and partly returns. Backfires: when it is no "
        "longer new the chore remains and tires people; those far down the board feel slighted, so that few shine and many "
        "lose face; prizes cost by the head. Evidence: the novelty curve of Rodrigues et al. (2022); Hanus & Fox (2015) found "
        "lower motivation and satisfaction with leaderboards and badges in class; Goes et al. (2016): ranks stop working at "
        "the top. Sizes and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"checkin": 0, "challenges": 0, "leaderboard": 0}

    checkin: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="签到", en="Check-in",
                           help_zh="0 为没有，1 为天天签到、断了可惜。",
                           help_en="0 is none, 1 is a daily check-in that one would not like to miss.")  # fmt: skip
    challenges: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="挑战任务", en="Challenges",
                              help_zh="0 为没有，1 为每天都有挑战。",
                              help_en="0 is none, 1 sets a challenge every day.")  # fmt: skip
    leaderboard: float = lever(0.3, 0, 1, step=0.05, unit="index", zh="排行榜醒目程度", en="Prominence of the leaderboard",
                               help_zh="0 为没有榜，1 为处处看得到名次。",
                               help_en="0 has no board, 1 shows ranks everywhere.")  # fmt: skip
    points_cost: float = setting(0.02, 0, 10, step=0.01, unit="¥/member and week", zh="签到积分成本", en="Cost of check-in points",
                                 help_zh="天天签到时，每位成员每周的积分成本。",
                                 help_en="Points of a member in a week of daily check-in.")  # fmt: skip
    prize: float = setting(1.0, 0, 500, step=0.5, unit="¥/poster", zh="人均奖品成本", en="Cost of prizes",
                           help_zh="挑战与排行榜全开时，每位参与者每周的奖品费用。",
                           help_en="Prizes of a week for each who takes part, with challenges and board at full.")  # fmt: skip
    shown: float = setting(0.1, 0.01, 0.5, step=0.01, unit="share", zh="榜首比例", en="Share at the top",
                           help_zh="榜上前百分之多少算风光。", help_en="Share of the board that is honoured.")  # fmt: skip
    pull: float = uncertainty(0.35, 0, 2, unit="log rate", zh="挑战对发帖的拉动", en="Pull of challenges on posting",
                              help_zh="新鲜时全力挑战使发帖对数速率提高多少。",
                              help_en="Log rate of posting that full challenges add while new.")  # fmt: skip
    belonging: float = uncertainty(0.02, 0, 0.2, zh="签到的归属价值", en="Belonging by check-in",
                                   help_zh="新鲜时天天签到每周带来多少归属。",
                                   help_en="Weekly gain of belonging by daily check-in while new.")  # fmt: skip
    honour: float = uncertainty(0.15, 0, 1, zh="榜首的面子", en="Honour at the top",
                                help_zh="榜首每周多得多少尊重。", help_en="Weekly gain of esteem at the top.")  # fmt: skip
    slight: float = uncertainty(0.06, 0, 1, zh="垫底的难堪", en="Slight at the bottom", grade="V",
                                source="sign: Hanus & Fox 2015; size assumed",
                                help_zh="榜上后一半的人每周失去多少尊重。",
                                help_en="Weekly loss of esteem in the lower half of the board.")  # fmt: skip
    chore: float = uncertainty(0.06, 0, 0.5, zh="任务负担", en="Fatigue from the chore",
                               help_zh="签到与挑战全开时每周增加的疲劳，不随新鲜感消退。",
                               help_en="Weekly fatigue of full check-in and challenges; it does not fade.")  # fmt: skip
    worn: float = uncertainty(0.4, 0, 1, unit="share", zh="新鲜感低谷", en="Lowest novelty", grade="V",
                              source="Rodrigues et al. 2022",
                              help_zh="第 8 周前后还剩多少效果。",
                              help_en="Share of the effect left around the eighth week.")  # fmt: skip
    settled: float = uncertainty(0.7, 0, 1, unit="share", zh="熟悉后的效果", en="Novelty in the long run", grade="V",
                                 source="Rodrigues et al. 2022",
                                 help_zh="长期效果占最初的几成。",
                                 help_en="Share of the first effect in the long run.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Check-in and challenges for everybody, novelty · size; fatigue without novelty; honour and slight by rank."""
        fresh = novelty(world.week - self.start, self.worn, self.settled)
        effects.add(Channel.BELONGING, self.belonging * self.checkin * fresh)
        effects.add(Channel.POSTING, self.pull * self.challenges * fresh)
        effects.add(Channel.FATIGUE, self.chore * (self.checkin + self.challenges) / 2)
        if self.leaderboard > 0:
            place = self._place(world)
            seen = self.leaderboard * fresh
            effects.add_where(Channel.ESTEEM, place > 0, seen * self.honour)
            effects.add_where(Channel.ESTEEM, place < 0, -seen * self.slight)
            effects.add_where(Channel.POSTING, place > 0, seen * self.pull)

    def _place(self, world: WorldView) -> NDArray[np.int8]:
        """(people,) 1 for the first on their world's board, −1 for its lower half, 0 for those between and off it."""
        activity = world.members["activity"]
        on_board = (world.members["status"] == Status.MEMBER) & (activity >= ON_THE_BOARD)
        rows, bounds = ascending(activity, on_board, world.starts)
        return np.asarray(_stand(rows, bounds, activity, self.shown))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Members · points · check-in + people who posted · prize · (challenges + leaderboard)/2."""
        points = world.total("members") * self.points_cost * self.checkin
        return points + world.total("posters") * self.prize * (self.challenges + self.leaderboard) / 2

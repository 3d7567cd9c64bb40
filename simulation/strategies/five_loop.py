"""S32 The five-loop operator: monitor, analyse, predict, intervene by A/B cells, optimise; a machine that runs itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.streams import normal
from simulation.view import WorldView

DRAW = 3200
ARMS = ("quiet", "service", "content", "offers")
QUIET, SERVICE, CONTENT, OFFERS = range(4)
PRIOR = 10.0
"""Imagined people whom every arm is given on top, all at the mean of everybody: few observations prove little."""


@dataclass
class Loops:
    """What the machine has measured and decided so far.

    Attributes:
        assignments: (people,) arm of each person, a place in :data:`ARMS`; −1 for who is in no cell.
        orders: (people,) orders since the latest decision.
        tried, scored, squared: (worlds, arms) people measured in each arm, sum of their scores and of the squares.
        means, spreads: One (worlds, arms) entry a decision: posterior mean of the score and its standard deviation.
        shares: One (worlds, arms) entry a decision: share of the people in the cells that each arm was given.
        decided: Whether the machine decided this week.
    """

    assignments: NDArray[np.int8]
    orders: NDArray[np.float64]
    tried: NDArray[np.float64]
    scored: NDArray[np.float64]
    squared: NDArray[np.float64]
    means: list[NDArray[np.float64]] = field(default_factory=list)
    spreads: list[NDArray[np.float64]] = field(default_factory=list)
    shares: list[NDArray[np.float64]] = field(default_factory=list)
    decided: bool = False


@njit(cache=True, nogil=True, error_model="numpy")
def _send(coins: Any, chosen: Any, starts: Any, mean: Any, spread: Any, assignments: Any) -> None:
    """Draw a score of each arm for everybody chosen, and put them where it is highest; nobody else is in a cell."""
    for world in range(len(mean)):
        for i in range(starts[world], starts[world + 1]):
            assignments[i] = -1
            if chosen[i]:
                best = -np.inf
                for arm in range(len(ARMS)):
                    drawn = mean[world, arm] + spread[world, arm] * normal(coins[i, arm])
                    if drawn > best:
                        best = drawn
                        assignments[i] = arm


@njit(cache=True, nogil=True, error_model="numpy")
def _measure(
    cell: Any, orders: Any, member: Any, joined: Any, starts: Any, since: int, delay: int, metric: float, found: Any
) -> None:
    """Count who was in each arm, and add up their scores and the squares of these."""
    found[:] = 0.0
    for world in range(len(starts) - 1):
        for i in range(starts[world], starts[world + 1]):
            if cell[i] >= 0:
                stayed = 1.0 if member[i] and joined[i] < since else 0.0
                score = (1.0 - metric) * orders[i] / delay + metric * stayed
                found[0, world, cell[i]] += 1.0
                found[1, world, cell[i]] += score
                found[2, world, cell[i]] += score * score


class FiveLoop(Strategy):
    """Try four ways of writing to members side by side, and give more people to what scores better."""

    id: ClassVar[str] = "five_loop"
    rows: ClassVar[tuple[str, ...]] = ("S32",)
    topic: ClassVar[str] = "data"
    label: ClassVar[dict[str, str]] = {"zh": "五环数据运营（AI 运营者）", "en": "Five-loop operation (AI operator)"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：监测、分析、预测、干预、优化循环。成员随机分进四组：照旧、服务消息、优质内容、天天促销；每到决策日按记录打分，用汤普"
        "森采样更新每组的信念，好的组分到更多人。反噬：机器只优化你给的指标。只看下单，它会学会天天促销，成员疲劳、流失、信任下降；看留存"
        "才克制，但要多等几轮才看得清。试错要花钱；决策太密，伤害还没显现就已换组；组与组之间会互相影响。依据：Thompson（1933）的采样"
        "法；Russo 等（2018）的综述；Godfrey 等（2011）触达过频的伤害。四种做法的大小与费用是教学假设；“响应由 72 小时缩到 4.2 小时”"
        "在以周为步的模型里没有对应，这里只有决策间隔周数。",
        "en": "Mechanism: monitor, analyse, predict, intervene, optimise, and again. Members are drawn into four cells: as usual, "
        "service messages, good content, daily offers; on every day of decision the records are scored, Thompson sampling "
        "updates what is believed of each cell, and better ones get more people. Backfires: the machine improves only the "
        "measure it is given. Judged by orders it learns to push offers every day, and people tire, leave and trust less; judged "
        "by who stays it holds back, but takes more rounds to see. Trying costs money; deciding too often ends a trial before "
        "harm shows; cells influence each other. Evidence: Thompson (1933); Russo et al. (2018) on sampling; Godfrey et al. "
        "(2011) on too much contact. Sizes and costs of the four ways are teaching assumptions. The claim of 72 hours cut to "
        "4.2 has no counterpart in weekly steps: here only weeks between decisions exist.",
    }
    neutral: ClassVar[dict[str, float]] = {"share": 0}

    share: float = lever(0.9, 0, 1, step=0.05, unit="share", zh="交给 AI 的成员比例", en="Members given to the machine",
                         help_zh="多大比例的成员分进实验组；其余照旧。",
                         help_en="Share of members who are drawn into the cells; the rest go on as usual.")  # fmt: skip
    metric: float = lever(0.5, 0, 1, step=0.1, unit="index", zh="优化指标：下单到留存", en="Measure: orders to staying",
                          help_zh="0 只看期间下单数，1 只看到下次决策时是否还在。",
                          help_en="0 scores orders alone, 1 scores alone whether somebody is still there at the next decision.")  # fmt: skip
    delay: int = lever(4, 1, 26, unit="weeks", zh="决策间隔", en="Weeks between decisions",
                       help_zh="每隔几周打分、重新分组；每个人在组里待这么久。",
                       help_en="Weeks after which cells are scored and drawn anew; people stay in a cell that long.")  # fmt: skip
    offers: float = setting(2.5, 0, 7, step=0.25, unit="messages/week", zh="促销组每周消息", en="Messages in the offers cell",
                            help_zh="天天促销组每周多收几条消息。",
                            help_en="Additional messages a week for members in the offers cell.")  # fmt: skip
    message_cost: float = setting(0.05, 0, 10, step=0.01, unit="¥/message", zh="每条消息成本", en="Cost of a message",
                                  help_zh="多发一条消息的费用。", help_en="What sending one more message costs.")  # fmt: skip
    service_cost: float = setting(0.15, 0, 20, step=0.05, unit="¥/message", zh="服务型消息的附加成本", en="Extra cost of service",
                                  help_zh="为一条服务型消息准备内容的费用。",
                                  help_en="What preparing the content of a service message costs.")  # fmt: skip
    content_cost: float = setting(15, 0, 1e5, step=5, unit="¥/week", zh="内容制作成本", en="Cost of content",
                                  help_zh="为内容组每周制作内容的费用，组里有人就要花。",
                                  help_en="What making content costs each week in which somebody is in that cell.")  # fmt: skip
    system_cost: float = setting(15, 0, 1e6, step=5, unit="¥/week", zh="系统成本", en="Cost of the system",
                                 help_zh="数据平台与算法每周的费用。", help_en="Weekly cost of the data platform and the machine.")  # fmt: skip
    memory: float = uncertainty(0.97, 0.5, 1, step=0.01, unit="share", zh="旧证据保留率", en="Memory of old evidence",
                                help_zh="每次决策时，以前的观测保留多大分量。",
                                help_en="Weight that earlier measurements keep at each decision.")  # fmt: skip
    effort: float = setting(8, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="照看机器每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week of minding the machine; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Loops:
        """Nothing is known and nobody is in a cell."""
        zero = np.zeros((worlds, len(ARMS)))
        return Loops(np.full(people, -1, np.int8), np.zeros(people), zero, zero.copy(), zero.copy())

    def act(self, world: WorldView, effects: Effects) -> None:
        """Monitor; on days of decision analyse, predict and draw the cells anew; intervene in each cell its own way."""
        if self.share == 0:
            return
        book = world.notebook
        since = world.week - self.start
        book.orders += world.log["orders"] if since > 0 else 0
        book.decided = since % self.delay == 0
        member = world.members["status"] == Status.MEMBER
        if book.decided:
            self._score(world, book, member)
            self._assign(world, book, member & effects.funded[world.world])
        for arm, channel, amount in (
            (SERVICE, Channel.CONTACT, 0.5), (OFFERS, Channel.CONTACT, self.offers),
            (SERVICE, Channel.RELEVANCE, 0.25), (OFFERS, Channel.RELEVANCE, -0.1),
            (SERVICE, Channel.SELLING, 0.5), (CONTENT, Channel.SUPPLY, 2), (CONTENT, Channel.SAMENESS, 0.3),
        ):  # fmt: skip
            effects.add_where(channel, member & (book.assignments == arm), amount)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """System + messages · (cost + extra in the service cell) + content in weeks in which somebody gets it."""
        if self.share == 0:
            return np.zeros(world.worlds)
        arm = world.notebook.assignments
        reached = (world.members["status"] == Status.MEMBER) | (world.log["leaves"] > 0)
        heads = [world.count((arm == k) & reached) for k in range(len(ARMS))]
        messages = (
            0.5 * heads[SERVICE] * (self.message_cost + self.service_cost)
            + self.offers * heads[OFFERS] * self.message_cost
        )
        return self.system_cost + messages + self.content_cost * (heads[CONTENT] > 0)

    def _score(self, world: WorldView, book: Loops, member: NDArray[np.bool_]) -> None:
        """Score everybody who was in a cell: (1 − metric) · orders a week + metric · still there; sum up by arm."""
        found = np.empty((3, *book.tried.shape))
        _measure(book.assignments, book.orders, member, world.members["joined"], world.starts,
                 world.week - self.delay, self.delay, self.metric, found)  # fmt: skip
        for total, new in zip((book.tried, book.scored, book.squared), found, strict=True):
            total[:] = self.memory * total + new
        book.orders[:] = 0

    def _believe(self, book: Loops) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Normal posteriors: each arm's mean drawn towards the mean of all, as if ten more had scored just that."""
        everybody = np.maximum(book.tried.sum(1, keepdims=True), 1)
        overall = book.scored.sum(1, keepdims=True) / everybody
        variance = np.maximum(book.squared.sum(1, keepdims=True) / everybody - overall**2, 1e-6)
        seen = book.tried + PRIOR
        return (book.scored + PRIOR * overall) / seen, np.sqrt(variance / seen)

    def _assign(self, world: WorldView, book: Loops, member: NDArray[np.bool_]) -> None:
        """Thompson sampling: everybody draws once from each arm's posterior and goes where the draw is highest."""
        mean, spread = self._believe(book)
        chosen = member & (world.coin(DRAW + 1) < self.share)
        _send(world.coins(DRAW), chosen, world.starts, mean, spread, book.assignments)
        given = np.stack([world.count(book.assignments == arm) for arm in range(len(ARMS))], 1)
        book.means.append(mean)
        book.spreads.append(spread)
        book.shares.append(given / np.maximum(given.sum(1, keepdims=True), 1))

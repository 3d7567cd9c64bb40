"""S28 Transparent governance: a public ledger of contributions, votes on it, and a share of sales for who contributed."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.curves import saturate
from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

UNDECIDED, BROAD, CAPTURED = 0, 1, 2
TOP = 0.1
FAIR_PAYOUT = 0.05
"""¥ a week at which a dividend has most of its effect on trust: what matters is to have been thought of."""


@dataclass
class Chamber:
    """What has been voted and decided.

    Attributes:
        called: Week of the latest vote, 0 before the first.
        due: Week in which its outcome takes effect, 0 while nothing is on its way.
        coming, ruling: (worlds,) outcome on its way, and in force: 0 none, 1 for all, 2 captured by the top decile.
        coming_top, top: (people,) top decile of token holders at that vote, and at the vote that is in force.
        power: One (worlds,) entry a vote: share of the power cast that the top decile cast; NaN where nobody voted.
        captured: One (worlds,) entry a vote: whether that was more than a half.
        dividends: (worlds,) ¥ paid out this week.
    """

    coming: NDArray[np.int8]
    ruling: NDArray[np.int8]
    coming_top: NDArray[np.bool_]
    top: NDArray[np.bool_]
    dividends: NDArray[np.float64]
    called: int = 0
    due: int = 0
    power: list[NDArray[np.float64]] = field(default_factory=list)
    captured: list[NDArray[np.bool_]] = field(default_factory=list)


@njit(cache=True, nogil=True, error_model="numpy")
def _powers(member: Any, tokens: Any, gamma: float) -> Any:
    """tokens^γ of every member."""
    power = np.zeros(len(member))
    for i in range(len(member)):
        if member[i]:
            if gamma in {0.0, 1.0}:
                power[i] = tokens[i] if gamma == 1.0 else 1.0
            else:
                power[i] = sqrt(tokens[i]) if gamma == 0.5 else tokens[i] ** gamma
    return power


@njit(cache=True, nogil=True, error_model="numpy")
def _pay(power: Any, each: Any, starts: Any, fairness: float) -> tuple[Any, Any]:
    """¥ of the dividend that each gets, and the evidence in it: fairness · tanh(share/fair payout)."""
    share, fair = np.zeros(len(power), np.float32), np.zeros(len(power), np.float32)
    for world in range(len(each)):
        for i in range(starts[world], starts[world + 1]):
            if power[i] > 0.0:
                share[i] = each[world] * power[i]
                fair[i] = fairness * saturate(share[i] / FAIR_PAYOUT)
    return share, fair


class Governance(Strategy):
    """Let members vote every so many weeks, and share sales by the ledger; tokens weigh as much as the operator wants."""

    id: ClassVar[str] = "governance"
    rows: ClassVar[tuple[str, ...]] = ("S28",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "透明治理与价值共享", "en": "Transparent governance"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：贡献记在公开账本上（发帖、购买、共创得通证），每隔几周投票，并按通证分一部分销售额。投票权与分红按“通证的 γ 次方”"
        "计：0 为一人一票，1 为一币一票。人人有份的决定让大家受尊重、有成长、更信任；通证越算数，大家越愿意贡献。反噬：约 6% 的人投票；"
        "γ 高时前一成的人握有投出票权的一半以上，决定偏向他们，其余的人生疑；决定要等，等待期间改进停摆；投票与分红花钱，分得越集中，"
        "感到被惦记的人越少。依据：DAO 数据：投票率约 6%，前 10% 的人握有 76% 的票权；Lalley 与 Weyl（2018）：二次方投票（γ = 0.5）。"
        "效果与费用的大小是教学假设。",
        "en": "Mechanism: contributions stand on a public ledger (posts, orders and co-creation earn tokens), members vote every few "
        "weeks, and part of the sales is shared. Power and shares go by tokens to the power γ: 0 is one head one vote, 1 is one "
        "token one vote. Decisions that all have a part in bring esteem, growth and trust; the more tokens count, the more people "
        "contribute. Backfires: about 6 % vote; at a high γ the top tenth casts more than half of the power, decisions favour them "
        "and the rest doubt; decisions take weeks, in which improvements wait; votes and dividends cost money, and the more "
        "unequal the shares, the fewer feel thought of. Evidence: DAO data: turnout of about 6 %, the top 10 % hold 76 % of the "
        "power; Lalley & Weyl (2018) on quadratic voting (γ = 0.5). Sizes of effects and costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"cycle": 0, "dividend": 0}

    cycle: int = lever(8, 0, 52, unit="weeks", zh="投票间隔", en="Weeks between votes",
                       help_zh="每隔几周投一次票；0 表示不投票。", help_en="Weeks from one vote to the next; 0 is no vote.")  # fmt: skip
    dividend: float = lever(0.01, 0, 0.3, step=0.005, unit="share", zh="分红比例", en="Dividend",
                            help_zh="每周拿出上周销售额的多大比例，按账本分给成员。",
                            help_en="Share of last week's sales that is paid out to members by the ledger.")  # fmt: skip
    gamma: float = lever(0.5, 0, 1, step=0.1, unit="index", zh="权力集中度 γ", en="Weight of tokens γ",
                         help_zh="票权与分红按通证的 γ 次方计：0 一人一票，0.5 二次方投票，1 一币一票。",
                         help_en="Power and shares are tokens to this power: 0 one head one vote, 0.5 quadratic, 1 one token one vote.")  # fmt: skip
    delay: int = setting(3, 1, 26, unit="weeks", zh="决定生效所需周数", en="Weeks until a decision takes effect",
                         help_zh="投票后几周才落实；其间其他改进要等。",
                         help_en="Weeks from a vote to its effect; other improvements wait meanwhile.")  # fmt: skip
    vote_cost: float = setting(80, 0, 1e6, step=10, unit="¥/vote", zh="每次投票成本", en="Cost of a vote",
                               help_zh="组织、说明与执行一次投票的费用。", help_en="What calling, explaining and carrying out a vote costs.")  # fmt: skip
    ledger_cost: float = setting(5, 0, 1e6, step=1, unit="¥/week", zh="账本成本", en="Cost of the ledger",
                                 help_zh="维护贡献账本每周的费用。", help_en="Weekly cost of keeping the ledger.")  # fmt: skip
    voice: float = uncertainty(0.004, 0, 0.05, step=0.001, unit="index", zh="共同决定的增益", en="Gain by a decision for all",
                               help_zh="人人有份的决定每周带给尊重与成长需求的增益。",
                               help_en="Weekly gain of esteem and growth while a decision that all had a part in is in force.")  # fmt: skip
    fairness: float = uncertainty(0.01, 0, 0.2, step=0.005, unit="index", zh="公正的信任证据", en="Evidence in being treated fairly",
                                  help_zh="决定照顾到自己，每周增加多少信任证据。",
                                  help_en="Weekly evidence for trust in a decision that favours oneself.")  # fmt: skip
    sharing: float = uncertainty(0.03, 0, 0.2, step=0.005, unit="index", zh="分红的信任证据", en="Evidence in a dividend",
                                 help_zh="分红想到自己，每周增加多少信任证据。",
                                 help_en="Weekly evidence for trust in having been thought of when sales are shared.")  # fmt: skip
    capture: float = uncertainty(0.06, 0, 0.5, step=0.01, unit="index", zh="被少数人把持的怀疑", en="Doubt under capture",
                                 help_zh="决定被少数人把持时，其余成员每周增加多少怀疑。",
                                 help_en="Weekly evidence against trust for the rest while a captured decision is in force.")  # fmt: skip
    waiting: float = uncertainty(0.004, 0, 0.05, step=0.001, unit="index", zh="等待决定的损失", en="Loss while decisions are awaited",
                                 help_zh="决定未落实时，功能需求每周受损多少。",
                                 help_en="Weekly loss of the functional need while a decision is on its way.")  # fmt: skip
    contribution: float = uncertainty(0.1, 0, 1, step=0.05, unit="log rate", zh="通证的激励", en="Pull of tokens on posting",
                                      help_zh="一币一票时，发帖速度（对数）提高多少。",
                                      help_en="Log by which people post more where tokens count in full.")  # fmt: skip
    effort: float = setting(8, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="组织讨论与投票每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week of debates and votes; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Chamber:
        """Nothing has been voted."""
        nobody = np.zeros(people, np.bool_)
        return Chamber(np.zeros(worlds, np.int8), np.zeros(worlds, np.int8), nobody, nobody.copy(), np.zeros(worlds))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Count last week's votes, call new ones when due, let decisions take effect, and pay dividends."""
        if self.cycle == 0 and self.dividend == 0:
            return
        book = world.notebook
        member = world.members["status"] == Status.MEMBER
        tokens = world.members["tokens"]
        power = _powers(member, tokens, self.gamma)
        effects.add(Channel.POSTING, self.contribution * self.gamma)
        if self.cycle > 0:
            self._sit(world, effects, book, member, tokens, power)
        book.dividends = self.dividend * world.sum(world.log["paid"])
        if self.dividend > 0:
            each = book.dividends / np.maximum(world.sum(power), 1e-9)
            share, fair = _pay(power, each, world.starts, self.sharing)
            effects.add_to(Channel.PAYOUT, share)
            effects.add_to(Channel.GOOD, fair)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Ledger + a vote in weeks in which one is held + dividends paid."""
        book = world.notebook
        if self.cycle == 0 and self.dividend == 0:
            return np.zeros(world.worlds)
        return self.ledger_cost + self.vote_cost * (book.called == world.week) + book.dividends

    def _sit(
        self,
        world: WorldView,
        effects: Effects,
        book: Chamber,
        member: NDArray[np.bool_],
        tokens: NDArray[np.float32],
        power: NDArray[np.float64],
    ) -> None:
        if book.called == world.week - 1 and book.called > 0:
            self._count(world, book, member, tokens, power)
            book.due = book.called + self.delay
        if 0 < book.due <= world.week:
            # A vote in which nobody took part leaves the last decision in force.
            decided = book.coming != UNDECIDED
            book.ruling[decided] = book.coming[decided]
            book.top = np.where(decided[world.world], book.coming_top, book.top)
            book.due = 0
        # Nothing new is put to the vote while the last decision is still being carried out.
        if book.due == 0 and (world.week - self.start) % self.cycle == self.cycle - 1:
            book.called = world.week
            effects.add(Channel.VOTE, 1)
        if book.due > 0 or book.called == world.week:
            effects.add(Channel.FUNCTIONAL, -self.waiting)
        broad = (book.ruling == BROAD).astype(np.float32)
        for channel, gain in (
            (Channel.ESTEEM, self.voice),
            (Channel.GROWTH, self.voice),
            (Channel.GOOD, self.fairness),
        ):
            effects.add(channel, np.float32(gain) * broad)
        if (book.ruling == CAPTURED).any():
            under = (book.ruling == CAPTURED)[world.world]
            effects.add_where(Channel.GOOD, under & book.top, self.fairness)
            effects.add_where(Channel.DOUBT, under & ~book.top, self.capture)

    def _count(
        self,
        world: WorldView,
        book: Chamber,
        member: NDArray[np.bool_],
        tokens: NDArray[np.float32],
        power: NDArray[np.float64],
    ) -> None:
        """Measure which share of the power cast the top decile cast; above one half the decision is theirs."""
        book.coming_top = np.zeros(len(member), np.bool_)
        for w in range(world.worlds):
            rows = np.flatnonzero(member[world.starts[w] : world.starts[w + 1]]) + world.starts[w]
            book.coming_top[rows[np.argsort(-tokens[rows], kind="stable")[: int(np.ceil(TOP * len(rows)))]]] = True
        cast = np.where(world.log["voted"] > 0, power, 0.0)
        whole = world.sum(cast)
        theirs = world.sum(np.where(book.coming_top, cast, 0.0))
        share = np.where(whole > 0, theirs / np.maximum(whole, 1e-9), np.nan)
        book.coming = np.where(whole > 0, np.where(share > 0.5, CAPTURED, BROAD), UNDECIDED).astype(np.int8)
        book.power.append(share)
        book.captured.append(share > 0.5)

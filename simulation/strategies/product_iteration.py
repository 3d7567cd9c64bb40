"""S7 Closed-loop product iteration: what members say and do goes into the next release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

WORTH_OF_A_RESULT = 10
WORTH_OF_A_COMPLAINT = 3
"""Posts that a co-creation success and a complaint tell as much as."""


@dataclass
class Backlog:
    """What is known and what has been released, per world."""

    feedback: NDArray[np.float64]  # collected since the last release, worth of posts
    fit: NDArray[np.float64]  # weekly gain of the functional need by all releases so far


class ProductIteration(Strategy):
    """Collect feedback and release a better product every few weeks, bugs included."""

    id: ClassVar[str] = "product_iteration"
    rows: ClassVar[tuple[str, ...]] = ("S7",)
    topic: ClassVar[str] = "cocreation"
    label: ClassVar[dict[str, str]] = {"zh": "产品闭环迭代", "en": "Closed-loop product iteration"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：帖子、投诉与共创成果攒成需求，每个周期发布一版；反馈越多改得越准，但边际递减；每版都让产品更合用，旧版慢慢过时。"
        "见效要等到发布之后。反噬：新版头两周故障多；发布太勤，故障不断、人要反复适应，太慢则反馈放凉；研发费用照付。没有社群反馈，"
        "迭代就没有内容。依据：MacCormack 等（2001）：较早取得用户反馈的项目产品更好；Thompson、Hamilton 与 Rust（2005）：功能"
        "越加越多，用起来反而疲劳。大小、故障率与费用是教学假设。",
        "en": "Mechanism: posts, complaints and co-created results pile up and go into a release each cycle; more feedback aims "
        "better, with diminishing returns; every release makes the product fit better, and slowly becomes outdated. Nothing "
        "happens before the first release. Backfires: a new version has more bugs for two weeks; releases too often mean bugs "
        "all the time and people who must relearn, releases too seldom let feedback grow stale; development is paid in any "
        "case. Without feedback there is nothing to release. Evidence: MacCormack, Verganti & Iansiti (2001): projects that "
        "had users' feedback early made better products; Thompson, Hamilton & Rust (2005): feature fatigue. Sizes, bugs and "
        "costs are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"investment": 0}

    investment: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="研发投入", en="Investment",
                              help_zh="0 为不改产品，1 为全力迭代。",
                              help_en="0 leaves the product as it is, 1 works on it with all hands.")  # fmt: skip
    cycle: int = lever(8, 1, 52, unit="weeks", zh="发布周期", en="Weeks between releases",
                       help_zh="每隔几周发布一版。", help_en="A version is released every so many weeks.")  # fmt: skip
    running_cost: float = setting(12, 0, 1e6, step=5, unit="¥/week", zh="研发日常成本", en="Running cost",
                                  help_zh="全力投入时每周的研发费用。", help_en="Weekly cost at full investment.")  # fmt: skip
    release_cost: float = setting(60, 0, 1e6, step=10, unit="¥/release", zh="发布成本", en="Cost of a release",
                                  help_zh="全力投入时测试与发布一版的费用。",
                                  help_en="Testing and releasing a version at full investment.")  # fmt: skip
    learning: float = uncertainty(0.012, 0, 0.1, step=0.001, zh="每版的改进", en="Improvement by a release", grade="V",
                                  source="sign: MacCormack, Verganti & Iansiti 2001; size assumed",
                                  help_zh="反馈量达到尺度的 1.7 倍时，全力投入的一版使功能需求每周多得多少。",
                                  help_en="Weekly gain of the functional need by a full-investment release on 1.7 times the "
                                          "scale of feedback.")  # fmt: skip
    scale: float = uncertainty(150, 1, 10000, step=10, unit="posts", zh="反馈量的尺度", en="Scale of feedback",
                               help_zh="改进随 ln(1 + 反馈/尺度) 增加。",
                               help_en="Improvement grows with ln(1 + feedback/scale).")  # fmt: skip
    obsolescence: float = uncertainty(0.015, 0, 0.2, step=0.005, unit="1/week", zh="过时速度", en="Obsolescence",
                                      help_zh="每周有多少改进变得过时。",
                                      help_en="Share of the improvement that is outdated after a week.")  # fmt: skip
    staleness: float = uncertainty(0.03, 0, 0.5, step=0.01, unit="1/week", zh="反馈变凉的速度", en="Feedback grown stale",
                                   help_zh="每周有多少未用的反馈不再有用。",
                                   help_en="Share of unused feedback that is worth nothing a week later.")  # fmt: skip
    bugs: float = uncertainty(0.5, 0, 4, unit="log-odds", zh="新版故障", en="Bugs of a new version",
                              help_zh="发布后两周，服务失误的对数几率增加多少。",
                              help_en="Log-odds of a failure added for two weeks after a release.")  # fmt: skip
    relearning: float = uncertainty(0.06, 0, 0.5, zh="适应新版的疲劳", en="Fatigue of relearning", grade="V",
                                    source="sign: Thompson, Hamilton & Rust 2005; size assumed",
                                    help_zh="每次发布给每位成员增加的疲劳。",
                                    help_en="Fatigue that a release adds for every member.")  # fmt: skip

    effort: float = setting(20, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="需求、开发与测试每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week for development and testing; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Backlog:
        """Nothing collected, nothing released."""
        return Backlog(np.zeros(worlds), np.zeros(worlds))

    def since_release(self, week: int) -> int:
        """Weeks since the last release, 0 in its week; −1 before the first, which comes after a whole cycle."""
        lived = week - self.start + 1
        return -1 if lived < self.cycle else lived % self.cycle

    def act(self, world: WorldView, effects: Effects) -> None:
        """Collect; at a release fit ← fit + learning · investment · ln(1 + feedback/scale); fit ages weekly."""
        if self.investment == 0:
            return
        backlog = world.notebook
        told = world.log["posts"] + WORTH_OF_A_COMPLAINT * world.log["unresolved"]
        told = told + WORTH_OF_A_RESULT * world.log["cocreated"].astype(np.int32)
        backlog.feedback *= 1 - self.staleness
        backlog.feedback += world.sum(told)
        backlog.fit *= 1 - self.obsolescence
        since = self.since_release(world.week)
        if since == 0:
            better = self.learning * self.investment * np.log1p(backlog.feedback / self.scale)
            backlog.fit += np.where(effects.funded, better, 0)
            backlog.feedback[effects.funded] = 0
            effects.add(Channel.FATIGUE, self.relearning)
        if since in (0, 1):
            effects.add(Channel.FAILURE, self.bugs)
        effects.add(Channel.FUNCTIONAL, backlog.fit.astype(np.float32))

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Investment · (running cost + cost of a release in its week)."""
        released = self.since_release(world.week) == 0
        return np.full(world.worlds, self.investment * (self.running_cost + self.release_cost * released))

"""S30 Feedback report: "you said, we did"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


@dataclass
class Inbox:
    """What has come in since the last report, and what the last report could say."""

    spoke: NDArray[np.bool_]  # (people,) who posted, complained or worked on a task
    issues: NDArray[np.float64]  # (worlds,) issues raised
    addressed: NDArray[np.float64]  # (worlds,) of them, dealt with by the last report


class FeedbackReport(Strategy):
    """Report every few weeks what members said and what was done about it."""

    id: ClassVar[str] = "feedback_report"
    rows: ClassVar[tuple[str, ...]] = ("S30",)
    topic: ClassVar[str] = "care"
    label: ClassVar[dict[str, str]] = {"zh": "反馈报告", "en": "Feedback report"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：每隔几周公布“你说的，我们做了”，投诉过、发过帖、参加过任务的人看到自己的话有了下文，更信任、更有面子；旁观者也"
        "多少受到感染。反噬：报告说要办的事多于团队办得完的，就是空头支票：落空的承诺按比例变成怀疑，说得越多伤得越重；报告太勤"
        "打扰人，太疏则少有人记得。依据：Tax、Brown 与 Chandrashekaran（1998）：投诉处理公平，承诺与信任才会上升；信任证据的"
        "大小、议题数与费用是教学假设。",
        "en": 'Mechanism: every few weeks a report says "you said, we did"; those who complained, posted or worked on a task see '
        "that their words led somewhere, trust more and feel regarded, and others who read it do a little. Backfires: where the "
        "report promises more than the team can do, unkept promises turn into doubt in proportion, and the more was promised "
        "the more it hurts; too frequent reports intrude, rare ones reach few. Evidence: Tax, Brown & Chandrashekaran (1998): "
        "fair handling of complaints raises commitment and trust; the size of evidence, the number of issues and costs are "
        "teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"promise": 0}

    promise: float = lever(0.5, 0, 1, step=0.05, unit="share", zh="承诺比例", en="Share promised",
                           help_zh="报告承诺办理多少提出的问题。",
                           help_en="Share of the issues raised that the report promises to settle.")  # fmt: skip
    capacity: float = lever(3, 0, 100, step=0.5, unit="issues/week", zh="办理能力", en="Capacity",
                            help_zh="团队每周办得完多少个问题。", help_en="Issues the team can settle in a week.")  # fmt: skip
    cycle: int = lever(4, 1, 26, unit="weeks", zh="报告周期", en="Weeks between reports",
                       help_zh="每隔几周出一份报告。", help_en="A report comes out every so many weeks.")  # fmt: skip
    report_cost: float = setting(40, 0, 1e5, step=5, unit="¥/report", zh="每份报告成本", en="Cost of a report",
                                 help_zh="收集、撰写与发布。", help_en="Collecting, writing and publishing.")  # fmt: skip
    settling_cost: float = setting(4, 0, 5000, step=1, unit="¥/issue", zh="办理一个问题的成本", en="Cost of settling an issue",
                                   help_zh="查实、处理并答复。", help_en="Looking into it, settling it and answering.")  # fmt: skip
    voiced: float = uncertainty(0.1, 0, 1, unit="issues/post", zh="帖子里的问题", en="Issues in a post",
                                help_zh="平均每帖提出几个问题；每宗投诉、每项任务各算一个。",
                                help_en="Issues that a post raises; each complaint and each task counts as one.")  # fmt: skip
    evidence: float = uncertainty(0.4, 0, 3, zh="说到做到的信任证据", en="Evidence in a promise kept", grade="V",
                                  source="sign: Tax, Brown & Chandrashekaran 1998; size assumed",
                                  help_zh="承诺全部兑现时，发声者增加的信任证据。",
                                  help_en="Evidence for those who spoke where all was promised and kept.")  # fmt: skip
    regard: float = uncertainty(0.1, 0, 1, zh="被听见的尊重", en="Esteem of being heard",
                                help_zh="承诺全部兑现时，发声者当周的尊重满足。",
                                help_en="Gain of esteem for those who spoke, in the week of the report.")  # fmt: skip
    onlookers: float = uncertainty(0.15, 0, 1, unit="share", zh="旁观者的感受", en="What others take from it",
                                   help_zh="没发声的人感受到几成，好坏都算。",
                                   help_en="Share of the evidence, good or bad, that reaches those who did not speak.")  # fmt: skip
    disappointment: float = uncertainty(1.0, 0, 5, zh="落空的负面证据", en="Doubt from a promise not kept",
                                        help_zh="承诺全部问题而一个没办时，发声者增加的负面证据。",
                                        help_en="Evidence against where all was promised and nothing was done.")  # fmt: skip
    tiring: float = uncertainty(0.03, 0, 0.5, zh="一份报告的疲劳", en="Fatigue from a report",
                                help_zh="每份报告给每位成员增加的疲劳。", help_en="Fatigue that each report adds.")  # fmt: skip

    effort: float = setting(6, 0, 400, unit="hours/week", zh="每周工时", en="Working hours a week",
                            help_zh="收集、办理与撰写每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
                            help_en="Hours a week of collecting, settling and writing; they count where the plan limits working time or pays a wage.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Inbox:
        """An empty inbox."""
        return Inbox(np.zeros(people, np.bool_), np.zeros(worlds), np.zeros(worlds))

    def due(self, week: int) -> bool:
        """Whether a report comes out this week, the first after a whole cycle."""
        return (week - self.start + 1) % self.cycle == 0

    def act(self, world: WorldView, effects: Effects) -> None:
        """Collect; in a week with a report, kept = min(1, capacity · cycle/promised issues) feeds trust, the rest doubt."""
        if self.promise == 0:
            return
        inbox = world.notebook
        posts, complaints, tasks = (world.log[name] for name in ("posts", "unresolved", "invited_to_task"))
        inbox.spoke |= (posts > 0) | (complaints > 0) | (tasks > 0)
        raised = self.voiced * posts + complaints + tasks
        inbox.issues += world.sum(raised)
        if not self.due(world.week):
            return
        promised = self.promise * inbox.issues
        inbox.addressed[:] = np.minimum(promised, self.capacity * self.cycle)
        kept = np.divide(inbox.addressed, promised, out=np.zeros(world.worlds), where=promised > 0)
        broken = np.where(promised > 0, 1 - kept, 0)
        concerned = np.where(inbox.spoke, np.float32(1), np.float32(self.onlookers))
        effects.add_to(Channel.GOOD, (self.promise * self.evidence * kept).astype(np.float32)[world.world] * concerned)
        effects.add_to(
            Channel.DOUBT, (self.promise * self.disappointment * broken).astype(np.float32)[world.world] * concerned
        )
        effects.add_to(
            Channel.ESTEEM, (self.promise * self.regard * kept).astype(np.float32)[world.world] * inbox.spoke
        )
        effects.add(Channel.FATIGUE, self.tiring)
        inbox.spoke[:] = False
        inbox.issues[:] = 0

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """In a week with a report: its cost + issues settled since the last · cost of settling one."""
        if self.promise == 0 or not self.due(world.week):
            return np.zeros(world.worlds)
        settled = world.notebook.addressed
        return self.report_cost + settled * self.settling_cost

"""What an instructor settles before a class begins."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from classroom.market_terms import SharedMarket
from lessons import Lesson, list_lessons
from simulation.errors import LabError
from simulation.params import Params, setting
from simulation.scenario import Scenario, list_scenarios
from simulation.strategies import STRATEGIES

MOST_TEAMS = 60
WEIGHTS = ("participation", "calibration", "reasoning", "coursework")
"""Parts of the mark, in the order in which they are told."""

library = cache(list_scenarios)
"""Scenarios by name, read once: every look of every student at a class needs one of them."""
course = cache(list_lessons)
"""Lessons by name, read once."""


def _tools(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in STRATEGIES:
            raise LabError("unknown_name", kind="strategy", given=name[:60], known=", ".join(STRATEGIES))
    return tuple(name for name in STRATEGIES if name in names)


class Setup(Params):
    """Rounds, means and tools of a class; the same for every team."""

    lesson: str = Field("", max_length=60)
    """Lesson whose brief, prediction, plans and quiz the class works with; empty where it plays a case."""
    scenario: str = Field("product", max_length=60)
    """Community type or case of the library, or one of the lesson's scenarios."""
    language: Literal["visitor", "zh", "en"] = "visitor"
    """Language in which pages greet who joins; ``visitor`` leaves it to the browser."""
    goal: Literal["profit", "members", "clv", "trust"] = "profit"
    """Outcome by which teams are compared."""
    tools: Annotated[tuple[str, ...], AfterValidator(_tools)] = ("contact", "recognition", "tiers")
    """Strategies that teams may use."""
    rounds: int = setting(4, 1, 12, zh="轮数", en="Rounds")
    weeks: int = setting(13, 4, 52, unit="weeks", zh="每轮周数", en="Weeks in a round")
    team_size: int = setting(4, 1, 12, unit="people", zh="每队人数", en="People in a team")
    budget: float = setting(
        600, 0, 100_000, step=10, unit="¥/week", zh="每队每周预算（0 表示不限）", en="Weekly budget of a team (0: unlimited)",
        help_zh="超支后，策略暂停，直到预算补足。", help_en="After overspending, strategies pause until the budget has caught up.",
    )  # fmt: skip
    hours: float = setting(
        0, 0, 400, step=1, unit="hours/week", zh="每队每周工时（0 表示不限）", en="Weekly working time of a team (0: unlimited)",
    )  # fmt: skip
    people: int = setting(1000, 200, 5000, step=100, unit="people", zh="世界人数", en="People in a world")
    worlds: int = setting(12, 5, 40, zh="平行世界数", en="Twin worlds")
    market: SharedMarket | None = None
    """Terms on which all teams court one population; None where every team has twin worlds of its own."""

    participation: int = setting(40, 0, 100, step=5, unit="%", zh="参与的权重", en="Weight of participation")
    calibration: int = setting(30, 0, 100, step=5, unit="%", zh="预测校准的权重", en="Weight of calibration")
    reasoning: int = setting(30, 0, 100, step=5, unit="%", zh="写明理由的权重", en="Weight of reasons given")
    coursework: int = setting(
        0, 0, 100, step=5, unit="%", zh="课程预测与测验的权重", en="Weight of the lesson's prediction and quiz",
    )  # fmt: skip

    @property
    def weights(self) -> dict[str, int]:
        """Weight of every part of the mark, per cent."""
        return {name: getattr(self, name) for name in WEIGHTS}

    def course(self) -> Lesson | None:
        """The lesson of the class, None where it plays a case.

        Raises:
            LabError: ``unknown_name``.
        """
        if not self.lesson:
            return None
        if self.lesson not in course():
            raise LabError("unknown_name", kind="lesson", given=self.lesson, known=", ".join(course()))
        return course()[self.lesson]

    def world(self) -> Scenario:
        """The community every team starts from, before anything has been decided.

        Raises:
            LabError: ``unknown_name`` where the library or the lesson has no such scenario.
        """
        return _world(self)

    def settled(self) -> Setup:
        """The same, if a class can be made of it.

        Raises:
            LabError: ``unknown_name`` for lesson or scenario, ``weights_sum`` where weights do not add up to 100,
                ``weight_without_lesson``.
        """
        self.world()
        if sum(self.weights.values()) != 100:
            raise LabError("weights_sum", given=sum(self.weights.values()))
        if self.coursework and not self.lesson:
            raise LabError("weight_without_lesson", given=self.coursework)
        return self

    @classmethod
    def of_lesson(cls, lesson: Lesson, minutes: int) -> Setup:
        """What a lesson settles by itself: its scenario and people, the strategies of its plans, rounds by the minutes.

        A round with forecast, decision, result and talk takes some twenty minutes, so 45 minutes hold two rounds and
        90 hold four; the rounds share the lesson's horizon.
        """
        scenario = lesson.arms[lesson.student_arms[0]].scenario
        world, rounds = lesson.scenario_of[scenario], max(1, minutes // 22)
        used = {tool for plan in lesson.plan_of.values() for tool in plan.strategies}
        return cls.parse(
            {
                "lesson": lesson.id, "scenario": scenario, "tools": tuple(sorted(used)), "rounds": rounds,
                "weeks": min(52, max(4, world.horizon // rounds)), "people": min(5000, world.population.size),
                "participation": 30, "calibration": 20, "reasoning": 20, "coursework": 30,
            }
        )  # fmt: skip


@lru_cache(maxsize=128)
def _world(setup: Setup) -> Scenario:
    lesson = setup.course()
    known = lesson_scenarios(lesson) if lesson is not None else library()
    if setup.scenario not in known:
        raise LabError("unknown_name", kind="scenario", given=setup.scenario, known=", ".join(known))
    base = known[setup.scenario]
    shared = {} if setup.market is None else {"founders": setup.market.founders}
    people = base.population.model_copy(update={"size": setup.people} | shared)
    return base.model_copy(update={"population": people})


def lesson_scenarios(lesson: Lesson) -> dict[str, Scenario]:
    """Scenarios of a lesson that a class can be played in: all but the one that is dealt in secret."""
    hidden = lesson.hidden.scenario if lesson.hidden else None
    return {name: scenario for name, scenario in lesson.scenario_of.items() if name != hidden}

"""What every operator strategy is: a few levers, a note, a proposal each week and a bill."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Effects
from simulation.params import Params, setting
from simulation.view import WorldView

TOPICS = ("care", "incentives", "cocreation", "growth", "price", "data")
"""Topics under which strategies are found, in the order in which they are shown."""


class Strategy(Params):
    """One lever bundle of the operator; subclasses live in one file each and appear everywhere by themselves.

    A strategy reads the world through :class:`WorldView` (what an operator can observe, read-only) and adds to
    channels in :meth:`act`; :meth:`bill` says what the week cost, from what really happened. With all levers at their
    neutral value it must propose nothing and cost nothing.
    """

    id: ClassVar[str]
    rows: ClassVar[tuple[str, ...]]
    """Rows of the coverage table this strategy makes work, such as ``S1``."""
    topic: ClassVar[str]
    """Where people look for it, one of :data:`TOPICS`."""
    label: ClassVar[dict[str, str]]
    note: ClassVar[dict[str, str]]
    """Mechanism, evidence and how it backfires, in ``zh`` and ``en``."""
    neutral: ClassVar[dict[str, float]]
    """Lever values at which the strategy touches nobody."""
    earns: ClassVar[bool] = False
    """Whether the strategy opens a stream of revenue beside sales, see :meth:`income`."""

    start: int = setting(
        1,
        1,
        520,
        unit="week",
        zh="开始周",
        en="First week",
        help_zh="从第几周开始实施。",
        help_en="Week in which it starts.",
    )
    stop: int = setting(
        0,
        0,
        520,
        unit="week",
        zh="结束周（0 表示不停）",
        en="Last week (0: never ends)",
        help_zh="实施到第几周为止；0 表示一直实施。",
        help_en="Last week in force; 0 means it never ends.",
    )
    effort: float = setting(
        2,
        0,
        400,
        unit="hours/week",
        zh="每周工时",
        en="Working hours a week",
        help_zh="实施这项策略每周占用团队多少小时；方案设了工时上限或工资时才起作用。",
        help_en="Hours of the team it takes; they count where the plan limits working time or pays a wage.",
    )

    acquires: ClassVar[bool] = False
    """Whether its cost is a cost of winning newcomers."""

    def in_force(self, week: int) -> bool:
        """Whether the plan has this strategy running in the given week."""
        return self.start <= week and (self.stop == 0 or week <= self.stop)

    def notebook(self, worlds: int, people: int) -> Any:
        """Make what this strategy remembers from week to week; it finds it again as ``world.notebook``.

        Frozen levers and a memory of its own: everything that a strategy learns while a plan is lived belongs here.
        """
        return None

    def act(self, world: WorldView, effects: Effects) -> None:
        """Propose this week's effects; ``world.log`` tells what the systems recorded last week.

        In a world that cannot pay this week nothing reaches anybody, but the strategy is still asked: whoever keeps a
        notebook looks at ``effects.funded`` before writing down what was done.
        """
        raise TypeError(f"{type(self).__name__} proposes nothing")

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Return what this week cost, in ¥ per world, from what really happened."""
        raise TypeError(f"{type(self).__name__} has no price")

    def income(self, world: WorldView) -> NDArray[np.float64]:
        """Return what the strategy's own stream of revenue earned this week, in ¥ per world."""
        raise TypeError(f"{type(self).__name__} earns nothing")

    def hours(self, world: WorldView) -> NDArray[np.float64]:
        """Return the operator's working hours this week took, per world: none while all levers are neutral."""
        idle = all(getattr(self, name) == value for name, value in self.neutral.items())
        return np.full(world.worlds, 0.0 if idle else self.effort)

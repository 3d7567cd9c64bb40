"""What every operator strategy is: a few levers, a note, a proposal each week and a bill."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Effects
from simulation.params import Params, setting
from simulation.view import WorldView


class Strategy(Params):
    """One lever bundle of the operator; subclasses live in one file each and appear everywhere by themselves.

    A strategy reads the world through :class:`WorldView` (what an operator can observe, read-only) and adds to
    channels in :meth:`act`; :meth:`bill` says what the week cost, from what really happened. With all levers at their
    neutral value it must propose nothing and cost nothing.
    """

    id: ClassVar[str]
    rows: ClassVar[tuple[str, ...]]
    """Rows of the coverage table this strategy makes work, such as ``S1``."""
    label: ClassVar[dict[str, str]]
    note: ClassVar[dict[str, str]]
    """Mechanism, evidence and how it backfires, in ``zh`` and ``en``."""
    neutral: ClassVar[dict[str, float]]
    """Lever values at which the strategy touches nobody."""

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

    def in_force(self, week: int) -> bool:
        """Whether the plan has this strategy running in the given week."""
        return self.start <= week and (self.stop == 0 or week <= self.stop)

    def act(self, world: WorldView, effects: Effects) -> None:
        """Propose this week's effects."""
        raise TypeError(f"{type(self).__name__} proposes nothing")

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Return what this week cost, in ¥ per world, from what really happened."""
        raise TypeError(f"{type(self).__name__} has no price")

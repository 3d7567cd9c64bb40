"""What every shock is: something that happens to the community, whoever runs it and however well."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Effects
from simulation.params import Params, setting
from simulation.view import Nature


class Shock(Params):
    """An event of given size that starts in a week, lasts and fades; subclasses live in one file each."""

    id: ClassVar[str]
    label: ClassVar[dict[str, str]]
    note: ClassVar[dict[str, str]]

    week: int = setting(
        27, 1, 520, unit="week", zh="发生周", en="Week", help_zh="在第几周发生。", help_en="Week it starts."
    )
    size: float = setting(
        0.5,
        0,
        1,
        step=0.05,
        zh="强度",
        en="Size",
        help_zh="0 表示没有影响，1 表示最强。",
        help_en="0 does nothing, 1 is the worst.",
    )
    length: int = setting(
        4, 1, 104, unit="weeks", zh="持续周数", en="Length", help_zh="全力持续几周。", help_en="Weeks at full size."
    )
    recovery: int = setting(
        4,
        0,
        104,
        unit="weeks",
        zh="恢复周数",
        en="Recovery",
        help_zh="之后影响减半所需的周数；0 表示立刻消失。",
        help_en="Weeks in which it then halves; 0 means it ends at once.",
    )

    def strength(self, week: int) -> float:
        """Size in a given week: 0 before, full during its length, then halving every ``recovery`` weeks."""
        since = week - self.week
        if since < 0:
            return 0.0
        if since < self.length:
            return self.size
        faded = self.size * 0.5 ** ((since - self.length + 1) / self.recovery) if self.recovery else 0.0
        return faded if faded >= 0.01 else 0.0

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Propose what the event does this week."""
        raise TypeError(f"{type(self).__name__} does nothing")

"""Moderator strike: the volunteers who kept order stop working."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class ModeratorStrike(Shock):
    """Hurtful posts spread, machines miss more without people behind them, and members post less."""

    id: ClassVar[str] = "moderator_strike"
    label: ClassVar[dict[str, str]] = {"zh": "志愿管理员罢工", "en": "Moderator strike"}
    note: ClassVar[dict[str, str]] = {
        "zh": "志愿管理员集体停工：没人劝架，伤人的帖子多起来；机器审核没了人配合也漏得更多；普通成员少说话。越热闹的社群越乱。大小是教"
        "学假设。",
        "en": "Volunteer moderators stop working together: nobody calms quarrels and hurtful posts spread, machines miss more "
        "without people behind them, and ordinary members say less. The livelier the community, the rougher it gets. Sizes "
        "are teaching assumptions.",
    }

    unchecked: float = uncertainty(2.5, 0, 5, unit="log rate", zh="无人劝架", en="Unchecked quarrels",
                              help_zh="强度为 1 时，伤人内容的对数上升多少。", help_en="Rise of the log share of hurtful posts at full size.")  # fmt: skip
    missed: float = uncertainty(0.2, 0, 1, unit="share", zh="机器漏检", en="Missed by machines",
                              help_zh="强度为 1 时，机器审核少拿下多大比例。", help_en="Share that automated moderation takes down less at full size.")  # fmt: skip
    silence: float = uncertainty(0.3, 0, 3, unit="log rate", zh="发言减少", en="Silence",
                              help_zh="强度为 1 时，发帖速度的对数下降多少。", help_en="Fall of the log rate of posting at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Toxicity: + unchecked · size; moderation: − missed · size; posting: − silence · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.TOXICITY, self.unchecked * strength)
        effects.add(Channel.MODERATION, -self.missed * strength)
        effects.add(Channel.POSTING, -self.silence * strength)

"""Trust scandal: something comes out, and a share of the members feel deceived."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.streams import STREAMS, uniform_block
from simulation.view import Nature


class TrustScandal(Shock):
    """A share of the members have bad experiences while the scandal lasts; fewer and fewer as it heals."""

    id: ClassVar[str] = "trust_scandal"
    label: ClassVar[dict[str, str]] = {"zh": "信任危机", "en": "Trust scandal"}
    note: ClassVar[dict[str, str]] = {
        "zh": "丑闻曝光：一部分成员（占比即强度）在危机期间每周都有糟糕经历；平行世界里是同一批人。坏消息的分量是好"
        "消息的几倍，信任掉得快、补得慢，还会经朋友传开。方向依据：Slovic（1993）；范围与程度是教学假设。",
        "en": "A scandal breaks: a share of the members (the size) have bad experiences every week while it lasts, "
        "the same people in every twin world. Bad news weighs several times as much as good, so trust falls fast, "
        "mends slowly and spreads among friends. Sign: Slovic (1993); reach and severity are teaching assumptions.",
    }

    severity: float = uncertainty(0.5, 0, 3, unit="bad events/week", zh="严重程度", en="Severity",
                                  help_zh="受波及者每周相当于经历几次坏事。",
                                  help_en="Bad experiences a week that it amounts to for those hit.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Bad experiences: severity for members whose draw, made once for the whole event, is below the strength."""
        share = np.float32(self.strength(nature.week))
        size = int(nature.starts[1])
        luck = np.concatenate([uniform_block(seed, self.week, STREAMS["shock"], size)[:, 0] for seed in nature.seeds])
        hit = (luck < share) & (nature.members["status"] == Status.MEMBER)
        effects.add_to(Channel.BAD, np.float32(self.severity) * hit)

"""Data breach: personal data of some members leak."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.streams import STREAMS, uniform_block
from simulation.view import Nature


class DataBreach(Shock):
    """Those whose data leak have bad experiences, worse the more they care for privacy; fewer outsiders dare to join."""

    id: ClassVar[str] = "data_breach"
    label: ClassVar[dict[str, str]] = {"zh": "数据泄露", "en": "Data breach"}
    note: ClassVar[dict[str, str]] = {
        "zh": "一部分成员（占比即强度）的数据外泄：越在意隐私的人越受伤，消息传开后新人不敢来；平行世界里是同一批人。方向依据：坏消息比"
        "好消息重得多（Slovic 1993）；大小是教学假设。",
        "en": "Data of a share of the members (the size) leak: the more they care for privacy the worse, and "
        "outsiders stay away; the same people are hit in every twin world. Sign: bad news outweighs good "
        "(Slovic 1993); sizes are teaching assumptions.",
    }

    severity: float = uncertainty(0.8, 0, 3, unit="bad events/week", zh="严重程度", en="Severity",
                              help_zh="隐私顾虑为 1 的受害者每周相当于经历几次坏事。", help_en="Bad experiences a week for a victim with privacy concern 1.")  # fmt: skip
    deterred: float = uncertainty(1.0, 0, 4, unit="log rate", zh="新人却步", en="Deterrence",
                              help_zh="强度为 1 时，加入速度的对数下降多少。", help_en="Fall of the log rate of joining at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Bad experiences: severity · c for members whose draw is below the strength; joining: − deterred · size."""
        share = np.float32(self.strength(nature.week))
        size = int(nature.starts[1])
        luck = np.concatenate([uniform_block(seed, self.week, STREAMS["shock"], size)[:, 1] for seed in nature.seeds])
        hit = (luck < share) & (nature.members["status"] == Status.MEMBER)
        effects.add_to(Channel.BAD, np.float32(self.severity) * nature.traits["privacy"].astype(np.float32) * hit)
        effects.add(Channel.JOINING, -self.deterred * float(share))

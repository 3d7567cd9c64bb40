"""Content scandal: what the community spread turns out to be false or stolen."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.streams import STREAMS, uniform_block
from simulation.view import Nature


class ContentScandal(Shock):
    """A share of the members feel misled, quarrels break out, and what arrives is worth less to everybody."""

    id: ClassVar[str] = "content_scandal"
    label: ClassVar[dict[str, str]] = {"zh": "内容翻车", "en": "Content scandal"}
    note: ClassVar[dict[str, str]] = {
        "zh": "社群里流传的内容被揭出造假或抄袭：一部分成员（占比即强度）觉得被误导，群里吵成一片，看到的内容也不再可信；平行世界里是同"
        "一批人。信任掉得快、补得慢。方向依据：坏消息比好消息重得多（Slovic 1993）；大小是教学假设。",
        "en": "What the community spread is exposed as false or stolen: a share of the members (the size) feel misled, quarrels "
        "break out and content is believed less; the same people are hit in every twin world. Trust falls fast and mends "
        "slowly. Sign: bad news outweighs good (Slovic 1993); sizes are teaching assumptions.",
    }

    misled: float = uncertainty(0.3, 0, 3, unit="bad events/week", zh="被误导", en="Feeling misled",
                              help_zh="受波及者每周相当于经历几次坏事。", help_en="Bad experiences a week that it amounts to for those hit.")  # fmt: skip
    quarrels: float = uncertainty(1.5, 0, 5, unit="log rate", zh="争吵", en="Quarrels",
                              help_zh="强度为 1 时，伤人内容的对数上升多少。", help_en="Rise of the log share of hurtful posts at full size.")  # fmt: skip
    disbelief: float = uncertainty(0.1, 0, 0.5, unit="index", zh="内容失信", en="Content believed less",
                              help_zh="强度为 1 时，相关度下降多少。", help_en="Fall of relevance at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Bad experiences: misled for members whose draw is below the strength; toxicity + quarrels, relevance − disbelief."""
        strength = self.strength(nature.week)
        size = int(nature.starts[1])
        luck = np.concatenate([uniform_block(seed, self.week, STREAMS["shock"], size)[:, 2] for seed in nature.seeds])
        hit = (luck < np.float32(strength)) & (nature.members["status"] == Status.MEMBER)
        effects.add_to(Channel.BAD, np.float32(self.misled) * hit)
        effects.add(Channel.TOXICITY, self.quarrels * strength)
        effects.add(Channel.RELEVANCE, -self.disbelief * strength)

"""Algorithm change: the platform shows the community to fewer people."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class AlgorithmChange(Shock):
    """Fewer newcomers find the community, and what members see fits less well."""

    id: ClassVar[str] = "algorithm_change"
    label: ClassVar[dict[str, str]] = {"zh": "平台算法调整", "en": "Algorithm change"}
    note: ClassVar[dict[str, str]] = {
        "zh": "流量分配变了：外面的人更难看到社群，成员看到的内容也没那么贴合。大小是教学假设。",
        "en": "The platform deals out attention anew: outsiders see the community less, and what members see fits "
        "less well. Sizes are teaching assumptions.",
    }

    hidden: float = uncertainty(2.0, 0, 5, unit="log rate", zh="曝光下降", en="Reach lost",
                              help_zh="强度为 1 时，加入速度的对数下降多少。", help_en="Fall of the log rate of joining at full size.")  # fmt: skip
    misfit: float = uncertainty(0.1, 0, 0.5, unit="index", zh="相关度下降", en="Relevance lost",
                              help_zh="强度为 1 时，相关度下降多少。", help_en="Fall of relevance at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Joining: − hidden · size; relevance: − misfit · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.JOINING, -self.hidden * strength)
        effects.add(Channel.RELEVANCE, -self.misfit * strength)

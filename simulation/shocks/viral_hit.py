"""Viral hit: suddenly everybody has heard of the community."""

from __future__ import annotations

from typing import ClassVar

from simulation.effects import Channel, Effects
from simulation.params import uncertainty
from simulation.shocks.base import Shock
from simulation.view import Nature


class ViralHit(Shock):
    """People pour in, and service cannot keep up."""

    id: ClassVar[str] = "viral_hit"
    label: ClassVar[dict[str, str]] = {"zh": "意外爆红", "en": "Viral hit"}
    note: ClassVar[dict[str, str]] = {
        "zh": "一夜走红：新人蜂拥而至，服务跟不上，失误随之增多。好事也会带来压力。大小是教学假设。",
        "en": "Famous overnight: people pour in, service cannot keep up, and failures rise. Good luck strains, too."
        " Sizes are teaching assumptions.",
    }

    rush: float = uncertainty(2.5, 0, 5, unit="log rate", zh="涌入", en="Rush",
                              help_zh="强度为 1 时，加入速度的对数上升多少。", help_en="Rise of the log rate of joining at full size.")  # fmt: skip
    strain: float = uncertainty(1.0, 0, 4, unit="log-odds", zh="服务吃紧", en="Strain on service",
                              help_zh="强度为 1 时，失误的对数几率上升多少。", help_en="Log-odds of a failure added at full size.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Joining: + rush · size; failures: + strain · size."""
        strength = self.strength(nature.week)
        effects.add(Channel.JOINING, self.rush * strength)
        effects.add(Channel.FAILURE, self.strain * strength)

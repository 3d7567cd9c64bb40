"""S2 Spiritual incentives: honours, badges and identity privileges."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Recognition(Strategy):
    """Honour those who contribute, sparingly or all of them."""

    id: ClassVar[str] = "recognition"
    rows: ClassVar[tuple[str, ...]] = ("S2",)
    topic: ClassVar[str] = "incentives"
    label: ClassVar[dict[str, str]] = {"zh": "荣誉激励", "en": "Recognition"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：荣誉满足发帖者的尊重需求，也滋养内在动机，几乎不花钱。反噬：人人有奖等于无奖，荣誉随普及而贬"
        "值；从不发帖的多数人感到被比了下去。依据：Restivo 与 van de Rijt（2012）；Gallus（2017）；贬值速度与落差大"
        "小是教学假设。",
        "en": "Mechanism: honours meet the esteem needs of those who post and feed their intrinsic motivation at "
        "little cost. Backfires: what everybody gets is worth little, so honours dilute as they spread; the silent "
        "majority feels passed over. Evidence: Restivo & van de Rijt (2012); Gallus (2017); how fast honours dilute "
        "and how much it hurts to be passed over are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"intensity": 0}

    intensity: float = lever(0.4, 0, 1, step=0.05, unit="index", zh="荣誉强度", en="Intensity of recognition",
                             help_zh="0 为没有荣誉，1 为凡发帖必表彰。",
                             help_en="0 honours nobody, 1 honours everybody who posts.")  # fmt: skip
    cost: float = setting(0.8, 0, 50, step=0.1, unit="¥/poster", zh="表彰成本", en="Cost of an honour",
                          help_zh="表彰一位发帖者的制作与人力成本。",
                          help_en="Making and staff cost of honouring one poster.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Honour contributors with the chosen intensity."""
        effects.add(Channel.RECOGNITION, self.intensity)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Posters · cost · intensity."""
        return world.total("posters") * self.cost * self.intensity

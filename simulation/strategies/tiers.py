"""S4 Membership tiers: a ladder climbed by spending, with benefits and demotion."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Tiers(Strategy):
    """Give members a ladder of three rungs, reached by spending and lost without it."""

    id: ClassVar[str] = "tiers"
    rows: ClassVar[tuple[str, ...]] = ("S4",)
    topic: ClassVar[str] = "incentives"
    label: ClassVar[dict[str, str]] = {"zh": "会员等级", "en": "Membership tiers"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：离下一级越近买得越勤（目标梯度），升级带来尊重。反噬：权益是对高等级会员的长期负债；底层会员眼"
        "红；降级之痛大于升级之喜，比从未升级更糟；门槛太低则折扣白送，太高则无人理会。依据：Kivetz 等（2006）；"
        "Wagner 等（2009）；Liu（2007）；Goes 等（2016）。权益成本与门槛是教学假设。",
        "en": "Mechanism: people buy more often as the next rung comes near (goal gradient), and promotion brings "
        "esteem. Backfires: benefits are a standing liability towards high tiers; those at the bottom are envious; "
        "a demotion hurts more than a promotion pleases and is worse than never having risen; low thresholds give "
        "discounts away, high ones move nobody. Evidence: Kivetz et al. (2006); Wagner et al. (2009); Liu (2007); "
        "Goes et al. (2016). Cost of benefits and thresholds are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"step": 0, "discount": 0}

    step: float = lever(150, 0, 5000, step=10, unit="¥", zh="第一级门槛", en="First threshold",
                        help_zh="约一年内消费多少升到第一级；第二、三级为它的 2 倍和 4 倍；0 表示不设等级。",
                        help_en="Spend within about a year for rung 1; rungs 2 and 3 take 2 and 4 times it; "
                                "0: no tiers.")  # fmt: skip
    discount: float = lever(0.0, 0, 0.2, step=0.01, plausible=(0, 0.1), unit="share of list price", zh="每级折扣", en="Discount per rung",
                            help_zh="每升一级再减多少价。", help_en="Further price cut with every rung.")  # fmt: skip
    liability: float = setting(0.02, 0, 0.5, step=0.01, unit="share of spend", zh="权益成本率", en="Cost of benefits",
        help_zh="积分兑换与礼遇的成本，占有等级会员消费的比例。",
        help_en="Cost of points and perks as a share of what members with a tier spend.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Put up the ladder; members pay less the higher they stand."""
        if self.step <= 0:
            return
        effects.add(Channel.TIER, 1.0)
        effects.add(Channel.TIER_STEP, self.step)
        if self.discount > 0:
            log_price = np.log1p(-self.discount * np.arange(4, dtype=np.float32))
            effects.add_to(Channel.PRICE, log_price[world.members["tier"]])

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Spend of members with a tier · cost of benefits; the discount itself is revenue forgone."""
        return world.total("tier_spend") * (self.liability if self.step > 0 else 0.0)

"""S1 Material incentives: points, coupons or cash for posting."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class MaterialIncentives(Strategy):
    """Pay for posts, for any post or only for good ones."""

    id: ClassVar[str] = "material_incentives"
    rows: ClassVar[tuple[str, ...]] = ("S1",)
    topic: ClassVar[str] = "incentives"
    label: ClassVar[dict[str, str]] = {"zh": "物质激励", "en": "Material incentives"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：奖励让人多发帖，促销敏感的人最起劲。反噬：按条付费时质量下降，内在动机被挤出，社交联系多的人最"
        "明显；停发奖励后，发帖量落到原来的水平之下，成本却随发帖量水涨船高。按质付费（绩效占比高）挤出少，但要有人"
        "评审。依据：Deci 等（1999）；Sun 等（2017）；Khern-am-nuai 等（2018）；Yu 等（2022）和 Wang、Li 与 Hui（"
        "2021）得到相反方向的结果。各效应大小与价格是教学假设。",
        "en": "Mechanism: rewards make people post more, the deal-prone most of all. Backfires: paid by the piece, "
        "quality falls and intrinsic motivation is crowded out, mostly among the well connected; when pay stops, "
        "posting falls below its old level, and the bill grows with every post. Paying for quality crowds out less "
        "but somebody must judge it. Evidence: Deci et al. (1999); Sun et al. (2017); Khern-am-nuai et al. (2018); "
        "Yu et al. (2022) and Wang, Li & Hui (2021) found the opposite sign. Sizes and prices are teaching "
        "assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"reward": 0, "performance": 0}

    reward: float = lever(0.3, 0, 1, step=0.05, unit="index", zh="奖励强度", en="Size of the reward",
                          help_zh="0 为不奖励，1 为每条帖子按最高价付费。",
                          help_en="0 pays nothing, 1 pays the full price for every post.")  # fmt: skip
    performance: float = lever(0.0, 0, 1, step=0.05, unit="share", zh="绩效占比", en="Share paid for quality",
                               help_zh="0 为按条付费，1 为只奖励通过评审的好帖。",
                               help_en="0 pays by the piece, 1 pays only for posts that pass a review.")  # fmt: skip
    cost: float = setting(8, 0, 200, step=1, unit="¥/post", zh="每帖奖励", en="Pay for a post",
                          help_zh="奖励强度为 1 时一条帖子的报酬。",
                          help_en="Pay for one post at full reward.")  # fmt: skip
    review_cost: float = setting(1, 0, 50, step=0.5, unit="¥/poster", zh="评审成本", en="Cost of reviewing",
        help_zh="全按质付费时，每周评审一位发帖者的成本。",
        help_en="Weekly cost of judging one poster where all pay depends on quality.")  # fmt: skip
    passing: float = uncertainty(0.4, 0, 1, unit="share", zh="好帖占比", en="Posts that pass",
                                 help_zh="评审后值得付费的帖子占比。",
                                 help_en="Share of posts that a review finds worth paying for.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Offer the reward to everybody."""
        effects.add(Channel.REWARD, self.reward)
        effects.add(Channel.PERFORMANCE, self.performance if self.reward > 0 else 0.0)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Posts · pay · R · (1 − perf + passing · perf) + posters · review cost · perf · 1[R > 0]."""
        paid_share = 1 - self.performance + self.passing * self.performance
        review = self.review_cost * self.performance * (self.reward > 0)
        return world.total("posts") * self.cost * self.reward * paid_share + world.total("posters") * review

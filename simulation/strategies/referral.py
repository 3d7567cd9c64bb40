"""S9 Referral by seed users: both sides are rewarded when an invited friend joins."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.params import lever, setting
from simulation.strategies.base import Strategy
from simulation.view import WorldView


class Referral(Strategy):
    """Reward members for friends they bring, and the friends for coming."""

    id: ClassVar[str] = "referral"
    acquires: ClassVar[bool] = True
    rows: ClassVar[tuple[str, ...]] = ("S9",)
    topic: ClassVar[str] = "growth"
    label: ClassVar[dict[str, str]] = {"zh": "裂变推荐", "en": "Referral"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：奖励让成员多发邀请、朋友更愿接受；半熟关系最容易拉来新人，推荐人还在时新人更黏。反噬：奖励越"
        "高，招来的越是促销敏感、买得少走得快的人；重复邀请打扰老成员；双边奖金先涨收入、后吃利润。依据：Van den "
        "Bulte 等（2018）；Lewis（2006）；Wolters 与 Gedenk（2019）；Rajkumar 等（2022）。奖金面额与响应大小是教学假"
        "设。",
        "en": "Mechanism: a reward makes members invite more and friends accept more; half-acquaintances come most "
        "easily, and newcomers stay while their referrer does. Backfires: the higher the reward, the more it draws "
        "deal-prone people who buy little and leave soon; repeated invitations tire old members; paying both sides "
        "first lifts revenue, then eats profit. Evidence: Van den Bulte et al. (2018); Lewis (2006); Wolters & "
        "Gedenk (2019); Rajkumar et al. (2022). The size of rewards and responses are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"reward": 0}

    reward: float = lever(0.2, 0, 1, step=0.05, unit="index", zh="推荐奖励强度", en="Size of the reward",
                          help_zh="0 为不奖励，1 为双方各得全额奖金。",
                          help_en="0 pays nothing, 1 pays the full amount to both sides.")  # fmt: skip
    cost: float = setting(60, 0, 1000, step=5, unit="¥/person", zh="全额奖金", en="Full reward",
                          help_zh="奖励强度为 1 时，推荐人与新人各得多少。",
                          help_en="What referrer and newcomer each get at full reward.")  # fmt: skip

    def act(self, world: WorldView, effects: Effects) -> None:
        """Offer the reward to everybody."""
        effects.add(Channel.REFERRAL, self.reward)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Friends who came by invitation · 2 · full reward · reward."""
        return world.total("referred") * 2 * self.cost * self.reward

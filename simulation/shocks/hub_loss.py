"""Hub loss: the best-connected members leave in one week."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import setting
from simulation.shocks.base import Shock
from simulation.view import Nature


class HubLoss(Shock):
    """The members with most ties are lured away together; their friends feel the gap."""

    id: ClassVar[str] = "hub_loss"
    label: ClassVar[dict[str, str]] = {"zh": "核心人物出走", "en": "Loss of hubs"}
    note: ClassVar[dict[str, str]] = {
        "zh": "联系最多的几位成员在同一周离开：他们的内容与回复随之消失，好友在随后几周更容易流失（Nitzan 与 Libai "
        "2011：好友流失使风险提高 80%，逐渐消退）。走几个人是教学假设。",
        "en": "The members with most ties leave in one week: what they wrote is gone, and for some weeks their "
        "friends leave more easily (Nitzan & Libai 2011: a friend's leaving raises the hazard by 80 %, fading). How "
        "many leave is a teaching assumption.",
    }

    size: float = setting(1, 0, 1, step=0.05, unit="share", zh="强度", en="Size",
        help_zh="名单上有多大比例的人真的离开，从联系最多者算起。",
        help_en="Share of those on the list who really leave, the best connected first.")  # fmt: skip
    length: Literal[1] = 1
    """People leave once."""
    recovery: Literal[0] = 0
    count: int = setting(10, 0, 1000, unit="people", zh="出走人数", en="People who leave",
                         help_zh="联系最多的前几位成员。",
                         help_en="So many of the best-connected members.")  # fmt: skip

    def strike(self, nature: Nature, effects: Effects) -> None:
        """Depart: the ``round(size · count)`` members of each world with most ties, lower rows first on a par."""
        gone = np.zeros(len(nature.world), np.float32)
        leaving = round(self.strength(nature.week) * self.count)
        rank = np.where(nature.members["status"] == Status.MEMBER, nature.traits["degree"], -1.0)
        for first, last in zip(nature.starts[:-1], nature.starts[1:], strict=True):
            top = first + np.argsort(-rank[first:last], kind="stable")[:leaving]
            gone[top[rank[top] >= 0]] = 1.0
        effects.add_to(Channel.DEPART, gone)

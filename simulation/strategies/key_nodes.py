"""S12 Key nodes: find opinion leaders and keen customers among the members, and empower them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.view import WorldView

REVIEW_WEEKS = 13
DAMPING = 0.85
ITERATIONS = 8
HALF_LIFE = 4.0
FELT_WEEKS = 16
MOST_GAPS = 3.0


@dataclass
class Nodes:
    """Whom the operator has chosen, and what the followers of each mean for reach."""

    chosen: NDArray[np.bool_]
    closeness: NDArray[np.float32]
    followers_of: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """(ties,) person whose tie it is, so that sums over ties need no loop."""


class KeyNodes(Strategy):
    """Empower the most central members, the most active ones or a mix; every quarter the list is drawn up anew."""

    id: ClassVar[str] = "key_nodes"
    rows: ClassVar[tuple[str, ...]] = ("S12",)
    topic: ClassVar[str] = "growth"
    label: ClassVar[dict[str, str]] = {"zh": "关键节点赋能（KOL/KOC）", "en": "Key nodes (KOL/KOC)"}
    note: ClassVar[dict[str, str]] = {
        "zh": "机制：每季度在成员网络里按 PageRank 找意见领袖（KOL），按近期活跃找真实爱用者（KOC），给入选者荣誉与资源，他们的口碑传"
        "得更远。收益小而递减：排在后面的节点粉丝少、听众重叠，粉丝越多每个粉丝越疏远。反噬：要付合作费；不信任社群的节点会把抱怨传得"
        "更远；被捧起来的节点一旦离开，追随者在随后几周更容易流失。依据：Hinz 等（2011）枢纽播种有效；Wies 等（2023）粉丝数与互动呈倒 "
        "U 形；Nitzan 与 Libai（2011）好友流失会传染。大小与费用是教学假设。",
        "en": "Mechanism: every quarter opinion leaders are found by PageRank among members, keen customers by recent activity; "
        "those chosen get honours and means, and their word of mouth carries further. The gain is small and saturates: later "
        "nodes have fewer followers who overlap, and more followers are less close. Backfires: nodes are paid; one who does "
        "not trust the community carries complaints further; and when an empowered node walks out, followers leave more "
        "easily for some weeks. Evidence: Hinz et al. (2011), seeding hubs works; Wies et al. (2023), engagement is an "
        "inverted U in followers; Nitzan & Libai (2011), leaving spreads. Sizes and fees are teaching assumptions.",
    }
    neutral: ClassVar[dict[str, float]] = {"share": 0, "support": 0, "koc": 0}

    share: float = lever(0.03, 0, 0.3, step=0.01, unit="share", zh="赋能成员占比", en="Share empowered",
                         help_zh="多大比例的成员被选为关键节点。", help_en="Share of the members chosen as key nodes.")  # fmt: skip
    support: float = lever(0.5, 0, 1, step=0.05, unit="index", zh="赋能力度", en="Support",
                           help_zh="给入选者的荣誉、素材与资源有多足。", help_en="How much honour, material and means they get.")  # fmt: skip
    koc: float = lever(0.3, 0, 1, step=0.1, unit="share", zh="活跃者（KOC）权重", en="Weight of keen customers (KOC)",
                       help_zh="0 只看网络位置（KOL），1 只看近期活跃与购买（KOC）。",
                       help_en="0 ranks by place in the network (KOL), 1 by recent posts and orders (KOC).")  # fmt: skip
    fee: float = setting(1, 0, 1e4, step=0.5, unit="¥/person and week", zh="合作费", en="Fee of a node",
                         help_zh="全力赋能时每个节点每周的费用。", help_en="What a node costs in a week at full support.")  # fmt: skip
    reach: float = uncertainty(2.0, 0, 3, unit="log rate", zh="口碑放大", en="Reach gained", grade="V",
                               source="sign: Hinz et al. 2011; size assumed",
                               help_zh="全力赋能时口碑传播的对数上升多少。",
                               help_en="Log by which word of mouth carries further at full support.")  # fmt: skip
    distance: float = uncertainty(0.15, 0, 2, zh="粉丝疏远", en="Distance of many followers", grade="V",
                                  source="sign: Wies et al. 2023; size assumed",
                                  help_zh="粉丝数每多一倍平均值，口碑放大打多少折。",
                                  help_en="How much reach is lost per mean number of followers.")  # fmt: skip
    honour: float = uncertainty(0.4, 0, 1, unit="index", zh="随赋能而来的荣誉", en="Honour that comes with it",
                                help_zh="全力赋能时的荣誉强度。", help_en="Intensity of honours at full support.")  # fmt: skip
    void: float = uncertainty(0.6, 0, 2, unit="log-odds", zh="出走的空缺", en="Void that a node leaves", grade="V",
                              source="sign: Nitzan & Libai 2011; size assumed",
                              help_zh="一位全力赋能的节点刚离开时，追随者流失的对数几率再提高多少。",
                              help_en="Log-odds of leaving that followers gain when a fully supported node has just left.")  # fmt: skip

    def notebook(self, worlds: int, people: int) -> Nodes:
        """Nobody is chosen yet."""
        return Nodes(np.zeros(people, np.bool_), np.zeros(people, np.float32))

    def act(self, world: WorldView, effects: Effects) -> None:
        """Voice + reach · support · own/(1 + distance · k/k̄), recognition + honour · support, for the chosen who are members.

        Own is the share of followers whom no other node reaches. Leaving: followers gain void · support · Σ 2^(−Δt/4) over nodes that have left, at most three.
        """
        if self.share <= 0 or self.support <= 0:
            return
        nodes: Nodes = world.notebook
        member = world.members["status"] == Status.MEMBER
        if (world.week - self.start) % REVIEW_WEEKS == 0 or len(nodes.followers_of) == 0:
            self._choose(world, nodes, member)
        empowered = nodes.chosen & member
        support = np.float32(self.support)
        effects.add_to(Channel.VOICE, np.float32(self.reach) * support * nodes.closeness * empowered)
        effects.add_to(Channel.RECOGNITION, np.float32(self.honour) * support * empowered)
        since = world.week - world.members["left"]
        gone = nodes.chosen & ~member & (world.members["left"] >= 0) & (since <= FELT_WEEKS)
        if gone.any():
            fresh = np.where(gone, 0.5 ** (since / HALF_LIFE), 0.0)
            felt = np.bincount(nodes.followers_of, fresh[world.connections[1]], len(member))
            felt = np.minimum(felt, MOST_GAPS).astype(np.float32)
            effects.add_to(Channel.CHURN, np.float32(self.void) * support * felt)

    def _choose(self, world: WorldView, nodes: Nodes, member: NDArray[np.bool_]) -> None:
        """The first share · members of each world by (1 − koc) · rank of PageRank + koc · rank of activity."""
        indptr, indices = world.connections
        people = len(member)
        nodes.followers_of = np.repeat(np.arange(people), np.diff(indptr))
        # Ties with a person outside the community carry nothing.
        live = member[nodes.followers_of] & member[indices]
        one, other = nodes.followers_of[live], indices[live]
        degree = np.bincount(one, minlength=people)
        per_world = np.maximum(np.bincount(world.world, member, world.worlds), 1)
        base = (member / per_world[world.world]).astype(np.float64)
        central = base.copy()
        for _ in range(ITERATIONS):
            passed = central / np.maximum(degree, 1)
            central = (1 - DAMPING) * base + DAMPING * np.bincount(one, passed[other], people)
        active = world.members["activity"] + 0.5 * world.members["orders"]
        mean = np.bincount(world.world, degree, world.worlds) / per_world
        relative = degree / np.maximum(mean, 1e-9)[world.world]
        nodes.chosen[:] = False
        for place in range(world.worlds):
            rows = world.starts[place] + np.flatnonzero(member[world.starts[place] : world.starts[place + 1]])
            score = (1 - self.koc) * _rank(central[rows]) + self.koc * _rank(active[rows])
            count = max(round(self.share * len(rows)), 1)
            nodes.chosen[rows[np.argsort(-score, kind="stable")[:count]]] = True
        # Who hears the same from three nodes counts a third for each.
        heard = np.bincount(nodes.followers_of, nodes.chosen[indices], people)
        shared = np.bincount(nodes.followers_of, 1.0 / np.maximum(heard[indices], 1.0), people)
        own = shared / np.maximum(np.diff(indptr), 1)
        nodes.closeness = (own / (1.0 + self.distance * relative)).astype(np.float32)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Empowered members · fee · support."""
        nodes: Nodes = world.notebook
        paid = nodes.chosen & (world.members["status"] == Status.MEMBER)
        return np.asarray(np.bincount(world.world, paid, world.worlds) * self.fee * self.support, np.float64)


def _rank(values: NDArray[Any]) -> NDArray[Any]:
    """Place of each value from 0 to just below 1, lower rows first on a par."""
    place = np.empty(len(values))
    place[np.argsort(values, kind="stable")] = np.arange(len(values)) / max(len(values), 1)
    return place

"""S12 Key nodes: find opinion leaders and keen customers among the members, and empower them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.params import lever, setting, uncertainty
from simulation.strategies.base import Strategy
from simulation.tallies import ascending, ranks
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


@njit(cache=True, nogil=True, error_model="numpy")
def _central(indptr: Any, indices: Any, member: Any, starts: Any) -> tuple[Any, Any]:
    """PageRank among members, and each member's ties to members; ties with a person outside carry nothing."""
    people = len(member)
    degree, base = np.zeros(people, np.int64), np.zeros(people)
    for world in range(len(starts) - 1):
        here = 0
        for i in range(starts[world], starts[world + 1]):
            here += member[i]
        for i in range(starts[world], starts[world + 1]):
            if member[i]:
                base[i] = 1.0 / here
                for k in range(indptr[i], indptr[i + 1]):
                    degree[i] += member[indices[k]]
    central, passed = base.copy(), np.zeros(people)
    for _ in range(ITERATIONS):
        for i in range(people):
            passed[i] = central[i] / max(degree[i], 1)
        for i in range(people):
            if member[i]:
                got = 0.0
                for k in range(indptr[i], indptr[i + 1]):
                    got += passed[indices[k]]
                central[i] = (1.0 - DAMPING) * base[i] + DAMPING * got
    return central, degree


@njit(cache=True, nogil=True, error_model="numpy")
def _pick(rows: Any, bounds: Any, share: float, chosen: Any) -> None:
    """The first share of each world's rows, at least one."""
    chosen[:] = False
    for world in range(len(bounds) - 1):
        here = bounds[world + 1] - bounds[world]
        for k in range(min(max(int(np.rint(share * here)), 1), here)):
            chosen[rows[bounds[world] + k]] = True


@njit(cache=True, nogil=True, error_model="numpy")
def _own(indptr: Any, indices: Any, chosen: Any) -> Any:
    """Share of each person's followers that is theirs: who hears the same from three nodes counts a third for each."""
    people = len(chosen)
    part, own = np.zeros(people), np.zeros(people)
    for i in range(people):
        heard = 0
        for k in range(indptr[i], indptr[i + 1]):
            heard += chosen[indices[k]]
        part[i] = 1.0 / max(heard, 1)
    for i in range(people):
        for k in range(indptr[i], indptr[i + 1]):
            own[i] += part[indices[k]]
        own[i] /= max(indptr[i + 1] - indptr[i], 1)
    return own


@njit(cache=True, nogil=True, error_model="numpy")
def _void(indptr: Any, indices: Any, gone: Any, left: Any, week: int) -> Any:
    """What each person misses: 2^(−Δt/4) for every node among their ties that has left, at most three in all."""
    felt = np.zeros(len(gone), np.float32)
    for i in range(len(gone)):
        if gone[i]:
            fresh = 0.5 ** ((week - left[i]) / HALF_LIFE)
            for k in range(indptr[i], indptr[i + 1]):
                felt[indices[k]] = min(felt[indices[k]] + fresh, MOST_GAPS)
    return felt


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
        if (world.week - self.start) % REVIEW_WEEKS == 0:
            self._choose(world, nodes, member)
        empowered = nodes.chosen & member
        support, left = np.float32(self.support), world.members["left"]
        effects.add_to(Channel.VOICE, np.float32(self.reach) * support * nodes.closeness * empowered)
        effects.add_where(Channel.RECOGNITION, empowered, self.honour * self.support)
        gone = nodes.chosen & ~member & (left >= max(world.week - FELT_WEEKS, 0))
        if gone.any():
            felt = _void(*world.connections, gone, left, world.week)
            effects.add_to(Channel.CHURN, np.float32(self.void) * support * felt)

    def _choose(self, world: WorldView, nodes: Nodes, member: NDArray[np.bool_]) -> None:
        """The first share · members of each world by (1 − koc) · rank of PageRank + koc · rank of activity."""
        central, degree = _central(*world.connections, member, world.starts)
        active = world.members["activity"] + 0.5 * world.members["orders"]
        score = (1 - self.koc) * ranks(central, member, world.starts) + self.koc * ranks(active, member, world.starts)
        # Turned round, so that of two on a par the first row comes first.
        rows, bounds = ascending(-score, member, world.starts)
        _pick(rows, bounds, self.share, nodes.chosen)
        mean = world.sum(degree) / np.maximum(world.count(member), 1)
        relative = degree / np.maximum(mean, 1e-9)[world.world]
        own = _own(*world.connections, nodes.chosen)
        nodes.closeness = (own / (1.0 + self.distance * relative)).astype(np.float32)

    def bill(self, world: WorldView) -> NDArray[np.float64]:
        """Empowered members · fee · support."""
        nodes: Nodes = world.notebook
        paid = nodes.chosen & (world.members["status"] == Status.MEMBER)
        return np.asarray(world.count(paid) * (self.fee * self.support), np.float64)

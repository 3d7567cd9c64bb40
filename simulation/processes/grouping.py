"""Members start group purchases and ask their ties to join (E16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER, PROSPECT = int(Status.MEMBER), int(Status.PROSPECT)
GROUP, GROUP_SIZE, GROUP_PRICE, BARGAIN = (
    int(Channel.GROUP), int(Channel.GROUP_SIZE), int(Channel.GROUP_PRICE), int(Channel.BARGAIN)
)  # fmt: skip
START, ANSWER = STREAMS["group"], STREAMS["group_join"]
MOST_EAGER = 3.4  # above 1.5 e^.8, the most by which eagerness multiplies the rate


class Grouping(Params):
    """Who starts a group purchase and who joins."""

    acceptance: float = uncertainty(0.25, 0, 1, zh="参团基准概率", en="Base chance that a tie joins a group",
                                    source="Luo et al. 2014 [V concept]; level assumed")  # fmt: skip
    strangers: float = uncertainty(
        0.2, 0, 1, zh="非成员的参团倾向", en="Readiness of people outside, relative to members"
    )
    helping: float = uncertainty(0.5, 0, 5, zh="只帮忙更容易答应", en="How much more readily people help than buy",
                                 help_zh="人人只帮忙砍价时，答应的概率高出几倍。",
                                 help_en="Rise of the chance of an answer where everybody only helps, relative.")  # fmt: skip
    asked: float = uncertainty(8, 1, 40, step=1, unit="ties", zh="每次拼团邀请人数", en="Ties asked for a group")


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _can_join(p: Any, s: Any, f: Any, j: int) -> bool:
    return f.grouped[j] == 0 and (s.status[j] == MEMBER or (s.status[j] == PROSPECT and p.arrival[j] < 0))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _need(week: int, p: Any, s: Any, j: int) -> float:
    # Who has just bought needs nothing: a group brings purchases forward rather than adding to them without end.
    since = s.recency[j] + 1 if s.recency[j] >= 0 else week - s.joined[j]
    return min(p.rate[j] * since, 1.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _lure(depth: float) -> float:
    # 1 at a discount of a fifth; a deeper one draws ever fewer more.
    return (1.0 - exp(-5.0 * depth)) / 0.6321205588


@njit(cache=True, nogil=True, error_model="numpy")
def _answers(
    seed: Any, week: int, first: int, j: int, w: float, depth: float, bargain: float, p: Any, s: Any, c: Any
) -> bool:
    u = uniforms(seed, week, j - first, ANSWER)
    ready = c.acceptance * (_need(week, p, s, j) if s.status[j] == MEMBER else c.strangers)
    # Helping costs nothing, so more people do.
    ready *= 1.0 + c.helping * bargain
    return u[0] < min(ready * (0.5 + p.deal[j]) * (4.0 * w * (1.0 - w) + 0.3) * _lure(depth), 0.95)


@njit(cache=True, nogil=True, error_model="numpy")
def _group(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, indptr: Any, indices: Any, strength: Any,
           e: Any, c: Any) -> None:  # fmt: skip
    everybody, singled, slot = e
    answered = np.empty(max(int(c.asked), 1), indices.dtype)
    f.group_size[:] = 0
    f.group_failed[:] = 0
    f.grouped[:] = 0
    f.group_order[:] = 0
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        if slot[GROUP] < 0 and everybody[GROUP, world] <= 0.0:
            continue
        coins = coin_block(seeds[world], week, START, 0, int(last - first))
        for i in range(first, last):
            ties = indptr[i + np.uintp(1)] - indptr[i]
            if s.status[i] != MEMBER or ties == 0 or f.grouped[i] == 1:
                continue
            rate = proposed(everybody, singled, slot, GROUP, world, i)
            coin = coins[i - first]
            eager = (
                (0.5 + p.deal[i]) * exp(0.8 * (s.satisfaction[i] - s.aspiration[i]))
                if coin < MOST_EAGER * rate
                else 0.0
            )
            if coin >= min(rate * eager, 1.0):
                continue
            needed = max(int(proposed(everybody, singled, slot, GROUP_SIZE, world, i) + 0.5), 2) - 1
            depth = 1.0 - exp(min(proposed(everybody, singled, slot, GROUP_PRICE, world, i), 0.0))
            bargain = min(max(proposed(everybody, singled, slot, BARGAIN, world, i), 0.0), 1.0)
            offset = min(int(uniforms(seeds[world], week, i - first, START)[1] * ties), ties - 1)
            asked = min(int(c.asked), ties)
            ready = 0
            for k in range(asked):
                edge = indptr[i] + (offset + k) % ties
                j = indices[edge]
                if _can_join(p, s, f, j):
                    if s.status[j] == MEMBER:
                        f.invites_seen[j] += 1
                    if _answers(seeds[world], week, starts[world], j, strength[edge], depth, bargain, p, s, c):
                        answered[ready] = j
                        ready += 1
            if ready < needed:
                f.group_failed[i] = 1
                continue
            f.grouped[i] = 1
            f.group_order[i] = 1
            f.group_size[i] = ready + 1
            for j in answered[:ready]:
                f.grouped[j] = 1
                f.group_order[j] = 1 if uniforms(seeds[world], week, j - starts[world], ANSWER)[1] >= bargain else 0
                if s.status[j] != MEMBER:
                    f.inviter[j] = i


def group(model: CommunityModel) -> None:
    """E16: a member starts a group with probability rate·(.5 + d)·e^{.8(S − A)} and asks up to eight ties.

    A tie answers with .25 (.5 + d)(4w(1 − w) + .3)·(1 − e^{−5 discount})/(1 − e^{−1}), at most .95, people outside .2 as readily, members as far as they need
    something, min(λ · weeks since their last order, 1); the group comes about if at least g − 1
    answer, and everybody in it orders once at the group price, prospects joining by it. Of those who answer, the share
    ``bargain`` only helps to bring the price down; where only help is asked, up to half as many more answer (1 + .5 bargain). A group that fails counts as .3 of a bad experience. Being asked
    counts as an invitation seen. Nobody is in
    two groups in a week; members lower in the rows start first.
    """
    _group(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.graph.indptr,
           model.graph.indices, model.strength, model.effect_arrays, model.coefficients["grouping"])  # fmt: skip

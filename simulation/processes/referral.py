"""Members invite people they know (E4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp, log
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, poisson, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER, PROSPECT = int(Status.MEMBER), int(Status.PROSPECT)
REFERRAL = int(Channel.REFERRAL)
INVITE = STREAMS["invite"]
MOST_INVITES = 3


class Referral(Params):
    """Who invites whom and who accepts."""

    rate: float = uncertainty(0.04, 0, 0.2, unit="1/week", zh="邀请频率", en="Rate of inviting")
    reward_pull: float = uncertainty(8, 0, 20, zh="奖励对邀请的拉动", en="Pull of the reward on inviting")
    acceptance: float = uncertainty(0.10, 0, 0.5, zh="接受邀请的基准概率", en="Base acceptance", grade="V",
                                    source="inverted U in tie strength, Rajkumar 2022; level assumed")  # fmt: skip
    deal_pull: float = uncertainty(2.5, 0, 6, zh="奖励对促销敏感者的吸引", en="Pull of the reward on the deal-prone")


@njit(cache=True, nogil=True, error_model="numpy")
def _invite(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, indptr: Any, indices: Any, strength: Any,
            e: Any, c: Any) -> None:  # fmt: skip
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            f.invite_refusal[i] = 0.0
            f.inviter[i] = -1
            f.invite_pull[i] = 0.0
            f.invites_sent[i] = 0
            f.invites_seen[i] = 0
        coins = coin_block(seeds[world], week, INVITE, 0, int(last - first))
        for i in range(first, last):
            warmth = s.trust[i] + s.satisfaction[i] - 0.6
            ties = indptr[i + np.uintp(1)] - indptr[i]
            if s.status[i] != MEMBER or warmth <= 0.0 or ties == 0:
                continue
            reward = min(max(proposed(everybody, singled, slot, REFERRAL, world, i), 0.0), 1.0)
            mean = c.rate * (1.0 + c.reward_pull * reward) * warmth * min(p.degree[i], 40.0) / 10.0
            sent = min(poisson(coins[i - first], mean), MOST_INVITES)
            if sent == 0:
                continue
            u = uniforms(seeds[world], week, i - first, INVITE)
            for k in range(sent):
                edge = indptr[i] + min(int(u[k + 1] * ties), ties - 1)
                j = indices[edge]
                f.invites_sent[i] += 1
                if s.status[j] == MEMBER:
                    f.invites_seen[j] += 1
                elif s.status[j] == PROSPECT:
                    w = strength[edge]
                    pull = c.acceptance * (4.0 * w * (1.0 - w) + 0.3) * exp(c.deal_pull * reward * (p.deal[j] - 0.35))
                    pull = min(pull, 0.95)
                    f.invite_refusal[j] += log(1.0 - pull)
                    if pull > f.invite_pull[j]:
                        f.invite_pull[j] = pull
                        f.inviter[j] = i


def invite(model: CommunityModel) -> None:
    """E4: invites ~ Poisson(.04 (1 + 8R)(T + S − .6)₊ min(k, 40)/10), some of which are accepted.

    Acceptance: .10 [4w(1 − w) + .3] e^{2.5R(d − .35)}, an inverted U in tie strength.

    At most three invitations a week leave one person. A prospect invited by several people refuses all of them with
    the product of the refusals; the most convincing inviter counts as the referrer.
    """
    _invite(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.graph.indptr,
            model.graph.indices, model.strength, model.effect_arrays, model.coefficients["referral"])  # fmt: skip

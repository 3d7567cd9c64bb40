"""Members subscribe to a paid membership, renew it or give it up (E15)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp, log
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
OFFERED, FEE, PERKS = int(Channel.SUBSCRIPTION), int(Channel.FEE), int(Channel.PERKS)
SUBSCRIBE = STREAMS["subscribe"]
BILLING = 4
"""Weeks between two payments, at which people decide whether to go on; a newcomer considers as seldom."""


class Subscribing(Params):
    """Who takes out a paid membership and who keeps it."""

    base: float = uncertainty(-4, -8, 0, unit="log-odds", zh="订阅基准", en="Base log-odds of subscribing", grade="V",
                              source="start rate 1–3 %, Bapna & Umyarov 2015; level assumed")  # fmt: skip
    peers: float = uncertainty(1.6, 1, 3, zh="好友订阅的影响", en="Odds ratio of friends who subscribe", grade="V",
                               source="Bapna & Umyarov 2015")  # fmt: skip
    price: float = uncertainty(2, 0, 6, zh="订阅价格敏感度", en="Price sensitivity of subscribing",
                               help_zh="每 5 元周费使订阅的对数几率下降多少。",
                               help_en="Log-odds of subscribing lost by ¥5 a week.")  # fmt: skip
    giving_up: float = uncertainty(
        -2.5, -6, 0, unit="log-odds", zh="退订基准", en="Base log-odds of giving up at a renewal"
    )
    unused: float = uncertainty(1.0, 0, 4, unit="log-odds", zh="闲置的影响", en="Effect of not having used it")


@njit(cache=True, nogil=True, error_model="numpy")
def _subscribe(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    peers = log(c.peers)
    f.renewal_due[:] = 0
    f.renewed[:] = 0
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        if slot[OFFERED] < 0 and everybody[OFFERED, world] <= 0.0:
            s.subscribed[first:last] = 0
            continue
        coins = coin_block(seeds[world], week, SUBSCRIBE, 0, int(last - first))
        for i in range(first, last):
            if s.status[i] != MEMBER or proposed(everybody, singled, slot, OFFERED, world, i) <= 0.0:
                s.subscribed[i] = 0
                continue
            coin = coins[i - first]
            if s.subscribed[i] == 0 and coin >= 1.0 / BILLING:
                continue
            dear = c.price * max(proposed(everybody, singled, slot, FEE, world, i), 0.0) / 5.0
            perks = proposed(everybody, singled, slot, PERKS, world, i)
            if s.subscribed[i] == 0:
                near = f.subscribed_ties[i] / sqrt(p.degree[i]) if p.degree[i] > 0.0 else 0.0
                link = c.base + 2.0 * s.satisfaction[i] + 2.0 * s.trust[i] + peers * near - dear + perks
                if coin < 1.0 / BILLING / (1.0 + exp(-min(max(link, -30.0), 30.0))):
                    s.subscribed[i] = week
            elif (week - s.subscribed[i]) % BILLING == 0:
                link = c.giving_up - 2.0 * (s.satisfaction[i] - s.aspiration[i]) - 1.5 * (s.trust[i] - 0.6)
                link += 0.5 * (dear - c.price) - perks + (c.unused if s.idle[i] >= BILLING else 0.0)
                f.renewal_due[i] = 1
                if uniforms(seeds[world], week, i - first, SUBSCRIBE)[1] < 1.0 / (
                    1.0 + exp(-min(max(link, -30.0), 30.0))
                ):
                    s.subscribed[i] = 0
                else:
                    f.renewed[i] = 1


def subscribe(model: CommunityModel) -> None:
    """E15: about once in four weeks a member considers: logit = −4 + 2S + 2T + ln 1.6·(subscribed ties)/√k − 2 fee/5.

    Every four weeks a subscriber gives up with logit = −2.5 − 2(S − A) − 1.5(T − .6) + .5·2(fee/5 − 1) + 1·unused for
    four weeks; benefits enter both with opposite signs. Where nothing is on offer nobody subscribes.
    """
    _subscribe(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
               model.coefficients["subscribing"])  # fmt: skip

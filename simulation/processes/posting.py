"""People take part, post and get replies (E11)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp, log, saturate
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, poisson, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
REWARD, PERFORMANCE, EVENTS, POSTING, REPLY, SUPPLY = (
    int(Channel.REWARD), int(Channel.PERFORMANCE), int(Channel.EVENTS), int(Channel.POSTING), int(Channel.REPLY),
    int(Channel.SUPPLY),
)  # fmt: skip
POST = STREAMS["post"]
MOST_POSTS = 40.0
MOST_PULL = 20.0


class Posting(Params):
    """What makes people post and others answer."""

    reward_pull: float = uncertainty(1.2, 0, 3, zh="奖励对发帖的拉动", en="Pull of rewards on posting", grade="V",
                                     source="sign: Khern-am-nuai 2018, Yu 2022; size assumed")  # fmt: skip
    quality_loss: float = uncertainty(0.45, 0, 0.9, zh="奖励导致的质量下降", en="Quality lost to rewards", grade="V",
                                      source="sign: Khern-am-nuai 2018; size assumed")  # fmt: skip
    replies: float = uncertainty(1.2, 0, 5, zh="每帖最多回复数", en="Replies a post can get")
    crowding: float = uncertainty(
        0.15, 0, 1, zh="官方内容对发帖的挤出", en="Posting crowded out by the operator's content"
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _post(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        coins = coin_block(seeds[world], week, POST, 0, int(last - first))
        # Logs person by person, then the exponentials of all at once, which become vector code.
        means = np.zeros(int(last - first))
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            reward = min(max(proposed(everybody, singled, slot, REWARD, world, i), 0.0), 1.0)
            supply = max(proposed(everybody, singled, slot, SUPPLY, world, i), 0.0)
            m = f.contacts[i]
            log_rate = (
                0.5 * (s.satisfaction[i] - s.aspiration[i])
                + c.reward_pull * sqrt(reward) * (0.5 + 0.5 * p.deal[i])
                + 0.25 * m
                - 0.06 * m * m
                - 0.3 * s.fatigue[i]
                - (c.crowding * log(1.0 + supply) if supply > 0.0 else 0.0)
                + proposed(everybody, singled, slot, POSTING, world, i)
            )
            means[i - first] = min(log_rate, MOST_PULL)
        for k in range(len(means)):
            means[k] = exp(means[k])
        for i in range(first, last):
            f.posts[i] = 0
            f.replies[i] = 0
            if s.status[i] != MEMBER:
                s.echo[i] = 0.0
                continue
            events = max(proposed(everybody, singled, slot, EVENTS, world, i), 0.0)
            mean = p.posting[i] * (0.3 + 0.7 * s.motivation[i]) * (1.0 + 0.25 * events) * means[i - first]
            posts = poisson(coins[i - first], min(mean * s.attention[i], MOST_POSTS))
            if posts == 0:
                s.echo[i] = 0.0
                continue
            reward = min(max(proposed(everybody, singled, slot, REWARD, world, i), 0.0), 1.0)
            performance = min(max(proposed(everybody, singled, slot, PERFORMANCE, world, i), 0.0), 1.0)
            quality = 1.0 - c.quality_loss * reward * (1.0 - performance)
            f.posts[i] = posts
            s.posts[i] += posts
            s.echo[i] = posts * quality
            others = max(proposed(everybody, singled, slot, REPLY, world, i), 0.0)
            friends = c.replies * quality * saturate(f.member_ties[i] / 3.0)
            u = uniforms(seeds[world], week, i - first, POST)
            f.replies[i] = poisson(u[1], min(posts * (friends + others), MOST_POSTS))


def post(model: CommunityModel) -> None:
    """E11: y ~ Poisson(η (.3 + .7M) e^{.5(S − A)} e^{1.2√R(.5 + .5d)} (1 + .25e) e^{.25m − .06m²} e^{−.3F}).

    Quality is 1 − .45 R (1 − perf); a post gets Poisson(1.2 · quality · tanh(Σw/3)) replies from the member's ties
    (level assumed) and those that others are led to give. The operator's own content crowds posting out by
    .15 ln(1 + pieces); a rival community takes its share of attention. Rates are bounded at 40 a week.
    """
    _post(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
          model.coefficients["posting"])  # fmt: skip

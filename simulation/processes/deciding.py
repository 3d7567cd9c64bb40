"""How members decide (E17), and how their attention is shared with a rival community (E20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Mode, Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
REPEAT, IMITATE, OPTIMISE, COMPARE = (int(mode) for mode in Mode)
PULL = int(Channel.RIVAL)
RIVALRY = STREAMS["rival"]
MOST_PULL = 6.0


class Deciding(Params):
    """When people stop deciding by habit, and what draws them elsewhere."""

    tolerance: float = uncertainty(0.02, 0, 0.3, step=0.01, zh="不满容忍度", en="Disappointment that people put up with",
                                   source="consumat, Jager & Janssen; value is a teaching assumption")  # fmt: skip
    unsure: float = uncertainty(0.045, 0, 0.25, step=0.005, zh="不确定门槛", en="Variance of trust above which people look at others",
                                source="consumat, Jager & Janssen; value is a teaching assumption")  # fmt: skip
    rival_joining: float = uncertainty(0.002, 0, 0.05, step=0.0005, unit="1/week", zh="加入竞品社群的速度",
                                       en="Rate of joining a rival community too")  # fmt: skip
    rival_quitting: float = uncertainty(0.02, 0, 0.5, step=0.005, unit="1/week", zh="退出竞品社群的速度",
                                        en="Rate of giving the rival up")  # fmt: skip
    home: float = uncertainty(1.1, -2, 4, unit="log-odds", zh="主场优势", en="Hold of this community on attention",
        help_zh="同时身在竞品社群的人，注意力有 σ(主场优势) 留在这里。",
        help_en="People who are in both keep σ(hold) of their attention here.")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _decide(seeds: Any, starts: Any, week: int, p: Any, s: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        coins = coin_block(seeds[world], week, RIVALRY, 0, int(last - first))
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            a, b = s.trust_for[i], s.trust_against[i]
            unsure = a * b / ((a + b) * (a + b) * (a + b + 1.0)) > c.unsure
            if s.satisfaction[i] >= s.aspiration[i] - c.tolerance:
                s.mode[i] = IMITATE if unsure else REPEAT
            else:
                s.mode[i] = COMPARE if unsure else OPTIMISE
            pull = proposed(everybody, singled, slot, PULL, world, i) * (0.5 + p.deal[i])
            pull = min(max(pull, -MOST_PULL), MOST_PULL)
            hold = 2.0 * (s.satisfaction[i] - s.aspiration[i]) + 1.5 * (s.trust[i] - 0.6)
            if s.rival[i] == 0:
                look = 2.0 if s.mode[i] == COMPARE else 1.0
                s.rival[i] = 1 if coins[i - first] < c.rival_joining * look * exp(pull - hold) else 0
            elif uniforms(seeds[world], week, i - first, RIVALRY)[1] < c.rival_quitting * exp(hold - pull):
                s.rival[i] = 0
            s.attention[i] = 1.0 / (1.0 + exp(pull - hold - c.home)) if s.rival[i] == 1 else 1.0


def decide(model: CommunityModel) -> None:
    """E17: satisfied and certain people repeat, satisfied and unsure imitate, dissatisfied optimise or compare.

    Dissatisfied is who stands more than .02 below what they have come to expect: S < A − .02.
    Unsure is who has a variance ab/((a + b)²(a + b + 1)) of trust above the threshold. E20: a member joins a rival
    community too with .002·look·e^{pull(.5 + d) − hold}, look = 2 for those who compare, hold = 2(S − A) + 1.5(T − .6);
    leaves it with .02·e^{hold − pull(.5 + d)}; attention here is the softmax σ(1.1 + hold − pull(.5 + d)), 1 without
    a rival.
    """
    _decide(model.seeds, model.starts, model.week, model.people, model.standing, model.effect_arrays,
            model.coefficients["deciding"])  # fmt: skip

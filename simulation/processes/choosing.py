"""Members take up special offers or not: made to order, paid knowledge, meeting in person; and they vote (E18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, rows_of, uniform_block, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
CUSTOM, PREMIUM, COURSE, COURSE_PRICE, SALON, VOTE = (
    int(Channel.CUSTOM), int(Channel.CUSTOM_PREMIUM), int(Channel.COURSE), int(Channel.COURSE_PRICE),
    int(Channel.SALON), int(Channel.VOTE),
)  # fmt: skip
CHOOSE, BALLOT = STREAMS["choose"], STREAMS["vote"]


class Choosing(Params):
    """How readily people take up what is not for everybody."""

    custom: float = uncertainty(
        -2.5, -6, 2, unit="log-odds", zh="定制意愿基准", en="Base log-odds of ordering to measure"
    )
    course: float = uncertainty(
        -4, -8, 2, unit="log-odds", zh="付费学习意愿基准", en="Base log-odds of paying for knowledge"
    )
    salon: float = uncertainty(
        -2.5, -6, 2, unit="log-odds", zh="线下参加意愿基准", en="Base log-odds of coming in person"
    )
    turnout: float = uncertainty(-2.7, -6, 2, unit="log-odds", zh="投票意愿基准", en="Base log-odds of voting", grade="V",
                                 source="turnout about 6 % in DAOs")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _sigma(x: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(x, -30.0), 30.0)))


@njit(cache=True, nogil=True, error_model="numpy")
def _choose(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    f.custom[:] = 0
    f.course[:] = 0
    f.salon[:] = 0
    f.voted[:] = 0
    quiet = slot[CUSTOM] < 0 and slot[COURSE] < 0 and slot[SALON] < 0 and slot[VOTE] < 0
    for world in range(len(seeds)):
        offers = max(
            everybody[CUSTOM, world], everybody[COURSE, world], everybody[SALON, world], everybody[VOTE, world]
        )
        if quiet and offers <= 0.0:
            continue
        first, last = rows_of(starts, world)
        coins = uniform_block(seeds[world], week, CHOOSE, int(last - first))
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            custom = proposed(everybody, singled, slot, CUSTOM, world, i)
            course = proposed(everybody, singled, slot, COURSE, world, i)
            salon = proposed(everybody, singled, slot, SALON, world, i)
            warm = 2.0 * (s.trust[i] - 0.6) + 2.0 * (s.satisfaction[i] - s.aspiration[i])
            if custom > 0.0 or course > 0.0 or salon > 0.0:
                # Who was not asked need not be asked what they would have said.
                u = coins[i - first]
                if u[0] < custom:
                    premium = max(proposed(everybody, singled, slot, PREMIUM, world, i), 0.0)
                    wish = 3.0 * (p.need_weight[i, 3] + p.need_weight[i, 4]) - 4.0 * premium
                    f.custom[i] = 1 if u[0] < min(custom, 1.0) * _sigma(c.custom + wish + warm) else 0
                if u[1] < course:
                    dear = max(proposed(everybody, singled, slot, COURSE_PRICE, world, i), 0.0) / 50.0
                    wish = 6.0 * p.need_weight[i, 4] - dear
                    f.course[i] = 1 if u[1] < min(course, 1.0) * _sigma(c.course + wish + warm) else 0
                if u[2] < salon:
                    wish = 4.0 * p.need_weight[i, 2]
                    f.salon[i] = 1 if u[2] < min(salon, 1.0) * _sigma(c.salon + wish + warm) else 0
            if proposed(everybody, singled, slot, VOTE, world, i) > 0.0:
                u = uniforms(seeds[world], week, i - first, BALLOT)
                will = c.turnout + 1.5 * (s.need[i, 3] - 0.45) + 1.5 * (s.need[i, 4] - 0.45)
                f.voted[i] = 1 if u[0] < _sigma(will) else 0


def choose(model: CommunityModel) -> None:
    """Take-up with probability invitation · σ(link), warm = 2(T − .6) + 2(S − A) in each.

    Made to order: −2.5 + 3(ω esteem + ω growth) − 4 premium + warm; paid knowledge: −4 + 6 ω growth − price/50 + warm;
    in person: −2.5 + 4 ω belonging + warm. E18, turnout: σ(−2.7 + 1.5(n esteem − .45) + 1.5(n growth − .45)), about 6 %.
    Levels are teaching assumptions.
    """
    _choose(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
            model.coefficients["choosing"])  # fmt: skip

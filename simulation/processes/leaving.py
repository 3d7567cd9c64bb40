"""Members leave, and their leaving is felt by friends (E14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp, log
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER, LAPSED = int(Status.MEMBER), int(Status.LAPSED)
CHURN, DEPART, RESCUE = int(Channel.CHURN), int(Channel.DEPART), int(Channel.RESCUE)
LEAVE = STREAMS["churn"]
HALF_LIFE_DECAY = 0.5**0.25
WEEKLY_DISCOUNT = 0.002
MOST_PRESSURE = 8.0
ASLEEP = 8.0  # idle weeks after which somebody has quite forgotten that they could leave

SEEN = ("gap_hazard", "gap_hazard_without", "referred_weeks", "referred_leaves", "organic_weeks", "organic_leaves")
"""Sums over the run: hazards of people whose tie has just left, with and without that gap, and member-weeks and
leavings of people who came by referral and of those who came on their own (founders apart)."""


class Leaving(Params):
    """What moves the hazard of leaving. The first two are identified by no public study."""

    satisfaction: float = uncertainty(2, 0, 5, plausible=(0.8, 5), zh="不满对流失的影响 β_S", en="Effect of dissatisfaction β_S",
                                      source="identified by no public study: teaching assumption")  # fmt: skip
    trust: float = uncertainty(1.5, 0, 4, plausible=(0.5, 4), zh="信任对流失的影响 β_T", en="Effect of trust β_T",
                               source="identified by no public study: teaching assumption")  # fmt: skip
    fatigue: float = uncertainty(0.45, 0, 1.5, zh="疲劳对流失的影响 β_F", en="Effect of fatigue β_F", grade="V",
                                 source="sign: Godfrey, Seiders & Voss 2011; size assumed")  # fmt: skip
    contagion: float = uncertainty(1.8, 1, 3, zh="好友刚流失时的风险比", en="Hazard ratio when a tie has just left",
                                   grade="V", source="+80 %, decaying: Nitzan & Libai 2011")  # fmt: skip
    referred: float = uncertainty(0.6, 0, 1, zh="被推荐者的黏性", en="Loyalty of the referred", grade="V",
                                  source="sign: Van den Bulte et al. 2018; size assumed")  # fmt: skip
    demoted: float = uncertainty(0.5, 0, 2, zh="降级的影响", en="Effect of a demotion", grade="V",
                                 source="sign: Wagner et al. 2009; size assumed")  # fmt: skip
    subscribed: float = uncertainty(0.4, 0, 2, zh="付费会员的黏性", en="Hold of a paid membership", grade="V",
                                    source="sign: Iyengar et al. 2022; size assumed")  # fmt: skip
    distracted: float = uncertainty(0.8, 0, 3, zh="注意力分走的影响", en="Effect of attention lost to a rival")
    crowded: float = uncertainty(0.4, 0, 2, unit="log-odds", zh="被人潮淹没的影响", en="Effect of being lost in a crowd", grade="V",
                                 source="sign: Butler 2001, larger groups lose more of their members; size assumed")  # fmt: skip
    relief: float = uncertainty(1.5, 0, 4, unit="log-odds", zh="挽留优惠的缓解", en="Relief by a retention offer", grade="V",
                                source="sign: Ascarza 2018; size assumed")  # fmt: skip
    waking: float = uncertainty(1.5, 0, 4, unit="log-odds", zh="惊醒沉睡者", en="Waking of the dormant by an offer", grade="V",
                                source="sign: Ascarza, Iyengar & Schleicher 2016 (6 % to 10 %); size assumed")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _leave(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any, loss: float, after: bool,
           at_risk: Any, left: Any, seen: Any) -> None:  # fmt: skip
    everybody, singled, slot = e
    gap = log(c.contagion)
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        coins = coin_block(seeds[world], week, LEAVE, 0, int(last - first))
        # Log-odds person by person, then the exponentials of all at once, which become vector code.
        logits, gaps = np.zeros(int(last - first)), np.zeros(int(last - first))
        for i in range(first, last):
            f.leaves[i] = 0
            f.hazard[i] = 0.0
            f.value[i] = 0.0
            if s.status[i] != MEMBER:
                continue
            surplus = s.satisfaction[i] - s.aspiration[i]
            if surplus < 0.0:
                surplus *= loss
            mean_tie = f.total_ties[i] / p.degree[i] if p.degree[i] > 0.0 else 0.0
            missing = min(f.departed_ties[i] / mean_tie, 3.0) if mean_tie > 0.0 else 0.0
            by_friend = s.referrer[i] >= 0 and s.status[s.referrer[i]] == MEMBER
            pressure = (
                -c.satisfaction * surplus
                - c.trust * (s.trust[i] - 0.6)
                + 2.0 * c.fatigue * max(s.fatigue[i] - 0.5, 0.0)
                + gap * missing
                - (c.referred if by_friend else 0.0)
                + c.demoted * f.demoted[i]
                - (c.subscribed if s.subscribed[i] > 0 else 0.0)
                + c.distracted * (1.0 - s.attention[i])
                + c.crowded * f.crowded[i]
                + proposed(everybody, singled, slot, CHURN, world, i)
            )
            offer = min(max(proposed(everybody, singled, slot, RESCUE, world, i), 0.0), 1.0)
            if offer > 0.0:
                dormancy = min(s.idle[i] / ASLEEP, 1.0)
                pressure += offer * (c.waking * dormancy - 2.0 * c.relief * p.deal[i] * (1.0 - dormancy))
            pressure = min(max(pressure, -MOST_PRESSURE), MOST_PRESSURE)
            s.pressure[i] = pressure
            gaps[i - first] = missing
            logits[i - first] = p.base_churn[i] + pressure
        hazards = np.empty(len(logits))
        for k in range(len(logits)):
            hazards[k] = 1.0 / (1.0 + exp(-logits[k]))
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            hazard, missing = hazards[i - first], gaps[i - first]
            if after:
                leaves = f.dropout[i] == 1
                expected = 1.0 - exp(-p.rate[i] * hazard)
            else:
                leaves = coins[i - first] < hazard
                expected = hazard
            if proposed(everybody, singled, slot, DEPART, world, i) > 0.5:
                leaves = True
            f.hazard[i] = expected
            f.value[i] = f.expected_margin[i] / (1.0 - (1.0 - expected) * (1.0 - WEEKLY_DISCOUNT))
            f.leaves[i] = 1 if leaves else 0
            if 0.5 <= missing <= 1.5:
                seen[0, world] += hazard
                seen[1, world] += 1.0 / (1.0 + exp(-(logits[i - first] - gap * missing)))
            if p.arrival[i] < 0:
                kind = 2 if s.referrer[i] >= 0 else 4
                seen[kind, world] += 1.0
                seen[kind + 1, world] += f.leaves[i]
            if s.left[i] < 0:
                tenure = min(week - s.joined[i], at_risk.shape[1] - 1)
                at_risk[world, tenure] += 1
                left[world, tenure] += f.leaves[i]
        for i in range(first, last):
            s.departed[i] *= HALF_LIFE_DECAY
            if f.leaves[i] == 1:
                s.status[i] = LAPSED
                s.left[i] = week
                s.departed[i] = 1.0
                s.active[i] = 0
                s.echo[i] = 0.0
                s.subscribed[i] = 0


def leave(model: CommunityModel) -> None:
    """E14: logit h = logit θ − β_S v − β_T(T − .6) + 2β_F(F − .5)₊ + ln 1.8·X − .60 referred + .5 demoted + shocks.

    Further: −.4 subscribed, +.8 (1 − attention), +.4 noise/(noise + 20), see :func:`feel`, and with a retention offer +1.5·dormancy − 1.5·2d(1 − dormancy), dormancy
    growing over eight idle weeks: an offer reminds the sleeping that they could leave. v = S − A, times the loss aversion
    where negative; X = Σ(w/w̄)·2^{−Δt/4}·1[tie left], at most 3. The state-dependent part stays within ±8. Where dropout
    follows purchases the same log-odds act on each purchase.
    The value still to come is margin/(1 − (1 − h)(1 − δ)) with δ = 0.2 % a week (10 % a year): this week's expected
    margin and hazard, if they stayed as they are.
    """
    _leave(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
           model.coefficients["leaving"], model.spec.behaviour.feeling.loss_aversion,
           model.spec.population.dropout == "after_purchase", model.at_risk, model.tenure_left,
           model.seen)  # fmt: skip

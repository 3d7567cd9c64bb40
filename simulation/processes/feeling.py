"""Needs are met or hurt, satisfaction follows, expectations adapt (E5–E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import log, saturate, saturate_count
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
LADDER = 0.5
GAINS = int(Channel.FUNCTIONAL)
"""First of the five channels that feed (or, below 0, hurt) the five needs."""
EVENTS, RECOGNITION, TRANSPARENCY, CONTROL, TIER, SUPPLY, SAMENESS, PERSONALISATION = (
    int(Channel.EVENTS), int(Channel.RECOGNITION), int(Channel.TRANSPARENCY), int(Channel.CONTROL), int(Channel.TIER),
    int(Channel.SUPPLY), int(Channel.SAMENESS), int(Channel.PERSONALISATION),
)  # fmt: skip


class Feeling(Params):
    """What meets the needs, and how expectations adapt."""

    decay: float = uncertainty(0.08, 0.05, 0.15, unit="1/week", zh="需求满足的衰减 δ", en="Decay of met needs δ",
                               source="consumat, Jager & Janssen; value is a teaching assumption")  # fmt: skip
    product_fit: float = uncertainty(0.045, 0, 0.2, zh="产品契合", en="Product fit")
    calm: float = uncertainty(0.055, 0, 0.2, zh="日常安心", en="Everyday safety")
    welcome: float = uncertainty(0.045, 0, 0.2, zh="日常归属", en="Everyday belonging")
    regard: float = uncertainty(0.05, 0, 0.2, zh="日常尊重", en="Everyday esteem")
    learning: float = uncertainty(0.05, 0, 0.2, zh="日常成长", en="Everyday growth")
    content: float = uncertainty(0.05, 0, 0.2, zh="内容的功能价值", en="Use of what friends post")
    overload: float = uncertainty(20, 2, 200, unit="posts/week", zh="信息过载点", en="Posts at which overload halves their use",
                                  grade="V", source="sign: Butler 2001; size assumed")  # fmt: skip
    strangers: float = uncertainty(0.04, 0, 0.5, step=0.01, unit="share", zh="陌生帖进入视野的比例", en="Posts of strangers that one has to leaf through",
                                   grade="V", source="sign: Butler 2001; Jones, Ravid & Rafaeli 2004; size assumed")  # fmt: skip
    anonymity: float = uncertainty(0.6, 0, 1, unit="share", zh="人多时失去的日常归属", en="Everyday belonging lost in a crowd", grade="V",
                                   source="sign: Butler 2001; size assumed")  # fmt: skip
    supplied: float = uncertainty(
        0.3, 0, 1, zh="官方内容折算", en="Posts of friends that a piece of the operator's is worth"
    )
    prepotency: float = uncertainty(0, 0, 1, zh="需求层次递进 h", en="Prepotency of lower needs h", grade="V",
        source="Tay & Diener 2011: contributions are largely independent, so 0",
        help_zh="0：五种需求各自起作用；1：低层需求未满足之前，高层需求不起作用（马斯洛的阶梯）。",
        help_en="0: the needs add; 1: a higher need counts only once the lower ones are met (Maslow's ladder).",
    )  # fmt: skip
    indulgence: float = uncertainty(
        1.5, 1, 4, zh="付费会员的期望适应倍数", en="How much faster subscribers get used to things"
    )
    adaptation: float = uncertainty(0.02, 0.01, 0.06, unit="1/week", zh="期望适应速度 η", en="Speed of adaptation η")
    loss_aversion: float = uncertainty(2, 1, 2.5, zh="损失厌恶 λ", en="Loss aversion λ", grade="V",
                                       source="1.8–2.1 over 607 estimates, Brown et al. 2024")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _met(
    n: float,
    gain: float,
    pain: float,
    decay: float,
    everybody: Any,
    singled: Any,
    slot: Any,
    k: int,
    world: int,
    i: int,
) -> float:
    said = proposed(everybody, singled, slot, GAINS + k, world, i)
    gain += max(said, 0.0)
    pain += max(-said, 0.0)
    return min(max((1.0 - decay) * n + (1.0 - n) * gain - n * pain, 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _read(
    written: float, posts: Any, ties: Any, first: Any, world: int, everybody: Any, singled: Any, slot: Any, c: Any
) -> tuple[Any, Any, Any]:
    """Company of friends, use of what there is to read, and crowdedness of everybody in a world.

    What takes exponentials and divisions is done here for all at once, without a branch, so that it becomes vector code.
    """
    people = len(ties)
    company, useful, crowded = np.empty(people), np.empty(people), np.empty(people)
    for k in range(people):
        useful[k] = posts[k]
        if slot[SUPPLY] >= 0 or everybody[SUPPLY, world] > 0.0:
            useful[k] += c.supplied * max(proposed(everybody, singled, slot, SUPPLY, world, first + np.uintp(k)), 0.0)
        # Everybody's posts pass by; recommendation keeps out what does not concern a member.
        sorted_out = proposed(everybody, singled, slot, PERSONALISATION, world, first + np.uintp(k))
        crowded[k] = c.strangers * written * (1.0 - min(max(sorted_out, 0.0), 1.0))
    overload = float(c.overload)
    for k in range(people):
        company[k] = saturate(ties[k] / 3.0)
    for k in range(people):
        useful[k] = log(1.0 + useful[k]) / (1.0 + (useful[k] + crowded[k]) / overload)
        crowded[k] = crowded[k] / (crowded[k] + overload)
    return company, useful, crowded


@njit(cache=True, nogil=True, error_model="numpy")
def _feel(starts: Any, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        written = 0.0
        for i in range(first, last):
            written += s.echo[i]
        company, useful, crowded = _read(
            written, f.content[first:last], f.member_ties[first:last], first, world, everybody, singled, slot, c
        )
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            events = max(proposed(everybody, singled, slot, EVENTS, world, i), 0.0)
            recognition = min(max(proposed(everybody, singled, slot, RECOGNITION, world, i), 0.0), 1.0)
            openness = min(max(proposed(everybody, singled, slot, TRANSPARENCY, world, i), 0.0), 1.0)
            control = min(max(proposed(everybody, singled, slot, CONTROL, world, i), 0.0), 1.0)
            tiers = proposed(everybody, singled, slot, TIER, world, i) > 0.0
            m = f.contacts[i]
            posted = 1.0 if f.posts[i] > 0 else 0.0
            bought = 1.0 if f.orders[i] > 0 else 0.0
            replies = min(f.replies[i], 3)
            own = c.supplied * max(proposed(everybody, singled, slot, SUPPLY, world, i), 0.0)
            content = f.content[i] + own
            f.crowded[i] = crowded[i - first]
            fresh = 1.0
            if own > 0.0:
                fresh -= min(max(proposed(everybody, singled, slot, SAMENESS, world, i), 0.0), 1.0) * own / content
            functional = (
                c.product_fit
                + 0.10 * f.relevance[i] * saturate_count(m)
                + c.content * fresh * useful[i - first]
                + 0.10 * bought
            )
            safety = c.calm + 0.02 * openness + 0.02 * control
            belonging = (
                c.welcome * (1.0 - c.anonymity * crowded[i - first])
                + 0.07 * replies
                + 0.06 * company[i - first]
                + (0.10 * events / (1.0 + events) if events > 0.0 else 0.0)
                + 0.30 * f.salon[i]
            )
            esteem = (
                c.regard
                + 0.04 * replies
                + 0.30 * recognition * (1.0 - 0.45 * recognition) * posted
                + 0.15 * f.promoted[i]
                + 0.15 * f.custom[i]
                + 0.10 * f.voted[i]
                + 0.15 * f.cocreated[i]
            )
            growth = c.learning + 0.50 * f.cocreated[i] + 0.05 * posted
            growth += 0.10 * f.custom[i] + 0.30 * f.course[i] + 0.05 * f.voted[i]
            hurt = 0.10 * f.unresolved[i] + 0.10 * f.intrusion[i] + 0.05 * min(f.bad[i], 4.0)
            slight = 0.012 * recognition * (1.0 - posted) + 0.10 * c.loss_aversion * f.demoted[i]
            if tiers and s.tier[i] == 0:
                slight += 0.03
            n = s.need[i]
            n[0] = _met(n[0], functional, 0.05 * f.unresolved[i], c.decay, everybody, singled, slot, 0, world, i)
            n[1] = _met(n[1], safety, hurt, c.decay, everybody, singled, slot, 1, world, i)
            n[2] = _met(n[2], belonging, 0.0, c.decay, everybody, singled, slot, 2, world, i)
            n[3] = _met(n[3], esteem, slight, c.decay, everybody, singled, slot, 3, world, i)
            n[4] = _met(n[4], growth, 0.0, c.decay, everybody, singled, slot, 4, world, i)
            satisfaction = 0.0
            if c.prepotency > 0.0:
                open_way = 1.0
                weights = 0.0
                for k in range(5):
                    satisfaction += p.need_weight[i, k] * open_way * n[k]
                    weights += p.need_weight[i, k] * open_way
                    open_way *= 1.0 - c.prepotency + c.prepotency * min(1.0, n[k] / LADDER)
                satisfaction = satisfaction / weights if weights > 0.0 else 0.0
            else:
                for k in range(5):
                    satisfaction += p.need_weight[i, k] * n[k]
            s.satisfaction[i] = satisfaction
            pace = c.adaptation * (c.indulgence if s.subscribed[i] > 0 else 1.0)
            s.aspiration[i] += pace * (satisfaction - s.aspiration[i])


def feel(model: CommunityModel) -> None:
    """E5: n ← (1 − δ)n + (1 − n)·gain⁺ − n·gain⁻, S = Σ ω n; E6: the gains below; E7: A ← A + η(S − A).

    functional: fit + .10 rel tanh m + .05 ln(1 + content)/(1 + (content + noise)/20) + .10 bought; safety: calm + openness + control,
    hurt by failures and intrusion; belonging: welcome + .07 min(replies, 3) + .06 tanh(Σw/3) + .10 e/(1 + e); esteem:
    regard + .04 min(replies, 3) + .30 rec(1 − .45 rec)·posted + .15 promoted, hurt by .012 rec·not posted + .10 λ demoted
    + .03 at the bottom tier; growth: learning + .50 co-creation success + .05 posted. Further: meeting in person .30
    belonging; made to order .15 esteem and .10 growth; paid knowledge .30 growth; a vote cast .10 esteem and .05 growth;
    and what strategies add to a need, below 0 as pain; a success of co-creation .15 esteem. Noise, .04 of all posts of the
    week less what recommendation (personalisation) keeps out, adds to the overload and takes up to .6 of the welcome, by
    noise/(noise + 20): communities that are too big lose the small (Butler 2001). A piece of the operator's content counts as .3 posts, less by
    sameness. With prepotency h a weight is ω_k Π_{j<k}(1 − h + h min(1, n_j/.5)),
    and the weights are scaled back to a sum of 1. Subscribers adapt 1.5 times as fast.
    Sizes are teaching assumptions.
    """
    _feel(model.starts, model.people, model.standing, model.flow, model.effect_arrays, model.coefficients["feeling"])

"""Needs are met or hurt, satisfaction follows, expectations adapt (E5–E7)."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import saturate
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
EVENTS, RECOGNITION, TRANSPARENCY, CONTROL, PERSONALISATION, TIER = (
    int(Channel.EVENTS), int(Channel.RECOGNITION), int(Channel.TRANSPARENCY), int(Channel.CONTROL),
    int(Channel.PERSONALISATION), int(Channel.TIER),
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
    adaptation: float = uncertainty(0.02, 0.01, 0.06, unit="1/week", zh="期望适应速度 η", en="Speed of adaptation η")
    loss_aversion: float = uncertainty(2, 1, 2.5, zh="损失厌恶 λ", en="Loss aversion λ", grade="V",
                                       source="1.8–2.1 over 607 estimates, Brown et al. 2024")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _feel(starts: Any, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        for i in range(starts[world], starts[world + 1]):
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
            content = f.content[i]
            functional = (
                c.product_fit
                + 0.10 * f.relevance[i] * saturate(m)
                + c.content * log(1.0 + content) / (1.0 + content / c.overload)
                + 0.10 * bought
            )
            safety = c.calm + 0.02 * openness + 0.02 * control
            belonging = (
                c.welcome + 0.07 * replies + 0.06 * saturate(f.member_ties[i] / 3.0) + 0.10 * events / (1.0 + events)
            )
            esteem = (
                c.regard
                + 0.04 * replies
                + 0.30 * recognition * (1.0 - 0.45 * recognition) * posted
                + 0.15 * f.promoted[i]
            )
            growth = c.learning + 0.50 * f.cocreated[i] + 0.05 * posted
            hurt = 0.10 * f.unresolved[i] + 0.10 * f.intrusion[i] + 0.05 * min(f.bad[i], 4.0)
            slight = 0.012 * recognition * (1.0 - posted) + 0.10 * c.loss_aversion * f.demoted[i]
            if tiers and s.tier[i] == 0:
                slight += 0.03
            keep = 1.0 - c.decay
            n = s.need[i]
            n[0] = min(max(keep * n[0] + (1.0 - n[0]) * functional - n[0] * 0.05 * f.unresolved[i], 0.0), 1.0)
            n[1] = min(max(keep * n[1] + (1.0 - n[1]) * safety - n[1] * hurt, 0.0), 1.0)
            n[2] = min(max(keep * n[2] + (1.0 - n[2]) * belonging, 0.0), 1.0)
            n[3] = min(max(keep * n[3] + (1.0 - n[3]) * esteem - n[3] * slight, 0.0), 1.0)
            n[4] = min(max(keep * n[4] + (1.0 - n[4]) * growth, 0.0), 1.0)
            satisfaction = 0.0
            for k in range(5):
                satisfaction += p.need_weight[i, k] * n[k]
            s.satisfaction[i] = satisfaction
            s.aspiration[i] += c.adaptation * (satisfaction - s.aspiration[i])


def feel(model: CommunityModel) -> None:
    """E5: n ← (1 − δ)n + (1 − n)·gain⁺ − n·gain⁻, S = Σ ω n; E6: the gains below; E7: A ← A + η(S − A).

    functional: fit + .10 rel tanh m + .05 ln(1 + content)·overload + .10 bought; safety: calm + openness + control,
    hurt by failures and intrusion; belonging: welcome + .07 min(replies, 3) + .06 tanh(Σw/3) + .10 e/(1 + e); esteem:
    regard + .04 min(replies, 3) + .30 rec(1 − .45 rec)·posted + .15 promoted, hurt by .012 rec·not posted + .10 λ demoted
    + .03 at the bottom tier; growth: learning + .50 co-creation success + .05 posted. Sizes are teaching assumptions.
    """
    _feel(model.starts, model.people, model.standing, model.flow, model.effect_arrays, model.coefficients["feeling"])

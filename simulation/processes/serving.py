"""Orders are served, well or badly, and personalisation may feel like being watched (E9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
(HUMAN, FAILURE, PERSONALISATION, CONTROL, TRANSPARENCY, SELLING, GOOD, BAD, MACHINE, EXPOSURE, COMMERCE, MODERATION,
 STRICTNESS, TOXICITY) = (
    int(Channel.HUMAN), int(Channel.FAILURE), int(Channel.PERSONALISATION), int(Channel.CONTROL),
    int(Channel.TRANSPARENCY), int(Channel.SELLING), int(Channel.GOOD), int(Channel.BAD),
    int(Channel.MACHINE), int(Channel.EXPOSURE), int(Channel.COMMERCE), int(Channel.MODERATION),
    int(Channel.STRICTNESS), int(Channel.TOXICITY),
)  # fmt: skip
SERVICE, MODERATE = STREAMS["service"], STREAMS["moderate"]
MOST_TOXICITY = 6.0


class Serving(Params):
    """How often service fails, how often it is put right, and what counts as a good or a bad experience."""

    failure: float = uncertainty(0.08, 0, 0.5, unit="1/order", zh="服务失误率", en="Service failure rate")
    machine_fix: float = uncertainty(0.55, 0, 1, zh="自动化解决率", en="Failures put right without a human")
    human_fix: float = uncertainty(0.35, 0, 0.45, zh="人工额外解决率", en="Further failures a human puts right")
    intrusion: float = uncertainty(0.5, 0, 2, zh="隐私侵扰斜率", en="Slope of intrusion", grade="V",
                                   source="sign: Aguirre 2015, Tucker 2014; size assumed")  # fmt: skip
    unfair_margin: float = uncertainty(2, 0, 10, zh="高毛利被看见的反感", en="Resentment of a high margin laid open",
                                       grade="V", source="sign: Mohan, Buell & John 2020; size assumed")  # fmt: skip
    good_order: float = uncertainty(0.25, 0, 2, zh="一次顺利购买的信任证据", en="Evidence in a smooth order")
    good_service: float = uncertainty(0.08, 0, 1, zh="一次服务触达的信任证据", en="Evidence in a service contact")
    good_openness: float = uncertainty(0.25, 0, 2, zh="透明购买的信任证据", en="Evidence in an order at open prices")
    toxicity: float = uncertainty(
        0.02, 0, 0.3, step=0.005, unit="1/post", zh="伤人内容占比", en="Share of posts that hurt a reader"
    )
    hurt: float = uncertainty(0.5, 0, 2, zh="被伤害的负面证据", en="Evidence in a hurtful post")
    removed: float = uncertainty(0.3, 0, 2, zh="误删帖子的负面证据", en="Evidence in a post taken down for nothing")
    pitch: float = uncertainty(0.3, 0, 2, zh="推销式邀请的负面证据", en="Evidence in an invitation that sells")
    group_failed: float = uncertainty(0.3, 0, 2, zh="拼团失败的负面证据", en="Evidence in a group that failed", grade="V",
                                      source="Luo et al. 2014 [V concept]; level assumed")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _serve(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any, margin: float) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        # Coins are tossed for everybody where many need them, which no plan without personal data does.
        personal = slot[PERSONALISATION] >= 0 or slot[EXPOSURE] >= 0
        personal = personal or everybody[PERSONALISATION, world] > 0.0 or everybody[EXPOSURE, world] > 0.0
        watched = coin_block(seeds[world], week, SERVICE, 2, starts[world + 1] - starts[world] if personal else 0)
        read = coin_block(seeds[world], week, MODERATE, 0, int(last - first))
        for i in range(first, last):
            f.failures[i] = 0
            f.unresolved[i] = 0
            f.intrusion[i] = 0
            f.hurt[i] = 0
            f.removed[i] = 0
            f.good[i] = 0.0
            f.bad[i] = 0.0
            if s.status[i] != MEMBER:
                continue
            orders = f.orders[i]
            human = min(max(proposed(everybody, singled, slot, HUMAN, world, i), 0.0), 1.0)
            openness = min(max(proposed(everybody, singled, slot, TRANSPARENCY, world, i), 0.0), 1.0)
            if orders > 0:
                u = uniforms(seeds[world], week, i - first, SERVICE)
                odds = (
                    c.failure / (1.0 - c.failure) * exp(proposed(everybody, singled, slot, FAILURE, world, i))
                    if c.failure < 1.0
                    else 1e9
                )
                smooth = (1.0 / (1.0 + odds)) ** orders
                if u[0] > smooth:
                    f.failures[i] = 1
                    machine = proposed(everybody, singled, slot, MACHINE, world, i)
                    if u[1] < 1.0 - (c.machine_fix + c.human_fix * human + machine):
                        f.unresolved[i] = 1
            depth = min(max(proposed(everybody, singled, slot, PERSONALISATION, world, i), 0.0), 1.0)
            exposed = min(max(proposed(everybody, singled, slot, EXPOSURE, world, i), 0.0), 1.0)
            used = exposed * exposed + (depth * depth if f.contacts[i] > 0 else 0.0)
            if used > 0.0:
                control = min(max(proposed(everybody, singled, slot, CONTROL, world, i), 0.0), 1.0)
                concern = min(p.privacy[i] + s.wary[i], 1.0)
                chance = min(0.5, c.intrusion * concern * used * (1.0 - control) * (1.0 - s.trust[i]))
                f.intrusion[i] = 1 if watched[i - first] < chance else 0
            strict = min(max(proposed(everybody, singled, slot, STRICTNESS, world, i), 0.0), 1.0)
            if f.content[i] > 0.0 or (strict > 0.0 and f.posts[i] > 0):
                tone = min(max(proposed(everybody, singled, slot, TOXICITY, world, i), -MOST_TOXICITY), MOST_TOXICITY)
                kept = 1.0 - min(max(proposed(everybody, singled, slot, MODERATION, world, i), 0.0), 1.0)
                f.hurt[i] = 1 if read[i - first] < min(c.toxicity * exp(tone) * f.content[i] * kept, 0.3) else 0
                if f.posts[i] > 0 and strict > 0.0:
                    u = uniforms(seeds[world], week, i - first, MODERATE)
                    if u[1] < 1.0 - (1.0 - strict) ** f.posts[i]:
                        f.removed[i] = 1
                        s.echo[i] = 0.0
            pitch = min(max(proposed(everybody, singled, slot, COMMERCE, world, i), 0.0), 1.0)
            service = min(max(proposed(everybody, singled, slot, SELLING, world, i), 0.0), 1.0)
            smooth_orders = max(orders - f.failures[i], 0)
            f.good[i] = (
                (c.good_order + c.good_openness * openness) * smooth_orders
                + c.good_service * service * f.contacts[i]
                + max(proposed(everybody, singled, slot, GOOD, world, i), 0.0)
            )
            f.bad[i] = (
                f.unresolved[i]
                + f.intrusion[i]
                + c.unfair_margin * openness * max(margin - 0.55, 0.0) * orders
                + c.hurt * f.hurt[i]
                + c.removed * f.removed[i]
                + c.pitch * pitch * f.invites_seen[i]
                + c.group_failed * f.group_failed[i]
                + max(proposed(everybody, singled, slot, BAD, world, i), 0.0)
            )


def serve(model: CommunityModel) -> None:
    """E9: a failure per order with probability .08, unresolved with 1 − (.55 + .35 human); intrusion; unfair margin.

    Machines that learnt more put right that much more. Intrusion: min(.5, .5 (c + wariness)(p² + exposure²)(1 − control)
    (1 − T)), p counting in weeks in which something arrives. c + wariness counts up to 1. A hurtful
    post reaches a member with .02·e^{toxicity}·posts read·(1 − moderation), at most .3, and is bad by .5; strict moderation
    takes down something harmless with 1 − (1 − strictness)^posts, which then nobody reads and which is bad by .3.
    Invitations that sell and groups that fail are bad experiences of .3.
    """
    _serve(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
           model.coefficients["serving"], model.spec.economy.margin)  # fmt: skip

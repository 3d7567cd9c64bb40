"""Prospects join through media, word of mouth and invitations; the lapsed come back (E3, E4, E21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Source, Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER, PROSPECT, LAPSED = int(Status.MEMBER), int(Status.PROSPECT), int(Status.LAPSED)
JOINING, MEDIA, AD_COST, RECALL = (
    int(Channel.JOINING), int(Channel.MEDIA), int(Channel.AD_COST), int(Channel.RECALL)
)  # fmt: skip
FOUNDER, ORGANIC, REFERRED, BY_MEDIA, BY_GROUP, RETURNED = (int(source) for source in Source)
JOIN = STREAMS["join"]
START_NEED = 0.4
MOST_PUSH = 8.0


class Joining(Params):
    """How prospects become members and the lapsed return."""

    media: float = uncertainty(0.0006, 0, 0.02, step=0.0001, unit="1/week", zh="媒体影响 p", en="Media influence p",
                               grade="M", source="Bass p ≈ .03 a year, Sultan et al. 1990")  # fmt: skip
    mouth: float = uncertainty(0.0075, 0, 0.3, step=0.0005, unit="1/week", zh="口碑影响 q", en="Word of mouth q",
                               grade="M", source="Bass q ≈ .38 a year, Sultan et al. 1990")  # fmt: skip
    win_back: float = uncertainty(
        0.002, 0, 0.05, step=0.0005, unit="1/week", zh="自然回归率", en="Base return of the lapsed"
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _join(seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            f.joins[i] = 0
            status = s.status[i]
            if status == MEMBER:
                continue
            u = uniforms(seeds[world], week, i - first, JOIN)
            comes = referred = False
            source = ORGANIC
            if p.arrival[i] >= 0 and status == PROSPECT:
                comes = p.arrival[i] == week
                source = FOUNDER
            elif status == PROSPECT:
                push = exp(proposed(everybody, singled, slot, JOINING, world, i))
                near = f.mouth_ties[i] / f.total_ties[i] if f.total_ties[i] > 0.0 else 0.0
                ads = max(proposed(everybody, singled, slot, MEDIA, world, i), 0.0)
                if ads > 0.0:
                    dearer = min(max(proposed(everybody, singled, slot, AD_COST, world, i), -MOST_PUSH), MOST_PUSH)
                    ads *= exp(p.deal[i] - 0.4 - dearer)
                pull = push * (c.media + c.mouth * near) + ads
                comes = u[0] > exp(-pull)
                if comes and u[3] * pull < ads:
                    source = BY_MEDIA
                if f.grouped[i] == 1:
                    comes = referred = True
                    source = BY_GROUP
                elif f.inviter[i] >= 0 and u[1] > exp(f.invite_refusal[i]):
                    comes = referred = True
                    source = REFERRED
            else:
                recall = max(proposed(everybody, singled, slot, RECALL, world, i), 0.0)
                comes = u[2] < (c.win_back / 0.6 + recall) * s.trust[i]
                source = RETURNED
            if comes:
                f.joins[i] = 1
                s.status[i] = MEMBER
                s.joined[i] = week
                s.departed[i] = 0.0
                s.fatigue[i] = 0.0
                s.points[i] = 0.0
                s.tier[i] = 0
                s.task_due[i] = 0
                s.source[i] = source
                s.subscribed[i] = 0
                s.idle[i] = 0
                s.activity[i] = 0.0
                s.rival[i] = 0
                s.attention[i] = 1.0
                s.satisfaction[i] = START_NEED
                for k in range(5):
                    s.need[i, k] = START_NEED
                if referred:
                    s.referrer[i] = f.inviter[i]
                    s.chain[i] = s.chain[f.inviter[i]] + 1
                    s.brought[f.inviter[i]] += 1


def join(model: CommunityModel) -> None:
    """E3: h = 1 − exp(−(p + q·Σw·1[member]/Σw)), scaled by the joining channel; E4 adds invitations; E21 returns.

    Media and mouth act as one hazard, −ln(1 − p) being p to first order; mouth counts ties by loudness. Paid media add
    media·e^{d − .4}/dearness, so that who comes by them is fond of deals. Who took part in a group purchase joins. The
    lapsed return with (win-back/.6 + recall) · T.
    """
    _join(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
          model.coefficients["joining"])  # fmt: skip

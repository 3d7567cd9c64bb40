"""Where everybody stands: activity, roles and layers are read from what people did, never from what they feel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.effects import Channel, proposed
from simulation.members import Layer, Role, Status
from simulation.params import Params, setting
from simulation.streams import rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
BYSTANDER, PARTICIPANT, CONTRIBUTOR, COCREATOR, ADVOCATE = (int(role) for role in Role)
NEW, CORE, POTENTIAL, WARNING, DORMANT, WON_BACK = (int(layer) for layer in Layer)
PAYOUT = int(Channel.PAYOUT)


class Placing(Params):
    """Thresholds of the layers; definitions, not assumptions about people."""

    newcomer: int = setting(8, 1, 52, unit="weeks", zh="新成员周数", en="Weeks as a newcomer")
    warning: int = setting(13, 1, 104, unit="weeks", zh="预警：沉默周数", en="Idle weeks that are a warning")
    dormant: int = setting(26, 1, 208, unit="weeks", zh="沉默：沉默周数", en="Idle weeks that count as dormant")


@njit(cache=True, nogil=True, error_model="numpy")
def _place(starts: Any, week: int, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            took_part = s.active[i] == 1 or f.voted[i] == 1 or f.salon[i] == 1 or f.course[i] == 1 or f.custom[i] == 1
            s.idle[i] = 0 if took_part else s.idle[i] + 1
            s.activity[i] = 0.9 * s.activity[i] + f.posts[i]
            if f.cocreated[i] == 1:
                s.created[i] = week
            s.tokens[i] = 0.99 * s.tokens[i] + 4.0 * f.posts[i] + f.orders[i] + 5.0 * f.cocreated[i]
            s.received[i] += (
                f.list_value[i] - f.paid[i] + max(proposed(everybody, singled, slot, PAYOUT, world, i), 0.0)
            )
            if s.brought[i] > 0 and s.idle[i] < c.warning:
                role = ADVOCATE
            elif s.created[i] >= 0 and week - s.created[i] < 26:
                role = COCREATOR
            elif s.activity[i] >= 1.0:
                role = CONTRIBUTOR
            elif s.idle[i] < c.warning:
                role = PARTICIPANT
            else:
                role = BYSTANDER
            s.role[i] = role
            tenure = week - s.joined[i]
            if s.left[i] >= 0 and tenure < c.warning:
                layer = WON_BACK
            elif tenure < c.newcomer:
                layer = NEW
            elif s.idle[i] >= c.dormant:
                layer = DORMANT
            elif s.idle[i] >= c.warning:
                layer = WARNING
            elif role >= CONTRIBUTOR and s.orders[i] >= 2:
                layer = CORE
            else:
                layer = POTENTIAL
            s.layer[i] = layer


def place(model: CommunityModel) -> None:
    """Roles: advocates brought somebody and are active, co-creators succeeded within 26 weeks, contributors post.

    Contributors have at least one post in about ten weeks (a ← .9a + posts ≥ 1), participants were active within 13 weeks,
    the rest stand by. Layers: won back (within 13 weeks), new (8 weeks), dormant (26 idle weeks), warning (13),
    core (contributor who has bought twice), potential. Ledger: tokens ← .99 tokens + 4 posts + orders + 5 successes.
    """
    _place(model.starts, model.week, model.standing, model.flow, model.effect_arrays, model.coefficients["placing"])

"""Books are closed: the week is summed by world, strategies send their bills, the account is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numba import njit

from simulation.members import Status
from simulation.params import Params, setting

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)

SUMS = (
    "members", "joins", "leaves", "founders_kept", "trust", "satisfaction", "aspiration", "fatigue", "motivation",
    "functional", "safety", "belonging", "esteem", "growth", "posts", "replies", "contacts", "orders", "repeats",
    "buyers", "sales", "list_value", "failures", "unresolved", "intrusions", "invites", "referred", "posters",
    "tasks", "cocreated", "tiered", "tier_spend", "value", "bad",
    # From here on in the order in which they are summed: of the week, then of the standing.
    "custom_value", "custom", "courses", "salon", "votes", "hurt", "removed", "renewals_due", "renewed", "groups",
    "group_orders", "chain_1", "chain_2", "chain_3", "came_organic", "came_referred", "came_media", "came_group", "came_back",
    "subscribers", "rivals", "attention", "wary", "ties", "promoters", "detractors", "creators", "creators_left", "tokens",
    "bystanders", "participants", "contributors", "cocreators", "advocates",
    "layer_new", "layer_core", "layer_potential", "layer_warning", "layer_dormant", "layer_won_back",
)  # fmt: skip
"""What is summed over members each week, per world; trust, needs and moods are sums, not yet means."""

LANES = 64

_INDEX = {name: place for place, name in enumerate(SUMS)}


class Economy(Params):
    """Prices and costs of the business itself."""

    margin: float = setting(0.55, 0.05, 0.95, unit="share of list price", zh="毛利率", en="Gross margin")
    currency: Literal["¥", "$", "€", "£"] = "¥"
    platform_cost: float = setting(150, 0, 1e6, step=10, unit="¥/week", zh="平台固定成本", en="Fixed platform cost")


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _count(column: Any, who: Any) -> float:
    """Sum of whole numbers over those for whom ``who`` is 1."""
    total = 0
    for i in range(len(column)):
        total += column[i] * who[i]
    return float(total)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _above(column: Any, least: float, who: Any) -> float:
    """How many of those for whom ``who`` is 1 have more than ``least``."""
    total = 0
    for i in range(len(column)):
        total += np.int8(column[i] > least) & who[i]
    return float(total)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _amount(column: Any, who: Any) -> float:
    """Sum of amounts over those for whom ``who`` is 1.

    Sums side by side, which processors add several at once, and a fixed order in which they come together: the same to
    the last bit everywhere.
    """
    sums = np.zeros(LANES)
    whole = len(column) - len(column) % LANES
    for first in range(0, whole, LANES):
        some, counted = column[first : first + LANES], who[first : first + LANES]
        for k in range(LANES):
            sums[k] += some[k] if counted[k] else 0.0
    total = 0.0
    for k in range(LANES):
        total += sums[k]
    for i in range(whole, len(column)):
        total += column[i] if who[i] else 0.0
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _comings(p: Any, s: Any, f: Any, here: Any, t: Any) -> None:
    """Who came and who went, few among many."""
    joins, leaves = f.joins[here], f.leaves[here]
    source, activity, inviter, referrer = s.source[here], s.activity[here], f.inviter[here], s.referrer[here]
    for i in range(len(joins)):
        if joins[i] == 1:
            t[1] += 1
            if source[i] > 0:
                t[47 + source[i]] += 1
            t[26] += inviter[i] >= 0 and referrer[i] == inviter[i]
        if leaves[i] == 1:
            t[2] += 1
            # A creator is somebody who has posted lately: once in about ten weeks.
            t[61] += activity[i] >= 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _deeds(p: Any, s: Any, f: Any, here: Any, present: Any, t: Any) -> None:
    """What was done this week by those who were here in it."""
    paid, chain, tier, custom, spend = f.paid[here], s.chain[here], s.tier[here], f.custom[here], p.spend[here]
    t[14], t[15], t[16] = (
        _count(f.posts[here], present),
        _count(f.replies[here], present),
        _count(f.contacts[here], present),
    )
    orders = f.orders[here]
    t[17], t[18], t[19] = _count(orders, present), _count(f.repeats[here], present), _above(orders, 0, present)
    t[20], t[21] = _amount(paid, present), _amount(f.list_value[here], present)
    t[22], t[23] = _count(f.failures[here], present), _count(f.unresolved[here], present)
    t[24], t[25] = _count(f.intrusion[here], present), _count(f.invites_sent[here], present)
    t[27], t[28] = _above(f.posts[here], 0, present), _count(f.invited_to_task[here], present)
    t[29], t[33] = _count(f.cocreated[here], present), _amount(f.bad[here], present)
    some = np.empty(len(present), np.int8)
    for i in range(len(some)):
        some[i] = present[i] & np.int8(tier[i] > 0)
    t[31] = _amount(paid, some)
    for i in range(len(some)):
        some[i] = present[i] & custom[i]
    t[34], t[35] = _amount(spend, some), _count(custom, present)
    t[36], t[37], t[38] = (
        _count(f.course[here], present),
        _count(f.salon[here], present),
        _count(f.voted[here], present),
    )
    t[39], t[40] = _count(f.hurt[here], present), _count(f.removed[here], present)
    t[41], t[42] = _count(f.renewal_due[here], present), _count(f.renewed[here], present)
    t[43], t[44] = _above(f.group_size[here], 0, present), _count(f.group_order[here], present)
    for level in range(3):
        for i in range(len(some)):
            some[i] = present[i] & np.int8(chain[i] > level)
        t[45 + level] = _amount(paid, some)


@njit(cache=True, nogil=True, error_model="numpy")
def _standing(p: Any, s: Any, f: Any, here: Any, member: Any, t: Any) -> None:
    """How those stand who are members now."""
    trust, satisfaction, aspiration = s.trust[here], s.satisfaction[here], s.aspiration[here]
    t[4], t[5], t[6] = _amount(trust, member), _amount(satisfaction, member), _amount(aspiration, member)
    t[7], t[8] = _amount(s.fatigue[here], member), _amount(s.motivation[here], member)
    need = s.need[here]
    for i in range(len(member)):
        if member[i]:
            for k in range(5):
                t[9 + k] += need[i, k]
    t[30], t[32] = _above(s.tier[here], 0, member), _amount(f.value[here], member)
    t[53], t[54] = _above(s.subscribed[here], 0, member), _count(s.rival[here], member)
    t[55], t[56] = _amount(s.attention[here], member), _amount(s.wary[here], member)
    t[57], t[62] = _amount(f.member_ties[here], member), _amount(s.tokens[here], member)
    role, layer, activity = s.role[here], s.layer[here], s.activity[here]
    arrival, left = p.arrival[here], s.left[here]
    heads, founders, happy, angry, creators = 0, 0, 0, 0, 0
    for i in range(len(member)):
        heads += member[i]
        founders += member[i] & np.int8(arrival[i] >= 0) & np.int8(left[i] < 0)
    for i in range(len(member)):
        happy += member[i] & np.int8(trust[i] >= 0.7) & np.int8(satisfaction[i] >= aspiration[i])
        angry += member[i] & np.int8(trust[i] < 0.45)
        creators += member[i] & np.int8(activity[i] >= 1.0)
    t[0], t[3], t[58], t[59], t[60] = heads, founders, happy, angry, creators
    for kind in range(5):
        among = 0
        for i in range(len(member)):
            among += member[i] & np.int8(role[i] == kind)
        t[63 + kind] = among
    for kind in range(6):
        among = 0
        for i in range(len(member)):
            among += member[i] & np.int8(layer[i] == kind)
        t[68 + kind] = among


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(starts: Any, p: Any, s: Any, f: Any, out: Any) -> None:
    for world in range(len(starts) - 1):
        here = slice(starts[world], starts[world + 1])
        t = np.zeros(out.shape[0], np.float64)
        status, leaves = s.status[here], f.leaves[here]
        member, present = np.empty(len(status), np.int8), np.empty(len(status), np.int8)
        for i in range(len(status)):
            member[i] = status[i] == MEMBER
            # Orders and posts of the leaving week count; standing is that of those who stayed.
            present[i] = member[i] | leaves[i]
        _comings(p, s, f, here, t)
        _deeds(p, s, f, here, present, t)
        _standing(p, s, f, here, member, t)
        for k in range(out.shape[0]):
            out[k, world] = t[k]


def sum_week(model: CommunityModel) -> None:
    """Sum what people did and how they stand by world, into ``model.sums``."""
    _sum(model.starts, model.people, model.standing, model.flow, model.sums)


def close_books(model: CommunityModel) -> None:
    """Sum the week by world, then let the operator settle: goods, platform, discounts and each strategy's bill."""
    sum_week(model)
    model.operator.settle()

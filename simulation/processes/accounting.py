"""Books are closed: the week is summed by world, strategies send their bills, the account is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numba import njit

from simulation.members import Status
from simulation.params import Params, setting
from simulation.streams import rows_of

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

_INDEX = {name: place for place, name in enumerate(SUMS)}


class Economy(Params):
    """Prices and costs of the business itself."""

    margin: float = setting(0.55, 0.05, 0.95, unit="share of list price", zh="毛利率", en="Gross margin")
    currency: Literal["¥", "$", "€", "£"] = "¥"
    platform_cost: float = setting(150, 0, 1e6, step=10, unit="¥/week", zh="平台固定成本", en="Fixed platform cost")


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(starts: Any, p: Any, s: Any, f: Any, out: Any) -> None:
    for world in range(len(starts) - 1):
        t = np.zeros(out.shape[0], np.float64)
        first, last = rows_of(starts, world)
        for i in range(first, last):
            t[1] += f.joins[i]
            if f.joins[i] == 1 and s.source[i] > 0:
                t[47 + s.source[i]] += 1
            # A creator is somebody who has posted lately: once in about ten weeks.
            t[61] += f.leaves[i] == 1 and s.activity[i] >= 1.0
            t[2] += f.leaves[i]
            if f.joins[i] == 1 and f.inviter[i] >= 0 and s.referrer[i] == f.inviter[i]:
                t[26] += 1
            if s.status[i] != MEMBER and f.leaves[i] == 0:
                continue
            # Orders and posts of the leaving week count; standing is that of those who stayed.
            t[14] += f.posts[i]
            t[15] += f.replies[i]
            t[16] += f.contacts[i]
            t[17] += f.orders[i]
            t[18] += f.repeats[i]
            t[19] += f.orders[i] > 0
            t[20] += f.paid[i]
            t[21] += f.list_value[i]
            t[22] += f.failures[i]
            t[23] += f.unresolved[i]
            t[24] += f.intrusion[i]
            t[25] += f.invites_sent[i]
            t[27] += f.posts[i] > 0
            t[28] += f.invited_to_task[i]
            t[29] += f.cocreated[i]
            t[33] += f.bad[i]
            if s.tier[i] > 0:
                t[31] += f.paid[i]
            if f.custom[i] == 1:
                t[34] += p.spend[i]
            t[35] += f.custom[i]
            t[36] += f.course[i]
            t[37] += f.salon[i]
            t[38] += f.voted[i]
            t[39] += f.hurt[i]
            t[40] += f.removed[i]
            t[41] += f.renewal_due[i]
            t[42] += f.renewed[i]
            t[43] += f.group_size[i] > 0
            t[44] += f.group_order[i]
            for level in range(min(s.chain[i], 3)):
                t[45 + level] += f.paid[i]
            if s.status[i] != MEMBER:
                continue
            t[0] += 1
            t[3] += p.arrival[i] >= 0 and s.left[i] < 0
            t[4] += s.trust[i]
            t[5] += s.satisfaction[i]
            t[6] += s.aspiration[i]
            t[7] += s.fatigue[i]
            t[8] += s.motivation[i]
            for k in range(5):
                t[9 + k] += s.need[i, k]
            t[30] += s.tier[i] > 0
            t[32] += f.value[i]
            t[53] += s.subscribed[i] > 0
            t[54] += s.rival[i]
            t[55] += s.attention[i]
            t[56] += s.wary[i]
            t[57] += f.member_ties[i]
            t[58] += s.trust[i] >= 0.7 and s.satisfaction[i] >= s.aspiration[i]
            t[59] += s.trust[i] < 0.45
            t[60] += s.activity[i] >= 1.0
            t[62] += s.tokens[i]
            t[63 + s.role[i]] += 1
            t[68 + s.layer[i]] += 1
        for k in range(out.shape[0]):
            out[k, world] = t[k]


def sum_week(model: CommunityModel) -> None:
    """Sum what people did and how they stand by world, into ``model.sums``."""
    _sum(model.starts, model.people, model.standing, model.flow, model.sums)


def close_books(model: CommunityModel) -> None:
    """Sum the week by world, then let the operator settle: goods, platform, discounts and each strategy's bill."""
    sum_week(model)
    model.operator.settle()

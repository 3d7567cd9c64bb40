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
    "buyers", "revenue", "list_value", "failures", "unresolved", "intrusions", "invites", "referred", "posters",
    "tasks", "cocreated", "tiered", "tier_spend", "value", "bad",
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
        for i in range(starts[world], starts[world + 1]):
            t[1] += f.joins[i]
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
        for k in range(out.shape[0]):
            out[k, world] = t[k]


def close_books(model: CommunityModel) -> None:
    """Sum the week by world, then let the operator settle: goods, platform, discounts and each strategy's bill."""
    _sum(model.starts, model.people, model.standing, model.flow, model.sums)
    model.operator.settle()

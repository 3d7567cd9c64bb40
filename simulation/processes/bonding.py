"""Half-acquaintance ties grow between people who are active in the same week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.members import Status
from simulation.params import Params, uncertainty

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)


class Bonding(Params):
    """How fast ties grow by joint activity."""

    growth: float = uncertainty(0.02, 0, 0.2, unit="1/week", zh="半熟关系增长", en="Growth of ties by joint activity")
    meeting: float = uncertainty(
        0.10, 0, 0.5, unit="1/meeting", zh="见面带来的关系增长", en="Growth of ties by meeting in person"
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _bond(indptr: Any, indices: Any, strength: Any, s: Any, f: Any, c: Any) -> None:
    for i in range(len(s.status)):
        busy = f.posts[i] > 0 or f.orders[i] > 0 or f.cocreated[i] > 0
        s.active[i] = 1 if s.status[i] == MEMBER and busy else 0
    for i in range(len(s.status)):
        if s.active[i] == 1:
            for edge in range(indptr[i], indptr[i + 1]):
                if s.active[indices[edge]] == 1:
                    strength[edge] += c.growth * (1.0 - strength[edge])
        if f.salon[i] == 1:
            for edge in range(indptr[i], indptr[i + 1]):
                if f.salon[indices[edge]] == 1:
                    strength[edge] += c.meeting * (1.0 - strength[edge])


def bond(model: CommunityModel) -> None:
    """Let ties grow: w ← w + .02(1 − w) where both ends posted, bought or created this week; both directions alike.

    Where both met in person, w grows by .10(1 − w) as well.
    """
    _bond(model.graph.indptr, model.graph.indices, model.strength, model.standing, model.flow,
          model.coefficients["bonding"])  # fmt: skip

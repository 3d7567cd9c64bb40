"""Look around: what each person's ties bring this week, read from last week's state so that all move at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.members import Status

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)


@njit(cache=True, nogil=True, error_model="numpy")
def _look_around(indptr: Any, indices: Any, strength: Any, s: Any, f: Any, signal: Any) -> None:
    # What a neighbour shows lies together in memory, so that a tie costs one look instead of four.
    for j in range(len(s.status)):
        here = 1.0 if s.status[j] == MEMBER else 0.0
        signal[j, 0] = here
        signal[j, 1] = here * s.trust[j]
        signal[j, 2] = s.echo[j]
        signal[j, 3] = s.departed[j]
    for i in range(len(s.status)):
        members = total = trust = content = departed = 0.0
        for edge in range(indptr[i], indptr[i + 1]):
            j = indices[edge]
            w = strength[edge]
            total += w
            members += w * signal[j, 0]
            trust += w * signal[j, 1]
            content += w * signal[j, 2]
            departed += w * signal[j, 3]
        f.member_ties[i] = members
        f.total_ties[i] = total
        f.tie_trust[i] = trust
        f.content[i] = content
        f.departed_ties[i] = departed


def look_around(model: CommunityModel) -> None:
    """Sum over ties: Σw to members, Σw, Σw·T of members, Σw·posts read, Σw·2^{−Δt/4} of friends who left."""
    _look_around(model.graph.indptr, model.graph.indices, model.strength, model.standing, model.flow, model.signal)

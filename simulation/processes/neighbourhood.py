"""Look around: what each person's ties bring this week, read from last week's state so that all move at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.streams import rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
VOICE = int(Channel.VOICE)
MOST_VOICE = 3.0
FORGOTTEN = 1e-6
"""Freshness of a gap below which friends no longer feel it: eighty weeks after somebody left."""
SIGNALS = 8
"""Numbers that a neighbour shows, side by side in memory (the last one only fills the cache line)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _look_around(starts: Any, indptr: Any, indices: Any, strength: Any, s: Any, f: Any, signal: Any, e: Any) -> None:
    everybody, singled, slot = e
    # What a neighbour shows lies together in memory, so that a tie costs one look instead of seven; most people in a
    # large world show nothing, and whether somebody does is small enough to stay at hand.
    shows = np.empty(len(s.status), np.bool_)
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        for j in range(first, last):
            here = 1.0 if s.status[j] == MEMBER else 0.0
            signal[j, 0] = here
            signal[j, 1] = here * s.trust[j]
            signal[j, 2] = s.echo[j]
            signal[j, 3] = s.departed[j]
            signal[j, 4] = here if s.subscribed[j] > 0 else 0.0
            loud = here
            if here > 0.0:
                voice = proposed(everybody, singled, slot, VOICE, world, j)
                if voice != 0.0:
                    tone = min(max((s.trust[j] - 0.5) / 0.1, -1.0), 1.0)
                    loud = exp(min(max(voice * tone, -MOST_VOICE), MOST_VOICE))
            signal[j, 5] = loud
            signal[j, 6] = here * s.active[j]
            shows[j] = here > 0.0 or s.echo[j] > 0.0 or s.departed[j] > FORGOTTEN
    for i in range(len(s.status)):
        members = total = trust = content = departed = subscribed = loud = active = 0.0
        for edge in range(indptr[i], indptr[i + 1]):
            j = indices[edge]
            w = strength[edge]
            total += w
            if not shows[j]:
                continue
            members += w * signal[j, 0]
            trust += w * signal[j, 1]
            content += w * signal[j, 2]
            departed += w * signal[j, 3]
            subscribed += signal[j, 4]
            loud += w * signal[j, 5]
            active += w * signal[j, 6]
        f.member_ties[i] = members
        f.total_ties[i] = total
        f.tie_trust[i] = trust
        f.content[i] = content
        f.departed_ties[i] = departed
        f.subscribed_ties[i] = subscribed
        f.mouth_ties[i] = loud
        f.active_ties[i] = active


def look_around(model: CommunityModel) -> None:
    """Sum over ties: Σw to members, Σw, Σw·T of members, Σw·posts read, Σw·2^{−Δt/4} of friends who left.

    Likewise the number of ties who subscribe (each counts once), Σw of members by loudness, and Σw to active members.

    A member is heard with loudness e^{voice · tone}, tone = (T − .5)/.1 within ±1: who is empowered carries praise
    further while trusting, and complaints when not.
    """
    _look_around(model.starts, model.graph.indptr, model.graph.indices, model.strength, model.standing, model.flow,
                 model.signal, model.effect_arrays)  # fmt: skip

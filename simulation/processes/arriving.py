"""Contacts and content arrive in members' feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
CONTACT, RELEVANCE, PERSONALISATION = int(Channel.CONTACT), int(Channel.RELEVANCE), int(Channel.PERSONALISATION)
CONTACTED = STREAMS["contact"]


class Arriving(Params):
    """How relevant what arrives is before anybody works on it."""

    relevance: float = uncertainty(0.2, 0, 1, zh="内容基准相关度", en="Base relevance of what arrives")
    personal_lift: float = uncertainty(0.5, 0, 0.8, zh="个性化对相关度的提升", en="Relevance gained by personalisation")


@njit(cache=True, nogil=True, error_model="numpy")
def _arrive(seeds: Any, starts: Any, week: int, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        coins = coin_block(seeds[world], week, CONTACTED, 0, int(last - first))
        for i in range(first, last):
            f.contacts[i] = 0
            f.relevance[i] = 0.0
            if s.status[i] != MEMBER:
                continue
            frequency = max(proposed(everybody, singled, slot, CONTACT, world, i), 0.0)
            whole = int(frequency)
            f.contacts[i] = whole + (1 if coins[i - first] < frequency - whole else 0)
            depth = min(max(proposed(everybody, singled, slot, PERSONALISATION, world, i), 0.0), 1.0)
            relevance = c.relevance + c.personal_lift * depth + proposed(everybody, singled, slot, RELEVANCE, world, i)
            f.relevance[i] = min(max(relevance, 0.0), 1.0)


def arrive(model: CommunityModel) -> None:
    """Messages m = ⌊frequency⌋ or one more with the remaining probability; relevance = base + lifts, within 0–1."""
    _arrive(model.seeds, model.starts, model.week, model.standing, model.flow, model.effect_arrays,
            model.coefficients["arriving"])  # fmt: skip

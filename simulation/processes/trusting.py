"""Trust grows by good experiences, falls faster by bad ones, and leans towards that of one's ties (E8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import rows_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
DOUBT = int(Channel.DOUBT)


class Trusting(Params):
    """How evidence turns into trust."""

    asymmetry: float = uncertainty(3, 1, 5, zh="坏事比好事重几倍 κ", en="Weight of a bad event κ", grade="V",
                                   source="Slovic 1993; ratings: negatives 3.8 times positives, Kumar et al. 2016 [C]")  # fmt: skip
    memory: float = uncertainty(0.98, 0.9, 0.999, zh="信任记忆", en="Memory of evidence", grade="V",
                                source="beta reputation, Jøsang & Ismail 2002; value assumed")  # fmt: skip
    hearsay: float = uncertainty(0.03, 0, 0.2, zh="朋友信任的权重 ω", en="Weight of friends' trust ω")


@njit(cache=True, nogil=True, error_model="numpy")
def _trust(starts: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            doubt = max(proposed(everybody, singled, slot, DOUBT, world, i), 0.0)
            a = 1.0 + c.memory * (s.trust_for[i] - 1.0) + f.good[i]
            b = 1.0 + c.memory * (s.trust_against[i] - 1.0) + c.asymmetry * f.bad[i] + doubt
            if f.member_ties[i] > 0.0:
                heard = f.tie_trust[i] / f.member_ties[i]
                a += c.hearsay * heard
                b += c.hearsay * (1.0 - heard)
            s.trust_for[i] = a
            s.trust_against[i] = b
            s.trust[i] = a / (a + b)


def trust(model: CommunityModel) -> None:
    """E8: a ← 1 + .98(a − 1) + good + ω T̄; b ← 1 + .98(b − 1) + κ bad + doubt + ω (1 − T̄); T = a/(a + b).

    T̄ is the tie-weighted mean trust of the member's ties who are members; with none of them there is no hearsay.
    Doubt about values weighs as much as praise for them: only experiences are asymmetric.
    """
    _trust(model.starts, model.standing, model.flow, model.effect_arrays, model.coefficients["trusting"])

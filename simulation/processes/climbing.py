"""Members collect points and climb or fall on the ladder of tiers."""

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
TIER, TIER_STEP = int(Channel.TIER), int(Channel.TIER_STEP)


class Climbing(Params):
    """How points age and how much patience a tier has."""

    memory: float = uncertainty(0.98, 0.9, 1, zh="积分保留率", en="Share of points kept each week")
    patience: float = uncertainty(0.8, 0.3, 1, zh="降级宽限", en="Share of the threshold that keeps a tier")


@njit(cache=True, nogil=True, error_model="numpy")
def _climb(starts: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            f.promoted[i] = 0
            f.demoted[i] = 0
            if s.status[i] != MEMBER:
                continue
            s.points[i] = c.memory * s.points[i] + f.paid[i]
            old = s.tier[i]
            if proposed(everybody, singled, slot, TIER, world, i) <= 0.0:
                s.tier[i] = 0
                continue
            step = max(proposed(everybody, singled, slot, TIER_STEP, world, i), 1.0)
            new = 0
            for rung in range(1, 4):
                needed = step * (1 << (rung - 1))
                if s.points[i] >= needed or (old >= rung and s.points[i] >= c.patience * needed):
                    new = rung
            s.tier[i] = new
            f.promoted[i] = 1 if new > old else 0
            f.demoted[i] = 1 if new < old else 0


def climb(model: CommunityModel) -> None:
    """Points ← .98 points + paid; rungs at 1, 2 and 4 steps; a tier is kept down to 80 % of its threshold."""
    _climb(model.starts, model.standing, model.flow, model.effect_arrays, model.coefficients["climbing"])

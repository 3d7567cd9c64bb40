"""Fatigue builds up and fades; intrinsic motivation is fed by recognition and eaten by rewards (E10, E12)."""

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
EVENTS, REWARD, PERFORMANCE, RECOGNITION, FATIGUE, SUPPLY, SAMENESS, EXPOSURE, CONTROL, COMMERCE = (
    int(Channel.EVENTS), int(Channel.REWARD), int(Channel.PERFORMANCE), int(Channel.RECOGNITION), int(Channel.FATIGUE),
    int(Channel.SUPPLY), int(Channel.SAMENESS), int(Channel.EXPOSURE), int(Channel.CONTROL), int(Channel.COMMERCE),
)  # fmt: skip
MOST_HUB = 5.0


class Tiring(Params):
    """How people tire and what rewards do to what they did for its own sake."""

    memory: float = uncertainty(0.75, 0.5, 0.9, zh="疲劳留存 ρ", en="Fatigue that remains after a week ρ", grade="V",
                                source="sign: Godfrey, Seiders & Voss 2011; value assumed")  # fmt: skip
    contact: float = uncertainty(0.08, 0, 0.3, zh="触达疲劳", en="Fatigue from a contact", grade="V",
                                 source="sign: Godfrey, Seiders & Voss 2011; value assumed")  # fmt: skip
    crowding_out: float = uncertainty(0.05, 0, 0.10, zh="挤出效应", en="Crowding-out by rewards", grade="V",
                                      source="sign: Deci 1999, Sun 2017; size assumed")  # fmt: skip
    core: float = uncertainty(0.2, 0, 1, zh="奖励夺不走的动机", en="Motivation that rewards cannot take", grade="V",
                              source="undermining is moderate, d = −.28 to −.40, Deci, Koestner & Ryan 1999; value assumed")  # fmt: skip
    restored: float = uncertainty(0.01, 0, 0.1, unit="1/week", zh="动机恢复速度", en="Recovery of motivation")
    sameness: float = uncertainty(0.06, 0, 0.3, zh="内容雷同的疲劳", en="Fatigue from content that is all alike")
    calming: float = uncertainty(0.95, 0.8, 1, zh="戒心的留存", en="Wariness that remains after a week")
    alarm: float = uncertainty(0.10, 0, 0.5, zh="一次侵扰增加的戒心", en="Wariness from an intrusion", grade="V",
                               source="sign: Aguirre 2015; size assumed")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _tire(starts: Any, p: Any, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(starts) - 1):
        first, last = rows_of(starts, world)
        for i in range(first, last):
            if s.status[i] != MEMBER:
                continue
            events = max(proposed(everybody, singled, slot, EVENTS, world, i), 0.0)
            reward = min(max(proposed(everybody, singled, slot, REWARD, world, i), 0.0), 1.0)
            performance = min(max(proposed(everybody, singled, slot, PERFORMANCE, world, i), 0.0), 1.0)
            recognition = min(max(proposed(everybody, singled, slot, RECOGNITION, world, i), 0.0), 1.0)
            rewarded = 1.0 if reward > 0.0 else 0.0
            posted = 1.0 if f.posts[i] > 0 else 0.0
            s.fatigue[i] = (
                c.memory * s.fatigue[i]
                + c.contact * f.contacts[i] * (1.3 - f.relevance[i])
                + 0.10 * events
                + 0.05 * rewarded
                + 0.03 * f.invites_seen[i]
                + proposed(everybody, singled, slot, FATIGUE, world, i)
            )
            if proposed(everybody, singled, slot, SUPPLY, world, i) > 0.0:
                same = min(max(proposed(everybody, singled, slot, SAMENESS, world, i), 0.0), 1.0)
                s.fatigue[i] += c.sameness * same
            s.fatigue[i] = max(s.fatigue[i], 0.0)
            exposed = min(max(proposed(everybody, singled, slot, EXPOSURE, world, i), 0.0), 1.0)
            control = min(max(proposed(everybody, singled, slot, CONTROL, world, i), 0.0), 1.0)
            pitch = min(max(proposed(everybody, singled, slot, COMMERCE, world, i), 0.0), 1.0)
            wary = c.calming * s.wary[i] + c.alarm * f.intrusion[i]
            wary += 0.5 * c.alarm * (exposed * (1.0 - control) * p.privacy[i] + pitch * f.invites_seen[i])
            s.wary[i] = min(wary, 1.0)
            m = s.motivation[i]
            hub = min(p.degree[i] / p.mean_degree[i], MOST_HUB) if p.mean_degree[i] > 0.0 else 0.0
            m += 0.03 * (1.0 - m) * (recognition * posted + 0.5 * f.cocreated[i])
            m -= c.crowding_out * max(s.motivation[i] - c.core, 0.0) * reward * (0.3 + hub) * (1.0 - performance)
            m += c.restored * (0.7 - s.motivation[i]) * (1.0 - rewarded)
            s.motivation[i] = min(max(m, 0.0), 1.0)


def tire(model: CommunityModel) -> None:
    """E10: F ← .75F + .08 m(1.3 − rel) + .10 e + .05·1[R > 0] + .03·invites seen. E12: motivation.

    M ← M + .03(1 − M)(rec·1[y > 0] + .5 cocreated) − .05 (M − .2)₊ R(.3 + k/k̄)(1 − perf) + .01(.7 − M)·1[R = 0], within 0–1;
    k/k̄ counts at most five times. Strategies may add
    to F, which stays at or above 0; where the operator publishes, content that is all alike tires by .06 sameness. Wariness, the anxiety of being
    harvested: w ← min(.95w + .10 intrusion + .05 [exposure (1 − control) c + sales pitches heard], 1).
    """
    _tire(model.starts, model.people, model.standing, model.flow, model.effect_arrays, model.coefficients["tiring"])

"""Members take part in co-creation tasks, which take weeks and may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from simulation.curves import exp
from simulation.effects import Channel, proposed
from simulation.members import Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
COCREATION, COCREATION_SUCCESS = int(Channel.COCREATION), int(Channel.COCREATION_SUCCESS)
COCREATE = STREAMS["cocreate"]


class Creating(Params):
    """How long a task takes and how likely an intrinsically motivated person makes it succeed."""

    task_weeks: float = uncertainty(4, 1, 26, step=1, unit="weeks", zh="共创任务周期", en="Length of a task")
    base_success: float = uncertainty(-2.3, -5, 3, zh="任务成功的对数几率", en="Log-odds that a task succeeds")
    motivation_slope: float = uncertainty(2.0, 0, 5, zh="动机对成功的影响", en="Effect of motivation on success",
                                          grade="V", source="sign: Franke et al.; size assumed")  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _create(seeds: Any, starts: Any, week: int, s: Any, f: Any, e: Any, c: Any) -> None:
    everybody, singled, slot = e
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        tasks = slot[COCREATION] >= 0 or everybody[COCREATION, world] > 0.0
        coins = coin_block(seeds[world], week, COCREATE, 0, starts[world + 1] - starts[world] if tasks else 0)
        for i in range(first, last):
            f.invited_to_task[i] = 0
            f.cocreated[i] = 0
            if s.status[i] != MEMBER:
                continue
            due = s.task_due[i]
            if due == 0:
                chance = proposed(everybody, singled, slot, COCREATION, world, i)
                # Who is in tune takes part: willingness grows with intrinsic motivation.
                if chance > 0.0 and coins[i - first] < min(chance, 1.0) * s.motivation[i]:
                    f.invited_to_task[i] = 1
                    s.task_due[i] = week + int(c.task_weeks)
            elif due <= week:
                u = uniforms(seeds[world], week, i - first, COCREATE)
                odds = c.base_success + c.motivation_slope * (s.motivation[i] - 0.5)
                odds += proposed(everybody, singled, slot, COCREATION_SUCCESS, world, i)
                f.cocreated[i] = 1 if u[1] < 1.0 / (1.0 + exp(-odds)) else 0
                s.task_due[i] = 0


def create(model: CommunityModel) -> None:
    """An idle member starts a task with probability channel · M; it succeeds with σ(odds + 2(M − .5))."""
    _create(model.seeds, model.starts, model.week, model.standing, model.flow, model.effect_arrays,
            model.coefficients["creating"])  # fmt: skip

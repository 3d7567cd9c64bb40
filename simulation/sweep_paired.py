"""Paired designs: every sampled future is lived under every plan, so that plans can be compared future by future."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from simulation.design import Design, Levels
from simulation.errors import LabError
from simulation.scenario import Plan

PLAN = "plan"
_STRATEGIES = ("plan", "strategies")


@dataclass(frozen=True)
class PairedDesign(Design):
    """A design whose points come once for each plan, the plan changing fastest.

    Attributes:
        idle: Plan → paths that do not act under it, because it has no such strategy; their value is None there.

    The first factor is ``plan``; ``sampling.points`` counts futures, each of which is a point for every plan.
    """

    idle: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, design: Design, plans: Mapping[str, Plan]) -> PairedDesign:
        """Every point of a design under every plan.

        Raises:
            LabError: ``factor_idle`` for a path that acts under none of the plans.
        """
        idle = {
            name: frozenset(path for path in design.factors if not acts(path, plan)) for name, plan in plans.items()
        }
        nowhere = frozenset.intersection(*idle.values())
        if nowhere:
            raise LabError("factor_idle", field=min(nowhere))
        return cls({PLAN: Levels(tuple(plans))} | dict(design.factors), design.sampling, idle)

    @property
    def futures(self) -> Design:
        """The points without the plans."""
        return Design({path: tried for path, tried in self.factors.items() if path != PLAN}, self.sampling)

    def __len__(self) -> int:
        """Futures × plans."""
        return len(self.futures) * len(self.idle)

    def point(self, number: int, places: NDArray[Any] | None) -> dict[str, Any]:
        """Values of one point: the plan, and what is assumed of the future where it acts."""
        future, place = divmod(number, len(self.idle))
        plan = list(self.idle)[place]
        values = self.futures.point(future, places)
        return {PLAN: plan} | {path: None if path in self.idle[plan] else value for path, value in values.items()}

    def places(self) -> NDArray[Any] | None:
        """(futures, factors without the plan) places between 0 and 1."""
        return self.futures.places()


def acts(path: str, plan: Plan) -> bool:
    """Whether what stands at a path plays a part under a plan: a coefficient of a strategy only where it is used."""
    way = tuple(path.split("."))
    return way[:2] != _STRATEGIES or len(way) < 3 or way[2] in plan.strategies

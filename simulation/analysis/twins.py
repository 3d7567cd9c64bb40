"""Which worlds are twins: only the plan may differ, or comparing them person by person means nothing."""

from __future__ import annotations

from simulation.errors import LabError
from simulation.scenario import Scenario

SHARED = ("population", "graph", "horizon", "behaviour", "economy", "shocks")
"""What twins share beside their seeds."""


def refuse_unpaired(first: Scenario, second: Scenario) -> None:
    """Refuse to compare worlds that are no twins.

    Raises:
        LabError: ``not_twins`` naming the first field that differs.
    """
    for name in SHARED:
        if getattr(first, name) != getattr(second, name):
            raise LabError("not_twins", field=name)

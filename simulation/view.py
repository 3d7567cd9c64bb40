"""Who may read what: an operator sees what a shop's systems record, nature sees everything, and neither may write."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.model import CommunityModel

OBSERVABLE = ("status", "points", "tier", "joined", "left", "referrer", "recency", "orders", "spent", "posts", "active")
"""Columns an operator's systems record; traits, needs, trust and motivation are not among them."""


def _sealed(column: NDArray[Any]) -> NDArray[Any]:
    view = column.view()
    view.flags.writeable = False
    return view


class WorldView:
    """What an operator can observe of a batch of worlds, read-only.

    Attributes:
        week: Current week, the first being 1.
        world: (people,) world of each row.
        members: Standing columns named in :data:`OBSERVABLE`, each (people,).
        totals: This week's sums per world, each (worlds,); complete when the books are closed.
        price_level: What one unit of cost is multiplied with, ¥.
    """

    def __init__(self, model: CommunityModel) -> None:
        self.week = model.week
        self.world = _sealed(model.people.world)
        self.worlds = model.worlds
        self.members = MappingProxyType({name: _sealed(getattr(model.standing, name)) for name in OBSERVABLE})
        self.totals = MappingProxyType({name: _sealed(column) for name, column in model.totals.items()})
        self.effects = model.effects

    def total(self, name: str) -> NDArray[np.float64]:
        """One of this week's sums, (worlds,)."""
        return self.totals[name]


class Nature(WorldView):
    """What a shock can reach: everything, still read-only."""

    def __init__(self, model: CommunityModel) -> None:
        super().__init__(model)
        self.seeds = model.seeds
        self.starts = model.starts
        self.traits = MappingProxyType({name: _sealed(getattr(model.people, name)) for name in model.people._fields})
        self.standing = MappingProxyType(
            {name: _sealed(getattr(model.standing, name)) for name in model.standing._fields}
        )

"""Who may read what: an operator sees what a shop's systems record, nature sees everything, and neither may write."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.streams import STREAMS, coin_block, uniform_block, uniforms
from simulation.tallies import head_count, per_world

if TYPE_CHECKING:
    from simulation.model import CommunityModel

OBSERVABLE = (
    "status", "points", "tier", "joined", "left", "referrer", "recency", "orders", "spent", "posts", "active", "source",
    "chain", "brought", "created", "idle", "activity", "role", "layer", "subscribed", "tokens", "received",
)  # fmt: skip
"""Columns an operator's systems record; traits, needs, trust and motivation are not among them."""

RECORDED = (
    "contacts", "posts", "replies", "orders", "paid", "list_value", "failures", "unresolved", "invites_sent",
    "promoted", "demoted", "invited_to_task", "cocreated", "group_size", "grouped", "group_order", "custom", "course",
    "salon", "voted", "renewal_due", "renewed", "removed", "joins", "leaves",
)  # fmt: skip
"""What the systems record of a week; ``unresolved`` are the complaints."""

WEEKS_OF_A_YEAR = 52
MOST_DRAWS = 4096


def _sealed(column: NDArray[Any]) -> NDArray[Any]:
    view = column.view()
    view.flags.writeable = False
    return view


class WorldView:
    """What an operator can observe of a batch of worlds, read-only.

    Attributes:
        week: Current week, the first being 1.
        world: (people,) world of each row.
        starts: (worlds + 1,) first row of each world.
        members: Standing columns named in :data:`OBSERVABLE`, each (people,).
        log: What was recorded of the week, see :data:`RECORDED`, each (people,): of the week before while a strategy
            acts, of this week when it sends its bill.
        connections: ``indptr`` and ``indices`` of who follows whom.
        totals: This week's sums per world, each (worlds,); complete when the books are closed.
        margin: Gross margin of the shop, share of the list price.
        notebook: What the strategy that is reading remembers.
    """

    def __init__(self, model: CommunityModel) -> None:
        self.week = model.week
        self.world = _sealed(model.people.world)
        self.worlds = model.worlds
        self.starts = _sealed(model.starts)
        self.members = MappingProxyType({name: _sealed(getattr(model.standing, name)) for name in OBSERVABLE})
        self.log = MappingProxyType({name: _sealed(getattr(model.flow, name)) for name in RECORDED})
        self.connections = (_sealed(model.graph.indptr), _sealed(model.graph.indices))
        self.totals = MappingProxyType({name: _sealed(column) for name, column in model.totals.items()})
        self.margin = model.spec.economy.margin
        self.effects = model.effects
        self.notebook: Any = None
        self._seeds = model.seeds
        self._birthdays: NDArray[np.int64] | None = None

    def total(self, name: str) -> NDArray[np.float64]:
        """One of this week's sums, (worlds,)."""
        return self.totals[name]

    def sum(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """(worlds,) sum of a column in each world."""
        return per_world(values, self.starts)

    def count(self, who: NDArray[np.bool_]) -> NDArray[np.int64]:
        """(worlds,) people of each world for whom ``who`` is true."""
        return head_count(who, self.starts)

    def coins(self, draw: int) -> NDArray[np.float32]:
        """(people, 4) coins of the operator's own for this week, as for assigning people to arms.

        Args:
            draw: Number that tells draws of one week apart, 0–4095.
        """
        return self._tossed("operator", self.week * MOST_DRAWS + draw)

    def coin(self, draw: int) -> NDArray[np.float32]:
        """(people,) the first of each person's coins, which costs half as much as all four."""
        week = self.week * MOST_DRAWS + draw
        tossed = np.empty(len(self.world), np.float32)
        for place, (first, last) in enumerate(pairwise(self.starts)):
            tossed[first:last] = coin_block(self._seeds[place], week, STREAMS["operator"], 0, last - first)
        return tossed

    def lots(self, draw: int) -> NDArray[np.float32]:
        """(worlds, 4) coins of the operator's own for this week, one toss for each world."""
        seeds, week = self._seeds, self.week * MOST_DRAWS + draw
        return np.asarray([uniforms(seed, week, 0, STREAMS["operator"]) for seed in seeds], np.float32)

    def birthdays(self) -> NDArray[np.int64]:
        """(people,) week of the year, 0–51, of a personal day that people have told the operator."""
        if self._birthdays is None:
            self._birthdays = _sealed(np.asarray(self._tossed("calendar", 0)[:, 0] * WEEKS_OF_A_YEAR, np.int64))
        return self._birthdays

    def _tossed(self, stream: str, week: int) -> NDArray[np.float32]:
        return np.concatenate(
            [
                uniform_block(seed, week, STREAMS[stream], int(self.starts[place + 1] - self.starts[place]))
                for place, seed in enumerate(self._seeds)
            ]
        )


class Nature(WorldView):
    """What a shock can reach: everything, still read-only."""

    def __init__(self, model: CommunityModel) -> None:
        super().__init__(model)
        self.seeds = model.seeds
        self.traits = MappingProxyType({name: _sealed(getattr(model.people, name)) for name in model.people._fields})
        self.standing = MappingProxyType(
            {name: _sealed(getattr(model.standing, name)) for name in model.standing._fields}
        )

"""What strategies and shocks see of the reference: the same names as the engine's views, filled from the agents."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.members import Flow, People, Standing, columns
from simulation.streams import STREAMS, uniform_block
from simulation.view import MOST_DRAWS, OBSERVABLE, RECORDED, WEEKS_OF_A_YEAR

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel

_KINDS = {
    True: {name: column.dtype for name, column in columns(Standing, 0)._asdict().items()},
    False: {name: column.dtype for name, column in columns(Flow, 0)._asdict().items()},
}
"""Standing or not → column → how the engine keeps it, so that what strategies learn from is the same to the bit."""


class Columns(Mapping[str, NDArray[Any]]):
    """People's attributes as arrays of the engine's kinds, made when somebody asks for them."""

    def __init__(self, model: ReferenceModel, names: tuple[str, ...], *, standing: bool) -> None:
        self._model, self._names, self._standing = model, names, standing

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        return np.array(self._model.column(name, standing=self._standing), _KINDS[self._standing][name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Window:
    """What an operator can observe of the reference, and, for shocks, what nature sees.

    Attributes:
        notebook: What the strategy that is reading remembers.
    """

    def __init__(self, model: ReferenceModel) -> None:
        people = len(model.people)
        self.week, self.worlds, self.seeds, self.effects = model.week, 1, model.seeds, model.effects
        self.starts = np.array([0, people], np.int64)
        self.world = np.zeros(people, np.int32)
        self.members = Columns(model, OBSERVABLE, standing=True)
        self.log = Columns(model, RECORDED, standing=False)
        self.connections = (model.mesh.indptr, model.mesh.indices)
        self.totals = {name: np.array([value], np.float64) for name, value in model.totals.items()}
        self.margin = model.margin
        self.notebook: Any = None
        self.standing = Columns(model, Standing._fields, standing=True)
        self.traits: dict[str, NDArray[Any]] = {name: getattr(model.traits, name) for name in People._fields}

    def total(self, name: str) -> NDArray[np.float64]:
        """One of this week's sums."""
        return self.totals[name]

    def sum(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Sum of a column in the one world there is."""
        return np.array([math.fsum(values)])

    def count(self, who: NDArray[np.bool_]) -> NDArray[np.int64]:
        """People for whom it is true."""
        return np.array([np.count_nonzero(who)])

    def lots(self, draw: int) -> NDArray[np.float32]:
        """Coins of the operator's own for this week, one toss for the world."""
        return self.coins(draw)[:1]

    def coins(self, draw: int) -> NDArray[np.float32]:
        """Coins of the operator's own for this week."""
        return self._tossed("operator", self.week * MOST_DRAWS + draw)

    def coin(self, draw: int) -> NDArray[np.float32]:
        """The first of everybody's coins."""
        return self.coins(draw)[:, 0]

    def birthdays(self) -> NDArray[np.int64]:
        """Week of the year of everybody's personal day."""
        return np.asarray(self._tossed("calendar", 0)[:, 0] * WEEKS_OF_A_YEAR, np.int64)

    def _tossed(self, stream: str, week: int) -> NDArray[np.float32]:
        return uniform_block(self.seeds[0], week, STREAMS[stream], len(self.world))

"""Who is where in a market, counted every week, and the tables that a batch of markets leaves behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import market_kernels as kernels
from simulation.members import Status

if TYPE_CHECKING:
    from simulation.market import MarketModel

WEEKLY = ("members", "joins", "leaves", "trust", "satisfaction", "orders", "revenue", "profit", "clv")
"""Weekly outcomes that a market keeps of every community."""


class MarketTables(NamedTuple):
    """What a batch of markets leaves behind; every table has a ``seed`` column, ``plan`` names a community.

    A person's home is the community that has most of their attention; each person has one home or none.
    """

    weekly: pd.DataFrame  # seed, plan, week (0: start), homes (people), several (members who are elsewhere too), WEEKLY
    worlds: pd.DataFrame  # seed, plan, one column per measure of the whole run, share (of homes) and revenue_share
    flows: pd.DataFrame  # seed, window (from 1), origin, target ("" for no community), people by home before and after
    held: pd.DataFrame  # seed, week, communities (0, 1, …), people who are in so many
    pairs: pd.DataFrame  # seed, plan, other, people who are in both at the end

    def of_seeds(self, seeds: Collection[int]) -> MarketTables:
        """The rows of some seeds."""
        return MarketTables(*(frame[frame["seed"].isin(list(seeds))] for frame in self))


class Census:
    """Counts of people by home and by the communities that they hold, from week 0 on.

    Args:
        starts: (worlds + 1,) first row of each world.
        window: Weeks over which moves from home to home are counted.

    Attributes:
        homes: (people,) number of the community, from 1, that has most of a person's attention; 0 for none.
    """

    def __init__(self, starts: NDArray[np.int64], window: int) -> None:
        self.homes = np.zeros(int(starts[-1]), np.int64)
        self.moves: list[NDArray[np.int64]] = []
        """A window each: (worlds, communities + 1, communities + 1) people by home before and after."""
        self.settled: list[NDArray[np.int64]] = []
        """A week each: (communities, worlds) people whose home it is."""
        self.several: list[NDArray[np.int64]] = []
        """A week each: (communities, worlds) members who are in others too."""
        self.held: list[NDArray[np.int64]] = []
        """A week each: (worlds, communities + 1) people who are in so many."""
        self.pairs = np.zeros((0, 0, 0), np.int64)
        self._starts, self._window = starts, window
        self._before = self.homes

    def count(self, status: NDArray[np.int8], attention: NDArray[np.float32], week: int, last: bool) -> None:
        """Count at the end of a week; columns are (communities, people)."""
        kernels.find_homes(status, attention, self.homes)
        number, self.pairs = kernels.count_together(status, self._starts)
        self.held.append(number)
        here = status == Status.MEMBER
        self.several.append(_by_world(here & (here.sum(axis=0) > 1), self._starts))
        numbers = np.arange(1, len(status) + 1)
        self.settled.append(_by_world(self.homes == numbers[:, None], self._starts))
        if week > 0 and (week % self._window == 0 or last):
            self.moves.append(kernels.count_moves(self._before, self.homes, self._starts, len(status)))
        if week % self._window == 0:
            self._before = self.homes.copy()


def _by_world(who: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.add.reduceat(who, starts[:-1], axis=1, dtype=np.int64)


def tables(market: MarketModel) -> MarketTables:
    """What has been lived so far, as tidy tables; communities in the order in which they were asked for."""
    census, seeds = market.census, market.seeds
    places = {community.spec.plan.name: place for place, community in enumerate(market.communities)}
    order, names = [places[name] for name in market.asked], np.array(market.asked)
    lived = [market.communities[place].tables() for place in order]
    homes, several = (np.array(each)[:, order] for each in (census.settled, census.several))
    shares, earned = homes[-1], np.array([each.worlds["revenue"] for each in lived])
    weekly: list[pd.DataFrame] = []
    worlds: list[pd.DataFrame] = []
    for place, (name, each) in enumerate(zip(market.asked, lived, strict=True)):
        week = each.weekly[["seed", "week", *WEEKLY]].copy()
        week["homes"], week["several"] = homes[:, place].T.ravel(), several[:, place].T.ravel()
        whole = each.worlds.copy()
        whole["share"] = _part(shares, place)
        whole["revenue_share"] = _part(earned, place)
        for frame, kept in ((week, weekly), (whole, worlds)):
            frame.insert(1, "plan", name)
            kept.append(frame)
    places_and_none = [kernels.NOBODY, *(place + 1 for place in order)]
    moves = np.array(census.moves)[:, :, places_and_none][:, :, :, places_and_none]
    ends = np.array(["", *market.asked])
    flows = _long(moves, ("window", "seed", "origin", "target"), {"seed": seeds, "origin": ends, "target": ends})
    flows["window"] += 1
    pairs = census.pairs[:, order][:, :, order]
    return MarketTables(
        pd.concat(weekly, ignore_index=True),
        pd.concat(worlds, ignore_index=True),
        flows,
        _long(np.array(census.held), ("week", "seed", "communities"), {"seed": seeds}),
        _long(pairs, ("seed", "plan", "other"), {"seed": seeds, "plan": names, "other": names}),
    )


def _part(amounts: NDArray[Any], place: int) -> NDArray[np.float64]:
    """Share of one row in all, NaN where there is nothing to share."""
    total = amounts.sum(axis=0)
    return np.where(total > 0, amounts[place] / np.where(total > 0, total, 1), np.nan)


def _long(values: NDArray[Any], axes: Sequence[str], called: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """A table with a row for every cell; axes without names are numbered from 0."""
    places = np.indices(values.shape).reshape(values.ndim, -1)
    frame = {axis: called[axis][place] if axis in called else place for axis, place in zip(axes, places, strict=True)}
    return pd.DataFrame(frame | {"people": values.ravel()})

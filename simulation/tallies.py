"""Sums and orders within each world of a batch, compiled: what strategies need every week over all people.

Rows of a batch stand world by world, ``starts[w]`` being the first row of world w. Every result of a world depends on
its own rows alone, to the last bit, so that no batch and no machine changes what a strategy decides.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BEFORE_DECIMALS = np.uint64(32)
_ROW = np.uint64(0xFFFFFFFF)


@njit(cache=True, nogil=True, error_model="numpy")
def per_world(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of a column in each world, added in the order of rows in double precision.

    Args:
        values: (people,) numbers or truths; a truth counts 1.
        starts: (worlds + 1,) first row of each world.

    Returns:
        (worlds,) sums.
    """
    sums = np.zeros(len(starts) - 1)
    for world in range(len(starts) - 1):
        total = 0.0
        for i in range(starts[world], starts[world + 1]):
            total += values[i]
        sums[world] = total
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def head_count(who: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """(worlds,) people of each world for whom ``who`` is true."""
    heads = np.zeros(len(starts) - 1, np.int64)
    for world in range(len(starts) - 1):
        count = 0
        for i in range(starts[world], starts[world + 1]):
            count += who[i]
        heads[world] = count
    return heads


@njit(cache=True, nogil=True, error_model="numpy")
def _keys(bits: NDArray[np.uint32], who: NDArray[np.bool_], starts: NDArray[np.int64]) -> tuple[Any, Any]:
    """Whole numbers that sort like (value, row), and where each world's begin."""
    keys = np.empty(len(bits), np.uint64)
    bounds = np.zeros(len(starts), np.int64)
    found = 0
    for world in range(len(starts) - 1):
        for i in range(starts[world], starts[world + 1]):
            if who[i]:
                raw = bits[i]
                # Flipping the sign bit, and all bits of a negative number, makes floats sort like whole numbers.
                ordered = raw ^ np.uint32(0xFFFFFFFF if raw >> np.uint32(31) else 0x80000000)
                keys[found] = (np.uint64(ordered) << _BEFORE_DECIMALS) | np.uint64(i)
                found += 1
        bounds[world + 1] = found
    return keys[:found], bounds


def ascending(
    values: NDArray[Any], who: NDArray[np.bool_], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order people of each world by a value, as single-precision numbers; equal values keep the order of rows.

    Args:
        values: (people,) what to sort by.
        who: (people,) whom to sort; the others are left out.
        starts: (worlds + 1,) first row of each world.

    Returns:
        Rows, world by world, lowest value first; and (worlds + 1,) where each world's begin.
    """
    # No key occurs twice, so every way of sorting, however fast, gives the same order.
    keys, bounds = _keys(np.ascontiguousarray(values, np.float32).view(np.uint32), who, starts)
    for first, last in pairwise(bounds):
        keys[first:last].sort()
    return (keys & _ROW).astype(np.int64), bounds


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(rows: NDArray[np.int64], bounds: NDArray[np.int64], people: int) -> NDArray[np.float64]:
    place = np.zeros(people)
    for world in range(len(bounds) - 1):
        count = bounds[world + 1] - bounds[world]
        for k in range(count):
            place[rows[bounds[world] + k]] = k / count
    return place


def ranks(values: NDArray[Any], who: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(people,) rank of each value within its world, from 0 to just below 1, equal values by row; 0 for the others."""
    rows, bounds = ascending(values, who, starts)
    return _spread(rows, bounds, len(values))

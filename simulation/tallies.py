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
_ZERO = np.float32(0)
_DIGIT_BITS, _DIGITS = np.uint64(8), 256
_DIGIT = np.uint64(_DIGITS - 1)
MOST_COUNTED = 1024
"""Whole numbers within so many of each other are ranked by counting them, which is quicker than sorting."""


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
        here = values[starts[world] : starts[world + 1]]
        total = 0.0
        for i in range(len(here)):
            total += here[i]
        sums[world] = total
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def head_count(who: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """(worlds,) people of each world for whom ``who`` is true."""
    heads = np.zeros(len(starts) - 1, np.int64)
    for world in range(len(starts) - 1):
        here = who[starts[world] : starts[world + 1]]
        count = 0
        for i in range(len(here)):
            count += here[i]
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
def _mark_least(keys: NDArray[np.uint64], bounds: NDArray[np.int64], counts: Any, chosen: NDArray[np.bool_]) -> None:
    """Mark the rows of the smallest keys of each world: digit by digit, only those still undecided are looked at."""
    undecided = np.empty(len(keys), np.uint64)
    heads = np.zeros(_DIGITS, np.int64)
    for world in range(len(bounds) - 1):
        size = bounds[world + 1] - bounds[world]
        wanted = min(counts[world], size)
        undecided[:size] = keys[bounds[world] : bounds[world + 1]]
        shift = np.uint64(64)
        while 0 < wanted < size:
            shift -= _DIGIT_BITS
            heads[:] = 0
            for k in range(size):
                heads[(undecided[k] >> shift) & _DIGIT] += 1
            digit = 0
            while heads[digit] < wanted:
                wanted -= heads[digit]
                digit += 1
            kept = 0
            for k in range(size):
                own = np.int64((undecided[k] >> shift) & _DIGIT)
                if own < digit:
                    chosen[undecided[k] & _ROW] = True
                elif own == digit:
                    undecided[kept] = undecided[k]
                    kept += 1
            size = kept
        for k in range(size if wanted > 0 else 0):
            chosen[undecided[k] & _ROW] = True


def leading(
    values: NDArray[Any], who: NDArray[np.bool_], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Choose people with the highest values, as single-precision numbers; of two on a par the first row comes first.

    Args:
        values: (people,) what counts.
        who: (people,) who may be chosen.
        starts: (worlds + 1,) first row of each world.
        counts: (worlds,) how many to choose in each, fewer where fewer may be.

    Returns:
        (people,) the chosen.
    """
    chosen = np.zeros(len(who), np.bool_)
    keys, bounds = _keys(np.ascontiguousarray(_ZERO - np.asarray(values, np.float32)).view(np.uint32), who, starts)
    _mark_least(keys, bounds, counts, chosen)
    return chosen


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(rows: NDArray[np.int64], bounds: NDArray[np.int64], people: int) -> NDArray[np.float64]:
    place = np.zeros(people)
    for world in range(len(bounds) - 1):
        count = bounds[world + 1] - bounds[world]
        for k in range(count):
            place[rows[bounds[world] + k]] = k / count
    return place


@njit(cache=True, nogil=True, error_model="numpy")
def _ranks_of_counts(
    values: NDArray[Any], who: NDArray[np.bool_], starts: NDArray[np.int64], least: int, most: int
) -> NDArray[np.float64]:
    place = np.zeros(len(values))
    for world in range(len(starts) - 1):
        ahead = np.zeros(most - least + 2, np.int64)
        for i in range(starts[world], starts[world + 1]):
            if who[i]:
                ahead[values[i] - least + 1] += 1
        for value in range(1, len(ahead)):
            ahead[value] += ahead[value - 1]
        for i in range(starts[world], starts[world + 1]):
            if who[i]:
                place[i] = ahead[values[i] - least] / ahead[-1]
                ahead[values[i] - least] += 1
    return place


def ranks(values: NDArray[Any], who: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(people,) rank of each value within its world, from 0 to just below 1, equal values by row; 0 for the others."""
    if values.dtype.kind == "i" and len(values) > 0:
        least, most = int(values.min()), int(values.max())
        if most - least < MOST_COUNTED:
            return _ranks_of_counts(values, who, starts, least, most)
    rows, bounds = ascending(values, who, starts)
    return _spread(rows, bounds, len(values))

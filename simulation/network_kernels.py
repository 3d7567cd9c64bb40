"""What happens to ties once they exist: rows in order, exchanges, common acquaintances, distances.

Ties are compressed sparse rows in which every tie stands twice, once in each person's row. All loops
are compiled and release the interpreter lock.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.network_growth import Ints, below, holds

# Proposals per wanted exchange. About a third are accepted at the start and fewer as people sort themselves.
_PROPOSALS = 40


@njit(cache=True, nogil=True)
def rows(n: int, source: Ints, target: Ints, luck: Ints) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Write every tie into both people's rows, under shuffled row numbers.

    The shuffle makes rows exchangeable: growth would otherwise put all hubs first.
    """
    name = np.arange(n).astype(np.int32)
    for i in range(n - 1, 0, -1):
        j = below(luck, i + 1)
        name[i], name[j] = name[j], name[i]
    indptr = np.zeros(n + 1, np.int64)
    for tie in range(source.size):
        indptr[name[source[tie]] + 1] += 1
        indptr[name[target[tie]] + 1] += 1
    for person in range(n):
        indptr[person + 1] += indptr[person]
    cursor = indptr[:-1].copy()
    indices = np.empty(2 * source.size, np.int32)
    for tie in range(source.size):
        one, other = name[source[tie]], name[target[tie]]
        indices[cursor[one]] = other
        indices[cursor[other]] = one
        cursor[one] += 1
        cursor[other] += 1
    return indptr, indices


@njit(cache=True, nogil=True)
def in_order(indptr: Ints, indices: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Sort every row and find each tie's twin in the other person's row, in linear time.

    Handing people out in ascending order to their acquaintances' rows fills these in ascending order.

    Returns:
        Sorted ``indices`` and ``reverse``, both int32 of length 2E.
    """
    n = indptr.size - 1
    cursor = indptr[:-1].copy()
    ordered = np.empty(indices.size, np.int32)
    for person in range(n):
        for slot in range(indptr[person], indptr[person + 1]):
            other = indices[slot]
            ordered[cursor[other]] = person
            cursor[other] += 1
    cursor[:] = indptr[:-1]
    reverse = np.empty(indices.size, np.int32)
    for person in range(n):
        for slot in range(indptr[person], indptr[person + 1]):
            other = ordered[slot]
            reverse[slot] = cursor[other]
            cursor[other] += 1
    return ordered, reverse


@njit(cache=True, nogil=True)
def _apart(interests: NDArray[np.float32], one: int, other: int) -> float:
    """Squared distance between two people's interests."""
    total = 0.0
    for k in range(interests.shape[1]):
        total += (interests[one, k] - interests[other, k]) ** 2
    return total


@njit(cache=True, nogil=True)
def _tied(indptr: Ints, indices: Ints, one: int, other: int) -> bool:
    if indptr[one + 1] - indptr[one] > indptr[other + 1] - indptr[other]:
        one, other = other, one
    return holds(indices, indptr[one], indptr[one + 1], other)


@njit(cache=True, nogil=True)
def exchange(
    indptr: Ints, indices: Ints, reverse: Ints, interests: NDArray[np.float32], wanted: int, luck: Ints
) -> int:
    """Let pairs of ties a–b, c–d become a–d, c–b where that brings similar people together, in place.

    Everybody keeps the number of ties (double edge swap, Maslov & Sneppen 2002, Science 296, 910). Rows are
    out of order afterwards.

    Returns:
        Exchanges made: ``wanted``, or fewer where partners run out.
    """
    made = 0
    for _ in range(_PROPOSALS * wanted):
        if made == wanted:
            break
        ab, cd = below(luck, indices.size), below(luck, indices.size)
        ba, dc = reverse[ab], reverse[cd]
        a, b, c, d = indices[ba], indices[ab], indices[dc], indices[cd]
        if a in (c, d) or b in (c, d):
            continue
        before = _apart(interests, a, b) + _apart(interests, c, d)
        if _apart(interests, a, d) + _apart(interests, c, b) >= before:
            continue
        if _tied(indptr, indices, a, d) or _tied(indptr, indices, c, b):
            continue
        # Slot ab (in a's row) now mirrors the slot in d's row, and cd the one in b's row.
        indices[ab], indices[dc] = d, a
        indices[cd], indices[ba] = b, c
        reverse[ab], reverse[dc] = dc, ab
        reverse[cd], reverse[ba] = ba, cd
        made += 1
    return made


@njit(cache=True, nogil=True)
def common_acquaintances(indptr: Ints, indices: Ints, reverse: Ints) -> NDArray[np.int32]:
    """Count for every tie the people both ends know.

    Each triangle is met once by walking ties from the less to the better connected person, which keeps
    every walk short even around hubs (Latapy 2008, Theor. Comput. Sci. 407, 458).

    Returns:
        int32 of length 2E, the same on both sides of a tie.
    """
    n = indptr.size - 1
    # Ties to the better connected, in rows of their own: these are all that the walks read, and mostly in order.
    start = np.zeros(n + 1, np.int64)
    near = np.empty(indices.size // 2, np.int32)
    slots = np.empty(indices.size // 2, np.int32)
    ties = np.diff(indptr).astype(np.int32)
    filled = 0
    for person in range(n):
        for slot in range(indptr[person], indptr[person + 1]):
            other = indices[slot]
            difference = ties[other] - ties[person]
            if difference > 0 or (difference == 0 and other > person):
                near[filled] = other
                slots[filled] = slot
                filled += 1
        start[person + 1] = filled
    closed = np.zeros(filled, np.int32)
    mark = np.full(n, -1, np.int32)
    for person in range(n):
        first, last = start[person], start[person + 1]
        for i in range(first, last):
            mark[near[i]] = i
        for i in range(first, last):
            found = 0
            for j in range(start[near[i]], start[near[i] + 1]):
                closing = mark[near[j]]
                if closing >= 0:
                    closed[j] += 1
                    closed[closing] += 1
                    found += 1
            closed[i] += found
        for i in range(first, last):
            mark[near[i]] = -1
    common = np.empty(indices.size, np.int32)
    for i in range(filled):
        common[slots[i]] = closed[i]
        common[reverse[slots[i]]] = closed[i]
    return common


@njit(cache=True, nogil=True, error_model="numpy")
def strengths(indptr: Ints, indices: Ints, common: Ints) -> NDArray[np.float32]:
    """Turn common acquaintances into tie strength, w = √((1 + n_ij) / (k_i + k_j − 1 − n_ij)).

    Returns:
        float32 of length 2E in (0, 1].
    """
    strength = np.empty(indices.size, np.float32)
    for person in range(indptr.size - 1):
        degree = indptr[person + 1] - indptr[person]
        for slot in range(indptr[person], indptr[person + 1]):
            other = indices[slot]
            everyone = degree + indptr[other + 1] - indptr[other] - 1 - common[slot]
            strength[slot] = sqrt((1 + common[slot]) / everyone)
    return strength


@njit(cache=True, nogil=True)
def distances(indptr: Ints, indices: Ints, sources: Ints) -> tuple[int, int]:
    """Add up the steps from some people to everybody they can reach, by breadth-first search.

    Returns:
        Sum of steps, and number of reached pairs.
    """
    n = indptr.size - 1
    steps = np.empty(n, np.int32)
    queue = np.empty(n, np.int32)
    total, pairs = 0, 0
    for source in sources:
        steps[:] = -1
        steps[source] = 0
        queue[0] = source
        head, tail = 0, 1
        while head < tail:
            person = queue[head]
            head += 1
            total += steps[person]
            for slot in range(indptr[person], indptr[person + 1]):
                other = indices[slot]
                if steps[other] < 0:
                    steps[other] = steps[person] + 1
                    queue[tail] = other
                    tail += 1
        pairs += tail - 1
    return total, pairs

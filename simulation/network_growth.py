"""How a network comes about: four generators, each a compiled loop from luck to two columns of tied people.

Luck is Philox under the stream ``graph``, read in sequence. All loops release the interpreter lock.
"""

from __future__ import annotations

from math import log, log1p, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.streams import STREAMS, philox

Ints = NDArray[np.integer[Any]]
Ties = tuple[NDArray[np.int32], NDArray[np.int32]]

_GRAPH = STREAMS["graph"]
_WORDS = 4
_TRIES = 32


@njit(cache=True, nogil=True)
def deck(key_low: int, key_high: int) -> NDArray[np.int64]:
    """Open the graph's own sequence of random words: key, counter, words used, the four words."""
    state = np.zeros(4 + _WORDS, np.int64)
    state[0], state[1], state[3] = key_low, key_high, _WORDS
    return state


@njit(cache=True, nogil=True)
def _word(luck: Ints) -> int:
    """Take the next 32-bit word."""
    if luck[3] == _WORDS:
        w0, w1, w2, w3 = philox(luck[2], 0, _GRAPH, 1, luck[0], luck[1])
        luck[4], luck[5], luck[6], luck[7] = w0, w1, w2, w3
        luck[2] += 1
        luck[3] = 0
    word: int = luck[4 + luck[3]]
    luck[3] += 1
    return word


@njit(cache=True, nogil=True)
def below(luck: Ints, n: int) -> int:
    """Draw a whole number from 0 to n − 1, for n below 2³¹."""
    return (_word(luck) * n) >> 32


@njit(cache=True, nogil=True)
def _happens(luck: Ints, probability: float) -> bool:
    """Toss a coin of a given probability."""
    return _word(luck) < probability * 4294967296.0


@njit(cache=True, nogil=True)
def holds(values: Ints, start: int, stop: int, value: int) -> bool:
    """Whether a value stands in a stretch of a column."""
    for i in range(start, stop):  # noqa: SIM110 - a compiled loop, no generator
        if values[i] == value:
            return True
    return False


@njit(cache=True, nogil=True)
def holme_kim(n: int, m: int, triad: float, luck: Ints) -> Ties:
    """Grow a network in which newcomers meet popular people and then those people's acquaintances.

    Every newcomer makes ``m`` ties. The first, and each one for which a coin of probability ``triad``
    fails, goes to a person drawn in proportion to the number of ties; the others go to an acquaintance of
    the person last chosen that way (Holme & Kim 2002, Phys. Rev. E 65, 026107).
    With ``triad`` = 0 this is Barabási & Albert (1999, Science 286, 509).

    Returns:
        Two int32 columns of (n − m)·m ties, newcomer and target.
    """
    source = np.empty((n - m) * m, np.int32)
    target = np.empty((n - m) * m, np.int32)
    # One entry per tie end, so that a fair draw from it is preferential attachment.
    ends = np.empty(m + 2 * source.size, np.int32)
    ends[:m] = np.arange(m)
    filled = m
    # Acquaintances in rows that double when full; rows left behind add up to less than 10·n·m entries.
    pool = np.empty(10 * n * m, np.int32)
    start = np.empty(n, np.int64)
    room = np.full(n, 2 * m, np.int32)
    held = np.zeros(n, np.int32)
    free = 0
    for person in range(m):
        start[person] = free
        free += 2 * m
    for newcomer in range(m, n):
        first = (newcomer - m) * m
        anchor = -1
        for tie in range(first, first + m):
            chosen = -1
            if tie > first and _happens(luck, triad) and held[anchor] > 0:
                # At most m − 1 of them are tied already: a walk from a random place finds one or none.
                offset = below(luck, held[anchor])
                for step in range(min(held[anchor], m)):
                    other = pool[start[anchor] + (offset + step) % held[anchor]]
                    if not holds(target, first, tie, other):
                        chosen = other
                        break
            while chosen < 0:
                other = ends[below(luck, filled)]
                if not holds(target, first, tie, other):
                    chosen = anchor = other
            source[tie], target[tie] = newcomer, chosen
        start[newcomer] = free
        free += 2 * m
        held[newcomer] = m
        for tie in range(first, first + m):
            other = target[tie]
            if held[other] == room[other]:
                pool[free : free + held[other]] = pool[start[other] : start[other] + held[other]]
                start[other] = free
                room[other] *= 2
                free += room[other]
            pool[start[other] + held[other]] = newcomer
            held[other] += 1
            pool[start[newcomer] + tie - first] = other
            ends[filled], ends[filled + 1] = other, newcomer
            filled += 2
    return source, target


@njit(cache=True, nogil=True)
def watts_strogatz(n: int, m: int, rewiring: float, luck: Ints) -> Ties:
    """Seat people on a ring beside ``m`` neighbours to each side, then redirect some ties at random.

    Watts & Strogatz (1998, Nature 393, 440). Needs n ≥ 2m + 1.
    """
    source = np.empty(n * m, np.int32)
    target = np.empty(n * m, np.int32)
    for person in range(n):
        for k in range(m):
            source[person * m + k] = person
            target[person * m + k] = (person + k + 1) % n
    for tie in range(n * m):
        if _happens(luck, rewiring):
            person = source[tie]
            # A person tied to everybody has nowhere to turn: give up after a few tries.
            for _ in range(_TRIES):
                other = below(luck, n)
                if not (
                    other == person
                    or holds(target, person * m, person * m + m, other)
                    or holds(target, other * m, other * m + m, person)
                ):
                    target[tie] = other
                    break
    return source, target


@njit(cache=True, nogil=True)
def random_ties(n: int, probability: float, luck: Ints) -> Ties:
    """Tie every pair of people with one probability, by jumping over the pairs that stay strangers.

    Gilbert's G(n, p) by geometric jumps (Batagelj & Brandes 2005, Phys. Rev. E 71, 036113).
    """
    mean = probability * n * (n - 1) / 2
    size = int(mean + 8 * sqrt(mean)) + 16
    source = np.empty(size, np.int32)
    target = np.empty(size, np.int32)
    stay = log1p(-probability) if probability < 1.0 else -np.inf
    person, other, ties = 1, -1, 0
    while ties < size:
        other += 1 + int(log((_word(luck) + 0.5) / 4294967296.0) / stay)
        while other >= person and person < n:
            other -= person
            person += 1
        if person >= n:
            break
        source[ties], target[ties] = person, other
        ties += 1
    return source[:ties], target[:ties]

"""Two published facts about how a thing spreads from person to person, shown by people who toss named coins.

The Bass model on a complete graph must peak where its formula says; seeding the most central people must help where
there are hubs and hardly elsewhere. Both are tests of the lab's luck and graphs, apart from its own processes.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.network import Graph, GraphKind, build_graph
from simulation.streams import STREAMS, uniform_block, uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS_A_YEAR = 52
BASS_PEOPLE = 20_000

VIRAL_PEOPLE = 500
VIRAL_SEEDS = 10
VIRAL_TIES = 1
"""Ties each newcomer makes; see :func:`ticks_to_half`."""
VIRAL_OWN = 0.01
VIRAL_FRIENDS = 0.5

_TURNS = STREAMS["traits"]
_ADOPTS = STREAMS["join"]
_LONGEST = 10_000  # steps; nobody waits for ever


def bass_peak(p: float, q: float) -> float:
    """Years until most people adopt in a year: t* = ln(q/p)/(p+q), with p and q per year.

    Source: Bass 1969, Management Science 15(5) 215–227.
    """
    return float(np.log(q / p) / (p + q))


def bass_adopters(p: float, q: float, seed: int, people: int = BASS_PEOPLE) -> Ints:
    """Let people adopt who all know each other.

    In a week each person still without it adopts with probability 1 − exp(−(p + q·share)/52), where share is that of
    the others who had it at the week's start.

    Args:
        p: Innovation, per year.
        q: Imitation, per year.
        seed: The world's luck.
        people: Size of the market.

    Returns:
        Adopters of each week, until 95 % have adopted; shape (weeks,).
    """
    counts = _bass(people, p / STEPS_A_YEAR, q / STEPS_A_YEAR, seed)
    enough = int(np.searchsorted(np.cumsum(counts), 0.95 * people))
    return np.asarray(counts[: enough + 1])


def peak_time(adopters: Ints) -> float:
    """Years until adoption peaks, read off the curve without its formula.

    Weekly counts are too noisy for their largest to mean much. The peak is the middle of the span with most adopters
    among all spans as long as it took adoption to go from a quarter to three quarters of the people seen.
    """
    total = np.concatenate([[0], np.cumsum(adopters)])
    early, late = np.searchsorted(total, [0.25 * total[-1], 0.75 * total[-1]])
    span = max(1, int(late - early))
    within = total[span:] - total[:-span]
    start = np.flatnonzero(within == within.max()).mean()
    return float(start + span / 2) / STEPS_A_YEAR


def simulated_peaks(p: float, q: float, worlds: int = 5) -> Floats:
    """Years until adoption peaks in worlds 0, 1, …; shape (worlds,)."""
    return np.array([peak_time(bass_adopters(p, q, seed)) for seed in range(worlds)])


def ticks_to_half(kind: GraphKind, central: bool, worlds: int = 200) -> Floats:
    """Ticks until half of 500 people have adopted, starting from ten seeds.

    The viral-marketing model of Wilensky & Rand 2015, "An Introduction to Agent-Based Modeling", chapter 8: in a tick
    people take turns in random order, and one without it adopts with probability .01, or else with probability
    .5 × share of acquaintances who have it by then. Its networks are sparse: each newcomer makes one tie
    (``barabasi_albert``, with m = 1 the same tree as ``holme_kim``), or as many ties are thrown at random
    (``random``). Central people are those with the largest betweenness. Half includes the seeds.

    Args:
        kind: Network generator.
        central: Seed the ten most central people instead of ten random ones.
        worlds: Worlds 0, 1, …; central and random seeds meet the same networks and luck.

    Returns:
        Ticks by world, shape (worlds,).
    """
    return np.array([_world(kind, central, seed) for seed in range(worlds)], dtype=float)


def betweenness(graph: Graph) -> Floats:
    """Number of pairs of others whose shortest paths lead through each person, a tie of paths shared; shape (n,).

    Source: Brandes 2001, Journal of Mathematical Sociology 25(2) 163–177.
    """
    return np.asarray(_betweenness(graph.indptr, graph.indices))


def _world(kind: GraphKind, central: bool, seed: int) -> int:
    nowhere = np.zeros((VIRAL_PEOPLE, 2), np.float32)
    graph = build_graph(kind, VIRAL_PEOPLE, VIRAL_TIES, 0.0, 0.0, nowhere, seed)
    anyone = np.argsort(uniform_block(seed, 0, _TURNS, VIRAL_PEOPLE)[:, 0], kind="stable")
    if central:
        anyone = anyone[np.argsort(-betweenness(graph)[anyone], kind="stable")]
    return int(_viral(graph.indptr, graph.indices, anyone[:VIRAL_SEEDS], VIRAL_OWN, VIRAL_FRIENDS, seed))


@njit(cache=True, nogil=True)
def _bass(people: int, p: float, q: float, seed: int) -> Ints:
    waiting = np.arange(people)
    left = people
    counts = np.zeros(_LONGEST, np.int64)
    for step in range(_LONGEST):
        chance = 1.0 - exp(-(p + q * (people - left) / (people - 1)))
        still = 0
        for place in range(left):
            person = waiting[place]
            if uniforms(seed, step, person, _ADOPTS)[0] >= chance:
                waiting[still] = person
                still += 1
        counts[step] = left - still
        left = still
        if left == 0:
            break
    return counts


@njit(cache=True, nogil=True)
def _viral(indptr: Ints, indices: NDArray[np.int32], seeds: Ints, own: float, friends: float, seed: int) -> int:
    people = indptr.size - 1
    has = np.zeros(people, np.bool_)
    has[seeds] = True
    adopted = seeds.size
    for tick in range(1, _LONGEST):
        turn = np.argsort(uniform_block(seed, tick, _TURNS, people)[:, 0])
        for person in turn:
            if has[person]:
                continue
            known = indices[indptr[person] : indptr[person + 1]]
            share = 0.0 if known.size == 0 else has[known].sum() / known.size
            alone, told, _, _ = uniforms(seed, tick, person, _ADOPTS)
            if alone < own or told < friends * share:
                has[person] = True
                adopted += 1
        if 2 * adopted >= people:
            return tick
    return _LONGEST


@njit(cache=True, nogil=True)
def _betweenness(indptr: Ints, indices: NDArray[np.int32]) -> Floats:
    people = indptr.size - 1
    through = np.zeros(people)
    queue = np.empty(people, np.int64)
    for source in range(people):
        steps = np.full(people, -1)
        paths = np.zeros(people)
        steps[source], paths[source], queue[0] = 0, 1.0, source
        seen, place = 1, 0
        while place < seen:
            person = queue[place]
            place += 1
            for other in indices[indptr[person] : indptr[person + 1]]:
                if steps[other] < 0:
                    steps[other] = steps[person] + 1
                    queue[seen] = other
                    seen += 1
                if steps[other] == steps[person] + 1:
                    paths[other] += paths[person]
        owed = np.zeros(people)
        for place in range(seen - 1, 0, -1):  # farthest first: a person passes on what lies behind them
            person = queue[place]
            for other in indices[indptr[person] : indptr[person + 1]]:
                if steps[other] == steps[person] - 1:
                    owed[other] += paths[other] / paths[person] * (1.0 + owed[person])
            through[person] += owed[person]
    return through / 2

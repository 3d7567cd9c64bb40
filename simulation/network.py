"""Who knows whom: the social graph as a pure function of its parameters, people's interests and the seed.

Topology is fixed for the life of a population; the strength of ties may change, so the model keeps its
own copy of ``overlap``. What a graph should look like (a real online community: clustering .109, mean
path 3.06, mean degree 14.6, largest 255), and what each generator gives at 2,000 people, m = 5, triad .8 and
homophily .2 (means of 8 seeds):

| kind | clustering | mean path | largest degree | what to know |
|---|---|---|---|---|
| ``holme_kim`` | .18 | 3.3 | 196 | the default: clusters, short paths and hubs |
| ``barabasi_albert`` | .03 | 3.2 | 170 | hubs, but hardly any clusters |
| ``watts_strogatz`` | .27 | 4.1 | 14 | clusters, but no hubs |
| ``random`` | .005 | 3.6 | 22 | neither; a yardstick |

Clustering keeps with size, paths grow with its logarithm and hubs with its root: 100,000 people have .17, 4.4 and
1,282, 1,000,000 have .17, 5.1 and 3,973.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from simulation import network_growth as growth
from simulation import network_kernels as kernels
from simulation.errors import LabError
from simulation.streams import STREAMS, uniform_block

GraphKind = Literal["holme_kim", "barabasi_albert", "watts_strogatz", "random"]

WATTS_STROGATZ_REWIRING = 0.1
"""Share of a ring's ties redirected at random; near .1 clusters and short paths coexist."""

_LOW = 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected network without loops or double ties, in compressed sparse rows.

    Person i's acquaintances are ``indices[indptr[i]:indptr[i + 1]]``, ascending. Every tie stands twice.

    Attributes:
        indptr: Where each person's row starts; int64, length n + 1.
        indices: Acquaintances; int32, length 2E.
        overlap: Tie strength w ∈ (0, 1], equal on both sides; float32, length 2E. See :func:`build_graph`.
        reverse: Position of the same tie in the other person's row; int32, length 2E.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    overlap: NDArray[np.float32]
    reverse: NDArray[np.int32]

    @property
    def n(self) -> int:
        """People in the network."""
        return self.indptr.size - 1


def build_graph(
    kind: GraphKind,
    n: int,
    m: int,
    triad: float,
    homophily: float,
    interests: NDArray[np.float32],
    seed: int,
) -> Graph:
    """Tie a population together, then let interests sort some of the ties.

    The generator makes about n·m ties; afterwards ``homophily`` times as many are exchanged in pairs (a
    few of them twice), a–b, c–d becoming a–d, c–b, where that lowers the summed squared distance of
    interests. Degrees stay. Rows are shuffled, so a person's row number says nothing about popularity.

    Tie strength starts from the neighbourhood overlap of Onnela et al. (2007, PNAS 104, 7332),
    O = n_ij / ((k_i − 1) + (k_j − 1) − n_ij), where n_ij are common acquaintances and k degrees. The tie
    itself is counted as one more thing in common, so that bridges keep a weak tie, and a square root spreads
    the skewed values over the interval: w = √((1 + n_ij) / (k_i + k_j − 1 − n_ij)) ∈ (0, 1]. The scale (mean
    ≈ .3, middle four fifths .15 to .45 at the defaults) is an assumption.

    Args:
        kind: Generator; see the table of the module.
        n: People, at least 2. Small populations get as many ties as there are partners.
        m: Ties each person makes, at least 1; mean degree ≈ 2m.
        triad: Probability that a further tie goes to a friend's friend; ``holme_kim`` only.
        homophily: Exchanged ties per tie, 0 to 1.
        interests: Positions in interest space, float32 of shape (n, dimensions).
        seed: The world's seed, modulo 2⁶⁴.

    Raises:
        LabError: ``unknown_graph_kind``, or ``graph_out_of_range`` naming the field and what is allowed.
        ValueError: ``interests`` does not have one row per person.
    """
    _refuse_unbuildable(kind, n, m, triad, homophily)
    if interests.ndim != 2 or interests.shape[0] != n:
        raise ValueError(f"interests need shape ({n}, dimensions), not {interests.shape}")
    luck = growth.deck(seed & _LOW, (seed >> 32) & _LOW)
    indptr, indices = kernels.rows(n, *_grow(kind, n, m, triad, luck), luck)
    indices, reverse = kernels.in_order(indptr, indices)
    wanted = int(homophily * indices.size / 4)
    if wanted > 0:
        kernels.exchange(indptr, indices, reverse, np.ascontiguousarray(interests, np.float32), wanted, luck)
        indices, reverse = kernels.in_order(indptr, indices)
    common = kernels.common_acquaintances(indptr, indices, reverse)
    return Graph(indptr, indices, kernels.strengths(indptr, indices, common), reverse)


def _refuse_unbuildable(kind: str, n: int, m: int, triad: float, homophily: float) -> None:
    if kind not in get_args(GraphKind):
        raise LabError("unknown_graph_kind", kind=kind, allowed=", ".join(get_args(GraphKind)))
    for field, value, low, high in (
        ("n", n, 2, 100_000_000),
        ("m", m, 1, 1_000),
        ("triad", triad, 0, 1),
        ("homophily", homophily, 0, 1),
    ):
        if not low <= value <= high:
            raise LabError("graph_out_of_range", field=field, value=value, low=low, high=high)


def _grow(kind: GraphKind, n: int, m: int, triad: float, luck: growth.Ints) -> growth.Ties:
    if kind == "random":
        return growth.random_ties(n, min(1.0, 2 * m / (n - 1)), luck)
    if kind == "watts_strogatz" and n > 2:
        return growth.watts_strogatz(n, min(m, (n - 1) // 2), WATTS_STROGATZ_REWIRING, luck)
    return growth.holme_kim(n, min(m, n - 1), triad if kind == "holme_kim" else 0.0, luck)


def stack(graphs: Sequence[Graph]) -> Graph:
    """Put the graphs of several worlds side by side as one, with no tie between worlds.

    Person i of world w becomes row (people in the worlds before w) + i. A world alone is handed back as it is.
    """
    if len(graphs) == 1:
        return graphs[0]
    people = np.cumsum([0] + [graph.n for graph in graphs])
    slots = np.cumsum([0] + [graph.indices.size for graph in graphs])
    return Graph(
        np.concatenate([[0], *(graph.indptr[1:] + start for graph, start in zip(graphs, slots, strict=False))]).astype(
            np.int64
        ),
        np.concatenate([graph.indices + np.int32(start) for graph, start in zip(graphs, people, strict=False)]),
        np.concatenate([graph.overlap for graph in graphs]),
        np.concatenate([graph.reverse + np.int32(start) for graph, start in zip(graphs, slots, strict=False)]),
    )


def degree(graph: Graph) -> NDArray[np.int64]:
    """Number of ties of every person; shape (n,)."""
    return np.diff(graph.indptr)


def clustering(graph: Graph) -> float:
    """Chance that two acquaintances of a person know each other: mean local clustering coefficient.

    C = mean over people of (ties among acquaintances) / (k(k − 1)/2), people with fewer than two ties
    counting 0 (Watts & Strogatz 1998, Nature 393, 440).
    """
    ties = degree(graph)
    common = kernels.common_acquaintances(graph.indptr, graph.indices, graph.reverse)
    person = np.repeat(np.arange(graph.n), ties)
    closed = np.bincount(person, weights=common, minlength=graph.n)
    return float(np.mean(closed / np.maximum(ties * (ties - 1), 1)))


def mean_path(graph: Graph, samples: int, seed: int) -> float:
    """Steps from one person to another along ties, averaged over the pairs that can reach each other.

    Args:
        graph: The network.
        samples: People to start from, drawn without replacement; everybody if there are no more.
        seed: Decides whom.

    Returns:
        Mean shortest path length; not a number if nobody is tied.
    """
    order = np.argsort(uniform_block(seed, 0, STREAMS["graph"], graph.n)[:, 0], kind="stable")
    sources = order[:samples]
    total, pairs = kernels.distances(graph.indptr, graph.indices, sources)
    return total / pairs if pairs else float("nan")

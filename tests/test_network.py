"""The social graph: well-formed rows, the shapes the literature promises, homophily, and repeatability."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import networkx as nx
import numpy as np
import pytest

from simulation.errors import LabError
from simulation.network import Graph, GraphKind, build_graph, clustering, degree, mean_path, stack

KINDS = get_args(GraphKind)


def _interests(n: int) -> np.ndarray:
    return np.random.default_rng(8).random((n, 2), dtype=np.float32)


def _graph(kind: Any = "holme_kim", n: int = 2000, m: int = 5, homophily: float = 0.2, seed: int = 1) -> Graph:
    return build_graph(kind, n, m, 0.8, homophily, _interests(n), seed)


def _owners(graph: Graph) -> np.ndarray:
    return np.repeat(np.arange(graph.n), degree(graph))


def _oracle(graph: Graph) -> nx.Graph:
    ties = nx.Graph()
    ties.add_nodes_from(range(graph.n))
    ties.add_edges_from(zip(_owners(graph).tolist(), graph.indices.tolist(), strict=True))
    return ties


def _assert_well_formed(graph: Graph) -> None:
    owners = _owners(graph)
    slots = np.arange(graph.indices.size)
    assert graph.indptr.dtype == np.int64
    assert graph.indices.dtype == graph.reverse.dtype == np.int32
    assert graph.overlap.dtype == np.float32
    assert graph.indptr[0] == 0
    assert graph.indptr[-1] == graph.indices.size == graph.overlap.size == graph.reverse.size
    assert (graph.indices != owners).all(), "a loop"
    assert (np.diff(owners * graph.n + graph.indices) > 0).all(), "unsorted or doubled"
    np.testing.assert_array_equal(graph.reverse[graph.reverse], slots)
    np.testing.assert_array_equal(owners[graph.reverse], graph.indices)
    np.testing.assert_array_equal(graph.overlap[graph.reverse], graph.overlap)
    assert ((graph.overlap > 0) & (graph.overlap <= 1)).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "m"), [(2, 5), (3, 5), (5, 5), (6, 5), (10, 5), (11, 5), (12, 5), (40, 1), (2000, 5)])
def test_rows_are_simple_sorted_and_mirrored(kind, n, m):
    graph = _graph(kind, n, m)
    assert graph.n == n
    assert graph.indices.size > 0
    _assert_well_formed(graph)


@pytest.mark.parametrize("kind", KINDS)
def test_measures_agree_with_networkx(kind):
    graph = _graph(kind, n=300)
    ties = _oracle(graph)
    assert degree(graph).tolist() == [ties.degree(i) for i in range(300)]
    assert clustering(graph) == pytest.approx(nx.average_clustering(ties))
    if nx.is_connected(ties):
        assert mean_path(graph, 300, 0) == pytest.approx(nx.average_shortest_path_length(ties))


@pytest.mark.parametrize("kind", KINDS)
def test_strength_is_the_documented_overlap(kind):
    graph = _graph(kind, n=200)
    ties = _oracle(graph)
    for owner, other, strength in zip(_owners(graph), graph.indices, graph.overlap, strict=True):
        common = len(list(nx.common_neighbors(ties, owner, other)))
        everyone = ties.degree(owner) + ties.degree(other) - 1 - common
        assert strength == pytest.approx(np.sqrt((1 + common) / everyone), rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_default_graph_looks_like_a_real_community(seed):
    graph = _graph(seed=seed)
    assert 0.1 <= clustering(graph) <= 0.35
    assert 3.0 <= mean_path(graph, 200, seed) <= 4.0
    assert degree(graph).mean() == pytest.approx(10, abs=0.1)
    assert degree(graph).max() >= 100
    assert degree(graph).min() >= 5
    assert graph.overlap.mean() == pytest.approx(0.29, abs=0.02)


def test_a_large_graph_keeps_clusters_and_hubs():
    graph = _graph(n=100_000)
    _assert_well_formed(graph)
    assert 0.1 <= clustering(graph) <= 0.35
    assert 3.5 <= mean_path(graph, 20, 1) <= 5.5, "grows with the logarithm of size"
    assert degree(graph).mean() == pytest.approx(10, abs=0.01)
    assert degree(graph).max() >= 700, "hubs grow with the root of size"


def test_a_world_alone_is_handed_on_as_it_is():
    graph = _graph(n=50)
    assert stack([graph]) is graph


def test_alternatives_have_the_faults_they_are_known_for():
    assert clustering(_graph("barabasi_albert")) < 0.05
    assert degree(_graph("barabasi_albert")).max() >= 100
    assert clustering(_graph("watts_strogatz")) > 0.2
    assert degree(_graph("watts_strogatz")).max() < 25
    assert clustering(_graph("random")) < 0.02
    assert degree(_graph("random")).var() == pytest.approx(10, rel=0.15), "degrees are Poisson"


@pytest.mark.parametrize(
    ("kind", "oracle"),
    [
        ("holme_kim", lambda seed: nx.powerlaw_cluster_graph(1500, 5, 0.8, seed=seed)),
        ("barabasi_albert", lambda seed: nx.barabasi_albert_graph(1500, 5, seed=seed)),
        ("watts_strogatz", lambda seed: nx.watts_strogatz_graph(1500, 10, 0.1, seed=seed)),
    ],
)
def test_generator_agrees_with_networkx(kind, oracle):
    ours = np.mean([clustering(_graph(kind, 1500, homophily=0.0, seed=seed)) for seed in range(4)])
    theirs = np.mean([nx.average_clustering(oracle(seed)) for seed in range(4)])
    assert ours == pytest.approx(theirs, rel=0.12)


def test_degrees_fall_off_as_a_power_law():
    ties = np.concatenate([degree(_graph(n=20_000, homophily=0.0, seed=seed)) for seed in range(2)])
    tail = ties[ties >= 15]
    exponent = 1 + tail.size / np.log(tail / 14.5).sum()
    assert exponent == pytest.approx(3.0, abs=0.25), "Holme & Kim keep the exponent 3"


@pytest.mark.parametrize("kind", KINDS)
def test_homophily_ties_similar_people_and_keeps_degrees(kind):
    interests = _interests(2000)
    apart, degrees = [], []
    for homophily in (0.0, 0.2, 0.5):
        graph = _graph(kind, homophily=homophily)
        apart.append(np.square(interests[_owners(graph)] - interests[graph.indices]).sum(1).mean())
        degrees.append(degree(graph))
    assert all(later < 0.95 * earlier for earlier, later in pairwise(apart))
    np.testing.assert_array_equal(degrees[0], degrees[1])
    np.testing.assert_array_equal(degrees[0], degrees[2])


def test_homophily_exchanges_the_share_it_names():
    before, after = (set(map(frozenset, _oracle(_graph(homophily=share)).edges)) for share in (0.0, 0.2))
    assert 0.17 <= len(before - after) / len(before) <= 0.2, "a few are exchanged twice"


def test_rows_say_nothing_about_popularity():
    firsts = [degree(_graph(seed=seed))[:200].mean() for seed in range(8)]
    assert np.mean(firsts) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_graph_other_seed_other_graph(kind):
    one, again, other = _graph(kind, seed=7), _graph(kind, seed=7), _graph(kind, seed=8)
    for field in ("indptr", "indices", "overlap", "reverse"):
        np.testing.assert_array_equal(getattr(one, field), getattr(again, field))
    assert not np.array_equal(one.indices, other.indices)
    assert not np.array_equal(_graph(kind, seed=7 + 2**32).indices, one.indices)


def test_stack_keeps_worlds_apart():
    graphs = [_graph(n=50), _graph("random", n=70), _graph("watts_strogatz", n=30)]
    whole = stack(graphs)
    _assert_well_formed(whole)
    assert whole.n == 150
    start = 0
    for graph in graphs:
        rows = slice(whole.indptr[start], whole.indptr[start + graph.n])
        np.testing.assert_array_equal(whole.indices[rows] - start, graph.indices)
        np.testing.assert_array_equal(whole.overlap[rows], graph.overlap)
        start += graph.n


def test_path_in_a_community_of_two_is_one_step():
    assert mean_path(_graph(n=2), 10, 0) == 1.0
    assert clustering(_graph(n=2)) == 0.0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"n": 1}, "n"),
        ({"n": 10**9}, "n"),
        ({"m": 0}, "m"),
        ({"triad": 1.5}, "triad"),
        ({"homophily": float("nan")}, "homophily"),
    ],
)
def test_impossible_graphs_are_refused_before_anything_is_built(change, field):
    wish = {
        "kind": "holme_kim",
        "n": 10,
        "m": 5,
        "triad": 0.8,
        "homophily": 0.2,
        "interests": _interests(10),
        "seed": 1,
    }
    with pytest.raises(LabError) as refusal:
        build_graph(**(wish | change))
    assert refusal.value.values["field"] == field


def test_unknown_kind_is_told_what_is_known():
    with pytest.raises(LabError, match="holme_kim, barabasi_albert"):
        _graph("small_world")


def test_interests_need_a_row_per_person():
    with pytest.raises(ValueError, match="interests"):
        build_graph("holme_kim", 20, 5, 0.8, 0.2, _interests(19), 1)

"""Network analysis against graphs whose answer is known, and on a world."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation.analysis import ties as network
from simulation.eventlog import ties
from simulation.model import CommunityModel
from tests.worlds import small


def table(graph: nx.Graph) -> pd.DataFrame:
    pairs = sorted(tuple(sorted(edge)) for edge in graph.edges)
    return pd.DataFrame(pairs, columns=["a", "b"]).assign(strength=1.0)


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return table(nx.planted_partition_graph(4, 40, 0.4, 0.01, seed=3))


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return ties(CommunityModel(small({}), (1,)))


def test_planted_communities_are_found(planted: pd.DataFrame) -> None:
    found = network.communities(planted)
    truth = found["person"] // 40
    assert pd.crosstab(truth, found["community"]).max(axis=1).sum() >= 0.97 * len(found)
    assert found["community"].nunique() == 4
    sizes = network.community_sizes(planted, found)
    assert sizes["people"].tolist() == sorted(sizes["people"], reverse=True)
    assert (sizes["inside"] > 0.8).all()


def test_who_ties_communities_together_is_the_bridge(planted: pd.DataFrame) -> None:
    bridge = pd.DataFrame({"a": [0, 45, 85, 125], "b": 999, "strength": 1.0})
    both = pd.concat([planted, bridge], ignore_index=True)
    groups = pd.DataFrame({"person": [*range(160), 999], "community": [*(np.arange(160) // 40), 0]})
    found: Any = network.bridges(both, groups).set_index("person")
    assert found.index[0] == 999
    assert found.loc[999, "participation"] == pytest.approx(1 - 4 * 0.25**2)
    assert found.loc[999, ["reaches", "outside"]].tolist() == [4, 3]
    loyal = found[found["outside"] == 0]
    assert len(loyal) > 20
    assert (loyal["participation"] == 0).all()


def test_key_people_of_a_star_and_a_barbell() -> None:
    star: Any = network.key_people(table(nx.star_graph(9))).set_index("person")
    assert star.index[0] == 0
    assert star.loc[0, ["degree", "strength", "betweenness", "core"]].tolist() == [9, 9, 1, 1]
    assert star["pagerank"].sum() == pytest.approx(1)
    barbell = network.key_people(table(nx.barbell_graph(6, 1))).set_index("person")
    assert barbell["betweenness"].idxmax() == 6
    assert barbell.loc[6, "core"] == 2
    assert barbell.loc[0, "core"] == 5


def test_sampled_betweenness_is_near_the_exact(world: pd.DataFrame) -> None:
    exact = network.key_people(world, samples=10_000).set_index("person")["betweenness"]
    sampled = network.key_people(world).set_index("person")["betweenness"].reindex(exact.index)
    assert np.corrcoef(exact, sampled)[0, 1] > 0.95
    assert set(exact.nlargest(3).index) <= set(sampled.nlargest(10).index)


def test_a_world_has_hubs_communities_and_bridges(world: pd.DataFrame) -> None:
    key = network.key_people(world)
    assert key["degree"].max() > 4 * key["degree"].median()
    groups = network.communities(world)
    sizes = network.community_sizes(world, groups)
    assert len(sizes) >= 5
    assert sizes["people"].sum() == len(groups)
    # Far above what so many groups would keep to themselves by chance.
    assert np.average(sizes["inside"], weights=sizes["people"]) > 3 / len(sizes)
    found = network.bridges(world, groups)
    assert found["participation"].between(0, 1).all()
    hubs = set(key.head(20)["person"])
    assert found[found["person"].isin(hubs)]["participation"].mean() > found["participation"].mean()


def test_the_same_seed_gives_the_same_answer(world: pd.DataFrame) -> None:
    shuffled = world.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(network.communities(world, seed=5), network.communities(world, seed=5))
    exact = (network.key_people(frame, samples=10_000).sort_values("person") for frame in (world, shuffled))
    pd.testing.assert_frame_equal(*(frame.reset_index(drop=True) for frame in exact))


def test_nobody_knows_anybody() -> None:
    nothing = pd.DataFrame({"a": [], "b": [], "strength": []})
    assert network.key_people(nothing).empty
    groups = network.communities(nothing)
    assert network.bridges(nothing, groups).empty
    assert network.community_sizes(nothing, groups).empty

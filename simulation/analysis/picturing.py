"""A network too large to draw, made drawable: who is drawn, who is summed up, and where everybody stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple, Self

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import fingerprint
from simulation.analysis.ties import bridges, communities, key_people, network
from simulation.eventlog import ties as tied
from simulation.executor import Recording
from simulation.model import CommunityModel
from simulation.scenario import Scenario

HUBS, EVER, NEVER = 60, 180, 60
"""How many people are drawn: the best connected, then by lot those who were ever members, and those who never were."""
MOST_DRAWN = HUBS + EVER + NEVER
MOST_COMMUNITIES = 12
"""Communities that have a circle of their own; smaller ones share one."""
COARSE = 0.5
"""Resolution of the communities: coarser than modularity asks for, since circles are to be told apart by eye."""
LAYOUT_SEED = 7
MOST_ROWS = 20_000


class MapTables(NamedTuple):
    """Communities, centralities and places of everybody in some worlds."""

    people: pd.DataFrame  # seed and the columns of :func:`placed`

    def of_seeds(self, seeds: Collection[int]) -> Self:
        """The rows of some seeds."""
        return type(self)(*(frame[frame["seed"].isin(list(seeds))] for frame in self))


def placed(person: NDArray[Any], ties: pd.DataFrame, ever: NDArray[Any], seed: int) -> pd.DataFrame:
    """Communities, centralities and places of everybody.

    Drawn are the 60 people with the most ties, then, by a lot that depends on the seed alone, 180 of those who were
    ever members and 60 of those who never were; where a group is smaller, the others fill up. Everybody else is summed
    up in one circle per community. Places come from a spring layout of the drawn people and these circles together.

    Args:
        person: Everybody, ascending.
        ties: Columns a, b (each tie once) and strength.
        ever: Who was ever a member.
        seed: Luck of the world, and of the lot.

    Returns:
        person, community (−1 for who knows nobody), participation, outside, strength, pagerank, betweenness, core,
        drawn (1 for who is drawn), x, y (0–1; of the drawn, and of the circle of the community for the others).
    """
    groups = communities(ties, resolution=COARSE)
    table = pd.DataFrame({"person": person})
    for found in (key_people(ties), bridges(ties, groups).drop(columns="reaches")):
        table = table.merge(found, on="person", how="left")
    community = table["community"].fillna(-1).to_numpy(np.int32)
    table["community"] = np.where(community >= MOST_COMMUNITIES, MOST_COMMUNITIES - 1, community)
    drawn = chosen(table["degree"].fillna(0).to_numpy(), np.isin(person, ever), seed)
    table["drawn"] = drawn.astype(np.int8)
    table["x"], table["y"] = _layout(table, ties)
    table = table.drop(columns="degree")
    return table.fillna(dict.fromkeys(("strength", "pagerank", "betweenness", "core", "participation", "outside"), 0.0))


def chosen(degree: NDArray[Any], ever: NDArray[np.bool_], seed: int) -> NDArray[np.bool_]:
    """Who is drawn, see :func:`placed`."""
    lot = np.random.default_rng(seed).random(len(degree))
    drawn = np.zeros(len(degree), np.bool_)
    drawn[np.argsort(-degree, kind="stable")[:HUBS]] = True
    for group, many in ((ever, EVER), (~ever, NEVER)):
        left = np.flatnonzero(group & ~drawn)
        drawn[left[np.argsort(lot[left])[:many]]] = True
    left = np.flatnonzero(~drawn)
    drawn[left[np.argsort(lot[left])[: MOST_DRAWN - int(drawn.sum())]]] = True
    return drawn


def _layout(table: pd.DataFrame, ties: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places of everybody, those who are summed up standing where their circle stands."""
    circle = -2 - table["community"].to_numpy(np.int64)
    node = np.where(table["drawn"] == 1, table["person"], circle)
    ends = pd.DataFrame({"a": node[ties["a"]], "b": node[ties["b"]], "strength": ties["strength"]})
    graph = network(ends[ends["a"] != ends["b"]].groupby(["a", "b"], as_index=False).sum())
    graph.add_nodes_from(np.unique(node).tolist())
    for _, _, tie in graph.edges(data=True):
        tie["weight"] = min(tie.pop("strength"), 3.0)  # a circle of hundreds would pull everybody into one spot
    found = nx.spring_layout(
        graph, seed=LAYOUT_SEED, iterations=80, k=2.5 / np.sqrt(max(len(graph), 1)), weight="weight"
    )
    spots = np.array([found[each] for each in node.tolist()])
    span = np.ptp(spots, axis=0)
    spots = (spots - spots.min(axis=0)) / np.where(span > 0, span, 1)
    return spots[:, 0], spots[:, 1]


def draw_up(scenario: Scenario, seeds: tuple[int, ...]) -> MapTables:
    """Live through worlds one by one and place everybody by the ties of the end."""
    worlds = []
    for seed in seeds:
        model = CommunityModel(scenario, (seed,))
        model.run()
        ever = np.flatnonzero(model.standing.joined >= 0)
        worlds.append(placed(np.arange(model.graph.n), tied(model), ever, seed).assign(seed=seed))
    return MapTables(pd.concat(worlds, ignore_index=True))


def _assemble(
    pieces: Iterable[tuple[str, MapTables]], _provenance: dict[str, Any]
) -> dict[tuple[str, int], pd.DataFrame]:
    """(plan, seed) → the columns of :func:`placed`."""
    return {
        (plan, seed): tables.of_seeds({seed}).people.drop(columns="seed").reset_index(drop=True)
        for plan, tables in pieces
        for seed in tables.people["seed"].unique().tolist()
    }


MAP = Recording(
    "map_" + fingerprint([Path(__file__)]),
    MapTables,
    draw_up,
    _assemble,
    lambda scenario: scenario.population.size,
    MOST_ROWS,
)
"""Recording of who stands where in the network."""

"""A network too large to draw, made drawable: who is drawn, who is summed up, and where everybody stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import fingerprint
from simulation.analysis.lives import Lives
from simulation.analysis.ties import bridges, communities, key_people
from simulation.eventlog import ties as tied
from simulation.members import NEEDS, Layer, Role, Status
from simulation.model import CommunityModel
from simulation.recording import Recording
from simulation.scenario import Scenario

HUBS, EVER, NEVER = 60, 180, 60
"""How many people are drawn: the best connected, then by lot those who were ever members, and those who never were."""
MOST_DRAWN = HUBS + EVER + NEVER
MOST_COMMUNITIES = 12
"""Communities that have a circle of their own; smaller ones share one."""
COARSE = 0.5
"""Resolution of the communities: coarser than modularity asks for, since circles are to be told apart by eye."""
LAYOUT_SEED = 7
RING = 1.25
OWN = 0.9
"""Pull of the circle of one's own community, relative to a tie of full strength."""
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
    """Places of everybody: circles on a ring, the drawn drawn to their own circle and to whom they know.

    Bridges thus come to stand in the middle. Who is summed up stands where the circle stands.
    """
    circle = -2 - table["community"].to_numpy(np.int64)
    kinds, home = np.unique(circle, return_inverse=True)
    angle = 2 * np.pi * np.arange(len(kinds)) / len(kinds)
    ring = RING * np.column_stack([np.cos(angle), np.sin(angle)])
    drawn = np.flatnonzero(table["drawn"].to_numpy() == 1)
    graph = nx.Graph()
    graph.add_nodes_from(kinds.tolist())
    graph.add_nodes_from(drawn.tolist())
    graph.add_weighted_edges_from((int(each), int(circle[each]), OWN) for each in drawn)
    both = ties[ties["a"].isin(drawn) & ties["b"].isin(drawn)]
    graph.add_weighted_edges_from(zip(both["a"].tolist(), both["b"].tolist(), both["strength"].tolist(), strict=True))
    luck = np.random.default_rng(LAYOUT_SEED).normal(0, 0.15, (len(drawn), 2))
    start = {int(kind): ring[place] for place, kind in enumerate(kinds)}
    start |= {int(each): 0.7 * ring[home[each]] + luck[place] for place, each in enumerate(drawn)}
    found = nx.spring_layout(graph, pos=start, fixed=kinds.tolist(), seed=LAYOUT_SEED, iterations=60, k=0.1)
    node = np.where(table["drawn"] == 1, np.arange(len(table)), circle)
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


class View(NamedTuple):
    """What is drawn of one week.

    Attributes:
        nodes: person, x, y, status (of :class:`simulation.members.Status`), group (name of the class that colours them;
            empty for who is no member), value (what is behind it, NaN for names), ties (how many people they know).
        circles: community, x, y, people, members, mean (of the value, over its members): everybody who is not drawn.
        links: a, b (places in ``nodes``), strength: ties between people who are drawn.
        groups: Every class that may occur, in order.
    """

    nodes: pd.DataFrame
    circles: pd.DataFrame
    links: pd.DataFrame
    groups: tuple[str, ...]


MEASURES = ("trust", "satisfaction", *NEEDS)
"""Colourings by a number, in fifths of all weeks of membership, so that a colour means the same in every week."""
COLOURINGS = ("status", *MEASURES, "role", "tier", "layer", "community")
FIFTHS = 5
TIERS = 4


def view(lives: Lives, places: pd.DataFrame, week: int, colouring: str, also: int | None = None) -> View:
    """Draw up one week of a world.

    Args:
        lives: The world.
        places: Of :func:`placed`.
        week: Which week.
        colouring: One of :data:`COLOURINGS`.
        also: Somebody who is drawn in any case.
    """
    table = places[["person", "x", "y", "community", "drawn"]].assign(
        status=lives.status[week], ties=lives.people["degree"].to_numpy(), group="", value=np.nan
    )
    member = table["status"].to_numpy() == Status.MEMBER
    here = lives.staying(week)
    if colouring == "status":
        groups: tuple[str, ...] = ("member",)
        table.loc[member, "group"] = "member"
    elif colouring == "community":
        groups = tuple(str(number + 1) for number in range(int(places["community"].max()) + 1))
        table.loc[member, "group"] = (table.loc[member, "community"] + 1).astype(str)
    elif colouring in MEASURES:
        edges = cuts(lives, colouring)
        groups = tuple(f"{low:.2f}–{high:.2f}" for low, high in pairwise(edges))
        value = here[colouring].to_numpy(np.float64)
        table.loc[here["person"], "value"] = value
        place = np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(groups) - 1)
        table.loc[here["person"], "group"] = np.array(groups, object)[place]
    else:
        names = {"role": [each.name.lower() for each in Role], "layer": [each.name.lower() for each in Layer]}
        known = names.get(colouring, [f"tier_{rung}" for rung in range(TIERS)])
        groups = tuple(known)
        table.loc[here["person"], "group"] = np.array(known, object)[here[colouring].to_numpy()]
    drawn = (table["drawn"].to_numpy() == 1) | (table["person"].to_numpy() == also)
    nodes = table[drawn].drop(columns="drawn").reset_index(drop=True)
    rest = table[~drawn].assign(here=member[~drawn])
    circles = (
        rest.groupby("community")
        .agg(
            x=("x", "first"),
            y=("y", "first"),
            people=("person", "size"),
            members=("here", "sum"),
            mean=("value", "mean"),
        )
        .reset_index()
    )
    index = np.full(len(table), -1)
    index[nodes["person"]] = np.arange(len(nodes))
    links = pd.DataFrame(
        {"a": index[lives.ties["a"]], "b": index[lives.ties["b"]], "strength": lives.ties["after"].to_numpy()}
    )
    return View(nodes, circles, links[(links["a"] >= 0) & (links["b"] >= 0)].reset_index(drop=True), groups)


def cuts(lives: Lives, measure: str) -> NDArray[np.float64]:
    """Edges of the fifths of a measure over all weeks of membership; fewer where values coincide."""
    values = lives.weeks[measure].to_numpy(np.float64)
    edges = (
        np.unique(np.round(np.quantile(values, np.linspace(0, 1, FIFTHS + 1)), 2)) if len(values) else np.array([0.0])
    )
    return np.array([edges[0], edges[0] + 0.01]) if len(edges) < 2 else edges

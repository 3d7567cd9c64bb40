"""Network analysis of an event log's ties: key people, communities and the bridges between them (K12).

Every function takes a table with columns a, b and strength, one row a tie, such as ``interactions`` of
:class:`simulation.eventlog.EventLog` or :func:`simulation.eventlog.ties`; people without ties do not appear.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

BETWEENNESS_SAMPLES = 200
"""People from whom shortest paths are searched; among 2,000 people the largest values are then right to some 15 %."""


def network(interactions: pd.DataFrame) -> nx.Graph:
    """Make an undirected graph whose edges carry ``strength``; nodes in ascending order, so that seeds repeat."""
    graph = nx.Graph()
    graph.add_nodes_from(np.unique(interactions[["a", "b"]].to_numpy(np.int64)).tolist())
    columns = (interactions[name].tolist() for name in ("a", "b", "strength"))
    graph.add_weighted_edges_from(zip(*columns, strict=True), weight="strength")
    return graph


def key_people(interactions: pd.DataFrame, *, samples: int = BETWEENNESS_SAMPLES, seed: int = 1) -> pd.DataFrame:
    """Four views of who matters; they often disagree, which is the lesson.

    * degree: how many people somebody knows; strength: Σ w of these ties.
    * pagerank: PR_i = (1 − .85)/n + .85 Σ_j w_ij PR_j / Σ_k w_jk, known by those who are known
      (Brin & Page 1998).
    * betweenness: share of shortest paths (in steps) that run through somebody (Freeman 1977), estimated from the
      paths that start at sampled people (Brandes & Pich 2007).
    * core: largest k such that somebody belongs to a group in which each knows at least k others (Seidman 1983).

    Args:
        interactions: Ties.
        samples: People from whom paths are searched; all of them if there are no more, and then it is exact.
        seed: Luck of that choice.

    Returns:
        Columns person, degree, strength, pagerank (sums to 1), betweenness (0–1), core; highest pagerank first.
    """
    graph = network(interactions)
    people = list(graph)
    if not people:
        return _empty({"degree": int, "strength": float, "pagerank": float, "betweenness": float, "core": int})
    paths = nx.betweenness_centrality(graph, k=min(samples, len(people)), seed=seed)
    measures = {
        "degree": dict(graph.degree()),
        "strength": dict(graph.degree(weight="strength")),
        "pagerank": nx.pagerank(graph, weight="strength"),
        "betweenness": paths,
        "core": nx.core_number(graph),
    }
    table = pd.DataFrame({"person": people} | {name: [of[i] for i in people] for name, of in measures.items()})
    return table.sort_values(["pagerank", "person"], ascending=[False, True], ignore_index=True)


def communities(interactions: pd.DataFrame, *, resolution: float = 1, seed: int = 1) -> pd.DataFrame:
    """Groups of people who are tied among themselves more than chance would have it (Louvain, Blondel et al. 2008).

    Maximises modularity Q = Σ_c [W_c / W − γ (S_c / 2W)²], W_c being the tie strength within a group, S_c that of its
    members and W of all. Another seed may cut the same network a little differently: groups are a description.

    Args:
        interactions: Ties.
        resolution: γ; more makes groups smaller.
        seed: Luck of the order in which people are moved.

    Returns:
        Columns person, community (0 is the largest), ascending by person.
    """
    graph = network(interactions)
    if not len(graph):
        return _empty({"community": int})
    found = nx.community.louvain_communities(graph, weight="strength", resolution=resolution, seed=seed)
    found = sorted(found, key=lambda group: (-len(group), min(group)))
    rows = [(person, number) for number, group in enumerate(found) for person in group]
    return pd.DataFrame(rows, columns=["person", "community"]).sort_values("person", ignore_index=True)


def community_sizes(interactions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """How large each community is and how much it keeps to itself.

    Args:
        interactions: Ties.
        groups: As from :func:`communities`.

    Returns:
        Columns community, people, ties (within), inside (share of its members' tie strength that stays within).
    """
    _, of, a, b, w = _placed(interactions, groups)
    number = int(of.max(initial=-1)) + 1
    within = of[a] == of[b]
    total = np.bincount(of[a], w, number) + np.bincount(of[b], w, number)
    kept = 2 * np.bincount(of[a][within], w[within], number)
    return pd.DataFrame(
        {
            "community": np.arange(number),
            "people": np.bincount(of, minlength=number),
            "ties": np.bincount(of[a][within], minlength=number),
            "inside": np.divide(kept, total, out=np.full(number, np.nan), where=total > 0),
        }
    )


def bridges(interactions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """People whose ties span communities.

    Participation P_i = 1 − Σ_c (s_ic / s_i)², s_ic being the strength of i's ties into community c (Guimerà & Amaral
    2005): 0 for somebody with all ties in one community, near 1 − 1/C for somebody evenly tied to C of them. Somebody
    with two weak ties can score as high as a hub, so ``outside`` says how much strength crosses over.

    Args:
        interactions: Ties.
        groups: As from :func:`communities`.

    Returns:
        Columns person, community, participation (0–1), reaches (communities somebody has ties in), outside (Σ w of
        ties that leave the person's own community); highest participation first, then by outside.
    """
    person, of, a, b, w = _placed(interactions, groups)
    number = max(int(of.max(initial=-1)) + 1, 1)
    into = np.zeros((len(person), number))
    np.add.at(into, (a, of[b]), w)
    np.add.at(into, (b, of[a]), w)
    total = into.sum(axis=1)
    share = np.divide(into, total[:, None], out=np.zeros_like(into), where=total[:, None] > 0)
    own = into[np.arange(len(person)), of]
    table = pd.DataFrame(
        {
            "person": person,
            "community": of,
            "participation": np.where(total > 0, 1 - (share**2).sum(axis=1), 0.0).clip(0, 1),
            "reaches": (into > 0).sum(axis=1),
            "outside": total - own,
        }
    )
    order = ["participation", "outside", "person"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _placed(
    interactions: pd.DataFrame, groups: pd.DataFrame
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """People, their community, and the ties as places among these people; ties of others are left out."""
    table = groups.sort_values("person")
    person, of = table["person"].to_numpy(np.int64), table["community"].to_numpy(np.int64)
    ends = interactions[interactions["a"].isin(person) & interactions["b"].isin(person)]
    a, b = (np.searchsorted(person, ends[name].to_numpy()) for name in ("a", "b"))
    return person, of, a, b, ends["strength"].to_numpy(float)


def _empty(columns: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in ({"person": int} | columns).items()})

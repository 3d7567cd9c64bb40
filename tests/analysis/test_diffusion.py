"""Diffusion: where Bass peaks, what seeding central people brings, and that both follow their equations."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from simulation.analysis import diffusion, facts, published
from simulation.network import Graph, build_graph

ROWS = facts.published_numbers()["bass_1969"]["rows"]


def sparse(seed: int, kind: str = "random", n: int = 60) -> Graph:
    return build_graph(kind, n, 2, 0.5, 0.0, np.zeros((n, 2), np.float32), seed)


def test_the_formula_of_the_peak_is_where_the_curve_is_steepest() -> None:
    p, q = 0.02, 0.4
    time = np.linspace(0, 20, 200_001)
    decay = np.exp(-(p + q) * time)
    adopted = (1 - decay) / (1 + q / p * decay)
    assert diffusion.bass_peak(p, q) == pytest.approx(time[np.argmax(np.gradient(adopted))], abs=1e-3)


def test_the_peak_is_read_off_a_smooth_curve_exactly() -> None:
    p, q = 0.02, 0.4
    decay = np.exp(-(p + q) * np.arange(0, 20 * 52 + 1) / 52)
    adopted = 1e6 * (1 - decay) / (1 + q / p * decay)
    assert diffusion.peak_time(np.diff(adopted)) == pytest.approx(diffusion.bass_peak(p, q), rel=0.005)


@pytest.mark.parametrize(("product", "p", "q"), [ROWS[0], ROWS[4], ROWS[10]], ids=str)
def test_simulated_people_adopt_along_the_curve(product: str, p: float, q: float) -> None:
    share = np.cumsum(diffusion.bass_adopters(p, q, seed=11)) / diffusion.BASS_PEOPLE
    decay = np.exp(-(p + q) * np.arange(1, share.size + 1) / 52)
    assert share == pytest.approx((1 - decay) / (1 + q / p * decay), abs=0.03)
    assert share[-1] >= 0.95 > share[-2]


def test_every_published_product_peaks_in_time() -> None:
    table = published.bass_table()
    assert len(table) == 11
    assert table["error"].abs().max() <= published.BASS_TOLERANCE
    assert "m" not in table


def test_more_imitation_peaks_earlier() -> None:
    slow, fast = (diffusion.simulated_peaks(0.02, q, worlds=2).mean() for q in (0.3, 0.6))
    assert fast < slow


def test_betweenness_is_that_of_a_graph_library() -> None:
    for seed, kind in ((1, "random"), (2, "holme_kim"), (3, "barabasi_albert")):
        graph = sparse(seed, kind)
        twin = nx.Graph()
        twin.add_nodes_from(range(graph.n))
        twin.add_edges_from(
            (i, j) for i in range(graph.n) for j in graph.indices[graph.indptr[i] : graph.indptr[i + 1]]
        )
        expected = nx.betweenness_centrality(twin, normalized=False)
        assert diffusion.betweenness(graph) == pytest.approx([expected[i] for i in range(graph.n)])


def test_seeding_takes_the_published_time() -> None:
    table = published.seeding_table()
    assert (table["ticks"] / table["published"] - 1).abs().max() <= published.SEEDING_TOLERANCE


def test_central_seeds_help_where_there_are_hubs() -> None:
    ticks = published.seeding_table().set_index(["network", "seeds"])["ticks"]
    hubs, thrown = (ticks[name]["central"] / ticks[name]["random"] for name in ("hubs", "random"))
    assert hubs < 0.6
    assert 0.8 < thrown < 1


def test_with_one_tie_each_both_generators_of_hubs_grow_the_same_tree() -> None:
    for central in (False, True):
        grown = [diffusion.ticks_to_half(kind, central, worlds=3) for kind in ("holme_kim", "barabasi_albert")]
        assert grown[0].tolist() == grown[1].tolist()


def test_the_same_world_gives_the_same_numbers() -> None:
    assert (
        diffusion.ticks_to_half("random", True, 4)[:2].tolist() == diffusion.ticks_to_half("random", True, 2).tolist()
    )
    assert (diffusion.bass_adopters(0.03, 0.5, 7, 500) == diffusion.bass_adopters(0.03, 0.5, 7, 500)).all()


def test_tables_show_what_they_promise() -> None:
    retention = published.retention_table().set_index(["segment", "year"])["sBG"]
    assert retention["High End"][12] == pytest.approx(0.378, abs=6e-4)
    assert retention["Regular"][12] == pytest.approx(0.170, abs=6e-4)
    assert published.cdnow_table().groupby("model").size().to_dict() == {
        "BG/NBD": 5, "Pareto/NBD": 5, "gamma-gamma": 3,
    }  # fmt: skip
    for table in (published.cdnow_table(), published.donations_table()):
        assert table["refitted"].to_numpy() == pytest.approx(table["published"].to_numpy(), rel=2e-3)


def test_every_published_fact_holds() -> None:
    for name, *words, measure in published.MORE_PUBLISHED:
        assert all(words), name
        assert measure({}).verdict == "holds", name


def test_facts_name_the_numbers_of_the_tables() -> None:
    targets = {name: target for name, _, _, target, _, _ in published.MORE_PUBLISHED}
    pareto = published.cdnow_table().query("model == 'Pareto/NBD'")
    for prefix, table in (("paretonbd", pareto), ("bgbb", published.donations_table())):
        for name, told in zip(table["parameter"], table["published"], strict=True):
            assert float(targets[f"{prefix}_{name}"]) == told
    for network, seeds, told in published.seeding_table()[["network", "seeds", "published"]].itertuples(index=False):
        assert targets[f"seeding_{network}_{seeds}"] == f"{told} ± 15 %"

"""Boxes and trees on futures whose failures follow a known rule, or none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from simulation.analysis.discovery import Box, Judged, discover, distances, halves, restricting
from simulation.analysis.failure_tree import grow
from simulation.analysis.peeling import paste, peel, quasi_p
from simulation.errors import LabError

COUNT, WIDTH = 400, 12


def sample(seed: int = 1, count: int = COUNT) -> pd.DataFrame:
    luck = np.random.default_rng(seed)
    return pd.DataFrame(luck.random((count, WIDTH)), columns=[f"x{j}" for j in range(WIDTH)])


def corner(places: pd.DataFrame) -> np.ndarray:
    return ((places["x0"] > 0.6) & (places["x3"] < 0.5)).to_numpy()


def test_prim_finds_the_corner_and_only_it() -> None:
    places = sample()
    found = discover(places, corner(places))
    assert set(found.box.ends) == {"x0", "x3"}
    assert found.box.ends["x0"][0] == pytest.approx(0.6, abs=0.06) and found.box.ends["x0"][1] == np.inf
    assert found.box.ends["x3"][1] == pytest.approx(0.5, abs=0.06) and found.box.ends["x3"][0] == -np.inf
    assert found.held.coverage[0] > 0.85 and found.held.density[0] > 0.85
    assert max(found.quasi_p.values()) < 0.001 and min(found.again.values()) >= 0.8
    assert found.steps.iloc[0][["coverage", "inside"]].tolist() == [1.0, COUNT / 2]
    assert restricting(found, places)[0] == "x0", "it leaves two fifths, the other a half"


def test_a_rule_is_found_among_a_hundred_assumptions_that_mean_nothing() -> None:
    luck = np.random.default_rng(9)
    places = pd.DataFrame(luck.random((200, 130)), columns=[f"x{j}" for j in range(130)])
    found = discover(places, corner(places) | (luck.random(200) < 0.05))
    assert {"x0", "x3"} & set(found.box.ends) and found.confirmed
    apart = distances(places.to_numpy(), corner(places))
    assert set(np.argsort(-apart)[:2]) == {0, 3}
    assert apart[0] == pytest.approx(ks_2samp(places["x0"][corner(places)], places["x0"][~corner(places)]).statistic)


def test_failures_by_lot_have_no_rule() -> None:
    """The densest peel is dense where it was made and nowhere else; what cannot be told from chance is not told."""
    on, held, told = [], [], 0
    for seed in range(10):
        places = sample(seed)
        failing = np.random.default_rng(seed + 50).random(COUNT) < 0.3
        first, second = halves(COUNT, seed)
        low, high = peel(places[first].to_numpy(), failing[first])[-1]
        box = Box({f"x{j}": (low[j], high[j]) for j in range(WIDTH)})
        on.append(Judged.of(box.holds(places[first]), failing[first]).density[0] - 0.3)
        held.append(Judged.of(box.holds(places[second]), failing[second]).density[0] - 0.3)
        told += discover(places, failing, seed=seed, resamples=1).confirmed
    assert np.mean(on) > 0.4, "what the same futures say of their own box is too good"
    assert abs(np.mean(held)) < 0.15
    assert told <= 1


def test_a_noisy_rule_is_judged_for_what_it_is_worth() -> None:
    places = sample(7, 800)
    luck = np.random.default_rng(8)
    failing = luck.random(800) < np.where(corner(places), 0.8, 0.1)
    found = discover(places, failing)
    assert {"x0", "x3"} <= set(found.box.ends)
    share, low, high = found.held.density
    assert low < 0.8 < high and 0 < low < share < high < 1


def test_peeling_leaves_its_way_and_pasting_gives_back_what_was_cut_in_vain() -> None:
    places = sample(2)
    x, y = places.to_numpy(), corner(places)
    passed = peel(x, y)
    inside = [((x >= low) & (x <= high)).all(axis=1).sum() for low, high in passed]
    assert all(a > b for a, b in pairwise(inside))
    tight_low, tight_high = np.full(WIDTH, -np.inf), np.full(WIDTH, np.inf)
    tight_low[0], tight_high[3] = 0.75, 0.4
    low, high = paste(x, y, tight_low, tight_high)
    assert low[0] == pytest.approx(0.6, abs=0.04) and high[3] == pytest.approx(0.5, abs=0.04)
    assert quasi_p(x, y, low, high, 0) < 1e-6


def test_pasting_can_free_a_side_altogether() -> None:
    places = sample(3)
    x = places.to_numpy()
    low = np.full(WIDTH, -np.inf)
    low[5] = 0.5
    freed, _ = paste(x, np.ones(COUNT, bool), low, np.full(WIDTH, np.inf))
    assert freed[5] == -np.inf


def test_values_that_are_alike_stay_together() -> None:
    places = sample(4)
    places["x0"] = (places["x0"] * 3).astype(int)
    failing = (places["x0"] == 2).to_numpy()
    found = discover(places, failing)
    assert found.box.ends["x0"][0] == pytest.approx(1.5) and found.held.density[0] == found.held.coverage[0] == 1.0
    places["x0"] = 1.0
    assert "x0" not in discover(places, corner(sample(4))).box.ends


def test_the_tree_says_the_same_in_a_few_questions() -> None:
    places = sample(5)
    tree = grow(places, corner(places))
    assert len(tree.rules) == 1
    ends = tree.rules[0].box.ends
    assert set(ends) == {"x0", "x3"}
    assert ends["x0"][0] == pytest.approx(0.6, abs=0.06) and ends["x3"][1] == pytest.approx(0.5, abs=0.06)
    assert tree.held.density[0] > 0.85 and tree.held.coverage[0] > 0.85


def test_two_ways_to_fail_are_two_rules() -> None:
    places = sample(6, 800)
    failing = ((places["x0"] > 0.8) | (places["x1"] < 0.15)).to_numpy()
    tree = grow(places, failing, depth=2)
    assert [set(rule.box.ends) <= {"x0", "x1"} for rule in tree.rules] == [True, True]
    assert tree.held.coverage[0] > 0.9 and tree.held.density[0] > 0.9
    assert tree.rules[0].found_on.hits >= tree.rules[1].found_on.hits


def test_too_little_to_find_a_rule_in_is_refused() -> None:
    places = sample(1, 40)
    for failing, key in ((np.zeros(40, bool), "too_few_cases"), (np.ones(40, bool), "too_few_cases")):
        with pytest.raises(LabError) as refused:
            discover(places, failing)
        assert refused.value.key == key
        with pytest.raises(LabError):
            grow(places, failing)
    with pytest.raises(LabError) as refused:
        discover(places[:10], np.ones(10, bool))
    assert refused.value.key == "too_few_futures"


def test_halves_share_nothing_and_counts_add_up() -> None:
    first, second = halves(41)
    assert first.sum() == 21 and not (first & second).any() and (first | second).all()
    places = pd.DataFrame({"a": [0.0, 1, 2, 3]})
    judged = Judged.of(Box({"a": (1, 2)}).holds(places), np.array([True, True, False, True]))
    assert (judged.inside, judged.hits, judged.cases, judged.futures) == (2, 1, 3, 4)
    assert judged.coverage[0] == pytest.approx(1 / 3) and judged.density[0] == 0.5 and judged.base == 0.75

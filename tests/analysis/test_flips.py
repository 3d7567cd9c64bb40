"""Where a ranking flips, on lines whose crossing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import flips
from simulation.factors import Factor
from simulation.params import Declared

PLANS = ("steady", "rising")


def factor(integer: bool = False) -> Factor:
    declared = Declared("x", 2.0, 0.0, 8.0, 1, integer, "", "", "", "", "", "uncertainty", "T", "", (0.0, 8.0))
    return Factor("behaviour.x", declared, 0.0, 8.0)


def lived(values, slope: float, wobble: float = 0.0, worlds: int = 40, level: float = 10.0) -> pd.DataFrame:
    """Steady stays at a level; rising starts at 4 and has so much more a step; worlds differ by luck common to both."""
    luck = np.random.default_rng(7)
    rows = []
    for seed in range(worlds):
        common, own = 50 * luck.normal(), wobble * luck.normal()
        for point, value in enumerate(values):
            rows.append((point, "steady", seed, level + common))
            rows.append((point, "rising", seed, 4 + slope * value + common + own))
    return pd.DataFrame(rows, columns=["point", "plan", "seed", "y"])


def test_the_grid_holds_the_present_value_and_whole_numbers_stay_whole() -> None:
    assert flips.grid(factor(), 2.5, 5) == (0.0, 2.0, 2.5, 4.0, 6.0, 8.0)
    assert flips.grid(factor(integer=True), 3, 4) == (0.0, 3.0, 5.0, 8.0)
    assert [list(point.values()) for point in flips.points(factor(integer=True), (3.0,))] == [[3]]


def test_a_known_crossing_is_found_between_two_values() -> None:
    grid = flips.grid(factor(), 2.0, 5)
    found = flips.ranking(lived(grid, 1.5), PLANS, grid, 2.0, "y", 1)
    assert found is not None
    assert (found.first, found.second) == ("steady", "rising")
    assert found.lead[0] == pytest.approx(3.0)
    assert found.certain == 1
    above, below = (flips.sides(found)[side] for side in ("above", "below"))
    assert (above.verdict, below.verdict) == ("lost", "never")
    assert above.at == pytest.approx(4.0)  # 4 + 1.5 x = 10
    assert (above.low, above.high) == pytest.approx((4.0, 4.0))
    assert above.to == "rising"


def test_the_interval_of_a_crossing_covers_it_as_luck_moves_it() -> None:
    grid = flips.grid(factor(), 2.0, 9)
    found = flips.ranking(lived(grid, 1.5, wobble=2.0), PLANS, grid, 2.0, "y", 1)
    assert found is not None
    above = flips.sides(found)["above"]
    assert above.verdict == "lost"
    assert above.low < 4.0 < above.high
    # The own luck of a world moves the line by 2/√40, and the crossing by that over the slope.
    expected = 2 * 1.96 * 2 / np.sqrt(40) / 1.5
    assert above.high - above.low == pytest.approx(expected, rel=0.4)


def test_less_is_better_turns_the_ranking_around() -> None:
    grid = flips.grid(factor(), 2.0, 5)
    found = flips.ranking(lived(grid, 1.5), PLANS, grid, 2.0, "y", -1)
    assert found is not None
    assert found.first == "rising"
    assert flips.sides(found)["above"].at == pytest.approx(4.0)


def test_a_lead_that_is_never_lost() -> None:
    grid = flips.grid(factor(), 2.0, 5)
    found = flips.ranking(lived(grid, 0.1, wobble=0.5), PLANS, grid, 2.0, "y", 1)
    assert found is not None
    assert {crossing.verdict for crossing in found.crossings} == {"never"}


def test_a_crossing_that_luck_may_undo_is_doubtful() -> None:
    grid = flips.grid(factor(), 2.0, 5)
    found = flips.ranking(lived(grid, 0.76, wobble=6.0, worlds=12), PLANS, grid, 2.0, "y", 1)
    assert found is not None
    above = flips.sides(found)["above"]
    assert above.verdict == "doubtful"
    assert 0.05 < above.share < 0.95


def test_the_present_value_at_an_end_has_one_side() -> None:
    grid = flips.grid(factor(), 0.0, 5)
    found = flips.ranking(lived(grid, 1.5), PLANS, grid, 0.0, "y", 1)
    assert found is not None
    assert [crossing.side for crossing in found.crossings] == ["above"]


def test_nothing_is_said_before_there_is_something_to_compare() -> None:
    grid = flips.grid(factor(), 2.0, 5)
    frame = lived(grid, 1.5)
    here = grid.index(2.0)
    assert flips.ranking(frame[frame["point"] != here], PLANS, grid, 2.0, "y", 1) is None
    assert flips.ranking(frame[frame["point"] == here], PLANS, grid, 2.0, "y", 1) is None
    assert flips.ranking(frame[frame["seed"] == 0], PLANS, grid, 2.0, "y", 1) is None
    part = flips.ranking(frame[frame["point"] <= here + 1], PLANS, grid, 2.0, "y", 1)
    assert part is not None
    assert set(part.curves["value"]) == {0.0, 2.0, 4.0}

"""What drives a result, on functions whose answers are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import drivers
from simulation.analysis.drivers import Target
from simulation.factors import Factor
from simulation.params import Declared
from simulation.scenario import Plan
from simulation.sweep_points import Values
from tests.made_up_worlds import SCENARIO

LUCK = {1: -2.0, 2: 0.5, 3: 1.5}
A = Target("y", "a")


def factor(name: str, low: float, high: float) -> Factor:
    declared = Declared(name, 0.0, low, high, 1, False, "", "", "", "", "", "uncertainty", "T", "", (low, high))
    return Factor(f"behaviour.{name}", declared, low, high)


def lived(points: Sequence[Values], y: Callable[[Values, float], float], plan: str = "a") -> pd.DataFrame:
    rows = [(p, plan, seed, y(values, luck)) for p, values in enumerate(points) for seed, luck in LUCK.items()]
    return pd.DataFrame(rows, columns=["point", "plan", "seed", "y"])


@pytest.fixture(scope="module")
def pair() -> tuple[Factor, ...]:
    return factor("strong", 0.0, 4.0), factor("weak", -1.0, 1.0), factor("idle", 0.0, 1.0)


def linear(values: Values, luck: float) -> float:
    return 10 + 3 * values.get("behaviour.strong", 1.0) - values.get("behaviour.weak", 0.0) + 100 * luck


def test_a_tornado_takes_the_luck_of_a_world_off(pair: tuple[Factor, ...]) -> None:
    points = drivers.one_at_a_time(pair)
    table = drivers.tornado(lived(points, linear), pair, A)
    assert table["path"].tolist() == ["behaviour.strong", "behaviour.weak", "behaviour.idle"]
    assert table["below"].to_numpy() == pytest.approx([-3.0, 1.0, 0.0])
    assert table["above"].to_numpy() == pytest.approx([9.0, -1.0, 0.0])
    assert table["swing"].to_numpy() == pytest.approx([12.0, -2.0, 0.0])
    # The luck of a world is a hundred times the effect, and common to both ends: no width is left.
    assert (table["above_high"] - table["above_low"]).to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    assert [drivers.sure(row) for row in table.to_dict("records")] == [True, True, False]


def test_where_luck_and_assumption_interact_the_interval_is_that_of_the_worlds(pair: tuple[Factor, ...]) -> None:
    points = drivers.one_at_a_time(pair)
    table = drivers.tornado(lived(points, lambda v, luck: v.get("behaviour.strong", 0.0) * luck), pair, A)
    gains = 4 * np.array(list(LUCK.values()))
    half = 4.302653 * gains.std(ddof=1) / np.sqrt(3)
    assert table["above"][0] == pytest.approx(gains.mean())
    assert table["above_high"][0] - table["above"][0] == pytest.approx(half, rel=1e-5)


def test_a_tornado_half_done_shows_whole_bars_only(pair: tuple[Factor, ...]) -> None:
    points = drivers.one_at_a_time(pair)
    frame = lived(points, linear)
    table = drivers.tornado(frame[frame["point"] < 4], pair, A)
    assert table["path"].tolist() == ["behaviour.strong"]
    assert drivers.tornado(frame[frame["point"] < 0], pair, A).empty


def test_the_difference_of_two_plans_is_taken_world_by_world(pair: tuple[Factor, ...]) -> None:
    points = drivers.one_at_a_time(pair)
    both = pd.concat(
        [lived(points, linear), lived(points, lambda v, luck: 5 + 2 * v.get("behaviour.strong", 1.0) + 100 * luck, "b")]
    )
    table = drivers.tornado(both, pair, Target("y", "a", "b"))
    assert table["swing"].to_numpy() == pytest.approx([4.0, -2.0, 0.0])


def test_morris_finds_the_slopes_over_the_whole_range(pair: tuple[Factor, ...]) -> None:
    points = drivers.trajectories(pair, 6)
    frame = lived(points, linear)
    table = drivers.morris(frame, pair, 6, A)
    assert table is not None
    assert dict(zip(table["path"], table["mu"], strict=True)) == pytest.approx(
        {"behaviour.strong": 12.0, "behaviour.weak": -2.0, "behaviour.idle": 0.0}, abs=1e-9
    )
    part = drivers.morris(frame[frame["point"] < 11], pair, 6, A)
    assert part is not None
    assert part["mu_star"][0] == pytest.approx(12.0)
    assert drivers.morris(frame[frame["point"] < 7], pair, 6, A) is None, "one trajectory has no spread"


def test_sobol_indices_of_ishigami() -> None:
    """First and total indices of Ishigami & Homma 1990 with a = 7, b = .1."""
    three = tuple(factor(name, -np.pi, np.pi) for name in ("x1", "x2", "x3"))

    def ishigami(values: Values, luck: float) -> float:
        x1, x2, x3 = (values[f"behaviour.x{k}"] for k in (1, 2, 3))
        return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1) + 50 * luck

    frame = lived(drivers.saltelli(three, 512), ishigami)
    found = drivers.sobol(frame, three, 512, A)
    assert found is not None
    table = found.table.set_index("path")
    told = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}
    for name, truth in told.items():
        got = table.loc[["behaviour.x1", "behaviour.x2", "behaviour.x3"], name].to_numpy()
        assert got == pytest.approx(truth, abs=0.05)
    assert ((table["total_low"] < [0.5576, 0.4424, 0.2437]) & (table["total_high"] > [0.5576, 0.4424, 0.2437])).all()
    assert found.spread == pytest.approx(np.sqrt(13.8446), rel=0.03)
    early = drivers.sobol(frame[frame["point"] < 5 * 64], three, 512, A)
    assert early is not None
    assert early.rows == 64
    wide, narrow = ((f.table["total_high"] - f.table["total_low"]).mean() for f in (early, found))
    assert narrow < wide


def test_where_nothing_matters_no_share_is_given(pair: tuple[Factor, ...]) -> None:
    found = drivers.sobol(lived(drivers.saltelli(pair, 16), lambda _, luck: luck), pair, 16, A)
    assert found is not None
    assert found.spread == 0
    assert "total" not in found.table


def test_the_base_sample_shrinks_with_the_work() -> None:
    plans = (Plan(name="low"), Plan(name="high"))
    large = SCENARIO.model_copy(
        update={"horizon": 104, "population": SCENARIO.population.model_copy(update={"size": 2000})}
    )
    sizes = [
        drivers.base_sample(20, SCENARIO, plans[:1], 2),
        drivers.base_sample(20, large, plans[:1], 2),
        drivers.base_sample(20, large, plans, 2),
    ]
    assert sizes == [256, 104, 48]


def test_a_base_sample_that_is_no_power_of_two_is_the_beginning_of_one(pair: tuple[Factor, ...]) -> None:
    assert drivers.saltelli(pair, 24) == drivers.saltelli(pair, 32)[: 24 * 5]

"""The best under limits, where the front is known, and what remains of it on new luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import optimum, winners_curse
from simulation.analysis.acceptance import sized
from simulation.analysis.optimum import WINNER, Limits, Search
from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.experiment import run
from simulation.results import Results
from simulation.scenario import Plan, load_scenario
from simulation.sweep_points import CASH_LOW

PLAN = Plan.parse({"name": "ladder", "strategies": {"tiers": {"step": 200, "discount": 0.1}, "contact": {}}})
STEP, DISCOUNT = "plan.strategies.tiers.step", "plan.strategies.tiers.discount"
TINY = sized(load_scenario("product"), 100).model_copy(update={"horizon": 6})
SEEDS = (1, 2, 3)


def asked(limits: Limits = Limits(), evaluations: int = 320, **given: Any) -> Search:  # noqa: B008
    levers = tuple(lever for lever in optimum.levers(PLAN) if lever.path in {STEP, DISCOUNT})
    return Search(TINY, PLAN, levers, ("profit", "trust"), limits, SEEDS, evaluations, **given)


def made_up(luck: Callable[[int, int], float] = lambda number, seed: 0.0, world: float = 100.0) -> Any:
    """Profit falls and trust rises with the discount d, both by curves; every step away from 100 costs both of them.

    With x = 10 d in 0 … 1: profit = 1 − x² − s, trust = 1 − (1 − x)² − s, so that the front is s = 0, whatever x.
    """
    count = iter(range(10_000))

    def lived(settings: tuple[Mapping[str, Any], ...], heard: Callable[[int], None]) -> pd.DataFrame:
        rows = []
        for point, values in enumerate(settings):
            number = next(count)
            x, off = 10 * values[DISCOUNT], abs(values[STEP] - 100) / 300
            for seed in SEEDS:
                both = world * seed
                rows.append(
                    {"point": point, "plan": PLAN.name, "seed": seed, "strategy_cost": 6 * 1000 * x,
                     "profit": 1 - x**2 - off + both + luck(number, seed), "trust": 1 - (1 - x) ** 2 - off,
                     CASH_LOW: -100 * off}
                )  # fmt: skip
            heard(len(rows))
        return pd.DataFrame(rows)

    return lived


def test_levers_of_a_plan_reach_to_where_they_stand() -> None:
    found = {lever.path: lever for lever in optimum.levers(PLAN)}
    assert {STEP, DISCOUNT} < set(found)
    assert not any(path.endswith("liability") for path in found), "a setting is nobody's decision"
    high = Plan.parse({"name": "high", "strategies": {"tiers": {"step": 4000}}})
    assert next(lever.high for lever in optimum.levers(high) if lever.path == STEP) == 4000


def test_a_known_front_is_found() -> None:
    found = optimum.searched(asked(), made_up())
    front = found.front
    # Hypervolume over (0, 0); that of the true front, profit = 1 − (1 − √(1 − trust))², is 5/6.
    ordered = front.sort_values("trust", ascending=False)
    profit, trust = ordered["profit"].to_numpy() - 200, ordered["trust"].to_numpy()
    there = (profit > 0) & (trust > 0)
    widths = np.diff(np.concatenate([[0.0], np.maximum.accumulate(profit[there])]))
    assert 0.72 < (widths * trust[there]).sum() < 5 / 6
    assert (front[STEP] - 100).abs().median() < 15
    assert front[DISCOUNT].min() < 0.02
    assert front[DISCOUNT].max() > 0.08
    assert found.settings[[STEP, DISCOUNT]].to_numpy()[0].tolist() == [200, 0.1], "the plan as it was comes first"


def test_no_setting_on_the_front_breaks_a_limit() -> None:
    found = optimum.searched(asked(Limits(spend=500.0, trust=0.3)), made_up())
    assert len(found.front) > 3
    assert (found.front["spend"] <= 500).all()
    assert (found.front["trust"] >= 0.3).all()
    assert found.front[DISCOUNT].max() > 0.04, "the front reaches to the limit"
    assert not found.settings["kept"].all()
    none = optimum.searched(asked(Limits(cash=1.0), 32), made_up())
    assert none.front.empty, "nobody can have cash at once"


def test_a_search_is_the_same_again_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    sizes: list[int] = []

    def hear(done: int, total: int, so_far: Any) -> None:
        told.append((done, total))
        found = so_far()
        sizes.append(0 if found is None else len(found.settings))

    first = optimum.searched(asked(evaluations=40), made_up(), hear)
    again = optimum.searched(asked(evaluations=40), made_up())
    pd.testing.assert_frame_equal(first.settings, again.settings)
    assert told[-1] == (120, 120)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert sizes[0] == 0
    assert set(sizes) == {0, 16, 32, 40}
    assert not first.settings.equals(optimum.searched(asked(evaluations=40, seed=2), made_up()).settings)


def test_gains_are_over_the_plan_as_it_was_world_by_world() -> None:
    found = optimum.searched(asked(evaluations=32), made_up())
    rows = found.settings
    assert rows["profit_gain"].to_numpy() == pytest.approx((rows["profit"] - rows["profit"][0]).to_numpy())
    assert (rows["profit_high"] - rows["profit_low"]).to_numpy() == pytest.approx(np.zeros(32), abs=1e-9)


def test_undominated_keeps_one_of_equals_and_nothing_that_is_not_allowed() -> None:
    values = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 2.0], [1.0, 2.0], [9.0, 9.0], [3.0, np.nan]])
    allowed = np.array([True, True, True, True, False, True])
    assert optimum.undominated(values, allowed).tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"levers": ()}, "levers_missing"),
        ({"goals": ("profit", "profit")}, "goals_wrong"),
        ({"goals": ("profit", "never_posted")}, "goals_wrong"),
        ({"evaluations": 100_000}, "out_of_range"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(given: dict[str, Any], key: str) -> None:
    fine = {"levers": optimum.levers(PLAN), "goals": ("profit", "trust"), "evaluations": 32}
    with pytest.raises(LabError) as refused:
        Search(TINY, PLAN, limits=Limits(), seeds=SEEDS, **(fine | given))
    assert refused.value.key == key


def test_the_winner_of_pure_luck_keeps_nothing() -> None:
    """All settings are alike but for luck; the best of them looks better, and is not."""
    luck = np.random.default_rng(3)
    noise = luck.normal(size=(400, 4))
    levers = tuple(lever for lever in optimum.levers(PLAN) if lever.path == STEP)
    flat = Search(TINY, PLAN, levers, ("profit", "trust"), Limits(), SEEDS, 64)
    count = iter(range(400))

    def lived(settings: Any, heard: Any) -> pd.DataFrame:
        rows = []
        for point in range(len(settings)):
            number = next(count)
            for seed in SEEDS:
                rows.append(
                    {"point": point, "plan": PLAN.name, "seed": seed, "strategy_cost": 0.0, "trust": 0.5,
                     "profit": noise[number, seed], CASH_LOW: 0.0}
                )  # fmt: skip
        return pd.DataFrame(rows)

    found = optimum.searched(flat, lived)
    best = int(found.settings["profit"].to_numpy().argmax())
    fresh = range(4, 34)
    worlds = pd.DataFrame(
        [{"seed": seed, "plan": plan, "profit": luck.normal()} for seed in fresh for plan in (WINNER, PLAN.name)]
    )
    results = Results(pd.DataFrame(), pd.DataFrame(), worlds, pd.DataFrame(), {})
    kept = winners_curse.kept(found, best, results, flat, "profit")
    assert kept.promised[0] > 1, "the best of 64"
    assert kept.kept[1] < 0 < kept.kept[2]
    assert kept.worlds == 30
    assert kept.share == pytest.approx(kept.kept[0] / kept.promised[0])


def test_what_is_real_is_kept_whole() -> None:
    found = optimum.searched(asked(evaluations=32), made_up())
    best = int(found.settings["profit"].to_numpy().argmax())
    gain = float(found.settings["profit_gain"][best])
    worlds = pd.DataFrame(
        [{"seed": s, "plan": p, "profit": s + gain * (p == WINNER)} for s in range(4, 14) for p in (WINNER, PLAN.name)]
    )
    results = Results(pd.DataFrame(), pd.DataFrame(), worlds, pd.DataFrame(), {})
    kept = winners_curse.kept(found, best, results, asked(), "profit")
    assert (kept.share, kept.low, kept.high) == pytest.approx((1.0, 1.0, 1.0))


def test_a_real_search_lives_its_settings_and_the_chosen_one_again() -> None:
    tiny = Search(TINY, PLAN, asked().levers, ("profit", "trust"), Limits(spend=1e6), (1, 2), 16)
    found = optimum.search(tiny, executor=SerialExecutor())
    assert len(found.settings) == 16
    assert (found.settings[CASH_LOW] <= found.settings["profit"]).all(), "the lowest point is no higher than the end"
    number = int(found.front["number"].iloc[0])
    again = tiny.again({lever.path: found.settings[lever.path][number] for lever in tiny.levers}, worlds=2)
    assert again.seeds == (3, 4)
    results = run(again, executor=SerialExecutor())
    assert winners_curse.kept(found, number, results, tiny, "trust").worlds == 2

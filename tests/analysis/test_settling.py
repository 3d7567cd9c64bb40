from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import compare, settling
from simulation.errors import LabError
from tests.pages.conftest import SEEDS, made_up


def test_the_last_step_is_the_whole_comparison() -> None:
    results = made_up(0.1)
    course, pair = settling.settling(results, "a", "b", "profit"), compare.paired(results, "a", "b", "profit")
    assert course["worlds"].tolist() == list(range(2, len(SEEDS) + 1))
    last = course.iloc[-1]
    assert (last["mean"], last["low"], last["high"]) == pytest.approx((pair.mean, pair.low, pair.high))


def test_every_world_has_its_winner_and_the_wins_add_up() -> None:
    results = made_up(-0.1)
    for outcome in ("profit", "strategy_cost"):
        each, pair = settling.world_by_world(results, "a", "b", outcome), compare.paired(results, "a", "b", outcome)
        assert (each["winner"] == "a").sum() == pair.wins and set(each["seed"]) == set(SEEDS)
        assert (np.diff(each["difference"]) <= 0).all()
        assert each["difference"].mean() == pytest.approx(pair.mean)


def test_equal_worlds_are_ties_and_one_world_has_no_interval() -> None:
    results = made_up(0.0)
    assert set(settling.world_by_world(results, "a", "b", "trust")["winner"]) == {"tie"}
    assert settling.settling(results.only(seeds=[1]), "a", "b", "trust").empty


def test_the_gap_of_survival_meets_the_gap_of_the_measure() -> None:
    results = made_up(0.1)
    gap = compare.paired_retention(results, "a", "b")
    curves = compare.retention_curve(results).pivot(index="tenure", columns="plan", values="survival")
    assert gap["mean"].to_numpy() == pytest.approx((curves["a"] - curves["b"]).to_numpy())
    assert (gap["low"] <= gap["mean"]).all() and (gap["mean"] <= gap["high"]).all()


def test_worlds_that_are_not_twins_are_refused() -> None:
    results = made_up(0.1)
    lame = type(results)(
        results.weekly,
        results.tenure[~((results.tenure["plan"] == "b") & (results.tenure["seed"] == 2))],
        results.worlds[~((results.worlds["plan"] == "b") & (results.worlds["seed"] == 2))],
        results.ledger,
        results.provenance,
    )
    for refused in (settling.settling, settling.world_by_world):
        with pytest.raises(LabError, match="not paired"):
            refused(lame, "a", "b", "profit")
    with pytest.raises(LabError, match="not paired"):
        compare.paired_retention(lame, "a", "b")

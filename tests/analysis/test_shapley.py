from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import compare, shapley
from simulation.analysis.shapley import MEANS, Question, Shares
from simulation.errors import LabError
from simulation.experiment import Experiment, Progress, run
from simulation.results import Results
from simulation.scenario import Plan, Scenario, load_plan
from simulation.store import Store
from tests.analysis.test_biography import scene

SEEDS = tuple(range(1, 7))
NEUTRAL = load_plan("neutral")


def plan(**strategies: dict[str, float]) -> Plan:
    return Plan.parse({"name": "tested", "strategies": dict(NEUTRAL.strategies) | strategies})


@lru_cache(maxsize=1)
def small() -> Scenario:
    return scene(400, 30)


def told(
    a: Plan, b: Plan = NEUTRAL, outcome: str = "profit", seeds: tuple[int, ...] = SEEDS
) -> tuple[Question, Shares]:
    question = shapley.ask(small().with_plan(a), small().with_plan(b), seeds)
    results = {name: run(each) for name, each in question.experiments().items()}
    return question, shapley.shares(question, results, outcome)


def game(
    names: tuple[str, ...], worth: Callable[[frozenset[str], int], float], seeds: tuple[int, ...]
) -> tuple[Question, dict[str, Results]]:
    """A question whose every answer is made up: worth of what is taken over, in each world."""
    question = Question(small(), NEUTRAL, NEUTRAL, names, seeds)
    made = {}
    for name, mixtures, own in wanted(question):
        rows = [
            {"plan": question.name(mixture), "seed": seed, "profit": worth(mixture, seed)}
            for mixture in mixtures
            for seed in own
        ]
        nothing = pd.DataFrame()
        provenance = {"plans": {question.name(m): "" for m in mixtures}, "seeds": list(own)}
        made[name] = Results(nothing, nothing, pd.DataFrame(rows), nothing, provenance)
    return question, made


def wanted(question: Question) -> list[tuple[str, list[frozenset[str]], tuple[int, ...]]]:
    found = []
    for name, experiment in question.experiments().items():
        bits = [plan.name.removeprefix("mix_") for plan in experiment.plans]
        mixtures = [
            frozenset(n for n, bit in zip(question.mechanisms, each, strict=True) if bit == "1") for each in bits
        ]
        found.append((name, mixtures, experiment.seeds))
    return found


def test_the_glove_game_has_its_known_shares() -> None:
    # One left glove (a), two right ones (b, c): a pair is worth 6. Shapley 1953: 4, 1, 1.
    question, made = game(("a", "b", "c"), lambda s, seed: 6.0 * ("a" in s and bool(s & {"b", "c"})), SEEDS)
    found = shapley.shares(question, made, "profit").table.set_index("mechanism")["mean"]
    assert found.to_dict() == pytest.approx({"a": 4, "b": 1, "c": 1})


def worth(s: frozenset[str], seed: int) -> float:
    luck = np.random.default_rng([seed, *sorted(ord(name) for name in s)])
    return len(s) ** 2 + 3 * ("b" in s) * ("d" in s) - 2 * ("a" in s) + luck.normal(0, 0.2)


def test_exact_shares_are_the_mean_over_all_orders_in_every_world() -> None:
    names = ("a", "b", "c", "d")
    question, made = game(names, worth, SEEDS)
    found = shapley.shares(question, made, "profit")
    expected = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for place, name in enumerate(order):
            for seed in SEEDS:
                gain = worth(frozenset(order[: place + 1]), seed) - worth(frozenset(order[:place]), seed)
                expected[name] += gain / 24 / len(SEEDS)
    assert found.table.set_index("mechanism")["mean"].to_dict() == pytest.approx(expected)
    assert found.table["mean"].sum() == pytest.approx(found.end - found.start)
    assert found.units == found.worlds == 6


def test_drawn_orders_add_up_cover_the_truth_and_are_wider_than_their_worlds() -> None:
    names = tuple("abcdefgh")
    truth_of = dict.fromkeys(names, 0.0)
    lots = np.random.default_rng(4)
    for _ in range(4000):
        order = lots.permutation(names).tolist()
        for place, name in enumerate(order):
            truth_of[name] += (_pure(frozenset(order[: place + 1])) - _pure(frozenset(order[:place]))) / 4000
    covered = total = 0
    for first in range(1, 400, 30):
        question, made = game(names, lambda s, seed: _pure(s) + _noise(s, seed), tuple(range(first, first + 30)))
        assert not question.exact
        found = shapley.shares(question, made, "profit")
        assert found.table["mean"].sum() == pytest.approx(found.end - found.start)
        assert found.units == 10 and found.worlds == 30
        for row in found.table.to_dict("records"):
            truth = truth_of[row["mechanism"]]
            covered += row["low"] - 0.1 <= truth <= row["high"] + 0.1
            total += 1
    assert covered / total > 0.9


def _pure(s: frozenset[str]) -> float:
    return 2.0 * len(s) + 6 * ("a" in s) * ("h" in s) - 4 * ("b" in s)


def _noise(s: frozenset[str], seed: int) -> float:
    return float(np.random.default_rng([seed, *sorted(ord(name) for name in s)]).normal(0, 0.3))


def test_a_plan_of_one_mechanism_is_explained_by_it_alone() -> None:
    question, found = told(plan(price_promotion={"discount": 0.3}))
    assert question.mechanisms == ("price_promotion",)
    row = found.table.iloc[0]
    assert row["mean"] == pytest.approx(found.end - found.start) and row["mean"] != 0
    assert row["lost"] == pytest.approx(row["mean"])
    plain = run(Experiment.of(small(), (plan(price_promotion={"discount": 0.3}), NEUTRAL), SEEDS))
    pair = compare.paired(plain, "tested", "neutral", "profit")
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((pair.mean, pair.low, pair.high))


def test_who_does_nothing_gets_nothing_and_the_culprit_is_named() -> None:
    idle = dict.fromkeys(("intensity",), 0.0)
    a = plan(contact={"frequency": 5}, recognition=idle, price_promotion={"discount": 0.0})
    question, found = told(a, outcome="retention_13")
    table: Any = found.table.set_index("mechanism")
    assert set(question.mechanisms) == {"contact", "recognition", "price_promotion"}
    assert table.index[0] == "contact" and table.loc["contact", "high"] < 0
    for name in ("recognition", "price_promotion"):
        assert table.loc[name, ["mean", "low", "high", "lost"]].tolist() == [0, 0, 0, 0]


def test_money_and_time_are_a_mechanism_of_their_own() -> None:
    a, b = Plan.parse({"budget": 50, "strategies": {"contact": {}}}), Plan.parse({"strategies": {"contact": {}}})
    assert shapley.mechanisms(a, b) == (MEANS,)
    assert shapley.mixed(a, b, (MEANS,), frozenset({MEANS})).fingerprint() == a.fingerprint()


def test_the_ends_are_the_plans_themselves_and_come_from_the_store(tmp_path: Path) -> None:
    a, b = load_plan("all_good"), NEUTRAL
    names = shapley.mechanisms(a, b)
    assert shapley.mixed(a, b, names, frozenset(names)).fingerprint() == a.fingerprint()
    assert shapley.mixed(a, b, names, frozenset()).fingerprint() == b.fingerprint()
    store = Store(tmp_path)
    seeds = (1, 2)
    run(Experiment.of(small(), (a, b), seeds), store=store)
    question = shapley.ask(small().with_plan(a), small().with_plan(b), seeds)
    steps: list[Progress] = []
    run(question.experiments()["whole"], store=store, progress=steps.append)
    assert steps[0].from_store == 4


def test_many_mechanisms_are_explained_by_drawn_orders_that_add_up() -> None:
    a = load_plan("all_good")
    question, found = told(a, outcome="revenue", seeds=tuple(range(1, 10)))
    assert not question.exact and found.units == 3
    assert found.table["mean"].sum() == pytest.approx(found.end - found.start, rel=1e-9)
    assert set(found.table["mechanism"]) == set(question.mechanisms)


def test_no_twins_and_no_difference_are_refused() -> None:
    with pytest.raises(LabError) as refused:
        shapley.ask(small(), scene(500, 30), SEEDS)
    assert refused.value.key == "not_twins" and refused.value.values == {"field": "population"}
    with pytest.raises(LabError) as refused:
        shapley.ask(small().with_plan(NEUTRAL), small().with_plan(NEUTRAL), SEEDS)
    assert refused.value.key == "plans_alike"
    question, made = game(("a",), worth, SEEDS)
    with pytest.raises(LabError, match="unknown name"):
        shapley.shares(question, made, "happiness")

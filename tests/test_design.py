"""A list varies, a single value fixes, a range is filled evenly; the same design has the same points everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.design import Design, Sampling, read_design
from simulation.errors import LabError
from simulation.factors import declared_at, span, with_values
from simulation.params import Declared
from simulation.scenario import Plan, load_scenario

FREQUENCY = "plan.strategies.contact.frequency"
TRUST = "behaviour.leaving.trust"


def design(vary: dict[str, Any], kind: str = "grid", points: int = 100, seed: int = 1) -> Design:
    return read_design(vary, Sampling.parse({"kind": kind, "points": points, "seed": seed}))


def points(made: Design) -> list[dict[str, Any]]:
    places = made.places()
    return [made.point(number, places) for number in range(len(made))]


def number_at(path: str) -> Declared:
    found = declared_at(path)
    assert found is not None
    return found


def test_a_list_varies_and_a_single_value_fixes() -> None:
    made = design({FREQUENCY: [0.5, 1, 2], "horizon": 26, "population.size": [100, 200]})
    assert len(made) == 6
    assert points(made) == [
        {FREQUENCY: frequency, "horizon": 26, "population.size": size}
        for frequency in (0.5, 1, 2)
        for size in (100, 200)
    ]


def test_nothing_varied_is_one_point() -> None:
    assert points(design({})) == [{}]


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    made = design(
        {TRUST: {"low": 1, "high": 3}, FREQUENCY: "declared", "population.size": {"low": 100, "high": 200}}, "latin", 40
    )
    low, high = span(number_at(FREQUENCY))
    found = points(made)
    for path, ends in ((TRUST, (1, 3)), (FREQUENCY, (low, high))):
        slices = [int((point[path] - ends[0]) / (ends[1] - ends[0]) * 40) for point in found]
        assert sorted(slices) == list(range(40))
    assert all(isinstance(point["population.size"], int) for point in found)


def test_lists_within_a_latin_hypercube_come_equally_often() -> None:
    found = points(design({TRUST: {"low": 1, "high": 3}, "horizon": [13, 26, 52, 104]}, "latin", 40))
    assert {weeks: sum(point["horizon"] == weeks for point in found) for weeks in (13, 26, 52, 104)} == dict.fromkeys(
        (13, 26, 52, 104), 10
    )


def test_a_sobol_design_is_balanced_and_fewer_points_are_its_beginning() -> None:
    vary = {TRUST: {"low": 0, "high": 1}, "behaviour.leaving.satisfaction": {"low": 0, "high": 1}}
    many, few = design(vary, "sobol", 64).places(), design(vary, "sobol", 50).places()
    assert many is not None and few is not None
    assert np.array_equal(many[:50], few)
    cells = np.unique((many * 8).astype(int), axis=0)
    assert len(cells) == 64, "one point in each cell of an 8 by 8 grid"


def test_the_seed_of_the_design_decides() -> None:
    vary = {TRUST: {"low": 0, "high": 1}}
    assert points(design(vary, "latin", 9)) == points(design(vary, "latin", 9))
    assert points(design(vary, "latin", 9)) != points(design(vary, "latin", 9, seed=2))


@pytest.mark.parametrize(
    ("vary", "kind", "key"),
    [
        ({"population.sise": [1]}, "grid", "unknown_field"),
        ({"plan.strategies.telepathy.force": [1]}, "grid", "unknown_field"),
        ({"name": ["a"]}, "grid", "unknown_field"),
        ({"population": [1]}, "grid", "unknown_field"),
        ({"seeds.first": [1]}, "grid", "unknown_field"),
        ({TRUST: "declared"}, "grid", "design_needs_lists"),
        ({TRUST: {"low": 1, "high": 2}}, "grid", "design_needs_lists"),
        ({TRUST: {"low": 2, "high": 1}}, "latin", "interval_order"),
        ({TRUST: {"low": 1}}, "latin", "wrong_type"),
        ({TRUST: {"low": 1, "high": float("inf")}}, "sobol", "wrong_type"),
        ({TRUST: {"low": "a", "high": "b"}}, "sobol", "wrong_type"),
        ({"population.type": "declared"}, "latin", "wrong_type"),
        ({TRUST: []}, "grid", "wrong_type"),
        ({TRUST: [[1]]}, "grid", "wrong_type"),
        ({TRUST: None}, "grid", "wrong_type"),
        ({TRUST: [1, 1]}, "grid", "value_twice"),
    ],
)
def test_what_makes_no_design_is_refused(vary: dict[str, Any], kind: str, key: str) -> None:
    with pytest.raises(LabError) as refused:
        design(vary, kind)
    assert refused.value.key == key


def test_values_are_laid_over_the_scenario_and_checked_there() -> None:
    base = load_scenario("product").with_plan(Plan.parse({"name": "mine", "budget": 7, "strategies": {"contact": {}}}))
    made = with_values(base, {FREQUENCY: 2, "plan.strategies.tiers.step": 50, "population.size": 99, "horizon": 5})
    assert made.plan.budget == 7 and made.plan.name == "mine"
    assert {name: strategy.model_dump() for name, strategy in made.plan.strategies.items()}["contact"]["frequency"] == 2
    assert set(made.plan.strategies) == {"contact", "tiers"}
    assert (made.population.size, made.horizon) == (99, 5)
    assert made.population.type == base.population.type
    assert with_values(base, {}).fingerprint() == base.fingerprint()
    other = with_values(base, {"plan": "other", FREQUENCY: 1}, {"other": Plan(name="other", budget=3)})
    assert (other.plan.name, other.plan.budget, set(other.plan.strategies)) == ("other", 3, {"contact"})
    with pytest.raises(LabError) as refused:
        with_values(base, {"population.size": -5})
    assert refused.value.values["field"] == "population.size"

"""Worlds that differ in what nobody knows exactly: each has its own draw from a posterior."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.analysis.futures import uncertainties
from simulation.errors import LabError
from simulation.experiment import Experiment, run
from simulation.factors import with_values
from simulation.model import simulate
from simulation.population import Drawn, Population, world_of
from simulation.scenario import Scenario, read_scenario

WEEKS = (4.0, 8.0, 16.0)
SHAPE = (0.5, 1.0, 2.0)


def twin(**drawn: Any) -> Scenario:
    population = {"size": 300, "founders": 0.8, "drawn": drawn or {"purchase_weeks": WEEKS, "purchase_shape": SHAPE}}
    return Scenario.parse({"population": population, "horizon": 12})


def test_a_world_has_the_draw_of_its_seed() -> None:
    scenario = twin()
    for seed in (3, 4, 5, 6):
        own = scenario.population.of_world(seed)
        assert (own.purchase_weeks, own.purchase_shape) == (WEEKS[seed % 3], SHAPE[seed % 3])
        said = scenario.population.model_copy(update={"drawn": Drawn(), "purchase_weeks": WEEKS[seed % 3],
                                                      "purchase_shape": SHAPE[seed % 3]})  # fmt: skip
        drawn, told = (world_of(each, scenario.graph, seed)[1].rate for each in (scenario.population, said))
        np.testing.assert_array_equal(drawn, told)


def test_worlds_of_a_batch_are_the_worlds_alone() -> None:
    together = simulate(twin(), (1, 2, 3)).worlds
    for seed in (1, 2, 3):
        alone = simulate(twin(), (seed,)).worlds
        np.testing.assert_array_equal(together[together["seed"] == seed].to_numpy(), alone.to_numpy())


def test_intervals_hold_what_is_not_known() -> None:
    known = Scenario.parse({"population": {"size": 300, "founders": 0.8, "purchase_weeks": 8}, "horizon": 12})
    orders = {
        name: run(Experiment.of(each, seeds=12)).worlds["orders"].std()
        for name, each in (("known", known), ("drawn", twin()))
    }
    assert orders["drawn"] > 2 * orders["known"]


def test_draws_survive_a_file_and_count_in_the_fingerprint() -> None:
    scenario = twin()
    assert read_scenario(scenario.to_yaml()) == scenario
    assert scenario.fingerprint() != twin(purchase_weeks=WEEKS).fingerprint()


def test_a_value_that_is_told_is_not_drawn() -> None:
    told = with_values(twin(), {"population.purchase_weeks": 10.0})
    assert told.population.purchase_weeks == 10 and told.population.drawn == Drawn(purchase_shape=SHAPE)


def test_a_stress_test_tries_what_the_posterior_allows() -> None:
    ranges = {each.path: (each.low, each.high) for each in uncertainties(twin(), (twin().plan,))}
    assert ranges["population.purchase_weeks"] == pytest.approx(np.quantile(WEEKS, (0.05, 0.95)))
    assert ranges["population.spend_p"] != ranges["population.purchase_weeks"]


@pytest.mark.parametrize(
    ("drawn", "named"),
    [
        ({"purchase_weeks": [4, 1000]}, "population.drawn.purchase_weeks"),
        ({"purchase_weeks": [0.1, 4]}, "population.drawn.purchase_weeks"),
        ({"purchase_weeks": [4, 5], "churn_alpha": [0.5]}, "population.drawn.churn_alpha"),
        ({"deal_mean": [0.5]}, "drawn.deal_mean"),
        ({"churn_alpha": "many"}, "drawn.churn_alpha"),
        ({"churn_alpha": [float("nan")]}, "drawn.churn_alpha"),
    ],
)
def test_what_cannot_be_drawn_is_refused(drawn: Any, named: str) -> None:
    with pytest.raises(LabError) as refused:
        Scenario.parse({"population": {"drawn": drawn}})
    assert named in str(refused.value)


def test_every_coefficient_that_may_be_drawn_is_one_of_the_population() -> None:
    assert set(Drawn.model_fields) <= {each.name for each in Population.declared()}

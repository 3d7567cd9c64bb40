"""Screening finds what moves an outcome and what does not, with known answers where there are any."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import factors
from simulation.analysis import screening
from simulation.analysis.acceptance import sized
from simulation.params import Declared
from simulation.scenario import load_scenario

ON = ("contact",)
IDLE = ("behaviour.subscribing.base", "behaviour.choosing.course", "behaviour.creating.base_success")
STRONG = ("population.churn_alpha", "population.purchase_weeks", "population.spend_gamma")
KEEPING = "behaviour.leaving.satisfaction"


def declared(role="uncertainty", default=2.0, low=0.0, high=10.0, plausible=None, integer=False) -> Declared:
    return Declared("x", default, low, high, 1, integer, "", "", "", "", "", role, "T", "", plausible or (low, high))


@pytest.fixture(scope="module")
def found() -> screening.Screening:
    """A fifth of the factors, with those of which something is known."""
    base = sized(load_scenario("product"), 150).model_copy(update={"horizon": 52})
    known = {*IDLE, *STRONG, KEEPING}
    some = [each for place, each in enumerate(screening.factors(ON)) if place % 5 == 0 or each.path in known]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "factors", lambda strategies=None: some)
        return screening.screen(base, trajectories=2, strategies=ON)


def test_effects_of_a_line_are_its_slopes_and_agree_with_salib() -> None:
    places = screening.design(4, 6)
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    values = places @ slopes
    assert screening.effects(places, values) == pytest.approx(np.tile(slopes, (6, 1)))
    table = screening.measures(places, values)
    assert table["mu_star"].to_numpy() == pytest.approx(np.abs(slopes))
    assert table["sigma"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)
    assert table["always"].tolist() == [1, -1, 0, 1]


def test_interaction_shows_in_sigma_and_never_as_an_effect_of_one_sign() -> None:
    places = screening.design(3, 20)
    values = (places[:, 0] - 0.5) * (places[:, 1] - 0.5)
    table = screening.measures(places, values)
    assert (table["sigma"][:2] > 0.2).all()
    assert table["always"].tolist() == [0, 0, 0]
    assert (table["low"] <= table["mu_star"]).all()
    assert (table["mu_star"] <= table["high"]).all()
    single = screening.effects(places, values)
    assert np.abs(single).mean(axis=0) == pytest.approx(table["mu_star"].to_numpy())


@pytest.mark.parametrize(
    ("given", "span"),
    [
        (declared(plausible=(1.0, 3.0)), (1.0, 3.0)),
        (declared(), (1.0, 3.0)),
        (declared(default=-2.0, low=-6.0), (-3.0, -1.0)),
        (declared(default=0.0), (0.0, 10.0)),
        (declared(role="lever"), (0.0, 4.0)),
        (declared(role="lever", default=8.0), (0.0, 10.0)),
    ],
)
def test_range_that_is_tried(given: Declared, span: tuple[float, float]) -> None:
    assert factors.span(given) == span


def test_every_uncertainty_and_lever_is_varied_and_no_setting() -> None:
    paths = {factor.path for factor in screening.factors()}
    assert {"behaviour.leaving.trust", "population.churn_alpha", "plan.strategies.contact.frequency"} <= paths
    assert not {"population.size", "economy.margin", "plan.strategies.contact.start"} & paths
    assert all(factor.low < factor.high for factor in screening.factors())


def test_a_point_becomes_the_scenario_it_names() -> None:
    varied = screening.factors()
    base = load_scenario("product")
    bottom, top = (screening.scenario_at(base, varied, np.full(len(varied), place)) for place in (0.0, 1.0))
    assert (bottom.behaviour.leaving.trust, top.behaviour.leaving.trust) == (0.5, 4)
    least, most = (dict(scenario.plan.strategies["contact"]) for scenario in (bottom, top))
    assert (least["frequency"], most["frequency"]) == (0, 1)
    assert isinstance(dict(top.plan.strategies["churn_prediction"])["warmup"], int)
    assert bottom.population.type == base.population.type


def test_what_cannot_act_has_exactly_no_effect_and_what_must_has_one(found):
    profit = found.table[found.table["outcome"] == "profit"].set_index("path")
    for idle in IDLE:
        assert profit.loc[idle, "mu_star"] == 0
    for strong in STRONG:
        assert profit.loc[strong, "mu_star"] > 0.1 * found.spread["profit"]
    assert profit["mu_star"].is_monotonic_decreasing
    retention = found.table[found.table["outcome"] == "retention_52"].set_index("path")
    assert retention.loc[KEEPING, "mu_star"] > 0


def test_every_point_of_every_trajectory_is_lived(found: screening.Screening) -> None:
    assert found.runs == 2 * (found.table["path"].nunique() + 1) > 2 * 25
    assert set(found.table["outcome"]) == set(screening.OUTCOMES)


def test_levers_without_a_dilemma_are_listed() -> None:
    varied = screening.factors(ON)
    levers = [place for place, factor in enumerate(varied) if factor.declared.role == "lever"]
    wins, idle = levers[0], levers[1]
    places = screening.design(len(varied), 4)
    others = [place for place in range(len(varied)) if place not in levers]
    noise = places[:, others].sum(axis=1)
    both = np.stack([noise + 2 * places[:, wins], noise], axis=1)
    listed = screening.summarise(varied, places, both).to_explain()
    assert listed.loc[listed["path"] == varied[wins].path, ["outcome", "finding"]].to_numpy().tolist() == [
        ["profit", "always_wins"]
    ]
    assert listed.loc[listed["path"] == varied[idle].path, "finding"].tolist() == ["never_matters"]
    moved = screening.summarise(varied, places, both + (1e-1 * places[:, [idle]])).to_explain()
    assert "never_matters" not in moved.loc[moved["path"] == varied[idle].path, "finding"].tolist()

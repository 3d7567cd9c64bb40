"""Wherever the declared bounds let somebody go, the week stays finite, shares stay shares and money adds up."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from simulation.members import Status
from simulation.model import CommunityModel
from simulation.params import Params
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.scenario import Scenario
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

PEOPLE, WEEKS = 90, 14
SHARES = ("satisfaction", "aspiration", "trust", "motivation", "attention", "wary", "departed")
SHARES_OF_WEEK = ("relevance", "hazard", "crowded")
MOST_ORDERS = 129
Move = tuple[str, float]


def declared() -> Iterator[tuple[str, Any]]:
    kinds: dict[str, type[Params]] = {
        "population": Population, "population.needs": NeedWeights, "graph": SocialGraph, "economy": Economy,
    }  # fmt: skip
    kinds |= {
        f"behaviour.{name}": field.annotation for name, field in Behaviour.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Params)
    }  # fmt: skip
    kinds |= {f"plan.strategies.{name}": kind for name, kind in STRATEGIES.items()}
    kinds |= {f"shocks.{name}": kind for name, kind in SHOCKS.items()}
    for where, kind in kinds.items():
        for each in kind.declared():
            if each.name not in {"size", "start", "stop", "week"} or (
                where.startswith("shocks") and each.name == "size"
            ):
                yield f"{where}.{each.name}", each


ENDS: list[Move] = [(path, end) for path, each in declared() for end in (each.low, each.high)]


def scenario(moves: list[Move], strategies: tuple[str, ...], shocks: tuple[str, ...]) -> Scenario:
    plain: dict[str, Any] = {
        "population": {"size": PEOPLE}, "horizon": WEEKS,
        "plan": {"name": "anything", "strategies": {name: {} for name in strategies}},
        "shocks": {name: {"shock": name, "week": 4} for name in shocks},
    }  # fmt: skip
    for path, value in moves:
        *way, last = path.split(".")
        inner = plain
        for part in way:
            fresh = {"shock": part, "week": 4} if way[0] == "shocks" and part != "shocks" else {}
            inner = inner.setdefault(part, fresh)
        inner[last] = value
    plain["shocks"] = list(plain["shocks"].values())
    return Scenario.parse(plain)


def lived(moves: list[Move], strategies: tuple[str, ...], shocks: tuple[str, ...]) -> CommunityModel:
    model = CommunityModel(scenario(moves, strategies, shocks), (3,))
    model.run()
    return model


def assert_sane(model: CommunityModel) -> None:
    standing, flow, operator = model.standing, model.flow, model.operator
    for name, column in (*standing._asdict().items(), *flow._asdict().items()):
        assert np.isfinite(column).all(), name
    for name in SHARES:
        column = getattr(standing, name)
        assert ((column >= 0) & (column <= 1)).all(), name
    assert ((standing.need >= 0) & (standing.need <= 1)).all()
    for name in SHARES_OF_WEEK:
        column = getattr(flow, name)
        assert ((column >= 0) & (column <= 1)).all(), name
    assert (standing.fatigue >= 0).all() and (standing.tokens >= 0).all()
    assert ((model.strength > 0) & (model.strength <= 1)).all()
    assert (flow.paid >= 0).all() and (flow.orders <= MOST_ORDERS).all() and (flow.posts <= 127).all()
    assert set(np.unique(standing.status)) <= set(map(int, Status))
    weekly, worlds = model.tables().weekly, model.tables().worlds
    for name in ("members", "revenue", "strategy_cost", "profit", "profit_cum", "orders", "posts"):
        assert np.isfinite(weekly[name]).all(), name
    assert weekly["members"].between(0, PEOPLE).all() and (weekly["revenue"] >= 0).all()
    assert np.isfinite(worlds[["revenue", "profit"]].to_numpy()).all()
    spent = sum(float(amount[0]) for item, amount in operator.ledger.items() if item != "discounts")
    earned = sum(float(amount[0]) for amount in operator.streams.values())
    assert earned - spent == pytest.approx(float(operator.profit_total[0]), rel=1e-6, abs=1e-3)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@example([move for move in ENDS if move[1] == dict(ENDS[::2])[move[0]]], tuple(STRATEGIES), tuple(SHOCKS))
@example([move for move in ENDS if move[1] == dict(ENDS[1::2])[move[0]]], tuple(STRATEGIES), tuple(SHOCKS))
@given(
    moves=some.lists(some.sampled_from(ENDS), max_size=30, unique_by=lambda move: move[0]),
    strategies=some.lists(some.sampled_from(sorted(STRATEGIES)), max_size=8, unique=True).map(tuple),
    shocks=some.lists(some.sampled_from(sorted(SHOCKS)), max_size=3, unique=True).map(tuple),
)
def test_nothing_breaks_at_the_declared_extremes(moves, strategies, shocks) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert_sane(lived(moves, strategies, shocks))


@pytest.mark.parametrize("path", ["behaviour", "population", "graph", "economy"])
@pytest.mark.parametrize("end", [0, 1], ids=["low", "high"])
def test_a_whole_part_at_its_ends_breaks_nothing(path: str, end: int) -> None:
    moves = [move for move in ENDS[end::2] if move[0].startswith(path)]
    assert moves
    assert_sane(lived(moves, ("contact", "referral", "events"), ()))

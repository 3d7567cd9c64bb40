"""Small worlds that several tests live through, each run once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from simulation.model import CommunityModel, WorldTables
from simulation.scenario import Plan, Scenario, load_scenario
from simulation.strategies import STRATEGIES

SEEDS = (1, 2, 3)
CONTACT: dict[str, dict[str, float]] = {"contact": {"frequency": 0.5}}
EVERYTHING: dict[str, dict[str, float]] = {name: {} for name in STRATEGIES}


def small(strategies: Mapping[str, Any], *, horizon: int = 30, budget: float = 0, shocks: Any = ()) -> Scenario:
    """A community of 400 people under the given strategies."""
    plan = {"name": "tested", "budget": budget, "strategies": dict(strategies)}
    return Scenario.parse(
        {"population": {"size": 400, "founders": 0.5}, "plan": plan, "shocks": shocks, "horizon": horizon}
    )


def run(scenario: Scenario, seeds: tuple[int, ...] = SEEDS) -> WorldTables:
    """Live through all weeks."""
    return CommunityModel(scenario, seeds).run()


def same(one: WorldTables, other: WorldTables) -> None:
    """Assert that two runs agree to the last bit in all that people did."""
    for table in ("weekly", "tenure", "worlds"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


@lru_cache(maxsize=64)
def _lived(levers: str, margin: float, community: str, until: int) -> CommunityModel:
    base = load_scenario(community)
    plan = Plan.parse({"strategies": json.loads(levers)})
    economy = base.economy.model_copy(update={"margin": margin}) if margin else base.economy
    scenario = base.with_plan(plan).model_copy(update={"economy": economy, "horizon": until})
    model = CommunityModel(scenario, range(1, 9))
    model.run()
    return model


def lived(margin: float = 0, community: str = "product", until: int = 104, **strategies: Any) -> CommunityModel:
    """Eight worlds of a library community at their horizon, under ordinary contact and the given strategies."""
    return _lived(json.dumps(CONTACT | strategies, sort_keys=True), margin, community, until)


def change(outcome: str, after: CommunityModel, before: CommunityModel) -> tuple[float, float]:
    """Mean paired difference of a whole-run measure, and its standard error over the worlds."""
    difference = after.tables().worlds[outcome] - before.tables().worlds[outcome]
    return float(difference.mean()), float(difference.std() / np.sqrt(len(difference)))


def rises(outcome: str, after: CommunityModel, before: CommunityModel, times: float = 2) -> bool:
    """Whether a measure is higher by more than so many standard errors of the paired difference."""
    mean, error = change(outcome, after, before)
    return mean > times * error


def week_mean(model: CommunityModel, outcome: str, first: int, last: int) -> float:
    """Mean of a weekly outcome over some weeks and all worlds."""
    weekly = model.tables().weekly
    return float(weekly.loc[weekly.week.between(first, last), outcome].mean())

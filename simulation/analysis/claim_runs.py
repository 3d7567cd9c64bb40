"""Runs behind the claimed figures: what an operator who believes a claim would do, against what they did before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.analysis.acceptance import sized
from simulation.analysis.dilemma_runs import plan
from simulation.experiment import Experiment
from simulation.scenario import Plan, Scenario, load_scenario
from simulation.strategies import STRATEGIES

SEED_OFFICERS = 100
YEAR = 52
Chosen = Mapping[str, Mapping[str, Any]]

_PAID: Chosen = {"subscription": {"fee": 3, "benefits": 0.7}}
_MET: Chosen = {"salons": {"invited": 0.2, "capacity": 20}}
_GROWN: Chosen = {"growth": {"budget": 60, "seeds": 0}}
_PLANS: Mapping[str, Chosen] = {
    "four_layers": {
        "onboarding": {}, "layers": {}, "churn_prediction": {"reach": 0.1, "targeting": 1}, "key_nodes": {"koc": 1},
    },
    "paid": _PAID,
    "nested": {**_PAID, **_MET, "content": {"professional": 2, "ai": 0, "review": 1}},
    "circles": {**_PAID, **_MET, "onboarding": {}, "recognition": {"intensity": 0.5}},
    "media": _GROWN,
    "officers": {"growth": {"budget": 60, "seeds": 1}, "cocreation": {"share": 0.06}, "recognition": {}},
    "incentives": {
        "material_incentives": {"reward": 0.6, "performance": 0.8}, "recognition": {"intensity": 0.5},
        "gamification": {"challenges": 1},
    },
    "privileges": {
        "material_incentives": {"reward": 0.3, "performance": 1}, "tiers": {"step": 60},
        "recognition": {"intensity": 0.5},
        "governance": {"dividend": 0.05},
    },
    "slow_response": {"five_loop": {"delay": 17}},
    "quick_response": {"five_loop": {"delay": 1}},
    "local": {"contact": {"frequency": 0.5, "service": 0.8}, "price_transparency": {"disclosed": 0.6}, "salons": {}},
    "derivatives": {**_PAID, "ecosystem": {}, "digital_assets": {}},
    "content": {"content": {"professional": 1, "ai": 1}, "gamification": {"challenges": 0.5}},
    "design_push": {"personalisation": {"depth": 1}, "privacy_protection": {"control": 0.9}},
    "challenge": {"gamification": {"challenges": 1, "leaderboard": 0.3}, "material_incentives": {"reward": 0.3}},
    "core_fans": {"key_nodes": {"share": 0.1, "support": 1, "koc": 1}, "gamification": {"challenges": 1}},
}  # fmt: skip

_COMMUNITIES: Mapping[str, tuple[str, ...]] = {
    "product": (
        "neutral", "four_layers", "media", "incentives", "privileges", "slow_response", "quick_response", "local",
        "derivatives", "content", "design_push", "challenge", "core_fans",
    ),
    "knowledge": ("paid", "nested", "circles"),
}  # fmt: skip


def made_of(name: str) -> Plan:
    """A plan by name; strategies that this engine does not have are left out."""
    chosen = _PLANS.get(name, {})
    return plan(name, **{strategy: levers for strategy, levers in chosen.items() if strategy in STRATEGIES})


def experiments(worlds: int = 10, size: int = 2000) -> dict[str, Experiment]:
    """Every run the claims need, by name: a year of a library community, and a launch with a hundred seed users.

    Args:
        worlds: Twin worlds of each plan.
        size: People in each world.
    """
    made = {}
    for community, names in _COMMUNITIES.items():
        scenario = sized(load_scenario(community), size).model_copy(update={"horizon": YEAR})
        made[f"claims_{community}"] = Experiment.of(scenario, [made_of(name) for name in names], worlds)
    launch = sized(load_scenario("brand"), size)
    people = launch.population.model_copy(update={"founders": min(SEED_OFFICERS / size, 1)})
    launched = Scenario.parse(dict(launch) | {"population": people, "horizon": YEAR})
    made["claims_launch"] = Experiment.of(launched, [made_of(name) for name in ("media", "officers")], worlds)
    return made

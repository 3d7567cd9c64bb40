"""Levers that seem to hold no dilemma: each pays somewhere and backfires somewhere; the table tells what is certain."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import acceptance, circumstances
from simulation.analysis.circumstances import Lever
from simulation.analysis.dilemma_runs import CONTACT, plan
from simulation.model import CommunityModel
from simulation.results import Results
from simulation.scenario import load_scenario

PLACES = {
    "governance.dividend": (("knowledge", 0.01), ("interest", 0.05)),
    "cocreation.share": (("knowledge", 0.1), ("interest", 0.1)),
    "cocreation.support": (("product", 1), None),
    "salons.invited": (("knowledge", 0.08), ("interest", 0.08)),
    "growth.budget": (("brand", 120), ("interest", 240)),
    "contact.service": (("brand", 0.5), None),
    "referral.reward": (("brand", 0.4), ("product", 1)),
    "digital_assets.data": (("interest", 0.2), ("tool", 0.8)),
    "distribution.commission": (("brand", 0.2), ("interest", 0.4)),
}
"""Lever → a community and level at which it pays, and one at which it backfires, by the profit of two years."""


@cache
def profit(kind: str, short: str, level: float) -> pd.Series:
    strategy, _, name = short.partition(".")
    tried = plan("tried", **{strategy: {**CONTACT.get(strategy, {}), name: level}})
    scenario = acceptance.sized(load_scenario(kind), 1500).with_plan(tried)
    model = CommunityModel(scenario, range(1, 9))
    return model.run().worlds["profit"]


def changes(short: str, kind: str, level: float) -> tuple[float, float]:
    """Mean paired change of profit from the lowest level, and its standard error."""
    difference = profit(kind, short, level) - profit(kind, short, Lever(circumstances.PREFIX + short).levels()[0])
    return float(difference.mean()), float(difference.std() / np.sqrt(len(difference)))


@pytest.mark.parametrize("short", PLACES)
def test_a_lever_pays_in_one_place_and_backfires_in_another(short: str) -> None:
    pays, backfires = PLACES[short]
    mean, error = changes(short, *pays)
    assert mean > error > 0, (mean, error)
    if backfires is not None:
        mean, error = changes(short, *backfires)
        assert mean < -error < 0, (mean, error)


def test_levels_run_from_the_bottom_over_multiples_of_the_default() -> None:
    assert Lever("plan.strategies.governance.dividend").levels() == (0, 0.005, 0.01, 0.02, 0.04)
    assert Lever("plan.strategies.distribution.depth").levels() == (1, 2, 3)
    assert Lever("plan.strategies.tiers.discount").levels() == pytest.approx((0, 0.025, 0.05, 0.1, 0.2))
    assert Lever("plan.strategies.contact.service").levels()[-1] == 1


def test_every_level_of_every_lever_is_lived_in_every_type() -> None:
    made = circumstances.experiments(["plan.strategies.contact.frequency"], worlds=2, people=60)
    assert set(made) == {f"alone_{kind}" for kind in circumstances.TYPES}
    for each in made.values():
        assert each.plans[0].name == "neutral"
        assert {dict(told.strategies["contact"])["frequency"] for told in each.plans[1:]} == {0, 0.25, 0.5, 1, 2}


def test_only_what_is_certain_is_told() -> None:
    lever = Lever("plan.strategies.salons.invited")
    levels = lever.levels()

    def world(kind: str) -> Results:
        gains = {"knowledge": 10.0, "interest": -20.0}.get(kind, 0.0)
        rows = [
            {"plan": name, "seed": seed, "profit": 100 + seed + gains * place + (seed % 2) * place}
            for place, name in enumerate(["neutral", *map(lever.named, levels)])
            for seed in (1, 2, 3, 4)
        ]
        made = {"plans": {row["plan"]: "" for row in rows}, "seeds": [1, 2, 3, 4]}
        return Results(*[pd.DataFrame(rows)] * 4, made)

    runs = {f"alone_{kind}": world(kind) for kind in circumstances.TYPES}
    told = circumstances.table([lever.path], runs).iloc[0]
    assert (told["pays_in"], told["pays_at"]) == ("knowledge", levels[-1])
    assert (told["costs_in"], told["costs_at"]) == ("interest", levels[-1])
    assert told["costs_low"] < told["costs"] < told["costs_high"] < 0
    indifferent = circumstances.table([lever.path], dict.fromkeys(runs, world("tool"))).iloc[0]
    assert indifferent["costs_in"] is None

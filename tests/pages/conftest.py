from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results

WEEKS, SEEDS = 26, (1, 2, 3, 4, 5, 6)


def made_up(gap: float = 0.1, horizon: int = WEEKS) -> Results:
    """Two plans in twin worlds; plan ``a`` lies above plan ``b`` by ``gap`` of every outcome."""
    luck = np.random.default_rng(5)
    weekly, tenure, worlds, ledger = [], [], [], []
    for seed in SEEDS:
        shared = luck.uniform(0.9, 1.1)
        for plan in ("a", "b"):
            lift = 1 + gap * (plan == "a") * luck.uniform(0.8, 1.2)
            week = np.arange(horizon + 1)
            weekly.append(
                pd.DataFrame(
                    {"plan": plan, "seed": seed, "week": week}
                    | {
                        name: shared
                        * lift
                        * (0.5 if outcome.unit in {"share", "index"} else 20_000)
                        * np.exp(-week / 50)
                        for name, outcome in WEEKLY.items()
                    }
                )
            )
            at_risk = np.linspace(100, 50, horizon + 1).astype(int)
            tenure.append(
                pd.DataFrame(
                    {"plan": plan, "seed": seed, "tenure": week, "at_risk": at_risk, "left": 1 + (plan == "b")}
                )
            )
            worlds.append(
                {"plan": plan, "seed": seed}
                | {
                    name: shared * lift * (0.5 if outcome.unit in {"share", "index"} else 50_000)
                    for name, outcome in TOTALS.items()
                }
            )
            ledger += [
                {"plan": plan, "seed": seed, "item": item, "amount": amount * shared * lift}
                for item, amount in (("contact", 900.0), ("goods", 4000.0), ("discounts", 0.0))
            ]
    provenance = {
        "engine_version": "test",
        "scenario": "test",
        "scenario_fingerprint": "test",
        "horizon": horizon,
        "people": 2000,
        "plans": {"a": "a", "b": "b"},
        "seeds": list(SEEDS),
        "created": "",
        "libraries": {},
        "recipe": {"plans": []},
    }
    courses = pd.concat(weekly)
    earned = courses[courses["week"] > 0][["plan", "seed", "week", "other_revenue"]]
    streams = [
        earned.assign(stream=name, amount=earned["other_revenue"] * share).drop(columns="other_revenue")
        for name, share in (("subscription", 0.4), ("ecosystem", 0.6))
    ]
    books = pd.DataFrame(ledger)
    return Results(courses, pd.concat(tenure), pd.DataFrame(worlds), books, provenance, pd.concat(streams))


@pytest.fixture(scope="session")
def results() -> Results:
    return made_up()

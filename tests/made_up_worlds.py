"""Made-up worlds: the shape of the engine's tables, at once and without kernels."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.errors import LabError
from simulation.results import Results, Tables
from simulation.scenario import Plan, Scenario

SCENARIO = Scenario.parse({"name": "tiny", "population": {"size": 100}, "horizon": 20})
PLANS = (Plan(name="low", budget=1), Plan(name="high", budget=2))


def tables_of(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
    """Numbers that depend on seed and plan alone, whatever the batch; a dearer plan is better by its budget."""
    parts = []
    for seed in seeds:
        luck = np.random.default_rng(seed)
        weeks = scenario.horizon + 1
        level = 100 + 10 * luck.normal() + scenario.plan.budget * (1 + 0.1 * luck.normal())
        members = level + luck.normal(size=weeks)
        weekly = pd.DataFrame({"seed": seed, "week": np.arange(weeks, dtype=np.int32), "members": members})
        at_risk = np.arange(weeks, 0, -1) * 10
        tenure = pd.DataFrame({"seed": seed, "tenure": np.arange(weeks, dtype=np.int32), "at_risk": at_risk})
        tenure["left"] = luck.binomial(at_risk, 0.05)
        worlds = pd.DataFrame({"seed": [seed], "members": members[-1], "leaves": -level, "profit": level * 1000})
        ledger = pd.DataFrame({"seed": seed, "item": ["goods", "platform"], "amount": [level, 2.0]})
        streams = pd.DataFrame({"seed": seed, "week": weekly["week"][1:], "stream": "fee", "amount": members[1:]})
        parts.append((weekly, tenure, worlds, ledger, streams))
    return Tables(*(pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True)))


class Counting:
    """Computes made-up worlds and remembers which were asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[int, ...]]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
        """Compute, once the gate is open."""
        self.calls.append((scenario.plan.name, tuple(seeds)))
        assert self.gate.wait(20)
        return tables_of(scenario, seeds)


def no_preparation() -> None:
    pass


def computed_elsewhere(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
    """Do what the plan's name says, then compute."""
    order, _, where = scenario.plan.title.en.partition(" ")
    marker = Path(where) if where else None
    if order == "refuse":
        raise LabError("out_of_range", field="x", given=[1], allowed="0–1")
    if order == "die" or (order == "die_once" and marker is not None and not marker.exists()):
        if marker is not None:
            marker.write_text("dead")
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "slow":
        time.sleep(0.3)
    if order == "hang":
        time.sleep(600)
    if marker is not None:
        with marker.open("a") as log:
            log.write(f"{seeds}\n")
    return tables_of(scenario, seeds)


def ordered(order: str, budget: float = 1) -> Plan:
    return Plan.parse({"name": "plan", "budget": budget, "title": {"en": order}})


def same(one: Results, other: Results) -> None:
    for name in Tables._fields:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("never happened")

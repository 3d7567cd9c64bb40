"""A market as an experiment: computed in the background like any other, seeds apart and teams together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import ENGINE_VERSION
from simulation.admission import MAX_ROWS
from simulation.experiment import CHUNK_PEOPLE, CHUNK_WORLDS, Experiment
from simulation.intervals import mean_interval
from simulation.market import Market, rival_plans, simulate_market
from simulation.market_census import MarketTables
from simulation.outcome import Outcome
from simulation.recording import Recording
from simulation.scenario import Plan, Scenario
from simulation.work import Chunk

NAME = "market"
SHARE = Outcome(
    "share", "市场份额", "Market share", "share", 1, "把大部分注意力给这个社群的人，占有社群的人之比。",
    "People who give most of their attention to the community, among all who are in any.",
)  # fmt: skip
"""Share of the homes of a market, weekly and at the end."""


@dataclass(frozen=True, eq=False)
class MarketResults:
    """Communities of a market, with who came from whom; jobs share them, so the frames are for reading.

    Attributes:
        weekly, worlds, flows, held, pairs: See :class:`simulation.market_census.MarketTables`.
        provenance: As of :class:`simulation.results.Results`, with the ``market``.
    """

    weekly: pd.DataFrame
    worlds: pd.DataFrame
    flows: pd.DataFrame
    held: pd.DataFrame
    pairs: pd.DataFrame
    provenance: dict[str, Any]

    @classmethod
    def assemble(cls, pieces: Iterable[tuple[str, MarketTables]], provenance: dict[str, Any]) -> Self:
        """Join markets that were computed apart, whatever order they came in."""
        parts = [tables for _, tables in pieces]
        order = {seed: place for place, seed in enumerate(provenance["seeds"])}
        frames = {}
        for name in MarketTables._fields:
            frame = pd.concat([getattr(part, name) for part in parts], ignore_index=True)
            frames[name] = frame.iloc[frame["seed"].map(order).argsort(kind="stable")].reset_index(drop=True)
        return cls(**frames, provenance=provenance)

    @property
    def plans(self) -> tuple[str, ...]:
        """Names of the communities in the order in which they were asked for, rivals last."""
        return tuple(self.provenance["plans"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of the markets that are there, in the order in which they were asked for."""
        there = set(self.worlds["seed"])
        return tuple(seed for seed in self.provenance["seeds"] if seed in there)

    def homes(self, plan: str) -> NDArray[np.float64]:
        """(weeks + 1, worlds) share of a community in all people who have a home, week by week; 0 where nobody has."""
        table = self.weekly.pivot(index=["week", "seed"], columns="plan", values="homes")
        share = (table[plan] / table.sum(axis=1)).fillna(0.0).unstack("seed")
        return share[list(self.seeds)].to_numpy(float)

    def shares(self, level: float = 0.95) -> pd.DataFrame:
        """Share of every community week by week: plan, week, mean, low, high over the markets."""
        rows = []
        for plan in self.plans:
            mean, low, high = mean_interval(self.homes(plan), level)
            rows.append(pd.DataFrame({"plan": plan, "week": range(len(mean)), "mean": mean, "low": low, "high": high}))
        return pd.concat(rows, ignore_index=True)

    def moved(self, origin: str, target: str, window: int) -> NDArray[np.float64]:
        """(worlds,) people whose home changed from one community to another within a window; "" is no community."""
        flows = self.flows
        chosen = flows[(flows["origin"] == origin) & (flows["target"] == target) & (flows["window"] == window)]
        return chosen.set_index("seed")["people"].loc[list(self.seeds)].to_numpy(float)

    def moves(self, window: int, level: float = 0.95) -> pd.DataFrame:
        """Moves of a window: origin, target, and mean, low and high over the markets of the people who moved so."""
        rows = []
        for origin in ("", *self.plans):
            for target in ("", *self.plans):
                mean, low, high = mean_interval(self.moved(origin, target, window), level)
                rows.append({"origin": origin, "target": target, "mean": mean, "low": low, "high": high})
        return pd.DataFrame(rows)


def _rows(scenario: Scenario) -> int:
    return scenario.horizon + 1


MARKET = Recording(NAME, MarketTables, None, MarketResults.assemble, _rows, MAX_ROWS)
"""What is written down of a market; worlds and weeks are bounded as those of other experiments."""


@dataclass(frozen=True)
class MarketExperiment(Experiment):
    """Plans that compete for the same people, in one market per seed.

    Attributes:
        terms: Rivals and coefficients of the market; the rivals' plans stand among the plans, after all others.

    Raises:
        LabError: As of :class:`simulation.experiment.Experiment`.
    """

    terms: Market = field(default_factory=Market)

    @classmethod
    def between(cls, scenario: Scenario, plans: Sequence[Plan], seeds: Sequence[int], terms: Market) -> Self:
        """A market of these plans and the rivals that the terms name."""
        return cls(scenario, (*plans, *rival_plans(terms)), tuple(seeds), MARKET, terms)

    @property
    def worlds(self) -> int:
        """Markets to compute: one per seed."""
        return len(self.seeds)

    @property
    def work(self) -> int:
        """Person-weeks to compute, in all communities."""
        return super().work * len(self.plans)

    @property
    def rows(self) -> int:
        """Rows of the weekly table to come."""
        return super().rows * len(self.plans)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """One fingerprint: all plans under their names, and the terms."""
        plain = self.scenario.with_plan(self.plans[0]).fingerprint()
        what = (plain, sorted((plan.name, plan.fingerprint()) for plan in self.plans), self.terms.model_dump_json())
        return {NAME: f"{hashlib.sha256(repr(what).encode()).hexdigest()[:16]}.{NAME}"}

    def key(self) -> str:
        """What makes two markets the same work; the order of the plans is that of the tables."""
        order = [plan.name for plan in self.plans]
        what = (ENGINE_VERSION, self.scenario.name, order, self.fingerprints[NAME], self.seeds)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def chunks(self, seeds: Mapping[str, Iterable[int]] | None = None) -> list[tuple[str, Chunk]]:
        """Cut the work into chunks of a few seeds; all plans of a market are computed together."""
        width = max(1, min(CHUNK_WORLDS, CHUNK_PEOPLE // (self.scenario.population.size * len(self.plans))))
        blocks: dict[int, list[int]] = {}
        for seed in self.seeds:
            if seeds is None or seed in seeds[NAME]:
                blocks.setdefault((seed - 1) // width, []).append(seed)
        teams = self.plans[: len(self.plans) - self.terms.rivals]
        compute = partial(_compute, plans=tuple(sorted(teams, key=lambda plan: plan.name)), terms=self.terms)
        return [
            (NAME, Chunk(self.scenario, tuple(sorted(block)), self.fingerprints[NAME], compute))
            for block in blocks.values()
        ]

    def provenance(self) -> dict[str, Any]:
        """As of any experiment, with the terms of the market."""
        return super().provenance() | {"market": self.terms.model_dump()}


def _compute(scenario: Scenario, seeds: tuple[int, ...], plans: tuple[Plan, ...], terms: Market) -> MarketTables:
    return simulate_market(scenario, seeds, plans, terms)

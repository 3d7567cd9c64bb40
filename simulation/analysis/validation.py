"""Validation: facts, dilemmas, claims and screening in one go, as tables that carry where they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulation import ENGINE_VERSION, ROOT
from simulation.analysis import acceptance, circumstances, claim_runs, claims, dilemma_runs, dilemmas, screening
from simulation.analysis.acceptance import Fact
from simulation.analysis.claimed import CLAIMS
from simulation.executor import Executor, WorkerExecutor
from simulation.experiment import Experiment, run
from simulation.processes.leaving import Leaving
from simulation.results import Results
from simulation.scenario import Scenario, load_scenario

DATA = ROOT / "simulation" / "data" / "validation.json"
"""Where a full validation leaves its tables for the Evidence page."""
TABLES = ("facts", "dilemmas", "claims", "screening", "to_explain")

VERDICTS = ("holds", "fails", "undecided")
"""What may be said of a fact or signature."""

Tell = Callable[[str], None]
Runs = Mapping[str, Results]


@dataclass(frozen=True)
class Size:
    """How much is computed.

    Attributes:
        worlds: Twin worlds of each plan.
        people: People in each world.
        moods: Whether verdicts are tried at low and high β_S and β_T too.
        trajectories: Of the screening.
        screened_people: People in each of its worlds.
        screened_weeks: Its horizon.
        strategies: Strategies that it switches on; all if None.
        lone_worlds, lone_people: Worlds of each plan, and people in each, in which what it flags is tried alone.
    """

    worlds: int = 10
    people: int = 2000
    moods: bool = True
    trajectories: int = 6
    screened_people: int = 1000
    screened_weeks: int = 52
    strategies: tuple[str, ...] | None = None
    lone_worlds: int = 4
    lone_people: int = 1000


FULL = Size()
QUICK = Size(
    6,
    1000,
    moods=False,
    trajectories=2,
    screened_people=200,
    screened_weeks=52,
    strategies=("contact", "events"),
    lone_worlds=2,
    lone_people=300,
)


@dataclass(frozen=True)
class Validation:
    """What a validation found.

    Attributes:
        facts: As :func:`simulation.analysis.acceptance.table`, ``flips``, see :func:`flips`, and ``moods``, see
            :func:`in_moods`.
        dilemmas: As :func:`simulation.analysis.dilemmas.table`, ``flips`` and ``moods``.
        claims: As :func:`simulation.analysis.claims.table`, and ``flips``.
        screening: As :class:`simulation.analysis.screening.Screening`.
        to_explain: Levers that seem to hold no dilemma, and where, tried alone, they pay and backfire, see
            :func:`simulation.analysis.circumstances.table`.
        provenance: Engine version, date, seeds, sizes.
    """

    facts: pd.DataFrame
    dilemmas: pd.DataFrame
    claims: pd.DataFrame
    screening: pd.DataFrame
    to_explain: pd.DataFrame
    provenance: dict[str, Any]

    @property
    def failures(self) -> list[str]:
        """Facts and signatures that must hold and do not."""
        both = pd.concat([self.facts[["id", "verdict"]], self.dilemmas[["id", "verdict"]]])
        return list(dict.fromkeys(both.loc[both["verdict"] == "fails", "id"]))

    def to_json(self) -> str:
        """All tables as lists of rows, and the provenance; what is not a number is null."""
        tables = {name: _plain(getattr(self, name)) for name in TABLES}
        return (
            json.dumps({"provenance": self.provenance} | tables, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _value(value) for name, value in row.items()} for row in table.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict):
        return {name: [_value(each) for each in told] for name, told in value.items()}
    if isinstance(value, float):
        return float(f"{value:.6g}") if np.isfinite(value) else None
    return value


def read(path: Path = DATA) -> dict[str, Any]:
    """Tables and provenance of the last full validation; empty if there has been none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def moods() -> dict[str, dict[str, float]]:
    """Low and high values of β_S and β_T, one at a time, by the name under which they are told."""
    ends = {d.name: d.plausible for d in Leaving.declared() if d.name in {"satisfaction", "trust"}}
    symbols = {"satisfaction": "β_S", "trust": "β_T"}
    return {f"{symbols[name]} = {value:g}": {name: value} for name, pair in ends.items() for value in pair}


def _in_mood(experiments: Mapping[str, Experiment], leaving: Mapping[str, float]) -> dict[str, Experiment]:
    return {
        name: Experiment(acceptance.with_leaving(each.scenario, **leaving), each.plans, each.seeds)
        for name, each in experiments.items()
    }


def flips(told: Iterable[Fact], usual: Runs, others: Mapping[str, Runs]) -> dict[str, str | None]:
    """Fact → values of β_S and β_T at which its verdict turns over (empty: the same at all); None where it cannot.

    A verdict turns over when the mean leaves, or comes into, the tolerance.
    """
    found: dict[str, str | None] = {}
    for fact in told:
        if not fact.moved or not others:
            found[fact.id] = None
            continue
        holds = fact.measure(usual).holds
        found[fact.id] = ", ".join(mood for mood, runs in others.items() if fact.measure(runs).holds != holds)
    return found


def in_moods(told: Iterable[Fact], others: Mapping[str, Runs]) -> dict[str, dict[str, tuple[float, str]] | None]:
    """Fact → value and verdict at each low or high value of β_S and β_T; None where these cannot move it."""
    found: dict[str, dict[str, tuple[float, str]] | None] = {}
    for fact in told:
        measured = {mood: fact.measure(runs) for mood, runs in others.items()} if fact.moved else {}
        found[fact.id] = {mood: (each.value, each.verdict) for mood, each in measured.items()} or None
    return found


def _claims_flip(usual: pd.DataFrame, others: Mapping[str, Runs]) -> list[str | None]:
    if not others:
        return [None] * len(usual)
    tables = {mood: claims.table(runs, CLAIMS)["verdict"].tolist() for mood, runs in others.items()}
    still = {"outside", "input"}
    return [
        None if verdict in still else ", ".join(mood for mood, said in tables.items() if said[place] != verdict)
        for place, verdict in enumerate(usual["verdict"])
    ]


def validate(size: Size = FULL, *, executor: Executor | None = None, tell: Tell = lambda _: None) -> Validation:
    """Run everything and put it into tables.

    Args:
        size: How much.
        executor: Where; worker processes of its own if not given.
        tell: Told what is being computed.
    """
    if executor is not None:
        return _validate(size, executor, tell)
    workers = WorkerExecutor()
    try:
        return _validate(size, workers, tell)
    finally:
        workers.close()


def _validate(size: Size, executor: Executor, tell: Tell) -> Validation:
    def compute(experiments: Mapping[str, Experiment], what: str) -> dict[str, Results]:
        results = {}
        for name, each in experiments.items():
            tell(f"{what}: {name}, {len(each.plans)} plans in {len(each.seeds)} worlds")
            results[name] = run(each, executor=executor)
        return results

    signatures = [fact for fact in dilemmas.SIGNATURES if fact not in acceptance.FACTS]
    claimed = claim_runs.experiments(size.worlds, size.people)
    every = (
        acceptance.experiments(size.worlds, size.people) | dilemma_runs.experiments(size.worlds, size.people) | claimed
    )
    usual = compute(every, "usual β")
    shaken = {name for fact in (*acceptance.FACTS, *signatures) if fact.moved for name in fact.runs} | set(claimed)
    swayed = {name: each for name, each in every.items() if name in shaken}
    others = {mood: compute(_in_mood(swayed, leaving), mood) for mood, leaving in moods().items()} if size.moods else {}
    tell("measuring")
    facts = acceptance.table(usual, acceptance.FACTS)
    signs = dilemmas.table(usual)
    turned = flips((*acceptance.FACTS, *signatures), usual, others)
    there = in_moods((*acceptance.FACTS, *signatures), others)
    for table in (facts, signs):
        table["flips"] = table["id"].map(turned)
        table["moods"] = table["id"].map(there)
    figures = claims.table(usual, CLAIMS)
    figures["flips"] = _claims_flip(figures, others)
    screened = screening.screen(
        _screened(size), trajectories=size.trajectories, executor=executor, strategies=size.strategies,
        told=lambda done, total: tell(f"screening: {done} of {total} points") if done % 100 == 0 else None,
    )  # fmt: skip
    listed = screened.to_explain()
    paths = list(dict.fromkeys(listed["path"]))
    alone = circumstances.table(
        paths, compute(circumstances.experiments(paths, size.lone_worlds, size.lone_people), "alone")
    )
    made = {
        "engine_version": ENGINE_VERSION, "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": size.people, "seeds": [1, size.worlds], "libraries": usual["base"].provenance["libraries"],
        "screening": {"people": size.screened_people, "weeks": size.screened_weeks, "trajectories": size.trajectories,
                      "runs": screened.runs,
                      "spread": {name: round(each, 6) for name, each in screened.spread.items()}},
    }  # fmt: skip
    return Validation(facts, signs, figures, screened.table, listed.merge(alone, on="path", how="left"), made)


def _screened(size: Size) -> Scenario:
    base = acceptance.sized(load_scenario("product"), size.screened_people)
    return base.model_copy(update={"horizon": size.screened_weeks})

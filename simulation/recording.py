"""What an experiment writes down of its worlds: the four tables of every run, or something closer to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulation.admission import MAX_ROWS
from simulation.results import Results, Tables
from simulation.scenario import Scenario
from simulation.store import Kind

Compute = Callable[[Scenario, tuple[int, ...]], Any]
"""From a scenario and seeds to the tables of a recording."""


@dataclass(frozen=True)
class Recording:
    """What an experiment writes down of its worlds: the tables of every run, or something closer to people.

    Attributes:
        name: Tells it from other recordings in the store; empty for the tables of every run.
        kind: Named tuple of frames, each with a ``seed`` column, that a chunk comes to.
        compute: From a scenario and seeds to that tuple; None for the simulation itself.
        assemble: From (plan, tables) pairs and the provenance to what a job gives back.
        rows: Rows that one world of a scenario may fill.
        most_rows: Most rows of one experiment.
    """

    name: str
    kind: Kind
    compute: Compute | None
    assemble: Callable[[Iterable[tuple[str, Any]], dict[str, Any]], Any]
    rows: Callable[[Scenario], int]
    most_rows: int


def _weekly_rows(scenario: Scenario) -> int:
    return scenario.horizon + 1


WORLDS = Recording("", Tables, None, Results.assemble, _weekly_rows, MAX_ROWS)
"""The five tables of every run."""

"""The order of a class: which phase follows which, what may be done in each, and the one step back."""

from __future__ import annotations

from typing import NamedTuple

from simulation.errors import LabError

BEFORE = ("draft", "practice", "reset")
ROUND = ("open", "predict", "decide", "lock", "simulate", "reveal", "debrief")
AFTER = ("final", "closed", "archived")
PHASES = (*BEFORE, *ROUND, *AFTER)
"""``wiped`` is not among them: a wiped class has left no trace."""

JOINING = frozenset(PHASES) - {"closed", "archived"}
DECIDING = frozenset({"practice", "decide"})
PREDICTING = frozenset({"predict", "decide"})
REFLECTING = frozenset({"reveal", "debrief", "final", "closed"})
COMPUTING = frozenset({"simulate", "final"})
"""Phases that end only when the worlds of all teams are there."""
TIMED = frozenset({"practice", "open", "predict", "decide"})
"""Phases that a clock may end."""


class State(NamedTuple):
    """Where a class stands; the round is 0 before the first, and stays at the last one after it."""

    phase: str
    round: int


def forward(state: State, rounds: int) -> State:
    """The state that follows.

    Raises:
        LabError: ``class_at_end`` where nothing follows but wiping.
    """
    phase, number = state
    if phase == "archived":
        raise LabError("class_at_end")
    if phase == "debrief":
        return State("open", number + 1) if number < rounds else State("final", number)
    if phase == "reset":
        return State("open", 1)
    return State(PHASES[PHASES.index(phase) + 1], number)


def back(state: State) -> State:
    """The state before, for undoing a step.

    Raises:
        LabError: ``class_at_start`` where nothing came before.
    """
    phase, number = state
    if phase == "draft":
        raise LabError("class_at_start")
    if phase == "open":
        return State("debrief", number - 1) if number > 1 else State("reset", 0)
    return State(PHASES[PHASES.index(phase) - 1], number)


def revealed(state: State) -> int:
    """Last round whose results everybody may see."""
    if state.phase in ("reveal", "debrief", *AFTER):
        return state.round
    return max(0, state.round - 1)

"""The order of a class, tried by machine: whatever an instructor presses, the class stands somewhere sensible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from classroom import machine
from classroom.machine import AFTER, BEFORE, PHASES, ROUND, State, back, forward, revealed
from simulation.errors import LabError


@given(some.integers(1, 12))
def test_forward_alone_goes_through_every_round_once(rounds: int) -> None:
    now, path = State("draft", 0), []
    while now.phase != "archived":
        path.append(now)
        now = forward(now, rounds)
    expected = [State(phase, 0) for phase in BEFORE]
    expected += [State(phase, number) for number in range(1, rounds + 1) for phase in ROUND]
    expected += [State(phase, rounds) for phase in AFTER]
    assert [*path, now] == expected


@given(some.integers(1, 5), some.lists(some.booleans(), max_size=120))
def test_any_walk_stays_on_the_path_and_each_step_can_be_undone(rounds: int, steps: list[bool]) -> None:
    now = State("draft", 0)
    for onward in steps:
        try:
            following = forward(now, rounds) if onward else back(now)
        except LabError as error:
            assert error.key == ("class_at_end" if onward else "class_at_start")
            continue
        assert (back(following) if onward else forward(following, rounds)) == now
        assert following.phase in PHASES and 0 <= following.round <= rounds
        assert (following.round == 0) == (following.phase in BEFORE)
        assert revealed(following) <= following.round
        now = following


@pytest.mark.parametrize("phase", ROUND[:5])
def test_nothing_of_a_round_shows_before_it_is_revealed(phase: str) -> None:
    assert revealed(State(phase, 3)) == 2


def test_no_decision_is_taken_once_a_round_is_locked() -> None:
    assert not machine.DECIDING & {*ROUND[3:], *AFTER}
    assert not machine.PREDICTING & {*ROUND[3:], *AFTER}

"""A canary in everything one student writes: nobody of another team, and no team-mate beyond the name, ever sees it."""

from __future__ import annotations

import inspect

import pytest
from sqlalchemy import select

from classroom import decisions, rounds, seeing, tables, teaching
from classroom.access import new_token
from classroom.machine import AFTER, ROUND, State
from classroom.setup import Setup
from simulation.experiment import run
from tests.classroom.conftest import seated, state

CANARY, LOW = "CANARY7781", 77.8125390625
SMALL = Setup(rounds=1, weeks=4, people=200, worlds=5, team_size=2, budget=0)


def everything_seen(database, student) -> str:
    """All that the student's side of the house gives out."""
    told = [getattr(seeing, name)(database, student) for name in ("look", "pulse", "own_results", "ranking")]
    return repr(told)


def test_the_list_above_is_the_whole_students_side() -> None:
    public = {name for name, made in inspect.getmembers(seeing, inspect.isfunction)
              if made.__module__ == seeing.__name__ and not name.startswith("_")}  # fmt: skip
    assert public == {"look", "pulse", "own_results", "ranking"}


def test_no_student_sees_anothers_data_in_any_phase(database, teacher, store) -> None:
    class_id = teaching.create(database, teacher, "canary", SMALL)
    spy, writer, mate = seated(database, teacher, class_id, f"spy,1,1 {CANARY},{CANARY},2 mate,3,2")
    seen: set[str] = set()
    while (now := state(database, teacher, class_id)).phase != "archived":
        if now.phase == "predict":
            decisions.predict(database, writer, LOW, 190, CANARY)
        if now.phase in ("practice", "decide"):
            levers = {"contact": {"frequency": 6.75}}
            decisions.submit(database, writer, levers, reason=CANARY, based_on=10**9, receipt=new_token())
        if now.phase in ("reveal", "debrief"):
            decisions.reflect(database, writer, CANARY)
        if now.phase in ("simulate", "final"):
            rounds.keep(database, teacher, class_id, run(rounds.experiment(database, teacher, class_id), store=store))
        other, team_mate = everything_seen(database, spy), everything_seen(database, mate)
        assert CANARY not in other and str(LOW) not in other and "frequency" not in other, now
        assert team_mate.count(CANARY) == 1 and str(LOW) not in team_mate, now  # the nickname, and only that
        assert CANARY in everything_seen(database, writer)
        if now.phase in ROUND[:5]:
            assert seeing.own_results(database, writer) == {}
        if now.phase == "final":
            assert set(seeing.own_results(database, writer)) == {1}
        if now.phase in AFTER[1:]:
            assert set(seeing.own_results(database, writer)) == {1, 2}
        assert seeing.ranking(database, spy) == []  # hidden by default
        seen.add(now.phase)
        teaching.move(database, teacher, class_id, now)
    assert seen >= {*ROUND, "final", "closed"}


def test_a_student_writes_nowhere_but_in_the_own_team(database, teacher, class_id) -> None:
    spy, victim = seated(database, teacher, class_id, "spy,,1 victim,,2")
    for now in (State("draft", 0), State("practice", 0), State("reset", 0), State("open", 1), State("predict", 1)):
        teaching.move(database, teacher, class_id, now)
    decisions.submit(database, victim, {"tiers": {}}, reason="", based_on=0, receipt="mine")
    decisions.submit(database, spy, {"contact": {}}, reason="", based_on=10**9, receipt="mine")
    decisions.predict(database, spy, 1, 2, "")
    with database.reading() as connection:
        assert set(decisions.decided_by(connection, class_id, 1)[victim.team].levers) == {"tiers"}
        assert set(decisions.decided_by(connection, class_id, 1)[spy.team].levers) == {"contact"}
        assert decisions.predicted(connection, victim, 1) is None
        event = tables.event.c
        touched = connection.execute(select(event.team_id).where(event.seat_id == spy.seat)).scalars()
        assert set(touched) == {spy.team}


@pytest.mark.parametrize("shown", [True, False])
def test_the_ranking_shows_only_when_it_is_switched_on(database, teacher, store, shown) -> None:
    class_id = teaching.create(database, teacher, "board", SMALL)
    (ann,) = seated(database, teacher, class_id, "ann")
    teaching.show_board(database, teacher, class_id, shown)
    while (now := state(database, teacher, class_id)).phase != "reveal":
        if now.phase == "simulate":
            rounds.keep(database, teacher, class_id, run(rounds.experiment(database, teacher, class_id), store=store))
        assert seeing.ranking(database, ann) == []
        teaching.move(database, teacher, class_id, now)
    assert bool(seeing.ranking(database, ann)) is shown

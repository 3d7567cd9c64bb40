"""Grants, nudges, moves and rosters: each counts once, is told to whom it concerns, and stays in the log."""

from __future__ import annotations

import json

import pytest

from classroom import debriefing, decisions, interventions, roster, rounds, seats, seeing, teaching
from classroom.access import student_by_token
from classroom.interventions import DECISION, FORECAST
from classroom.machine import State
from classroom.setup import Setup
from simulation.experiment import Experiment, run
from simulation.scenario import Grant, Plan
from tests.classroom.conftest import code_of, go_to, seated, state
from tests.classroom.test_class_decisions import CARE, refused, send

POOR = Setup(rounds=2, weeks=4, people=200, worlds=5, team_size=1, budget=10)


def test_a_grant_counts_once_in_the_budget_and_is_told_to_all(database, teacher, store) -> None:
    class_id = teaching.create(database, teacher, "grants", POOR)
    ann, bob = seated(database, teacher, class_id, "ann bob")
    refused("phase_closed", interventions.grant, database, teacher, class_id, None, 500, "", "early")
    go_to(database, teacher, class_id, State("decide", 1))
    for student in (ann, bob):
        send(database, student, {"contact": {"frequency": 7.0}})
    for _ in range(2):  # a reload and a second click send the same receipt again
        interventions.grant(database, teacher, class_id, ann.team, 900, "prize", "once")
    interventions.grant(database, teacher, class_id, None, 1, "for all", "other")
    refused("out_of_range", interventions.grant, database, teacher, class_id, None, 0, "", "none")
    refused("team_unknown", interventions.grant, database, teacher, class_id, 999, 5, "", "whose")
    go_to(database, teacher, class_id, State("simulate", 1))
    asked = rounds.experiment(database, teacher, class_id)
    given = {plan.name: plan.grants for plan in asked.plans}
    assert given == {
        f"team_{ann.team}": (Grant(week=1, amount=900), Grant(week=1, amount=1)),
        f"team_{bob.team}": (Grant(week=1, amount=1),),
    }
    results = run(asked, store=store)
    spent = results.worlds.groupby("plan")["strategy_cost"].mean()
    assert spent[f"team_{ann.team}"] > spent[f"team_{bob.team}"]
    for student in (ann, bob):
        seen = seeing.look(database, student)
        told = [(line.place, json.loads(line.new)["amount"], line.reason) for line in seen.news]
        assert told == [(1, 900, "prize"), (None, 1, "for all")]
        assert set(seen.decided.levers) == {"contact"}
    free = teaching.create(database, teacher, "rich", POOR.model_copy(update={"budget": 0.0}))
    seated(database, teacher, free, "cy")
    go_to(database, teacher, free, State("open", 1))
    refused("grant_unneeded", interventions.grant, database, teacher, free, None, 5, "", "x")


def test_a_grant_in_a_later_week_leaves_the_weeks_before_as_they_were(store) -> None:
    plan = Plan.parse({"name": "a", "budget": 0.1, "strategies": {"contact": {"frequency": 7}}})
    richer = plan.model_copy(update={"name": "b", "grants": (Grant(week=5, amount=2000),)})
    assert plan.fingerprint() != richer.fingerprint()
    world = POOR.world().model_copy(update={"horizon": 8})
    weekly = run(Experiment.of(world, (plan, richer), seeds=3), store=store).weekly
    one, other = (weekly[weekly["plan"] == name].reset_index(drop=True).drop(columns="plan") for name in "ab")
    early = one["week"] <= 4
    assert one[early].equals(other[early]) and not one[~early].equals(other[~early])


def test_only_who_is_late_is_nudged_and_sees_it(database, teacher, class_id) -> None:
    ann, bob, cy = seated(database, teacher, class_id, "ann,1,1 bob,2,1 cy,3,2")
    refused("phase_closed", interventions.nudge, database, teacher, class_id, "", "n0")
    go_to(database, teacher, class_id, State("predict", 1))
    decisions.predict(database, ann, 20, 150, "")
    before = {student: seeing.pulse(database, student) for student in (ann, bob, cy)}
    assert interventions.nudge(database, teacher, class_id, "two minutes left", "n1") == 2
    assert interventions.nudge(database, teacher, class_id, "two minutes left", "n1") == 0
    seen = {student: seeing.look(database, student).reminders for student in (ann, bob, cy)}
    assert seen[ann] == {} and seen[bob][FORECAST].text == seen[cy][FORECAST].text == "two minutes left"
    assert seeing.pulse(database, cy) != before[cy]
    go_to(database, teacher, class_id, State("decide", 1))
    decisions.predict(database, bob, 20, 150, "")
    decisions.predict(database, cy, 20, 150, "")
    send(database, cy, CARE)
    assert interventions.nudge(database, teacher, class_id, "", "n2") == 1
    assert DECISION in seeing.look(database, ann).reminders and DECISION not in seeing.look(database, cy).reminders
    teams = {team.place: team for team in teaching.watch(database, teacher, class_id)[1]}
    assert (teams[1].nudges, teams[2].nudges) == (2, 1) and teams[1].nudged is not None
    send(database, ann, CARE)
    refused("nobody_late", interventions.nudge, database, teacher, class_id, "", "n3")


def test_a_student_moves_and_every_forecast_stays_with_its_community(database, teacher, class_id, store) -> None:
    ann, bob, _ = seated(database, teacher, class_id, "ann,1,1 bob,2,1 cy,3,2")
    go_to(database, teacher, class_id, State("decide", 1))
    decisions.predict(database, bob, 20, 150, "")
    send(database, ann, CARE)
    seats.move(database, teacher, class_id, bob.seat, 2)
    seats.move(database, teacher, class_id, bob.seat, 2)
    refused("team_full", seats.move, database, teacher, class_id, ann.seat, 2)
    refused("seat_gone", seats.move, database, teacher, class_id, 999, 2)
    go_to(database, teacher, class_id, State("simulate", 1))
    rounds.keep(database, teacher, class_id, run(rounds.experiment(database, teacher, class_id), store=store))
    seen = debriefing.debriefing(database, teacher, class_id)
    assert [(one.name, one.team) for one in seen.forecasts] == [("bob", 1)]
    assert {one.nickname: one.place for one in seats.sitting(database, teacher, class_id)} == {
        "ann": 1, "bob": 2, "cy": 2,
    }  # fmt: skip
    moved = [line for line in debriefing.log(database, teacher, class_id) if line.field == "moved"]
    assert [(line.old, line.new, line.seat_id) for line in moved] == [("1", "2", bob.seat)]
    assert seen.carried == (2,) and seen.decisions[1].keys() == {"contact"} and seen.decisions[2] == {}
    spread = debriefing.spread(seen.decisions | {3: {"contact": {"frequency": 3.0, "service": 0.0}}})
    assert {(row.lever, row.low, row.high, row.teams) for row in spread} == {
        ("frequency", 1.0, 3.0, (1, 3)), ("service", 0.0, 0.5, (1, 3)),
    }  # fmt: skip


def test_a_roster_pasted_again_changes_nothing_but_teams(database, teacher, class_id) -> None:
    text = "学号,姓名,队号\n001,小明,1\n００2,Bob,1\n001,小明,1\n"
    first = roster.enrol(database, teacher, class_id, text)
    assert [ticket[:3] for ticket in first.tickets] == [("小明", "001", 1), ("Bob", "００2", 1)] and first.repeated == 1
    (ming, _) = (student_by_token(database, ticket.token) for ticket in first.tickets)
    again = roster.enrol(database, teacher, class_id, "name\tnumber\tteam\nMing\t001\t2\nbob\t002\nCara\t\t2\n")
    assert (len(again.tickets), again.moved, again.kept) == (1, 1, 1)
    assert student_by_token(database, first.tickets[0].token).seat == ming.seat
    error = refused("roster_twice", roster.enrol, database, teacher, class_id, "dan,9,1\ndan,9,2")
    assert (error.values["line"], error.values["first"]) == (2, 1)
    assert len(seats.sitting(database, teacher, class_id)) == 3
    refused("number_taken", seats.join, database, code_of(database, teacher, class_id), "x", "001")
    assert state(database, teacher, class_id) == State("draft", 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_roster_file_is_read_however_it_was_saved(encoding: str) -> None:
    text = "姓名,学号\n小明,001\n张伟,002\n"
    people, _ = roster.read(roster.text_of(text.encode(encoding)))
    assert [person.name for person in people] == ["小明", "张伟"]
    refused("roster_large", roster.text_of, b"x" * (roster.LARGEST_FILE + 1))

"""Decisions and forecasts: counted once, never overwritten unseen, never somebody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError

from classroom import debriefing, decisions, gradebook, interventions, roster, seats, seeing, tables, teaching
from classroom.access import (
    CODES_A_MINUTE,
    SECRETS_A_MINUTE,
    Student,
    Teacher,
    new_token,
    student_by_token,
    teacher_by_secret,
)
from classroom.database import Database
from classroom.machine import State
from classroom.setup import Setup
from simulation.errors import LabError
from tests.classroom.conftest import SECRET, code_of, go_to, seated

CARE = {"contact": {"frequency": 1.0, "service": 0.5}}


def refused(key: str, call, *given, **named) -> LabError:
    with pytest.raises(LabError) as caught:
        call(*given, **named)
    assert caught.value.key == key
    return caught.value


def send(database: Database, student: Student, levers, based_on: int = 10**9, receipt: str = "", **more) -> int:
    named = receipt or new_token()
    return decisions.submit(database, student, levers, reason="why", based_on=based_on, receipt=named, **more)


def lines(database: Database) -> list:
    with database.reading() as connection:
        return list(connection.execute(select(tables.event).order_by(tables.event.c.seq)))


def test_a_decision_is_a_line_with_who_field_old_new_reason(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    send(database, ann, CARE)
    send(database, ann, {})
    mine = [line for line in lines(database) if line.field == "contact"]
    assert [(line.who, line.seat_id, line.round, line.reason) for line in mine] == [("student", ann.seat, 1, "why")] * 2
    assert mine[0].old == "" and mine[0].new == mine[1].old and '"frequency": 1.0' in mine[0].new and mine[1].new == ""
    assert mine[0].at > 0 and mine[0].seq < mine[1].seq


def test_sent_twice_counts_once(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    first = send(database, ann, CARE, receipt="same")
    count = len(lines(database))
    assert send(database, ann, CARE, receipt="same") == first and len(lines(database)) == count


def test_two_team_mates_conflict_only_where_both_changed_the_same(database, teacher, class_id) -> None:
    ann, bob = seated(database, teacher, class_id, "ann,1,1 bob,2,1")
    assert ann.team == bob.team
    go_to(database, teacher, class_id, State("decide", 1))
    send(database, ann, CARE, based_on=0)
    error = refused("decision_conflict", send, database, bob, {"contact": {"frequency": 3.0}}, based_on=0)
    assert error.values["field"] == "contact" and "1.0" in error.values["theirs"] and "3.0" in error.values["yours"]
    send(database, bob, CARE | {"tiers": {}}, based_on=0)
    with database.reading() as connection:
        assert set(decisions.decided_by(connection, ann.class_id, 1)[ann.team].levers) == {"contact", "tiers"}


@pytest.mark.parametrize(
    ("levers", "key"),
    [
        ({"referral": {}}, "unknown_name"), ({"contact": {"frequency": 99}}, "out_of_range"),
        ({"contact": {"frequency": float("nan")}}, "wrong_type|out_of_range"),
        ({"contact": {"cost": 0}}, "unknown_field"),
        ({"contact": {"frequency": "x"}}, "wrong_type"),
    ],
)  # fmt: skip
def test_what_no_form_would_send_is_refused(database, teacher, class_id, levers, key) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    before = len(lines(database))
    with pytest.raises(LabError) as caught:
        send(database, ann, levers)
    assert caught.value.key in key.split("|") and len(lines(database)) == before


def test_a_late_team_goes_on_as_it_was_and_it_is_noted(database, teacher, class_id) -> None:
    ann, bob = seated(database, teacher, class_id, "ann,,1 bob,,2")
    go_to(database, teacher, class_id, State("decide", 1))
    send(database, ann, CARE)
    teaching.move(database, teacher, class_id, State("decide", 1))
    with database.reading() as connection:
        first, second = (decisions.decided_by(connection, class_id, number)[ann.team] for number in (1, 2))
        assert second.levers == first.levers and second.carried
    assert [line.new for line in lines(database) if line.field == "carried"] == ["2"]
    refused("phase_closed", send, database, bob, CARE)


def test_practice_leaves_nothing_behind(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("practice", 0))
    send(database, ann, CARE)
    with database.reading() as connection:
        assert decisions.decided_by(connection, ann.class_id, 0)[ann.team].levers
        assert decisions.decided_by(connection, ann.class_id, 1)[ann.team].levers == {}


def test_a_forecast_never_changes(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("predict", 1))
    refused("interval_order", decisions.predict, database, ann, 9, 8, "")
    refused("out_of_range", decisions.predict, database, ann, -1, 8, "")
    refused("out_of_range", decisions.predict, database, ann, float("nan"), 8, "")
    decisions.predict(database, ann, 50, 90, "habit")
    decisions.predict(database, ann, 50, 90, "habit")
    refused("prediction_locked", decisions.predict, database, ann, 50, 91, "habit")
    for table in (tables.prediction, tables.event):
        changed = update(table).values(reason="altered")
        with pytest.raises(DBAPIError), database.engine.begin() as connection:
            connection.execute(changed)


def test_the_clock_and_the_pause_hold_hands_still(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("predict", 1))
    teaching.move(database, teacher, class_id, State("predict", 1), minutes=5)
    teaching.pause(database, teacher, class_id, True)
    refused("class_paused", send, database, ann, CARE)
    teaching.pause(database, teacher, class_id, False)
    left = teaching.watch(database, teacher, class_id)[0].deadline
    send(database, ann, CARE)
    with database.writing() as connection:
        connection.execute(update(tables.classes).values(deadline=1.0))
    refused("deadline_passed", send, database, ann, {})
    teaching.extend(database, teacher, class_id, 10)
    assert teaching.watch(database, teacher, class_id)[0].deadline > left
    send(database, ann, {})


def test_a_second_click_changes_nothing(database, teacher, class_id) -> None:
    teaching.move(database, teacher, class_id, State("draft", 0))
    refused("class_moved", teaching.move, database, teacher, class_id, State("draft", 0))
    assert teaching.undo(database, teacher, class_id, State("practice", 0)) == State("draft", 0)


def test_whoever_is_no_instructor_can_do_nothing(database, teacher, class_id) -> None:
    for nobody in (Teacher(""), Teacher(new_token())):
        for call, given in (
            (teaching.list_classes, ()), (teaching.create, ("x", Setup())), (teaching.wipe, (class_id,)),
            (teaching.move, (class_id, State("draft", 0))), (teaching.watch, (class_id,)),
            (teaching.undo, (class_id, State("draft", 0))), (teaching.extend, (class_id, 5)),
            (teaching.pause, (class_id, True)), (teaching.show_board, (class_id, True)),
            (interventions.inject, (class_id, "price_war", 0.5, "", "r")), (seats.renewed, (class_id,)),
            (interventions.grant, (class_id, None, 100, "", "r")), (interventions.nudge, (class_id, "", "r")),
            (roster.enrol, (class_id, "ann")), (seats.sitting, (class_id,)), (seats.move, (class_id, 1, 2)),
            (gradebook.gradebook, (class_id,)), (debriefing.debriefing, (class_id,)), (debriefing.log, (class_id,)),
        ):  # fmt: skip
            refused("not_instructor", call, database, nobody, *given)
    refused("secret_wrong", teacher_by_secret, database, "guess guess")


def test_secrets_and_codes_are_checked_so_often_only(database, teacher, class_id) -> None:
    code = code_of(database, teacher, class_id)
    seats.join(database, code, "first")
    for _ in range(CODES_A_MINUTE - 1):
        refused("code_wrong", seats.join, database, code[:-1] + ("2" if code[-1] != "2" else "3"), "x")
    refused("too_many_tries", seats.join, database, code, "second")
    for _ in range(SECRETS_A_MINUTE - 1):
        refused("secret_wrong", teacher_by_secret, database, "guess guess")
    refused("too_many_tries", teacher_by_secret, database, SECRET)


def test_no_secret_stands_in_the_database(database, teacher, class_id) -> None:
    ticket = seats.join(database, code_of(database, teacher, class_id), "ann")
    with database.reading() as connection:
        everything = "".join(
            str(row) for table in tables.METADATA.sorted_tables for row in connection.execute(select(table))
        )
    for secret in (SECRET, ticket.token, teacher.token):
        assert secret not in everything
    assert student_by_token(database, ticket.token).nickname == "ann"
    refused("seat_unknown", student_by_token, database, new_token())
    seats.renewed(database, teacher, class_id)
    refused("seat_unknown", student_by_token, database, ticket.token)


def test_a_roster_is_read_or_refused_whole(database, teacher, class_id) -> None:
    tickets = roster.enrol(database, teacher, class_id, "小明,001,2\n<b>Bob</b>\t002\n\nCara；；3\n").tickets
    assert [ticket[:3] for ticket in tickets] == [("小明", "001", 2), ("<b>Bob</b>", "002", 2), ("Cara", "", 3)]
    error = refused("roster_line", roster.enrol, database, teacher, class_id, "ok,1,1\nbad,2,zero")
    assert error.values["line"] == 2 and len(teaching.watch(database, teacher, class_id)[1]) == 2
    refused("team_full", roster.enrol, database, teacher, class_id, "x,,2")


def test_archived_without_names_and_wiped_without_trace(database, teacher, class_id) -> None:
    canary = "CANARY-7781"
    (ann,) = seated(database, teacher, class_id, f"{canary},{canary}")
    go_to(database, teacher, class_id, State("decide", 1))
    send(database, ann, CARE)
    with database.writing() as connection:
        connection.execute(update(tables.classes).values(phase="closed"))
    teaching.move(database, teacher, class_id, State("closed", 1))
    assert canary not in str(teaching.watch(database, teacher, class_id))
    refused("class_anonymous", teaching.undo, database, teacher, class_id, State("archived", 1))
    assert [line for line in lines(database) if line.field == "contact"]
    teaching.wipe(database, teacher, class_id)
    with database.reading() as connection:
        for table in tables.METADATA.sorted_tables:
            if table.name not in {"instructor", "teacher_pass", "attempt", "alembic_version"}:
                assert not connection.execute(select(table)).all(), table.name
    refused("class_unknown", teaching.watch, database, teacher, class_id)
    with database.reading() as connection:
        assert connection.execute(text("select 1")).scalar() == 1


def test_a_look_reads_the_database_at_one_go(database, teacher, class_id) -> None:
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    send(database, ann, CARE)
    asked: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert seeing.look(database, ann).decided.levers == CARE
    assert len([text for text in asked if text.startswith("SELECT")]) == 5

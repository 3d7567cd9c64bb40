"""The line is fair between people, one job of each at a time, and says how long it is."""

from __future__ import annotations

import threading

from simulation.turns import Turns
from tests.made_up_worlds import until


def test_people_take_turns_in_the_order_in_which_they_came() -> None:
    turns = Turns(2)
    for person in ("anna", "ben", "chen", "dora"):
        turns.join(person, f"{person}-1")
    assert [turns.has(f"{person}-1") for person in ("anna", "ben", "chen", "dora")] == [True, True, False, False]
    assert [turns.ahead(f"{person}-1") for person in ("anna", "ben", "chen", "dora")] == [0, 0, 1, 2]
    turns.end("anna-1")
    assert turns.has("chen-1")
    assert turns.ahead("dora-1") == 1


def test_a_person_with_many_jobs_holds_up_nobody() -> None:
    turns = Turns(1)
    for number in range(5):
        turns.join("greedy", f"greedy-{number}")
    turns.join("modest", "modest-1")
    assert turns.has("greedy-4")
    assert turns.ahead("modest-1") == 1
    turns.end("greedy-4")
    assert turns.has("modest-1"), "whoever has had a turn goes to the end of the line"
    assert turns.ahead("greedy-3") == 1
    turns.end("modest-1")
    assert turns.has("greedy-3")


def test_of_one_person_the_newest_comes_first_and_the_older_goes_on_afterwards() -> None:
    turns = Turns(4)
    turns.join("anna", "old")
    assert turns.has("old")
    turns.join("anna", "new")
    assert (turns.has("old"), turns.has("new")) == (False, True)
    assert turns.ahead("old") == 1
    turns.join("anna", "old")  # looked at again
    assert (turns.has("old"), turns.has("new")) == (True, False)
    turns.end("old")
    assert turns.has("new")


def test_a_shared_job_comes_with_the_first_who_wants_it_and_stays_for_the_others() -> None:
    turns = Turns(1)
    turns.join("anna", "shared")
    turns.join("ben", "alone")
    turns.join("chen", "shared")
    turns.join("dora", "last")
    assert turns.has("shared")
    assert turns.ahead("last") == 2, "a job that two want counts once"
    turns.leave("anna", "shared")
    assert turns.has("alone")
    assert turns.ahead("shared") == 1
    turns.end("alone")
    assert turns.has("shared")


def test_whoever_waits_is_woken_by_a_turn_or_when_it_is_over() -> None:
    turns, woken, over = Turns(1), [], threading.Event()
    for person in ("anna", "ben", "chen"):
        turns.join(person, person)

    def wait(job: str, end: threading.Event) -> None:
        turns.wait(job, end.is_set)
        woken.append(job)

    threads = [
        threading.Thread(target=wait, args=("ben", threading.Event())),
        threading.Thread(target=wait, args=("chen", over)),
    ]
    for thread in threads:
        thread.start()
    assert woken == []
    over.set()
    turns.end("nobody")
    until(lambda: woken == ["chen"])
    turns.end("anna")
    until(lambda: woken == ["chen", "ben"])
    for thread in threads:
        thread.join()

"""Exercises of the data desk: worked queries agree with the analyses, slips are recognised, and seeds differ."""

from __future__ import annotations

import pandas as pd
import pytest

from simulation.analysis import exercise_keys, exercises, query, query_child
from simulation.analysis.exercise_keys import Case
from simulation.analysis.exercises import EXERCISES, Exercise
from simulation.errors import LabError
from simulation.eventlog import record
from tests.worlds import CONTACT, small


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process of a question answers, without starting one each time."""
    monkeypatch.setattr(query, "_told", lambda asked, seconds: query_child.answer(asked))


WORLD = small(CONTACT | {"referral": {"reward": 0.5}}, horizon=40)
every = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)


def case_of(seed: int) -> Case:
    return Case.of(record(WORLD, seed), WORLD, seed)


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(1)


@pytest.fixture(scope="module")
def other() -> Case:
    return case_of(2)


@every
def test_worked_queries_agree_with_the_analyses(exercise: Exercise, case: Case) -> None:
    answer = case.base.ask(exercise.sql(case))
    assert exercises.check(exercise, case, answer) == (True, "right", {"rows": len(answer)})
    assert exercise.many or len(answer) == 1


@every
def test_slips_are_wrong_and_told_by_name(exercise: Exercise, case: Case) -> None:
    told = set()
    for sql in exercise.slips(case).values():
        verdict = exercises.check(exercise, case, case.base.ask(sql))
        assert verdict.right or "_slip_" in verdict.said
        told.add(verdict.said)
    assert told - {"right"}  # in one world a slip may lead to the right answer, but not all of them


@every
def test_another_seed_asks_for_other_numbers(exercise: Exercise, case: Case, other: Case) -> None:
    answer = other.base.ask(exercise.sql(other))
    assert not exercises.check(exercise, case, answer).right


def test_the_truth_and_the_trial_are_those_of_the_same_world(case: Case) -> None:
    launch, trial = case.tried.launch, case.tried.trial
    assert launch["before"].equals(trial["before"]) and launch["person"].equals(trial["person"])
    before = case.log["orders"].query("week < @case.tried.start and week >= @case.tried.start - @case.tried.weeks")
    per_week = before.groupby("person")["orders"].sum().reindex(trial["person"], fill_value=0) / case.tried.weeks
    assert per_week.to_numpy() == pytest.approx(trial["before"].to_numpy())


def test_what_is_off_is_said(case: Case) -> None:
    exercise = EXERCISES["k_factor"]
    key = exercises.answer_key(exercise, case)

    def said(**changed: float) -> tuple[str, str]:
        verdict = exercises.check(exercise, case, key.assign(**changed))
        return verdict.said, str(verdict.values.get("column", ""))

    row = key.iloc[0]
    assert said(accepted=row["accepted"] / 100) == ("as_share", "accepted")
    assert said(k=-row["k"]) == ("sign", "k")
    assert said(k=100 * row["k"]) == ("as_percent", "k")
    assert said(sent=3 * row["sent"]) == ("too_high", "sent")
    assert said(sent=0.95 * row["sent"]) == ("too_low", "sent")
    assert exercises.check(exercise, case, key.round(3)).right
    assert exercises.check(exercise, case, key.rename(columns=str.upper)).right
    assert exercises.check(exercise, case, key[["sent"]]).said == "missing"
    assert exercises.check(exercise, case, key.assign(k=None)).said == "not_a_number"
    assert exercises.check(exercise, case, pd.concat([key, key])).said == "one_row"


def test_rows_of_a_table_are_told_apart(case: Case) -> None:
    exercise = EXERCISES["rfm"]
    key = exercises.answer_key(exercise, case)
    assert exercises.check(exercise, case, key.sample(frac=1, random_state=1)).right
    assert exercises.check(exercise, case, key.iloc[1:]).said == "rows_lacking"
    extra = pd.concat([key, key.tail(1).assign(recency=9)])
    assert exercises.check(exercise, case, extra).said == "rows_extra"
    assert exercises.check(exercise, case, pd.concat([key, key.tail(1)])).said == "doubled"
    verdict = exercises.check(exercise, case, key.assign(money=key["money"] * 1.5))
    assert (verdict.said, verdict.values["right"], verdict.values["wrong"]) == ("too_high", "people", len(key))


def test_a_world_without_anything_to_answer_says_so(case: Case) -> None:
    without = Case(case.log, case.tried._replace(launch=case.tried.launch.assign(posted=0)))
    with pytest.raises(LabError, match="exercise empty"):
        exercises.check(EXERCISES["naive"], without, pd.DataFrame())
    assert exercise_keys.naive(without)["before_after"].notna().all()

"""Points are lived by every plan in the same worlds; studies are shared, take turns, stop and are found again."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.jobs_studies import StudyDesk
from simulation.results import Tables
from simulation.scenario import Plan, Scenario
from simulation.sweep_points import CASH_LOW, Points, by_point, live, standing
from tests.made_up_worlds import SCENARIO, tables_of, until

BARE, TIERS = Plan(name="bare"), Plan.parse({"name": "tiers", "strategies": {"tiers": {}}})
TRUST, STEP = "behaviour.leaving.trust", "plan.strategies.tiers.step"


def made_up(scenario: Scenario, seeds: tuple[int, ...]) -> Tables:
    tables = tables_of(scenario, seeds)
    return tables._replace(weekly=tables.weekly.assign(profit_cum=tables.weekly["members"]))


@pytest.fixture(scope="module")
def points() -> Points:
    return Points(SCENARIO, (BARE, TIERS), ({}, {TRUST: 4.0}, {STEP: 50}), (1, 2))


@pytest.fixture(scope="module")
def lived(points: Points) -> pd.DataFrame:
    return live(points, executor=SerialExecutor())


def test_every_plan_lives_every_point_in_every_world(lived: pd.DataFrame) -> None:
    assert len(lived) == 12
    assert lived.groupby(["point", "plan", "seed"]).size().eq(1).all()
    assert (lived[CASH_LOW] <= lived["profit"]).all()


def test_a_point_with_nothing_changed_is_the_experiment(points: Points, lived: pd.DataFrame) -> None:
    results = run(Experiment(SCENARIO, points.plans, points.seeds), executor=SerialExecutor())
    assert by_point(lived, "profit", "tiers").loc[0].to_numpy().tolist() == (
        results.worlds[results.worlds["plan"] == "tiers"].set_index("seed")["profit"].to_numpy().tolist()
    )
    lowest = results.weekly[results.weekly["plan"] == "tiers"].groupby("seed")["profit_cum"].min()
    assert by_point(lived, CASH_LOW, "tiers").loc[0].to_numpy().tolist() == lowest.to_numpy().tolist()


def test_a_number_of_a_strategy_leaves_a_plan_without_it_alone(lived: pd.DataFrame) -> None:
    bare, tiers = (by_point(lived, "profit", plan) for plan in ("bare", "tiers"))
    assert bare.loc[2].to_numpy().tolist() == bare.loc[0].to_numpy().tolist()
    assert tiers.loc[2].to_numpy().tolist() != tiers.loc[0].to_numpy().tolist()
    gap = by_point(lived, "profit", "tiers", "bare")
    assert gap.loc[1].to_numpy() == pytest.approx((tiers.loc[1] - bare.loc[1]).to_numpy())


def test_points_are_told_as_they_come_and_stop_when_the_listener_refuses(points: Points) -> None:
    heard: list[tuple[int, int, int]] = []

    def hear(done: int, total: int, so_far: Any) -> None:
        heard.append((done, total, len(so_far())))
        if done:
            raise LabError("job_cancelled")

    many = Points(SCENARIO, (BARE,), ({},) * 200, (1,))
    with pytest.raises(LabError, match="job cancelled"):
        live(many, executor=SerialExecutor(made_up), told=hear)
    assert heard[0] == (0, 200, 0)
    assert len(heard) == 2
    assert 0 < heard[1][0] == heard[1][2] < 200


def test_what_is_flying_is_given_back() -> None:
    class Never:
        workers = 2
        given_back = 0

        def submit(self, work: Any) -> Future[bytes]:
            future: Future[bytes] = Future()
            if self.given_back == 0 and not hasattr(self, "first"):
                self.first = work
                future.set_exception(ValueError("no such thing"))
            return future

        def abandon(self, work: Any) -> None:
            self.given_back += 1

    never = Never()
    with pytest.raises(LabError, match="run failed"):
        live(Points(SCENARIO, (BARE,), ({},) * 400, (1,)), executor=never)
    assert never.given_back == 1


def test_points_that_make_no_sense_are_refused(lived: pd.DataFrame) -> None:
    for plans, seeds, key in (((), (1,), "plans_missing"), ((BARE,), (), "seeds_missing")):
        with pytest.raises(LabError) as refused:
            Points(SCENARIO, plans, ({},), seeds)
        assert refused.value.key == key
    with pytest.raises(LabError) as refused:
        Points(SCENARIO, (BARE,), ({},) * 1_000_001, (1,))
    assert refused.value.key == "sweep_too_large"
    with pytest.raises(LabError) as refused:
        live(Points(SCENARIO, (BARE,), ({TRUST: -1.0},), (1,)), executor=SerialExecutor())
    assert (refused.value.key, refused.value.values["field"]) == ("out_of_range", TRUST)
    with pytest.raises(LabError) as refused:
        standing(STEP, SCENARIO, (BARE,))
    assert refused.value.key == "factor_idle"
    with pytest.raises(LabError) as refused:
        by_point(lived, "happiness", "bare")
    assert refused.value.key == "unknown_name"


def test_where_a_number_stands_is_read_from_the_plan_that_has_it() -> None:
    assert standing(TRUST, SCENARIO, (BARE, TIERS)) == SCENARIO.behaviour.leaving.trust
    steep = Plan.parse({"name": "steep", "strategies": {"tiers": {"step": 900}}})
    assert standing(STEP, SCENARIO, (BARE, steep, TIERS)) == 900


class Slow:
    """A study of three steps, each of which waits until it is let go."""

    def __init__(self) -> None:
        self.gates = [threading.Event() for _ in range(3)]
        self.steps = 0

    def __call__(self, tell: Any) -> str:
        for number, gate in enumerate(self.gates):
            tell(number, 3, lambda n=number: f"{n} of 3")
            assert gate.wait(20)
            self.steps += 1
        tell(3, 3, lambda: "3 of 3")
        return "all"

    def let(self, *steps: int) -> None:
        for step in steps:
            self.gates[step].set()


def test_a_study_is_shown_as_far_as_it_is_and_found_again() -> None:
    desk, slow = StudyDesk(), Slow()
    study = desk.submit("k", slow, "anna.page", "anna")
    assert study.partial() is None
    slow.let(0)
    until(lambda: study.progress().done_worlds == 1)
    assert study.partial() == "1 of 3"
    assert study.progress().total_worlds == 3
    assert desk.submit("k", slow, "anna.page", "anna") is study, "a reload finds it"
    assert desk.find("k") is study
    with pytest.raises(TimeoutError):
        study.result(timeout=0.01)
    slow.let(1, 2)
    assert study.result(timeout=20) == "all"
    assert study.partial() == "all"
    assert desk.submit("k", slow, "ben.page", "ben").result(timeout=1) == "all", "done once for everybody"


def test_a_study_stops_when_nobody_wants_it_any_more_and_can_be_begun_anew() -> None:
    desk, slow = StudyDesk(), Slow()
    study = desk.submit("k", slow, "anna.page", "anna")
    desk.submit("k", slow, "ben.page", "ben")
    study.cancel("anna.page")
    assert not study.done
    study.cancel("ben.page")
    assert study.done
    with pytest.raises(LabError, match="job cancelled"):
        study.result(timeout=1)
    slow.let(0, 1, 2)
    again = desk.submit("k", slow, "anna.page", "anna")
    assert again is not study
    assert again.result(timeout=20) == "all"
    until(lambda: slow.steps == 4)
    assert study.partial() == "1 of 3", "what it had found is not lost"
    assert study.progress().done_worlds == 1, "the first stopped after the step it was at"


def test_another_study_of_the_same_place_takes_over() -> None:
    desk, old, new = StudyDesk(), Slow(), Slow()
    first = desk.submit("old", old, "anna.page", "anna")
    second = desk.submit("new", new, "anna.page", "anna")
    assert first.cancelled
    new.let(0, 1, 2)
    assert second.result(timeout=20) == "all"


def test_people_take_turns_and_the_line_is_bounded() -> None:
    desk, slow, late = StudyDesk(running=1, waiting=1), Slow(), Slow()
    desk.submit("a", slow, "anna.page", "anna")
    waits = desk.submit("b", late, "ben.page", "ben")
    late.let(0, 1, 2)
    assert waits.progress().ahead == 1
    assert waits.progress().seconds_left is None
    with pytest.raises(LabError, match="too many jobs"):
        desk.submit("c", Slow(), "chen.page", "chen")
    slow.let(0, 1, 2)
    assert waits.result(timeout=20) == "all"


def test_what_goes_wrong_is_told_and_may_be_tried_again() -> None:
    desk = StudyDesk()

    def broken(tell: Any) -> None:
        raise ZeroDivisionError("by nothing")

    failed = desk.submit("k", broken, "anna.page", "anna")
    with pytest.raises(LabError, match="run failed"):
        failed.result(timeout=20)

    def refused(tell: Any) -> None:
        raise LabError("seeds_missing")

    with pytest.raises(LabError, match="seeds missing"):
        desk.submit("k", refused, "anna.page", "anna").result(timeout=20)
    assert desk.submit("k", lambda tell: np.pi, "anna.page", "anna").result(timeout=20) == np.pi

"""One student's way: in order, locked once, the same worlds again, tamper-evident."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from lessons import STEPS, Lesson
from lessons.flow import Attempt, lesson_experiments, observations, predicted, section
from lessons.quiz import Quiz
from lessons.runs import Run, collect, estimates, line_labels, own_seeds
from simulation.errors import LabError
from tests.lessons.conftest import BOTTOM, DEPTH, SCANDAL

ANSWERS = {"gate.twins": "luck", "cushion": "more", "loss": (20, 30), "weeks": (15, 25), "reason": "r"}


def refused(key: str, act: object) -> None:
    with pytest.raises(LabError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.key == key


def test_no_run_before_the_prediction(lesson: Lesson) -> None:
    fresh = Attempt.start(lesson, "A")
    assert fresh.open_steps(True, True) == ("brief", "predict")
    refused("predict_first", lambda: fresh.own_experiments(lesson))


def test_a_prediction_is_locked_once(lesson: Lesson, attempt: Attempt) -> None:
    refused("prediction_locked", lambda: attempt.lock(lesson, ANSWERS))
    assert attempt.prediction is not None
    assert attempt.prediction.locked_at == "2026-03-02T09:30:00+00:00"
    assert len(attempt.prediction.digest) == 64


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"reason": "  "}, "answer_missing"),
        ({"gate.twins": None}, "answer_missing"),
        ({"gate.twins": "plan"}, "gate_wrong"),
        ({"cushion": None}, "answer_missing"),
        ({"cushion": "maybe"}, "answer_invalid"),
        ({"loss": (30, 20)}, "interval_order"),
        ({"loss": (20, 300)}, "answer_invalid"),
        ({"loss": (20, float("nan"))}, "answer_invalid"),
        ({"loss": "wide"}, "answer_invalid"),
        ({"reason": "x" * 201}, "answer_invalid"),
    ],
)
def test_incomplete_predictions_are_refused(lesson: Lesson, change: dict[str, object], key: str) -> None:
    refused(key, lambda: Attempt.start(lesson, "A").lock(lesson, ANSWERS | change))


def test_refusals_speak_the_readers_language(lesson: Lesson) -> None:
    for language, name in (("zh", "一句话说明理由。"), ("en", "Give your reason in one sentence.")):
        with pytest.raises(LabError) as caught:
            Attempt.start(lesson, "A").lock(lesson, ANSWERS | {"reason": ""}, language=language)
        assert caught.value.values["field"] == name


def test_steps_open_one_by_one(lesson: Lesson, attempt: Attempt, finished: Attempt) -> None:
    assert attempt.open_steps()[-1] == "run"
    assert attempt.open_steps(own=True)[-1] == "observe"
    assert attempt.open_steps(own=True, truth=True)[-1] == "quiz"
    assert finished.open_steps(own=True, truth=True) == STEPS


def test_quiz_once_and_reflection_after_it(lesson: Lesson, attempt: Attempt, finished: Attempt, quiz: Quiz) -> None:
    refused("quiz_first", lambda: attempt.reflect(lesson, {"action": "a", "doubt": "b"}))
    refused("quiz_answered", lambda: finished.answer(lesson, quiz, {}))
    refused("answer_missing", lambda: attempt.answer(lesson, quiz, {}))


def test_neighbours_live_in_other_worlds(lesson: Lesson) -> None:
    seeds = {student: own_seeds(lesson, student) for student in ("李雷", "韩梅梅", "A", "B")}
    assert len({seed for block in seeds.values() for seed in block}) == 4 * lesson.student_worlds
    assert own_seeds(lesson, " 李雷 ") == seeds["李雷"]
    assert not set(seeds["A"]) & set(lesson.ensemble.numbers())


def test_a_kept_attempt_comes_back_and_shows_tampering(lesson: Lesson, finished: Attempt) -> None:
    text = finished.to_json()
    assert Attempt.from_json(text) == finished
    plain = json.loads(text)
    plain["prediction"]["answers"]["loss"] = [24, 25]
    for broken in (json.dumps(plain), "{}", "[]", "nonsense", text.replace("王小明", "李雷")):
        refused("attempt_altered", lambda broken=broken: Attempt.from_json(broken))


def test_an_attempt_belongs_to_its_lesson(lesson: Lesson) -> None:
    other = lesson.model_copy(update={"id": "03_other"})
    refused("lesson_mismatch", lambda: Attempt.start(lesson, "A").lock(other, ANSWERS))
    refused("answer_invalid", lambda: Attempt.start(lesson, "   "))


def test_experiments_pair_scenarios_and_plans(lesson: Lesson, attempt: Attempt) -> None:
    mine = attempt.own_experiments(lesson)
    assert set(mine) == {"calm", "scandal"}
    assert all([plan.name for plan in one.plans] == ["broadcast", "earn"] for one in mine.values())
    assert all(one.seeds == attempt.seeds for one in mine.values())
    assert all(one.seeds == lesson.ensemble.numbers() for one in lesson_experiments(lesson).values())


def test_results_are_gathered_by_arm(lesson: Lesson, own: Run) -> None:
    class Stored:
        def __init__(self, scenario: str) -> None:
            self.provenance = {"engine_version": "e"}
            mine = own.weekly[own.weekly["arm"].str.startswith(scenario)]
            self.worlds = pd.DataFrame({"plan": ["broadcast", "earn"], "seed": [1, 1]})
            self.weekly = mine.assign(plan=mine["arm"].str.split("_").str[1]).drop(columns="arm")

    run = collect(lesson, {"calm": Stored("calm"), "scandal": Stored("scandal")})  # type: ignore[dict-item]
    assert run.engine == "e"
    assert run.values("loss_earn").to_dict() == own.values("loss_earn").to_dict()


def test_measures_read_what_the_curves_say(own: Run, truth: Run) -> None:
    assert truth.estimate("before").mean == 0
    expected = 100 * sum(DEPTH["earn"] + 0.001 * (seed % 7) for seed in truth.seeds) / 30
    assert truth.estimate("loss_earn").mean == pytest.approx(expected)
    assert truth.estimate("cushion").mean == pytest.approx(100 * (DEPTH["earn"] - DEPTH["broadcast"]))
    assert set(own.values("regain_earn")) == {20}
    assert set(own.values("fall_earn")) == {3}
    assert set(own.values("bottom_earn")) == {BOTTOM - SCANDAL + 1}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_reads_with_numbers(lesson: Lesson, attempt: Attempt, own: Run, truth: Run, language: str) -> None:
    for step in ("brief", "predict", "run"):
        assert section(lesson, step, language)
    for step in ("observe", "quiz"):
        assert section(lesson, step, language, attempt, own)
    told = section(lesson, "explain", language, attempt, own, truth)
    assert "{{" not in told
    assert "nan" not in told
    assert predicted(lesson, attempt, language)["loss"] in told
    assert all("{{" not in seen.text and seen.title for seen in observations(lesson, language, own, truth))
    assert list(estimates(own, language)["measure"]) == list(lesson.table)
    lines = own.lines(lesson.observe[1], language)
    assert list(lines.columns) == ["line", "week", "mean", "low", "high"]
    assert len(lines) == 2 * 105
    assert list(lines["line"].unique()) == [lesson.plans[name].label.said(language) for name in ("broadcast", "earn")]
    whole = own.lines(lesson.observe[0], language)["line"].unique()
    assert list(whole) == [lesson.arm_label(arm, language) for arm in lesson.student_arms]


def test_a_line_across_scenarios_is_named_after_what_happened(lesson: Lesson) -> None:
    label = lesson.scenarios["scandal"].label.said("en")
    assert line_labels(lesson, [("scandal_earn", "calm_earn")], "en") == [label]


def test_numbers_that_are_not_there_are_refused(lesson: Lesson, attempt: Attempt) -> None:
    refused("lesson_unreadable", lambda: section(lesson, "explain", "en", attempt))

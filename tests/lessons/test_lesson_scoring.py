"""Quiz, score and sheet: keys from the student's own run, a proper rule, escaped output."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lessons import Lesson
from lessons.flow import Attempt
from lessons.quiz import Quiz, make_quiz, quiz_form
from lessons.runs import Run
from lessons.scoring import calibrate, score, winkler
from lessons.sheet import render_sheet, sheet_name
from lessons.words import number
from simulation.errors import LabError
from tests.lessons.conftest import synthetic


def test_winkler_by_hand() -> None:
    truth = np.array([5.0, 12.0, 22.0])
    assert winkler(10, 20, truth, 0.8).tolist() == pytest.approx([10 + 10 * 5, 10, 10 + 10 * 2])


def test_honesty_pays(lesson: Lesson) -> None:
    """Over a grid of intervals the least mean penalty is at the quantiles of what may happen."""
    truth = np.random.default_rng(1).normal(30, 6, 4000)
    ends = np.arange(15, 46, 0.5)
    penalty = {(low, high): winkler(low, high, truth, 0.8).mean() for low in ends for high in ends if low < high}
    low, high = min(penalty, key=lambda pair: penalty[pair])
    assert low == pytest.approx(np.quantile(truth, 0.1), abs=0.5)
    assert high == pytest.approx(np.quantile(truth, 0.9), abs=0.5)


def test_points_run_from_no_idea_to_ideal(lesson: Lesson) -> None:
    asked = lesson.predict["loss"]
    truth = np.linspace(20, 30, 41)
    ideal = np.quantile(truth, [0.1, 0.9])
    assert calibrate(*ideal, truth, asked).points == pytest.approx(100)
    assert calibrate(asked.low, asked.high, truth, asked).points == 0
    assert calibrate(0, 1, truth, asked).points == 0
    between = calibrate(18, 32, truth, asked)
    assert 0 < between.points < 100
    assert between.covered == 41
    assert calibrate(25, 25, np.full(5, 25.0), asked).points == 100


def test_a_perfect_student(lesson: Lesson, finished: Attempt, truth: Run, quiz: Quiz) -> None:
    result = score(lesson, finished, truth, quiz)
    parts = {part.id: part.points for part in result.parts}
    assert parts["direction"] == parts["quiz"] == 100
    expected = sum(part.points * part.weight for part in result.parts) / 100
    assert result.total == pytest.approx(expected)
    assert 60 < result.total <= 100
    for language in ("zh", "en"):
        assert all(part.label(language) and part.detail(language) and part.formula(language) for part in result.parts)
        assert result.for_instructor(language)


def test_no_score_before_prediction_and_quiz(lesson: Lesson, attempt: Attempt, truth: Run, quiz: Quiz) -> None:
    for early, key in ((attempt, "quiz_first"), (Attempt.start(lesson, "A"), "predict_first")):
        with pytest.raises(LabError) as caught:
            score(lesson, early, truth, quiz)
        assert caught.value.key == key


def test_the_quiz_is_about_the_own_run(lesson: Lesson, attempt: Attempt, own: Run, quiz: Quiz) -> None:
    assert len(quiz.items) >= 5
    assert make_quiz(lesson, attempt.student, own) == quiz
    items = {item.id: item for item in quiz.items}
    assert items["fall"].value == pytest.approx(own.estimate("loss_earn").mean, abs=0.05)
    assert items["fall"].right(items["fall"].value + 0.4)
    assert not items["fall"].right(items["fall"].value + 3)
    assert items["standing"].keys == {"end_calm_earn"}
    assert items["before"].keys == {"zero"}
    assert items["cushion"].keys == {"more"}
    (key,) = items["regain"].keys
    assert items["regain"].options[key]["en"] == "20.0 weeks"


def test_options_differ_even_when_confusions_coincide(lesson: Lesson) -> None:
    for seeds in (range(1, 3), range(50, 53), range(700, 706)):
        for item in make_quiz(lesson, "A", synthetic(lesson, seeds)).items:
            told = [option["zh"] for option in item.options.values()]
            assert len(set(told)) == len(told)
            assert item.keys <= set(item.options)
            assert "right" not in item.options


def test_order_of_options_differs_between_students(lesson: Lesson, own: Run) -> None:
    orders = {tuple(make_quiz(lesson, student, own).items[2].options) for student in "ABCDEFGH"}
    assert len(orders) > 1


def test_marks_tell_the_confusion(quiz: Quiz) -> None:
    item = next(item for item in quiz.items if item.id == "regain")
    wrong = next(name for name in item.whys if item.whys[name]["en"])
    answers = {other.id: min(other.keys) if other.options else other.value for other in quiz.items} | {"regain": wrong}
    mark = next(mark for mark in quiz.mark(answers, "en") if mark.id == "regain")
    assert not mark.right
    assert item.whys[wrong]["en"] in mark.why
    fields = quiz_form(quiz, "en")
    assert [field.kind for field in fields].count("number") == 1
    assert all(bool(field.unit) == (field.kind == "number") for field in fields)


HOSTILE = '<script>alert(1)</script>{{ 7*7 }}"&'


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_prints_and_escapes(lesson: Lesson, own: Run, truth: Run, language: str) -> None:
    answers = {"gate.twins": "luck", "cushion": "less", "loss": (5, 60), "weeks": (1, 78), "reason": HOSTILE}
    attempt = Attempt.start(lesson, HOSTILE).lock(lesson, answers)
    quiz = make_quiz(lesson, attempt.student, own)
    given = {item.id: min(item.options) if item.options else 1.0 for item in quiz.items}
    attempt = attempt.answer(lesson, quiz, given).reflect(lesson, {"action": HOSTILE, "doubt": HOSTILE})
    page = render_sheet(lesson, language, attempt, own, truth, quiz)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4
    assert "{{ 7*7 }}" in page
    assert not re.search(r"""(src|href)\s*=|url\(|@import|https?://""", page)
    assert attempt.prediction is not None
    assert attempt.prediction.digest[:12] in page
    assert f"{attempt.seeds[0]}–{attempt.seeds[-1]}" in page
    assert re.fullmatch(r"[\w.-]+", sheet_name(lesson, language, attempt))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_empty_sheet_gives_nothing_away(lesson: Lesson, attempt: Attempt, truth: Run, language: str) -> None:
    page = render_sheet(lesson, language)
    assert "☐" in page
    assert "<svg" in page
    assert "{{" not in page
    assert lesson.quiz["fall"].why.said(language) not in page
    half_way = render_sheet(lesson, language, attempt)
    assert "坏事更重" in half_way
    assert sheet_name(lesson, language) == f"02_trust_empty_{language}.html"


def test_numbers_as_people_write_them() -> None:
    assert number(-0.04, "en") == "0.0"
    assert number(-8.36, "zh") == "−8.4"
    assert number(71142, "zh", money=True) == "¥71,142"
    assert number(-1234567, "zh", money=True) == "−¥123.5 万"
    assert number(1234567, "en", money=True) == "¥1.2M"
    assert number(float("nan"), "zh") == "—"

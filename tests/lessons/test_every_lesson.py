"""Every lesson from its brief to its sheet, on real worlds: what it says is there, what it asks can be answered."""

from __future__ import annotations

import math
import re

import pytest

from lessons import STEPS, Lesson
from lessons.claims import evaluate
from lessons.flow import (
    GATE,
    Attempt,
    gate_form,
    lesson_experiments,
    observations,
    prediction_form,
    reflection_form,
    section,
)
from lessons.quiz import make_quiz
from lessons.runs import estimates
from lessons.scoring import right_options, score
from lessons.sheet import render_sheet
from lessons.words import LANGUAGES, words
from simulation.analysis.futures import uncertainties
from simulation.errors import LabError
from tests.lessons.real_worlds import LESSONS, begun, worlds

WORLDS = 8
CLAIMS = [(name, claim) for name, lesson in LESSONS.items() for claim in lesson.claims]
each = pytest.mark.parametrize("name", list(LESSONS))


@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_claim_holds(name: str, claim: str) -> None:
    finding = evaluate(worlds(name, LESSONS[name].claims[claim].quick), claim)
    assert finding.verdict == "holds", str(finding)


def test_the_course_has_thirteen_lessons_or_more_without_a_gap() -> None:
    assert len(LESSONS) >= 13
    assert [lesson.number for lesson in LESSONS.values()] == list(range(1, len(LESSONS) + 1))
    assert all(int(name[:2]) == lesson.number for name, lesson in LESSONS.items())
    assert all(len(lesson.claims) >= 3 for lesson in LESSONS.values())


def answers(lesson: Lesson) -> dict[str, object]:
    """The gate rightly, the directions rightly, the intervals at the middle of what is allowed."""
    truth = worlds(lesson.id, WORLDS)
    given: dict[str, object] = {f"{GATE}{name}": gate.right for name, gate in lesson.gate.items()}
    for name, asked in lesson.predict.items():
        if asked.kind in {"choice", "which"}:
            given[name] = min(right_options(asked, truth))
        elif asked.kind == "interval":
            middle = (asked.low + asked.high) / 2
            given[name] = (middle - asked.step, middle + asked.step)
        else:
            given[name] = "because"
    return given


@each
def test_a_student_goes_from_brief_to_sheet(name: str) -> None:
    lesson = begun(name)
    run = worlds(name, WORLDS)
    attempt = Attempt.start(lesson, "王小明").lock(lesson, answers(lesson))
    assert set(attempt.own_experiments(lesson)) == set(lesson_experiments(lesson))
    quiz = make_quiz(lesson, attempt.student, run)
    assert len(quiz.items) >= 3
    right = {item.id: min(item.keys) if item.options else item.value for item in quiz.items}
    thought = {field.id: "a" for field in reflection_form(lesson, "en")}
    attempt = attempt.answer(lesson, quiz, right).reflect(lesson, thought)
    assert attempt.open_steps(own=True, truth=True) == STEPS
    points = {part.id: part.points for part in score(lesson, attempt, run, quiz).parts}
    assert points["direction"] == points["quiz"] == 100
    assert all(math.isfinite(run.estimate(measure).mean) for measure in lesson.student_measures)
    for language in LANGUAGES:
        assert all(item.question[language] and item.why[language] for item in quiz.items)
        for item in quiz.items:
            told = [option[language] for option in item.options.values()]
            assert len(set(told)) == len(told)
        for step in STEPS[:7]:
            text = section(lesson, step, language, attempt, run, run)
            assert text and "{{" not in text and "—" not in re.sub(r"——", "", text if language == "zh" else "")
        explained = section(lesson, "explain", language, attempt, run, run)
        assert len(lesson.sources) >= 3
        assert all(each.cite in explained and each.note.said(language) in explained for each in lesson.sources)
        seen = observations(lesson, language, run, run)
        assert all("{{" not in look.text and look.title for look in seen)
        for look in seen:
            assert len(run.bars(look.picture, language) if look.picture.bars else run.lines(look.picture, language))
        assert list(estimates(run, language)["measure"]) == list(lesson.table)
        assert len(render_sheet(lesson, language, attempt, run, run, quiz)) > 3000
        assert "<svg" in render_sheet(lesson, language)


@each
def test_an_interval_can_earn_something_and_gives_nothing_away(name: str) -> None:
    """The truth lies inside the range that is allowed, which is wide enough to be no hint."""
    lesson, run = begun(name), worlds(name, WORLDS)
    forecasts = [asked for asked in lesson.predict.values() if asked.kind == "interval"]
    assert forecasts
    for asked in forecasts:
        values = run.values(asked.measure or "")
        assert asked.low <= values.min() and values.max() <= asked.high, asked.label.en
        assert asked.high - asked.low > 2 * (values.max() - values.min()), asked.label.en


@each
def test_the_gate_opens_for_the_right_answer_only(name: str) -> None:
    lesson = begun(name)
    assert lesson.gate
    for gate, asked in lesson.gate.items():
        for wrong in set(asked.options) - {asked.right}:
            with pytest.raises(LabError) as caught:
                Attempt.start(lesson, "A").lock(lesson, answers(lesson) | {f"{GATE}{gate}": wrong}, language="en")
            assert caught.value.key == "gate_wrong"
            assert caught.value.values["hint"] == asked.hint.en
    assert len(gate_form(lesson, "zh")) == len(lesson.gate)


@each
def test_guides_say_what_an_instructor_needs(name: str) -> None:
    lesson = LESSONS[name]
    for language, heads in (
        ("zh", ("目标", "45 分钟", "90 分钟", "容易想错", "讨论题", "板书", "课前准备", "评分")),
        ("en", ("Aim", "45 minutes", "90 minutes", "goes wrong", "Debrief", "Board picture", "Before class", "Marks")),
    ):
        text = lesson.guide(language)
        assert f"### {words(language)['reading']}" in text
        assert all(re.search(rf"^## .*{head}", text, re.MULTILINE) for head in heads), language
        assert len(prediction_form(lesson, language)) >= 3


@each
@pytest.mark.parametrize(("language", "unit"), [("zh", "分钟"), ("en", "minutes")])
def test_the_minutes_of_a_guide_leave_no_gap(name: str, language: str, unit: str) -> None:
    """The plan of 90 minutes may say that it begins like that of 45, up to a minute at which a row of that one ends."""
    ends: set[int] = {0}
    for minutes in (45, 90):
        plan = re.search(rf"^## {minutes} {unit}$(.*?)^## ", LESSONS[name].guide(language), re.MULTILINE | re.DOTALL)
        assert plan
        rows = [(int(start), int(end)) for start, end in re.findall(r"^\| (\d+)–(\d+) \|", plan[1], re.MULTILINE)]
        assert [end for _, end in rows[:-1]] == [start for start, _ in rows[1:]]
        assert rows[0][0] in ends and rows[-1][1] == minutes
        alike = re.search(r"(?:前|first) (\d+)", plan[1])
        assert rows[0][0] == (int(alike[1]) if alike else 0)
        ends |= {end for _, end in rows}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("01_needs", "behaviour.feeling.prepotency"),
        ("02_trust", "behaviour.trusting.asymmetry"),
        ("09_ai", "plan.strategies.privacy_protection.withheld"),
        ("11_price", "behaviour.buying.elasticity"),
    ],
)
def test_a_coefficient_that_a_guide_sends_a_class_to_is_on_the_assumption_board(name: str, path: str) -> None:
    lesson = LESSONS[name]
    scenario, plans = next(iter(lesson.scenario_of.values())), tuple(lesson.plan_of.values())
    declared = {factor.path: factor.declared for factor in uncertainties(scenario, plans)}[path]
    for language in LANGUAGES:
        assert declared.label(language) in lesson.guide(language)

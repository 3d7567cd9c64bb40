"""A lesson on synthetic worlds whose numbers are known by construction."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from lessons import Lesson, load_lesson
from lessons.flow import Attempt
from lessons.quiz import Quiz, make_quiz
from lessons.runs import Run

SCANDAL = 27
BOTTOM = 31
DEPTH = {"broadcast": 0.20, "earn": 0.24}


def gap_at(week: int, depth: float) -> float:
    """Trust lost: down in five weeks, then halving within 20."""
    if week < SCANDAL:
        return 0.0
    if week <= BOTTOM:
        return -depth * (week - SCANDAL + 1) / (BOTTOM - SCANDAL + 1)
    return -depth * 0.5 ** ((week - BOTTOM) / 19.9)


def synthetic(lesson: Lesson, seeds: range) -> Run:
    """Worlds in which seed s loses 0.001·(s mod 7) more trust than the depth of its plan."""
    rows = []
    for name in lesson.student_arms:
        scenario, plan = name.split("_")
        for seed in seeds:
            depth = DEPTH[plan] + 0.001 * (seed % 7)
            total = 0.0
            for week in range(105):
                lost = gap_at(week, depth) if scenario == "scandal" else 0.0
                level = 0.6 + (0.1 * min(week, 26) / 26 if plan == "earn" else 0.0)
                profit = 500.0 + (20 if plan == "earn" else 0) + 400 * lost + seed % 5
                total += profit
                rows.append((name, seed, week, level + lost, 300 + 50 * lost, 1000 + 900 * lost, profit, total))
    columns = ["arm", "seed", "week", "trust", "members", "revenue", "profit", "profit_cum"]
    weekly = pd.DataFrame(rows, columns=columns)
    weekly["clv"] = weekly["profit"] / 10
    weekly["founders_kept"] = weekly["members"] / 600
    return Run(lesson, weekly, "test")


@pytest.fixture(scope="session")
def lesson() -> Lesson:
    return load_lesson("02_trust")


@pytest.fixture(scope="session")
def truth(lesson: Lesson) -> Run:
    return synthetic(lesson, range(1, 31))


@pytest.fixture(scope="session")
def attempt(lesson: Lesson) -> Attempt:
    answers = {"gate.twins": "luck", "cushion": "more", "loss": (20, 30), "weeks": (15, 25), "reason": "坏事更重"}
    return Attempt.start(lesson, "王小明").lock(lesson, answers, datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def own(lesson: Lesson, attempt: Attempt) -> Run:
    return synthetic(lesson, range(attempt.seeds[0], attempt.seeds[-1] + 1))


@pytest.fixture(scope="session")
def quiz(lesson: Lesson, attempt: Attempt, own: Run) -> Quiz:
    return make_quiz(lesson, attempt.student, own)


@pytest.fixture(scope="session")
def finished(lesson: Lesson, attempt: Attempt, quiz: Quiz) -> Attempt:
    right = {item.id: min(item.keys) if item.options else item.value for item in quiz.items}
    thought = {"action": "先公开道歉，再公开成本。", "doubt": "κ 的大小。"}
    return attempt.answer(lesson, quiz, right).reflect(lesson, thought)

"""Few real worlds of every lesson, run once for all tests that look at them."""

from __future__ import annotations

from functools import cache

from lessons import Lesson, list_lessons
from lessons.claims import arms_of
from lessons.runs import Run, run_lesson

LESSONS = list_lessons()


def begun(name: str) -> Lesson:
    """The lesson as its first student meets it."""
    lesson = LESSONS[name]
    return lesson.with_hidden(lesson.hidden.among[0]) if lesson.hidden else lesson


@cache
def worlds(name: str, count: int) -> Run:
    """The lesson's first worlds, with the arms that a student runs and those of all claims that ask for so many."""
    lesson = begun(name)
    asking = [claim for claim, asked in lesson.claims.items() if asked.quick == count]
    needed = set(arms_of(lesson, asking)) | set(lesson.student_arms)
    first = lesson.ensemble.first
    return run_lesson(lesson, range(first, first + count), [arm for arm in lesson.arms if arm in needed])

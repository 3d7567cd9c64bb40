"""The course: lessons as folders, each with its prediction, twin-world run, quiz, score, sheet and checked claims."""

from __future__ import annotations

from lessons.format import Lesson
from lessons.library import list_lessons, load_lesson
from lessons.words import STEPS, step_title

__all__ = ["STEPS", "Lesson", "list_lessons", "load_lesson", "step_title"]

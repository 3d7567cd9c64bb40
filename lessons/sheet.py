"""The printable sheet: one self-contained page with predictions, numbers, quiz and score, or empty to hand out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lessons.flow import Attempt, predicted, prediction_form, reflection_form
from lessons.format import Lesson
from lessons.quiz import Quiz
from lessons.runs import Run
from lessons.scoring import VERSION, Score, score
from lessons.words import Told, words

# Everything is escaped, whoever wrote it; the template itself holds the only markup.
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def render_sheet(
    lesson: Lesson,
    language: str,
    attempt: Attempt | None = None,
    own: Run | None = None,
    truth: Run | None = None,
    quiz: Quiz | None = None,
) -> str:
    """Render the sheet of one student as HTML that prints and needs no other file.

    Args:
        lesson: The lesson.
        language: ``zh`` or ``en``.
        attempt: The student's way so far; None gives the empty sheet.
        own: The student's run.
        truth: The lesson's run.
        quiz: The student's quiz.
    """
    ready = attempt is not None and attempt.prediction is not None and attempt.quiz_answers is not None
    result: Score | None = score(lesson, attempt, truth, quiz) if ready and attempt and truth and quiz else None
    answered = quiz.mark(attempt.quiz_answers, language) if quiz and attempt and attempt.quiz_answers else ()
    return _PAGES.get_template("sheet.html.j2").render(
        w=words(language)["sheet"],
        reading=words(language)["reading"],
        language=language,
        lesson=lesson,
        attempt=attempt,
        questions=prediction_form(lesson, language),
        said=predicted(lesson, attempt, language) if attempt else {},
        rows=_rows(lesson, language, own, truth),
        quiz_texts=[question.text.said(language) for question in lesson.quiz.values()],
        answered=answered,
        thoughts=reflection_form(lesson, language),
        score=result,
        by_hand=result.for_instructor(language) if result else (),
        rubric=lesson.rubric.said(language),
        own_seeds=_seeds(attempt.seeds) if attempt else "",
        truth_seeds=_seeds(lesson.ensemble.numbers()),
        version=VERSION,
        engine=own.engine if own else "–",
    )


def sheet_name(lesson: Lesson, language: str, attempt: Attempt | None = None) -> str:
    """A file name that is safe everywhere, with the student's name as far as it is."""
    who = re.sub(r"[^\w-]+", "_", attempt.student)[:40].strip("_") if attempt else "empty"
    return f"{lesson.id}_{who or 'student'}_{language}.html"


def _rows(lesson: Lesson, language: str, own: Run | None, truth: Run | None) -> list[dict[str, Any]]:
    def told(run: Run | None, name: str) -> str:
        if run is None:
            return ""
        found: Told = run.estimate(name).told(lesson.measures[name], language)
        return found.bracketed

    return [
        {"label": lesson.measures[name].label.said(language), "own": told(own, name), "truth": told(truth, name)}
        for name in lesson.table
    ]


def _seeds(seeds: tuple[int, ...]) -> str:
    return f"{seeds[0]}–{seeds[-1]}"

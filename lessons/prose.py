"""Words with today's numbers: the lesson's texts are templates, the runs fill them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from lessons.format import Lesson
from lessons.runs import Run
from lessons.words import Told
from simulation.errors import LabError

_TEMPLATES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@dataclass(frozen=True)
class Numbers(Mapping[str, Told]):
    """Measures of one run, told on demand; in a template ``own.loss`` or ``all.loss.short``."""

    run: Run | None
    language: str

    def __getitem__(self, name: str) -> Told:
        if self.run is None or name not in self.run.lesson.student_measures:
            raise KeyError(name)
        return self.run.estimate(name).told(self.run.measure(name), self.language)

    def __iter__(self) -> Iterator[str]:
        return iter(self.run.lesson.student_measures if self.run else ())

    def __len__(self) -> int:
        return len(self.run.lesson.student_measures) if self.run else 0


def fill(
    text: str,
    lesson: Lesson,
    language: str,
    own: Run | None = None,
    truth: Run | None = None,
    said: Mapping[str, str] | None = None,
) -> str:
    """Fill a text's places with numbers.

    Args:
        text: Template; ``own.<measure>`` is the student's run, ``all.<measure>`` the lesson's, ``said.<question>`` what
            the student predicted, ``worlds`` and ``shared`` the numbers of both runs' seeds, ``happened`` what the
            hidden scenario was.
        lesson: The lesson.
        language: ``zh`` or ``en``.
        own: The student's run, where there is one.
        truth: The lesson's run, where there is one.
        said: Locked predictions in words.

    Raises:
        LabError: ``lesson_unreadable`` where the text asks for a number that is not there.
    """
    spaces = {
        "own": Numbers(own, language),
        "all": Numbers(truth, language),
        "said": dict(said or {}),
        "worlds": lesson.student_worlds,
        "shared": lesson.ensemble.count,
        "happened": lesson.happened.said(language),
    }
    try:
        return _TEMPLATES.from_string(text).render(spaces)
    except TemplateError as error:
        raise LabError("lesson_unreadable", file=lesson.id, reason=str(error)[:200]) from None

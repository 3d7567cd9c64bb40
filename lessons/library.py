"""The course as it lies on disk: lessons are found by their folders and read with their words."""

from __future__ import annotations

import re
from pathlib import Path

from lessons.defaults import FOLDER as COMMON
from lessons.format import Lesson, read_lesson
from lessons.parse import known
from lessons.words import LANGUAGES, STEPS
from simulation.errors import LabError
from simulation.files import parse_yaml

FOLDER = Path(__file__).parent
WRITTEN = STEPS[:7]
"""Steps that have words of their own; score and sheet are all numbers."""
GUIDE = "guide"
"""Mark of what every instructor's guide ends with."""

_MARK = re.compile(r"^<!--\s*([a-z]+)\s*-->\s*$", re.MULTILINE)


def load_lesson(name: str, folder: Path = FOLDER) -> Lesson:
    """Load a lesson by the name of its folder.

    Raises:
        LabError: ``unknown_name`` with the lessons there are, ``lesson_unreadable``, or what ``read_lesson`` refuses.
    """
    names = _names(folder)
    if name not in names:
        raise LabError("unknown_name", kind="lesson", given=name[:60], known=", ".join(names))
    home = folder / name
    words = {language: _read(home / f"{language}.md") for language in LANGUAGES}
    data = parse_yaml(_read(home / "lesson.yaml"), f"{name}/lesson.yaml")
    common = {language: _cut(_read(COMMON / f"{language}.md"), "common", (*WRITTEN, GUIDE)) for language in LANGUAGES}
    guides = {
        language: f"{_read(home / f'guide_{language}.md').rstrip()}\n\n{common[language].pop(GUIDE)}\n"
        for language in LANGUAGES
    }
    texts = {language: _steps(text, f"{name}/{language}.md", common[language]) for language, text in words.items()}
    return read_lesson(data | {"id": name, "texts": texts, "guides": guides})


def list_lessons(folder: Path = FOLDER) -> dict[str, Lesson]:
    """Every lesson found, in the order of the course; adding a folder adds a lesson."""
    return {name: load_lesson(name, folder) for name in _names(folder)}


def _names(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("[0-9][0-9]_*/lesson.yaml"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "missing" if isinstance(error, FileNotFoundError) else "UTF-8 text is expected"
        raise LabError("lesson_unreadable", file=f"{path.parent.name}/{path.name}", reason=reason) from None


def _cut(text: str, name: str, marks: tuple[str, ...]) -> dict[str, str]:
    """Cut prose at its ``<!-- mark -->`` lines."""
    pieces = _MARK.split(text)
    found = dict(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
    for mark in found:
        known(name, mark, marks)
    return found


def _steps(text: str, name: str, common: dict[str, str]) -> dict[str, str]:
    """Words of every step: the lesson's own, else those that all lessons share."""
    found = common | _cut(text, name, WRITTEN)
    missing = [step for step in WRITTEN if not found.get(step)]
    if missing:
        raise LabError("lesson_unreadable", file=name, reason=f"<!-- {missing[0]} --> is missing")
    return found

"""The lesson format refuses what cannot be taught, naming the field."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from lessons import Lesson, list_lessons, load_lesson
from lessons.claims import evaluate
from lessons.defaults import completed
from lessons.flow import section
from lessons.format import read_lesson
from lessons.library import FOLDER
from lessons.quiz import make_quiz
from lessons.runs import run_lesson
from lessons.scoring import right_options
from simulation import ROOT
from simulation.errors import LabError
from simulation.scenario import Text

WRITTEN = yaml.safe_load((FOLDER / "02_trust" / "lesson.yaml").read_text(encoding="utf-8")) | {"id": "02_trust"}
PLAIN = completed(WRITTEN)


def at(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    *way, last = path.split(".")

    def change(data: Any) -> None:
        for part in way:
            data = data[int(part) if part.isdigit() else part]
        if value is None:
            data.pop(last)
        else:
            data[last] = value

    return change


REFUSED = [
    ("quizz", 1, "unknown_field", "quizz"),
    ("arms", None, "missing_field", "arms"),
    ("arms", [1], "wrong_type", "arms"),
    ("observe", {"a": 1}, "wrong_type", "observe"),
    ("arms.calm_earn.plan", "nobody", "out_of_range", "arms.calm_earn.plan"),
    ("arms.calm_earn", 3, "wrong_type", "arms.calm_earn"),
    ("claims.falls_fast.holds.above", 3, "out_of_range", "claims.falls_fast.holds.range"),
    ("claims.falls_fast.holds", {"between": [3, 1]}, "out_of_range", "claims.falls_fast.holds.between"),
    ("claims.falls_fast.left", "nothing", "out_of_range", "claims.falls_fast.left"),
    ("claims.falls_fast.hold", 1, "unknown_field", "claims.falls_fast.hold"),
    ("claims.falls_fast.worlds", 1, "out_of_range", "claims.falls_fast.worlds"),
    ("measures.before.outcome", "happiness", "out_of_range", "measures.before.outcome"),
    ("measures.before.kind", "median", "out_of_range", "measures.before.kind"),
    ("measures.cushion.less", "cushion", "out_of_range", "measures.cushion.less"),
    ("measures.loss_earn.start", 200, "out_of_range", "measures.loss_earn.start"),
    ("predict.loss.low", 100, "out_of_range", "predict.loss"),
    ("predict.cushion.measure", None, "out_of_range", "predict.cushion"),
    ("predict.cushion.options.less.when.x", 1, "unknown_field", "predict.cushion.options.less.when.x"),
    ("predict.cushion.options.more.when", {"above": 3}, "out_of_range", "predict.cushion.options"),
    ("quiz.cost.distractors", [], "out_of_range", "quiz.cost"),
    ("quiz.cost.measure", "remedy_open", "out_of_range", "quiz.cost.measure"),
    ("weights", {"quiz": 1}, "out_of_range", "weights"),
    ("gate.twins.right", "nobody", "out_of_range", "gate.twins.right"),
    ("gate.twins.options", {"luck": {"zh": "甲", "en": "a"}}, "out_of_range", "gate.twins.options"),
    (
        "study",
        {"scenario": "calm", "strategies": {"contact": {"frequency": 99}}},
        "out_of_range",
        "study.strategies.contact.frequency",
    ),
    ("hidden", {"scenario": "calm", "among": ["scandal", "storm"]}, "out_of_range", "hidden.2"),
    ("measures.before.in", "miles", "out_of_range", "measures.before.in"),
    ("measures.before.per", "happiness", "out_of_range", "measures.before.per"),
    ("measures.before.kind", "method", "out_of_range", "measures.before.outcome"),
    ("observe.0.bars", ["remedy_open"], "out_of_range", "observe.0.bars"),
    ("predict.cushion.kind", "which", "out_of_range", "predict.cushion"),
    ("table", ["remedy_open"], "out_of_range", "table.0"),
    ("sources.0.note", None, "missing_field", "sources.0.note"),
    ("sources", ["Slovic 1993"], "wrong_type", "sources.0"),
    ("scenarios.scandal.change.shocks.0.size", 3, "out_of_range", "scenarios.scandal.change.shocks.0.size"),
    (
        "plans.earn.change.strategies.contact.frequency",
        99,
        "out_of_range",
        "plans.earn.change.strategies.contact.frequency",
    ),
]


@pytest.mark.parametrize(("path", "value", "key", "field"), REFUSED, ids=[f"{case[0]}={case[1]}" for case in REFUSED])
def test_refusals_name_the_field(path: str, value: Any, key: str, field: str) -> None:
    data = copy.deepcopy(PLAIN)
    at(path, value)(data)
    with pytest.raises(LabError) as caught:
        read_lesson(data)
    assert (caught.value.key, caught.value.values["field"]) == (key, field)


def texts(part: Any, where: str) -> list[tuple[str, Text]]:
    if isinstance(part, Text):
        return [(where, part)]
    if isinstance(part, dict):
        return [found for name, item in part.items() for found in texts(item, f"{where}.{name}")]
    if isinstance(part, tuple):
        return [found for place, item in enumerate(part) for found in texts(item, f"{where}.{place}")]
    if hasattr(part, "model_fields_set"):
        given = {name: getattr(part, name) for name in part.model_fields_set}
        return texts(given, where)
    return []


@pytest.mark.parametrize("lesson", list_lessons().values(), ids=list(list_lessons()))
def test_every_text_is_in_both_languages(lesson: Lesson) -> None:
    found = texts(lesson, lesson.id)
    assert len(found) > 20
    assert not [where for where, text in found if bool(text.zh.strip()) != bool(text.en.strip())]
    for language in ("zh", "en"):
        assert len(lesson.guide(language)) > 1000


def test_a_lesson_is_a_folder(tmp_path: Path) -> None:
    source, target = FOLDER / "02_trust", tmp_path / "03_copy"
    target.mkdir()
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    assert list(list_lessons(tmp_path)) == ["03_copy"]
    (target / "en.md").write_text("<!-- brief -->\nonly this", encoding="utf-8")
    with pytest.raises(LabError, match="observe"):
        load_lesson("03_copy", tmp_path)
    (target / "guide_zh.md").unlink()
    with pytest.raises(LabError, match="guide_zh"):
        load_lesson("03_copy", tmp_path)


def test_the_smallest_lesson_of_the_manual_can_be_taught(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "writing-a-lesson.md").read_text(encoding="utf-8")
    home = tmp_path / "14_manual"
    home.mkdir()
    written, prose, guide = re.findall(r"```(?:yaml|markdown)\n(.*?)```", manual, re.DOTALL)
    (home / "lesson.yaml").write_text(written, encoding="utf-8")
    for language in ("zh", "en"):
        (home / f"{language}.md").write_text(prose, encoding="utf-8")
        (home / f"guide_{language}.md").write_text(guide, encoding="utf-8")
    lesson = load_lesson("14_manual", tmp_path)
    run = run_lesson(lesson, range(1, 5))
    assert len(lesson.claims) >= 3
    assert {evaluate(run, name).verdict for name in lesson.claims} == {"holds"}
    assert len(make_quiz(lesson, "王小明", run).items) >= 3
    assert "¥" in section(lesson, "explain", "en", own=run, truth=run)
    assert "Anderson" in section(lesson, "explain", "en", own=run, truth=run)
    assert len(run.bars(lesson.observe[0], "zh")) == 2
    assert right_options(lesson.predict["pays"], run) == {"revenue"}


def test_names_cannot_leave_the_course() -> None:
    with pytest.raises(LabError, match="02_trust"):
        load_lesson("../lessons/02_trust")


def test_what_a_lesson_leaves_out_comes_from_the_course() -> None:
    short = {"plans": {"a": {}, "b": {}}, "measures": {"m": {"in": "points", "kind": "at"}}, "predict": {}}
    found = completed(short | {"reflect": {"more": {"kind": "text"}}})
    assert found["arms"] == {"a": {"scenario": "base", "plan": "a"}, "b": {"scenario": "base", "plan": "b"}}
    assert found["student_arms"] == ["a", "b"]
    assert found["measures"]["m"] == {"unit": {"zh": "分", "en": "points"}, "scale": 100, "kind": "at"}
    assert list(found["reflect"]) == ["action", "doubt", "more"]
    assert list(found["predict"]) == ["reason"]
    assert completed(short | {"rubric": "own"})["rubric"] == "own"


def test_the_fingerprint_ignores_prose(lesson: Lesson) -> None:
    other = lesson.model_copy(update={"guides": {}})
    assert other.fingerprint == lesson.fingerprint
    assert lesson.model_copy(update={"student_worlds": 7}).fingerprint != lesson.fingerprint

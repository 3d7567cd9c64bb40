"""The course at a glance: every lesson, how far one has come, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import streamlit as st

from lessons import Lesson, flow, list_lessons
from lessons.flow import Attempt
from pages.parts import state
from pages.parts.words import Words

CHOSEN = f"{state.LESSON}.chosen"
LINKED = f"{state.LESSON}.linked"
"""Lesson that the address named in the last pass."""
STUDENT = f"{state.LESSON}.student"
STAGES = ("open", "locked", "quizzed", "done")
"""How far one has come in a lesson, in order."""
BADGES = {"locked": ("blue", "lock"), "quizzed": ("orange", "quiz"), "done": ("green", "check_circle")}
"""Colour and icon of every stage that has been reached."""


@cache
def course() -> dict[str, Lesson]:
    """Every lesson of the course by name."""
    return list_lessons()


def key(lesson: Lesson, *parts: str) -> str:
    """Session key of something within a lesson."""
    return ".".join((state.LESSON, lesson.id, *parts))


def student(t: Words) -> str:
    """Name that whoever works here goes by; it decides their own worlds."""
    name = st.text_input(
        t("lessons.student"),
        key=STUDENT,
        max_chars=flow.MAX_NAME,
        help=t("lessons.student_help"),
        persist_state="session",
    )
    return (name or "").strip()


def kept(lesson: Lesson, name: str) -> Attempt | None:
    """The attempt of that student, if one has been kept."""
    text = st.session_state.get(key(lesson, "attempt"))
    found = Attempt.from_json(text) if text is not None else None
    return found if found is not None and found.student == name else None


def stage(attempt: Attempt | None) -> str:
    """How far an attempt has come."""
    if attempt is None or not attempt.locked:
        return STAGES[0]
    if attempt.quiz_answers is None:
        return STAGES[1]
    return STAGES[3] if attempt.reflection is not None else STAGES[2]


def chosen() -> Lesson | None:
    """Lesson that is open, from the address or chosen here; None shows the course.

    An address that names a lesson is honoured whenever it is a new one, also in a session that has another lesson open.
    """
    asked = st.query_params.get("lesson")
    if asked != st.session_state.get(LINKED):
        st.session_state[LINKED] = asked
        if asked in course():
            st.session_state[CHOSEN] = asked
    return course().get(st.session_state.get(CHOSEN) or "")


def opening(lesson: Lesson | None) -> None:
    """Open a lesson, or the course."""
    st.session_state[CHOSEN] = lesson.id if lesson else None
    if lesson:
        st.query_params["lesson"] = lesson.id
    elif "lesson" in st.query_params:
        del st.query_params["lesson"]


def overview(t: Words) -> None:
    """Every lesson as a card, with what comes next above them."""
    name = student(t)
    every = list(course().values())
    stages = [stage(kept(lesson, name)) for lesson in every]
    done = stages.count(STAGES[-1])
    st.progress(done / len(every), text=t("lessons.finished", done=done, total=len(every)))
    following = _next(every, stages)
    if following is not None:
        st.button(
            t("lessons.next_lesson", number=following.number, title=following.title.said(t.language)),
            key=f"{state.LESSON}.next_lesson",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=opening,
            args=(following,),
        )
    with st.grid(2, min_column_width=300, gap="small"):
        for lesson, reached in zip(every, stages, strict=True):
            _card(lesson, reached, t)


def _next(every: Sequence[Lesson], stages: Sequence[str]) -> Lesson | None:
    """The lesson that has been begun and not finished, else the first that is still open."""
    for wanted in (STAGES[2], STAGES[1], STAGES[0]):
        if wanted in stages:
            return every[stages.index(wanted)]
    return None


def _card(lesson: Lesson, reached: str, t: Words) -> None:
    with st.container(border=True, height="stretch"):
        title = f"**{lesson.number} · {lesson.title.said(t.language)}**"
        if reached in BADGES:
            colour, icon = BADGES[reached]
            title += f" :{colour}-badge[:material/{icon}: {t(f'lessons.stage_{reached}')}]"
        st.markdown(title)
        st.caption(lesson.question.said(t.language))
        st.button(
            t("lessons.open" if reached == STAGES[0] else "lessons.go_on"),
            key=key(lesson, "open"),
            on_click=opening,
            args=(lesson,),
        )


def back(lesson: Lesson, t: Words) -> None:
    """Way back to the course, with the name of the lesson that is open."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("lessons.all"), key=f"{state.LESSON}.all_lessons", icon=":material/apps:", on_click=opening, args=(None,)
        )
        st.markdown(f"##### {lesson.number} · {lesson.title.said(t.language)}")

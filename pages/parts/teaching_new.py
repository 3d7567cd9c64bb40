"""A new class: from a case of the library or from a lesson, with its rounds, means, tools and marks."""

from __future__ import annotations

import streamlit as st

from classroom import setup as settings
from classroom import teaching
from classroom.access import Teacher
from classroom.record import LONGEST_NAME
from classroom.setup import Setup
from lessons import Lesson
from pages.parts import errors, forms, library, market, state
from pages.parts.classroom import database
from pages.parts.words import Words, plain
from simulation.outcomes import TOTALS
from simulation.strategies import STRATEGIES

GOALS = ("profit", "members", "clv", "trust")
CASE, LESSON = "case", "lesson"
NUMBERS = tuple(name for name in forms.names(Setup, "setting") if name not in settings.WEIGHTS)


def key(*parts: str) -> str:
    """Session key of something on the page."""
    return ".".join((state.TEACH, *parts))


def create(teacher: Teacher, t: Words) -> int | None:
    """Form of a new class; gives its id once it has been made."""
    title = st.text_input(t("teach.title_of_class"), max_chars=LONGEST_NAME, key=key("title"))
    source = st.segmented_control(
        t("teach.source"), (CASE, LESSON), format_func=lambda name: t(f"teach.source_{name}"), required=True,
        default=CASE, key=key("source"), on_change=_prefill, persist_state="session",
    )  # fmt: skip
    lesson = _lesson(t) if source == LESSON else None
    left, right = st.columns(2)
    _scenario(lesson, left, t)
    right.selectbox(t("teach.goal"), GOALS, format_func=lambda name: TOTALS[name].label(t.language), key=key("goal"))
    state.remember(key("tools"), list(Setup().tools))
    st.multiselect(
        t("teach.tools"), list(STRATEGIES), format_func=lambda name: STRATEGIES[name].label[t.language],
        key=key("tools"),
    )  # fmt: skip
    with st.grid(2, min_column_width=220, gap="small"):
        numbers = forms.form(key("setup"), Setup(), t, fields=NUMBERS)
    weeks = numbers.rounds * numbers.weeks
    st.caption(t("teach.horizon", weeks=weeks, worlds=numbers.worlds, people=t.number(numbers.people, 0)))
    shared = market.choose(key("market"), t)
    weights = _weights(lesson, t)
    if st.button(t("teach.make"), key=key("make"), type="primary", icon=":material/add:"):
        with errors.told(t):
            chosen = {
                "lesson": lesson.id if lesson else "", "scenario": st.session_state[key("scenario")],
                "goal": st.session_state[key("goal")], "tools": tuple(st.session_state[key("tools")]),
                "language": st.session_state[key("marks", "language")], "market": shared,
            }  # fmt: skip
            asked = Setup.parse(numbers.model_dump() | weights.weights | chosen)
            made = teaching.create(database(), teacher, title or "", asked)
            st.session_state.pop(key("title"), None)
            return made
    return None


def _lesson(t: Words) -> Lesson:
    """Lesson and its length; what it settles by itself is filled into the form when either changes."""
    course = settings.course()
    left, right = st.columns([3, 1])
    name = left.selectbox(
        t("teach.lesson"), list(course), key=key("lesson"), on_change=_prefill, persist_state="session",
        format_func=lambda name: f"{course[name].number} · {course[name].title.said(t.language)}",
    )  # fmt: skip
    lesson = course[name]
    right.segmented_control(
        t("teach.length"), lesson.minutes, format_func=lambda minutes: t("teach.length_minutes", minutes=minutes),
        required=True, default=lesson.minutes[-1], key=key("length"), on_change=_prefill, persist_state="session",
    )  # fmt: skip
    st.caption(plain(lesson.question.said(t.language)) + "  \n" + t("teach.lesson_note"))
    return lesson


def _prefill() -> None:
    """Put what a lesson settles, or what a case begins with, into the form."""
    course = settings.course()
    lesson = course[st.session_state.get(key("lesson")) or next(iter(course))]
    asked = Setup()
    if st.session_state.get(key("source")) == LESSON:
        minutes = st.session_state.get(key("length"))
        asked = Setup.of_lesson(lesson, minutes if minutes in lesson.minutes else lesson.minutes[-1])
    forms.load(key("setup"), asked, NUMBERS)
    forms.load(key("marks"), asked, settings.WEIGHTS)
    st.session_state[key("tools")] = list(asked.tools)
    st.session_state[key("scenario")] = asked.scenario


def _scenario(lesson: Lesson | None, place: st.delta_generator.DeltaGenerator, t: Words) -> None:
    if lesson is None:
        scenarios = library.scenarios()
        state.remember(key("scenario"), library.FIRST_SCENARIO)
        place.selectbox(
            t("teach.scenario"), list(scenarios), format_func=lambda name: library.title(scenarios[name], t),
            key=key("scenario"),
        )  # fmt: skip
        return
    known = list(settings.lesson_scenarios(lesson))
    if st.session_state.get(key("scenario")) not in known:
        st.session_state[key("scenario")] = known[0]
    place.selectbox(
        t("teach.lesson_scenario"), known, key=key("scenario"),
        format_func=lambda name: lesson.scenarios[name].label.said(t.language) or lesson.title.said(t.language),
    )  # fmt: skip


def _weights(lesson: Lesson | None, t: Words) -> Setup:
    """Weights of the mark, which add up to 100, and the language in which the class is greeted."""
    parts = settings.WEIGHTS if lesson is not None else settings.WEIGHTS[:-1]
    with st.expander(t("teach.marks"), icon=":material/grading:"):
        st.caption(t("teach.marks_note"))
        with st.grid(2, min_column_width=220, gap="small"):
            chosen = forms.form(key("marks"), Setup(), t, fields=(*parts, "language"))
        total = sum(chosen.weights[name] for name in parts)
        (st.caption if total == 100 else st.warning)(t("teach.marks_sum", total=total))
    return chosen if lesson is not None else chosen.model_copy(update={"coursework": 0})

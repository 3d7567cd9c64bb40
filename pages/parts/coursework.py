"""One student in one lesson: what has been done is kept in the session, what may be done next is drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from lessons import Lesson, flow, step_title
from lessons import quiz as quizzes
from lessons.flow import Attempt
from lessons.runs import Run, collect, estimates
from lessons.scoring import score as scored
from lessons.sheet import render_sheet, sheet_name
from lessons.study import run_study
from pages.parts import answers, background, jobs, observed, state
from pages.parts.course import kept, key, student
from pages.parts.words import JOIN, Words
from simulation.results import Results

GUIDE = f"{state.LESSON}.guide"


class _Row(NamedTuple):
    label: str
    text: str
    low: float
    high: float


class Work:
    """An attempt with the runs it has by now; they are started when the prediction is locked."""

    def __init__(self, lesson: Lesson, attempt: Attempt) -> None:
        self.lesson = lesson
        self.attempt = attempt
        self.own: Run | None = None
        self.truth: Run | None = None
        if attempt.locked:
            own = jobs.ready(f"{state.LESSON}.own", attempt.own_experiments(lesson))
            truth = jobs.ready(f"{state.LESSON}.truth", flow.lesson_experiments(lesson))
            self.own = self._gathered(own, attempt.seeds)
            self.truth = self._gathered(truth, lesson.ensemble.numbers())

    def _gathered(self, results: dict[str, Results] | None, seeds: tuple[int, ...]) -> Run | None:
        """Results with the lesson's study, once both are there."""
        if results is None or self.lesson.study is None:
            return collect(self.lesson, results) if results else None
        study = background.bench().ask(*self.study_of(seeds))
        return collect(self.lesson, results, study.result()) if study.done() else None

    def study_of(self, seeds: tuple[int, ...]) -> tuple[Hashable, Callable[[], pd.DataFrame]]:
        """What names the lesson's study in those worlds, and what makes it."""
        return ("study", self.lesson.fingerprint, seeds), partial(run_study, self.lesson, seeds)

    @property
    def quiz(self) -> quizzes.Quiz | None:
        """Quiz from the student's own run, once there is one."""
        return quizzes.make_quiz(self.lesson, self.attempt.student, self.own) if self.own else None

    def keep(self, attempt: Attempt) -> None:
        """Keep a new stage of the attempt and show the next step."""
        st.session_state[key(self.lesson, "attempt")] = attempt.to_json()
        st.session_state[key(self.lesson, "onward")] = True
        st.rerun()


def guide(lesson: Lesson, t: Words) -> None:
    """What the instructor needs: guide, rubric and the empty sheet."""
    st.markdown(lesson.guide(t.language))
    with st.expander(t("lessons.rubric"), icon=":material/checklist:"):
        st.markdown(lesson.rubric.said(t.language))
    st.download_button(
        t("lessons.empty_sheet"),
        lambda: render_sheet(lesson, t.language),
        file_name=sheet_name(lesson, t.language),
        mime="text/html",
        key=key(lesson, "empty"),
        on_click="ignore",
        icon=":material/print:",
    )


def attempt(lesson: Lesson, t: Words) -> Attempt | None:
    """The student's attempt: kept from before, or a new one once there is a name."""
    name = student(t)
    return kept(lesson, name) or (Attempt.start(lesson, name) if name else None)


def step(lesson: Lesson, opened: Sequence[str], t: Words) -> str:
    """Step to show, chosen among those that are open."""
    widget = key(lesson, "step")
    if st.session_state.pop(key(lesson, "onward"), False) and widget in st.session_state:
        st.session_state[widget] = _after(st.session_state[widget], opened)
    if st.session_state.get(widget) not in opened:
        st.session_state[widget] = opened[0] if widget not in st.session_state else opened[-1]
    chosen = st.segmented_control(
        t("lessons.step"),
        opened,
        format_func=lambda name: step_title(name, t.language),
        required=True,
        key=widget,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    return chosen or opened[0]


def onward(lesson: Lesson, now: str, opened: Sequence[str], t: Words) -> None:
    """Button to the next open step."""
    if now != opened[-1]:
        following = _after(now, opened)
        st.button(
            t("lessons.next", step=step_title(following, t.language)),
            key=key(lesson, "next"),
            type="primary",
            icon=":material/arrow_forward:",
            on_click=st.session_state.__setitem__,
            args=(key(lesson, "step"), following),
        )


def _after(now: str, opened: Sequence[str]) -> str:
    return opened[min(opened.index(now) + 1, len(opened) - 1)] if now in opened else opened[-1]


def brief(lesson: Lesson, t: Words) -> str:
    """What the lesson is about, before anybody has begun."""
    return flow.section(lesson, "brief", t.language)


def words(work: Work, name: str, t: Words) -> None:
    """Prose of a step with today's numbers."""
    told = flow.section(work.lesson, name, t.language, work.attempt, work.own, work.truth)
    st.markdown(told.replace("−¥", f"−{JOIN}¥"))  # a sign does not part from its amount at the end of a line


def predict(work: Work, name: str, t: Words) -> None:
    """Prediction form, or the locked prediction."""
    words(work, name, t)
    if work.attempt.prediction is not None:
        st.success(
            t("lessons.locked", time=work.attempt.prediction.locked_at, digest=work.attempt.prediction.digest[:12]),
            icon=":material/lock:",
        )
        asked = flow.prediction_form(work.lesson, t.language)
        said = flow.predicted(work.lesson, work.attempt, t.language)
        for field in asked:
            st.text(f"{field.label}\n→ {said[field.id]}")
        return
    asked = (*flow.gate_form(work.lesson, t.language), *flow.prediction_form(work.lesson, t.language))
    given = answers.form(key(work.lesson, "predict"), asked, t)
    if st.button(t("lessons.lock"), type="primary", key=key(work.lesson, "lock"), icon=":material/lock:"):
        work.keep(work.attempt.lock(work.lesson, given, language=t.language))


def run(work: Work, name: str, t: Words) -> None:
    """The student's twin worlds on their way."""
    words(work, name, t)
    every = {f"own.{n}": e for n, e in work.attempt.own_experiments(work.lesson).items()}
    every |= {f"truth.{n}": e for n, e in flow.lesson_experiments(work.lesson).items()}
    if jobs.gather(f"{state.LESSON}.all", every, t) is None:
        return
    seeds = (work.attempt.seeds, work.lesson.ensemble.numbers()) if work.lesson.study else ()
    if all(background.made(*work.study_of(each), t) is not None for each in seeds):
        st.success(t("lessons.ready"), icon=":material/check:")


def observe(work: Work, name: str, t: Words) -> None:
    """What to look at, with pictures of the student's own run."""
    words(work, name, t)
    if work.own is None:
        return
    observed.pictures(work.lesson, work.own, work.truth, t)
    rows = [
        {
            t("verdict.outcome"): row.label,
            t("lessons.measured"): row.text,
            t("lessons.interval"): f"[{t.number(row.low)}, {t.number(row.high)}]",
        }
        for row in map(_Row._make, estimates(work.own, t.language)[list(_Row._fields)].itertuples(index=False))
    ]
    st.table(pd.DataFrame(rows).set_index(t("verdict.outcome")))  # unlike a data frame it wraps, which phones need


def quiz(work: Work, name: str, t: Words) -> None:
    """Quiz from the student's own run, or how it was marked."""
    words(work, name, t)
    if work.quiz is None:
        return
    if work.attempt.quiz_answers is not None:
        for mark in work.quiz.mark(work.attempt.quiz_answers, t.language):
            with st.container(border=True):
                st.text(f"{'✓' if mark.right else '✗'} {mark.question}")
                st.text(t("lessons.marked", given=mark.given, key=mark.key))
                st.caption(mark.why)
        return
    given = answers.form(key(work.lesson, "quiz"), quizzes.quiz_form(work.quiz, t.language), t)
    if st.button(t("lessons.hand_in"), type="primary", key=key(work.lesson, "hand_in"), icon=":material/check:"):
        work.keep(work.attempt.answer(work.lesson, work.quiz, given, t.language))


def reflect(work: Work, name: str, t: Words) -> None:
    """Reflection in the student's own words; it may be rewritten."""
    words(work, name, t)
    given = answers.form(key(work.lesson, "reflect"), flow.reflection_form(work.lesson, t.language), t)
    if st.button(t("lessons.save"), type="primary", key=key(work.lesson, "save"), icon=":material/save:"):
        work.keep(work.attempt.reflect(work.lesson, given, t.language))


def score(work: Work, name: str, t: Words) -> None:
    """Automatic points, how they came about, and what the instructor marks."""
    if work.truth is None or work.quiz is None:
        return
    found = scored(work.lesson, work.attempt, work.truth, work.quiz)
    st.metric(t("lessons.score"), t.number(found.total, 0), help=t("lessons.score_help", version=found.version))
    for part in found.parts:
        with st.container(border=True):
            st.markdown(
                t("lessons.part", label=part.label(t.language), points=t.number(part.points, 0), weight=part.weight)
            )
            st.text(part.detail(t.language))
            st.caption(part.formula(t.language))
    st.caption(t("lessons.by_hand", parts=t.join(list(found.for_instructor(t.language)))))


def sheet(work: Work, name: str, t: Words) -> None:
    """The sheet to print or hand in."""
    st.markdown(t("lessons.sheet_text"))
    st.download_button(
        t("lessons.sheet"),
        partial(render_sheet, work.lesson, t.language, work.attempt, work.own, work.truth, work.quiz),
        file_name=sheet_name(work.lesson, t.language, work.attempt),
        mime="text/html",
        key=key(work.lesson, "sheet"),
        type="primary",
        on_click="ignore",
        icon=":material/print:",
    )

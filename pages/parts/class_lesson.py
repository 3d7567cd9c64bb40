"""The lesson of a class: its brief and prediction before the first result, its pictures and quiz after it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from classroom import coursework, machine
from classroom.access import Student
from classroom.coursework import FIRST_ROUND, lesson_of
from classroom.database import Database
from classroom.machine import revealed
from classroom.seeing import Seen
from lessons import Lesson, flow
from lessons import quiz as quizzes
from lessons.flow import Attempt
from lessons.runs import Run, collect
from lessons.scoring import score
from lessons.study import run_study
from pages.parts import answers, background, errors, jobs, observed, state
from pages.parts.words import Words
from simulation.experiment import Experiment
from simulation.results import Results


def key(*parts: str) -> str:
    """Session key of something on the page."""
    return ".".join((state.CLASSROOM, "lesson", *parts))


def experiments(lesson: Lesson) -> dict[str, Experiment]:
    """The lesson's own worlds, by names that nothing else in a class has."""
    return {f"lesson.{name}": each for name, each in flow.lesson_experiments(lesson).items()}


def at_once(lesson: Lesson) -> Run | None:
    """The lesson's worlds if they are there already; asked for in any case."""
    found = jobs.ready(key("truth"), experiments(lesson))
    return _whole(lesson, found) if found is not None else None


def _whole(lesson: Lesson, found: dict[str, Results]) -> Run | None:
    if lesson.study is None:
        return _gathered(lesson.fingerprint, lesson, found, None)
    seeds = lesson.ensemble.numbers()
    study = background.bench().ask(("study", lesson.fingerprint, seeds), partial(run_study, lesson, seeds))
    return _gathered(lesson.fingerprint, lesson, found, study.result()) if study.done() else None


@st.cache_resource(show_spinner=False, max_entries=8)
def _gathered(fingerprint: str, _lesson: Lesson, _found: dict[str, Results], _study: object) -> Run:
    # The same for everybody in the class, so it is put together once.
    worlds = {name.removeprefix("lesson."): results for name, results in _found.items()}
    return collect(_lesson, worlds, _study)  # type: ignore[arg-type]


def part(database: Database, student: Student, seen: Seen, t: Words) -> None:
    """What the lesson asks of a student in the present phase, or shows."""
    lesson = lesson_of(seen.setup, student.class_id)
    if lesson is None:
        return
    first = seen.state.round == FIRST_ROUND
    if seen.state.phase in {"open", *machine.PREDICTING} and first:
        st.markdown(f"**{t('classroom.lesson', number=lesson.number, title=lesson.title.said(t.language))}**")
        with st.expander(t("classroom.brief"), icon=":material/menu_book:", expanded=True):
            st.markdown(flow.section(lesson, "brief", t.language))
        if seen.state.phase in machine.PREDICTING:
            _predict(database, student, lesson, t)
    elif revealed(seen.state) >= FIRST_ROUND and seen.state.phase in machine.REFLECTING:
        st.markdown(f"**{t('classroom.lesson', number=lesson.number, title=lesson.title.said(t.language))}**")
        mine = coursework.attempt(database, student)
        truth = _truth(lesson, t)
        if truth is not None:
            with st.expander(t("classroom.lesson_worlds"), icon=":material/monitoring:"):
                observed.pictures(lesson, truth, truth, t)
            _quiz(database, student, lesson, mine, truth, t)


def _predict(database: Database, student: Student, lesson: Lesson, t: Words) -> None:
    mine = coursework.attempt(database, student)
    if mine.prediction is not None:
        _locked(lesson, mine, t)
        return

    @st.fragment
    def asked() -> None:
        place = st.empty()
        with errors.told(t):
            with place.container():
                st.caption(t("classroom.lesson_predict"))
                with st.form(key("predict", str(student.class_id)), border=True):
                    fields = (*flow.gate_form(lesson, t.language), *flow.prediction_form(lesson, t.language))
                    given = answers.form(key("predict", str(student.class_id)), fields, t)
                    sent = st.form_submit_button(t("lessons.lock"), icon=":material/lock:", width="stretch")
            if sent:
                locked = coursework.commit(database, student, given, t.language)
                with place:
                    _locked(lesson, locked, t)

    asked()


def _locked(lesson: Lesson, mine: Attempt, t: Words) -> None:
    with st.expander(t("classroom.lesson_locked"), icon=":material/lock:"):
        _said(lesson, mine, t)


def _said(lesson: Lesson, mine: Attempt, t: Words) -> None:
    said = flow.predicted(lesson, mine, t.language)
    for field in flow.prediction_form(lesson, t.language):
        st.text(f"{field.label}\n→ {said[field.id]}")


def _truth(lesson: Lesson, t: Words) -> Run | None:
    """The lesson's worlds, or None with their progress in place."""
    found = jobs.gather(key("truth"), experiments(lesson), t)
    if found is None:
        return None
    run = _whole(lesson, found)
    if run is None:
        seeds = lesson.ensemble.numbers()
        made = background.made(("study", lesson.fingerprint, seeds), partial(run_study, lesson, seeds), t)
        run = _whole(lesson, found) if made is not None else None
    return run


def _quiz(database: Database, student: Student, lesson: Lesson, mine: Attempt, truth: Run, t: Words) -> None:
    if mine.prediction is None:
        st.info(t("classroom.lesson_missed"), icon=":material/event_busy:")
        return
    quiz = quizzes.make_quiz(lesson, mine.student, truth)
    if mine.quiz_answers is None:
        with st.form(key("quiz", str(student.class_id)), border=True):
            st.markdown(f"**{t('classroom.quiz')}**")
            given = answers.form(key("quiz", str(student.class_id)), quizzes.quiz_form(quiz, t.language), t)
            if st.form_submit_button(t("lessons.hand_in"), icon=":material/check:", width="stretch"):
                with errors.told(t):
                    coursework.answer(database, student, truth, given, t.language)
                    st.rerun()
        return
    total = score(lesson, mine, truth, quiz)
    st.metric(t("lessons.score"), t.number(total.total, 0), help=t("lessons.score_help", version=total.version))
    with st.expander(t("classroom.lesson_marked"), icon=":material/checklist:"):
        _said(lesson, mine, t)
        for mark in quiz.mark(mine.quiz_answers, t.language):
            st.text(f"{'✓' if mark.right else '✗'} {mark.question}")
            st.text(t("lessons.marked", given=mark.given, key=mark.key))
            st.caption(mark.why)

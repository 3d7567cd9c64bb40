"""Lessons: choose one, predict, lock, run one's own twin worlds, observe, explain, be quizzed, reflect, hand in."""

from __future__ import annotations

import streamlit as st

from lessons import STEPS, step_title
from pages.parts import course, coursework, errors, shell, state

t = shell.enter()
st.markdown(f"#### {t('lessons.question')}")
with errors.told(t):
    state.remember(coursework.GUIDE, st.query_params.get("view") == "guide")
    lesson = course.chosen()
    if lesson is None:
        course.overview(t)
        st.stop()

    course.back(lesson, t)
    st.markdown(lesson.question.said(t.language))
    if st.toggle(t("lessons.instructor"), key=coursework.GUIDE, persist_state="session"):
        coursework.guide(lesson, t)
        st.stop()

    attempt = coursework.attempt(lesson, t)
    if attempt is None:
        st.info(t("lessons.name_first"), icon=":material/badge:")
        st.markdown(coursework.brief(lesson, t))
        st.stop()

    work = coursework.Work(lesson.dealt(attempt.student), attempt)
    opened = attempt.open_steps(own=work.own is not None, truth=work.truth is not None)
    step = coursework.step(lesson, opened, t)
    st.progress((STEPS.index(step) + 1) / len(STEPS), text=step_title(step, t.language))
    draw = {
        "brief": coursework.words,
        "predict": coursework.predict,
        "run": coursework.run,
        "observe": coursework.observe,
        "explain": coursework.words,
        "quiz": coursework.quiz,
        "reflect": coursework.reflect,
        "score": coursework.score,
        "sheet": coursework.sheet,
    }
    draw[step](work, step, t)
    coursework.onward(lesson, step, opened, t)

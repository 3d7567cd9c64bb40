"""Class: join by code or link, decide with a team, predict, see what came of it, reflect."""

from __future__ import annotations

import streamlit as st

from classroom import machine, seeing
from pages.parts import class_decision, class_lesson, classroom, errors, market, shell

t = shell.enter()
st.markdown(f"#### {t('classroom.question')}")
with errors.told(t):
    student = classroom.seat(t)
    if student is None:
        classroom.join(t)
        st.stop()
    seen = seeing.look(classroom.database(), student)
    t.currency = seen.setup.world().economy.currency
    classroom.heading(student, seen, t)
    market.note(seen.setup, t)
    phase = seen.state.phase
    if phase in ("reveal", "debrief", *machine.AFTER):
        classroom.results(student, seen, t)
        market.student(student, seen, t)
        if phase in machine.REFLECTING:
            classroom.reflect(student, seen, t)
    class_lesson.part(classroom.database(), student, seen, t)
    if phase in machine.PREDICTING:
        classroom.forecast(student, seen, t)
    if phase in machine.DECIDING:
        class_decision.decide(student, seen, t)
    st.caption(t("classroom.keep_link"))
    st.button(t("classroom.leave"), key=classroom.key("leave"), on_click=classroom.leave, icon=":material/logout:")

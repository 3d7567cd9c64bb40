"""Teach: make a class, let it in, lead it through its rounds, see what it thinks, mark it, clear it away."""

from __future__ import annotations

import streamlit as st

from classroom import machine
from classroom.record import setup_of
from classroom.teaching import watch
from pages.parts import errors, market, shell, teaching, teaching_after
from pages.parts.classroom import database

t = shell.enter()
st.markdown(f"#### {t('teach.question')}")
with errors.told(t):
    teacher = teaching.sign_in(t)
    class_id = teaching.choose(teacher, t) if teacher is not None else None
    if teacher is None or class_id is None:
        st.stop()
    row, _ = watch(database(), teacher, class_id)
    t.currency = setup_of(row).world().economy.currency
    teaching.steer(teacher, class_id, row, t)
    if row.phase in machine.COMPUTING:
        with errors.told(t):
            teaching.compute(teacher, class_id, t)
    teaching_after.debrief(teacher, class_id, row, t)
    market.debrief(teacher, class_id, t)
    teaching.monitor(teacher, class_id, t)
    if row.phase in machine.JOINING:
        teaching.door(teacher, class_id, row, t)
    if row.phase in machine.ROUND[:4]:
        teaching.interfere(teacher, class_id, t)
    teaching_after.grades(teacher, class_id, t)
    teaching_after.log(teacher, class_id, t)
    teaching_after.clear(teacher, class_id, row, t)

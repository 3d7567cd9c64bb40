"""Teach: make a class, let it in, lead it through its rounds, see what it thinks, mark it, clear it away."""

from __future__ import annotations

import streamlit as st

from classroom import machine
from classroom.record import setup_of
from classroom.teaching import watch
from pages.parts import debrief, errors, market, shell, teaching, teaching_act, teaching_after, teaching_people
from pages.parts.classroom import database

t = shell.enter()
st.markdown(f"#### {t('teach.question')}")
with errors.told(t):
    teacher = teaching.sign_in(t)
    projector = teacher is not None and debrief.wanted(t)
    class_id = teaching.choose(teacher, t, new=not projector) if teacher is not None else None
    if teacher is None or class_id is None:
        st.stop()
    row, teams = watch(database(), teacher, class_id)
    t.currency = setup_of(row).world().economy.currency
    if projector:
        debrief.screen(teacher, class_id, row, t)
        st.stop()
    teaching.steer(teacher, class_id, row, t)
    if row.phase in machine.COMPUTING:
        with errors.told(t):
            teaching.compute(teacher, class_id, row, t)
    teaching_after.debrief(teacher, class_id, row, t)
    market.debrief(teacher, class_id, t)
    teaching.monitor(teacher, class_id, t)
    teaching_act.nudging(teacher, class_id, row, teams, t)
    if row.phase in machine.JOINING:
        teaching_people.door(teacher, class_id, row, t)
        teaching_people.people(teacher, class_id, t)
    if row.phase in machine.ROUND[:4]:
        teaching_act.interfere(teacher, class_id, row, teams, t)
    teaching_after.grades(teacher, class_id, row, t)
    teaching_after.log(teacher, class_id, t)
    teaching_after.clear(teacher, class_id, row, t)

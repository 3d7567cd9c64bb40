"""The instructor's desk: sign in, choose a class, move it on, compute its rounds, watch it."""

from __future__ import annotations

import time
from typing import Any

import pandas as pd
import streamlit as st

from classroom import access, machine, rounds, teaching
from classroom.access import Teacher
from classroom.coursework import lesson_of
from classroom.machine import State
from classroom.record import setup_of
from classroom.teaching import Watched
from pages.parts import class_lesson, errors, jobs, state
from pages.parts.classroom import LOOK_AGAIN, database
from pages.parts.teaching_act import nudged
from pages.parts.teaching_new import create, key
from pages.parts.words import Words, plain
from simulation.errors import LabError
from simulation.strategies import STRATEGIES

TOKEN = f"{state.TEACH}.token"
CLASS = f"{state.TEACH}.class"


def sign_in(t: Words) -> Teacher | None:
    """The instructor, once the secret has been shown in this session; the server checks it again at every step."""
    if TOKEN in st.session_state:
        return Teacher(st.session_state[TOKEN])
    first = not access.secret_is_set(database())
    st.markdown(t("teach.first_secret" if first else "teach.sign_in_lead"))
    with st.form(key("sign_in"), border=True):
        secret = st.text_input(t("teach.secret"), type="password", max_chars=200)
        if st.form_submit_button(t("teach.sign_in"), type="primary", icon=":material/key:"):
            with errors.told(t):
                st.session_state[TOKEN] = access.teacher_by_secret(database(), secret or "").token
                st.rerun()
    return None


def choose(teacher: Teacher, t: Words, *, new: bool) -> int | None:
    """A class from the list, or a new one where that is offered."""
    try:
        found = {summary.id: summary for summary in teaching.list_classes(database(), teacher)}
    except LabError as error:
        if error.key == "not_instructor":  # the session has run out
            st.session_state.pop(TOKEN, None)
        raise
    if new or not found:
        with st.expander(t("teach.create"), icon=":material/add:", expanded=not found):
            made = create(teacher, t)
            if made is not None:
                st.session_state[CLASS] = made
                st.rerun()
    if not found:
        st.info(t("teach.no_class"), icon=":material/co_present:")
        return None
    if st.session_state.get(CLASS) not in found:
        st.session_state[CLASS] = next(iter(found))

    def called(number: int) -> str:
        return t("teach.class_line", title=found[number].title, number=number)

    return st.selectbox(t("teach.class"), list(found), format_func=called, key=CLASS, persist_state="session")


def steer(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """Where the class stands, and the buttons that move it."""
    now = State(row.phase, row.round)
    setup = setup_of(row)
    name = t(f"phases.{now.phase}")
    if now.phase in machine.ROUND:
        name = t("classroom.round", round=now.round, rounds=setup.rounds, phase=name)
    st.markdown(f"##### {plain(row.title)} · {name}")
    st.caption(t(f"teach.do_{now.phase}"))
    timed = now.phase != "archived" and machine.forward(now, setup.rounds).phase in machine.TIMED
    minutes = st.number_input(
        t("teach.minutes"), 0, teaching.MOST_MINUTES, 0, key=key("minutes"), help=t("teach.minutes_help"), width=220
    )
    with st.container(horizontal=True, gap="small"):
        if now.phase != "archived":
            following = t(f"phases.{machine.forward(now, setup.rounds).phase}")
            if st.button(t("teach.next", phase=following), key=key("next"), type="primary",
                         icon=":material/skip_next:"):  # fmt: skip
                _do(t, teaching.move, teacher, class_id, now, float(minutes) if timed and minutes else None)
        if now.phase not in {"draft", "archived"} and st.button(
            t("teach.undo"), key=key("undo"), icon=":material/undo:"
        ):
            _do(t, teaching.undo, teacher, class_id, now)
        if now.phase in machine.TIMED:
            if st.button(t("teach.extend"), key=key("extend"), icon=":material/more_time:", disabled=not minutes):
                _do(t, teaching.extend, teacher, class_id, float(minutes))
            stopped = row.paused is not None
            label = t("teach.go_on" if stopped else "teach.pause")
            if st.button(label, key=key("pause"), icon=":material/play_arrow:" if stopped else ":material/pause:"):
                _do(t, teaching.pause, teacher, class_id, not stopped)


def _do(t: Words, step: Any, *given: Any) -> None:
    with errors.told(t):
        step(database(), *given)
        st.rerun()


def compute(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """Worlds of all teams, kept as soon as they are there, and with the first round those of the lesson."""
    every = {"round": rounds.experiment(database(), teacher, class_id)}
    lesson = lesson_of(setup_of(row), class_id)
    if lesson is not None:
        every |= class_lesson.experiments(lesson)
    done = jobs.gather(key("round"), every, t)
    if done is not None:
        rounds.keep(database(), teacher, class_id, done["round"])
        st.success(t("teach.computed", worlds=len(done["round"].seeds)), icon=":material/check_circle:")


def monitor(teacher: Teacher, class_id: int, t: Words) -> None:
    """Teams as they stand, looked at again every few seconds."""

    @st.fragment(run_every=LOOK_AGAIN)
    def live() -> None:
        with errors.told(t):
            row, teams = teaching.watch(database(), teacher, class_id)
            if row.deadline is not None:
                left = max(0, round(row.deadline - time.time()))
                st.caption(t("classroom.left", minutes=left // 60, seconds=f"{left % 60:02d}"))
            if not teams:
                st.info(t("teach.nobody"), icon=":material/hourglass_empty:")
                return
            st.dataframe(_table(row, teams, t), hide_index=True, alt=t("teach.monitor"))
            waiting = [t("classroom.team", team=team.place) for team in teams if not team.ready]
            if row.phase in machine.DECIDING and waiting:
                st.caption(t("teach.waiting", teams=t.join(waiting)))

    st.markdown(f"**{t('teach.monitor')}**")
    live()


def _table(row: Any, teams: list[Watched], t: Words) -> pd.DataFrame:
    locked = row.phase in machine.ROUND[3:]
    return pd.DataFrame(
        [
            {
                t("classroom.team_column"): t("classroom.team", team=team.place),
                t("teach.members"): t.join(list(team.names)),
                t("teach.carried" if locked else "teach.spoke"): team.spoke != locked,
                t("teach.is_ready"): team.ready,
                t("teach.forecasts"): f"{team.predicted}/{len(team.names)}",
                t("teach.nudge_column"): nudged(team, t),
                t("teach.in_use"): t.join([STRATEGIES[name].label[t.language] for name in team.tools]),
            }
            for team in teams
        ]
    )

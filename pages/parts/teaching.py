"""The instructor's desk: sign in, make a class, let people in, move it on, watch it, interfere."""

from __future__ import annotations

import io
import time
from typing import Any

import pandas as pd
import segno
import streamlit as st

from classroom import access, machine, rounds, seats, teaching
from classroom.access import Teacher
from classroom.machine import State
from classroom.record import LONGEST_NAME, LONGEST_REASON, setup_of
from classroom.setup import Setup
from classroom.teaching import Watched
from pages.parts import downloads, errors, forms, jobs, library, market, state
from pages.parts.classroom import LOOK_AGAIN, database
from pages.parts.words import Words, plain
from simulation.errors import LabError
from simulation.outcomes import TOTALS
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

TOKEN = f"{state.TEACH}.token"
CLASS = f"{state.TEACH}.class"
GOALS = ("profit", "members", "clv", "trust")


def key(*parts: str) -> str:
    """Session key of something on the page."""
    return ".".join((state.TEACH, *parts))


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


def choose(teacher: Teacher, t: Words) -> int | None:
    """A class from the list, or a new one."""
    try:
        found = {summary.id: summary for summary in teaching.list_classes(database(), teacher)}
    except LabError as error:
        if error.key == "not_instructor":  # the session has run out
            st.session_state.pop(TOKEN, None)
        raise
    with st.expander(t("teach.create"), icon=":material/add:", expanded=not found):
        _create(teacher, t)
    if not found:
        st.info(t("teach.no_class"), icon=":material/co_present:")
        return None
    if st.session_state.get(CLASS) not in found:
        st.session_state[CLASS] = next(iter(found))

    def called(number: int) -> str:
        return t("teach.class_line", title=found[number].title, number=number)

    return st.selectbox(t("teach.class"), list(found), format_func=called, key=CLASS, persist_state="session")


def _create(teacher: Teacher, t: Words) -> None:
    scenarios = library.scenarios()
    title = st.text_input(t("teach.title_of_class"), max_chars=LONGEST_NAME, key=key("title"))
    left, right = st.columns(2)
    state.remember(key("scenario"), library.FIRST_SCENARIO)
    scenario = left.selectbox(
        t("teach.scenario"), list(scenarios), format_func=lambda name: library.title(scenarios[name], t),
        key=key("scenario"),
    )  # fmt: skip
    goal = right.selectbox(
        t("teach.goal"), GOALS, format_func=lambda name: TOTALS[name].label(t.language), key=key("goal")
    )
    state.remember(key("tools"), list(Setup().tools))
    tools = st.multiselect(
        t("teach.tools"),
        list(STRATEGIES),
        format_func=lambda name: STRATEGIES[name].label[t.language],
        key=key("tools"),
    )
    with st.grid(2, min_column_width=220, gap="small"):
        numbers = forms.form(key("setup"), Setup(), t, fields=forms.names(Setup, "setting"))
    shared = market.choose(key("market"), t)
    if st.button(t("teach.make"), key=key("make"), type="primary", icon=":material/add:"):
        with errors.told(t):
            plain_setup = numbers.model_dump() | {"scenario": scenario, "goal": goal, "tools": tuple(tools)}
            plain_setup |= {"market": shared}
            st.session_state[CLASS] = teaching.create(database(), teacher, title or "", Setup.parse(plain_setup))
            st.session_state.pop(key("title"), None)
            st.rerun()


def door(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """How people get in: code, QR and address, or a pasted roster with a link for everybody."""
    here = (st.context.url or "").partition("?")[0].rpartition("/")[0] + "/classroom"
    code = teaching.join_code(row)
    with st.expander(t("teach.door", code=code), icon=":material/qr_code:"):
        picture, words = st.columns([1, 2], vertical_alignment="center")
        drawn = io.BytesIO()
        segno.make(f"{here}?code={code}", micro=False).save(drawn, kind="png", scale=6, border=3)
        picture.image(drawn.getvalue(), width=220, alt=t("teach.qr"))
        words.markdown(f"## {code}")
        words.markdown(t("teach.address"))
        words.code(here, language=None)
        if "localhost" in here or "127.0.0.1" in here:
            words.caption(t("teach.own_machine"))
        pasted = st.text_area(t("teach.roster"), key=key("roster"), placeholder=t("teach.roster_example"))
        with st.container(horizontal=True):
            if st.button(t("teach.enrol"), key=key("enrol"), icon=":material/group_add:", disabled=not pasted.strip()):
                with errors.told(t):
                    st.session_state[key("links", str(class_id))] = seats.enrol(database(), teacher, class_id, pasted)
            if st.button(
                t("teach.new_links"), key=key("renew"), icon=":material/link:", help=t("teach.new_links_help")
            ):
                with errors.told(t):
                    st.session_state[key("links", str(class_id))] = seats.renewed(database(), teacher, class_id)
        tickets = st.session_state.get(key("links", str(class_id)))
        if tickets:
            table = pd.DataFrame([{**ticket._asdict(), "link": f"{here}?seat={ticket.token}"} for ticket in tickets])
            st.success(t("teach.links_made", count=len(tickets)), icon=":material/link:")
            st.download_button(t("teach.links"), downloads.csv(table.drop(columns="token")), file_name="links.csv",
                               mime="text/csv", key=key("links_file"), on_click="ignore")  # fmt: skip


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


def compute(teacher: Teacher, class_id: int, t: Words) -> None:
    """Worlds of all teams; they are kept as soon as they are there."""
    done = jobs.gather(key("round"), {"round": rounds.experiment(database(), teacher, class_id)}, t)
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
            st.dataframe(_table(teams, t), hide_index=True, alt=t("teach.monitor"))
            waiting = [t("classroom.team", team=team.place) for team in teams if not team.ready]
            if row.phase in machine.DECIDING and waiting:
                st.caption(t("teach.waiting", teams=t.join(waiting)))

    st.markdown(f"**{t('teach.monitor')}**")
    live()


def _table(teams: list[Watched], t: Words) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                t("classroom.team_column"): t("classroom.team", team=team.place),
                t("teach.members"): t.join(list(team.names)),
                t("teach.spoke"): team.spoke,
                t("teach.is_ready"): team.ready,
                t("teach.forecasts"): f"{team.predicted}/{len(team.names)}",
                t("teach.in_use"): t.join([STRATEGIES[name].label[t.language] for name in team.tools]),
            }
            for team in teams
        ]
    )


def interfere(teacher: Teacher, class_id: int, t: Words) -> None:
    """Something happens to every community, and everybody is told."""
    with st.expander(t("teach.interfere"), icon=":material/bolt:"):
        shock = st.selectbox(
            t("teach.shock"), list(SHOCKS), format_func=lambda name: SHOCKS[name].label[t.language], key=key("shock")
        )
        st.caption(plain(SHOCKS[shock].note[t.language]))
        size = st.slider(t("teach.size"), 0.0, 1.0, 0.5, 0.05, key=key("size"))
        reason = st.text_input(t("teach.announcement"), max_chars=LONGEST_REASON, key=key("announcement"))
        if st.button(t("teach.strike"), key=key("strike"), icon=":material/bolt:"):
            _do(t, teaching.inject, teacher, class_id, shock, size, reason or "")

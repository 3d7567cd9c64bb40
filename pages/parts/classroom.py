"""A student's seat in a class: found again by its link, with the forecast and what came of it."""

from __future__ import annotations

import json
import math
import random
import time
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from classroom import decisions, machine, seats, seeing
from classroom.access import Student, opens, student_by_token
from classroom.database import Database
from classroom.interventions import DECISION, FORECAST, SHOCK
from classroom.record import LONGEST_NAME, LONGEST_REASON
from classroom.rounds import SHOWN
from classroom.seeing import Seen
from classroom.setup import MOST_TEAMS
from pages.parts import errors, state
from pages.parts.words import Words, plain
from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.shocks import SHOCKS

SEAT = f"{state.CLASSROOM}.seat"
LOADED = f"{state.CLASSROOM}.loaded"
LOOK_AGAIN = 5.0
"""Seconds after which a waiting page looks at the class again."""
REDRAWN = 15.0
"""Students a second whose pages one processor redraws with room to spare: where more wait, each looks less often, and
not in step with the others, so that a class that moves on does not bring all of them at once."""


@st.cache_resource(show_spinner=False)
def database() -> Database:
    """The classes, opened once for the whole server."""
    return Database()


@st.cache_data(show_spinner=False, ttl=30)
def _look_again(class_id: int) -> float:
    return max(LOOK_AGAIN, seats.taken(database(), class_id) / REDRAWN)


def key(*parts: str) -> str:
    """Session key of something on the page."""
    return ".".join((state.CLASSROOM, *parts))


def seat(t: Words) -> Student | None:
    """Seat of this visitor: by the link, or the one taken before; None where there is none yet.

    The link of another class, opened by somebody who holds a seat already, leads to that class's door.
    """
    token = st.query_params.get("seat") or st.session_state.get(SEAT)
    if not token:
        return None
    try:
        student = student_by_token(database(), str(token))
    except LabError as error:
        if error.key != "seat_unknown":
            raise
        leave()
        st.warning(errors.sentence(error, t), icon=":material/link_off:")
        return None
    st.session_state[SEAT] = token
    code = st.query_params.get("code")
    if code and "seat" not in st.query_params and not opens(database(), code, student.class_id):
        st.info(t("classroom.other_class"), icon=":material/swap_horiz:")
        st.button(t("classroom.back_to_seat"), key=key("back"), on_click=_back, icon=":material/undo:")
        return None
    if st.query_params.get("seat") != token:
        st.query_params["seat"] = token  # a reload and a bookmark find the seat again
    if "code" in st.query_params:
        del st.query_params["code"]
    return student


def leave() -> None:
    """Forget the seat in this browser; its link opens it again."""
    st.session_state.pop(SEAT, None)
    st.session_state.pop(LOADED, None)
    if "seat" in st.query_params:
        del st.query_params["seat"]


def _back() -> None:
    if "code" in st.query_params:
        del st.query_params["code"]


def join(t: Words) -> None:
    """Form in which a newcomer takes a seat."""
    st.markdown(t("classroom.join_lead"))
    with st.form(key("join"), border=True):
        code = st.text_input(
            t("classroom.code"), st.query_params.get("code", ""), max_chars=20, placeholder="K7M-4QXR2P"
        )
        name = st.text_input(t("classroom.nickname"), max_chars=LONGEST_NAME, help=t("classroom.nickname_help"))
        number = st.text_input(t("classroom.number"), max_chars=LONGEST_NAME)
        place = st.number_input(t("classroom.team_wish"), 0, MOST_TEAMS, 0, help=t("classroom.team_help"))
        if st.form_submit_button(t("classroom.join"), type="primary", icon=":material/login:", width="stretch"):
            with errors.told(t):
                ticket = seats.join(database(), code or "", name or "", number or "", int(place) or None)
                leave()
                st.session_state[SEAT] = ticket.token
                st.query_params["seat"] = ticket.token
                greeting = seeing.look(database(), student_by_token(database(), ticket.token)).setup.language
                state.greet(greeting)
                st.rerun()


def heading(student: Student, seen: Seen, t: Words) -> None:
    """Class, team, phase and clock; the clock notices by itself when the class moves on."""
    st.markdown(f"##### {plain(seen.title)}")
    team = t("classroom.team", team=seen.place)
    st.caption(t("classroom.who", name=plain(student.nickname), team=team, mates=plain(t.join(seen.mates))))
    known = (*seen.state, seen.paused, seen.deadline, seen.board, seen.latest)
    fresh = True

    @st.fragment(run_every=random.uniform(0.8, 1.2) * _look_again(student.class_id))
    def clock() -> None:
        nonlocal fresh
        with errors.told(t):
            if not fresh and seeing.pulse(database(), student) != known:
                st.rerun()
            fresh = False  # drawn with the page it shows what the page has just read
            where = phase(seen, t)
            if seen.paused:
                st.warning(t("classroom.paused"), icon=":material/pause:")
            elif seen.deadline is not None:
                left = max(0, round(seen.deadline - time.time()))
                where += " · " + t("classroom.left", minutes=left // 60, seconds=f"{left % 60:02d}")
            st.info(f"**{where}**  \n{t(f'classroom.do_{seen.state.phase}')}", icon=":material/flag:")

    clock()
    for what in reminded(seen):
        at = datetime.fromtimestamp(seen.reminders[what].at).strftime("%H:%M")
        missing, text = t(f"classroom.missing_{what}"), seen.reminders[what].text
        said = t("classroom.reminded", at=at, missing=missing, text=text)
        st.warning(plain(said), icon=":material/notifications_active:")
    for line in seen.news:
        icon = ":material/bolt:" if line.field == SHOCK else ":material/payments:"
        (st.warning if line.field == SHOCK else st.info)(happened(line, t), icon=icon)


def reminded(seen: Seen) -> list[str]:
    """What the instructor asks for, while it is still missing."""
    missing = {
        FORECAST: seen.state.phase in machine.PREDICTING and seen.prediction is None,
        DECISION: seen.state.phase in machine.DECIDING and seen.decided.carried,
    }
    return [what for what in seen.reminders if missing.get(what)]


def happened(line: Any, t: Words) -> str:
    """A shock or a grant as everybody is told of it."""
    what = json.loads(line.new)
    if line.field == SHOCK:
        label = SHOCKS[what["shock"]].label[t.language]
        return plain(t("classroom.shock", week=what["week"], shock=label, reason=line.reason))
    whom = t("classroom.all_teams") if line.place is None else t("classroom.team", team=line.place)
    amount = t.money(what["amount"])
    return plain(t("classroom.grant", week=what["week"], team=whom, amount=amount, reason=line.reason))


def phase(seen: Seen, t: Words) -> str:
    """Where the class stands, in words."""
    name = t(f"phases.{seen.state.phase}")
    if seen.state.phase in machine.ROUND:
        return t("classroom.round", round=seen.state.round, rounds=seen.setup.rounds, phase=name)
    return name


def forecast(student: Student, seen: Seen, t: Words) -> None:
    """Interval that a student commits to, once; locking it draws this part of the page anew and no other."""
    st.markdown(f"**{t('classroom.forecast')}**")
    if seen.prediction is not None:
        _locked(seen.prediction.low, seen.prediction.high, t)
        return
    most, week = seen.setup.people, seen.state.round * seen.setup.weeks

    @st.fragment
    def asked() -> None:
        place = st.empty()
        with errors.told(t):
            with place.container():
                st.caption(t("classroom.forecast_lead", week=week, most=t.number(most, 0)))
                with st.form(key("forecast", str(seen.state.round)), border=True):
                    low = st.number_input(t("classroom.low"), 0, most, 0)
                    high = st.number_input(t("classroom.high"), 0, most, most)
                    reason = st.text_area(t("classroom.why"), max_chars=LONGEST_REASON, height=80)
                    sent = st.form_submit_button(t("classroom.lock_forecast"), icon=":material/lock:", width="stretch")
            if sent:
                decisions.predict(database(), student, low, high, reason or "")
                if FORECAST in reminded(seen):
                    st.rerun()  # the reminder further up has done its work
                with place:
                    _locked(low, high, t)

    asked()


def _locked(low: float, high: float, t: Words) -> None:
    said = t("classroom.forecast_locked", low=t.number(low, 0), high=t.number(high, 0))
    st.success(said, icon=":material/lock:")


def results(student: Student, seen: Seen, t: Words) -> None:
    """What came of the team's decisions, the own forecast against it, and the ranking where it is shown."""
    found = seen.results
    if not found:
        return
    last = max(found)
    st.markdown(f"**{t('classroom.final' if last > seen.setup.rounds else 'classroom.results', round=last)}**")
    with st.grid(3, min_column_width=130, gap="small"):
        for name in (name for name in SHOWN if name in found[last]):  # an older lab kept fewer
            level = mean_interval(found[last][name])
            outcome, interval = TOTALS[name], t.interval(TOTALS[name], level.low, level.high)
            if math.isnan(level.mean):  # 13-week retention in week 8
                interval = t("classroom.not_yet")
            st.metric(
                outcome.label(t.language), t.value(outcome, level.mean), interval, delta_color="off", delta_arrow="off"
            )
    count = len(found[last]["members"])
    st.caption(t("classroom.results_note", worlds=count, week=min(last, seen.setup.rounds) * seen.setup.weeks))
    if seen.prediction is not None and seen.state.round in found:
        members = found[seen.state.round]["members"]
        inside = sum(seen.prediction.low <= value <= seen.prediction.high for value in members)
        low, high = t.number(seen.prediction.low, 0), t.number(seen.prediction.high, 0)
        st.info(t("classroom.calibration", low=low, high=high, inside=inside, worlds=len(members)),
                icon=":material/target:")  # fmt: skip
    ranked = seeing.ranking(database(), student) if seen.board else []
    if ranked:
        st.markdown(f"**{t('classroom.board')}**")
        st.dataframe(board(ranked, seen.setup.goal, t), hide_index=True, alt=t("classroom.board"))
        st.caption(t("classroom.board_note"))


def board(ranked: list[Any], goal: str, t: Words) -> pd.DataFrame:
    """Ranking with intervals."""
    outcome = TOTALS[goal]
    return pd.DataFrame(
        [
            {
                t("classroom.rank"): row.rank,
                t("classroom.team_column"): t("classroom.team", team=row.team),
                outcome.label(t.language): f"{t.value(outcome, row.mean)} {t.interval(outcome, row.low, row.high)}",
            }
            for row in ranked
        ]
    )


def reflect(student: Student, seen: Seen, t: Words) -> None:
    """What surprised, and what one would do differently."""

    @st.fragment
    def written() -> None:
        with errors.told(t), st.form(key("reflect", str(seen.state.round)), border=True):
            text = st.text_area(t("classroom.reflection"), seen.reflection, max_chars=decisions.LONGEST_REFLECTION)
            if st.form_submit_button(t("classroom.save_reflection"), icon=":material/edit_note:", width="stretch"):
                decisions.reflect(database(), student, text or "")
                st.success(t("classroom.reflection_saved"), icon=":material/check:")

    written()

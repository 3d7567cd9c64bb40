"""A student's seat in a class: found again by its link, with the decision, the forecast and what came of them."""

from __future__ import annotations

import json
import time
from typing import Any

import pandas as pd
import streamlit as st

from classroom import decisions, machine, seats, seeing
from classroom.access import Student, hashed, new_token, student_by_token
from classroom.database import Database
from classroom.decisions import Levers
from classroom.record import LONGEST_NAME, LONGEST_REASON
from classroom.rounds import SHOWN
from classroom.seeing import Seen
from classroom.setup import MOST_TEAMS
from pages.parts import errors, forms, state
from pages.parts.words import Words, plain
from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

SEAT = f"{state.CLASSROOM}.seat"
LOADED = f"{state.CLASSROOM}.loaded"
BASED_ON = f"{state.CLASSROOM}.based_on"
NONCE = f"{state.CLASSROOM}.nonce"
DONE = f"{state.CLASSROOM}.done"
LOOK_AGAIN = 5.0
"""Seconds after which a waiting page looks at the class again."""


@st.cache_resource(show_spinner=False)
def database() -> Database:
    """The classes, opened once for the whole server."""
    return Database()


def key(*parts: str) -> str:
    """Session key of something on the page."""
    return ".".join((state.CLASSROOM, *parts))


def seat(t: Words) -> Student | None:
    """Seat of this visitor: by the link, or the one taken before; None where there is none yet."""
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
    if st.query_params.get("seat") != token:
        st.query_params["seat"] = token  # a reload and a bookmark find the seat again
    return student


def leave() -> None:
    """Forget the seat in this browser; its link opens it again."""
    st.session_state.pop(SEAT, None)
    st.session_state.pop(LOADED, None)
    if "seat" in st.query_params:
        del st.query_params["seat"]


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
                st.session_state[SEAT] = ticket.token
                st.query_params["seat"] = ticket.token
                st.rerun()


def heading(student: Student, seen: Seen, t: Words) -> None:
    """Class, team, phase and clock; the clock notices by itself when the class moves on."""
    st.markdown(f"##### {plain(seen.title)}")
    team = t("classroom.team", team=seen.place)
    st.caption(t("classroom.who", name=plain(student.nickname), team=team, mates=plain(t.join(seen.mates))))
    known = (*seen.state, seen.paused, seen.deadline, seen.board)

    @st.fragment(run_every=LOOK_AGAIN)
    def clock() -> None:
        with errors.told(t):
            if seeing.pulse(database(), student) != known:
                st.rerun()
            where = phase(seen, t)
            if seen.paused:
                st.warning(t("classroom.paused"), icon=":material/pause:")
            elif seen.deadline is not None:
                left = max(0, round(seen.deadline - time.time()))
                where += " · " + t("classroom.left", minutes=left // 60, seconds=f"{left % 60:02d}")
            st.info(f"**{where}**  \n{t(f'classroom.do_{seen.state.phase}')}", icon=":material/flag:")

    clock()
    for line in seen.news:
        what = json.loads(line.new)
        told = t(
            "classroom.shock", week=what["week"], shock=SHOCKS[what["shock"]].label[t.language], reason=line.reason
        )
        st.warning(plain(told), icon=":material/bolt:")


def phase(seen: Seen, t: Words) -> str:
    """Where the class stands, in words."""
    name = t(f"phases.{seen.state.phase}")
    if seen.state.phase in machine.ROUND:
        return t("classroom.round", round=seen.state.round, rounds=seen.setup.rounds, phase=name)
    return name


def forecast(student: Student, seen: Seen, t: Words) -> None:
    """Interval that a student commits to, once."""
    st.markdown(f"**{t('classroom.forecast')}**")
    if seen.prediction is not None:
        said = {"low": t.number(seen.prediction.low, 0), "high": t.number(seen.prediction.high, 0)}
        st.success(t("classroom.forecast_locked", **said), icon=":material/lock:")
        return
    most, week = seen.setup.people, seen.state.round * seen.setup.weeks
    st.caption(t("classroom.forecast_lead", week=week, most=t.number(most, 0)))
    with st.form(key("forecast", str(seen.state.round)), border=True):
        low = st.number_input(t("classroom.low"), 0, most, 0)
        high = st.number_input(t("classroom.high"), 0, most, most)
        reason = st.text_area(t("classroom.why"), max_chars=LONGEST_REASON, height=80)
        if st.form_submit_button(t("classroom.lock_forecast"), icon=":material/lock:", width="stretch"):
            with errors.told(t):
                decisions.predict(database(), student, low, high, reason or "")
                st.rerun()


def decide(student: Student, seen: Seen, t: Words) -> None:
    """Strategies of the team with their levers, the means, and the button that puts them on record."""
    st.markdown(f"**{t('classroom.decision')}**")
    _fill(seen)
    if seen.decided.carried:
        st.caption(t("classroom.carried"))
    wanted: Levers = {}
    for name in seen.setup.tools:
        kind = STRATEGIES[name]
        if st.toggle(kind.label[t.language], key=key("on", name), help=kind.note[t.language], persist_state="session"):
            levers = forms.names(kind, "lever")
            with st.container(border=True):
                chosen = forms.form(key("tool", name), kind(), t, fields=levers)
            wanted[name] = {lever: getattr(chosen, lever) for lever in levers}
    means(seen, wanted, seeing.own_results(database(), student), t)
    reason = st.text_area(t("classroom.why"), max_chars=LONGEST_REASON, key=key("reason"), height=80)
    ready = st.checkbox(t("classroom.ready"), key=key("ready"))
    if st.button(t("classroom.submit"), key=key("submit"), type="primary", icon=":material/send:", width="stretch"):
        with errors.told(t):
            _submit(student, wanted, reason or "", ready)
    if st.session_state.pop(DONE, False):
        st.success(t("classroom.saved"), icon=":material/check_circle:")
    if st.session_state.get(key("conflict")):
        st.button(t("classroom.take_theirs"), key=key("theirs"), on_click=_take_theirs, icon=":material/sync:")


def _submit(student: Student, wanted: Levers, reason: str, ready: bool) -> None:
    # The same submission sent again has the same receipt, another one has another.
    sent = hashed(f"{st.session_state[NONCE]}{json.dumps(wanted, sort_keys=True)}{reason}{ready}")[:20]
    try:
        seq = decisions.submit(database(), student, wanted, reason=reason, based_on=st.session_state[BASED_ON],
                               receipt=sent, ready=ready)  # fmt: skip
    except LabError as error:
        if error.key == "decision_conflict":
            st.session_state[key("conflict")] = True
            st.session_state[BASED_ON] = seeing.look(database(), student).decided.seq
        raise
    st.session_state[BASED_ON], st.session_state[NONCE], st.session_state[DONE] = seq, new_token(), True
    st.session_state.pop(key("conflict"), None)
    st.rerun()


def _take_theirs() -> None:
    st.session_state.pop(LOADED, None)
    st.session_state.pop(key("conflict"), None)


def _fill(seen: Seen) -> None:
    """Put the team's decision into the form when a round begins, and never over what somebody is working at."""
    now = (seen.title, seen.place, seen.state.round)
    if st.session_state.get(LOADED) == now:
        return
    st.session_state[LOADED], st.session_state[BASED_ON], st.session_state[NONCE] = now, seen.decided.seq, new_token()
    st.session_state[key("ready")] = seen.decided.ready
    for name in seen.setup.tools:
        kind, levers = STRATEGIES[name], seen.decided.levers.get(name)
        st.session_state[key("on", name)] = levers is not None
        forms.load(key("tool", name), kind.parse(levers or {}, where=name), forms.names(kind, "lever"))


def means(seen: Seen, wanted: Levers, results: dict[int, dict[str, list[float]]], t: Words) -> None:
    """Money spent so far of what was granted, and hours that the decision takes."""
    setup = seen.setup
    if setup.budget:
        last = max((stage for stage in results if stage <= setup.rounds), default=0)
        spent = mean_interval(results[last]["strategy_cost"]).mean if last else 0.0
        granted = setup.budget * setup.weeks * max(last, 1)
        text = t("classroom.money", spent=t.money(spent), granted=t.money(granted), weekly=t.money(setup.budget))
        st.progress(min(spent / granted, 1.0), text=plain(text))
    if setup.hours:
        hours = sum(STRATEGIES[name]().effort for name in wanted)
        text = t("classroom.hours", hours=t.bare(hours), allowed=t.bare(setup.hours))
        st.progress(min(hours / setup.hours, 1.0), text=text)


def results(student: Student, seen: Seen, t: Words) -> None:
    """What came of the team's decisions, the own forecast against it, and the ranking where it is shown."""
    found = seeing.own_results(database(), student)
    if not found:
        return
    last = max(found)
    st.markdown(f"**{t('classroom.final' if last > seen.setup.rounds else 'classroom.results', round=last)}**")
    with st.grid(3, min_column_width=130, gap="small"):
        for name in (name for name in SHOWN if name in found[last]):  # an older lab kept fewer
            level = mean_interval(found[last][name])
            outcome, interval = TOTALS[name], t.interval(TOTALS[name], level.low, level.high)
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
    ranked = seeing.ranking(database(), student)
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
    with st.form(key("reflect", str(seen.state.round)), border=True):
        text = st.text_area(t("classroom.reflection"), seen.reflection, max_chars=decisions.LONGEST_REFLECTION)
        if st.form_submit_button(t("classroom.save_reflection"), icon=":material/edit_note:", width="stretch"):
            with errors.told(t):
                decisions.reflect(database(), student, text or "")
                st.success(t("classroom.reflection_saved"), icon=":material/check:")

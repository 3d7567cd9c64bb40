"""What an instructor does into a running round: remind who is late, let something happen, give money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

from classroom import interventions, machine
from classroom.access import Teacher, new_token
from classroom.record import LONGEST_REASON, setup_of
from classroom.teaching import Watched
from pages.parts import errors, state
from pages.parts.classroom import database, happened
from pages.parts.teaching_new import key
from pages.parts.words import Words, plain
from simulation.shocks import SHOCKS


def nudging(teacher: Teacher, class_id: int, row: Any, teams: list[Watched], t: Words) -> None:
    """Remind everybody who has not handed in; they read it on their own page."""
    if row.phase not in machine.PREDICTING | machine.DECIDING or not teams:
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    text = left.text_input(t("teach.nudge_text"), max_chars=LONGEST_REASON, key=key("nudge_text"),
                           placeholder=t("teach.nudge_example"))  # fmt: skip
    with right:
        _once("nudge", t("teach.nudge"), ":material/notifications_active:", t,
              lambda receipt: interventions.nudge(database(), teacher, class_id, text or "", receipt))  # fmt: skip
    if row.phase == "decide":
        carried = [t("classroom.team", team=team.place) for team in teams if not team.spoke]
        if carried:
            st.caption(t("teach.would_carry", teams=t.join(carried)))


def nudged(team: Watched, t: Words) -> str:
    """How often a team has been reminded in this round and when last; empty where it has not."""
    if team.nudged is None:
        return ""
    return t("teach.nudged", count=team.nudges, at=datetime.fromtimestamp(team.nudged).strftime("%H:%M:%S"))


def interfere(teacher: Teacher, class_id: int, row: Any, teams: list[Watched], t: Words) -> None:
    """Something happens to every community, or money comes in; everybody is told."""
    with st.expander(t("teach.interfere"), icon=":material/bolt:"):
        shock = st.selectbox(
            t("teach.shock"), list(SHOCKS), format_func=lambda name: SHOCKS[name].label[t.language], key=key("shock")
        )
        st.caption(plain(SHOCKS[shock].note[t.language]))
        size = st.slider(t("teach.size"), 0.0, 1.0, 0.5, 0.05, key=key("size"))
        reason = st.text_input(t("teach.announcement"), max_chars=LONGEST_REASON, key=key("announcement"))
        _once("strike", t("teach.strike"), ":material/bolt:", t,
              lambda receipt: interventions.inject(database(), teacher, class_id, shock, size, reason or "",
                                                   receipt))  # fmt: skip
    with st.expander(t("teach.grants"), icon=":material/payments:"):
        if not setup_of(row).budget:
            st.info(t("errors.grant_unneeded"), icon=":material/all_inclusive:")
            return
        known = {None: t("teach.all_teams")} | {team.id: t("classroom.team", team=team.place) for team in teams}
        left, right = st.columns(2)
        team = left.selectbox(t("teach.grant_to"), list(known), format_func=known.__getitem__, key=key("grant_to"))
        amount = right.number_input(t("teach.amount", unit=t.currency), 1, int(interventions.LARGEST_GRANT), 1000,
                                    step=100, key=key("amount"))  # fmt: skip
        why = st.text_input(t("teach.announcement"), max_chars=LONGEST_REASON, key=key("grant_why"))
        _once("grant", t("teach.grant"), ":material/payments:", t,
              lambda receipt: interventions.grant(database(), teacher, class_id, team, float(amount), why or "",
                                                  receipt))  # fmt: skip
    with database().reading() as connection:
        told = interventions.told_to_all(connection, class_id)
    for line in told:
        st.caption(happened(line, t))


def _once(name: str, label: str, icon: str, t: Words, act: Callable[[str], Any]) -> None:
    """A button whose act counts once: its key is the receipt, and both change when it is done.

    A second click of the same button comes from a button that is no longer there; the same receipt sent again has no
    effect in the database.
    """
    slot = key(name, "receipt")
    state.remember(slot, new_token())
    if st.button(label, key=key(name, st.session_state[slot]), icon=icon):
        with errors.told(t):
            done = act(st.session_state[slot])
            st.session_state[slot] = new_token()
            st.session_state[key(name, "done")] = done
            st.rerun()
    if key(name, "done") in st.session_state:
        done = st.session_state.pop(key(name, "done"))
        st.success(t(f"teach.{name}_done", count=done or 0), icon=":material/check_circle:")

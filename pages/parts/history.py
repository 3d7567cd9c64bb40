"""Undo and redo in the Studio: every state of the settings, and the way back and forth between them."""

from __future__ import annotations

import streamlit as st

from pages.parts import settings
from pages.parts.settings import key
from pages.parts.words import Words
from simulation.scenario import Scenario

MOST = 60
"""States that are kept; the oldest is forgotten first."""
PAST = key("history")
PLACE = key("history.place")


def note(now: Scenario) -> None:
    """Keep the settings as they stand, if they differ from what is kept last; what was undone is forgotten then."""
    past: list[Scenario] = st.session_state.setdefault(PAST, [])
    place = st.session_state.setdefault(PLACE, -1)
    if past and settings.same(past[place], now):
        return
    del past[place + 1 :]
    past.append(now)
    del past[: len(past) - MOST]
    st.session_state[PLACE] = len(past) - 1


def buttons(t: Words) -> None:
    """A step back and a step forth."""
    past, place = st.session_state.get(PAST, []), st.session_state.get(PLACE, -1)
    with st.container(horizontal=True, gap="small"):
        st.button(t("studio.undo"), key=key("undo"), icon=":material/undo:", on_click=step, args=(-1,),
                  disabled=place <= 0, width="stretch")  # fmt: skip
        st.button(t("studio.redo"), key=key("redo"), icon=":material/redo:", on_click=step, args=(1,),
                  disabled=place >= len(past) - 1, width="stretch")  # fmt: skip


def step(by: int) -> None:
    """Set every widget as it stood one step before or after."""
    past, place = st.session_state.get(PAST, []), st.session_state.get(PLACE, -1) + by
    if 0 <= place < len(past):
        st.session_state[PLACE] = place
        settings.load(past[place])

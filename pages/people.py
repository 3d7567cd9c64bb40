"""People: one world person by person: the network, anybody's biography, segments, and who receives the value."""

from __future__ import annotations

import streamlit as st

from pages.parts import errors, looks, panels, people, people_address, people_groups, shell, state

t = shell.enter()
VIEWS = {
    "network": people.network,
    "circles": people.circles,
    "segments": people_groups.segments,
    "movement": people_groups.movement,
}
looks.wear_people()
st.markdown(f"#### {t('people.question')}")
with errors.told(t):
    people_address.take(VIEWS, t)
    world = people.choose(t)
    t.currency = world.scenario.economy.currency
    state.remember(people.key("view"), "network")
    view = st.segmented_control(
        t("people.view"), list(VIEWS), format_func=lambda name: t(f"people.view_{name}"), required=True,
        key=people.key("view"), label_visibility="collapsed", persist_state="session", wrap=True,
    )  # fmt: skip
    people.tell(world, view or "network")
    lives = people.recorded(world, t)
    if lives is not None:
        panels.note(people.lead(world, lives, t))
        VIEWS[view or "network"](world, lives, t)

"""Data desk: what the systems of one community recorded, to download, to question and to study."""

from __future__ import annotations

import streamlit as st

from pages.parts import desk, desk_world, errors, shell, state

t = shell.enter()
st.markdown(f"#### {t('desk.question')}")
with errors.told(t):
    world = desk_world.choose(t)
    t.currency = world.scenario.economy.currency
    view = st.segmented_control(
        t("desk.view"), list(desk.STUDIES), format_func=lambda name: t(f"desk.{name}"), required=True, default="log",
        key=f"{state.DESK}.view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    st.caption(desk.lead(world, t))
    desk.STUDIES[view](world, t)

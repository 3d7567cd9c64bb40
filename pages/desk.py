"""Data desk: what the systems of one community recorded, to download, to question and to study."""

from __future__ import annotations

import streamlit as st

from pages.parts import desk, desk_world, errors, shell, state

t = shell.enter()
st.markdown(f"#### {t('desk.question')}")
with errors.told(t):
    world = desk_world.choose(t)
    t.currency = world.scenario.economy.currency
    desk_world.ADDRESS.one("view", list(desk.STUDIES), t("desk.view"), t)
    first = next(iter(desk.STUDIES))
    state.remember(f"{state.DESK}.view", first)
    view = st.segmented_control(
        t("desk.view"), list(desk.STUDIES), format_func=lambda name: t(f"desk.{name}"), required=True,
        key=f"{state.DESK}.view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    st.caption(desk.lead(world, t))
    desk.STUDIES[view or first](world, t)
    desk_world.ADDRESS.tell(("scenario", "plan", "weeks", "seed", "view", "table", "example", "exercise.which"))

"""Your data: hand in an order log, see what it shows, fit a twin to it and test the twin on weeks it has not seen."""

from __future__ import annotations

import streamlit as st

from pages.parts import data_beside, data_desk, data_twin, data_upload, data_views, errors, shell

t = shell.enter()
VIEWS = {
    "returning": data_views.returning,
    "again": data_views.again,
    "worth": data_views.worth,
    "beside": data_beside.beside,
    "twin": data_twin.twin,
}
st.markdown(f"#### {t('data.question')}")
with errors.told(t):
    log = data_desk.log()
    if log is None:
        data_upload.ask(t)
    else:
        data_upload.account(log, t)
        t.currency = st.session_state[data_desk.key("currency")]
        view = st.segmented_control(
            t("data.view"), list(VIEWS), format_func=lambda name: t(f"data.view_{name}"), required=True,
            default="returning", key=data_desk.key("view"), label_visibility="collapsed", persist_state="session",
            wrap=True,
        )  # fmt: skip
        VIEWS[view or "returning"](log, t)

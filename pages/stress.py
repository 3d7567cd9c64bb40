"""Stress test: plans in many futures, each a draw of what nobody knows; which plan holds, and where each fails."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import (
    errors,
    shell,
    stress,
    stress_assume,
    stress_best,
    stress_drivers,
    stress_fail,
    stress_report,
    stress_robust,
    stress_settings,
    stress_studies,
)
from pages.parts.stress import Asked
from pages.parts.words import Words

SHOWN: dict[str, Callable[[Asked, Words], None]] = {
    "robust": stress_robust.show,
    "fail": stress_fail.show,
    "drivers": stress_drivers.show,
    "best": stress_best.show,
    "assume": stress_assume.show,
    "report": stress_report.show,
}

t = shell.enter()
st.markdown(f"#### {t('stress.question')}")
with errors.told(t):
    stress_studies.restore()
    asked = stress.choose(t)
    if asked is None:
        st.stop()
    t.currency = asked.scenario.economy.currency
    section = st.segmented_control(
        t("stress.section"), stress.SECTIONS, format_func=lambda name: t(f"stress.section_{name}"), required=True,
        key=stress.key("section"), label_visibility="collapsed", persist_state="session", wrap=True,
    )  # fmt: skip
    SHOWN[section or stress.SECTIONS[0]](asked, t)
    stress_settings.tell()

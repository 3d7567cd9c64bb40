"""What must hold, beside the model of today: stored by the last full validation, or computed here on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts import evidence_judged, evidence_validation, jobs, panels, state
from pages.parts.words import Words
from simulation import ENGINE_VERSION
from simulation.analysis import acceptance
from simulation.results import Results


def show(t: Words) -> None:
    """Table of the facts: simulated value, target, verdict; of the one that is picked, source and what β does."""
    wanted = f"{state.EVIDENCE}.wanted"
    results = None
    if st.session_state.get(wanted):
        results = jobs.gather(state.EVIDENCE, acceptance.experiments(), t)
    else:
        st.button(
            t("evidence.compute"),
            key=f"{state.EVIDENCE}.compute",
            type="primary",
            icon=":material/play_arrow:",
            on_click=st.session_state.__setitem__,
            args=(wanted, True),
        )
    stored = {row["id"]: row for row in evidence_validation.stored("facts")}
    told = stored if results is None else {row["id"]: row for row in _measured(results)}
    rows = [_told(fact, told.get(fact.id, {}), stored.get(fact.id, {}), t) for fact in acceptance.FACTS]
    evidence_judged.show(rows, t("evidence.facts"), f"{state.EVIDENCE}.table", t)
    if results is None and stored:
        evidence_validation.provenance(t)
        if evidence_validation.engine() != ENGINE_VERSION:
            panels.note(t("evidence.stale"))


@st.cache_resource(show_spinner=False, max_entries=1)
def _measured(_results: Mapping[str, Results]) -> list[dict[str, Any]]:
    """Facts measured on the runs of this engine; the fits among them take seconds, so they are kept."""
    rows: list[Any] = acceptance.table(_results).to_dict("records")
    return rows


def _told(fact: acceptance.Fact, row: Mapping[str, Any], stored: Mapping[str, Any], t: Words) -> evidence_judged.Judged:
    said = fact.zh if t.language == "zh" else fact.en
    told = _with_interval(row, t)
    return evidence_judged.judged(row, stored, told, t, fact=said, target=fact.target, source=fact.source)


def _with_interval(row: Mapping[str, Any], t: Words) -> str:
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    if value is None:
        return "–"
    decimals = 1 if abs(value) >= 100 else 3
    if low is None or high is None or not low < high:
        return t.bare(round(value, decimals)).replace("-", "−")
    return f"{t.number(value, decimals)} [{t.number(low, decimals)}, {t.number(high, decimals)}]"

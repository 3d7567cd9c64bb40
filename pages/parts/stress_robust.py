"""Which plan holds: how often each reaches its targets, what is regretted, and what robustness costs."""

from __future__ import annotations

import streamlit as st

from pages.parts import panels, stress_runs
from pages.parts.stress import Asked
from pages.parts.words import Words
from simulation.analysis.futures import Futures
from simulation.outcomes import TOTALS


def show(asked: Asked, t: Words) -> None:
    """The evidence for every plan, as far as futures are there."""

    def draw(found: Futures, complete: bool) -> None:
        if not complete:
            panels.note(t("stress.so_far", done=len(found), asked=found.asked))
        outcome = TOTALS[asked.outcome]
        means = found.means(asked.outcome).rename(columns=asked.name)
        st.dataframe(means.map(lambda value: t.value(outcome, value)), alt=outcome.label(t.language))

    stress_runs.show("stress.robust", asked, t, draw)

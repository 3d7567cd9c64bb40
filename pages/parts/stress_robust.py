"""Which plan holds: how often each reaches its targets, what is regretted, and what robustness costs."""

from __future__ import annotations

import streamlit as st

from pages.parts import charts, charts_stress, panels, stress_runs, stress_targets, stress_words
from pages.parts.stress import Asked
from pages.parts.words import Words
from simulation.analysis.futures import Futures
from simulation.analysis.stress_findings import Findings
from simulation.outcomes import TOTALS


def show(asked: Asked, t: Words) -> None:
    """The evidence for every plan, as far as futures are there."""
    ready = stress_targets.ready(asked, t)
    if ready is None:
        return
    nominal, targets = ready

    def draw(found: Futures, complete: bool) -> None:
        told = stress_words.findings(found, nominal, asked.outcome, targets)
        panels.say(stress_words.answer(asked, told, t))
        if not complete:
            panels.note(t("stress.so_far", done=len(found), asked=found.asked))
        panels.points([stress_words.regretted(asked, told, t), stress_words.priced(asked, told, t)])
        panels.note(t("stress.targets_told", targets=stress_targets.told(targets, t)))
        for picture in pictures(asked, told, t):
            panels.figure(picture)
        st.dataframe(stress_words.table(asked, told, t), hide_index=True, alt=t("stress.table"))
        panels.points(stress_words.caveats(asked, found, told, t))

    stress_runs.show(asked, t, draw)


def pictures(asked: Asked, told: Findings, t: Words) -> list[charts.Figure]:
    """Targets reached and regret, as figures."""
    called = {plan: asked.name(plan) for plan in asked.plans}
    outcome = TOTALS[asked.outcome]
    return [charts_stress.reached(told.reached, called, t), charts_stress.regret(told.lost, outcome, called, t)]

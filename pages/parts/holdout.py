"""The case that is known to have happened: simulated customers beside the real ones in weeks no parameter has seen."""

from __future__ import annotations

import streamlit as st

from pages.parts import charts, errors, panels
from pages.parts.words import Words
from simulation.analysis import cdnow
from simulation.results import Results
from simulation.scenario import Scenario

CASE = "cdnow"


def show(results: Results, scenario: Scenario, plan: str, t: Words) -> None:
    """Real and simulated repeat purchases of the CDNOW case with the errors; nothing for other scenarios."""
    if scenario.name != CASE:
        return
    with errors.told(t):
        tested = cdnow.holdout(results, plan)
        panels.figure(charts.holdout(tested.curve, cdnow.CALIBRATION_WEEKS, t))
        told = t("studio.holdout", error=t.relative(tested.error), mean=t.percent(tested.error_mean),
                 new=t.relative(tested.error_new), covered=t.percent(tested.covered), worlds=tested.worlds)  # fmt: skip
        st.markdown(told)

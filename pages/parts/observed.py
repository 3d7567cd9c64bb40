"""The pictures of a lesson's run, drawn alike for a student at home and for a class."""

from __future__ import annotations

import streamlit as st

from lessons import Lesson, flow
from lessons.runs import Run
from pages.parts import charts, charts_studies, panels
from pages.parts.words import Words
from simulation.outcomes import WEEKLY


def pictures(lesson: Lesson, run: Run, truth: Run | None, t: Words) -> None:
    """The lesson's pictures of a run, each with its sentence."""
    for seen in flow.observations(lesson, t.language, run, truth):
        if seen.picture.bars:
            unit = run.estimate(seen.picture.bars[0]).told(run.measure(seen.picture.bars[0]), t.language).unit
            title = t("charts.axis", label=seen.title, unit=unit or "¥")
            panels.figure(charts_studies.side_by_side(run.bars(seen.picture, t.language), title, t))
        else:
            st.markdown(f"##### {seen.title}")
            lines = run.lines(seen.picture, t.language).rename(columns={"line": "plan"})
            called = {line: line for line in lines["plan"].unique()}
            outcome = WEEKLY[seen.picture.outcome or ""]
            panels.figure(charts.bands(lines, outcome, called, t, mark=seen.picture.mark_week))
        st.markdown(seen.text)

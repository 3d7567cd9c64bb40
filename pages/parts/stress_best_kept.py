"""The winner's curse, shown: what a chosen setting promised, and what of it is there in new worlds."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import charts_studies, jobs, panels, state, stress_cluster, stress_settings
from pages.parts.stress import Asked, key
from pages.parts.words import Words
from simulation.analysis import winners_curse
from simulation.analysis.optimum import FRESH_WORLDS, WINNER, Found, Search
from simulation.analysis.winners_curse import Kept
from simulation.outcomes import TOTALS
from simulation.results import Results

WORLDS = (2, 10, FRESH_WORLDS, 100)
SLOT = key("best.kept")


def show(found: Found, number: int, search: Search, asked: Asked, t: Words) -> None:
    """Offer to live the chosen setting again, beside the plan as it was, in worlds that took no part in the search."""
    st.markdown(f"##### {t('best.kept_title')}")
    if number == 0:
        panels.note(t("best.kept_now"))
        return
    panels.note(t("best.kept_note"))
    stress_settings.one("best.kept.worlds", WORLDS, t("best.fresh"), t)
    stress_settings.one("best.kept", (False, True), t("best.kept_ask"), t)
    state.remember(f"{SLOT}.worlds", FRESH_WORLDS)
    worlds = int(st.selectbox(t("best.fresh"), WORLDS, key=f"{SLOT}.worlds", persist_state="session", width=220))
    if not st.toggle(t("best.kept_ask"), key=SLOT, persist_state="session"):
        return
    values = {lever.path: float(found.settings[lever.path][number]) for lever in search.levers}
    draw = partial(_answer, found, number, search, asked, t)
    jobs.show(SLOT, search.again(values, worlds), t, draw, stress_cluster.executor(asked.executor))


def _answer(
    found: Found, number: int, search: Search, asked: Asked, t: Words, results: Results, complete: bool
) -> None:
    if len(results.seeds) < 2 or WINNER not in results.plans:
        return
    for goal in search.goals:
        kept = winners_curse.kept(found, number, results, search, goal)
        outcome = TOTALS[goal]
        panels.say(sentence(kept, outcome, t))
        lines = (("promised", kept.promised, len(search.seeds)), ("remains", kept.kept, kept.worlds))
        rows = [
            (t(f"best.{name}", worlds=worlds), *(t.scale(outcome) * end for end in ends))
            for name, ends, worlds in lines
        ]
        frame = pd.DataFrame(rows, columns=["name", "mean", "low", "high"])
        values = {"outcome": outcome.label(t.language), "unit": t.unit_of(outcome)}
        title = t("best.gain_title", plan=asked.name(search.plan.name), **values)
        panels.figure(charts_studies.side_by_side(frame, title, t))
    if complete:
        panels.provenance(results, t)


def sentence(kept: Kept, outcome: Any, t: Words) -> str:
    """How much of what was promised is there."""

    def told(gain: tuple[float, float, float]) -> str:
        return f"{t.change(outcome, gain[0])} {t.interval(outcome, gain[1], gain[2], change=True)}"

    values = {"outcome": outcome.label(t.language), "promised": told(kept.promised), "kept": told(kept.kept),
              "worlds": kept.worlds}  # fmt: skip
    if math.isnan(kept.share):
        return t("best.kept_nothing", **values)
    if math.isnan(kept.low):
        return t("best.kept_unsure", **values)
    low, high = (t.number(100 * end, 0) for end in (kept.low, kept.high))
    return t("best.kept_answer", share=t.number(100 * kept.share, 0), low=low, high=high, **values)

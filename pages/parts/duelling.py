"""Setting up a duel and drawing its rounds: who fights, where, over what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd
import streamlit as st

from pages.parts import charts, library, panels, settings, state, verdicts
from pages.parts.words import Words
from simulation.analysis import compare
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import Plan, Scenario

MOST_PLANS = 6
WORLDS = (10, 20, 30, 50, 100)
OURS = "studio"
"""Option that stands for the plan of the Studio."""


def key(name: str) -> str:
    """Session key of a widget of the Duel."""
    return f"{state.DUEL}.{name}"


def choose(t: Words) -> tuple[Scenario, tuple[Plan, ...], int]:
    """Scenario, plans and number of twin worlds, as chosen above the picture."""
    asked: Scenario | None = st.session_state.get(settings.ASKED)
    own = asked.plan if asked is not None and asked.plan.name not in library.plans() else None
    options = [*library.plans(), *([OURS] if own is not None else [])]
    called = library.names(tuple(library.plans().values()), t) | {OURS: t("duel.studio_plan")}
    state.remember(key("plans"), [OURS if own is not None else library.first_plan().name, library.NEUTRAL])
    st.session_state[key("plans")] = [name for name in st.session_state[key("plans")] if name in options]
    state.remember(key("scenario"), library.FIRST_SCENARIO)
    state.remember(key("worlds"), 30)
    left, middle, right = st.columns([3, 2, 1])
    chosen = left.multiselect(
        t("duel.plans"),
        options,
        format_func=called.__getitem__,
        key=key("plans"),
        max_selections=MOST_PLANS,
        persist_state="session",
    )
    scenario = middle.selectbox(
        t("studio.scenario"), list(library.scenarios()), key=key("scenario"), persist_state="session",
        format_func=lambda name: library.title(library.scenarios()[name], t),
    )  # fmt: skip
    worlds = right.selectbox(
        t("studio.worlds"), WORLDS, key=key("worlds"), help=t("studio.worlds_help"), persist_state="session"
    )
    plans = [own if name == OURS and own is not None else library.plans()[name] for name in chosen]
    return library.scenarios()[scenario], tuple(plans), int(worlds)


def names(plans: tuple[Plan, ...], t: Words) -> dict[str, str]:
    """Plan name → what people call it."""
    return library.names(plans, t)


def corners(called: Mapping[str, str], t: Words) -> tuple[str, str]:
    """The two plans whose difference is looked at; with more than two, chosen by the reader."""
    order = list(called)
    if len(order) == 2:
        return order[0], order[1]
    for place, corner in enumerate(("a", "b")):
        if st.session_state.get(key(corner)) not in order:
            st.session_state[key(corner)] = order[place]
    left, right = st.columns(2)
    a = left.selectbox(t("duel.corner_a"), order, format_func=called.__getitem__, key=key("a"), persist_state="session")
    rest = [name for name in order if name != a]
    if st.session_state[key("b")] not in rest:
        st.session_state[key("b")] = rest[0]
    b = right.selectbox(t("duel.corner_b"), rest, format_func=called.__getitem__, key=key("b"), persist_state="session")
    return a, b


def outcome(t: Words) -> str:
    """Outcome of the two charts."""
    chosen = st.segmented_control(
        t("panels.curve"),
        panels.CURVES,
        format_func=lambda name: t("panels.retention") if name == "retention" else WEEKLY[name].label(t.language),
        required=True,
        default=panels.CURVES[0],
        key=key("curve"),
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or panels.CURVES[0]


def gap(results: Results, a: str, b: str, chosen: str, called: Mapping[str, str], t: Words) -> charts.Figure:
    """Difference of the two plans week by week; for retention, the share of founders kept."""
    name = "founders_kept" if chosen == "retention" else chosen
    return _gap(results, a, b, name, called[a], called[b], t)


@lru_cache(maxsize=panels.KEPT)
def _gap(results: Results, a: str, b: str, name: str, called_a: str, called_b: str, t: Words) -> charts.Figure:
    return charts.difference(compare.paired_weekly(results, a, b, name), WEEKLY[name], called_a, called_b, t)


def levels(results: Results, called: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Means and intervals of the outcomes that belong together, one plan a row."""
    found = panels.levels(results)
    rows = []
    for plan in results.plans:
        row = {t("charts.plan"): called[plan]}
        for name in verdicts.TOGETHER:
            level, measure = found[plan, name], TOTALS[name]
            interval = t.interval(measure, level.low, level.high)
            row[measure.label(t.language)] = f"{t.value(measure, level.mean)} {interval}"
        rows.append(row)
    return pd.DataFrame(rows)

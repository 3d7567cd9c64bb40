"""Shocks as widgets: what happens, in which weeks, how strong; dragged along the weeks, and shown on a timeline."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import streamlit as st

from pages.parts import charts, charts_week, forms, panels, settings
from pages.parts.words import Words
from simulation.shocks import SHOCKS, Shock

MOVED = ("week", "length")
"""Fields that the timeline sets; all others have a widget of their own."""
LONGEST = 104

Place = Callable[..., str]
"""Session key of a widget of the page, by the parts of its name."""


def draw(shocks: tuple[Shock, ...], horizon: int, t: Words) -> None:
    """The timeline of the Studio, and under it every shock with its switch, its weeks and its strength.

    Args:
        shocks: As the widgets stand now.
        horizon: Last week of the run.
        t: Reader's words.
    """
    with st.expander(t("studio.shocks"), icon=":material/bolt:", expanded=bool(shocks)):
        if shocks:
            timeline(shocks, horizon, t)
        else:
            st.caption(t("studio.no_shocks"))
        for name, kind in SHOCKS.items():
            on = st.toggle(
                kind.label[t.language], key=settings.key("shock", name), help=kind.note[t.language],
                persist_state="session",
            )  # fmt: skip
            if on:
                with st.container(border=True):
                    form(kind(), horizon, settings.key, t)


def timeline(shocks: tuple[Shock, ...], horizon: int, t: Words) -> None:
    """When shocks strike and how strong they are, week by week."""
    panels.figure(_timeline(tuple((shock.id, shock.model_dump_json()) for shock in shocks), horizon, t))


def form(start: Shock, horizon: int, place: Place, t: Words) -> Shock:
    """Weeks and strength of a shock, all else folded away.

    Args:
        start: What the widgets say at first.
        horizon: Last week of the run.
        place: Session key of a widget of the page.
        t: Reader's words.

    Raises:
        LabError: A value that the shock refuses, naming the field.
    """
    name, where = start.id, place("shocks", start.id)
    _weeks(start, horizon, place, t)
    forms.form(where, start, t, fields=("size",))
    with st.popover(t("studio.shock_more"), type="tertiary", icon=":material/tune:", key=place("shockmore", name)):
        rest = [field.name for field in start.declared() if field.name not in (*MOVED, "size")]
        forms.form(where, start, t, fields=rest, badges=True)
    found = forms.read(where, start)
    if found.week > horizon:
        panels.note(t("studio.shock_late", horizon=horizon))
    return found


def _weeks(start: Shock, horizon: int, place: Place, t: Words) -> None:
    """A slider with two ends: the shock is dragged along the weeks, or made longer and shorter."""
    span, where = place("span", start.id), place("shocks", start.id)
    first = int(st.session_state.setdefault(f"{where}.week", start.week))
    length = int(st.session_state.setdefault(f"{where}.length", start.length))
    st.session_state[span] = (first, first + length - 1)
    st.slider(
        t("studio.shock_weeks"), 1, max(horizon, first + length - 1, 2), (1, 1), key=span,
        help=t("studio.shock_weeks_help"), on_change=partial(_moved, span, where),
    )  # fmt: skip


def _moved(span: str, where: str) -> None:
    """Take over the weeks to which a shock was dragged."""
    first, last = st.session_state[span]
    st.session_state[f"{where}.week"] = int(first)
    st.session_state[f"{where}.length"] = min(int(last) - int(first) + 1, LONGEST)


@lru_cache(maxsize=panels.KEPT)
def _timeline(told: tuple[tuple[str, str], ...], horizon: int, t: Words) -> charts.Figure:
    shocks = [SHOCKS[name].model_validate_json(said) for name, said in told]
    courses = [
        (f"{place}", shock.label[t.language], [shock.strength(week) for week in range(1, horizon + 1)])
        for place, shock in enumerate(shocks)
    ]
    return charts_week.timeline(courses, t)

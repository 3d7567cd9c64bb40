"""Shocks of the Studio on a timeline: what happens, in which weeks, how strong; dragged along the weeks."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from pages.parts import charts, charts_week, forms, panels
from pages.parts.settings import key
from pages.parts.words import Words
from simulation.shocks import SHOCKS, Shock

MOVED = ("week", "length")
"""Fields that the timeline sets; all others have a widget of their own."""
LONGEST = 104


def draw(shocks: tuple[Shock, ...], horizon: int, t: Words) -> None:
    """The timeline, and under it every shock with its switch, its weeks and its strength.

    Args:
        shocks: As the widgets stand now.
        horizon: Last week of the run.
        t: Reader's words.
    """
    with st.expander(t("studio.shocks"), icon=":material/bolt:", expanded=bool(shocks)):
        if shocks:
            panels.figure(_timeline(tuple((shock.id, shock.model_dump_json()) for shock in shocks), horizon, t))
        else:
            st.caption(t("studio.no_shocks"))
        for name, kind in SHOCKS.items():
            on = st.toggle(
                kind.label[t.language], key=key("shock", name), help=kind.note[t.language], persist_state="session"
            )
            if on:
                with st.container(border=True):
                    _weeks(name, kind, horizon, t)
                    forms.form(key("shocks", name), kind(), t, fields=("size",))
                    with st.popover(
                        t("studio.shock_more"), type="tertiary", icon=":material/tune:", key=key("shockmore", name)
                    ):
                        rest = [field.name for field in kind.declared() if field.name not in (*MOVED, "size")]
                        forms.form(key("shocks", name), kind(), t, fields=rest, badges=True)


def _weeks(name: str, kind: type[Shock], horizon: int, t: Words) -> None:
    """A slider with two ends: the shock is dragged along the weeks, or made longer and shorter."""
    place, form = key("span", name), key("shocks", name)
    start = int(st.session_state.setdefault(f"{form}.week", kind().week))
    length = int(st.session_state.setdefault(f"{form}.length", kind().length))
    st.session_state[place] = (start, start + length - 1)
    st.slider(
        t("studio.shock_weeks"), 1, max(horizon, start + length - 1, 2), key=place, help=t("studio.shock_weeks_help"),
        on_change=moved, args=(name,),
    )  # fmt: skip


def moved(name: str) -> None:
    """Take over the weeks to which a shock was dragged."""
    first, last = st.session_state[key("span", name)]
    form = key("shocks", name)
    st.session_state[f"{form}.week"] = int(first)
    st.session_state[f"{form}.length"] = min(int(last) - int(first) + 1, LONGEST)


@lru_cache(maxsize=panels.KEPT)
def _timeline(told: tuple[tuple[str, str], ...], horizon: int, t: Words) -> charts.Figure:
    shocks = [SHOCKS[name].model_validate_json(said) for name, said in told]
    courses = [
        (f"{place}", shock.label[t.language], [shock.strength(week) for week in range(1, horizon + 1)])
        for place, shock in enumerate(shocks)
    ]
    return charts_week.timeline(courses, t)

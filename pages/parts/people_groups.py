"""Segments of a recorded world: what they are worth, how they move, how unequal taking part is, who receives."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from pages.parts import charts_marks, panels, people, state
from pages.parts import charts_people_groups as charts
from pages.parts.charts import Figure
from pages.parts.words import Words, plain
from simulation.analysis import segments as study
from simulation.analysis.lives import Lives
from simulation.fairness import top_share

SPANS = (4, 13, 26)
FLOWS = ("layer", "role")
GIVEN = ("posts", "spent", "tokens")
KEPT = 8
"""Worlds whose densities are kept: they stay as they are while the week that is looked at moves."""


def segments(world: people.World, lives: Lives, t: Words) -> None:
    """RFM grid, lifetime values and the three densities of a week."""

    @st.fragment
    def picture() -> None:
        now = people.week(lives, t)
        here = lives.staying(now)
        if here.empty:
            st.info(t("people.nobody"), icon=":material/person_off:")
            return
        cells, values = study.rfm(lives, now), study.lifetime_values(lives, now)
        bought = int(cells["people"].sum())
        panels.say(
            t("people.segments_answer", week=now, members=len(here), bought=bought, never=len(here) - bought,
              top=t.percent(top_share(values, 0.2)), mean=t.money(float(values.mean())))
        )  # fmt: skip
        left, right = st.columns(2, gap="large")
        with left:
            panels.figure(charts.rfm(cells, t))
            panels.note(t("people.rfm_note"))
        with right:
            panels.figure(charts.values(values, t))
            panels.note(t("people.values_note"))
        st.markdown(f"##### {t('people.densities')}")
        with st.grid(3, min_column_width=240, gap="medium"):
            for found in _densities(lives, world.scenario.economy.margin, t):
                with st.container():
                    panels.figure(charts_marks.at_week(found, now, t))
        panels.note(t("people.one_world"))

    picture()


@lru_cache(maxsize=KEPT)
def _densities(lives: Lives, margin: float, t: Words) -> tuple[Figure, ...]:
    found = study.densities(lives, margin)
    return tuple(charts.density(found, which, t) for which in charts.DENSITIES)


def movement(world: people.World, lives: Lives, t: Words) -> None:
    """Layers with the movement between them, inequality of taking part, and who receives the value."""

    @st.fragment
    def picture() -> None:
        now = people.week(lives, t)
        kind = st.segmented_control(
            t("people.flows"), FLOWS, format_func=lambda name: t.heading(f"people.by_{name}"), required=True,
            default=FLOWS[0], key=people.key("flows"), label_visibility="collapsed", persist_state="session",
        ) or FLOWS[0]  # fmt: skip
        span = int(
            st.segmented_control(
                t("people.span"), SPANS, format_func=lambda weeks: t("people.span_weeks", weeks=weeks), required=True,
                default=SPANS[1], key=people.key("span"), persist_state="session",
            ) or SPANS[1]
        )  # fmt: skip
        start = max(now - span, 0)
        moves = study.moves(lives, start, now, kind)
        if moves.empty:
            st.info(t("people.nobody"), icon=":material/person_off:")
        else:
            _flows(lives, charts.flows(moves, kind, start, now, t), kind, start, now, t)
        _unequal(lives, now, t)

    picture()


def _flows(lives: Lives, drawn: charts.Flows, kind: str, start: int, now: int, t: Words) -> None:
    st.markdown(f"**{plain(drawn.title)}**")
    slot = f"{state.PEOPLE}.sankey"
    picked: Any = st.echarts_chart(drawn.spec, height=charts.FLOW_HEIGHT, key=slot, alt=drawn.alt, on_select="rerun")
    chosen = [
        drawn.links[place]
        for group in picked["selection"]["selected"]
        for place in group["data_indices"]
        if group.get("data_type") == "edge" and 0 <= place < len(drawn.links)
    ]
    if not chosen:
        panels.note(t("people.flows_note"))
        return
    origin, destination = chosen[0]
    before, after = study.states(lives, start, kind), study.states(lives, now, kind)
    who = [int(place) for place in ((before == origin) & (after == destination)).nonzero()[0]]
    shown = t.join([str(person) for person in who[:20]])
    panels.note(t("people.flow_people", people=len(who), shown=shown))


def _unequal(lives: Lives, now: int, t: Words) -> None:
    given = study.contributions(lives, now)
    curves, told = {}, []
    for name in GIVEN:
        curve, gini, top = study.lorenz(given[name])
        curves[t("people.lorenz_line", name=t(f"people.given_{name}"), gini=t.number(gini, 2))] = curve
        told.append(
            t("people.lorenz_answer", name=t(f"people.given_{name}"), top=t.percent(top), gini=t.number(gini, 2))
        )
    left, right = st.columns(2, gap="large")
    with left:
        panels.figure(charts.lorenz(curves, t))
        panels.points(told)
    with right:
        shares, fairness = study.receipts(lives, now)
        panels.figure(charts.receipts(shares, t))
        panels.note(t("people.receipts_note", fairness=t.number(fairness, 2)))
        panels.note(t("people.one_world"))

"""Data desk: the log of one world, and what can be found out from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import background, charts_studies, desk_exercises, desk_queries, library, panels, state
from pages.parts.desk_world import ADDRESS, Recorded, World, recorded
from pages.parts.words import Words, plain
from simulation.analysis import absence, demand
from simulation.analysis import ties as network
from simulation.analysis.cohorts import cohort_shares
from simulation.eventlog import DICTIONARY

SHOWN_ROWS = 500
LISTED = 15
FIRST = ["segment", "people", "share", "unmet", "voice", "loyalty", "buying", "churn"]
"""Columns of a segment that the verdict rests on, which come first."""
ABSENCE_SEEDS = range(1, 11)


def log(world: World, t: Words) -> None:
    """Tables to look at, to take away and to question."""
    found = recorded(world, t)
    if found is None:
        return
    tables = {table.name: table for table in DICTIONARY}
    ADDRESS.one("table", list(tables), t("desk.table"), t)
    name = st.selectbox(
        t("desk.table"),
        list(tables),
        format_func=lambda name: f"{t(f'desk.table_{name}')} ({name}, {len(found.log[name]):,})",
        key=f"{state.DESK}.table",
        persist_state="session",
    )
    said = tables[name].zh if t.language == "zh" else tables[name].en
    panels.note(t.after(said, t("desk.shown", shown=min(SHOWN_ROWS, len(found.log[name])), rows=len(found.log[name]))))
    st.dataframe(found.log[name].head(SHOWN_ROWS), hide_index=True, alt=said, height=280)
    desk_queries.take_away(found.log, world.scenario.plan.name, t)
    desk_queries.structure(t)
    desk_queries.questions(found.base, world.key, t)


def cohorts(world: World, t: Words) -> None:
    """Who came together, and how many of them are still there."""
    found = recorded(world, t)
    if found is None:
        return
    shares = cohort_shares(found.log)
    if shares.empty:
        st.info(t("desk.nobody"))
        return
    panels.note(t("desk.cohorts_note"))
    panels.figure(charts_studies.heat_map(shares, t))
    wide = shares.pivot(index=["cohort", "people"], columns="since", values="share")
    cells: Any = wide.iterrows()
    told = pd.DataFrame(
        [
            {t("desk.cohort"): charts_studies.cohort(start, people, t)}
            | {str(since): "" if pd.isna(share) else t.number(100 * share, 1) for since, share in row.items()}
            for (start, people), row in cells
        ]
    )
    st.dataframe(told, hide_index=True, alt=t("desk.heat_map"))


def unmet(world: World, t: Words) -> None:
    """Segments of the log, the one whose need is unmet, and what the world itself says about them."""
    found = recorded(world, t)
    if found is None:
        return
    studied = background.made(("demand", *world.key), partial(_mine, found), t)
    if studied is None:
        return
    segments, truth = studied
    row: Any = segments.profile.set_index("segment").loc[segments.unmet]
    sentence = "desk.demand_found" if segments.convincing else "desk.demand_none"
    told = {"segment": segments.unmet, "people": int(row["people"]), "share": t.percent(row["share"])}
    panels.say(t(sentence, **told))
    panels.note(t("desk.demand_note", quality=t.number(segments.quality, 2)))
    st.dataframe(
        _headed(segments.profile[FIRST + [name for name in segments.profile if name not in FIRST]].round(3), t),
        hide_index=True,
        alt=t("desk.demand"),
    )
    with st.expander(t("desk.demand_truth")):
        st.markdown(t("desk.demand_truth_note"))
        shown = truth.drop(columns="named").round(3)
        shown["worst_need"] = [t(f"desk.need_{need}") for need in shown["worst_need"]]
        st.dataframe(_headed(shown, t), hide_index=True, alt=t("desk.demand_truth"))


def _mine(found: Recorded) -> tuple[demand.Segments, pd.DataFrame]:
    segments = demand.find(found.log)
    return segments, demand.check(segments, found.model)


def people(world: World, t: Words) -> None:
    """Key people, communities and bridges among those who are members at the end."""
    found = recorded(world, t)
    if found is None:
        return
    ties = found.log["interactions"]
    if ties.empty:
        st.info(t("desk.nobody"))
        return
    studied = background.made(("network", *world.key), partial(_study_network, ties), t)
    if studied is None:
        return
    key, sizes, bridges = studied
    panels.say(
        t("desk.network_answer", people=len(key), ties=len(ties), communities=len(sizes), first=key["person"].iloc[0],
          degree=int(key["degree"].iloc[0]))
    )  # fmt: skip
    panels.note(t("desk.network_note"))
    for name, frame in (("key_people", key), ("communities", sizes), ("bridges", bridges)):
        st.markdown(f"##### {t(f'desk.{name}')}")
        panels.note(t(f"desk.{name}_note"))
        st.dataframe(_headed(frame.head(LISTED).round(3), t), hide_index=True, alt=t(f"desk.{name}"))


def _study_network(ties: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    groups = network.communities(ties)
    return network.key_people(ties), network.community_sizes(ties, groups), network.bridges(ties, groups)


def away(world: World, t: Words) -> None:
    """What goes on when the operator stops everything."""
    last = world.scenario.horizon // 2
    panels.note(t("desk.absence_note", week=last, worlds=len(ABSENCE_SEEDS)))
    table = background.made(
        ("absence", world.key[0], last), partial(absence.absence, world.scenario, last, tuple(ABSENCE_SEEDS)), t
    )
    if table is None:
        return
    left: Any = absence.surviving(table).set_index("measure").loc["activity"]
    interval = f"[{t.percent(left['low'])}, {t.percent(left['high'])}]"
    sentence = "desk.absence_answer" if world.scenario.plan.strategies else "desk.absence_nothing"
    panels.say(t(sentence, share=t.percent(left["share"]), interval=interval, weeks=int(left["away"])))
    panels.figure(charts_studies.without_operator(table, t))


def _headed(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    return frame.rename(columns={name: t(f"desk.{name}") for name in frame.columns})


STUDIES: dict[str, Callable[[World, Words], None]] = {
    "log": log,
    "exercises": desk_exercises.show,
    "cohorts": cohorts,
    "demand": unmet,
    "network": people,
    "absence": away,
}
"""Sections of the page, in order."""


def lead(world: World, t: Words) -> str:
    """What is being looked at, in a line."""
    return plain(
        t("desk.lead", scenario=library.title(world.scenario, t), plan=library.title(world.scenario.plan, t),
          weeks=world.scenario.horizon, seed=world.seed)
    )  # fmt: skip

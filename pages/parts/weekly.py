"""The Studio's panels, all at the week one looks at: curves with what happened, the last run behind them, and tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

import pandas as pd
import streamlit as st

from pages.parts import background, charts, charts_marks, charts_studies, charts_week, panels, verdicts
from pages.parts.charts_marks import Event
from pages.parts.settings import key
from pages.parts.words import Words
from simulation.analysis import cohorts, compare, portrait
from simulation.analysis.compare import Paired
from simulation.eventlog import record
from simulation.intervals import mean_interval
from simulation.outcome import Outcome
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import Scenario

VIEWS = (*panels.CURVES, "fatigue", "needs", "streams", "content", "cohorts")
COHORT_WORLDS = 5
"""Worlds whose people are followed one by one for the heat map."""
IN_A_WEEK = {"retention_13": "survival", "revenue": "revenue_cum", "profit": "profit_cum"}
"""Measure of the whole run → what stands for it in a single week."""


@dataclass(frozen=True)
class Shown:
    """What the panels show: results, whose they are, what happened, and the run before."""

    results: Results
    scenario: Scenario = field(compare=False)  # told by the results already, and a scenario has no hash
    names: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    last: Results | None = None
    last_name: str = ""

    @property
    def mine(self) -> str:
        """Plan in question."""
        return self.scenario.plan.name


def events(scenario: Scenario, t: Words) -> tuple[Event, ...]:
    """Shocks, and strategies that begin after the first week or end, in the order of their weeks."""
    found = [Event(shock.week, shock.label[t.language], True) for shock in scenario.shocks]
    for strategy in scenario.plan.strategies.values():
        label = strategy.label[t.language]
        if strategy.start > 1:
            found.append(Event(strategy.start, t("charts.begins", label=label), False))
        if strategy.stop:
            found.append(Event(strategy.stop, t("charts.ends", label=label), False))
    return tuple(sorted(found))


def scrubber(horizon: int, t: Words) -> int:
    """Week that every panel shows; the last one until somebody moves it."""
    place = key("week")
    now = st.session_state.get(place)
    if now is None or now > horizon or st.session_state.get(key("week.of")) != horizon:
        st.session_state[place], st.session_state[key("week.of")] = horizon, horizon
    return int(st.slider(t("studio.week"), 0, horizon, key=place, help=t("studio.week_help"), persist_state="session"))


def choose(t: Words) -> list[str]:
    """Panels to show, in their own order."""
    chosen = st.pills(
        t("panels.curve"),
        VIEWS,
        format_func=lambda name: label(name, t),
        selection_mode="multi",
        default=panels.SHOWN_FIRST,
        key=key("curve"),
        label_visibility="collapsed",
        persist_state="session",
    )
    return [name for name in VIEWS if name in (chosen or panels.SHOWN_FIRST)]


def label(view: str, t: Words) -> str:
    """What people call a panel."""
    if view in WEEKLY:
        return WEEKLY[view].label(t.language)
    return t("panels.retention") if view == "retention" else t(f"studio.view_{view}")


def draw(shown: Shown, view: str, week: int, t: Words) -> None:
    """One panel at the week one looks at."""
    if view == "cohorts":
        _heat_map(shown, week, t)
    elif view == "needs":
        panels.figure(_needs(shown.results, shown.names, max(week, 0), t), width="content")
    else:
        found = figure(shown, view, t)
        panels.figure(charts_marks.at_week(found, week, t) if week < shown.scenario.horizon else found)
    if view == "streams":
        told = t("measures.streams", plan=dict(shown.names)[shown.mine])
        panels.table(panels.streams(shown.results, shown.mine, t), told)


def pictures(shown: Shown, views: Sequence[str], t: Words) -> dict[str, charts.Figure]:
    """The outcomes that belong together and whatever else is on the page, as figures to take away."""
    wanted = [view for view in VIEWS if view in {*panels.CURVES, *views} and view != "cohorts"]
    last = shown.scenario.horizon
    return {
        view: _needs(shown.results, shown.names, last, t) if view == "needs" else figure(shown, view, t)
        for view in wanted
    }


@lru_cache(maxsize=panels.KEPT)
def figure(shown: Shown, view: str, t: Words) -> charts.Figure:
    """A curve over weeks with what happened and the last run; the week one looks at is laid over it."""
    names = dict(shown.names)
    if view in {"streams", "content"}:
        drawn = _made_of(shown.results, shown.mine, names[shown.mine], view, t)
    else:
        drawn = panels.curve(shown.results, view, names, t)
        if shown.last is not None:
            drawn = charts_marks.ghost(drawn, _ghost(shown.last, view, t), shown.last_name, t)
    if view == "retention":  # weeks since joining, in which nothing happens to all at once
        return drawn
    return charts_marks.annotated(drawn, shown.events, shown.scenario.horizon, t)


def _ghost(last: Results, view: str, t: Words) -> pd.DataFrame:
    if view == "retention":
        curve = compare.retention_curve(last)
        return pd.DataFrame({"x": curve["tenure"], "y": curve["survival"] * 100})
    curve = compare.band(last, view)
    return pd.DataFrame({"x": curve["week"], "y": curve["mean"] * t.scale(WEEKLY[view])})


def _made_of(results: Results, plan: str, name: str, view: str, t: Words) -> charts.Figure:
    if view == "streams":
        frame = portrait.streams(results, plan)
        frame["stream"] = frame["stream"].map(lambda stream: panels.stream_name(stream, t))
        return charts_week.streams(frame, name, t)
    frame = portrait.content(results, plan)
    frame["source"] = frame["source"].map(lambda source: t(f"studio.content_{source}"))
    return charts_week.content(frame, name, t)


@lru_cache(maxsize=panels.KEPT)
def _needs(results: Results, names: tuple[tuple[str, str], ...], week: int, t: Words) -> charts.Figure:
    frame = portrait.needs(results, week)
    frame["need"] = frame["need"].map(lambda need: WEEKLY[f"need_{need}"].label(t.language))
    return charts_week.needs(frame, dict(names), week, t)


def _heat_map(shown: Shown, week: int, t: Words) -> None:
    scenario, seeds = shown.scenario, tuple(shown.scenario.seeds.numbers()[:COHORT_WORLDS])
    make = partial(_cohorts, scenario, seeds)
    found = background.made(("cohorts", scenario.fingerprint(), seeds), make, t)
    if found is None:
        return
    past = week < scenario.horizon
    if past:
        found = cohorts.known_by(found, week)
    if found.empty:
        st.info(t("desk.nobody"))
        return
    panels.figure(charts_studies.heat_map(found, t))
    told = t("studio.cohorts_note", plan=dict(shown.names)[shown.mine], worlds=len(seeds))
    panels.note(told + (t("studio.cohorts_known", week=week) if past else ""))


def _cohorts(scenario: Scenario, seeds: tuple[int, ...]) -> pd.DataFrame:
    return cohorts.cohort_bands([record(scenario, seed) for seed in seeds])


def outcomes(week: int) -> dict[str, Outcome]:
    """The outcomes that belong together as they are told in a single week."""
    kept = replace(TOTALS[verdicts.FIRST], zh=f"{week} 周留存率", en=f"{week}-week retention")
    return {name: kept if name == verdicts.FIRST else WEEKLY[IN_A_WEEK.get(name, name)] for name in verdicts.TOGETHER}


@lru_cache(maxsize=panels.KEPT)
def levels(results: Results, plan: str, week: int) -> Mapping[str, panels.Level]:
    """Level of the outcomes that belong together in a single week."""
    found = {}
    for name in verdicts.TOGETHER:
        values = compare.at_week(results, plan, IN_A_WEEK.get(name, name), week)
        found[name] = panels.Level(*mean_interval(values.to_numpy(float)), worlds=int(values.notna().sum()))
    return found


@lru_cache(maxsize=panels.KEPT)
def pairs(results: Results, a: str, b: str, week: int) -> Mapping[str, Paired]:
    """Plan ``a`` minus plan ``b`` in twin worlds in a single week."""
    return {name: compare.paired_at(results, a, b, IN_A_WEEK.get(name, name), week) for name in verdicts.TOGETHER}

"""Setting up a duel and drawing its rounds: who fights, where, over what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import charts, charts_duel, errors, library, panels, settings, state, verdicts
from pages.parts.words import Words
from simulation.analysis import compare, settling
from simulation.errors import LabError
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
    _from_address(t)
    state.remember(key("worlds"), 30)
    left, middle, right = st.columns([3, 2, 1])
    scenario, plans = contenders(key, left, middle, t)
    worlds = right.selectbox(
        t("studio.worlds"), WORLDS, key=key("worlds"), help=t("studio.worlds_help"), persist_state="session"
    )
    _to_address(st.session_state[key("plans")], st.session_state[key("scenario")], int(worlds))
    return scenario, plans, int(worlds)


def contenders(
    key: Callable[[str], str], left: DeltaGenerator, right: DeltaGenerator, t: Words
) -> tuple[Scenario, tuple[Plan, ...]]:
    """Ground and plans that are set against each other, those of the Studio among them.

    Args:
        key: Session key of a widget of the page, by its name: ``plans`` and ``scenario``.
        left: Where plans are chosen.
        right: Where the scenario is chosen.
        t: Reader's words.
    """
    asked: Scenario | None = st.session_state.get(settings.ASKED)
    own = asked.plan if asked is not None and asked.plan.name not in library.plans() else None
    options = [*library.plans(), *([OURS] if own is not None else [])]
    called = library.names(tuple(library.plans().values()), t) | {OURS: t("duel.studio_plan")}
    state.remember(key("plans"), [OURS if own is not None else library.first_plan().name, library.NEUTRAL])
    st.session_state[key("plans")] = [name for name in st.session_state[key("plans")] if name in options]
    state.remember(key("scenario"), library.FIRST_SCENARIO)
    if st.context.theme.type == "dark":  # Streamlit writes white on the light colour that selections have here
        st.html(f"<style>.st-key-{key('plans').replace('.', '-')} span[title]{{color:#0F1B1F}}</style>")
    chosen = left.multiselect(
        t("duel.plans"),
        options,
        format_func=called.__getitem__,
        key=key("plans"),
        max_selections=MOST_PLANS,
        persist_state="session",
    )
    grounds = dict(library.scenarios()) | ({OURS: asked} if asked is not None else {})
    scenario = right.selectbox(
        t("studio.scenario"), list(grounds), key=key("scenario"), persist_state="session",
        format_func=lambda name: t("duel.studio_scenario") if name == OURS else library.title(grounds[name], t),
    )  # fmt: skip
    library.tell_draws(grounds[scenario], t)
    plans = [own if name == OURS and own is not None else library.plans()[name] for name in chosen]
    return grounds[scenario], tuple(plans)


def _from_address(t: Words) -> None:
    """Take over, once, the plans, scenario and worlds of a shared link; what is unknown is told and left out."""
    asked = {name: st.query_params.get(name, "") for name in ("plans", "ground", "worlds")}
    if key("link") in st.session_state or not any(asked.values()):
        return
    st.session_state[key("link")] = True
    plans = [name for name in asked["plans"].split(",") if name]
    known = [name for name in dict.fromkeys(plans) if name in library.plans()][:MOST_PLANS]
    try:
        for name in plans:
            if name not in library.plans():
                raise LabError("unknown_name", kind="plan", given=name[:60], known=", ".join(library.plans()))
        if asked["ground"] and asked["ground"] not in library.scenarios():
            told = ", ".join(library.scenarios())
            raise LabError("unknown_name", kind="scenario", given=asked["ground"][:60], known=told)
        if asked["worlds"] and asked["worlds"] not in map(str, WORLDS):
            allowed = ", ".join(map(str, WORLDS))
            raise LabError("out_of_range", field="worlds", given=asked["worlds"][:60], allowed=allowed)
    except LabError as error:
        st.warning(errors.sentence(error, t), icon=":material/link_off:")
    if known:
        st.session_state[key("plans")] = known
    if asked["ground"] in library.scenarios():
        st.session_state[key("scenario")] = asked["ground"]
    if asked["worlds"] in map(str, WORLDS):
        st.session_state[key("worlds")] = int(asked["worlds"])


def _to_address(plans: list[str], scenario: str, worlds: int) -> None:
    """Write the duel into the address; one of the Studio's own plans or scenario cannot be told by name."""
    st.session_state[key("link")] = True
    named = {"plans": ",".join(plans), "ground": scenario, "worlds": str(worlds)}
    told = {} if OURS in {*plans, scenario} else named
    for name in ("plans", "ground", "worlds"):
        if name in told and st.query_params.get(name) != told[name]:
            st.query_params[name] = told[name]
        elif name not in told and name in st.query_params:
            del st.query_params[name]


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


def measure(chosen: str) -> str:
    """Measure of the whole run on which the chosen curves end: the verdict speaks of what the charts show."""
    return {"retention": verdicts.FIRST}.get(chosen, chosen.removesuffix("_cum"))


def round_of(results: Results, a: str, b: str, chosen: str, called: Mapping[str, str], t: Words) -> None:
    """One outcome: what it came to, curves, their difference, every world, and how the interval narrows."""
    name, one, other = measure(chosen), called[a], called[b]
    pair = panels.pairs(results, a, b)[name]
    panels.say(verdicts.each(pair, name, one, other, t))
    left, right = st.columns(2, gap="medium")
    with left:
        panels.figure(panels.curve(results, chosen, called, t))
    with right:
        panels.figure(_gap(results, a, b, chosen, one, other, t))
    left, right = st.columns(2, gap="medium")
    with left:
        panels.figure(_worlds(results, a, b, name, tuple(called.items()), t))
    with right:
        panels.figure(_settling(results, a, b, name, t))
        panels.note(verdicts.enough({name: pair}, t))
    if len(results.plans) > 2:
        panels.figure(_standings(results, b, name, tuple(called.items()), t))


@lru_cache(maxsize=panels.KEPT)
def _gap(results: Results, a: str, b: str, chosen: str, one: str, other: str, t: Words) -> charts.Figure:
    if chosen == "retention":
        frame, outcome = compare.paired_retention(results, a, b), TOTALS[verdicts.FIRST]
        return charts_duel.difference(frame, outcome, one, other, t)
    return charts_duel.difference(compare.paired_weekly(results, a, b, chosen), WEEKLY[chosen], one, other, t)


@lru_cache(maxsize=panels.KEPT)
def _worlds(
    results: Results, a: str, b: str, name: str, called: tuple[tuple[str, str], ...], t: Words
) -> charts.Figure:
    told = dict(called)
    found = settling.world_by_world(results, a, b, name)
    return charts_duel.worlds(found, TOTALS[name], told[a], told[b], list(told.values()), t)


@lru_cache(maxsize=panels.KEPT)
def _settling(results: Results, a: str, b: str, name: str, t: Words) -> charts.Figure:
    pair = panels.pairs(results, a, b)[name]
    return charts_duel.settling(settling.settling(results, a, b, name), pair, TOTALS[name], t)


@lru_cache(maxsize=panels.KEPT)
def _standings(results: Results, b: str, name: str, called: tuple[tuple[str, str], ...], t: Words) -> charts.Figure:
    rows = []
    for plan, title in called:
        if plan != b:
            pair = panels.pairs(results, plan, b)[name]
            rows.append({"name": title, "mean": pair.mean, "low": pair.low, "high": pair.high, "wins": pair.wins,
                         "worlds": pair.worlds})  # fmt: skip
    return charts_duel.standings(pd.DataFrame(rows), TOTALS[name], dict(called)[b], t)


def pictures(results: Results, a: str, b: str, called: Mapping[str, str], t: Words) -> dict[str, charts.Figure]:
    """Every figure of every outcome, to take away."""
    found = {}
    for chosen in panels.CURVES:
        name = measure(chosen)
        found[f"{name}_curves"] = panels.curve(results, chosen, called, t)
        found[f"{name}_difference"] = _gap(results, a, b, chosen, called[a], called[b], t)
        found[f"{name}_worlds"] = _worlds(results, a, b, name, tuple(called.items()), t)
    return found

"""Settings of the Studio: a scenario taken apart into the values of widgets, and put together again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts import forms, library, state
from simulation.errors import LabError
from simulation.scenario import Plan, Scenario, Text
from simulation.shocks import SHOCKS, Shock
from simulation.strategies import STRATEGIES
from simulation.strategies.base import TOPICS

BASE = f"{state.STUDIO}.base"
ASKED = f"{state.STUDIO}.asked"
LAST = f"{state.STUDIO}.last"
"""Scenario that was shown before the present one."""
REFUSED = f"{state.STUDIO}.refused"
DISPUTED = ("satisfaction", "trust")
"""Coefficients of leaving that no public study identifies: people may dispute them."""
COMMUNITY = ("size", "founders")
TEAM = ("hours", "wage")
MINE = Text(zh="我的方案", en="My plan")


def key(*parts: str) -> str:
    """Session key of a widget of the Studio."""
    return ".".join((state.STUDIO, *parts))


def settle() -> Scenario:
    """Scenario whose results are shown: from the address, as asked for last, or the first one.

    Raises:
        LabError: The address carries something that is no scenario; the first one is loaded then.
    """
    refused = None
    try:
        shared = state.shared_scenario()
    except LabError as error:
        shared, refused = None, error
    if shared is not None or ASKED not in st.session_state:
        scenario = shared or library.first_scenario()
        load(scenario)
        st.session_state[ASKED] = scenario
    if refused is not None:
        st.session_state[REFUSED] = refused
    asked: Scenario = st.session_state[ASKED]
    return asked


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios give the same numbers."""
    return one.fingerprint() == other.fingerprint() and one.seeds == other.seeds


def load(scenario: Scenario) -> None:
    """Set every widget to what a scenario says."""
    st.session_state[BASE] = scenario
    known = scenario.name in library.scenarios()
    st.session_state[key("scenario")] = scenario.name if known else library.CUSTOM
    st.session_state[key("horizon")] = scenario.horizon
    st.session_state[key("worlds")] = scenario.seeds.count
    forms.load(key("seeds"), scenario.seeds, ("first",))
    forms.load(key("community"), scenario.population, COMMUNITY)
    forms.load(key("economy"), scenario.economy)
    forms.load(key("leaving"), scenario.behaviour.leaving, DISPUTED)
    load_plan(scenario.plan)
    for name, kind in SHOCKS.items():
        happened = [shock for shock in scenario.shocks if shock.id == name]
        st.session_state[key("shock", name)] = bool(happened)
        forms.load(key("shocks", name), happened[0] if happened else kind())


def load_plan(plan: Plan) -> None:
    """Set the widgets of the plan."""
    known = library.recognised(plan).name
    st.session_state[key("plan")] = known if known in library.plans() else library.CUSTOM
    st.session_state[key("budget")] = float(plan.budget)
    own = plan.title if known not in library.plans() and plan.title != MINE else Text()
    st.session_state[key("title")] = own.zh or own.en
    forms.load(key("team"), plan, TEAM)
    for topic in TOPICS:
        st.session_state[key("open", topic)] = any(kind.topic == topic for kind in plan.strategies.values())
    for name, kind in STRATEGIES.items():
        st.session_state[key("on", name)] = name in plan.strategies
        forms.load(key("strategy", name), plan.strategies.get(name, kind()))


def collect() -> Scenario:
    """Scenario as the widgets stand now.

    Raises:
        LabError: A value that the parameters refuse, naming the field.
    """
    base: Scenario = st.session_state[BASE]
    values = st.session_state
    strategies = {
        name: forms.read(key("strategy", name), base.plan.strategies.get(name, kind()))
        for name, kind in STRATEGIES.items()
        if values.get(key("on", name))
    }
    team = {name: values[key("team", name)] for name in TEAM}
    title = str(values.get(key("title")) or "").strip()
    called = Text(zh=title, en=title) if title else MINE
    plan = Plan(name=library.CUSTOM, title=called, budget=values[key("budget")], strategies=strategies, **team)
    changed: dict[str, Any] = {
        "plan": base.plan if plan.fingerprint() == base.plan.fingerprint() else library.recognised(plan),
        "shocks": _shocks(base),
        "horizon": int(values[key("horizon")]),
        "seeds": forms.read(key("seeds"), base.seeds, fields=("first",)).model_copy(
            update={"count": int(values[key("worlds")])}
        ),
        "population": forms.read(key("community"), base.population, fields=COMMUNITY),
        "economy": forms.read(key("economy"), base.economy),
        "behaviour": base.behaviour.model_copy(
            update={"leaving": forms.read(key("leaving"), base.behaviour.leaving, fields=DISPUTED)}
        ),
    }
    return base.model_copy(update=changed)


def _shocks(base: Scenario) -> tuple[Shock, ...]:
    """Shocks that are switched on; a second one of a kind, which only a file can have, stays as it is."""
    chosen: list[Shock] = []
    for name, kind in SHOCKS.items():
        if st.session_state.get(key("shock", name)):
            chosen.append(forms.read(key("shocks", name), kind()))
            chosen += [shock for shock in base.shocks if shock.id == name][1:]
    return tuple(sorted(chosen, key=lambda shock: (shock.week, shock.id)))

"""The run before the present one: its curve lies behind, and where worlds are twins its difference is told."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import streamlit as st

from pages.parts import jobs, library, panels, verdicts
from pages.parts.settings import LAST, key, same
from pages.parts.words import Words
from simulation.experiment import Experiment
from simulation.results import Results
from simulation.scenario import Plan, Scenario

NAME = "last_run"


class Ghost(NamedTuple):
    """Results of the last run, of its own plan alone, and what people call it."""

    results: Results
    name: str


def choose(now: Scenario, t: Words) -> Ghost | None:
    """The last run, if there is one and the reader wants to see it; its progress in place while it is on its way."""
    last: Scenario | None = st.session_state.get(LAST)
    if last is None or same(last, now):
        return None
    if not st.toggle(t("studio.ghost"), value=True, key=key("ghost"), persist_state="session"):
        return None
    plan = _renamed(last.plan)
    found = jobs.gather("studio.ghost", {NAME: Experiment.of(last.with_plan(plan), (plan,))}, t)
    title = t("studio.last_run", plan=library.title(last.plan, t))
    return Ghost(found[NAME], title) if found is not None else None


def tell(ghost: Ghost, results: Results, now: Scenario, t: Words) -> None:
    """The plan of now minus that of the last run in twin worlds, or why the two cannot be paired."""
    last: Scenario = st.session_state[LAST]
    ours = library.title(now.plan, t)
    if not twins(last, now):
        panels.note(t("studio.not_twins", last=ghost.name))
    elif last.plan.fingerprint() == now.plan.fingerprint():
        panels.note(t("studio.same_plan", last=ghost.name))
    else:
        both = _together(results, now.plan.name, ghost.results)
        panels.note(verdicts.sentence(panels.pairs(both, now.plan.name, NAME), ours, ghost.name, t))


@lru_cache(maxsize=8)
def _together(results: Results, plan: str, last: Results) -> Results:
    return Results.concat([results.only(plans=[plan]), last])


def twins(one: Scenario, other: Scenario) -> bool:
    """Whether only the plan differs, so that the same people live with the same luck through the same events."""
    bare = Plan(name="neutral")
    return one.seeds == other.seeds and one.with_plan(bare).fingerprint() == other.with_plan(bare).fingerprint()


def _renamed(plan: Plan) -> Plan:
    return plan.model_copy(update={"name": NAME})

"""Scenarios and plans of the library, read once, with what people call them."""

from __future__ import annotations

from functools import cache

import streamlit as st

from pages.parts.words import Words, plain
from simulation.scenario import Plan, Scenario, list_plans, list_scenarios

FIRST_SCENARIO = "product"
NEUTRAL = "neutral"
FIRST_PLAN = "all_good"
CUSTOM = "custom"
LONGEST_TITLE = 60


@cache
def scenarios() -> dict[str, Scenario]:
    """Every scenario of the library by name."""
    return list_scenarios()


@cache
def plans() -> dict[str, Plan]:
    """Every plan of the library by name, the neutral one first."""
    return list_plans()


def first_plan() -> Plan:
    """Plan that a newcomer sees beside the neutral one."""
    return plans()[FIRST_PLAN]


def first_scenario() -> Scenario:
    """Scenario that a newcomer sees."""
    return scenarios()[FIRST_SCENARIO].with_plan(first_plan())


def reference(scenario: Scenario) -> Plan:
    """Plan that others are compared with: what a case really did, elsewhere the neutral plan.

    What the case itself did is compared with the plan that it names, if it names one.
    """
    known = scenarios().get(scenario.name)
    if known is None or known.plan.name in plans():
        return plans()[NEUTRAL]
    if known.against is not None and scenario.plan.fingerprint() == known.plan.fingerprint():
        return plans().get(known.against, plans()[NEUTRAL])
    return known.plan


def tell_draws(scenario: Scenario, t: Words) -> None:
    """That the worlds of a twin differ in more than luck."""
    draws = scenario.population.drawn.count
    if draws:
        st.caption(t("studio.drawn", draws=draws))


def tell(scenario: Scenario, t: Words) -> None:
    """What is claimed of a case, and what stands behind the scenario."""
    tell_draws(scenario, t)
    claim, note = scenario.claim.said(t.language), scenario.note.said(t.language)
    if claim:
        st.info(plain(t("studio.claim", claim=claim)), icon=":material/format_quote:")
    if note:
        with st.expander(t("studio.about"), icon=":material/info:"):
            st.markdown(plain(note))


def title(thing: Scenario | Plan, t: Words) -> str:
    """What people call a scenario or a plan."""
    called = t.of(thing.title, thing.name)
    return called if len(called) <= LONGEST_TITLE else called[: LONGEST_TITLE - 1] + "…"


def recognised(plan: Plan) -> Plan:
    """The library's plan that does exactly the same, else the plan itself under the name of a plan of one's own."""
    fingerprint = plan.fingerprint()
    same = (known for known in plans().values() if known.fingerprint() == fingerprint)
    return next(same, plan.model_copy(update={"name": CUSTOM}) if plan.name in plans() else plan)


def names(chosen: tuple[Plan, ...], t: Words) -> dict[str, str]:
    """Plan name → what people call it; titles that coincide get a number."""
    told: dict[str, str] = {}
    for plan in chosen:
        called = title(plan, t)
        again = sum(value == called or value.startswith(f"{called} (") for value in told.values())
        told[plan.name] = f"{called} ({again + 1})" if again else called
    return told

"""The address of a stress test: its fingerprint, under which a reload and a copied link find the same test again."""

from __future__ import annotations

import streamlit as st

from pages.parts import duelling, library, settings, state
from simulation.analysis.futures import assumed, uncertainties
from simulation.scenario import Plan, Scenario
from simulation.sweep import Sweep
from simulation.sweep_jobs import SWEEPS
from simulation.sweep_paired import PLAN, PairedDesign

FIELD = "stress"
SEEN = f"{state.STRESS}.address"


def restore() -> None:
    """Set the page up, once, as the test was that the address names; an unknown one is left alone."""
    fingerprint = st.query_params.get(FIELD, "")
    if not fingerprint or st.session_state.get(SEEN) == fingerprint:
        return
    st.session_state[SEEN] = fingerprint
    sweep = SWEEPS.stored(fingerprint)
    if sweep is not None and isinstance(sweep.design, PairedDesign):
        _set_up(sweep)


def tell(fingerprint: str) -> None:
    """Write the test into the address."""
    st.session_state[SEEN] = fingerprint
    if st.query_params.get(FIELD) != fingerprint:
        st.query_params[FIELD] = fingerprint


def _set_up(sweep: Sweep) -> None:
    chosen: dict[str, object] = {
        "points": sweep.design.sampling.points,
        "worlds": len(sweep.seeds),
        "kind": sweep.design.sampling.kind,
        "shocked": "own",
    } | _width(sweep)
    own = next((plan for plan in sweep.plans.values() if plan.name not in library.plans()), None)
    known = library.scenarios().get(sweep.base.name)
    if known is not None and _same_ground(known, sweep.base):
        chosen["scenario"] = known.name
    else:
        chosen["scenario"] = duelling.OURS
    if own is not None or chosen["scenario"] == duelling.OURS:
        # What the Studio holds is what the other pages offer as one's own.
        settings.load(sweep.base.with_plan(own) if own is not None else sweep.base)
        st.session_state[settings.ASKED] = sweep.base.with_plan(own or sweep.base.plan)
    chosen["plans"] = [duelling.OURS if plan is own else name for name, plan in sweep.plans.items()]
    for name, value in chosen.items():
        st.session_state[f"{state.STRESS}.{name}"] = value


def _width(sweep: Sweep) -> dict[str, object]:
    paths = [path for path in sweep.design.factors if path != PLAN]
    found = uncertainties(sweep.base, tuple(sweep.plans.values()))
    if paths == [factor.path for factor in found]:
        return {"width": "all"}
    if paths == [factor.path for factor in assumed(found)]:
        return {"width": "assumed"}
    return {"width": "chosen", "paths": paths}


def _same_ground(one: Scenario, other: Scenario) -> bool:
    neutral = Plan(name=library.NEUTRAL)
    return one.with_plan(neutral).fingerprint() == other.with_plan(neutral).fingerprint()

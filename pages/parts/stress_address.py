"""The address of a stress test: all of its set-up, and the fingerprint under which its runs are found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.parts import duelling, errors, library, settings, state, stress_shocks
from pages.parts.page_address import write
from pages.parts.words import Words
from simulation.analysis.futures import assumed, uncertainties
from simulation.errors import LabError
from simulation.scenario import Plan, Scenario
from simulation.sweep import Sweep
from simulation.sweep_jobs import SWEEPS
from simulation.sweep_paired import PLAN, PairedDesign

FIELD = "stress"
SEEN = f"{state.STRESS}.address"
LINK = f"{state.STRESS}.link"
"""Whether the address has been read in this session."""
TARGETS = "targets"
MOST_PATHS = 300


def restore(choices: Mapping[str, Sequence[Any]], t: Words) -> None:
    """Set the page up, once, as the address says; what is unknown there is told and left out.

    A fingerprint that is known here sets up what its runs were computed from; what the address says in words wins,
    since it is what somebody last looked at. The address of a cluster is never taken from a link: whoever answers
    there is believed.

    Args:
        choices: Controls with a given set of values: name → values.
        t: Reader's words.
    """
    fingerprint = st.query_params.get(FIELD, "")
    if fingerprint and st.session_state.get(SEEN) != fingerprint:
        st.session_state[SEEN] = fingerprint
        sweep = SWEEPS.stored(fingerprint)
        if sweep is not None and isinstance(sweep.design, PairedDesign):
            _set_up(sweep)
    if LINK in st.session_state:
        return
    st.session_state[LINK] = True
    _take_scenario(t)
    for name, values in choices.items():
        asked = st.query_params.get(name, "")
        known = {str(value): value for value in values}
        if asked in known:
            _set(name, known[asked])
        elif asked:
            _refuse(LabError("out_of_range", field=t(f"stress.{name}"), given=asked[:60],
                             allowed=", ".join(known)), t)  # fmt: skip
    _take_shocks(t)
    paths = st.query_params.get("paths", "")
    if paths:  # what does not act here is left out where the paths are chosen
        _set("paths", paths.split(",")[:MOST_PATHS])
    for name in ("failing", "behind"):
        if name in st.query_params:
            _set(name, st.query_params[name])


def tell(fingerprint: str) -> None:
    """Write into the address which runs are looked at."""
    st.session_state[SEEN] = fingerprint
    write({FIELD: fingerprint})


def tell_set_up(names: Sequence[str], plans: Sequence[str], ground: str) -> None:
    """Write the set-up of the page into the address; settings of the Studio go along as a whole.

    Args:
        names: Controls with a given set of values.
        plans: Chosen plans.
        ground: Chosen scenario.
    """
    asked: Scenario | None = st.session_state.get(settings.ASKED)
    if duelling.OURS in {*plans, ground} and asked is not None:
        state.share(asked)
    if asked is None or duelling.OURS not in {*plans, ground} or st.query_params.get("s") != state.pack(asked):
        write({"s": ""})  # of another scenario, or of one that is too long for an address
    told = {name: str(st.session_state.get(_key(name), "")) for name in names}
    chosen = st.session_state.get(_key("shocked")) == "chosen"
    some = st.session_state.get(_key("width")) == "chosen"
    told |= {
        "plans": ",".join(plans), "ground": ground,
        "shocks": stress_shocks.packed(st.session_state[_key("shocks")]) if chosen else "",
        "paths": ",".join(st.session_state[_key("paths")]) if some else "",
    }  # fmt: skip
    write(told)


def _key(name: str) -> str:
    return f"{state.STRESS}.{name}"


def _set(name: str, value: object) -> None:
    st.session_state[_key(name)] = value


def _refuse(error: LabError, t: Words) -> None:
    st.warning(errors.sentence(error, t), icon=":material/link_off:")


def _take_scenario(t: Words) -> None:
    ground, plans = st.query_params.get("ground", ""), st.query_params.get("plans", "")
    if (ground or plans) and st.query_params.get("s"):
        settings.settle()
        refused = st.session_state.pop(settings.REFUSED, None)
        if refused is not None:
            _refuse(refused, t)
    known = [*library.scenarios(), *([duelling.OURS] if settings.ASKED in st.session_state else [])]
    if ground in known:
        _set("scenario", ground)
    elif ground:
        _refuse(LabError("unknown_name", kind="scenario", given=ground[:60], known=", ".join(known)), t)
    options = [*library.plans(), duelling.OURS]
    named = list(dict.fromkeys(name for name in plans.split(",") if name))
    unknown = [name for name in named if name not in options]
    if unknown:
        _refuse(LabError("unknown_name", kind="plan", given=unknown[0][:60], known=", ".join(library.plans())), t)
    if any(name in options for name in named):
        _set("plans", [name for name in named if name in options][: duelling.MOST_PLANS])


def _take_shocks(t: Words) -> None:
    text = st.query_params.get("shocks", "")
    if not text:
        return
    try:
        found = stress_shocks.unpacked(text)
    except LabError as error:
        _refuse(error, t)
        return
    stress_shocks.load(found)


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
        if known.shocks and not sweep.base.shocks:
            chosen["shocked"] = "off"
        elif sweep.base.shocks != known.shocks:
            chosen["shocked"] = "chosen"
            stress_shocks.load(sweep.base.shocks)
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
    """Whether two scenarios differ in nothing but plan and shocks, of which the page sets one of a kind."""
    if other.shocks != one.shocks and len({shock.id for shock in other.shocks}) < len(other.shocks):
        return False
    bare = {"shocks": (), "plan": Plan(name=library.NEUTRAL)}
    return one.model_copy(update=bare).fingerprint() == other.model_copy(update=bare).fingerprint()

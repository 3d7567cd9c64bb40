"""Address of the People page: a copied link, a bookmark and a reload show the same world, week and person."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from pages.parts import errors, library, page_address, settings, state
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.scenario import Scenario

OURS = "studio"
"""Option that stands for the settings of the Studio."""
MOST_SEEDS = 1000
ADDRESS = page_address.Address(state.PEOPLE)
NAMES = ("ground", "plan", "seed", "view", "week", "person")


def key(name: str) -> str:
    """Session key of a widget of the page."""
    return f"{state.PEOPLE}.{name}"


def take(views: Collection[str], t: Words) -> None:
    """Set the controls, once, to what the address asks for; what cannot be had is told and left out."""
    if key("link") in st.session_state:
        return
    st.session_state[key("link")] = True
    if st.query_params.get("s"):
        settings.settle()
        refused = st.session_state.pop(settings.REFUSED, None)
        if refused is not None:
            st.warning(errors.sentence(refused, t), icon=":material/link_off:")
        else:
            st.session_state[key("scenario")] = OURS
    scenarios, plans = library.scenarios(), library.plans()
    _set("ground", scenarios, "scenario", t)
    _set("plan", plans, "plan", t)
    _set("view", views, "view", t)
    ground: Scenario | None = st.session_state.get(settings.ASKED)
    if st.session_state.get(key("scenario")) != OURS or ground is None:
        ground = scenarios[st.session_state.get(key("scenario"), library.FIRST_SCENARIO)]
    ADDRESS.whole("seed", 1, MOST_SEEDS, t("people.asked_seed"), t)
    ADDRESS.whole("week", 0, ground.horizon, t("people.asked_week"), t)
    ADDRESS.whole("person", 0, ground.population.size - 1, t("people.asked_person"), t)


def tell(scenario: str, plan: str, seed: int, view: str) -> None:
    """Write which world is looked at, and how, into the address; settings of the Studio go along as a whole."""
    asked: Scenario | None = st.session_state.get(settings.ASKED)
    if scenario == OURS and asked is not None:
        state.share(asked)
        page_address.write({"ground": "", "plan": "", "seed": str(seed), "view": view})
    else:
        if "s" in st.query_params:
            del st.query_params["s"]
        page_address.write({"ground": scenario, "plan": plan, "seed": str(seed), "view": view})


def tell_place(**values: int | None) -> None:
    """Write the week or the person that is looked at into the address; None takes it away."""
    page_address.write({name: "" if value is None else str(value) for name, value in values.items()})


def _set(name: str, known: Collection[str], kind: str, t: Words) -> None:
    asked = st.query_params.get(name, "")
    if not asked:
        return
    if asked in known:
        st.session_state[key("scenario" if name == "ground" else name)] = asked
    else:
        _refuse(LabError("unknown_name", kind=kind, given=asked[:60], known=", ".join(known)), t)


def _refuse(error: LabError, t: Words) -> None:
    st.warning(errors.sentence(error, t), icon=":material/link_off:")

"""Settings inside the sections of the stress page, in its address: what a reload or a copied link finds again.

Each is read once in a session, at the moment its control is drawn and what it may be is known. What the address still
has to say is not overwritten before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import errors, state, stress_address
from pages.parts.words import Words
from simulation.errors import LabError

SECTIONS = ("drivers", "best", "assume")
NOTHING = "no"
"""Stands for no limit and for an empty choice; what is missing in an address is left as it is."""
_OTHERS = ("example",)
_BUTTONS = ("run", "cancel", "again", "stopped", "studio")
"""Last parts of keys that cannot be set."""
READ = f"{state.STRESS}.settings"
_MOST_SHOWN = 12


def inside(name: str) -> bool:
    """Whether a session key is a setting of a section; the first goal of a search is one of the whole page."""
    page, section, *parts = (*name.split("."), "", "")
    if page != state.STRESS or section not in SECTIONS or parts[0] == "first":
        return False
    return parts[0] == "levers" or not set(_BUTTONS).intersection(parts)


def one(name: str, options: Sequence[Any], label: str, t: Words) -> None:
    """Set a control to the one of its options that the address names; another one is told and left out.

    Args:
        name: Session key of the control without the name of the page, which is its name in the address.
        options: What can be chosen.
        label: What people call it.
        t: Reader's words.
    """
    asked = _asked(name)
    known = {_said(option): option for option in options}
    if asked in known:
        _set(name, known[asked])
    elif asked:
        shown = [*list(known)[:_MOST_SHOWN], *(["…"] if len(known) > _MOST_SHOWN else [])]
        _refuse(LabError("out_of_range", field=label, given=asked[:60], allowed=", ".join(shown)), t)


def several(name: str, options: Sequence[str], most: int, label: str, t: Words) -> None:
    """Set a control that takes several of its options, at most so many; see :func:`one`."""
    asked = _asked(name)
    if not asked:
        return
    named = [] if asked == NOTHING else list(dict.fromkeys(asked.split(",")))
    unknown = [each for each in named if each not in options]
    if unknown:
        _refuse(LabError("unknown_name", kind=label, given=unknown[0][:60], known=", ".join(options[:_MOST_SHOWN])), t)
    found = [each for each in named if each in options][:most]
    if found or asked == NOTHING:
        _set(name, found)


def number(name: str, low: float, high: float, label: str, t: Words) -> None:
    """Set a control that takes a number or none; see :func:`one`."""
    asked = _asked(name)
    value = float(pd.to_numeric(asked[:40], errors="coerce")) if asked else float("nan")
    if asked == NOTHING:
        _set(name, None)
    elif math.isfinite(value) and low <= value <= high:
        _set(name, value)
    elif asked:
        _refuse(LabError("out_of_range", field=label, given=asked[:60], allowed=f"{t.bare(low)}–{t.bare(high)}"), t)


def tell() -> None:
    """Write the settings of this session into the address, those of sections that are not looked at among them."""
    read = st.session_state.get(READ, frozenset())
    told = {}
    for key, value in st.session_state.items():
        name = str(key).removeprefix(f"{state.STRESS}.")
        if (inside(str(key)) or str(key) in {f"{state.STRESS}.{each}" for each in _OTHERS}) and (
            name in read or name not in st.query_params
        ):
            told[name] = _said(value)
    stress_address.write(told)


def _asked(name: str) -> str:
    read: frozenset[str] = st.session_state.get(READ, frozenset())
    if name in read:
        return ""
    st.session_state[READ] = read | {name}
    return st.query_params.get(name, "")


def _said(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _set(name: str, value: object) -> None:
    st.session_state[f"{state.STRESS}.{name}"] = value


def _refuse(error: LabError, t: Words) -> None:
    st.warning(errors.sentence(error, t), icon=":material/link_off:")

"""Settings inside the sections of the stress page, which its address carries beside the set-up of the test."""

from __future__ import annotations

import streamlit as st

from pages.parts import state
from pages.parts.page_address import Address

SECTIONS = ("drivers", "best", "assume")
EXAMPLE = "example"
ADDRESS = Address(state.STRESS)
one, several, number = ADDRESS.one, ADDRESS.several, ADDRESS.number
_BUTTONS = ("run", "cancel", "again", "stopped", "studio")
"""Last parts of keys that cannot be set."""


def inside(name: str) -> bool:
    """Whether a session key is a setting of a section; the first goal of a search is one of the whole page."""
    page, section, *parts = (*name.split("."), "", "")
    if page != state.STRESS or section not in SECTIONS or parts[0] == "first":
        return False
    return parts[0] == "levers" or not set(_BUTTONS).intersection(parts)


def tell() -> None:
    """Write the settings of this session into the address, those of sections that are not looked at among them."""
    names = [str(key).removeprefix(f"{state.STRESS}.") for key in st.session_state if inside(str(key))]
    ADDRESS.tell([*names, EXAMPLE])

"""Every key of a session, and the share link that carries a scenario."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import streamlit as st

from pages.parts.words import LANGUAGES
from simulation.errors import LabError
from simulation.files import MAX_BYTES
from simulation.scenario import Scenario, read_scenario

LANGUAGE = "language"
LANGUAGE_CHOSEN = "language.chosen"
GREETING = "language.greeting"
"""Language that a class asks for and that the next pass takes over."""
INSIDE = "inside"
"""Whether a page runs inside ``app.py``, as it must."""
SHARED = "shared"
"""Share code last read from the address, so that it is applied once."""
VISITOR = "visitor"
STUDIO = "studio"
DUEL = "duel"
LESSON = "lesson"
EVIDENCE = "facts"
DESK = "desk"
PEOPLE = "people"
STRESS = "stress"
DATA = "data"
CLASSROOM = "classroom"
TEACH = "teach"

LONGEST_LINK = 16_000


def settle_language() -> str:
    """Language of the session: chosen before, else ``?lang=``, else what the browser asks for."""
    greeted = st.session_state.pop(GREETING, None)
    if greeted is not None:
        st.session_state[LANGUAGE], st.session_state[LANGUAGE_CHOSEN] = greeted, True
    if LANGUAGE not in st.session_state:
        asked = st.query_params.get("lang", "")
        if asked in LANGUAGES:
            st.session_state[LANGUAGE] = asked
            st.session_state[LANGUAGE_CHOSEN] = True
        else:
            locale = st.context.locale or "zh"
            st.session_state[LANGUAGE] = "zh" if locale.lower().startswith("zh") else "en"
    return str(st.session_state[LANGUAGE])


def greet(language: str) -> None:
    """Go on in this language with the next pass, unless a person has chosen one; ``visitor`` names none."""
    if language in LANGUAGES and not st.session_state.get(LANGUAGE_CHOSEN):
        st.session_state[GREETING] = language


def keep_language_in_address() -> None:
    """Write a chosen language into the address, so that a reload and a bookmark keep it."""
    chosen = st.session_state[LANGUAGE]
    if st.session_state.get(LANGUAGE_CHOSEN) and st.query_params.get("lang") != chosen:
        st.query_params["lang"] = chosen


def language_was_chosen() -> None:
    """Note that a person, not the browser, set the language."""
    st.session_state[LANGUAGE_CHOSEN] = True


def pack(scenario: Scenario) -> str:
    """Scenario as the text of a share link."""
    squeezed = zlib.compress(scenario.to_yaml().encode(), 9)
    return base64.urlsafe_b64encode(squeezed).decode().rstrip("=")


def unpack(code: str) -> Scenario:
    """Scenario of a share link, checked like any uploaded file.

    Raises:
        LabError: ``link_unreadable``, or what is wrong with the scenario in it.
    """
    if len(code) > LONGEST_LINK:
        raise LabError("link_unreadable")
    try:
        squeezed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj()
        text = opener.decompress(squeezed, MAX_BYTES).decode("utf-8")
    except (ValueError, binascii.Error, zlib.error):
        raise LabError("link_unreadable") from None
    if opener.unconsumed_tail or not opener.eof:
        raise LabError("link_unreadable")
    return read_scenario(text)


def shared_scenario() -> Scenario | None:
    """Scenario that the address asks for and that this session has not opened yet."""
    code = st.query_params.get("s")
    if not code or code == st.session_state.get(SHARED):
        return None
    st.session_state[SHARED] = code
    return unpack(code)


def share(scenario: Scenario) -> None:
    """Write a scenario into the address: a reload, a bookmark and a copied link reproduce the view."""
    code = pack(scenario)
    if len(code) <= LONGEST_LINK and st.query_params.get("s") != code:
        st.session_state[SHARED] = code
        st.query_params["s"] = code


def share_link(scenario: Scenario) -> str | None:
    """Address that reproduces a scenario, or None where it is too long or the page's own address is unknown."""
    here, code = st.context.url, pack(scenario)
    if not here or len(code) > LONGEST_LINK:
        return None
    return f"{here.partition('?')[0]}?lang={st.session_state[LANGUAGE]}&s={code}"


def remember(key: str, value: Any) -> None:
    """Give a widget its first value; what a person has set since stays."""
    st.session_state.setdefault(key, value)

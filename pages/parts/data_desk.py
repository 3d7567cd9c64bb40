"""What a session keeps of somebody's own orders, how work on them is done, and how all of it is forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from pages.parts import background, settings, state
from pages.parts.words import Words
from simulation.analysis.order_twin import TWIN
from simulation.analysis.orderlog_report import OrderLog

T = TypeVar("T")
CURRENCIES = ("¥", "$", "€", "£")
OPENS = (state.STUDIO, state.DUEL, state.PEOPLE, state.STRESS)
"""Pages that can have the twin open."""


class Refused(NamedTuple):
    """What went wrong, kept like a result: asking again would take as long and end the same way."""

    error: Exception


def key(*parts: str) -> str:
    """Session key of something on this page; all of them are forgotten together."""
    return ".".join((state.DATA, *parts))


@st.cache_resource(show_spinner=False)
def line() -> background.Bench:
    """The line in which private work of all sessions waits: one file is read at a time."""
    return background.Bench()


def bench() -> background.Bench:
    """What was made for this session alone."""
    if key("bench") not in st.session_state:
        st.session_state[key("bench")] = background.Bench(beside=line())
    found: background.Bench = st.session_state[key("bench")]
    return found


def made(name: Hashable, make: Callable[[], T], t: Words) -> T | None:
    """What ``make`` gives, for this session alone; None while it is on its way.

    Raises:
        Exception: What ``make`` raised.
    """

    def kept() -> T | Refused:
        try:
            return make()
        except Exception as error:
            return Refused(error)

    found: Any = background.made(name, kept, t, at=bench())
    if isinstance(found, Refused):
        raise found.error
    return found


def salt() -> bytes:
    """Secret with which this session hashes customers."""
    state.remember(key("salt"), secrets.token_bytes(16))
    found: bytes = st.session_state[key("salt")]
    return found


def log() -> OrderLog | None:
    """Orders of this session."""
    return st.session_state.get(key("log"))


def forget() -> None:
    """Drop the orders, everything made of them, the secret of the hashes, and a twin that other pages have open."""
    bench().clear()
    for name in [str(name) for name in st.session_state]:
        if name.startswith(f"{state.DATA}."):
            del st.session_state[name]
    opened = (st.session_state.get(name) for name in (settings.ASKED, settings.BASE, settings.LAST))
    if any(scenario is not None and scenario.name == TWIN for scenario in opened):
        for name in [str(name) for name in st.session_state]:
            if name.startswith(tuple(f"{page}." for page in OPENS)):
                del st.session_state[name]
        st.query_params.pop("s", None)

"""Settings of a page in its address: what a reload or a copied link finds again.

Each is read once in a session, at the moment its control is drawn and what it may be is known. What the address still
has to say is not overwritten before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import errors
from pages.parts.words import Words
from simulation.errors import LabError

NOTHING = "no"
"""Stands for no limit and for an empty choice; what is missing in an address is left as it is."""
_MOST_SHOWN = 12


class Address:
    """The settings of one page.

    Args:
        page: What its session keys begin with. The rest of a key is the name of the setting in the address.
    """

    def __init__(self, page: str) -> None:
        self.page = page

    def one(self, name: str, options: Sequence[Any], label: str, t: Words) -> None:
        """Set a control to the one of its options that the address names; another one is told and left out.

        Args:
            name: Session key of the control without the name of the page, which is its name in the address.
            options: What can be chosen.
            label: What people call it.
            t: Reader's words.
        """
        asked = self._asked(name)
        known = {_said(option): option for option in options}
        if asked in known:
            self._set(name, known[asked])
        elif asked:
            shown = [*list(known)[:_MOST_SHOWN], *(["…"] if len(known) > _MOST_SHOWN else [])]
            _refuse(LabError("out_of_range", field=label, given=asked[:60], allowed=", ".join(shown)), t)

    def several(self, name: str, options: Sequence[str], most: int, label: str, t: Words) -> None:
        """Set a control that takes several of its options, at most so many; see :func:`one`."""
        asked = self._asked(name)
        if not asked:
            return
        named = [] if asked == NOTHING else list(dict.fromkeys(asked.split(",")))
        unknown = [each for each in named if each not in options]
        if unknown:
            known = ", ".join(options[:_MOST_SHOWN])
            _refuse(LabError("unknown_name", kind=label, given=unknown[0][:60], known=known), t)
        found = [each for each in named if each in options][:most]
        if found or asked == NOTHING:
            self._set(name, found)

    def number(self, name: str, low: float, high: float, label: str, t: Words) -> None:
        """Set a control that takes a number or none; see :func:`one`."""
        asked = self._asked(name)
        value = float(pd.to_numeric(asked[:40], errors="coerce")) if asked else float("nan")
        if asked == NOTHING:
            self._set(name, None)
        elif math.isfinite(value) and low <= value <= high:
            self._set(name, value)
        elif asked:
            allowed = f"{t.bare(low)}–{t.bare(high)}"
            _refuse(LabError("out_of_range", field=label, given=asked[:60], allowed=allowed), t)

    def whole(self, name: str, low: int, high: int, label: str, t: Words) -> None:
        """Set a control that takes a whole number; see :func:`one`."""
        asked = self._asked(name)
        if asked.isascii() and asked.isdecimal() and len(asked) < 20 and low <= int(asked) <= high:
            self._set(name, int(asked))
        elif asked:
            _refuse(LabError("out_of_range", field=label, given=asked[:60], allowed=f"{low:,}–{high:,}"), t)

    def text(self, name: str, most: int) -> None:
        """Set a control that takes any text, at most so many characters."""
        asked = self._asked(name)
        if asked:
            self._set(name, asked[:most])

    def tell(self, names: Iterable[str]) -> None:
        """Write settings of this session into the address, but none that it still has to say itself."""
        read = self._read()
        here = [name for name in names if f"{self.page}.{name}" in st.session_state]
        settled = [name for name in here if name in read or name not in st.query_params]
        write({name: _said(st.session_state[f"{self.page}.{name}"]) for name in settled})

    def _read(self) -> frozenset[str]:
        return st.session_state.get(f"{self.page}.address_read", frozenset())

    def _asked(self, name: str) -> str:
        if name in self._read():
            return ""
        st.session_state[f"{self.page}.address_read"] = self._read() | {name}
        return st.query_params.get(name, "")

    def _set(self, name: str, value: object) -> None:
        st.session_state[f"{self.page}.{name}"] = value


def write(values: Mapping[str, str]) -> None:
    """Write into the address; what is empty is taken away."""
    for name, value in values.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value and name in st.query_params:
            del st.query_params[name]


def _said(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _refuse(error: LabError, t: Words) -> None:
    st.warning(errors.sentence(error, t), icon=":material/link_off:")

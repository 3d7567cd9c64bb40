"""What went wrong, told so that a person can mend it; never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts.words import Words, plain
from simulation.errors import LabError

_LISTED = {"reasons": "data.reason_", "missing": "data.role_", "what": "data.what_"}
"""Values that are names of the lab's own, one or several, each perhaps with a number: where their words are."""
_log = logging.getLogger(__name__)


def sentence(error: BaseException, t: Words) -> str:
    """The error in the reader's language; an unforeseen one is logged and told in general words."""
    if isinstance(error, LabError) and t.knows(f"errors.{error.key}"):
        told = dict(error.values)
        if t.knows(f"kinds.{told.get('kind')}"):
            told["kind"] = t(f"kinds.{told['kind']}")
        return t(f"errors.{error.key}", **{name: plain(_shown(name, value, t)) for name, value in told.items()})
    _log.error("unforeseen error", exc_info=error)
    return t("errors.unforeseen")


def _shown(name: str, value: object, t: Words) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if name in _LISTED:
        return t.join([_worded(part, _LISTED[name], t) for part in str(value).split(", ")])
    return t.field(str(value)) if name == "field" else str(value)


def _worded(part: str, group: str, t: Words) -> str:
    name, _, count = part.partition(" ")
    return f"{t(group + name)} {count}".strip() if t.knows(group + name) else part


@contextmanager
def told(t: Words) -> Iterator[None]:
    """Show what goes wrong inside as a sentence in place, and go on below."""
    try:
        yield
    except Exception as error:
        st.error(sentence(error, t), icon=":material/error:")

"""Questions of a lesson as widgets; nothing is filled in beforehand, so that no answer is suggested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from lessons.fields import Field
from pages.parts.words import Words


def form(key: str, fields: Iterable[Field], t: Words) -> dict[str, Any]:
    """Draw every question and give what has been answered so far, by name; open questions are None."""
    return {field.id: _ask(f"{key}.{field.id}", field, t) for field in fields}


def _ask(key: str, field: Field, t: Words) -> Any:
    said: dict[str, Any] = {"help": field.help or None, "persist_state": "session"}
    label = t("charts.axis", label=field.label, unit=field.unit) if field.unit else field.label
    if field.kind == "choice":
        called = dict(field.options)
        return st.radio(label, list(called), index=None, format_func=called.__getitem__, key=key, **said)
    if field.kind == "text":
        return st.text_area(label, max_chars=field.max_length, key=key, **said)
    if field.kind == "number":
        return st.number_input(label, field.low, field.high, None, step=field.step, key=key, **said)
    st.markdown(label, help=field.help or None)
    low, high = st.columns(2)
    ends = tuple(
        column.number_input(
            t(f"answers.{end}"),
            field.low,
            field.high,
            None,
            step=field.step,
            key=f"{key}.{end}",
            persist_state="session",
            placeholder=f"{field.low:g}–{field.high:g}",
        )
        for end, column in (("low", low), ("high", high))
    )
    return None if None in ends else ends

"""Parameters as widgets: every declared number with its range, unit, help and evidence, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, TypeVar, get_args, get_origin

import streamlit as st

from pages.parts import state
from pages.parts.words import Words
from simulation.params import Declared, Params

P = TypeVar("P", bound=Params)
MOST_SLIDER_STEPS = 2000
BADGES = {"V": "green", "C": "blue", "M": "orange", "T": "gray"}


def names(kind: type[Params], *roles: str) -> tuple[str, ...]:
    """Fields of a kind of parameters that have one of the roles."""
    return tuple(declared.name for declared in kind.declared() if declared.role in roles)


def load(key: str, params: Params, fields: Collection[str] = ()) -> None:
    """Put the values of ``params`` into the widgets of a form."""
    for declared in params.declared():
        if not fields or declared.name in fields:
            st.session_state[f"{key}.{declared.name}"] = _typed(declared, getattr(params, declared.name))
    for name, _ in _choices(type(params)):
        if not fields or name in fields:
            st.session_state[f"{key}.{name}"] = getattr(params, name)


def form(
    key: str, start: P, t: Words, *, fields: Collection[str] = (), disabled: bool = False, badges: bool = False
) -> P:
    """Draw a widget for every declared field, or for ``fields`` only, and give the parameters set by them.

    Args:
        key: Session key with which those of the widgets begin.
        start: Values that the widgets have at first.
        t: Reader's words.
        fields: Those to draw.
        disabled: Shown, but not to be moved.
        badges: Every number tells where it comes from; otherwise those do that nobody decides.

    Raises:
        LabError: A value that the parameters refuse, naming the field.
    """
    for declared in start.declared():
        if fields and declared.name not in fields:
            continue
        widget = f"{key}.{declared.name}"
        state.remember(widget, _typed(declared, getattr(start, declared.name)))
        _number(declared, widget, t, disabled, badges)
    for name, options in _choices(type(start)):
        if fields and name not in fields:
            continue
        widget = f"{key}.{name}"
        state.remember(widget, getattr(start, name))
        called = {option: t(f"options.{name}_{option}") for option in options}
        st.selectbox(
            t(f"fields.{name}"),
            list(options),
            format_func=called.__getitem__,
            key=widget,
            disabled=disabled,
            persist_state="session",
        )
    return read(key, start, fields=fields)


def read(key: str, start: P, *, fields: Collection[str] = ()) -> P:
    """Parameters as the widgets of a form stand now, whether or not they are drawn in this pass.

    Raises:
        LabError: A value that the parameters refuse, naming the field.
    """
    names = [declared.name for declared in start.declared()] + [name for name, _ in _choices(type(start))]
    changed = {
        name: st.session_state[f"{key}.{name}"]
        for name in names
        if (not fields or name in fields) and f"{key}.{name}" in st.session_state
    }
    return type(start).parse(start.model_dump() | changed, where=key.rpartition(".")[2])


def _number(declared: Declared, widget: str, t: Words, disabled: bool, badges: bool) -> None:
    label = declared.label(t.language)
    if declared.unit:
        label = _with_unit(label, t.unit(declared.unit), t)
    told = badges or declared.role == "uncertainty"
    if told:
        label += f" :{BADGES[declared.grade]}-badge[{t(f'grades.{declared.grade}')}]"
    common: dict[str, Any] = {
        "key": widget,
        "help": _help(declared, told, t),
        "disabled": disabled,
        "persist_state": "session",
    }
    low, high, step = (_typed(declared, value) for value in (declared.low, declared.high, declared.step))
    if (declared.high - declared.low) / declared.step <= MOST_SLIDER_STEPS:
        # The session has the value; without a first one here Streamlit would read the whole session to see whether the
        # slider has two ends: 10 ms a slider, of which the Studio has dozens.
        st.slider(label, low, high, low, step=step, format=_format(declared), **common)
    else:
        st.number_input(label, low, high, step=step, format=_format(declared), **common)


def _with_unit(label: str, unit: str, t: Words) -> str:
    """Name and unit; a name that ends in brackets takes the unit into them."""
    if label.endswith((")", "）")):
        return label[:-1] + ("，" if t.language == "zh" else ", ") + unit + label[-1]
    return t("charts.axis", label=label, unit=unit)


def _help(declared: Declared, told: bool, t: Words) -> str:
    sentences = [declared.help(t.language)] if declared.help(t.language) else []
    sentences.append(
        t("forms.range", low=t.bare(declared.low), high=t.bare(declared.high), default=t.bare(declared.default))
    )
    if told:
        sentences.append(t("forms.source", grade=t(f"grades.{declared.grade}"), source=t.source(declared.source)))
    return "  \n".join(sentences)


def _typed(declared: Declared, value: float) -> int | float:
    return int(value) if declared.integer else float(value)


def _format(declared: Declared) -> str:
    if declared.integer:
        return "%d"
    decimals = max(0, len(f"{declared.step:.10f}".rstrip("0").partition(".")[2]))
    return f"%.{min(decimals, 4)}f"


def _choices(kind: type[Params]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (name, get_args(info.annotation))
        for name, info in kind.model_fields.items()
        if get_origin(info.annotation) is Literal
    ]

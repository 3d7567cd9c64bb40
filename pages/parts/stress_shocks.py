"""Shocks of a stress test: which strike in every future, from which week, how strong; as widgets, words, an address."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import forms, happenings, state
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.scenario import Scenario
from simulation.shocks import SHOCKS, Shock

SHOCKED = ("own", "off", "chosen")
LONGEST = 2000
"""Characters of an address that are looked at."""


def key(*parts: str) -> str:
    """Session key of a widget of the page."""
    return ".".join((state.STRESS, *parts))


def choose(scenario: Scenario, t: Words) -> Scenario:
    """The scenario with the shocks that strike in every future.

    Raises:
        LabError: A value that a shock refuses, naming the field.
    """
    state.remember(key("shocked"), "own")
    how = st.segmented_control(
        t("stress.shocked"), SHOCKED, format_func=lambda name: t(f"stress.shocked_{name}"), required=True,
        key=key("shocked"), help=t("stress.shocked_help"), persist_state="session",
    )  # fmt: skip
    if how == "off":
        return scenario.model_copy(update={"shocks": ()})
    if how != "chosen":
        said = told(scenario.shocks, t)
        st.caption(t("stress.shocks_own", shocks=said) if said else t("stress.shocks_none"))
        return scenario
    state.remember(key("shocks"), list(dict.fromkeys(shock.id for shock in scenario.shocks)))
    named = st.multiselect(
        t("stress.shocks"), list(SHOCKS), format_func=lambda name: SHOCKS[name].label[t.language], key=key("shocks"),
        help=t("stress.shocks_help"), persist_state="session",
    )  # fmt: skip
    struck = []
    for name in named:
        with st.container(border=True):
            st.markdown(f"**{SHOCKS[name].label[t.language]}**", help=SHOCKS[name].note[t.language])
            struck.append(happenings.form(_first(name, scenario), scenario.horizon, key, t))
    chosen = tuple(sorted(struck, key=lambda shock: (shock.week, shock.id)))
    if chosen:
        happenings.timeline(chosen, scenario.horizon, t)
    return scenario.model_copy(update={"shocks": chosen})


def _first(name: str, scenario: Scenario) -> Shock:
    """What a chosen shock is at first: as the scenario has it, else at default strength a third into the run."""
    own = next((shock for shock in scenario.shocks if shock.id == name), None)
    return own or SHOCKS[name].parse({"week": max(1, scenario.horizon // 3)}, where=name)


def told(shocks: Sequence[Shock], t: Words) -> str:
    """Shocks with weeks and strength, as an enumeration; "" for none."""
    said = [
        t("stress.shock_told", label=shock.label[t.language], first=shock.week, last=shock.week + shock.length - 1,
          size=t.bare(shock.size))
        for shock in shocks
    ]  # fmt: skip
    return t.join(said)


def table(shocks: Sequence[Shock], t: Words) -> pd.DataFrame:
    """Every number of every shock: what it is, its unit, grade and source."""
    rows = [
        {
            t("stress.shock"): shock.label[t.language],
            t("evidence.parameter"): declared.label(t.language),
            t("stress.value"): t.bare(getattr(shock, declared.name)),
            t("evidence.unit"): t.unit(declared.unit),
            t("evidence.grade"): t(f"grades.{declared.grade}"),
            t("evidence.source"): t.source(declared.source),
        }
        for shock in shocks
        for declared in shock.declared()
    ]
    return pd.DataFrame(rows)


def packed(named: Sequence[str]) -> str:
    """Chosen shocks as they stand in an address: ``price_war:week=10:size=0.8,data_breach:week=12``."""
    parts = []
    for name in named:
        values = {each.name: st.session_state.get(key("shocks", name, each.name)) for each in SHOCKS[name].declared()}
        usual = SHOCKS[name]()
        said = [
            f"{field}={value:.10g}" for field, value in values.items()
            if value is not None and (field == "week" or value != getattr(usual, field))
        ]  # fmt: skip
        parts.append(":".join([name, *said]))
    return ",".join(parts)


def load(shocks: Sequence[Shock]) -> None:
    """Set the widgets to these shocks."""
    st.session_state[key("shocks")] = [shock.id for shock in shocks]
    for shock in shocks:
        forms.load(key("shocks", shock.id), shock)


def unpacked(text: str) -> tuple[Shock, ...]:
    """Shocks of an address.

    Raises:
        LabError: ``unknown_name`` for a shock or a field, ``wrong_type`` or ``out_of_range`` for a value.
    """
    found: dict[str, Shock] = {}
    for part in text[:LONGEST].split(","):
        name, *said = part.split(":")
        if name not in SHOCKS:
            raise LabError("unknown_name", kind="shock", given=name[:60], known=", ".join(SHOCKS))
        fields = {each.name: each for each in SHOCKS[name].declared()}
        values: dict[str, int | float] = {}
        for one in said:
            field, _, value = one.partition("=")
            if field not in fields:
                raise LabError("unknown_field", field=field[:60], known=", ".join(fields))
            values[field] = _number(value, fields[field].allowed, field, whole=fields[field].integer)
        found[name] = SHOCKS[name].parse(values, where=name)
    return tuple(found.values())


def _number(text: str, allowed: str, field: str, *, whole: bool) -> int | float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise LabError("wrong_type", field=field, given=text[:60], allowed=allowed) from None

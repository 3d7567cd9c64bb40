"""A card for every parameter: what it means, default, range, grade, source, and where it is used."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import cards, panels
from pages.parts.words import Words, plain
from simulation import ROOT
from simulation.market import Market
from simulation.model import SCHEDULE
from simulation.params import Declared, Params
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.shocks.base import Shock
from simulation.strategies.base import Strategy

EVERYTHING = "all"


def show(t: Words) -> None:
    """Groups to choose from, words to search for, the table, and the card of the chosen row."""
    st.markdown(t("evidence.grades_note"))
    groups = cards.groups(t)
    one, other = st.columns(2)
    chosen = one.selectbox(
        t("evidence.group"), [*groups, EVERYTHING],
        format_func=lambda name: groups[name][0] if name in groups else t("evidence.every_group"),
        key="evidence.group", persist_state="session",
    )  # fmt: skip
    words = other.text_input(
        t("evidence.search"), key="evidence.search", max_chars=60, type="search", persist_state="session",
        placeholder=t("evidence.search_parameters"),
    )  # fmt: skip
    picked = groups if chosen == EVERYTHING or words else {chosen: groups[chosen]}
    found = [
        (label, kind, declared)
        for label, kind in picked.values()
        for declared in kind.declared()
        if _matches(declared, label, words or "")
    ]
    if not found:
        st.info(t("evidence.nothing_found"))
        return
    table = pd.DataFrame([_row(label, declared, t) for label, _, declared in found])
    panels.note(t("evidence.choose_row", rows=len(found)))
    event = st.dataframe(
        table, hide_index=True, alt=t("evidence.parameters"), height="content" if len(found) < 13 else 460,
        on_select="rerun", selection_mode="single-row", key=f"evidence.parameters.{chosen}.{words}",
    )  # fmt: skip
    rows = event.selection.rows if event else []
    card(*found[rows[0] if rows and rows[0] < len(found) else 0], t)


def _matches(declared: Declared, label: str, words: str) -> bool:
    said = (declared.name, declared.zh, declared.en, declared.help_zh, declared.help_en, declared.source, label)
    text = " ".join(said).lower()
    return all(word in text for word in words.lower().split())


def _row(label: str, declared: Declared, t: Words) -> dict[str, str]:
    return {
        t("evidence.parameter"): declared.label(t.language),
        t("evidence.default"): t.bare(declared.default),
        t("evidence.range"): f"{t.bare(declared.low)}–{t.bare(declared.high)}",
        t("evidence.unit"): t.unit(declared.unit),
        t("evidence.grade"): t(f"grades.{declared.grade}"),
        t("evidence.source"): t.source(declared.source),
        t("evidence.role"): t(f"roles.{declared.role}"),
        t("evidence.group"): label,
    }


def card(label: str, kind: type[Params], declared: Declared, t: Words) -> None:
    """Everything that is known about one parameter."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(declared.label(t.language))}** `{declared.name}` · {plain(label)}")
        meaning = declared.help(t.language) or t("evidence.no_help")
        st.markdown(plain(meaning))
        unit = f" {t.unit(declared.unit)}" if declared.unit else ""
        told = [
            (t("evidence.default"), t.bare(declared.default) + unit),
            (t("evidence.range"), f"{t.bare(declared.low)}–{t.bare(declared.high)}{unit}"),
            (t("evidence.role"), t(f"roles.{declared.role}")),
            (t("evidence.grade"), t(f"grades.{declared.grade}")),
            (t("evidence.source"), t.source(declared.source)),
            (t("evidence.used"), used(kind, t)),
        ]
        if declared.plausible != (declared.low, declared.high):
            low, high = declared.plausible
            told.insert(2, (t("evidence.plausible"), f"{t.bare(low)}–{t.bare(high)}{unit}"))
        st.markdown("\n".join(f"- **{plain(name)}** {plain(value)}" for name, value in told))
        st.caption(f"`{file_of(kind)}`")


def used(kind: type[Params], t: Words) -> str:
    """Step of the week in which a set of parameters is read."""
    if issubclass(kind, Strategy | Shock):
        return t("schedule.plan_week")
    if issubclass(kind, Population | NeedWeights | SocialGraph):
        return t("evidence.used_at_start")
    if issubclass(kind, Market):
        return t("evidence.used_in_market")
    steps = [process.__name__ for process in SCHEDULE if process.__module__ == kind.__module__]
    return " ".join(t(f"schedule.{step}") for step in steps) or t("evidence.used_at_start")


def file_of(kind: type[Params]) -> str:
    """File in which the parameter is declared."""
    path = kind.__module__.replace(".", "/") + ".py"
    return path if (ROOT / path).is_file() else f"{kind.__module__.replace('.', '/')}/__init__.py"

"""Every system of the source documents: what it is, where a reader finds it, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import panels
from pages.parts.words import Words, plain
from simulation.coverage import Row, missing, rows
from simulation.strategies import STRATEGIES

KINDS = ("all", "P", "S", "K", "C")
SHORT = 16


def show(t: Words) -> None:
    """Table that can be searched by number or word."""
    undone = missing()
    panels.say(t("evidence.systems_answer", done=len(rows()) - len(undone), rows=len(rows())))
    st.markdown(t("evidence.systems_note"))
    words = st.text_input(
        t("evidence.search"), key="evidence.systems.search", max_chars=60, type="search", persist_state="session",
        placeholder=t("evidence.search_systems"),
    )  # fmt: skip
    kind = st.segmented_control(
        t("evidence.kind"), KINDS, format_func=lambda name: t(f"evidence.kind_{name}"), required=True, default="all",
        key="evidence.systems.kind", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    found = [row for row in rows().values() if kind in {"all", row.id[0]} and _matches(row, words or "", t)]
    if not found:
        st.info(t("evidence.nothing_found"))
        return
    told = pd.DataFrame([_told(row, row.id in undone, t) for row in found])
    panels.note(t("evidence.choose_system", rows=len(found)))
    event = st.dataframe(
        told, hide_index=True, alt=t("evidence.systems"), height="content" if len(found) < SHORT else 460,
        on_select="rerun", selection_mode="single-row", key=f"evidence.systems.{kind}.{words}",
    )  # fmt: skip
    chosen = event.selection.rows if event else []
    card(found[chosen[0] if chosen and chosen[0] < len(found) else 0], undone, t)


def card(row: Row, undone: Mapping[str, tuple[str, ...]], t: Words) -> None:
    """Everything that is known about one system, with the way to its page."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{row.id} · {plain(row.said(t.language))}**")
        told = [
            (t("evidence.documents"), t.join([t(f"evidence.document_{letter}") for letter in row.sources])),
            (t("evidence.where"), _place(row, t)),
            (t("evidence.state"), t("evidence.state_open" if row.id in undone else "evidence.state_proven")),
        ]
        st.markdown("\n".join(f"- **{plain(name)}** {plain(value)}" for name, value in told))
        if row.page != "evidence":
            st.page_link(f"pages/{row.page}.py", label=t("evidence.open_page", page=t(f"{row.page}.title")))
        for strategy in row.strategies:
            panels.note(STRATEGIES[strategy].note[t.language])
        names = [f"`{name}`" for name in (*row.files, *row.tests)]
        st.caption("  \n".join(names))


def _matches(row: Row, words: str, t: Words) -> bool:
    text = " ".join([row.id, row.zh, row.en, *row.strategies, *_names(row, t), *row.files]).lower()
    asked = words.strip().lower()
    if asked in _ids():
        return row.id.lower() == asked
    return all(word in text for word in asked.split())


def _ids() -> set[str]:
    return {name.lower() for name in rows()}


def _names(row: Row, t: Words) -> list[str]:
    return [STRATEGIES[name].label[t.language] for name in row.strategies]


def _place(row: Row, t: Words) -> str:
    steps = [t(f"{row.page}.title")]
    if row.section:
        steps.append(t(f"{row.page}.{row.section}"))
    if row.strategies:
        steps.append(t.join(_names(row, t)))
    return " › ".join(steps)


def _told(row: Row, undone: bool, t: Words) -> dict[str, str]:
    return {
        t("evidence.number"): row.id,
        t("evidence.system"): row.said(t.language),
        t("evidence.where"): _place(row, t),
        t("evidence.state"): t("evidence.state_open" if undone else "evidence.state_proven"),
        t("evidence.documents"): t.join([t(f"evidence.document_{letter}") for letter in row.sources]),
    }

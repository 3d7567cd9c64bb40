"""Strategies of the Studio as cards: switch, levers, what stands behind it, and what it cost and earned in this run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import streamlit as st

from pages.parts import forms
from pages.parts.settings import key
from pages.parts.words import Words, plain
from simulation.analysis.portrait import Booked
from simulation.strategies import STRATEGIES
from simulation.strategies.base import TOPICS, Strategy

ICONS = {
    "care": ":material/favorite:", "incentives": ":material/redeem:", "cocreation": ":material/handyman:",
    "growth": ":material/trending_up:", "price": ":material/sell:", "data": ":material/insights:",
}  # fmt: skip
WHEN = ("start", "stop", "effort")
"""Fields of every strategy: when it runs and how many hours it takes; they are decisions, not assumptions."""


@cache
def topics() -> dict[str, tuple[str, ...]]:
    """Strategies of each topic in the order of the coverage table."""
    order = sorted(STRATEGIES, key=lambda name: int(STRATEGIES[name].rows[0].removeprefix("S")))
    return {topic: tuple(name for name in order if STRATEGIES[name].topic == topic) for topic in TOPICS}


def found(words: str) -> list[str]:
    """Strategies that answer to every one of the words: by name, number in the coverage table, or note."""
    asked = words.lower().split()
    return [name for names in topics().values() for name in names if all(word in _text(name) for word in asked)]


@cache
def _text(name: str) -> str:
    kind = STRATEGIES[name]
    return " ".join((name, *kind.rows, *kind.label.values(), *kind.note.values())).lower()


def draw(books: Mapping[str, Booked], t: Words) -> None:
    """All strategies by topic, or those that are looked for.

    Args:
        books: Strategy → what it cost and earned in the run that is shown, for those that took part in it.
        t: Reader's words.
    """
    st.markdown(f"**{t('studio.strategies')}**")
    words = st.text_input(
        t("studio.search"), key=key("search"), max_chars=60, placeholder=t("studio.search_example"),
        label_visibility="collapsed", icon=":material/search:", persist_state="session",
    )  # fmt: skip
    if words.strip():
        matching = found(words)
        st.caption(t("studio.found", count=len(matching)) if matching else t("studio.nothing_found"))
        for name in matching:
            _card(name, STRATEGIES[name], books.get(name), t, told=True)
        return
    for topic, names in topics().items():
        on = sum(bool(st.session_state.get(key("on", name))) for name in names)
        label = t(f"topics.{topic}") + (t("studio.in_use", on=on) if on else "")
        lies_open = st.session_state[key("open", topic)]
        with st.expander(label, expanded=lies_open, icon=ICONS[topic], key=key("topic", topic)):
            for name in names:
                _card(name, STRATEGIES[name], books.get(name), t)


def _card(name: str, kind: type[Strategy], booked: Booked | None, t: Words, told: bool = False) -> None:
    on = st.toggle(
        t("studio.card", label=kind.label[t.language], row=kind.rows[0]),
        key=key("on", name),
        help=kind.note[t.language],
        persist_state="session",
    )
    if told and not on:
        st.caption(plain(kind.note[t.language]))
    if not on:
        return
    form = key("strategy", name)
    with st.container(border=True):
        forms.form(form, kind(), t, fields=forms.names(kind, "lever"))
        if booked is not None:
            st.caption(plain(books_line(kind, booked, t)))
        with st.container(horizontal=True, gap="small"):
            with st.popover(t("studio.note"), type="tertiary", key=key("note", name)):
                st.markdown(plain(kind.note[t.language]))
            with st.popover(t("studio.costs_and_dates"), type="tertiary", key=key("more", name)):
                forms.form(form, kind(), t, fields=WHEN)
                behind = [field for field in forms.names(kind, "setting", "uncertainty") if field not in WHEN]
                if behind:
                    st.caption(t("studio.behind"))
                    forms.form(form, kind(), t, fields=behind, badges=True)


def books_line(kind: type[Strategy], booked: Booked, t: Words) -> str:
    """What a strategy cost and earned in the run that is shown, with intervals over worlds."""
    cost = f"{t.money(booked.cost.mean)} {_interval(booked.cost.low, booked.cost.high, t)}"
    if not kind.earns:
        return t("studio.booked_cost", cost=cost)
    earned = f"{t.money(booked.earned.mean)} {_interval(booked.earned.low, booked.earned.high, t)}"
    return t("studio.booked", cost=cost, earned=earned)


def _interval(low: float, high: float, t: Words) -> str:
    return f"[{t.money(low)}, {t.money(high)}]" if low <= high else ""

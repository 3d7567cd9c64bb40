"""Facts that the model is judged by: a table that fits a laptop, and under it all about the row one picks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from pages.parts import panels
from pages.parts.words import Words, plain
from simulation.analysis import validation

UNKNOWN = "–"
HEIGHT = 430
"""Pixels of the table: the card of a picked row stays in sight under it."""


class Judged(NamedTuple):
    """A fact and what the model makes of it, in the reader's words.

    Attributes:
        flips: At which values of β_S or β_T the verdict turns over; :data:`UNKNOWN` where β cannot move it.
        moods: Value and verdict at each end of β_S and β_T, empty where β cannot move it.
        topic: Dilemma that the fact belongs to, if any.
    """

    fact: str
    simulated: str
    target: str
    verdict: str
    source: str
    flips: str
    moods: Mapping[str, str]
    topic: str = ""


def judged(row: Mapping[str, Any], stored: Mapping[str, Any], simulated: str, t: Words, **said: str) -> Judged:
    """A row of a validation in the reader's words.

    Args:
        row: Verdict of today.
        stored: Row of the last full validation, which alone knows what β does.
        simulated: Value with its interval.
        t: Reader's words.
        said: ``fact``, ``target``, ``source`` and, for a dilemma, ``topic``.
    """
    verdict = row.get("verdict")
    target = re.sub(r"(?<![\w.])-(?=\d)", "−", t.source(said["target"]))
    return Judged(
        said["fact"], simulated, target,
        t(f"evidence.verdict_{verdict}") if verdict in validation.VERDICTS else UNKNOWN,
        t.source(said["source"]), flips(stored, t), in_moods(stored, t), said.get("topic", ""),
    )  # fmt: skip


def show(rows: Sequence[Judged], name: str, slot: str, t: Words) -> None:
    """The table and the card of the row that is picked, of the first one before.

    Args:
        rows: What is judged.
        name: What people call the table.
        slot: Key of the table.
        t: Reader's words.
    """
    panels.note(t("evidence.choose_fact"))
    table = pd.DataFrame([_row(row, t) for row in rows])
    first = {"dilemma": 140, "fact": 350} if rows[0].topic else {"fact": 480}
    wide = first | {"simulated": 190, "target": 140, "verdict": 90}
    columns: Any = {t(f"evidence.{key}"): st.column_config.TextColumn(width=width) for key, width in wide.items()}
    event = st.dataframe(
        table, hide_index=True, alt=name, height=HEIGHT, column_config=columns, on_select="rerun",
        selection_mode="single-row", key=slot,
    )  # fmt: skip
    picked = event.selection.rows if event else []
    _card(rows[picked[0] if picked and picked[0] < len(rows) else 0], t)


def _row(row: Judged, t: Words) -> dict[str, str]:
    named = {t("evidence.dilemma"): row.topic} if row.topic else {}
    return named | {
        t("evidence.fact"): row.fact, t("evidence.simulated"): row.simulated, t("evidence.target"): row.target,
        t("evidence.verdict"): row.verdict,
    }  # fmt: skip


def _card(row: Judged, t: Words) -> None:
    told = [(t(f"evidence.{name}"), getattr(row, name)) for name in ("simulated", "target", "verdict", "source")]
    if row.flips != UNKNOWN:
        told.append((t("evidence.flips"), row.flips))
    if row.moods:
        ends = [t("charts.axis", label=mood, unit=said) for mood, said in row.moods.items()]
        told.append((t("evidence.at_ends"), t.join(ends)))
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(f'{row.topic} · {row.fact}' if row.topic else row.fact)}**")
        st.markdown("\n".join(f"- **{plain(name)}** {plain(said)}" for name, said in told))


def in_moods(row: Mapping[str, Any], t: Words) -> dict[str, str]:
    """Value and verdict at the low and high end of β_S and β_T; nothing where β cannot move it."""
    found: Any = row.get("moods") or {}
    told = {}
    for mood in validation.moods():
        value, verdict = found.get(mood, (None, None))
        kind = f" · {t(f'evidence.verdict_{verdict}')}" if verdict in validation.VERDICTS else ""
        if value is not None:
            told[mood] = t.number(float(value), 3) + kind
    return told


def flips(row: Mapping[str, Any], t: Words) -> str:
    """At which values of the two coefficients that nobody has measured the verdict turns over."""
    told = row.get("flips")
    return UNKNOWN if not isinstance(told, str) else told or t("evidence.never_flips")

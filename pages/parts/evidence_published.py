"""Published tables beside what the lab's own fits and worlds give for them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import background, charts_studies, panels
from pages.parts.words import Words
from simulation.analysis import published
from simulation.analysis.published import BASS_TOLERANCE, SEEDING_TOLERANCE


def show(t: Words) -> None:
    """Every table, each as soon as it is there."""
    st.markdown(t("evidence.published_note"))
    for name, table, draw in (
        ("retention", published.retention_table, _retention),
        ("cdnow", published.cdnow_table, _fits),
        ("donations", published.donations_table, _fits),
        ("bass", published.bass_table, _bass),
        ("seeding", published.seeding_table, _seeding),
    ):
        st.markdown(f"##### {t(f'evidence.{name}_title')}")
        panels.note(t(f"evidence.{name}_note"))
        found = background.made(("published", name), table, t)
        if found is not None:
            draw(found.copy(), t)


def _show(frame: pd.DataFrame, t: Words, alt: str) -> None:
    st.dataframe(frame, hide_index=True, alt=t(alt), height="content")


def _told(rows: list[list[str]], heads: tuple[str, ...], t: Words) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[t(f"evidence.{head}") for head in heads])


def _retention(table: pd.DataFrame, t: Words) -> None:
    figure = charts_studies.retention_fit(table, t)
    st.vega_lite_chart(figure.spec, width="stretch", alt=figure.alt)
    rows = []
    for year in (4, 7, 8, 12):
        for segment, group in table.groupby("segment", sort=False):
            row: Any = group.set_index("year").loc[year]
            kind = t("evidence.fitted_year") if row["fitted"] else t("evidence.projected_year")
            gap = t.points(row["sBG"] - row["actual"])
            rows.append([str(segment), str(year), kind, t.percent(row["actual"]), t.percent(row["sBG"]), gap])
    heads = ("segment", "year", "use", "published_value", "recomputed", "deviation")
    _show(_told(rows, heads, t), t, "evidence.retention_title")


def _fits(table: pd.DataFrame, t: Words) -> None:
    rows = []
    row: Any
    for row in table.itertuples():
        digits = len(repr(float(row.published)).partition(".")[2])
        same = abs(row.refitted - row.published) <= 10.0**-digits
        verdict = t("evidence.same_digits") if same else t("evidence.other_digits")
        pair = [t.number(float(value), digits) for value in (row.published, row.refitted)]
        rows.append([*([str(row.model)] if "model" in table else []), str(row.parameter), *pair, verdict])
    heads = ("parameter", "published_value", "recomputed", "verdict")
    _show(_told(rows, ("model_name", *heads) if "model" in table else heads, t), t, "evidence.published")


def _bass(table: pd.DataFrame, t: Words) -> None:
    row: Any
    rows = []
    for row in table.itertuples():
        peaks = [t.number(row.peak_formula, 2), t.number(row.peak_simulated, 2)]
        verdict = _within(row.error, BASS_TOLERANCE, t)
        rows.append([str(row.product), f"{row.p:.4f}", f"{row.q:.3f}", *peaks, t.relative(row.error), verdict])
    heads = ("product", "bass_p", "bass_q", "peak_formula", "peak_simulated", "deviation", "verdict")
    _show(_told(rows, heads, t), t, "evidence.bass_title")


def _seeding(table: pd.DataFrame, t: Words) -> None:
    row: Any
    rows = []
    for row in table.itertuples():
        error = row.ticks / row.published - 1
        interval = f"{t.number(row.ticks, 2)} [{t.number(row.low, 2)}, {t.number(row.high, 2)}]"
        rows.append([t(f"evidence.network_{row.network}"), t(f"evidence.seeds_{row.seeds}"), t.number(row.published, 1),
                     interval, t.relative(error), _within(error, SEEDING_TOLERANCE, t)])  # fmt: skip
    heads = ("network", "seeds", "published_value", "recomputed", "deviation", "verdict")
    _show(_told(rows, heads, t), t, "evidence.seeding_title")


def _within(error: float, tolerance: float, t: Words) -> str:
    return t("evidence.within" if abs(error) <= tolerance else "evidence.beyond", tolerance=f"{tolerance:.0%}")

"""Every measure of a run: any weekly outcome as a curve, all measures of the whole run, and revenue by stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import charts, panels
from pages.parts.words import Words
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results


def table(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """All measures of the whole run: one row a measure, one column a plan, with definition and source."""
    found = panels.levels(results)
    rows = []
    for name, outcome in TOTALS.items():
        # Shares and money carry their unit in every cell; of the rest it is told beside the name.
        told = outcome.label(t.language) if outcome.unit in {"share", "¥"} else charts.axis_title(outcome, t)
        row = {t("measures.measure"): told}
        for plan in results.plans:
            level = found[plan, name]
            if np.isnan(level.mean):
                row[names[plan]] = "–"
                continue
            row[names[plan]] = f"{t.value(outcome, level.mean)} {t.interval(outcome, level.low, level.high)}"
        row[t("evidence.definition")] = outcome.definition(t.language)
        rows.append(row)
    return pd.DataFrame(rows)


def draw(results: Results, names: Mapping[str, str], t: Words, key: str) -> None:
    """Fold-out with everything that is measured; closed, it costs nothing."""
    with st.expander(
        t("measures.title"), icon=":material/monitoring:", key=f"{key}.measures", on_change="rerun"
    ) as box:
        if not box.open:
            return
        rest = [name for name in WEEKLY if name not in panels.CURVES]
        chosen = st.selectbox(
            t("measures.curve"),
            rest,
            format_func=lambda name: WEEKLY[name].label(t.language),
            key=f"{key}.other",
            persist_state="session",
        )
        panels.figure(panels.curve(results, chosen, names, t))
        panels.note(WEEKLY[chosen].definition(t.language))
        for plan in results.plans:
            st.markdown(f"**{t('measures.streams', plan=names[plan])}**")
            panels.table(panels.streams(results, plan, t), t("measures.streams", plan=names[plan]))
        st.markdown(f"**{t('measures.whole')}**")
        columns: Any = {names[plan]: st.column_config.TextColumn(width=190) for plan in results.plans}
        columns[t("measures.measure")] = st.column_config.TextColumn(width=190)
        st.dataframe(
            table(results, names, t), hide_index=True, alt=t("measures.whole"), height="content", column_config=columns
        )

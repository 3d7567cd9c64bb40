"""Every measure of a run: any weekly outcome as a curve, all measures of the whole run, and revenue by stream."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import panels, weekly
from pages.parts.words import Words
from simulation.analysis.portrait import INCOME
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results


def streams(results: Results, plan: str, t: Words) -> pd.DataFrame:
    """Mean and interval of every stream of revenue over the horizon and its share of the whole, largest first."""
    ledger = results.ledger[(results.ledger["plan"] == plan) & results.ledger["item"].str.startswith(INCOME)]
    wide = ledger.pivot_table(index="item", columns="seed", values="amount", aggfunc="sum", observed=True)
    found = mean_interval(wide.to_numpy(float))
    revenue, order = found.mean.sum(), np.argsort(-found.mean, kind="stable")
    rows = [
        {
            t("measures.stream"): weekly.stream_name(str(wide.index[row]).removeprefix(INCOME), t),
            t("measures.amount"): t.money(found.mean[row]),
            t("measures.interval"): t.interval(TOTALS["revenue"], found.low[row], found.high[row]),
            t("measures.share"): t.percent(found.mean[row] / revenue if revenue else np.nan),
        }
        for row in order
    ]
    return pd.DataFrame(rows)


def table(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """All measures of the whole run: one row a measure, one column a plan, with definition and source."""
    found = panels.levels(results)
    rows = []
    for name, outcome in TOTALS.items():
        row = {t("measures.measure"): outcome.label(t.language), t("evidence.unit"): t.unit_of(outcome)}
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
            st.dataframe(streams(results, plan, t), hide_index=True, alt=t("measures.streams", plan=names[plan]))
        st.markdown(f"**{t('measures.whole')}**")
        st.dataframe(table(results, names, t), hide_index=True, alt=t("measures.whole"), height="content")

"""Questions to a log in SQL, a chart of the answer, and what can be taken away: tables, answers, a notebook."""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.parts import background, charts_answers, downloads, errors, panels, state
from pages.parts.desk_world import ADDRESS
from pages.parts.page_address import write
from pages.parts.words import Words
from simulation.analysis import notebook, query, schema
from simulation.eventlog import EventLog, dictionary

NOTEBOOK = "community.ipynb"
LONGEST_TOLD = 2000
"""Characters of a question that an address carries."""


def take_away(log: EventLog, plan: str, t: Words) -> None:
    """Buttons for the whole log and for the notebook that reads it."""
    with st.container(horizontal=True):
        for kind in ("parquet", "csv"):
            st.download_button(
                t(f"desk.zip_{kind}"), partial(bundle, log, kind, plan, t.language), file_name=f"community_{kind}.zip",
                mime="application/zip", key=f"{state.DESK}.zip.{kind}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            t("desk.notebook"), partial(notebook.notebook, log, plan, t.language), file_name=NOTEBOOK,
            mime="application/x-ipynb+json", key=f"{state.DESK}.notebook", icon=":material/menu_book:",
            on_click="ignore", help=t("desk.notebook_help"),
        )  # fmt: skip


def bundle(log: EventLog, kind: str, plan: str, language: str) -> bytes:
    """All tables and the data dictionary as one ZIP file; with Parquet files comes the notebook that reads them."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        log.write(folder, kind)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)
            if kind == "parquet":
                archive.writestr(NOTEBOOK, notebook.notebook(log, plan, language))
    return packed.getvalue()


def structure(t: Words) -> None:
    """What the tables hold and how they hang together."""
    with st.expander(t("desk.schema"), icon=":material/account_tree:"):
        panels.note(t("desk.schema_note"))
        st.mermaid_chart(schema.diagram(), alt=t("desk.schema_note"))
    with st.expander(t("desk.dictionary"), icon=":material/menu_book:"):
        told = dictionary(t.language)
        told.columns = pd.Index([t(f"desk.dictionary_{column}") for column in told.columns])
        st.dataframe(told, hide_index=True, alt=t("desk.dictionary"))


def questions(base: query.Base, world: tuple[str, int], t: Words) -> None:
    """A question in SQL, its answer, and a chart of it."""
    st.markdown(f"##### {t('desk.sql')}")
    bounds(t)
    place = 0 if t.language == "zh" else 1
    key, text = f"{state.DESK}.example", f"{state.DESK}.sql"
    ADDRESS.one("example", range(len(query.EXAMPLES)), t("desk.example"), t)
    ADDRESS.text("sql", LONGEST_TOLD)
    state.remember(text, query.EXAMPLES[int(st.session_state.get(key, 0))][2])
    st.selectbox(
        t("desk.example"), range(len(query.EXAMPLES)), format_func=lambda number: query.EXAMPLES[number][place],
        key=key, on_change=lambda: st.session_state.__setitem__(text, query.EXAMPLES[st.session_state[key]][2]),
        persist_state="session",
    )  # fmt: skip
    sql = st.text_area("SQL", key=text, max_chars=query.LONGEST, height=120, persist_state="session")
    own = sql not in [example for _, _, example in query.EXAMPLES] and len(sql) <= LONGEST_TOLD
    write({"sql": sql if own else ""})
    if st.button(t("desk.ask"), key=f"{state.DESK}.ask", type="primary", icon=":material/play_arrow:"):
        st.session_state[f"{state.DESK}.asked"] = sql
    asked = st.session_state.get(f"{state.DESK}.asked")
    if asked:
        with errors.told(t):
            answer = background.made(("sql", *world, asked), partial(base.ask, asked), t)
            if answer is not None:
                _shown(answer, t)


def bounds(t: Words) -> None:
    """What a question may take."""
    panels.note(
        t("desk.sql_note", rows=query.MOST_ROWS, seconds=f"{query.MOST_SECONDS:g}", memory=query.MOST_MEGABYTES)
    )


def _shown(answer: pd.DataFrame, t: Words) -> None:
    panels.note(t("desk.answer", rows=len(answer)))
    st.dataframe(answer, hide_index=True, alt=t("desk.sql"))
    st.download_button(
        t("desk.answer_csv"), partial(downloads.csv, answer), file_name="answer.csv", mime="text/csv",
        key=f"{state.DESK}.answer", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    numbers = [name for name in answer.columns if pd.api.types.is_numeric_dtype(answer[name])]
    if not numbers or answer.empty:
        return
    names = list(answer.columns)
    with st.expander(t("desk.chart"), icon=":material/show_chart:"):
        with st.grid(4, min_column_width=150, gap="small"):
            mark = st.selectbox(t("desk.chart_mark"), charts_answers.MARKS, key=f"{state.DESK}.mark",
                                format_func=lambda name: t(f"desk.mark_{name}"))  # fmt: skip
            x = st.selectbox(t("desk.chart_x"), names, key=f"{state.DESK}.x")
            rest = [name for name in numbers if name != x] or numbers
            y = st.selectbox(t("desk.chart_y"), rest, key=f"{state.DESK}.y")
            colour = st.selectbox(t("desk.chart_colour"), [None, *names], key=f"{state.DESK}.colour",
                                  format_func=lambda name: t("desk.chart_none") if name is None else name)  # fmt: skip
        if answer[y].notna().any() and answer[x].notna().any():
            panels.figure(charts_answers.answer(answer, mark, x, y, colour, t))

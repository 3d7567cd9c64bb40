"""Handing in an order log: file, columns with a preview, and the account of every row that was left out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from pages.parts import data_desk, downloads, panels, state
from pages.parts.words import Words
from simulation.analysis import orderlog
from simulation.analysis.besides import Begun
from simulation.analysis.orderlog_file import MAX_BYTES
from simulation.analysis.orderlog_private import pseudonymous
from simulation.analysis.orderlog_report import ROLES, ColumnMapping, OrderLog, Preview, Rejection, Role

KINDS = ["csv", "txt", "tsv", "xlsx", "parquet"]
key = data_desk.key


class Wanted(NamedTuple):
    """An import that was asked for; the example has no file."""

    file: str
    mapping: ColumnMapping
    keep_duplicates: bool
    sheet: str | None = None
    currency: str | None = None


EXAMPLE = Wanted("", ColumnMapping(), True)


def ask(t: Words) -> None:
    """File, columns and the button that reads them; keeps the log and draws the page anew once it has been read."""
    panels.note(t("data.private"))
    state.remember(key("round"), secrets.token_hex(4))
    given = st.file_uploader(
        t("data.upload"), type=KINDS, key=key("file", st.session_state[key("round")]),
        max_upload_size=MAX_BYTES // 1_000_000, help=t("data.upload_help"),
    )  # fmt: skip
    if given is None:
        st.button(t("data.example"), key=key("example"), icon=":material/science:", on_click=_want, args=(EXAMPLE,))
        panels.note(t("data.example_note"))
    wanted: Wanted | None = st.session_state.get(key("wanted"))
    found = None
    if given is not None:
        data = given.getvalue()
        sheet: str | None = st.session_state.get(key("sheet", given.file_id))
        seen = data_desk.made(("preview", given.file_id, sheet), partial(orderlog.preview, data, sheet), t)
        if seen is not None:
            _columns(seen, given.file_id, t)
        if wanted is not None and wanted.file == given.file_id:
            found = data_desk.made(wanted, partial(_read, data, wanted, data_desk.salt()), t)
    elif wanted == EXAMPLE:
        found = data_desk.made(wanted, partial(_example, data_desk.salt()), t)
    if found is not None:
        _keep(found)


def _want(wanted: Wanted) -> None:
    st.session_state[key("wanted")] = wanted


def _read(data: bytes, wanted: Wanted, salt: bytes) -> OrderLog:
    log = orderlog.read_orders(data, mapping=wanted.mapping, keep_duplicates=wanted.keep_duplicates,
                               sheet=wanted.sheet, currency=wanted.currency)  # fmt: skip
    return pseudonymous(log, salt)


def _example(salt: bytes) -> OrderLog:
    log = orderlog.read_cdnow()
    dollars = log.report.model_copy(update={"currency": "$"})
    return pseudonymous(OrderLog(log.orders, dollars), salt)


def _keep(log: OrderLog) -> None:
    """Keep the orders and let go of the file, which still holds the names."""
    st.session_state[key("log")] = log
    st.session_state[key("currency")] = log.report.currency or data_desk.CURRENCIES[0]
    for name in ("wanted", "round"):
        st.session_state.pop(key(name), None)
    data_desk.bench().clear()
    st.rerun()


def look(seen: Preview | Begun, box: str, t: Words) -> str | None:
    """First rows of a file, and which sheet of a workbook is meant; None where there is only one.

    Args:
        seen: What the first look into the file gave.
        box: Session key of the choice of a sheet.
        t: Reader's words.
    """
    sheet: str | None = None
    if len(seen.sheets) > 1:
        sheet = st.selectbox(t("data.sheet"), seen.sheets, key=box, help=t("data.sheet_help"))
    panels.note(t("data.preview", encoding=seen.encoding, rows=len(seen.rows)))
    st.dataframe(seen.rows, height=220, hide_index=True)
    return sheet


def column(
    label: str, names: list[str], guess: str | None, box: str, none: str, why: str | None = None
) -> str | None:  # fmt: skip
    """Column that a person takes for something, the guessed one at first.

    Args:
        label: What it is taken for.
        names: Columns of the file.
        guess: One of them, or None.
        box: Session key of the choice.
        none: What stands there while none is chosen.
        why: What it is good for.
    """
    first = names.index(guess) if guess in names else None
    return st.selectbox(label, names, index=first, placeholder=none, help=why, key=box)


def _columns(seen: Preview, file: str, t: Words) -> None:
    """Preview and the choice of columns."""
    names = [str(name) for name in seen.rows.columns]
    sheet = look(seen, key("sheet", file), t)

    def box(role: str) -> str:
        return key("column", role, sheet or "", file)

    chosen: dict[Role, str | None] = {}
    with st.grid(4, min_column_width=180, gap="small"):
        for role in ROLES:
            guess = seen.mapping.column(role)
            chosen[role] = column(t(f"data.role_{role}"), names, guess, box(role), t("data.choose"))
        group = column(t("data.role_group"), names, None, box("group"), t("data.no_group"), t("data.role_group_help"))
        currency = column(
            t("data.role_currency"), names, seen.mapping.currency, box("currency"), t("data.not_read"),
            t("data.role_currency_help"),
        )  # fmt: skip
        kept = currency and st.selectbox(
            t("data.keep_currency"), data_desk.CURRENCIES, index=None, placeholder=t("data.keep_currency_all"),
            accept_new_options=True, key=key("keep_currency", file), help=t("data.keep_currency_help"),
        )  # fmt: skip
        status = column(
            t("data.role_status"), names, seen.mapping.status, box("status"), t("data.not_read"),
            t("data.role_status_help"),
        )  # fmt: skip
    keep = st.checkbox(t("data.keep_duplicates"), key=key("keep", file), help=t("data.keep_duplicates_help"))
    mapping = ColumnMapping(**chosen, group=group, currency=currency, status=status)
    st.button(
        t("data.import"), key=key("import"), type="primary", icon=":material/upload_file:",
        disabled=bool(mapping.missing), on_click=_want, args=(Wanted(file, mapping, keep, sheet, kept or None),),
    )  # fmt: skip
    if mapping.missing:
        panels.note(t("data.missing", roles=t.join([t(f"data.role_{role}") for role in mapping.missing])))


def account(log: OrderLog, t: Words) -> None:
    """What was kept, what was left out and by which rule, and the button that forgets all of it."""
    report = log.report
    panels.say(
        t("data.kept", kept=t.number(report.rows_kept, 0), read=t.number(report.rows_read, 0),
          customers=t.number(report.customers, 0), first=report.first_date, last=report.last_date)
    )  # fmt: skip
    lost = report.rows_read - report.rows_kept
    with st.expander(t("data.account", lost=t.number(lost, 0)), icon=":material/fact_check:"):
        table = rejections(report.rejected, t)
        if len(table):
            st.dataframe(table, hide_index=True)
            st.download_button(
                t("data.take_account"), partial(_every_row, log, t), file_name="rejected.csv", mime="text/csv",
                key=key("account"), icon=":material/download:", on_click="ignore",
            )  # fmt: skip
        else:
            panels.note(t("data.nothing_lost"))
        panels.points(
            [t(f"data.note_{note.key}", count=t.number(note.count, 0)) for note in report.notes]
            + [t("data.rules"), t("data.hashed")]
        )
        known = list(dict.fromkeys([*data_desk.CURRENCIES, st.session_state[key("currency")]]))
        st.selectbox(t("data.currency"), known, key=key("currency"), persist_state="session")
    st.button(
        t("data.forget"), key=key("forget"), icon=":material/delete_forever:", on_click=data_desk.forget,
        help=t("data.forget_help"),
    )  # fmt: skip


def _every_row(log: OrderLog, t: Words) -> bytes:
    """Every row that was left out, by its number in the file, and why."""
    said = {reason: t(f"data.reason_{reason}") for reason in log.refused["reason"].unique()}
    told = pd.DataFrame(
        {t("data.row"): log.refused["row"], t("data.reason"): log.refused["reason"].astype(str).map(said)}
    )
    return downloads.csv(told)


def rejections(rejected: Sequence[Rejection], t: Words) -> pd.DataFrame:
    """One row per reason: rows left out, the rule, and where they stand."""
    told = []
    for each in rejected:
        rows = [f"{e.row}: {plain_cell(e.value)}" if e.value else str(e.row) for e in each.examples]
        told.append(
            {t("data.reason"): t(f"data.reason_{each.reason}"), t("data.rows"): each.count,
             t("data.where"): t.join(rows)}
        )  # fmt: skip
    return pd.DataFrame(told)


def plain_cell(value: str) -> str:
    """A cell of the file on one line."""
    return " ".join(value.split())

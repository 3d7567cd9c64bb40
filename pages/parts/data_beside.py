"""Files beside the orders: members, invitations, messages and contacts, handed in one by one, forgotten together."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from pages.parts import data_beside_views, data_desk, data_upload, panels, state
from pages.parts.words import Words
from simulation.analysis import besides, besides_studied
from simulation.analysis.besides import FIELDS, KINDS, Begun, Beside, Kind
from simulation.analysis.orderlog_file import MAX_BYTES
from simulation.analysis.orderlog_report import OrderLog
from simulation.scenario import Scenario

GROUPINGS = ("tier", "channel")
"""What a file of members says that customers can be compared by."""
TIES: tuple[Kind, ...] = ("invitations", "messages")
key = data_desk.key


def held(kind: Kind) -> Beside | None:
    """The file of this kind that was read in this session."""
    return st.session_state.get(key("beside", kind))


def rows(kind: Kind) -> pd.DataFrame | None:
    """Its rows."""
    found = held(kind)
    return None if found is None else found.rows


def kept() -> tuple[str, ...]:
    """What tells the files of now from those read before."""
    return tuple(str(st.session_state.get(key("beside_file", kind), "")) for kind in KINDS)


def groupings() -> list[str]:
    """Columns of the members by which customers can be compared."""
    found = rows("members")
    return [] if found is None else [name for name in GROUPINGS if name in found]


def tied(scenario: Scenario, log: OrderLog, t: Words) -> Scenario:
    """The twin with as many ties as invitations or messages show, and a line that says so; else as it is."""
    found = next((told for told in map(rows, TIES) if told is not None), None)
    if found is None:
        return scenario
    drawn = data_desk.made(("network", *kept()), partial(besides_studied.network, found, log.orders), t)
    if drawn is None:
        return scenario
    ties = besides_studied.ties_a_newcomer(drawn.degree)
    panels.note(t("data.tied", degree=t.number(drawn.degree, 1), ties=ties))
    return scenario.model_copy(update={"graph": scenario.graph.model_copy(update={"ties": ties})})


def beside(log: OrderLog, t: Words) -> None:
    """One kind of file at a time: hand it in, or look at what it adds."""
    panels.note(t("data.beside_lead"))
    kind: Kind = st.segmented_control(
        t("data.beside_kind"), KINDS, format_func=lambda name: _named(name, t), required=True, default=KINDS[0],
        key=key("beside_kind"), persist_state="session", wrap=True,
    ) or KINDS[0]  # fmt: skip
    found = held(kind)
    if found is None:
        _ask(kind, log, t)
        return
    panels.say(
        t("data.beside_kept", kept=t.number(len(found.rows), 0), read=t.number(found.read, 0),
          people=t.number(found.people, 0), known=t.number(found.known, 0))
    )  # fmt: skip
    if found.rejected:
        with st.expander(
            t("data.account", lost=t.number(found.read - len(found.rows), 0)), icon=":material/fact_check:"
        ):
            st.dataframe(data_upload.rejections(found.rejected, t), hide_index=True)
            panels.points([t("data.beside_rules"), t("data.hashed")])
    data_beside_views.SHOWN[kind](found, log, kept(), t)
    st.button(t("data.beside_drop"), key=key("beside_drop"), icon=":material/delete:", on_click=_drop, args=(kind,))


def _named(kind: Kind, t: Words) -> str:
    return t(f"data.beside_{kind}") + (" ✓" if held(kind) is not None else "")


def _drop(kind: Kind) -> None:
    for name in ("beside", "beside_file", "beside_wanted"):
        st.session_state.pop(key(name, kind), None)
    state.remember(key("beside_round"), 0)
    st.session_state[key("beside_round")] += 1


def _ask(kind: Kind, log: OrderLog, t: Words) -> None:
    state.remember(key("beside_round"), 0)
    panels.note(t(f"data.beside_{kind}_note"))
    given = st.file_uploader(
        t("data.beside_upload"), type=data_upload.KINDS, max_upload_size=MAX_BYTES // 1_000_000,
        key=key("beside_upload", kind, str(st.session_state[key("beside_round")])), help=t("data.beside_upload_help"),
    )  # fmt: skip
    if given is None:
        return
    data, file = given.getvalue(), given.file_id
    sheet: str | None = st.session_state.get(key("beside_sheet", file))
    seen = data_desk.made(("beside", kind, file, sheet), partial(besides.preview, data, kind, sheet), t)
    if seen is None:
        return
    _columns(seen, kind, file, t)
    wanted = st.session_state.get(key("beside_wanted", kind))
    if wanted is None or wanted[0] != file:
        return
    known = pd.Index(log.orders["customer"].cat.categories)
    make = partial(besides.read, data, kind, dict(wanted[1]), known, data_desk.salt(), sheet=wanted[2])
    found = data_desk.made(("beside_read", kind, *wanted), make, t)
    if found is not None:
        st.session_state[key("beside", kind)], st.session_state[key("beside_file", kind)] = found, file
        _let_go(kind)
        st.rerun()


def _let_go(kind: Kind) -> None:
    """Let go of the file and its preview, which still hold the names."""
    st.session_state.pop(key("beside_wanted", kind), None)
    st.session_state[key("beside_round")] += 1
    for first in ("beside", "beside_read"):
        data_desk.bench().drop(first)


def _columns(seen: Begun, kind: Kind, file: str, t: Words) -> None:
    names = [str(name) for name in seen.rows.columns]
    sheet = data_upload.look(seen, key("beside_sheet", file), t)
    chosen: dict[str, str | None] = {}
    with st.grid(3, min_column_width=180, gap="small"):
        for field, told in FIELDS[kind].items():
            label = t(f"data.role_{_role(kind, field)}")
            chosen[field] = data_upload.column(
                label if told.needed else t("data.optional", name=label), names, seen.mapping[field],
                key("beside_column", kind, field, sheet or "", file),
                t("data.choose" if told.needed else "data.not_read"),
            )  # fmt: skip
    missing = [field for field, told in FIELDS[kind].items() if told.needed and chosen[field] is None]
    wanted = (file, tuple(chosen.items()), sheet)
    st.button(
        t("data.beside_read"), key=key("beside_import"), type="primary", icon=":material/upload_file:",
        disabled=bool(missing), on_click=st.session_state.__setitem__, args=(key("beside_wanted", kind), wanted),
    )  # fmt: skip
    if missing:
        panels.note(t("data.missing", roles=t.join([t(f"data.role_{_role(kind, field)}") for field in missing])))


def _role(kind: Kind, field: str) -> str:
    """Name of what a field says: who wrote a message is not called as who was invited."""
    return f"{kind}_{field}" if kind in TIES and field != "date" else field

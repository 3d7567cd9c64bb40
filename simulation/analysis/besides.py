"""Files that may stand beside an order log: members, invitations, messages and contacts, read by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from simulation.analysis import orderlog_table as table
from simulation.analysis.orderlog_cells import read_dates
from simulation.analysis.orderlog_file import MAX_ROWS, Source, load_bytes, read_table
from simulation.analysis.orderlog_private import MOST_GROUPS, hashed, without_names
from simulation.analysis.orderlog_report import Reason, Rejection
from simulation.analysis.orderlog_sheets import sheet_names
from simulation.errors import LabError

Kind = Literal["members", "invitations", "messages", "contacts"]
Flags = NDArray[np.bool_]


class Field(NamedTuple):
    """What a column of such a file may say.

    Attributes:
        what: ``person``, ``date`` or ``name``.
        needed: Whether the file means nothing without it.
        words: What its column is called, the surest first.
    """

    what: Literal["person", "date", "name"]
    needed: bool
    words: tuple[str, ...]


_PERSON = ("customer_id", "客户id", "会员id", "会员号", "会员编号", "用户id", "买家会员名", "user_id", "member_id",
           "openid", "customer", "member", "client", "buyer", "user", "客户", "会员", "用户", "买家", "顾客",
           "收件", "手机")  # fmt: skip
_DAY = ("date", "time", "日期", "时间", "day", "timestamp")
FIELDS: dict[Kind, dict[str, Field]] = {
    "members": {
        "customer": Field("person", True, _PERSON),
        "joined": Field("date", False, ("joined", "join", "注册", "入会", "加入", "regist", "signup", *_DAY)),
        "tier": Field("name", False, ("tier", "level", "等级", "级别", "grade")),
        "channel": Field("name", False, ("channel", "渠道", "来源", "source")),
    },
    "invitations": {
        "customer": Field("person", True, ("inviter", "邀请人", "推荐人", "referrer", "from", "sender", "发起")),
        "other": Field("person", True, ("invitee", "被邀请", "受邀", "被推荐", "好友", "to", "friend", "referred")),
        "date": Field("date", False, _DAY),
    },
    "messages": {
        "customer": Field("person", True, ("sender", "from", "发送", "发件", "发言", "author")),
        "other": Field("person", True, ("receiver", "recipient", "to", "接收", "收件", "回复对象", "reply")),
        "date": Field("date", False, _DAY),
    },
    "contacts": {
        "customer": Field("person", True, _PERSON),
        "date": Field("date", True, ("contact_date", "sent", "触达", "发送时间", *_DAY)),
        "campaign": Field("name", False, ("campaign", "活动", "计划", "任务", "模板", "subject")),
    },
}
"""Kind of file → its fields in order; the first person is who the row is about."""
KINDS: tuple[Kind, ...] = tuple(FIELDS)
_EARLIEST = np.datetime64("1970-01-01")
_PREVIEW_ROWS = 20


@dataclass(frozen=True)
class Begun:
    """First rows of such a file, the columns the reader would choose (field → column) and the sheets of a workbook."""

    rows: pd.DataFrame
    mapping: dict[str, str | None]
    encoding: str
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """Such a file as it was read, people by their keyed hashes.

    Attributes:
        kind: What its rows are.
        rows: One column per field that has one: people and names as categories of text, days as dates; ``joined`` and
            the ``date`` of a tie may be missing.
        read: Rows of the file, blank ones left out; the kept and the refused ones together.
        rejected: Rows refused by reason.
        people: Different people in the file.
        known: Those of them who have orders.
    """

    kind: Kind
    rows: pd.DataFrame
    read: int
    rejected: tuple[Rejection, ...]
    people: int
    known: int


def preview(source: Source, kind: Kind, sheet: str | None = None) -> Begun:
    """First rows and guessed columns.

    Raises:
        LabError: As :func:`read`, for what concerns the file as a whole.
    """
    data = load_bytes(source)
    text = read_table(data, head_only=True, sheet=sheet)
    rows = table.as_text(text.table)
    return Begun(rows.head(_PREVIEW_ROWS), guess(list(rows.columns), kind), text.encoding, tuple(sheet_names(data)))


def guess(columns: list[str], kind: Kind) -> dict[str, str | None]:
    """Column of each field by its name; each column is given away once, to the field with the surest word."""
    marks = sorted(
        (
            place,
            len(name) - len(word),
            order,
            field,
            name,
        )  # 被邀请人 holds 邀请人 and says more
        for order, (field, told) in enumerate(FIELDS[kind].items())
        for name in columns
        for place, word in enumerate(told.words)
        if _says(word, name)
    )
    found: dict[str, str | None] = dict.fromkeys(FIELDS[kind])
    for _, _, _, field, name in marks:
        if found[field] is None and name not in found.values():
            found[field] = name
    return found


def _says(word: str, name: str) -> bool:
    """Whether a name holds a word; words of two Latin letters must stand by themselves, as ``to`` in ``to_id``."""
    plain = name.strip().lower().replace(" ", "_")
    return word in plain.split("_") if word.isascii() and len(word) < 4 else word in plain


def read(
    source: Source,
    kind: Kind,
    mapping: Mapping[str, str | None],
    customers: pd.Index,
    salt: bytes,
    *,
    today: date | None = None,
    sheet: str | None = None,
) -> Beside:
    """Read a file that stands beside the orders, and take its names out.

    Refused, under the first reason that applies: another number of cells than the header, no person, a test account,
    somebody tied to themselves, an unreadable, ambiguous or impossible day (an empty one only where the field is
    needed), and what repeats: a member who stands there already, or a row of another file that equals an earlier one.

    Args:
        source: As for orders.
        kind: What the rows are.
        mapping: Field → column; fields that are left out are guessed, fields set to None are not read.
        customers: Hashes of those who have orders.
        salt: The secret with which these hashes were made.
        today: Last day that can have happened; by default the day of the call.
        sheet: Sheet of a workbook; the first one if none is named.

    Raises:
        LabError: What reading orders raises for the file as a whole; ``log_no_columns``, ``log_unknown_column``,
            ``log_nothing_left``, ``log_many_groups``; ``beside_nothing`` if the file of members says nothing beside
            who they are; ``beside_strangers`` if nobody in it has an order.
    """
    text = read_table(load_bytes(source), max_rows=MAX_ROWS, sheet=sheet)
    chosen = _chosen(list(text.table.column_names), kind, mapping)
    kept = ~table.blank_rows(text.table)
    columns = {field: table.column(text.table, name) for field, name in chosen.items()}
    who, one = columns["customer"], np.ones(len(kept), np.int64)
    swallowed = sum((table.line_breaks(cells) for cells in columns.values()), 0 * one)
    count = int(kept.sum()) + text.wrong_width + int(swallowed.sum())
    found: dict[str, pd.Series] = {}
    wrong: list[tuple[Reason, Flags, pa.DictionaryArray]] = [("open_quote", swallowed > 0, who)]
    for field, cells in columns.items():
        found[field], refusals = _values(FIELDS[kind][field], field, cells, today or date.today())
        wrong += [(reason, flags, cells) for reason, flags in refusals]
    if "other" in found:
        same = found["customer"].astype(object) == found["other"].astype(object)
        wrong.append(("own_tie", same.to_numpy(bool), columns["other"]))
    rejected = [table.wrong_width(text)]
    for reason, flags, cells in wrong:
        lines = 1 + swallowed if reason == "open_quote" else one
        rejected.append(table.rejection(reason, kept & flags, lines, cells, text.row_numbers))
        kept &= ~flags
    rows = pd.DataFrame(found)
    if kind != "messages":  # two messages of a day are two messages
        again = np.zeros(len(kept), dtype=bool)
        told = found["customer"].to_frame() if kind == "members" else table.raw_codes(text.table)
        again[kept] = told[kept].duplicated().to_numpy()
        repeated: Reason = "same_person" if kind == "members" else "duplicate"
        rejected.append(table.rejection(repeated, again, one, who, text.row_numbers))
        kept &= ~again
    refused = tuple(without_names(each) for each in rejected if each.count)
    if not kept.any():
        raise LabError("log_nothing_left", rows=count, reasons=table.listed(refused))
    rows = rows[kept].reset_index(drop=True)
    for field, name in chosen.items():
        if FIELDS[kind][field].what == "person":
            rows[field] = hashed(rows[field].cat.remove_unused_categories(), salt)
        elif FIELDS[kind][field].what == "name":
            rows[field] = rows[field].cat.remove_unused_categories()
            if len(rows[field].cat.categories) > MOST_GROUPS:
                told_values = len(rows[field].cat.categories)
                raise LabError("log_many_groups", column=name, values=told_values, allowed=MOST_GROUPS)
    people = pd.unique(pd.concat([rows[name].astype(object) for name in ("customer", "other") if name in rows]))
    known = int(np.isin(people.astype(str), customers.astype(str)).sum())
    if not known:
        raise LabError("beside_strangers", people=len(people))
    return Beside(kind, rows, count, refused, len(people), known)


def _chosen(columns: list[str], kind: Kind, mapping: Mapping[str, str | None]) -> dict[str, str]:
    wanted = guess(columns, kind) | dict(mapping)
    listed = ", ".join(columns)
    chosen = {field: name for field, name in wanted.items() if name is not None}
    for name in chosen.values():
        if name not in columns:
            raise LabError("log_unknown_column", column=name, columns=listed)
    missing = [field for field, told in FIELDS[kind].items() if told.needed and field not in chosen]
    if missing:
        raise LabError("log_no_columns", missing=", ".join(missing), columns=listed)
    if len(chosen) < 2:
        raise LabError("beside_nothing", columns=listed)
    return {field: chosen[field] for field in FIELDS[kind] if field in chosen}


def _values(
    told: Field, field: str, cells: pa.DictionaryArray, today: date
) -> tuple[pd.Series, list[tuple[Reason, Flags]]]:
    """A column as people, names or days, and the rows that it speaks against."""
    if told.what == "date":
        read_days, places = read_dates(cells.dictionary), table.codes(cells)
        days, ambiguous = read_days.days[places], read_days.ambiguous[places]
        blank = np.array([not cell.strip() for cell in cells.dictionary.to_pylist()], dtype=bool)
        empty = blank[places] & (not told.needed)
        refusals: list[tuple[Reason, Flags]] = [
            ("unreadable_date", np.isnat(days) & ~ambiguous & ~empty), ("ambiguous_date", ambiguous),
            ("early_date", days < _EARLIEST), ("future_date", days > np.datetime64(today)),
        ]  # fmt: skip
        return pd.Series(days.astype("datetime64[us]")), refusals
    names = table.customers(cells)
    if told.what == "name":
        return pd.Series(names), []
    missing: Reason = "missing_other" if field == "other" else "missing_customer"
    return pd.Series(names), [(missing, names.codes < 0), ("test_account", table.test_accounts(names))]

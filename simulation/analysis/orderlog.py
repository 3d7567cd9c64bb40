"""Real order logs: reading them safely, and the summaries that customer-base models are fitted to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from simulation.analysis import orderlog_currency, orderlog_status
from simulation.analysis import orderlog_table as table
from simulation.analysis.orderlog_cells import CURRENCIES, read_amounts, read_dates
from simulation.analysis.orderlog_columns import choose_mapping, guess_mapping
from simulation.analysis.orderlog_file import MAX_ROWS, Source, load_bytes, read_table
from simulation.analysis.orderlog_report import (
    ColumnMapping,
    ImportReport,
    Note,
    OrderLog,
    Preview,
    Reason,
)
from simulation.analysis.orderlog_sheets import sheet_names
from simulation.errors import LabError

CDNOW = Path(__file__).parents[1] / "data" / "cdnow" / "CDNOW_sample.txt"
CDNOW_CALIBRATION_END = date(1997, 9, 30)  # end of week 39
CDNOW_HOLDOUT_END = date(1998, 6, 30)  # end of week 78

LARGEST_AMOUNT = 1e7  # assumption: a single order line beyond this is a slip of the keyboard
_EARLIEST = np.datetime64("1970-01-01")
_PREVIEW_ROWS = 20

Flags = NDArray[np.bool_]


def preview(source: Source, sheet: str | None = None) -> Preview:
    """First rows of an order log and the columns the importer would choose, quickly.

    Raises:
        LabError: As `read_orders`, for what concerns the file as a whole.
    """
    data = load_bytes(source)
    text = read_table(data, head_only=True, sheet=sheet)
    rows = table.as_text(text.table)
    shown = rows.head(_PREVIEW_ROWS)
    sheets = tuple(sheet_names(data))
    return Preview(shown, guess_mapping(rows), text.encoding, text.delimiter, text.has_header, sheets)


def read_orders(
    source: Source,
    *,
    mapping: ColumnMapping | None = None,
    today: date | None = None,
    keep_duplicates: bool = False,
    max_rows: int = MAX_ROWS,
    sheet: str | None = None,
    currency: str | None = None,
) -> OrderLog:
    """Read an order log and account for every row of it.

    A row is refused, under the first reason that applies, if it has another number of cells than the header,
    a quote that is never closed, no customer, a test account (a name that begins with the word test, demo or
    dummy, or holds 测试), a status of cancelled, closed, unpaid or refunded, an unreadable or ambiguous date, a
    date before 1970 or after `today`, an unreadable amount, an amount beyond ±10⁷ or in another currency than
    most, a negative amount (a refund; the purchase it takes back happened and stays), or if it repeats an earlier
    row in every cell. Amounts of zero are kept: they are purchases for the models of frequency, while spend models
    use customers with a positive mean only.

    Args:
        source: A path, the bytes, or an open binary file: delimited text, XLSX or Parquet.
        mapping: Columns chosen by a person; roles left None are guessed.
        today: Last day on which an order can have happened; by default the day of the call.
        keep_duplicates: Keep rows that repeat an earlier one, for logs without an order number in which two
            equal purchases are two purchases.
        max_rows: Most lines accepted.
        sheet: Sheet of a workbook; the first one if none is named.
        currency: Where a column names the currency of each row and there are several, the one whose rows are kept.

    Returns:
        The orders and the report; `rows_read` = `rows_kept` + the sum of all refusals.

    Raises:
        LabError: `log_empty`, `log_unreadable`, `log_too_large`, `log_no_columns`, `log_unknown_column`,
            `log_one_row`, `log_no_sheet`, `log_currencies` (several in a column, none chosen) or `log_nothing_left`.
    """
    text = read_table(load_bytes(source), max_rows=max_rows, sheet=sheet)
    names = list(text.table.column_names)
    blank = table.blank_rows(text.table)
    read = len(blank) - int(blank.sum()) + text.wrong_width
    if read <= 1:
        raise LabError("log_one_row" if read else "log_empty")
    if blank.all():
        raise LabError("log_nothing_left", rows=read, reasons=table.listed((table.wrong_width(text),)))
    guess = guess_mapping(table.as_text(text.table.slice(0, 2000)))
    chosen = choose_mapping(names, guess, mapping)

    who = table.column(text.table, chosen.customer)
    dates, amounts = table.column(text.table, chosen.date), table.column(text.table, chosen.amount)
    customers, when, how_much = (
        table.customers(who),
        read_dates(dates.dictionary),
        read_amounts(amounts.dictionary),
    )
    days, ambiguous = when.days[table.codes(dates)], when.ambiguous[table.codes(dates)]
    values, marks = how_much.values[table.codes(amounts)], how_much.marks[table.codes(amounts)]
    named = np.bincount(marks[marks > 0], minlength=len(CURRENCIES))
    sign, money = CURRENCIES[int(named.argmax())] if named.any() else "", np.array([""] * len(marks), dtype=object)
    if chosen.currency is not None:
        money = orderlog_currency.of_rows(table.column(text.table, chosen.currency), ~blank)
        sign = orderlog_currency.the_one(money, currency) or sign
    marked = np.array(CURRENCIES, dtype=object)[marks]
    foreign = ((money != "") & (money != sign)) | ((marked != "") & (marked != sign))
    swallowed = table.line_breaks(who) + table.line_breaks(dates) + table.line_breaks(amounts)
    read += int(swallowed.sum())
    last = np.datetime64(today or date.today())
    wrong: dict[Reason, tuple[Flags, pa.DictionaryArray]] = {
        "open_quote": (swallowed > 0, who),
        "missing_customer": (customers.codes < 0, who),
        "test_account": (table.test_accounts(customers), who),
        "undone": _undone(text.table, chosen.status, who),
        "unreadable_date": (np.isnat(days) & ~ambiguous, dates),
        "ambiguous_date": (ambiguous, dates),
        "early_date": (days < _EARLIEST, dates),
        "future_date": (days > last, dates),
        "unreadable_amount": (np.isnan(values), amounts),
        "absurd_amount": (np.abs(values) > LARGEST_AMOUNT, amounts),
        "other_currency": (foreign, amounts),
        "negative_amount": (values < 0, amounts),
    }
    kept, rejected = ~blank, [table.wrong_width(text)]
    where = [table.refused("wrong_width", text.wrong_rows)]
    for reason, (flags, cells) in wrong.items():
        lines = 1 + swallowed if reason == "open_quote" else np.ones_like(swallowed)
        rejected.append(table.rejection(reason, kept & flags, lines, cells, text.row_numbers))
        where.append(table.refused(reason, text.row_numbers[kept & flags]))
        kept &= ~flags
    repeated = np.zeros_like(kept)
    repeated[kept] = table.raw_codes(text.table)[kept].duplicated().to_numpy()
    notes = [
        Note(key="lines_above", count=text.lines_above),
        Note(key="blank_rows", count=int(blank.sum())),
    ]
    if keep_duplicates:
        notes.append(Note(key="duplicates_kept", count=int(repeated.sum())))
    else:
        rejected.append(table.rejection("duplicate", repeated, np.ones_like(swallowed), who, text.row_numbers))
        where.append(table.refused("duplicate", text.row_numbers[repeated]))
        kept &= ~repeated
    told = tuple(each for each in rejected if each.count)
    if not kept.any():
        raise LabError("log_nothing_left", rows=read, reasons=table.listed(told))
    orders = pd.DataFrame(
        {
            "customer": customers[kept].remove_unused_categories(),
            "date": days[kept].astype("datetime64[us]"),
            "amount": values[kept],
        }
    )
    if chosen.group is not None:
        orders["group"] = table.customers(table.column(text.table, chosen.group))[kept].remove_unused_categories()
    notes += [
        Note(key="zero_amounts", count=int((orders["amount"] == 0).sum())),
        Note(key="same_day", count=int(orders.duplicated(["customer", "date"]).sum())),
        Note(key="decimal_comma", count=int(how_much.decimal_comma) * len(orders)),
    ]
    report = ImportReport(
        rows_read=read,
        rows_kept=len(orders),
        rejected=told,
        encoding=text.encoding,
        delimiter=text.delimiter,
        has_header=text.has_header,
        columns=tuple(names),
        mapping=chosen,
        first_date=orders["date"].min().date(),
        last_date=orders["date"].max().date(),
        customers=orders["customer"].nunique(),
        currency=sign,
        notes=tuple(note for note in notes if note.count),
    )
    return OrderLog(orders, report, pd.concat(where, ignore_index=True).sort_values("row", ignore_index=True))


def read_cdnow() -> OrderLog:
    """Purchases of 2,357 new customers of the CD shop CDNOW, January 1997 to June 1998.

    The 1/10 systematic sample of the literature (Fader, Hardie & Lee 2005, Marketing Science 24(2) 275–284).
    Equal rows are kept: the published spend counts them as two purchases.
    """
    mapping = ColumnMapping(customer="#2", date="#3", amount="#5")
    return read_orders(CDNOW, mapping=mapping, keep_duplicates=True)


def _undone(columns: pa.Table, name: str | None, who: pa.DictionaryArray) -> tuple[Flags, pa.DictionaryArray]:
    """Rows whose order came to nothing, with the cells that say so."""
    if name is None:
        return np.zeros(columns.num_rows, dtype=bool), who
    said = table.column(columns, name)
    return orderlog_status.undone(said), said

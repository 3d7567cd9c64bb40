"""Order logs from spreadsheets and Parquet: read like text, refused in words when they are bombs or broken."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from simulation.analysis import orderlog, orderlog_head, orderlog_sheets
from simulation.analysis.orderlog_report import ColumnMapping, OrderLog
from simulation.errors import LabError

TODAY = date(2026, 6, 1)
ORDERS = pd.DataFrame(
    {
        "订单号": [str(900 + k) for k in range(30)],
        "会员号": [10000 + k % 9 for k in range(30)],
        "付款时间": pd.date_range("2026-01-01 10:20", periods=30, freq="D"),
        "实付金额": [10.5 + k for k in range(30)],
    }
)


def workbook(frame: pd.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.to_excel(held, index=False)
    return held.getvalue()


def columns(frame: pd.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.to_parquet(held)
    return held.getvalue()


def read(data: bytes, **options) -> OrderLog:
    return orderlog.read_orders(data, today=TODAY, **options)


def refusal(data: bytes) -> LabError:
    began = time.perf_counter()
    with pytest.raises(LabError) as told:
        read(data)
    assert time.perf_counter() - began < 5
    return told.value


def repacked(data: bytes, part: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return held.getvalue()


@pytest.mark.parametrize(("write", "named"), [(workbook, "xlsx"), (columns, "parquet")])
def test_a_sheet_is_read_as_the_same_text_is(write, named: str) -> None:
    log = read(write(ORDERS))
    text = read(ORDERS.to_csv(index=False).encode("gbk"))
    assert log.report.encoding == named and text.report.encoding == "gb18030"
    assert log.report.mapping == ColumnMapping(customer="会员号", date="付款时间", amount="实付金额")
    assert log.orders["amount"].tolist() == text.orders["amount"].tolist() == ORDERS["实付金额"].tolist()
    assert log.orders["customer"].tolist() == text.orders["customer"].tolist() == ORDERS["会员号"].map(str).tolist()
    assert log.orders["date"].equals(text.orders["date"])
    assert orderlog.preview(write(ORDERS)).mapping == log.report.mapping


def test_titles_above_and_row_numbers_of_the_sheet() -> None:
    held = io.BytesIO()
    bad = ORDERS.astype({"实付金额": object})
    bad.loc[4, "实付金额"] = "很多"
    bad.to_excel(held, index=False, startrow=2)
    log = read(held.getvalue())
    (rejection,) = log.report.rejected
    assert (rejection.reason, rejection.count, rejection.examples[0].row) == ("unreadable_amount", 1, 8)


def test_parquet_with_categories_missing_cells_and_lists() -> None:
    table = pa.table(
        {
            "member_id": pa.array(["a", "b", None, "a"]).dictionary_encode(),
            "date": pa.array([date(2026, 1, day) for day in (1, 2, 3, 4)]),
            "amount": pa.array([Decimal("1.5"), Decimal("2.5"), Decimal("3.5"), Decimal("4.5")], pa.decimal128(8, 2)),
            "tags": pa.array([[1], [2], [], [3]]),
        }
    )
    held = io.BytesIO()
    parquet.write_table(table, held)
    log = read(held.getvalue())
    assert log.orders["amount"].tolist() == [1.5, 2.5, 4.5]
    assert {each.reason: each.count for each in log.report.rejected} == {"missing_customer": 1}


def test_bombs_and_broken_sheets_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    good = workbook(ORDERS)
    bomb = repacked(good, "xl/worksheets/sheet1.xml", b" " * (orderlog_sheets.MAX_UNPACKED + 1))
    assert len(bomb) < 2_000_000 and refusal(bomb).key == "log_too_large"
    aliases = (
        b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "'
        + b"x" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 20) for k in range(8))
        + b']><worksheet><sheetData><row><c t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
    )
    assert refusal(repacked(good, "xl/worksheets/sheet1.xml", aliases)).key == "log_unreadable"
    with pytest.raises(LabError, match="log unreadable"):
        orderlog.preview(repacked(good, "xl/worksheets/sheet1.xml", aliases))
    for broken in (good[:2000], b"PK\x03\x04", b"PAR1", columns(ORDERS)[:-30], repacked(good, "xl/workbook.xml", b"<")):
        assert refusal(broken).key == "log_unreadable"
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(word.getvalue()).key == "log_unreadable"


def test_wide_and_long_sheets_are_refused() -> None:
    wide = pd.DataFrame(np.ones((3, 200)))
    for write in (workbook, columns):
        told = refusal(write(wide.rename(columns=str)))
        assert (told.key, told.values["what"]) == ("log_too_large", "columns")
        with pytest.raises(LabError, match="log too large"):
            orderlog.preview(write(wide.rename(columns=str)))
        with pytest.raises(LabError, match="log too large"):
            orderlog.read_orders(write(pd.concat([ORDERS] * 10)), today=TODAY, max_rows=100)
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>a</t></is></c></row>'
    far = b"<worksheet><sheetData>" + row % (1, 1) + row % (10**9, 10**9) + b"</sheetData></worksheet>"
    began = time.perf_counter()
    with pytest.raises(LabError):
        orderlog.read_orders(repacked(workbook(ORDERS), "xl/worksheets/sheet1.xml", far), today=TODAY, max_rows=5000)
    assert time.perf_counter() - began < 5


def test_test_accounts_and_foreign_money_are_left_out_by_rule() -> None:
    rows = [
        ("小王", "￥12.00"), ("test", "5"), ("Test_01", "5"), ("测试账号", "6"), ("demo@shop.cn", "7"),
        ("Testarossa", "8元"), ("Demosthenes", "9"), ("小李", "$10"), ("小李", "-3"), ("小王", "RMB 11"),
    ]  # fmt: skip
    text = "customer,date,amount\n" + "".join(
        f"{who},2026-01-{k + 1:02d},{paid}\n" for k, (who, paid) in enumerate(rows)
    )
    log = read(text.encode())
    told = {each.reason: each.count for each in log.report.rejected}
    assert told == {"test_account": 4, "other_currency": 1, "negative_amount": 1}
    assert log.report.currency == "¥" and log.orders["amount"].tolist() == [12.0, 8.0, 9.0, 11.0]


def test_a_sheet_is_chosen_the_first_by_default() -> None:
    held = io.BytesIO()
    with pd.ExcelWriter(held) as book:
        ORDERS.to_excel(book, sheet_name="一月", index=False)
        ORDERS.tail(10).to_excel(book, sheet_name="二月", index=False)
    data = held.getvalue()
    assert orderlog.preview(data).sheets == ("一月", "二月") and orderlog.preview(workbook(ORDERS)).sheets == (
        "Sheet1",
    )
    assert len(read(data).orders) == len(read(data, sheet="一月").orders) == 30
    assert read(data, sheet="二月").orders["amount"].tolist() == ORDERS["实付金额"].tail(10).tolist()
    with pytest.raises(LabError, match="log no sheet"):
        read(data, sheet="三月")


def test_formulas_are_read_by_the_value_that_was_computed() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["会员号", "日期", "实付金额"])
        for row in range(1, 12):
            sheet.write_row(row, 0, [f"u{row % 3}", f"2026-01-{row:02d}"])
            sheet.write_formula(row, 2, f"={row}*2", None, 2 * row)
    assert read(held.getvalue()).orders["amount"].tolist() == [2.0 * row for row in range(1, 12)]


def test_a_cell_in_the_farthest_corner_ends_the_process_and_not_the_lab() -> None:
    cell = b'<row r="%d"><c r="%s" t="inlineStr"><is><t>a</t></is></c></row>'
    far = b"<worksheet><sheetData>" + cell % (1, b"A1") + cell % (1048576, b"XFD1048576") + b"</sheetData></worksheet>"
    assert refusal(repacked(workbook(ORDERS), "xl/worksheets/sheet1.xml", far)).key == "log_too_large"


def test_a_currency_column_is_recognised_and_several_currencies_are_not_added() -> None:
    coded = ORDERS.assign(币种="CNY")
    log = read(workbook(coded))
    assert (log.report.mapping.currency, log.report.currency, len(log.orders)) == ("币种", "¥", 30)
    coded.loc[[3, 7], "币种"] = "usd"
    coded.loc[9, "币种"] = ""
    told = refusal(workbook(coded))
    assert told.key == "log_currencies" and told.values["currencies"] == "¥ (27), $ (2)"
    kept = read(workbook(coded), currency="cny")
    assert {each.reason: each.count for each in kept.report.rejected} == {"other_currency": 2}
    assert len(kept.orders) == 28 and kept.report.currency == "¥"
    assert refusal_of(coded, currency="EUR") == "log_currencies"
    assert read(ORDERS.assign(币种="JPY").to_csv(index=False).encode()).report.currency == "JPY"
    assert read(ORDERS.assign(currency="first").to_csv(index=False).encode()).report.mapping.currency is None


def test_orders_that_came_to_nothing_are_left_out_by_their_status() -> None:
    said = [
        "交易成功",
        "交易关闭",
        "等待买家付款",
        "退款成功",
        "部分退款",
        "退款关闭",
        "Cancelled",
        "paid",
        "partially_refunded",
    ]
    told = ORDERS.assign(订单状态=(said * 4)[:30])
    log = read(workbook(told))
    assert log.report.mapping.status == "订单状态"
    assert {each.reason: each.count for each in log.report.rejected} == {"undone": 14}
    assert log.refused["row"].tolist()[:3] == [3, 4, 5] and set(log.refused["reason"]) == {"undone"}
    whole = read(workbook(told), mapping=ColumnMapping(status=None))
    assert len(whole.orders) == 30
    with pytest.raises(LabError) as nothing:
        read(workbook(ORDERS.assign(status="refunded")))
    assert nothing.value.values["reasons"] == "undone 30"


def test_a_guessed_currency_column_can_be_left_unread() -> None:
    coded = ORDERS.assign(币种=["CNY", "USD"] * 15)
    assert len(read(workbook(coded), mapping=ColumnMapping(currency=None)).orders) == 30


def refusal_of(frame: pd.DataFrame, **options) -> str:
    with pytest.raises(LabError) as told:
        read(workbook(frame), **options)
    return told.value.key


def test_a_table_that_begins_further_right_and_has_empty_cells_at_the_end() -> None:
    held = io.BytesIO()
    ORDERS.assign(备注=["", "急"] * 15).to_excel(held, index=False, startrow=3, startcol=2)
    log = read(held.getvalue())
    assert len(log.orders) == 30 and not log.report.rejected
    assert log.orders["amount"].tolist() == ORDERS["实付金额"].tolist()


def test_a_preview_reads_no_further_than_it_shows() -> None:
    long = pd.concat([ORDERS] * 300, ignore_index=True)
    long["订单号"] = [f"订单{k}" for k in range(len(long))]
    data = workbook(long)
    small = orderlog_head.first_rows(data, 40)
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(io.BytesIO(small)) as cut:
        for part, kept in (("xl/worksheets/sheet1.xml", 40), ("xl/sharedStrings.xml", 43)):  # names of columns, orders
            assert whole.getinfo(part).file_size > 50 * cut.getinfo(part).file_size
            assert cut.read(part).count(b"<row " if "sheets" in part else b"<si>") == kept
    assert orderlog_sheets.as_text(small, 10**6, 100) == orderlog_sheets.as_text(data, 10**6, 100, head=40)
    assert orderlog_sheets.as_text(data, 10**6, 100)[0].startswith(orderlog_sheets.as_text(small, 10**6, 100)[0])
    assert orderlog_sheets.sheet_names(data) == ["Sheet1"]


def test_a_part_that_is_named_many_times_is_copied_once() -> None:
    data, held = workbook(ORDERS), io.BytesIO(workbook(ORDERS))
    with zipfile.ZipFile(held, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for _ in range(5):
            archive.writestr("xl/styles.xml", archive.read("xl/styles.xml"))
    assert len(orderlog_head.first_rows(held.getvalue(), 5)) == len(orderlog_head.first_rows(data, 5))


def test_first_rows_of_a_sheet_with_gaps_prefixes_and_no_size() -> None:
    row = '<x:row r="%d"><x:c r="A%d" t="inlineStr"><x:is><x:t>%s</x:t></x:is></x:c></x:row>'
    rows = "".join(row % (k, k, word) for k, word in ((1, "a"), (3, "b"), (9, "c"), (1048576, "d")))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<x:worksheet xmlns:x="{space}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    data = repacked(workbook(ORDERS), "xl/worksheets/sheet1.xml", sheet.encode())
    assert orderlog_sheets.as_text(data, 10**6, 100, head=8) == (b"a\n\nb\n", "xlsx")
    assert orderlog_sheets.as_text(data, 10**6, 100, head=9)[0].splitlines() == [b"a", b"", b"b", *[b""] * 5, b"c"]
    fat = sheet.replace(">b<", ">" + "b" * orderlog_head.MOST + "<")
    with pytest.raises(LabError) as told:
        orderlog.preview(repacked(workbook(ORDERS), "xl/worksheets/sheet1.xml", fat.encode()))
    assert (told.value.key, told.value.values["what"]) == ("log_too_large", "MB")

"""Order logs: every row accounted for, every broken file refused in words, the published CDNOW counts."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import orderlog, orderlog_counts
from simulation.analysis.orderlog_columns import guess_mapping
from simulation.analysis.orderlog_report import ColumnMapping, OrderLog
from simulation.errors import LabError

PUBLISHED = json.loads((Path(__file__).parents[2] / "simulation/data/published.json").read_text("utf-8"))
TODAY = date(2026, 6, 1)
GOOD = "customer,date,amount\n" + "".join(f"c{k % 9},2026-01-{k % 28 + 1:02d},{10 + k}.5\n" for k in range(30))
CHINESE = "订单号,买家会员名,会员等级,付款时间,发货时间,商品金额,运费,实付金额\n" + "".join(
    f'9{k},小王{k % 7},金牌,2026/1/{k % 28 + 1} 10:20,2026/2/{k % 28 + 1},99.00,6.00,"￥1,0{k:02d}.50"\n'
    for k in range(30)
)


def read(text: str | bytes, **options) -> OrderLog:
    data = text.encode() if isinstance(text, str) else text
    log = orderlog.read_orders(data, today=TODAY, **options)
    report = log.report
    assert report.rows_read == report.rows_kept + sum(each.count for each in report.rejected)
    assert len(log.orders) == report.rows_kept
    return log


def refused(log: OrderLog) -> dict[str, int]:
    return {each.reason: each.count for each in log.report.rejected}


def refusal(text: str | bytes, **options) -> LabError:
    with pytest.raises(LabError) as told:
        read(text, **options)
    return told.value


def test_cdnow_gives_the_published_counts() -> None:
    log = orderlog.read_cdnow()
    table = PUBLISHED["cdnow_bgnbd"]
    histories = orderlog_counts.summary(log.orders, orderlog.CDNOW_CALIBRATION_END)
    assert len(histories) == table["n"]
    assert histories["frequency"].sum() == table["repeat_tx_calibration"]
    assert (histories["frequency"] == 0).sum() == table["zero_repeat_customers"]
    counted = histories["frequency"].clip(upper=7).value_counts().sort_index()
    assert counted.tolist() == table["freq_hist"]["actual"]
    weekly = orderlog_counts.cumulative_repeats(log.orders, weeks=78)
    weeks = np.array(table["cumulative_repeat"]["week"])
    assert weekly[weeks - 1].tolist() == table["cumulative_repeat"]["actual"]
    assert weekly[-1] - weekly[38] == table["repeat_tx_holdout"]
    assert histories["T"].max() == pytest.approx(38.86, abs=0.005)
    spend = histories.loc[histories["frequency"] > 0, "monetary"].mean()
    assert spend == pytest.approx(PUBLISHED["cdnow_gammagamma"]["mean_spend"], abs=0.005)
    assert log.orders["date"].max() == pd.Timestamp(orderlog.CDNOW_HOLDOUT_END)


def test_cdnow_uploaded_like_any_other_file() -> None:
    log = read(orderlog.CDNOW.read_bytes())
    assert log.report.mapping == ColumnMapping(customer="#1", date="#3", amount="#5")
    assert refused(log) == {"duplicate": 21}
    assert {note.key: note.count for note in log.report.notes} == {"zero_amounts": 8, "same_day": 202}
    assert orderlog_counts.cumulative_repeats(log.orders)[38] == PUBLISHED["cdnow_bgnbd"]["repeat_tx_calibration"]


def test_types_and_report_of_a_plain_log() -> None:
    log = read(GOOD)
    assert isinstance(log.orders["customer"].dtype, pd.CategoricalDtype)
    assert np.issubdtype(log.orders["date"].dtype, np.datetime64)
    assert log.orders["amount"].tolist()[:2] == [10.5, 11.5]
    report = log.report
    assert (report.encoding, report.delimiter, report.has_header) == ("utf-8", ",", True)
    assert (report.first_date, report.last_date, report.customers) == (date(2026, 1, 1), date(2026, 1, 28), 9)
    assert report.rejected == () and report.columns == ("customer", "date", "amount")
    assert orderlog.read_orders(io.BytesIO(GOOD.encode()), today=TODAY).report == report


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_chinese_shops(encoding: str) -> None:
    log = read(CHINESE.encode(encoding))
    assert log.report.mapping == ColumnMapping(customer="买家会员名", date="付款时间", amount="实付金额")
    assert log.report.customers == 7 and log.report.rows_kept == 30
    assert log.orders["amount"].iloc[3] == 1003.5
    assert log.orders["customer"].iloc[0] == "小王0"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "   "])
def test_delimiters(delimiter: str) -> None:
    log = read(GOOD.replace(",", delimiter))
    assert log.orders.equals(read(GOOD).orders)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings(ending: str) -> None:
    assert read(GOOD.replace("\n", ending)).orders.equals(read(GOOD).orders)


@pytest.mark.parametrize(
    "text",
    [
        "20260131",
        "2026/1/31",
        "2026-01-31 10:20",
        "2026-01-31T10:20:00Z",
        "2026.1.31",
        "2026年1月31日",
        "20260131102000",
    ],
)
def test_dates_that_speak_for_themselves(text: str) -> None:
    rows = "".join(f"c{k},{text},{k}\n" for k in range(5))
    assert set(read("user,day,price\n" + rows).orders["date"]) == {pd.Timestamp(2026, 1, 31)}


def test_dates_with_the_year_last_need_evidence_in_the_column() -> None:
    day_first = read("c,date,amount\na,31.01.2026,1\nb,02.01.2026,1\n")
    assert day_first.orders["date"].tolist() == [pd.Timestamp(2026, 1, 31), pd.Timestamp(2026, 1, 2)]
    month_first = read("c,date,amount\na,1/31/2026,1\nb,1/2/2026,1\n")
    assert month_first.orders["date"].tolist() == [pd.Timestamp(2026, 1, 31), pd.Timestamp(2026, 1, 2)]
    mixed = read("c,date,amount\na,31.01.2026,1\nb,01.31.2026,1\nc,02.01.2026,1\nd,03.03.2026,1\n")
    assert refused(mixed) == {"ambiguous_date": 1}
    assert refusal("c,date,amount\na,01.02.2026,1\nb,02.03.2026,1\n").key == "log_nothing_left"


def test_amounts_as_shops_write_them() -> None:
    cells = ["¥12.50", "￥1,234.5", "12元", "¥ 7", "1e3", "+5", ".5", "0"]
    rows = "".join(f'c,2026-01-{k + 1:02d},"{cell}"\n' for k, cell in enumerate(cells))
    assert read("c,date,amount\n" + rows).orders["amount"].tolist() == [12.5, 1234.5, 12, 7, 1000, 5, 0.5, 0]
    comma = read("c;date;amount\na;2026-01-01;1.234,50\nb;2026-01-02;12,5\nb;2026-01-03;7\n")
    assert comma.orders["amount"].tolist() == [1234.5, 12.5, 7]
    assert comma.report.notes[-1].key == "decimal_comma"


def test_every_bad_row_is_counted_and_shown() -> None:
    bad = [
        ",2026-01-01,5",
        "null,2026-01-01,5",
        "x,2026-13-01,5",
        "x,soon,5",
        "x,1969-12-31,5",
        "x,2026-06-02,5",
        "x,2026-01-01,",
        "x,2026-01-01,five",
        "x,2026-01-01,nan",
        "x,2026-01-01,1e8",
        "x,2026-01-01,-inf",
        "x,2026-01-01,-5",
        "x,2026-01-01,(5)",
        "x,2026-01-01",
        "x,2026-01-01,1,2",
        "c0,2026-01-01,10.5",
    ]
    log = read(GOOD + "\n".join(bad) + "\n\n")
    assert refused(log) == {
        "wrong_width": 2,
        "missing_customer": 2,
        "unreadable_date": 2,
        "early_date": 1,
        "future_date": 1,
        "unreadable_amount": 3,
        "absurd_amount": 2,
        "negative_amount": 2,
        "duplicate": 1,
    }
    shown = {each.reason: [(e.row, e.value) for e in each.examples] for each in log.report.rejected}
    assert shown["unreadable_date"] == [(34, "2026-13-01"), (35, "soon")]
    assert shown["negative_amount"] == [(43, "-5"), (44, "(5)")]
    assert shown["wrong_width"] == [(45, "x,2026-01-01"), (46, "x,2026-01-01,1,2")]
    assert shown["duplicate"] == [(47, "c0")]


def test_examples_are_few_and_short() -> None:
    log = read(GOOD + f"x,{'9' * 5000},1\n" * 50)
    (dates,) = log.report.rejected
    assert (dates.count, len(dates.examples), len(dates.examples[0].value)) == (50, 5, 60)


def test_a_quote_left_open_does_not_hide_the_rows_it_swallows() -> None:
    one = read(GOOD.replace("c5,", '"c5,', 1))
    two = read(GOOD.replace("c5,", '"c5,', 2))
    assert one.report.rows_read == two.report.rows_read == 30
    assert refused(one) == {"wrong_width": 25}
    assert refused(two)["open_quote"] >= 9


def test_titles_blank_lines_and_trailing_delimiters() -> None:
    log = read("\n微信支付账单明细,,\n导出时间：今天\n" + GOOD + "\n,,\n")
    assert log.orders.equals(read(GOOD).orders)
    assert {note.key: note.count for note in log.report.notes} == {"lines_above": 3, "blank_rows": 2}
    trailing = read(GOOD.replace("5\n", "5,\n"))
    assert trailing.orders.equals(read(GOOD).orders)
    assert trailing.report.columns == ("customer", "date", "amount", "#4")


def test_explicit_columns_override_the_guess() -> None:
    log = read(CHINESE, mapping=ColumnMapping(amount="商品金额"))
    assert (log.report.mapping.customer, log.report.mapping.amount) == ("买家会员名", "商品金额")
    assert set(log.orders["amount"]) == {99.0}
    error = refusal(CHINESE, mapping=ColumnMapping(date="没有"))
    assert (error.key, error.values["column"]) == ("log_unknown_column", "没有")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("InvoiceNo,CustomerID,InvoiceDate,Total", ("CustomerID", "InvoiceDate", "Total")),
        ("order_id,user_id,order_date,paid amount", ("user_id", "order_date", "paid amount")),
        ("订单编号,客户ID,下单时间,订单金额", ("客户ID", "下单时间", "订单金额")),
        ("单号,手机号,日期,价格", ("手机号", "日期", "价格")),
        ("a,b,c,d", ("b", "c", "d")),
    ],
)
def test_columns_are_guessed_from_names_and_content(header: str, expected: tuple[str, ...]) -> None:
    rows = "".join(f"{70000 + k},{13900 + k % 8},2026-02-{k % 28 + 1:02d},{k}.25\n" for k in range(60))
    mapping = orderlog.preview(f"{header}\n{rows}".encode()).mapping
    assert (mapping.customer, mapping.date, mapping.amount) == expected


def test_preview_shows_the_first_rows() -> None:
    shown = orderlog.preview(CHINESE.encode("gbk"))
    assert (shown.encoding, shown.delimiter, shown.has_header) == ("gb18030", ",", True)
    assert len(shown.rows) == 20 and shown.rows.iloc[0, 1] == "小王0"
    assert guess_mapping(shown.rows) == shown.mapping


def test_summary_stops_at_the_calibration_end() -> None:
    rows = "a,2026-01-01,10\na,2026-01-01,5\na,2026-01-15,20\na,2026-03-01,99\nb,2026-01-08,0\nc,2026-03-01,1\n"
    log = read("customer,date,amount\n" + rows)
    table = orderlog_counts.summary(log.orders, date(2026, 1, 29))
    assert table.index.tolist() == ["a", "b"]
    assert table.to_numpy().tolist() == [[1, 2, 4, 20], [0, 0, 3, 0]]
    assert orderlog_counts.cumulative_repeats(log.orders, weeks=10).tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]
    with pytest.raises(LabError, match="log nothing before"):
        orderlog_counts.summary(log.orders, date(2020, 1, 1))

"""Guessing which column of an order log says who, when and how much, from names and from content."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from simulation.analysis import orderlog_currency, orderlog_status
from simulation.analysis.orderlog_cells import read_amounts, read_dates
from simulation.analysis.orderlog_report import ROLES, ColumnMapping, Role
from simulation.errors import LabError

_ROWS_LOOKED_AT = 1000
_ENOUGH = 0.5  # share of cells that must read as a date or an amount …
_ENOUGH_IF_NAMED = 0.1  # … and in a column whose name says so
_NEARLY_ALL_DIFFERENT = 0.98  # an order number rather than a customer

# Words of column names, the surest first; a word of `_NOT` in the name rules the column out.
_WORDS: dict[Role, tuple[str, ...]] = {
    "customer": (
        *("customer_id", "customerid", "客户id", "客户编号", "会员id", "会员编号", "会员号"),
        *("用户id", "买家id", "user_id", "userid", "member_id", "buyer_id", "client_id", "openid"),
        *("会员名", "买家昵称", "用户名", "customer", "client", "member", "buyer", "user"),
        *("客户", "会员", "用户", "买家", "顾客", "手机", "uid"),
    ),
    "date": (
        *("order_date", "orderdate", "order_time", "下单", "付款时间", "支付时间", "订单日期"),
        *("订单时间", "purchase", "成交", "交易时间", "invoicedate", "date", "datetime"),
        *("日期", "时间", "timestamp", "time", "created", "day"),
    ),
    "amount": (
        *("实付", "实收", "实际支付", "amount", "支付金额", "付款金额", "订单金额", "成交金额"),
        *("总金额", "金额", "total", "revenue", "sales", "paid", "payment", "spend", "dollar"),
        *("value", "总价", "价格", "单价", "price", "应付", "货款"),
    ),
}
_NOT: dict[Role, tuple[str, ...]] = {
    "customer": (
        *("等级", "地址", "备注", "留言", "类型", "来源", "年龄", "性别", "价", "金额", "日期", "时间"),
        *("支付宝", "level", "address", "type", "note", "source", "age", "gender", "date", "time"),
    ),
    "date": (
        *("发货", "收货", "退款", "生日", "注册", "修改", "更新", "确认", "birth", "ship"),
        *("deliver", "refund", "update", "regist", "signup"),
    ),
    "amount": (
        *("退款", "运费", "邮费", "优惠", "折扣", "积分", "数量", "成本", "时间", "日期", "编号", "订单号"),
        *("refund", "ship", "freight", "discount", "cost", "quantity", "qty", "points", "count"),
        *("time", "date", "_id"),
    ),
}


def guess_mapping(frame: pd.DataFrame) -> ColumnMapping:
    """Guess the columns for customer, date, amount, currency and status from English or Chinese names and from content.

    A date column must mostly hold dates, an amount column mostly numbers; the customer is the remaining
    column with the best name, or, among columns without telling names, the first one whose values come back.

    Args:
        frame: Cells as text, as `preview` shows them; the first thousand rows are looked at.

    Returns:
        The guess; roles without a plausible column are None.
    """
    names = [str(name) for name in frame.columns]
    cells = {name: frame.iloc[:_ROWS_LOOKED_AT, place].astype(str) for place, name in enumerate(names)}
    filled = {name: values[values.str.strip() != ""] for name, values in cells.items()}
    names = [name for name in names if len(filled[name])]
    dates = {name: _date_share(filled[name]) for name in names}
    date = _best({n: _name_score("date", n) + dates[n] for n in names if _fits("date", n, dates[n])})
    numbers = {n: _number_share(filled[n]) for n in names if n != date}
    amount = _best(
        {
            n: 2 * _name_score("amount", n) + share + 0.5 * _decimal_share(filled[n]) - 0.5 * dates[n]
            for n, share in numbers.items()
            if _fits("amount", n, share) and (dates[n] < _ENOUGH or _name_score("amount", n) > 0)
        }
    )
    customer = _best(
        {
            n: 2 * _name_score("customer", n) + _identity_score(filled[n])
            for n in names
            if n not in (date, amount) and dates[n] < _ENOUGH
        }
    )
    told = frame[:_ROWS_LOOKED_AT]
    return ColumnMapping(
        customer=customer,
        date=date,
        amount=amount,
        currency=orderlog_currency.guess(told),
        status=orderlog_status.guess(told),
    )


def choose_mapping(columns: list[str], guess: ColumnMapping, explicit: ColumnMapping | None) -> ColumnMapping:
    """The mapping to read with: what was chosen explicitly, completed by the guess.

    Raises:
        LabError: `log_unknown_column` if a chosen column is not in the file, `log_no_columns` if a role has
            no column.
    """
    mapping = explicit.over(guess) if explicit else guess
    listed = ", ".join(columns)
    for chosen in (*(mapping.column(role) for role in ROLES), mapping.group, mapping.currency, mapping.status):
        if chosen is not None and chosen not in columns:
            raise LabError("log_unknown_column", column=chosen, columns=listed)
    if mapping.missing:
        raise LabError("log_no_columns", missing=", ".join(mapping.missing), columns=listed)
    return mapping


def _best(scores: dict[str, float]) -> str | None:
    """Name with the highest score above zero; the first of equals."""
    return max(scores, key=lambda name: scores[name]) if scores and max(scores.values()) > 0 else None


def _fits(role: Role, name: str, share: float) -> bool:
    return share >= (_ENOUGH_IF_NAMED if _name_score(role, name) > 0 else _ENOUGH)


def _name_score(role: Role, name: str) -> float:
    """From 1 (surest word) towards 0.5; 0 for a name that says nothing; −10 for one that says otherwise."""
    plain = name.lower().replace(" ", "_")
    if any(word in plain for word in _NOT[role]):
        return -10.0
    words = _WORDS[role]
    places = [place for place, word in enumerate(words) if word in plain]
    return 1.0 - 0.5 * places[0] / len(words) if places else 0.0


def _identity_score(values: pd.Series) -> float:
    different = values.nunique() / len(values)
    if _decimal_share(values) > _ENOUGH:
        return -1.0
    return 0.1 if different > _NEARLY_ALL_DIFFERENT else 0.2 + 0.3 * float(np.sqrt(different))


def _date_share(values: pd.Series) -> float:
    read = read_dates(pa.array(values, pa.string()))
    return float((~np.isnat(read.days) | read.ambiguous).mean())


def _number_share(values: pd.Series) -> float:
    return float(np.isfinite(read_amounts(pa.array(values, pa.string())).values).mean())


def _decimal_share(values: pd.Series) -> float:
    return float(values.str.contains(r"\d[.,]\d{1,2}\s*元?$", regex=True).mean())

"""Reading single cells of an order log: dates and amounts in the ways shops write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

_YEAR_FIRST = r"^(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?:[T 日].*)?$"
_COMPACT = r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\d{4}|\d{6}|[T ]\d.*)?$"
_YEAR_LAST = r"^(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})(?:[T ].*)?$"

CURRENCIES = ("", "¥", "$", "€", "£")
"""Currencies that a cell can name by sign or letters; 元, RMB and CNY are ¥."""
_NAMED = ("", r"(?i)[¥￥元]|rmb|cny", r"(?i)\$|usd", r"(?i)€|eur", r"£")
_MONEY_WORDS = r"(?i)rmb|cny|usd|eur|[¥￥$€£元\s]"
_POINT = r"^[-+]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?$"
_COMMA = r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?$"
_PLAIN_NUMBER = re.compile(r"[-+(]?[¥￥$€£]?[-+]?\d[\d,.]*(?:[eE][-+]?\d+)?[)元]?")
_PLAIN_DATE = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}.{0,30}")


@dataclass(frozen=True)
class ReadDates:
    """Days of a column; NaT with `ambiguous` where day and month cannot be told apart, else unreadable."""

    days: Days
    ambiguous: Flags


@dataclass(frozen=True)
class ReadAmounts:
    """Amounts of a column, NaN where unreadable; `decimal_comma` tells that 12,50 was read as 12.5.

    `marks` are places in `CURRENCIES`, 0 where a cell names no currency.
    """

    values: NDArray[np.float64]
    decimal_comma: bool
    marks: NDArray[np.int8]


def looks_like_value(cell: str) -> bool:
    """Whether a cell is a number or a date, as no column name is."""
    text = cell.strip()
    return bool(_PLAIN_NUMBER.fullmatch(text) or _PLAIN_DATE.fullmatch(text))


def read_dates(column: pa.Array) -> ReadDates:
    """Read days, whatever the time of day.

    Year first (2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日) and compact (20260131, with time
    20260131102000) speak for themselves. Year last (31.01.2026, 1/31/2026) is read only if the column itself
    shows which part is the day, by a number above 12 in one of the two places and never in the other.
    """
    text = pc.utf8_trim_whitespace(column)
    days = np.full(len(text), np.datetime64("NaT"), dtype="datetime64[D]")
    for pattern in (_YEAR_FIRST, _COMPACT):
        found, year, month, day = _parts(text, pattern)
        days = np.where(found, _day(year, month, day), days)
    found, year, first, second = _parts(text, _YEAR_LAST)
    day_first, month_first = bool((found & (first > 12)).any()), bool((found & (second > 12)).any())
    if day_first and not month_first:
        first, second = second, first
    one_order = day_first != month_first
    # rows that speak for themselves in a column that mixes both orders
    swapped = (first > 12) & (not one_order)
    month, day = np.where(swapped, second, first), np.where(swapped, first, second)
    clear = found & (one_order | (first > 12) | (second > 12) | (first == second))
    days = np.where(clear, _day(year, month, day), days)
    return ReadDates(days, found & ~clear)


def read_amounts(column: pa.Array) -> ReadAmounts:
    """Read money with currency signs, thousands separators, brackets for minus, and a decimal comma if used.

    The comma is decimal if some cell ends in a comma with one or two digits and no cell uses the comma
    before three digits or before a point.
    """
    marks = np.zeros(len(column), dtype=np.int8)
    for place, pattern in enumerate(_NAMED[1:], start=1):
        marks[_mask(pc.match_substring_regex(column, pattern))] = place
    text = pc.replace_substring_regex(column, _MONEY_WORDS, "")
    text = pc.replace_substring_regex(text, r"^\((.*)\)$", r"-\1")
    text = pc.replace_substring_regex(text, "^[−－]", "-")
    ends = pc.any(pc.match_substring_regex(text, r"\d,\d{1,2}$")).as_py()
    groups = pc.any(pc.match_substring_regex(text, r",\d{3}(,|\.|$)|,\d*\.")).as_py()
    decimal_comma = bool(ends and not groups)
    readable = _mask(pc.match_substring_regex(text, _COMMA if decimal_comma else _POINT))
    if decimal_comma:
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    else:
        text = pc.replace_substring(text, ",", "")
    endless = _mask(pc.match_substring_regex(text, r"(?i)^[-+]?inf(inity)?$"))
    numbers = pc.cast(pc.if_else(pa.array(readable), text, pa.scalar("nan")), pa.float64())
    values = np.array(numbers.to_numpy(zero_copy_only=False))
    values[endless] = np.inf
    return ReadAmounts(values, decimal_comma, marks)


def _parts(text: pa.Array, pattern: str) -> tuple[Flags, Whole, Whole, Whole]:
    groups = pc.extract_regex(text, pattern)
    year, month, day = (
        np.asarray(pc.fill_null(pc.cast(pc.struct_field(groups, name), pa.int64()), 0), dtype=np.int64)
        for name in "ymd"
    )
    return _mask(pc.is_valid(groups)), year, month, day


def _day(year: Whole, month: Whole, day: Whole) -> Days:
    """Calendar day, NaT where there is none (month 13, 31 February)."""
    months = (year - 1970) * 12 + month - 1
    days: Days = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    real = (month >= 1) & (month <= 12) & (day >= 1)
    real &= days.astype("datetime64[M]").astype(np.int64) == months
    days[~real] = np.datetime64("NaT")
    return days


def _mask(flags: pa.Array) -> Flags:
    return np.array(flags.to_numpy(zero_copy_only=False), dtype=bool)

"""Columns of an uploaded table as whole numbers and names, and the account of the rows that are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from simulation.analysis.orderlog_file import TextTable
from simulation.analysis.orderlog_report import EXAMPLES, LONGEST_EXAMPLE, REASONS, Example, Reason, Rejection

_NOBODY = ("", "nan", "null", "none", "n/a", "na", r"\n", "-")
_TEST_ACCOUNT = r"(?i)^(?:test|tester|demo|dummy)(?:[\s_\-@.\d]|$)|测试"

Flags = NDArray[np.bool_]


def column(table: pa.Table, name: str | None) -> pa.DictionaryArray:
    """Cells of a column."""
    cells = table.column(name)
    return cells.chunk(0) if cells.num_chunks else pa.array([], pa.string()).dictionary_encode()


def codes(cells: pa.DictionaryArray) -> NDArray[np.int32]:
    """Place of each row in the dictionary of its column."""
    return np.asarray(cells.indices.to_numpy(zero_copy_only=False))


def customers(cells: pa.DictionaryArray) -> pd.Categorical:
    """Customers by their trimmed names; missing where the cell says nobody."""
    names = pd.Series(cells.dictionary.to_pylist(), dtype=str).str.strip()
    nobody = names.str.lower().isin(_NOBODY)
    place, known = pd.factorize(names.mask(nobody))
    return pd.Categorical.from_codes(place[codes(cells)], categories=known)


def test_accounts(names: pd.Categorical) -> Flags:
    """Rows of people whose names begin with the word test, demo or dummy, or hold 测试."""
    testing = np.asarray(names.categories.str.contains(_TEST_ACCOUNT, regex=True), dtype=bool)
    return np.append(testing, False)[names.codes]


def raw_codes(table: pa.Table) -> pd.DataFrame:
    """Whole numbers that are equal where the cells are."""
    return pd.DataFrame({place: codes(column(table, name)) for place, name in enumerate(table.column_names)})


def blank_rows(table: pa.Table) -> Flags:
    """Rows without any content."""
    blank = np.ones(table.num_rows, dtype=bool)
    for name in table.column_names:
        cells = column(table, name)
        empty = np.array([not value.strip() for value in cells.dictionary.to_pylist()], dtype=bool)
        blank &= empty[codes(cells)] if len(empty) else blank
    return blank


def as_text(table: pa.Table) -> pd.DataFrame:
    """The table as a frame of text."""
    return pd.DataFrame({name: column(table, name).to_pylist() for name in table.column_names}, dtype=str)


def line_breaks(cells: pa.DictionaryArray) -> NDArray[np.int64]:
    """Line breaks inside each cell, where a quote left open has swallowed the lines below."""
    breaks = [value.strip().count("\n") for value in cells.dictionary.to_pylist()]
    return np.asarray(breaks, dtype=np.int64)[codes(cells)]


def rejection(
    reason: Reason,
    refused: Flags,
    lines: NDArray[np.int64],
    cells: pa.DictionaryArray,
    numbers: NDArray[np.int64],
) -> Rejection:
    """Account of the rows refused for one reason.

    Args:
        reason: Which one.
        refused: Rows that it applies to, those already refused left out.
        lines: Lines of the file that each row stands for.
        cells: The column that spoke against them.
        numbers: Number of each row in the file.
    """
    examples = tuple(
        Example(row=int(numbers[place]), value=cells[int(place)].as_py()[:LONGEST_EXAMPLE])
        for place in np.flatnonzero(refused)[:EXAMPLES]
    )
    return Rejection(reason=reason, count=int(lines[refused].sum()), examples=examples)


def refused(reason: Reason, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Rows of the file (the first is 1) that were refused for a reason: columns row and reason."""
    return pd.DataFrame({"row": rows, "reason": pd.Categorical([reason], REASONS).repeat(len(rows))})


def wrong_width(text: TextTable) -> Rejection:
    """Account of the lines with another number of cells than the header."""
    return Rejection(reason="wrong_width", count=text.wrong_width, examples=text.wrong_width_examples)


def listed(rejected: tuple[Rejection, ...]) -> str:
    """Reasons and counts on one line."""
    return ", ".join(f"{each.reason} {each.count}" for each in rejected)

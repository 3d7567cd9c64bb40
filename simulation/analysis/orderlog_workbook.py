"""The process that reads a whole workbook: the file comes in, comma-separated text goes out, and memory is bounded.

A workbook may name a cell in its farthest corner, for which any reader that keeps sheets in memory would lay out
billions of cells; here that ends with the process, not with the lab. Nothing is written to disk.
"""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum

ROWS, COLUMNS, LARGE, UNREADABLE = 3, 4, 5, 6
"""How the process ends where it refuses: too many rows, too many columns, too much text, not a workbook."""
_FIRST = 50  # rows in which the heading is looked for
MEMORY = 2_000_000_000
"""Bytes of address space that the process may take."""


def written(data: bytes, sheet: str, max_rows: int, max_columns: int, most: int) -> bytes | int:
    """A sheet as comma-separated text in UTF-8, or how the process has to end.

    Args:
        data: Content of the file.
        sheet: Name of the sheet; the first one if empty.
        max_rows: Most rows accepted.
        max_columns: Most columns accepted.
        most: Most bytes of text.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet or next(each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet)
        found = book.get_sheet_by_name(name)
    except (MemoryError, OverflowError):
        return LARGE
    except Exception:  # the reader raises whatever a broken part happens to provoke
        return UNREADABLE
    if found.end is not None and found.end[0] >= max_rows:
        return ROWS
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for cells in squared(found.iter_rows()):
        if len(cells) > max_columns:
            return COLUMNS
        writer.writerow(cells)
        if text.tell() > most:
            return LARGE
    return text.getvalue().encode("utf-8", errors="replace")


def squared(rows: Iterable[Iterable[Any]]) -> Iterator[list[Any]]:
    """Rows as text without the empty cells at their end, but from the heading on as wide as the heading.

    A sheet does not tell a cell that was left empty from one that is not there; the heading is the widest of the first
    rows. Titles above it and empty rows stay as they are.
    """
    rest = iter(rows)
    first = [_trimmed(row) for row in islice(rest, _FIRST)]
    width = max(map(len, first), default=0)
    begun = False
    for cells in chain(first, map(_trimmed, rest)):
        begun = begun or len(cells) == width
        yield cells + [""] * (width - len(cells)) if begun and cells else cells


def _trimmed(row: Iterable[Any]) -> list[Any]:
    cells = [value if type(value) is int else plain(value) for value in row]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def plain(value: Any) -> Any:
    """A cell as text files have it: days year first, whole numbers without a point, no line breaks."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\n", " ").replace("\r", " ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)  # identifiers that a sheet keeps as numbers
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def main() -> None:
    """Read the workbook on the standard input: sheet, rows, columns and bytes are the arguments."""
    sheet, *bounds = sys.argv[1:]
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    found = written(data, sheet, *(int(bound) for bound in bounds))
    if isinstance(found, int):
        sys.exit(found)
    sys.stdout.buffer.write(found)


if __name__ == "__main__":
    main()

"""The school's own list of marks: rows found by student number, one column filled in, all else left as it was."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from math import isnan
from typing import Any, NamedTuple

import openpyxl

from classroom.seats import bare
from simulation.analysis.orderlog_file import decode
from simulation.errors import LabError

LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 50_000_000
"""Bytes of the file, and of what a workbook unpacks to."""
MOST_ROWS, MOST_COLUMNS = 5000, 100
ABOVE = 30
"""Rows in which the headings are looked for; schools print a title and a term above them."""
NUMBERS = ("学号", "学生学号", "学籍号", "studentnumber", "studentid", "studentno", "studentno.", "number", "id")
MARKS = ("总评", "总分", "总成绩", "成绩", "得分", "分数", "total", "grade", "mark", "score", "points")
"""Words by which the column of student numbers is known, and those by which the column of marks is proposed."""
_ZIP = b"PK\x03\x04"

Cells = list[list[Any]]


class SchoolList(NamedTuple):
    """A list of marks as it was uploaded.

    Attributes:
        data: Content of the file.
        sheet: Name of the sheet that holds the list; empty for text.
        heading: Row of the headings, counted from 0.
        headings: What stands there, column by column; empty where nothing does.
        numbers: Column of the student numbers.
        marks: Column that is proposed for the marks; None where no heading says so.
    """

    data: bytes
    sheet: str
    heading: int
    headings: tuple[str, ...]
    numbers: int
    marks: int | None


class Filled(NamedTuple):
    """A list with its marks.

    Attributes:
        data: Content of the file, of the same kind as the one that was uploaded.
        done: How many rows have got a mark.
        absent: Student numbers that have a mark and no row.
        strange: How many rows have a student number that nobody in the class has.
    """

    data: bytes
    done: int
    absent: tuple[str, ...]
    strange: int


def read(data: bytes) -> SchoolList:
    """Find the headings of a list, in a workbook or in comma-separated text.

    Raises:
        LabError: ``school_list_large``, ``school_list_unreadable`` or ``school_list_no_numbers``.
    """
    if len(data) > LARGEST_FILE:
        raise LabError("school_list_large", allowed=f"{LARGEST_FILE / 1e6:g}")
    for sheet, rows in _tables(data):
        for place, row in enumerate(rows[:ABOVE]):
            said = [bare(str(cell)) if cell is not None else "" for cell in row]
            column = next((column for column, text in enumerate(said) if text in NUMBERS), None)
            if column is not None:
                headings = tuple("" if cell is None else str(cell).strip() for cell in row)
                free = [one for one in range(len(said)) if one != column]
                proposed = next((one for word in MARKS for one in free if word in said[one]), None)
                return SchoolList(data, sheet, place, headings, column, proposed)
    raise LabError("school_list_no_numbers", known=", ".join(NUMBERS))


def fill(given: SchoolList, column: int, marks: Mapping[str, float]) -> Filled:
    """Write marks into one column, each into the row of its student number; rows of nobody keep what stands there.

    Args:
        given: As :func:`read` gives it.
        column: Column to fill, counted from 0.
        marks: Student number → mark; NaN where there is none yet.
    """
    wanted = {bare(number): (number, mark) for number, mark in marks.items() if bare(number) and not isnan(mark)}
    if given.data.startswith(_ZIP):
        book = openpyxl.load_workbook(io.BytesIO(given.data))
        sheet, met, strange = book[given.sheet], [], 0
        for place in range(given.heading + 2, min(sheet.max_row, MOST_ROWS) + 1):
            number = _number(sheet.cell(place, given.numbers + 1).value)
            if number in wanted:
                sheet.cell(place, column + 1).value = wanted[number][1]
                met.append(number)
            strange += bool(number) and number not in wanted
        out = io.BytesIO()
        book.save(out)
        written = out.getvalue()
    else:
        (_, rows), met, strange = _tables(given.data)[0], [], 0
        for row in rows[given.heading + 1 :]:
            number = _number(row[given.numbers]) if len(row) > given.numbers else ""
            if number in wanted:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = f"{wanted[number][1]:g}"
                met.append(number)
            strange += bool(number) and number not in wanted
        written = _as_text(rows, given.data)
    absent = tuple(number for told, (number, _) in wanted.items() if told not in met)
    return Filled(written, len(met), absent, strange)


def _number(cell: Any) -> str:
    """A student number as it is compared; a spreadsheet may hold it as a number with decimals."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else bare(str(cell))


def _tables(data: bytes) -> list[tuple[str, Cells]]:
    """Sheets of a workbook with their cells, or the one table of a text."""
    if not data.startswith(_ZIP):
        text, _ = _decoded(data)
        return [
            ("", [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text))][:MOST_ROWS])
        ]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise LabError("school_list_large", allowed=f"{LARGEST_FILE / 1e6:g}")
        book = openpyxl.load_workbook(io.BytesIO(data))
        return [
            (sheet.title, [list(row) for row in sheet.iter_rows(
                max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS), values_only=True)])
            for sheet in book.worksheets
        ]  # fmt: skip
    except LabError:
        raise
    except Exception as error:  # a broken workbook raises whatever its parts do: KeyError, ValueError, XML errors
        raise LabError("school_list_unreadable") from error


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        body, encoding = decode(data)
        text = body.decode("utf-8")
    except (LabError, UnicodeError) as error:
        raise LabError("school_list_unreadable") from error
    if "\x00" in text:
        raise LabError("school_list_unreadable")
    return text, encoding


def _mark(text: str) -> str:
    """What stands between the cells: whatever the first lines have most of."""
    head = "\n".join(text.splitlines()[:ABOVE])
    return max(",\t;", key=head.count)


def _as_text(rows: Cells, before: bytes) -> bytes:
    text, encoding = _decoded(before)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=_mark(text), lineterminator="\r\n").writerows(rows)
    # A mark of byte order lets Excel open UTF-8 rightly; what was GBK stays so, for the system that takes it back.
    kept = "gb18030" if encoding.casefold().startswith("gb") else "utf-8-sig"
    return out.getvalue().encode(kept)

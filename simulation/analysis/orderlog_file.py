"""From the bytes of a delimited file to columns of text: encoding, delimiter, header, row numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from charset_normalizer import from_bytes
from numpy.typing import NDArray

from simulation.analysis.orderlog_cells import looks_like_value
from simulation.analysis.orderlog_report import EXAMPLES, LONGEST_EXAMPLE, Example
from simulation.analysis.orderlog_sheets import as_text, is_sheet
from simulation.errors import LabError

Source = Path | bytes | BinaryIO

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 100

_HEAD = 200_000  # bytes that decide on delimiter and header
_SAMPLE_LINES = 50
_LONGEST_LINE = 100_000  # characters, in the sample
_GUESSED = 20_000  # bytes from which an unusual encoding is guessed
_BLOCK = 1 << 22  # bytes; no line may be longer
_SPACES = " "
_FORMATS = {
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"\x1f\x8b": "gzip",
    b"%PDF": "pdf",
    b"SQLite format 3": "sqlite",
}


@dataclass(frozen=True)
class TextTable:
    """Columns of text as they stand in the file.

    Attributes:
        table: One dictionary-encoded column per name.
        encoding: Name of the encoding; `xlsx` or `parquet` where the file was no text.
        delimiter: `,` `;` tab `|`, or a space for runs of white space.
        has_header: Whether the first line of the table held names.
        lines_above: Number of blank lines and titles above the table.
        row_numbers: Number of each row in the file, the first being 1.
        wrong_width: Number of lines with too few or too many cells, which are not in the table.
        wrong_rows: Where each of them begins.
        wrong_width_examples: The first of them.
    """

    table: pa.Table
    encoding: str
    delimiter: str
    has_header: bool
    lines_above: int
    row_numbers: NDArray[np.int64]
    wrong_width: int
    wrong_rows: NDArray[np.int64]
    wrong_width_examples: tuple[Example, ...]


def load_bytes(source: Source, max_bytes: int = MAX_BYTES) -> bytes:
    """Whole content of a file of bounded size.

    Raises:
        LabError: `log_too_large` or `log_empty`.
    """
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(max_bytes + 1)
    else:
        data = source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise LabError("log_too_large", what="MB", limit=max_bytes // 1_000_000)
    if not data.strip():
        raise LabError("log_empty")
    return data


def decode(data: bytes) -> tuple[bytes, str]:
    """The same text in UTF-8 without a byte-order mark, and the encoding it was in.

    UTF-16 by its mark or its zeros, then strict UTF-8, then strict GB18030 (which contains GBK), then the
    guess of charset-normalizer.

    Raises:
        LabError: `log_unreadable` when the bytes are another format or no text.
    """
    for magic, name in _FORMATS.items():
        if data.startswith(magic):
            raise LabError("log_unreadable", found=name)
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        head = text[:_HEAD]
        strange = sum(not char.isprintable() and char not in "\t\r\n\ufeff\u3000\xa0" for char in head)
        if "\x00" in text or strange > len(head) // 500:
            break
        name = "utf-8" if encoding == "utf-8-sig" and not data.startswith(b"\xef\xbb\xbf") else encoding
        return text.removeprefix("\ufeff").encode(), name
    raise LabError("log_unreadable", found="binary")


def _candidates(data: bytes) -> Iterator[str]:
    head = data[:2000]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    elif head[1::2].count(0) > len(head) // 5:
        yield "utf-16-le"
    elif head[0::2].count(0) > len(head) // 5:
        yield "utf-16-be"
    elif b"\x00" not in data:
        yield "utf-8-sig"
        yield "gb18030"
        best = from_bytes(data[:_GUESSED]).best()
        if best:
            yield best.encoding


def read_table(
    data: bytes,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
    head_only: bool = False,
    sheet: str | None = None,
) -> TextTable:
    """Split a file into columns of text.

    Args:
        data: Content of the file.
        max_rows: Most lines accepted below the header.
        max_columns: Most columns accepted.
        head_only: Read the first lines alone, for a preview.
        sheet: Sheet of a workbook; the first one if none is named.

    Raises:
        LabError: `log_empty`, `log_unreadable` or `log_too_large`.
    """
    head = 4 * _SAMPLE_LINES if head_only else None
    text, encoding = as_text(data, max_rows, max_columns, head, sheet) if is_sheet(data) else decode(data)
    if not text.strip():
        raise LabError("log_empty")
    lines = max(text.count(b"\n"), text.count(b"\r"))
    if lines > max_rows + _SAMPLE_LINES:
        raise LabError("log_too_large", what="rows", limit=max_rows)
    sample = _sample(text, max_columns)
    delimiter, width = _delimiter(sample)
    if width > max_columns:
        raise LabError("log_too_large", what="columns", limit=max_columns)
    body = "\n".join(sample).encode() if head_only else text
    if delimiter == _SPACES:
        body = re.sub(rb"(?m)^ | $", b"", re.sub(rb"[ \t]+", b" ", body.replace(b"\r", b"")))
        sample = [" ".join(line.split()) for line in sample]
    above = _lines_above(sample, delimiter)
    first = next(csv.reader(sample[above:], delimiter=delimiter))
    has_header = not any(looks_like_value(cell) for cell in first)
    # a delimiter at the end of every line but the header makes one nameless column
    names = _names((first if has_header else []) + [""] * (width - len(first) if has_header else width))
    skip = above + int(has_header)
    table, wrong = _parse(body, names, delimiter, skip)
    if table.num_rows + len(wrong.rows) > max_rows:
        raise LabError("log_too_large", what="rows", limit=max_rows)
    numbers = np.arange(skip + 1, skip + 1 + table.num_rows + len(wrong.rows), dtype=np.int64)
    wrong_rows = np.asarray(wrong.rows, dtype=np.int64)
    numbers = np.delete(numbers, wrong_rows - skip - 1)
    told = (wrong.lines, wrong_rows, tuple(wrong.examples))
    return TextTable(table, encoding, delimiter, has_header, above, numbers, *told)


def _sample(body: bytes, max_columns: int) -> list[str]:
    head = body[:_HEAD]
    lines = re.split(r"\r\n|\n|\r", head.decode(errors="ignore"))
    if len(body) > len(head):
        lines = lines[:-1]  # the last one may be cut
    if not lines or any(lines[0].count(mark) > max_columns for mark in ",;\t|"):
        raise LabError("log_too_large", what="columns", limit=max_columns)
    if max(len(line) for line in lines) > _LONGEST_LINE:
        raise LabError("log_unreadable", found=f"CSV, > {_LONGEST_LINE:,} / line")
    return lines[:_SAMPLE_LINES]


def _delimiter(sample: list[str]) -> tuple[str, int]:
    """The mark that cuts most lines into equally many cells, the more the better, and how many."""
    best, cells, score = ",", 1, 0.0
    for mark in (",", ";", "\t", "|", _SPACES):
        widths = Counter(len(_cells(line, mark)) for line in sample if line.strip())
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        if mark == _SPACES and (score or width < len(("customer", "date", "amount"))):
            continue
        agreement = times / sum(widths.values())
        if width > 1 and width * agreement**2 > score:
            best, cells, score = mark, width, width * agreement**2
    return best, cells


def _lines_above(sample: list[str], delimiter: str) -> int:
    """Number of blank lines and titles above the table: lines with at most one filled cell."""
    filled = (sum(bool(cell.strip()) for cell in _cells(line, delimiter)) for line in sample)
    return next((place for place, cells in enumerate(filled) if cells > 1), 0)


def _cells(line: str, mark: str) -> list[str]:
    """Cells of one line alone, so that a quote left open spoils no other line."""
    return line.split() if mark == _SPACES else next(csv.reader([line], delimiter=mark), [])


def _names(cells: list[str]) -> list[str]:
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        wanted = cell.strip() or f"#{place}"
        name, again = wanted, 2
        while name in names:
            name, again = f"{wanted} ({again})", again + 1
        names.append(name)
    return names


@dataclass
class _WrongWidth:
    """Collects rows with too few or too many cells while a file is read."""

    rows: list[int] = field(default_factory=list)
    lines: int = 0  # a row that swallowed others through an open quote counts for all of them
    examples: list[Example] = field(default_factory=list)

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self.rows.append(row.number)
        self.lines += row.text.strip().count("\n") + 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(Example(row=row.number, value=row.text[:LONGEST_EXAMPLE]))
        return "skip"


def _parse(body: bytes, names: list[str], delimiter: str, skip: int) -> tuple[pa.Table, _WrongWidth]:
    wrong = _WrongWidth()
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(body),
            read_options=arrow_csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=skip,
                use_threads=False,  # rows are numbered in serial reading only
                block_size=_BLOCK,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,  # so that row numbers stay those of the file
                invalid_row_handler=wrong,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, text), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise LabError("log_unreadable", found=f"CSV, > {_BLOCK:,} / line") from None
    return table.unify_dictionaries().combine_chunks(), wrong

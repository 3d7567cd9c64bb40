"""Order logs kept as spreadsheets or columns: XLSX and Parquet made plain text, within bounds set before unpacking."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyarrow import parquet

from simulation.errors import LabError

MAX_UNPACKED = 1_000_000_000
"""Bytes that a workbook or a Parquet file may unpack to; a million rows of eight columns take about 400 MB of XML."""
MAX_STRINGS = 200_000_000
"""Bytes of the parts of a workbook that are read as a whole: shared strings and styles."""
MAX_PARTS = 1000
WORKBOOK, COLUMNS = b"PK\x03\x04", b"PAR1"
_BATCH = 1024  # rows at a time: a long text said once may stand in every row
_LOOKED_AHEAD = 50  # rows above the table, as text files may have


def is_sheet(data: bytes) -> bool:
    """Whether a file is a workbook or a Parquet file, by its first bytes."""
    return data.startswith((WORKBOOK, COLUMNS))


def as_text(data: bytes, max_rows: int, max_columns: int, head: int | None = None) -> tuple[bytes, str]:
    """The first sheet of a workbook, or a Parquet file, as comma-separated text in UTF-8, and the name of its format.

    Row numbers stay those of the sheet. Days are written year first; numbers as they are.

    Args:
        data: Content of the file.
        max_rows: Most rows accepted below the header.
        max_columns: Most columns accepted.
        head: Read so many rows only, for a preview.

    Raises:
        LabError: ``log_unreadable`` or ``log_too_large``.
    """
    if data.startswith(COLUMNS):
        return _columns(data, max_rows, max_columns, head), "parquet"
    return _workbook(data, max_rows, max_columns, head), "xlsx"


def _workbook(data: bytes, max_rows: int, max_columns: int, head: int | None) -> bytes:
    try:
        _refuse_bomb(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its own size need not be true
        rows = sheet.iter_rows(max_row=head or max_rows + _LOOKED_AHEAD + 2, values_only=True)
        return _written(rows, max_rows, max_columns)
    except LabError:
        raise
    except Exception:  # the reader raises whatever a broken part happens to provoke
        raise LabError("log_unreadable", found="xlsx / zip") from None


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        whole = [part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")]
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or sum(whole) > MAX_STRINGS:
            raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise LabError("log_unreadable", found="zip")


def _written(rows: Iterator[tuple[Any, ...]], max_rows: int, max_columns: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, row in enumerate(rows):
        if number > max_rows + _LOOKED_AHEAD:
            raise LabError("log_too_large", what="rows", limit=max_rows)
        cells = _cells(row[: 10 * max_columns])
        if max(len(cells), len(row) // 10) > max_columns:
            raise LabError("log_too_large", what="columns", limit=max_columns)
        writer.writerow(cells)
        if text.tell() > MAX_UNPACKED:
            raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
    return text.getvalue().encode("utf-8", errors="replace")


def _cells(row: Iterable[Any]) -> list[Any]:
    cells = [value if type(value) is int else _plain(value) for value in row]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\n", " ").replace("\r", " ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)  # identifiers that a sheet keeps as numbers
    return value.isoformat() if isinstance(value, date) else value


def _columns(data: bytes, max_rows: int, max_columns: int, head: int | None) -> bytes:
    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        about = file.metadata
        if about.num_rows > max_rows:
            raise LabError("log_too_large", what="rows", limit=max_rows)
        if about.num_columns > max_columns:
            raise LabError("log_too_large", what="columns", limit=max_columns)
        groups = [about.row_group(place) for place in range(about.num_row_groups)]
        if sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
            raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
        text = io.BytesIO()
        names = [name.replace("\n", " ") for name in file.schema_arrow.names]
        text.write((",".join('"' + name.replace('"', '""') + '"' for name in names) + "\n").encode())
        for batch in file.iter_batches(batch_size=_BATCH):
            arrow_csv.write_csv(_as_strings(batch), text, arrow_csv.WriteOptions(include_header=False))
            if head is not None:
                break
            if text.tell() > MAX_UNPACKED:
                raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
        return text.getvalue()
    except LabError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        raise LabError("log_unreadable", found="parquet") from None


def _as_strings(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Cells as text; a moment with a time zone is told in that zone's clock, as a shop's own export would."""
    columns = []
    for column in batch.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            column, kind = column.dictionary_decode(), kind.value_type  # noqa: PLW2901
        if pa.types.is_binary(kind) or pa.types.is_nested(kind):
            column = pa.array([""] * len(column))  # noqa: PLW2901
        columns.append(column.cast(pa.string()).fill_null(""))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)

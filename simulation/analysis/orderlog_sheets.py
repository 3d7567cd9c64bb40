"""Order logs kept as spreadsheets or columns: XLSX and Parquet made plain text, within bounds set before unpacking."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyarrow import parquet
from python_calamine import CalamineWorkbook, SheetTypeEnum

from simulation.analysis import orderlog_head, orderlog_workbook
from simulation.errors import LabError

MAX_UNPACKED = 1_000_000_000
"""Bytes that a workbook or a Parquet file may unpack to; a million rows of eight columns take about 400 MB of XML."""
MAX_STRINGS = 200_000_000
"""Bytes of the parts of a workbook that are read as a whole: shared strings and styles."""
MAX_PARTS = 1000
LONGEST = 120.0
"""Seconds after which the reading of a workbook is given up."""
WORKBOOK, COLUMNS = b"PK\x03\x04", b"PAR1"
_BATCH = 1024  # rows at a time: a long text said once may stand in every row
_LOOKED_AHEAD = 50  # rows above the table, as text files may have


def is_sheet(data: bytes) -> bool:
    """Whether a file is a workbook or a Parquet file, by its first bytes."""
    return data.startswith((WORKBOOK, COLUMNS))


def as_text(
    data: bytes, max_rows: int, max_columns: int, head: int | None = None, sheet: str | None = None
) -> tuple[bytes, str]:
    """A sheet of a workbook, or a Parquet file, as comma-separated text in UTF-8, and the name of its format.

    Row numbers stay those of the sheet. Days are written year first; numbers as they are; formulas by the value that
    was last computed.

    Args:
        data: Content of the file.
        max_rows: Most rows accepted below the header.
        max_columns: Most columns accepted.
        head: Read so many rows only, for a preview.
        sheet: Name of the sheet; the first one if none is named.

    Raises:
        LabError: ``log_unreadable``, ``log_too_large`` or ``log_no_sheet``.
    """
    if data.startswith(COLUMNS):
        return _columns(data, max_rows, max_columns, head), "parquet"
    names = sheet_names(data)
    if sheet is not None and sheet not in names:
        raise LabError("log_no_sheet", sheet=sheet, sheets=", ".join(names))
    if head is None:
        return _whole_workbook(data, max_rows, max_columns, sheet or names[0]), "xlsx"
    return _first_rows(data, head, max_columns, sheet or names[0]), "xlsx"


def sheet_names(data: bytes) -> list[str]:
    """Sheets of a workbook in their order; none for another file.

    Raises:
        LabError: ``log_unreadable`` or ``log_too_large``.
    """
    if not data.startswith(WORKBOOK):
        return []
    try:
        _refuse_bomb(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(orderlog_head.first_rows(data, 0)))
        names = [each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    except LabError:
        raise
    except Exception:  # the reader raises whatever a broken part happens to provoke
        raise LabError("log_unreadable", found="xlsx / zip") from None
    if not names:
        raise LabError("log_unreadable", found="xlsx / zip")
    return names


def _first_rows(data: bytes, head: int, max_columns: int, sheet: str) -> bytes:
    """The same reading, of a workbook that has been cut down to so many rows."""
    try:
        _refuse_bomb(data)
        small = orderlog_head.first_rows(data, head)
    except LabError:
        raise
    except Exception:  # the parsers raise whatever a broken part happens to provoke
        raise LabError("log_unreadable", found="xlsx / zip") from None
    return _written(small, head, max_columns, sheet)


def _whole_workbook(data: bytes, max_rows: int, max_columns: int, sheet: str) -> bytes:
    _refuse_bomb(data)
    return _written(data, max_rows + _LOOKED_AHEAD + 1, max_columns, sheet)


def _written(data: bytes, max_rows: int, max_columns: int, sheet: str) -> bytes:
    """Read in a process of its own, several times as fast as row by row; see the module that runs there."""
    bounds = [str(bound) for bound in (max_rows, max_columns, MAX_UNPACKED)]
    try:
        done = subprocess.run([sys.executable, "-P", str(Path(orderlog_workbook.__file__)), sheet, *bounds], input=data,
                              capture_output=True, timeout=LONGEST, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000) from None
    if done.returncode == orderlog_workbook.ROWS:
        raise LabError("log_too_large", what="rows", limit=max_rows)
    if done.returncode == orderlog_workbook.COLUMNS:
        raise LabError("log_too_large", what="columns", limit=max_columns)
    if done.returncode == orderlog_workbook.UNREADABLE:
        raise LabError("log_unreadable", found="xlsx / zip")
    if done.returncode:  # the process refused, or died of the memory that the sheet would take
        raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
    return done.stdout


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        whole = [part.file_size for part in parts if not part.filename.startswith(orderlog_head.SHEETS)]
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or sum(whole) > MAX_STRINGS:
            raise LabError("log_too_large", what="MB", limit=MAX_UNPACKED // 1_000_000)
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise LabError("log_unreadable", found="zip")


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

"""A workbook cut down to the first rows of its sheets, so that a preview costs the same for ten rows and for a million.

A reader of workbooks lays out whole sheets, even to show twenty rows. What it does not get it cannot lay out: every
sheet is parsed only as far as it will be shown, and what was open there is closed.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO
from xml.parsers import expat

from simulation.errors import LabError

SHEETS = "xl/worksheets/"
"""Folder of the parts that hold rows."""
STRINGS = "xl/sharedStrings.xml"
"""The part that holds texts, which cells name by their number."""
MOST = 50_000_000
"""Bytes of XML in which the first rows of a sheet must end."""
_PIECE = 1 << 16


class _Enough(Exception):  # noqa: N818 - no error: the part has been read as far as it is wanted
    """All that is shown has been seen."""


class _Cut:
    """Follows a part until an element begins that is not shown any more.

    Attributes:
        text: Highest number of a shared text that a cell names; -1 where none does.
    """

    def __init__(self, element: str, most: int) -> None:
        self.element, self.most, self.seen = element, most, 0
        self.open: list[str] = []
        self.at, self.text = 0, -1
        self.shared, self.number = False, ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.begins
        self.parser.EndElementHandler = self.ends
        self.parser.CharacterDataHandler = self.says
        self.parser.StartDoctypeDeclHandler = self.declares

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == self.element:
            # A row says its own number, but need not.
            number = attributes.get("r", "")
            self.seen = int(number) if number.isascii() and number.isdecimal() else self.seen + 1
            if self.seen > self.most:
                self.at = self.parser.CurrentByteIndex
                raise _Enough
        if local == "c":
            self.shared, self.number = attributes.get("t") == "s", ""
        self.open.append(name)

    def says(self, text: str) -> None:
        if self.shared and self.open[-1].rpartition(":")[2] == "v":
            self.number += text

    def ends(self, name: str) -> None:
        self.open.pop()
        if self.shared and name.rpartition(":")[2] == "c":
            self.text, self.shared = max(self.text, int(self.number)), False

    def declares(self, *told: object) -> None:
        """Entities can make much of little; no workbook has any."""
        raise LabError("log_unreadable", found="xlsx / zip")

    def of(self, part: IO[bytes], largest: int) -> bytes:
        """What comes before the end, as a whole document, within so many bytes."""
        read = bytearray()
        try:
            while piece := part.read(_PIECE):
                read += piece
                if len(read) > largest:
                    raise LabError("log_too_large", what="MB", limit=largest // 1_000_000)
                self.parser.Parse(piece)
            self.parser.Parse(b"", True)
        except _Enough:
            return bytes(read[: self.at]) + "".join(f"</{name}>" for name in reversed(self.open)).encode()
        return bytes(read)


def first_rows(data: bytes, rows: int) -> bytes:
    """The same workbook with no more than the first rows of every sheet, and no text that comes after theirs.

    Args:
        data: Content of a workbook whose unpacked size has been found bearable.
        rows: Number of the last row that is kept, the first being 1; with 0 the sheets are there, and empty.

    Raises:
        LabError: ``log_unreadable`` for entities; ``log_too_large`` where the first rows alone are enormous.
        expat.ExpatError, zipfile.BadZipFile, ValueError: For what is no workbook.
    """
    held, last = io.BytesIO(), -1
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as new:
        names = dict.fromkeys(old.namelist())  # a large part may be named a thousand times
        for name in names:
            if name == STRINGS:
                continue
            if not (name.startswith(SHEETS) and name.endswith(".xml")):
                new.writestr(name, old.read(name))
                continue
            cut = _Cut("row", rows)
            with old.open(name) as part:
                new.writestr(name, cut.of(part, MOST))
            last = max(last, cut.text)
        if STRINGS in names:
            with old.open(STRINGS) as part:
                new.writestr(STRINGS, _Cut("si", last + 1).of(part, old.getinfo(STRINGS).file_size))
    return held.getvalue()

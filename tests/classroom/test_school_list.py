"""The school's own list of marks: only the marks of the class change in it, whatever else it holds."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from classroom import school_list
from simulation.errors import LabError

MARKS = {"2023001": 71.5, "0042": 90.0, "7": 55.0, "２０２３００９": float("nan"), "": 12.0}


def workbook(rows: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "说明"
    sheet = book.create_sheet("成绩")
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True)
    book.save(out)
    return out.getvalue()


def test_a_workbook_gets_its_marks_and_keeps_the_rest() -> None:
    rows: list[list[Any]] = [
        ["《社群营销》平时成绩登记表"], [], ["序号", "学号", "姓名", "平时成绩", "备注"],
        [1, 2023001, "甲", None, "=1+1"], [2, "0042", "乙", 3, None], [3, 2023009.0, "丙", "缓考", None],
        [4, "999", "丁", 60, None],
    ]  # fmt: skip
    given = school_list.read(workbook(rows))
    assert (given.sheet, given.heading, given.numbers, given.marks) == ("成绩", 2, 1, 3)
    done = school_list.fill(given, 3, MARKS)
    book = openpyxl.load_workbook(io.BytesIO(done.data))
    sheet: Any = book["成绩"]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [row[3] for row in table[3:]] == [71.5, 90, "缓考", 60]
    assert [row[:3] + row[4:] for row in table[3:]] == [row[:3] + row[4:] for row in rows[3:]]
    assert book.sheetnames == ["说明", "成绩"] and sheet["A1"].font.bold
    assert (done.done, done.absent, done.strange) == (2, ("7",), 2)


@pytest.mark.parametrize(("encoding", "mark"), [("gb18030", ","), ("utf-8-sig", ","), ("utf-8", "\t")])
def test_a_text_keeps_its_encoding_and_gets_its_marks(encoding: str, mark: str) -> None:
    lines = [["学号", "姓名", "总评"], ["2023001", "甲，“班长”", ""], ["0042", "乙"], ["12", "丙", "88"]]
    before = "\n".join(mark.join(line) for line in lines).encode(encoding)
    given = school_list.read(before)
    done = school_list.fill(given, given.marks or 0, MARKS)
    after = done.data.decode("gb18030" if encoding == "gb18030" else "utf-8-sig").split("\r\n")
    assert after[:4] == [mark.join(line) for line in (lines[0], [*lines[1][:2], "71.5"], [*lines[2], "90"], lines[3])]
    assert (done.done, done.absent, done.strange) == (2, ("7",), 1)


def test_no_heading_proposes_no_column() -> None:
    assert school_list.read(b"id,first,second\n7,,\n").marks is None


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"name,mark\nann,1\n", "school list no numbers"),
        (b"", "school list no numbers"),
        (b"PK\x03\x04 broken", "school list unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook", "school list unreadable"),
        (b"x" * (school_list.LARGEST_FILE + 1), "school list large"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, refusal: str) -> None:
    with pytest.raises(LabError, match=refusal):
        school_list.read(data)


def test_a_workbook_that_unpacks_to_too_much_is_refused_unopened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (school_list.LARGEST_UNPACKED + 1))
    with pytest.raises(LabError, match="school list large"):
        school_list.read(out.getvalue())

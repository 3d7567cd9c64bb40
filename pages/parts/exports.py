"""What can be taken away: a workbook, charts as PNG and SVG, and a report that prints; all made on this machine."""

from __future__ import annotations

import io
import math
import re
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import vl_convert
import xlsxwriter
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pages.parts.charts import HEIGHT, Figure
from pages.parts.charts_marks import REMARK
from pages.parts.downloads import safe
from pages.parts.words import JOIN, Words
from simulation import ROOT

MOST_ROWS = 1_000_000
"""A sheet of a workbook holds little more."""
_AMOUNT = re.compile(r"[+-][¥$€£]?\d[\w\s,.%¥$€£\[\]+−-]*")
"""A signed amount with its unit and interval, such as ``+4.0 points [+3.6, +4.3]``."""
_PATH = re.compile(r"[a-z_0-9]+(\.[a-z_0-9]*[a-z_][a-z_0-9]*)+")
SHORT = 15
"""Width, in Latin letters, up to which a cell is kept on one line."""
WIDTH = 680
PRINTED_WIDTH, PRINTED_LOWER = 560, 134
"""Pixels of a curve in a report: at its own size its words are as large as the text, and three stand on a sheet."""
SHARP = 2.0
FONTS = (
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Hiragino Sans GB, Microsoft YaHei, "
    "WenQuanYi Micro Hei, sans-serif"
)
# Everything is escaped, whoever wrote it; the template itself and the pictures hold the only markup.
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Tables as an XLSX workbook, one a sheet; no cell can act as a formula or a link.

    Args:
        sheets: Name of the sheet → table; tables that are too long for a sheet are left out.
    """
    file = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, plain) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        taken: set[str] = set()
        for name, frame in sheets.items():
            if len(frame) > MOST_ROWS:
                continue
            sheet = book.add_worksheet(_sheet_name(name, taken))
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(frame.columns):
                sheet.write_string(0, place, str(safe(str(column))), heading)
                sheet.set_column(place, place, min(40, 4 + 2 * len(str(column))))
                for row, value in enumerate(frame[column].tolist(), 1):
                    _write(sheet, row, place, value)
    return file.getvalue()


def _write(sheet: Any, row: int, place: int, value: object) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return  # an empty cell says that there is no number
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value).replace(JOIN, "")
        # A cell written as text is never a formula; only what is no amount could become one where it is pasted.
        sheet.write_string(row, place, text if _AMOUNT.fullmatch(text) else str(safe(text)))
    else:
        sheet.write_number(row, place, value)


def _sheet_name(name: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "1"
    found, number = base, 2
    while found.lower() in taken:
        found, number = f"{base[:27]} {number}", number + 1
    taken.add(found.lower())
    return found


@cache
def _palette() -> dict[str, list[str]]:
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        light = tomllib.load(file)["theme"]["light"]
    return {"category": light["chartCategoricalColors"], "heatmap": light["chartSequentialColors"],
            "ramp": light["chartSequentialColors"]}  # fmt: skip


def _dressed(figure: Figure, titled: bool) -> dict[str, Any]:
    """A figure as it stands alone: with its title, the colours of the light page and fonts that know Chinese."""
    found: dict[str, Any] = {"width": WIDTH if titled else PRINTED_WIDTH, "background": "#FFFFFF"} | figure.spec
    if titled:
        found["title"] = {"text": figure.title, "anchor": "start", "fontSize": 15, "subtitle": remark(figure)}
    elif found["height"] >= HEIGHT and "width" not in figure.spec:
        found["height"] -= PRINTED_LOWER
    words = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    config: dict[str, Any] = found.get("config", {}) | {
        "font": FONTS, "range": _palette(), "view": {"stroke": None}, "axis": words, "legend": words,
    }  # fmt: skip
    # Layers that wait for a pointer show nothing on paper.
    still = [layer for layer in found["layer"] if not layer.get("params")]
    waiting = {view for param in found.get("params", []) for view in param.get("views", [])}
    still = [layer for layer in still if layer.get("name") not in waiting]
    return {name: said for name, said in found.items() if name != "params"} | {"config": config, "layer": still}


def remark(figure: Figure) -> str:
    """What must be said beside a figure that stands alone; empty if its legend says it all."""
    return str(figure.spec.get("usermeta", {}).get(REMARK, ""))


def svg(figure: Figure, titled: bool = True) -> str:
    """A figure as SVG: with its title for a file of its own, or lower and without it for a report."""
    return str(vl_convert.vegalite_to_svg(_dressed(figure, titled), allowed_base_urls=[]))


def png(figure: Figure) -> bytes:
    """A figure as PNG, sharp enough for a slide."""
    return bytes(vl_convert.svg_to_png(svg(figure), scale=SHARP))


def pictures(figures: Mapping[str, Figure]) -> bytes:
    """Figures as PNG and SVG in one ZIP file, by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, figure) in enumerate(figures.items(), 1):
            stem = f"{place:02d}_{re.sub(r'[^0-9A-Za-z_-]+', '_', name)}"
            drawn = svg(figure)
            archive.writestr(f"{stem}.png", bytes(vl_convert.svg_to_png(drawn, scale=SHARP)))
            archive.writestr(f"{stem}.svg", drawn)
    return packed.getvalue()


def _named_apart(picture: str, place: int) -> str:
    """A picture whose inner names differ from those of its neighbours on the same page."""
    return re.sub(r'(id="|url\(#|href="#)([A-Za-z])', rf"\g<1>p{place}_\g<2>", picture)


class Report(NamedTuple):
    """What a report tells, in the order in which it does.

    ``pictured``, ``setting_note`` and ``assumed`` are headings and remarks of their own kind of report; those of a
    simulation if they are empty. ``sections`` holds more remarks, each kind under a
    heading of its own, and ``appendix`` tables that come after the figures.
    """

    title: str
    subtitle: str
    answer: str
    notes: Sequence[str]
    tables: Mapping[str, pd.DataFrame]
    figures: Sequence[Figure]
    settings: Mapping[str, Any]
    provenance: str
    pictured: str = ""
    setting_note: str = ""
    assumed: str = ""
    sections: Mapping[str, Sequence[str]] = {}
    appendix: Mapping[str, pd.DataFrame] = {}


class _Close(yaml.SafeDumper):
    """Writes numbers of a list side by side: draws of a posterior fill lines, not pages."""

    def listed(self, data: list[Any]) -> yaml.Node:
        numbers = all(isinstance(each, int | float) for each in data)
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=numbers)


_Close.add_representer(list, _Close.listed)


def report(told: Report, t: Words) -> bytes:
    """A report as one HTML file that prints and asks nobody for anything."""
    page = _PAGES.get_template("report.html.j2")
    pictured = [
        (figure.title, remark(figure), figure.alt, Markup(_named_apart(svg(figure, titled=False), place)))
        for place, figure in enumerate(told.figures)
    ]
    settings = yaml.dump(dict(told.settings), Dumper=_Close, allow_unicode=True, sort_keys=False, width=100)
    return page.render(
        t=t, told=told, settings=settings, figures=pictured, tables=_plain(told.tables), appendix=_plain(told.appendix)
    ).encode()


class _Cell(NamedTuple):
    """A cell of a table, and how it may be broken over lines."""

    text: str | Markup
    kind: str

    @classmethod
    def of(cls, text: str) -> _Cell:
        """A short cell stays on a line, a path breaks after its dots, all else where its words end."""
        if _PATH.fullmatch(text):
            return cls(Markup(text.replace(".", ".<wbr>")), "path")
        width = sum(2 if character >= "\u2e80" else 1 for character in text)
        return cls(text, "short" if width <= SHORT else "")


def _plain(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[list[str], list[list[_Cell]]]]:
    """Headings and rows of each table."""
    return {
        name: (
            [str(column) for column in frame.columns],
            [[_Cell.of(cell) for cell in row] for row in frame.astype(str).to_numpy().tolist()],
        )
        for name, frame in tables.items()
    }

"""A chart of any answer: what a reader puts on each axis and into the colours."""

from __future__ import annotations

from typing import Literal

import altair as alt
import pandas as pd

from pages.parts.charts import Figure, spec
from pages.parts.words import Words

Mark = Literal["line", "bar", "point"]
MARKS: tuple[Mark, ...] = ("line", "bar", "point")
MOST_COLOURS = 12
"""Values that colours can still tell apart; the rest of a column goes into one more."""


def answer(frame: pd.DataFrame, mark: Mark, x: str, y: str, colour: str | None, t: Words) -> Figure:
    """Rows of an answer as a chart.

    Args:
        frame: The answer; columns may be called anything.
        mark: Lines (rows joined along x), bars or points.
        x: Column from left to right.
        y: Column of numbers from bottom to top.
        colour: Column that is told apart by colour, or none.
        t: Reader's words.
    """
    shown = pd.DataFrame({"x": frame[x], "y": pd.to_numeric(frame[y], errors="coerce")}).dropna()
    number = pd.api.types.is_numeric_dtype(shown["x"])
    if not number:
        shown["x"] = shown["x"].astype(str)
    kind = "Q" if number and mark != "bar" else "O"
    across = alt.X(
        f"x:{kind}", title=x, sort=alt.Undefined if number else None, axis=alt.Axis(labelOverlap=True, labelLimit=120),
        scale=alt.Scale(zero=False) if kind == "Q" else alt.Undefined,
    )  # fmt: skip
    channels: dict[str, alt.X | alt.Y | alt.Color | list[alt.Tooltip]] = {
        "x": across,
        "y": alt.Y("y:Q", title=y),
        "tooltip": [alt.Tooltip(f"x:{kind}", title=x), alt.Tooltip("y:Q", title=y, format=",.4~f")],
    }
    if colour is not None:
        shown["colour"] = _few(frame.loc[shown.index, colour].astype(str), t("desk.chart_rest"))
        channels["color"] = alt.Color("colour:N", title=colour, legend=alt.Legend(orient="top", columns=3))
    base = alt.Chart(shown)
    drawn = {
        "line": base.mark_line(strokeWidth=2.2, point=True),
        "bar": base.mark_bar(),
        "point": base.mark_point(filled=True, size=45, opacity=0.7),
    }[mark]
    told = t("desk.alt_chart", rows=len(shown), x=x, y=y,
             low=t.number(float(shown["y"].min())), high=t.number(float(shown["y"].max())))  # fmt: skip
    return Figure(spec([drawn.encode(**channels)], 320), told, t("desk.chart_title", x=x, y=y))


def _few(values: pd.Series, rest: str) -> pd.Series:
    kept = values.value_counts().index[:MOST_COLOURS]
    return values.where(values.isin(kept), rest)

"""What is laid over a figure: the week one looks at, what happened when, and the curve of the last run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from pages.parts.charts import NEITHER, Figure
from pages.parts.words import Words

HERE = "#B4530A"
"""Amber that reads on light and dark ground alike."""
HERE_DATA = "here"
ONCE: dict[str, Any] = {"values": [{}]}
"""Data of a mark that is drawn once, however many rows the figure has."""
REMARK = "remark"
"""Place in a figure's ``usermeta`` of what must be said where the figure stands alone."""
LINE = 15
"""Pixels between labels that stand below each other."""
ROWS = 4
"""Labels that stand below each other before they begin again at the top."""


class Event(NamedTuple):
    """Something that begins or ends in a week: a shock, or a strategy of the plan."""

    week: int
    label: str
    shock: bool


def at_week(figure: Figure, week: int, t: Words) -> Figure:
    """A figure with the week one looks at marked.

    The week is data, not part of the specification: a browser moves the line, where it would else draw all anew.
    """
    across = [layer.get("encoding", {}).get("x", {}) for layer in figure.spec["layer"]]
    title = next((x["title"] for x in across if x.get("title")), None)
    rule = {
        "data": {"name": HERE_DATA},
        "mark": {"type": "rule", "color": HERE, "strokeWidth": 2, "opacity": 0.9},
        "encoding": {"x": {"field": "here", "type": "quantitative", "title": title},
                     "tooltip": {"field": "told", "type": "nominal"}},
    }  # fmt: skip
    marked = _over(figure, [rule], t("charts.alt_here", week=week))
    here = {HERE_DATA: [{"here": week, "told": t("charts.mark", week=week)}]}
    return marked._replace(spec=marked.spec | {"datasets": marked.spec.get("datasets", {}) | here})


def annotated(figure: Figure, events: Sequence[Event], horizon: int, t: Words) -> Figure:
    """A figure with a line and a word for every event within the horizon."""
    layers: list[dict[str, Any]] = []
    within = [event for event in events if 0 < event.week <= horizon]
    rows = min(len(within), ROWS)
    for place, event in enumerate(within):
        told = t("charts.event", week=event.week, label=event.label)
        late = event.week > 0.7 * horizon
        x = {"datum": event.week, "type": "quantitative"}
        layers += [
            {
                "data": ONCE,
                "mark": {"type": "rule", "color": NEITHER, "strokeDash": [2, 2] if event.shock else [6, 3]},
                "encoding": {"x": x, "tooltip": {"value": told}},
            },
            {
                "data": ONCE,
                "mark": {"type": "text", "color": NEITHER, "fontSize": 12, "align": "right" if late else "left",
                         "dx": -4 if late else 4, "baseline": "top"},
                "encoding": {"x": x, "y": {"value": LINE * (place % ROWS - rows)}, "text": {"value": event.label},
                             "tooltip": {"value": told}},
            },
        ]  # fmt: skip
    if not layers:
        return figure
    names = [t("charts.event", week=event.week, label=event.label) for event in within]
    figure = _roomy(figure, LINE * rows)
    return _over(figure, layers, t("charts.alt_events", events=t.join(names)))


def ghost(figure: Figure, frame: pd.DataFrame, label: str, t: Words) -> Figure:
    """A figure with the mean curve of the last run behind it, grey and dotted.

    Args:
        figure: Curves over weeks or weeks since joining.
        frame: ``x`` and ``y`` in the figure's own units.
        label: What people call the last run.
        t: Reader's words.
    """
    there = frame.dropna()
    if there.empty:
        return figure
    values = [{"x": float(x), "y": float(y)} for x, y in zip(there["x"], there["y"], strict=True)]
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "color": NEITHER, "strokeDash": [1, 4], "strokeWidth": 3, "strokeCap": "round"},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"},
                     "tooltip": {"value": label}},
    }  # fmt: skip
    told = t("charts.alt_ghost", label=label)
    drawn = _over(figure, [line], told, behind=True)
    # Beside the chart a switch says what the dots are; where the picture stands alone, this does.
    return drawn._replace(spec=drawn.spec | {"usermeta": {REMARK: told}})


def _roomy(figure: Figure, pixels: int) -> Figure:
    """A figure whose legend leaves so much room above the curves, for words that may not lie over them."""

    def room(layer: dict[str, Any]) -> dict[str, Any]:
        if "layer" in layer:
            return layer | {"layer": [room(inner) for inner in layer["layer"]]}
        color = layer.get("encoding", {}).get("color", {})
        legend = color.get("legend")
        if not isinstance(legend, dict) or legend.get("orient") != "top":
            return layer
        return layer | {"encoding": layer["encoding"] | {"color": color | {"legend": legend | {"offset": pixels + 8}}}}

    layers = [room(layer) for layer in figure.spec["layer"]]
    return figure._replace(spec=figure.spec | {"height": figure.spec["height"] + pixels, "layer": layers})


def _over(figure: Figure, layers: list[dict[str, Any]], told: str, behind: bool = False) -> Figure:
    drawn = figure.spec["layer"]
    both = [*layers, *drawn] if behind else [*drawn, *layers]
    return figure._replace(spec=figure.spec | {"layer": both}, alt=f"{figure.alt} {told}")

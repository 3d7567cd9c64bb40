"""Figures of what drives a result: a tornado, and first and total shares of the variance."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts import NEITHER, Figure, numbers, spec
from pages.parts.words import Words

ROW = 30
LABELS = 200
TRACK = alt.Axis(labelLimit=LABELS)


def tornado(frame: pd.DataFrame, outcome: Any, title: str, t: Words) -> Figure:
    """Effect of every uncertainty at its low and its high end on the result, with intervals over worlds.

    Args:
        frame: ``name``, ``end`` (``low`` or ``high``), ``at`` (value there), ``mean, low, high`` in the outcome's unit;
            in the order in which they are drawn.
        outcome: What is measured.
        title: What is drawn.
        t: Reader's words.
    """
    scale = t.scale(outcome)
    shown = frame.assign(**{name: frame[name] * scale for name in ("mean", "low", "high")})
    order = [t("drivers.low_end"), t("drivers.high_end")]
    shown["told"] = shown["end"].map(dict(zip(("low", "high"), order, strict=True)))
    legend = alt.Legend(orient="top", title=None, labelLimit=220)
    color = alt.Color("told:N", scale=alt.Scale(domain=order), legend=legend)
    lane = alt.YOffset("told:N", scale=alt.Scale(domain=order))
    base = alt.Chart(shown).encode(y=alt.Y("name:N", sort=list(dict.fromkeys(shown["name"])), title=None, axis=TRACK))
    number = ",.1f" if outcome.unit in {"share", "index"} else ",.0f" if shown["mean"].abs().max() >= 100 else ",.2f"
    tips = [
        alt.Tooltip("name:N", title=t("drivers.uncertainty")), alt.Tooltip("told:N", title=t("drivers.end")),
        alt.Tooltip("at:N", title=t("drivers.value")),
        *(alt.Tooltip(f"{key}:Q", title=t(f"charts.{key}"), format=number) for key in ("mean", "low", "high")),
    ]  # fmt: skip
    x = alt.X("mean:Q", title=t.unit_of(outcome), axis=numbers(t))
    layers = [
        base.mark_bar(cornerRadiusEnd=3).encode(x=x, yOffset=lane, color=color, tooltip=tips),
        base.mark_rule(color=NEITHER, strokeWidth=2).encode(x="low:Q", x2="high:Q", yOffset=lane),
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=NEITHER).encode(x="zero:Q"),
    ]
    names = list(dict.fromkeys(shown["name"]))
    told = t("drivers.alt_tornado", count=len(names), names=t.join([str(name) for name in names[:3]]))
    return Figure(spec(layers, ROW * len(names) + 60), told, title)


def indices(frame: pd.DataFrame, title: str, t: Words) -> Figure:
    """First and total share of the variance that goes with every uncertainty, with intervals.

    Args:
        frame: ``name``, ``kind`` (``first`` or ``total``), ``mean, low, high`` as shares; in the order of drawing.
        title: What is drawn.
        t: Reader's words.
    """
    shown = frame.assign(**{name: frame[name] * 100 for name in ("mean", "low", "high")})
    order = [t("drivers.first"), t("drivers.total")]
    shown["told"] = shown["kind"].map(dict(zip(("first", "total"), order, strict=True)))
    legend = alt.Legend(orient="top", title=None, columns=1, labelLimit=300)
    color = alt.Color("told:N", scale=alt.Scale(domain=order), legend=legend)
    shape = alt.Shape("told:N", scale=alt.Scale(domain=order), legend=None)
    lane = alt.YOffset("told:N", scale=alt.Scale(domain=order))
    names = list(dict.fromkeys(shown["name"]))
    base = alt.Chart(shown).encode(y=alt.Y("name:N", sort=names, title=None, axis=TRACK), yOffset=lane)
    tips = [
        alt.Tooltip("name:N", title=t("drivers.uncertainty")), alt.Tooltip("told:N", title=t("drivers.share")),
        *(alt.Tooltip(f"{key}:Q", title=t(f"charts.{key}"), format=".1f") for key in ("mean", "low", "high")),
    ]  # fmt: skip
    layers = [
        base.mark_rule(color=NEITHER, strokeWidth=2).encode(x=alt.X("low:Q", title="%"), x2="high:Q"),
        base.mark_point(filled=True, size=80, opacity=1).encode(x="mean:Q", color=color, shape=shape, tooltip=tips),
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=NEITHER, strokeDash=[4, 3]).encode(x="zero:Q"),
    ]  # fmt: skip
    told = t("drivers.alt_indices", count=len(names), names=t.join([str(name) for name in names[:3]]))
    return Figure(spec(layers, ROW * len(names) + 80), told, title)

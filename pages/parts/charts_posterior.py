"""Figures of a calibrated twin: what was learnt of each coefficient, and unseen weeks within their bands."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.parts.charts import Figure, spec, week_axis
from pages.parts.words import Words


def learnt(frame: pd.DataFrame, t: Words) -> Figure:
    """Prior and posterior interval of each coefficient, relative to the likeliest value.

    Args:
        frame: ``name, low, middle, high`` (posterior), ``from, to`` (prior), all over the likeliest value.
        t: Reader's words.
    """
    scale = alt.Scale(type="log", domain=[float(frame["from"].min()), float(frame["to"].max())])
    axis = alt.Axis(values=[0.25, 0.5, 1, 2, 4], format="~g")
    tips = [
        alt.Tooltip("name:N", title=t("data.coefficient")),
        *(alt.Tooltip(f"{key}:Q", title=t(f"data.posterior_{key}"), format=".2f") for key in ("low", "middle", "high")),
    ]
    order = [t("data.of_posterior"), t("data.prior")]
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=6, symbolOpacity=1, columns=1)
    posterior, prior = (
        alt.Chart(frame.assign(told=each)).encode(
            y=alt.Y("name:N", sort=list(frame["name"]), title=None, axis=alt.Axis(labelLimit=150)),
            color=alt.Color("told:N", scale=alt.Scale(domain=order), legend=legend),
        )
        for each in order
    )
    layers = [
        prior.mark_rule(strokeWidth=10, opacity=0.3).encode(
            x=alt.X("from:Q", scale=scale, axis=axis, title=t("data.times_likeliest")), x2="to:Q"
        ),
        posterior.mark_rule(strokeWidth=4).encode(x=alt.X("low:Q", scale=scale), x2="high:Q", tooltip=tips),
        posterior.mark_point(filled=True, size=80, opacity=1).encode(x=alt.X("middle:Q", scale=scale), tooltip=tips),
    ]
    known = frame.sort_values("width")["name"]
    alt_text = t("data.alt_learnt", count=len(frame), narrow=known.iloc[0], wide=known.iloc[-1])
    return Figure(spec(layers, 42 * len(frame) + 60), alt_text, t("data.learnt_title"))


def unseen(frame: pd.DataFrame, t: Words) -> Figure:
    """Repeat purchases of every week that was locked away, with the band that should hold nine in ten.

    Args:
        frame: ``week, real, mean, low, high``.
        t: Reader's words.
    """
    shown = frame.assign(inside=(frame["low"] <= frame["real"]) & (frame["real"] <= frame["high"]))
    base = alt.Chart(shown).encode(x=week_axis(t))
    tips = [
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        *(alt.Tooltip(f"{key}:Q", title=t(f"charts.{name}"), format=",.0f")
          for key, name in (("real", "real"), ("mean", "simulated"), ("low", "low"), ("high", "high"))),
    ]  # fmt: skip
    layers = [
        base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q", title=None), y2="high:Q"),
        base.mark_line(strokeDash=[6, 3], strokeWidth=2).encode(y="mean:Q"),
        base.mark_point(filled=True, size=55, opacity=1).encode(
            y="real:Q", tooltip=tips, shape=alt.Shape("inside:N", legend=None, scale=alt.Scale(
                domain=[True, False], range=["circle", "cross"]))),
    ]  # fmt: skip
    told = t("data.alt_unseen", inside=int(shown["inside"].sum()), weeks=len(shown))
    return Figure(spec(layers, 280), told, t("data.unseen_title"))

"""An order log as figures: cohorts, orders by month, time to the second purchase, intervals between purchases."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pages.parts.charts import DASHES, NEITHER, Figure, histogram, spec, week_axis
from pages.parts.words import Words
from simulation.analysis.contracts import Contracts
from simulation.analysis.purchases import Months, Second

MOST_COHORTS = 24
BINS = 24


def cohorts(table: pd.DataFrame, unit: str, t: Words) -> Figure:
    """Heat map: cohorts downwards, periods since the first purchase across, share that bought in the period.

    Args:
        table: ``cohort, people, since, share``; the latest 24 cohorts are drawn.
        unit: ``month`` or ``quarter``.
        t: Reader's words.
    """
    order = list(dict.fromkeys(table["cohort"]))[-MOST_COHORTS:]
    shown = table[table["cohort"].isin(order) & (table["since"] > 0)].assign(percent=lambda rows: rows["share"] * 100)
    rows = [*order]
    tips = [
        alt.Tooltip("cohort:N", title=t("data.cohort")),
        alt.Tooltip("people:Q", title=t("data.customers"), format=",d"),
        alt.Tooltip("since:O", title=t(f"data.since_{unit}")),
        alt.Tooltip("percent:Q", title=t("data.bought_again"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(
        x=alt.X("since:O", title=t(f"data.since_{unit}"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("cohort:N", sort=rows, title=None, scale=alt.Scale(domain=rows)),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("percent:Q", title="%", scale=alt.Scale(domainMin=0), legend=alt.Legend(orient="top")),
        tooltip=tips,
    )
    layers: list[alt.Chart | alt.LayerChart] = [cells]
    if shown["since"].nunique() <= 12:
        rim = base.mark_text(fontSize=12, stroke="white", strokeWidth=3, color="white")
        words = base.mark_text(fontSize=12, color="#1D2B30")
        layers += [mark.encode(text=alt.Text("percent:Q", format=".0f"), tooltip=tips) for mark in (rim, words)]
    first = shown[shown["since"] == 1]
    mean = float(np.average(first["share"], weights=first["people"])) if len(first) else float("nan")
    told = t("data.alt_cohorts", cohorts=len(order), share=t.percent(mean))
    return Figure(spec(layers, 28 * len(rows) + 130), told, t(f"data.cohorts_{unit}"))


def months(found: Months, t: Words) -> Figure:
    """Repeat orders per day by calendar month; months that the log covers in part are hollow.

    Args:
        found: As :func:`simulation.analysis.purchases.months` gives it.
        t: Reader's words.
    """
    names = {True: t("data.whole"), False: t("data.partial")}
    shown = found.table.assign(name=found.table["whole"].map(names), month=found.table["month"].dt.strftime("%Y-%m-%d"))
    axis = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=0, labelOverlap=True, tickCount=8))
    tips = [
        alt.Tooltip("month:T", title=t("data.month"), format="%Y-%m"),
        alt.Tooltip("daily:Q", title=t("data.daily"), format=",.2f"),
        alt.Tooltip("name:N", title=t("data.covered")),
    ]
    base = alt.Chart(shown).encode(x=axis, y=alt.Y("daily:Q", title=None, scale=alt.Scale(zero=True)))
    line = base.transform_filter("datum.whole").mark_line(strokeWidth=2.2)
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape(
            "name:N", title=None, scale=alt.Scale(domain=list(names.values()), range=["circle", "triangle-up"]),
            legend=alt.Legend(orient="top", labelLimit=260),
        ),
        color=alt.condition("datum.whole", alt.value("#0F7C86"), alt.value(NEITHER)),
        tooltip=tips,
    )  # fmt: skip
    told = t("data.alt_months", months=len(shown), partial=int((~found.table["whole"]).sum()))
    return Figure(spec([line, dots], 240), told, t("data.months"))


def waiting(found: Second, names: Mapping[str, str], t: Words) -> Figure:
    """Kaplan–Meier curves of who has not bought again yet, by group, with their intervals.

    Args:
        found: As :func:`simulation.analysis.purchases.second_purchase` gives it.
        names: Group → what people call it.
        t: Reader's words.
    """
    shown = found.curves.assign(name=found.curves["group"].map(dict(names)))
    for column in ("waiting", "low", "high"):
        shown[column] = shown[column] * 100
    order = list(names.values())
    color = alt.Color(
        "name:N", title=None, scale=alt.Scale(domain=order),
        legend=alt.Legend(orient="top", columns=1, labelLimit=300, symbolType="stroke", symbolStrokeWidth=3,
                          symbolOpacity=1, symbolFillColor="transparent"),
    )  # fmt: skip
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=order, range=list(DASHES[: len(order)])), legend=None)
    tips = [
        alt.Tooltip("name:N", title=t("data.group")),
        alt.Tooltip("t:Q", title=t("data.weeks_since"), format="d"),
        alt.Tooltip("waiting:Q", title=t("data.not_again"), format=".1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(x=week_axis(t, "t", "data.weeks_since"), color=color)
    # Many bands over each other hide the lines; many names above leave no room for them.
    band = base.mark_area(opacity=0.18 if len(order) <= 2 else 0.07, interpolate="step-after").encode(
        y=alt.Y("low:Q", title="%", scale=alt.Scale(zero=False)), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2.2, interpolate="step-after").encode(y="waiting:Q", strokeDash=dash)
    points = base.mark_point(opacity=0, size=80).encode(y="waiting:Q", tooltip=tips)
    ends = [
        t("data.alt_end", name=name, share=t.percent(float(rows["waiting"].iloc[-1]) / 100), week=int(rows["t"].max()))
        for name, rows in shown.groupby("name", sort=False)
    ]
    height = 300 + 20 * max(len(order) - 2, 0)
    return Figure(
        spec([band, line, points], height), t("data.alt_waiting", ends=t.join(ends) or "–"), t("data.waiting")
    )


def intervals(days: NDArray[np.float64], t: Words) -> Figure:
    """Distribution of the days between one purchase and the next; the longest hundredth is not drawn.

    Args:
        days: Days, ascending.
        t: Reader's words.
    """
    axis = alt.X("low:Q", bin="binned", title=t("data.days"), scale=alt.Scale(nice=False))
    bars = histogram(days, "times", axis, (t("data.times"), ",d"), BINS, t)
    middle = float(np.median(days)) if len(days) else float("nan")
    told = t("data.alt_intervals", times=t.number(len(days), 0), median=t.number(middle, 0))
    return Figure(spec([bars], 240), told, t("data.intervals"))


def renewals(found: Contracts, t: Words) -> Figure:
    """Share of contracts that are still running after so many renewals, as counted and as sBG has it.

    Args:
        found: As :func:`simulation.analysis.contracts.contracts` gives it.
        t: Reader's words.
    """
    shown = found.curve.copy()
    for column in ("survival", "low", "high", "expected"):
        shown[column] = shown[column] * 100
    names = [t("data.counted"), "sBG"]
    lines = shown.melt(["t", "low", "high"], ["survival", "expected"], "which", "share")
    lines["name"] = lines["which"].map(dict(zip(("survival", "expected"), names, strict=True)))
    legend = alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolFillColor="transparent")
    hue = alt.Color("name:N", title=None, scale=alt.Scale(domain=names), legend=legend)
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=names, range=list(DASHES[:2])), legend=None)
    tips = [
        alt.Tooltip("name:N", title=t("data.model")),
        alt.Tooltip("t:Q", title=t("data.renewals_axis"), format="d"),
        alt.Tooltip("share:Q", title=t("data.still_running"), format=".1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=".1f"),
    ]
    axis = alt.X("t:Q", title=t("data.renewals_axis"), axis=alt.Axis(format="d", tickMinStep=1))
    band = (
        alt.Chart(shown)
        .mark_area(opacity=0.18)
        .encode(x=axis, y=alt.Y("low:Q", title="%", scale=alt.Scale(domain=[0, 100])), y2="high:Q")
    )
    curves = (
        alt.Chart(lines)
        .mark_line(strokeWidth=2.2, point={"size": 36})
        .encode(x=axis, y="share:Q", color=hue, strokeDash=dash, tooltip=tips)
    )
    last = found.curve.iloc[-1]
    told = t("data.alt_renewals", t=int(last["t"]), counted=t.percent(float(last["survival"])),
             expected=t.percent(float(last["expected"])))  # fmt: skip
    return Figure(spec([band, curves], 280), told, t("data.renewals"))

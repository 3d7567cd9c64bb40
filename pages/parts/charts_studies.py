"""Figures of studies: heat map of cohorts, what survives without the operator, estimates beside the truth, fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts import NEITHER, Figure, names_axis, numbers
from pages.parts.words import Words


def _spec(layers: Sequence[alt.Chart | alt.LayerChart], height: int) -> dict[str, Any]:
    found: dict[str, Any] = alt.layer(*layers).properties(height=height).to_dict()
    return found


def heat_map(frame: pd.DataFrame, t: Words) -> Figure:
    """Share of each cohort still there, cohorts from top to bottom, weeks since joining from left to right.

    Args:
        frame: ``cohort`` (first week of joining, 0 for the founders), ``people``, ``since``, ``share``; with several
            worlds ``low`` and ``high`` too.
        t: Reader's words.
    """
    shown = frame.assign(percent=frame["share"] * 100)
    shown["label"] = [cohort(start, people, t) for start, people in zip(frame["cohort"], frame["people"], strict=True)]
    order = list(dict.fromkeys(shown.sort_values("cohort")["label"]))
    base = alt.Chart(shown).encode(
        x=alt.X("since:O", title=t("desk.since"), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("label:O", sort=order, title=None, axis=names_axis(150)),
    )
    legend = alt.Legend(
        orient="top", title=t("desk.heat_legend"), gradientLength=160, gradientThickness=10, tickCount=3
    )
    color = alt.Color("percent:Q", scale=alt.Scale(domain=[0, 100]), legend=legend)
    tips = [
        alt.Tooltip("label:N", title=t("desk.cohort")),
        alt.Tooltip("since:O", title=t("desk.since")),
        alt.Tooltip("percent:Q", title=t("desk.still_there"), format=".1f"),
    ]
    for bound in ("low", "high"):
        if bound in frame:
            shown[bound] = frame[bound] * 100
            tips.append(alt.Tooltip(f"{bound}:Q", title=t(f"charts.{bound}"), format=".1f"))
    told = t("desk.alt_heat_map", cohorts=len(order), share=t.percent(float(frame["share"].min())))
    cells = base.mark_rect().encode(color=color, tooltip=tips)
    return Figure(_spec([cells], 42 * len(order) + 120), told, t("desk.heat_map"))


def cohort(start: int, people: int, t: Words) -> str:
    """What people call a cohort: the founders, or the weeks in which it came, with its size."""
    if start == 0:
        return t("desk.founders", people=people)
    return t("desk.weeks_from", first=start, last=start + 12, people=people)


def without_operator(frame: pd.DataFrame, t: Words) -> Figure:
    """What is left of each kind of activity, week by week since the operator stopped.

    Args:
        frame: ``measure, zh, en, away, share, low, high``.
        t: Reader's words.
    """
    shown = frame.assign(name=frame[t.language], percent=frame["share"] * 100)
    shown["lower"], shown["upper"] = frame["low"] * 100, frame["high"] * 100
    order = list(dict.fromkeys(shown["name"]))
    legend = alt.Legend(
        orient="top", columns=2, labelLimit=220, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1,
        symbolFillColor="transparent",
    )  # fmt: skip
    color = alt.Color("name:N", title=None, scale=alt.Scale(domain=order), legend=legend)
    base = alt.Chart(shown).encode(x=alt.X("away:Q", title=t("desk.away"), axis=alt.Axis(format="d", tickMinStep=1)))
    tips = [
        alt.Tooltip("name:N", title=t("desk.measure")),
        alt.Tooltip("away:Q", title=t("desk.away"), format="d"),
        alt.Tooltip("percent:Q", title=t("desk.left_over"), format=".1f"),
        alt.Tooltip("lower:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("upper:Q", title=t("charts.high"), format=".1f"),
    ]
    layers = [
        base.mark_area(opacity=0.15).encode(y="lower:Q", y2="upper:Q", color=color),
        alt.Chart(pd.DataFrame({"all": [100]})).mark_rule(strokeDash=[4, 3], color=NEITHER).encode(y="all:Q"),
        base.mark_line(strokeWidth=2.2, point=True).encode(
            y=alt.Y("percent:Q", title=None, scale=alt.Scale(zero=False)), color=color, tooltip=tips
        ),
    ]
    last = shown[shown["away"] == shown["away"].max()]
    ends = [t("charts.alt_end", plan=n, value=t.percent(v)) for n, v in zip(last["name"], last["share"], strict=True)]
    return Figure(_spec(layers, 340), t("desk.alt_absence", ends=t.join(ends)), t("desk.left_over"))


def estimates(frame: pd.DataFrame, title: str, t: Words) -> Figure:
    """Every way to measure with its interval, and a line where the truth is.

    Args:
        frame: ``method, estimate, low, high, truth``.
        title: What is measured.
        t: Reader's words.
    """
    shown = frame.assign(name=[t(f"evidence.way_{method}") for method in frame["method"]])
    truth = float(frame["truth"].iloc[0])
    shown["hits"] = [
        t("evidence.holds_truth" if low <= truth <= high else "evidence.misses_truth")
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]
    order = [t("evidence.holds_truth"), t("evidence.misses_truth")]
    legend = alt.Legend(orient="top", columns=1, labelLimit=260)
    color = alt.Color("hits:N", title=None, scale=alt.Scale(domain=order), legend=legend)
    base = alt.Chart(shown).encode(y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=names_axis(170)))
    tips = [
        alt.Tooltip("name:N", title=t("evidence.method")),
        *(alt.Tooltip(f"{key}:Q", title=t(f"evidence.{key}"), format="+.3f") for key in ("estimate", "low", "high")),
    ]
    rule = alt.Chart(pd.DataFrame({"truth": [truth]})).mark_rule(color=NEITHER, strokeDash=[5, 3], strokeWidth=2)
    layers = [
        rule.encode(x="truth:Q"),
        base.mark_rule(strokeWidth=2.5).encode(
            x=alt.X("low:Q", title=None, axis=alt.Axis(tickCount=6)), x2="high:Q", color=color
        ),
        base.mark_point(filled=True, size=90, opacity=1).encode(x="estimate:Q", color=color, tooltip=tips),
    ]
    wrong = int((shown["hits"] == order[1]).sum())
    told = t("evidence.alt_estimates", methods=len(shown), wrong=wrong, truth=f"{truth:+.3f}")
    return Figure(_spec(layers, 34 * len(shown) + 100), told, title)


def side_by_side(frame: pd.DataFrame, title: str, t: Words) -> Figure:
    """Numbers of one kind under each other with their intervals, and a line at 0 where they lie on both sides of it.

    Args:
        frame: ``name, mean, low, high``.
        title: What is measured, with its unit.
        t: Reader's words.
    """
    order = list(frame["name"])
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=order, title=None, axis=names_axis(190)))
    tips = [
        alt.Tooltip("name:N", title=t("desk.measure")),
        *(alt.Tooltip(f"{key}:Q", title=t(f"charts.{key}"), format=",.2f") for key in ("mean", "low", "high")),
    ]
    x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5))
    layers = [
        base.mark_rule(strokeWidth=2.5, color=NEITHER).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x="mean:Q", tooltip=tips),
    ]
    if frame["low"].min() < 0 < frame["high"].max():
        zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=NEITHER, strokeDash=[5, 3])
        layers.insert(0, zero.encode(x="zero:Q"))
    best, worst = frame.iloc[int(frame["mean"].argmax())], frame.iloc[int(frame["mean"].argmin())]
    told = t("charts.alt_side_by_side", count=len(frame), best=best["name"], high=t.number(best["mean"]),
             worst=worst["name"], low=t.number(worst["mean"]))  # fmt: skip
    return Figure(_spec(layers, 34 * len(frame) + 40), told, title)


def retention_fit(frame: pd.DataFrame, t: Words) -> Figure:
    """Published retention of two segments as dots, the fit to the first seven years as lines.

    Args:
        frame: ``year, segment, actual, sBG, fitted``.
        t: Reader's words.
    """
    shown = frame.assign(actual=frame["actual"] * 100, model=frame["sBG"] * 100)
    split = int(frame.loc[frame["fitted"], "year"].max())
    color = alt.Color("segment:N", title=None, legend=alt.Legend(orient="top"))
    base = alt.Chart(shown).encode(x=alt.X("year:Q", title=t("evidence.year"), axis=alt.Axis(format="d")), color=color)
    tips = [
        alt.Tooltip("segment:N", title=t("evidence.segment")),
        alt.Tooltip("year:Q", title=t("evidence.year"), format="d"),
        alt.Tooltip("actual:Q", title=t("evidence.published_value"), format=".1f"),
        alt.Tooltip("model:Q", title=t("evidence.recomputed"), format=".1f"),
    ]
    edge = alt.Chart(pd.DataFrame({"year": [split], "text": [t("evidence.fitted_until", year=split)]}))
    layers = [
        edge.mark_rule(strokeDash=[3, 3], color=NEITHER).encode(x="year:Q"),
        edge.mark_text(align="left", dx=5, baseline="top", fontSize=12, color=NEITHER).encode(
            x="year:Q", y=alt.value(0), text="text:N"
        ),
        base.mark_line(strokeWidth=2.2).encode(y=alt.Y("model:Q", title=None)),
        base.mark_point(filled=True, size=60).encode(y="actual:Q", tooltip=tips),
    ]
    last = shown[shown["year"] == shown["year"].max()]
    ends = [
        t("evidence.alt_fit_end", segment=row.segment, actual=t.number(row.actual, 1), model=t.number(row.model, 1))
        for row in last.itertuples()
    ]
    return Figure(_spec(layers, 300), t("evidence.alt_fit", ends=t.join(ends)), t("evidence.retention_title"))


def ranked(frame: pd.DataFrame, title: str, t: Words) -> Figure:
    """Sizes of effects, the largest first, with their intervals, coloured by who decides.

    Args:
        frame: ``name``, ``role`` (in words), ``mean``, ``low``, ``high``.
        title: What is ranked.
        t: Reader's words.
    """
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=list(frame["name"]), title=None, axis=names_axis(190)))
    tips = [
        alt.Tooltip("name:N", title=t("evidence.parameter")),
        alt.Tooltip("mean:Q", title="μ*", format=",.3~f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.3~f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.3~f"),
    ]
    # In this order whatever the language, so that a colour keeps its meaning.
    roles = [t.heading(f"roles.{role}") for role in ("lever", "uncertainty", "setting")]
    there = [role for role in roles if (frame["role"] == role).any()]
    legend = alt.Legend(orient="top", columns=1, labelLimit=200)
    color = alt.Color("role:N", title=None, scale=alt.Scale(domain=there), legend=legend)
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        x=alt.X("mean:Q", title="μ*", axis=numbers(t)), color=color, tooltip=tips
    )
    whiskers = base.mark_rule(strokeWidth=2, color=NEITHER).encode(x="low:Q", x2="high:Q")
    told = t("evidence.alt_ranked", names=t.join([str(name) for name in frame["name"].head(3)]))
    return Figure(_spec([bars, whiskers], 26 * len(frame) + 90), told, title)

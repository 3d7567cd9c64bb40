"""Figures of one week and of what weeks are made of: needs as a radar, revenue by stream, content, shocks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts import NEITHER, Figure, names_axis, numbers, plan_channels, spec, week_axis, whole_weeks
from pages.parts.words import Words

RADAR = 300
GROWING = 190
RINGS = (0.25, 0.5, 0.75, 1.0)


def needs(frame: pd.DataFrame, names: Mapping[str, str], week: int, t: Words) -> Figure:
    """Five needs met as a radar: the further out, the better met; 100 points lie on the outer ring.

    Args:
        frame: ``plan, need`` (what people call it), ``mean, low, high`` on a scale of 0–1, needs in their order.
        names: Plans to draw, in order, with what people call them.
        week: Week that is shown.
        t: Reader's words.
    """
    order = list(dict.fromkeys(frame["need"]))
    angle = {need: math.pi / 2 - 2 * math.pi * place / len(order) for place, need in enumerate(order)}
    shown = frame[frame["plan"].isin(names)].copy()
    shown["name"] = shown["plan"].map(dict(names))
    shown["x"] = [value * math.cos(angle[need]) for value, need in zip(shown["mean"], shown["need"], strict=True)]
    shown["y"] = [value * math.sin(angle[need]) for value, need in zip(shown["mean"], shown["need"], strict=True)]
    for column in ("mean", "low", "high"):
        shown[column] = shown[column] * 100
    closed = [pd.concat([part, part.iloc[:1]]) for _, part in shown.groupby("name", sort=False)]
    outline = pd.concat(closed) if closed else shown
    outline["corner"] = range(len(outline))
    side = alt.Scale(domain=[-1.2, 1.2], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=side), alt.Y("y:Q", axis=None, scale=side)
    rings = pd.DataFrame(
        [
            {"ring": ring, "corner": place, "x": ring * math.cos(turn), "y": ring * math.sin(turn)}
            for ring in RINGS
            for place, turn in enumerate([*angle.values(), math.pi / 2])
        ]
    )
    words = pd.DataFrame(
        [{"text": need, "x": 1.1 * math.cos(turn), "y": 1.1 * math.sin(turn)} for need, turn in angle.items()]
    )
    # The rings are numbered half-way between two needs, where no corner of a plan can lie over a number.
    turn = math.pi / max(len(order), 3)
    half, near = math.pi / 2 - turn, math.cos(turn)
    scale = pd.DataFrame(
        [
            {"text": f"{100 * ring:.0f}", "x": near * ring * math.cos(half), "y": near * ring * math.sin(half)}
            for ring in RINGS
        ]
    )
    style = plan_channels(names, t)
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")),
        alt.Tooltip("need:N", title=t("charts.need")),
        alt.Tooltip("mean:Q", title=t("charts.mean"), format=".1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=".1f"),
    ]
    layers = [
        alt.Chart(rings).mark_line(color=NEITHER, opacity=0.35, strokeWidth=1)
        .encode(x=x, y=y, detail="ring:N", order="corner:Q"),
        alt.Chart(words).mark_text(fontSize=12, color=NEITHER).encode(x=x, y=y, text="text:N"),
        alt.Chart(scale).mark_text(fontSize=10, color=NEITHER, align="left", dx=3, dy=-3)
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(outline).mark_line(strokeWidth=2.4)
        .encode(x=x, y=y, order="corner:Q", color=style["color"], strokeDash=style["strokeDash"]),
        alt.Chart(shown).mark_point(filled=True, size=55, opacity=1)
        .encode(x=x, y=y, color=style["color"], tooltip=tips),
    ]  # fmt: skip
    ends = [
        t("charts.alt_end", plan=f"{name} {need}", value=t.number(float(mean), 1))
        for name, need, mean in zip(shown["name"], shown["need"], shown["mean"], strict=True)
    ]
    found = spec(layers, RADAR) | {"width": RADAR, "autosize": {"type": "pad"}}  # a circle stays a circle
    title = t("charts.needs", week=week)
    return Figure(found, t("charts.alt_needs", week=week, ends=t.join(ends)), title)


def streams(frame: pd.DataFrame, plan: str, t: Words) -> Figure:
    """Revenue of every week by stream, stacked: how much hangs on one of them.

    Args:
        frame: ``week, stream`` (what people call it), ``amount`` in ¥, mean over worlds.
        plan: What people call the plan.
        t: Reader's words.
    """
    title = t("charts.streams", plan=plan, currency=t.unit("¥"))
    order = list(dict.fromkeys(frame["stream"]))
    layers = [_stack(frame, "stream", "amount", order, t, alt.Y("amount:Q", title=None, stack="zero", axis=numbers(t)))]
    total = frame["amount"].sum()
    parts = frame.groupby("stream", sort=False)["amount"].sum()
    ends = [t("charts.alt_end", plan=name, value=t.percent(amount / total)) for name, amount in parts.items() if total]
    return Figure(spec(layers), t("charts.alt_streams", plan=plan, ends=t.join(ends)), title)


def content(frame: pd.DataFrame, plan: str, t: Words) -> Figure:
    """What is written each week, stacked: members' posts and replies, and the operator's pieces.

    Args:
        frame: ``week, source`` (what people call it), ``count``, mean over worlds.
        plan: What people call the plan.
        t: Reader's words.
    """
    order = list(dict.fromkeys(frame["source"]))
    y = alt.Y("count:Q", title=None, stack="zero", axis=numbers(t))
    layers = [_stack(frame, "source", "count", order, t, y)]
    total = frame["count"].sum()
    parts = frame.groupby("source", sort=False)["count"].sum()
    ends = [t("charts.alt_end", plan=name, value=t.percent(count / total)) for name, count in parts.items() if total]
    return Figure(spec(layers), t("charts.alt_content", plan=plan, ends=t.join(ends)), t("charts.content", plan=plan))


def _stack(frame: pd.DataFrame, part: str, value: str, order: list[str], t: Words, y: alt.Y) -> alt.Chart:
    legend = alt.Legend(orient="top", title=None, labelLimit=260, columns=2)
    return (
        alt.Chart(frame.assign(place=frame[part].map({name: place for place, name in enumerate(order)})))
        .mark_area(opacity=0.75)
        .encode(
            x=week_axis(t),
            y=y,
            order="place:Q",
            color=alt.Color(f"{part}:N", scale=alt.Scale(domain=order), legend=legend),
            tooltip=[
                alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
                alt.Tooltip(f"{part}:N", title=t("charts.item")),
                alt.Tooltip(f"{value}:Q", title=t("charts.mean"), format=",.1f"),
            ],
        )
    )


def timeline(courses: Sequence[tuple[str, str, Sequence[float]]], t: Words) -> Figure:
    """When shocks strike and how strongly, one row a shock: full at first, then fading.

    Args:
        courses: Of each shock an id, what people call it, and its strength (0–1) in every week from the first on.
        t: Reader's words.
    """
    rows = pd.DataFrame(
        [
            {"id": place, "name": name, "week": week, "end": week + 1, "percent": 100 * strength}
            for place, name, course in courses
            for week, strength in enumerate(course, 1)
            if strength > 0
        ],
        columns=["id", "name", "week", "end", "percent"],
    )
    last = max((len(course) for _, _, course in courses), default=1)
    base = alt.Chart(rows).encode(
        x=alt.X("week:Q", title=t("charts.week"), scale=alt.Scale(domain=[1, last + 1], nice=False),
                axis=whole_weeks()),
        x2="end:Q",
        y=alt.Y("name:N", title=None, sort=None, axis=names_axis(110)),
    )  # fmt: skip
    tips = [
        alt.Tooltip("name:N", title=t("charts.item")),
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("percent:Q", title=t("charts.strength"), format=".0f"),
    ]
    bars = base.mark_bar(color=NEITHER).encode(
        opacity=alt.Opacity("percent:Q", scale=alt.Scale(domain=[0, 100], range=[0.15, 1]), legend=None), tooltip=tips
    )
    first = rows.drop_duplicates("id")
    told = [t("charts.event", week=week, label=name) for name, week in zip(first["name"], first["week"], strict=True)]
    height = 34 * max(rows["name"].nunique(), 1) + 70
    return Figure(spec([bars], height), t("charts.alt_events", events=t.join(told)), t("charts.timeline"))


def growing(values: Sequence[float], outcome: Any, horizon: int, t: Words) -> Figure:
    """An outcome of one world from the start to the week one watches, on an axis of the whole run.

    Args:
        values: One a week from week 0 on, in the outcome's unit.
        outcome: Its name and unit.
        horizon: Last week of the run.
        t: Reader's words.
    """
    frame = pd.DataFrame({"week": range(len(values)), "value": [value * t.scale(outcome) for value in values]})
    line = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.2, point=len(values) == 1)
        .encode(
            x=alt.X("week:Q", title=t("charts.week"), scale=alt.Scale(domain=[0, horizon], nice=False),
                    axis=whole_weeks()),
            y=alt.Y("value:Q", title=None, axis=numbers(t), scale=alt.Scale(zero=False)),
        )
    )  # fmt: skip
    label = outcome.label(t.language)
    title = t("charts.axis", label=label, unit=t.unit_of(outcome))
    if not values:
        return Figure(spec([line], GROWING), t("charts.alt_nothing"), title)
    ends = t("charts.alt_end", plan=label, value=t.value(outcome, values[-1]))
    return Figure(spec([line], GROWING), t("charts.alt_bands", outcome=label, week=len(values) - 1, ends=ends), title)

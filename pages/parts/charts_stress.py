"""Figures of a stress test: how often plans reach their targets, how much each is regretted, and where one fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pages.parts.charts import NEITHER, Figure, height_for, names_axis, numbers, plan_channels, spec
from pages.parts.words import Words

SMALL = 230
SQUARE = 340


def reached(table: pd.DataFrame, names: Mapping[str, str], t: Words) -> Figure:
    """Share of futures in which each plan reaches its targets, with the interval.

    Args:
        table: ``plan, share, low, high``.
        names: Plan → what people call it, in the order of colours.
        t: Reader's words.
    """
    shown = table.assign(name=table["plan"].map(dict(names)))
    shown[["share", "low", "high"]] *= 100
    order = list(shown.sort_values("share", ascending=False)["name"])
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=names_axis(180)),
        color=alt.Color("name:N", scale=alt.Scale(domain=list(names.values())), legend=None),
    )
    x = alt.X("share:Q", title=t("stress.axis_reached"), scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")), alt.Tooltip("share:Q", title=t("stress.reached"), format=".1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=".1f"),
    ]  # fmt: skip
    layers = [
        base.mark_rule(strokeWidth=3).encode(x="low:Q", x2="high:Q"),
        base.mark_point(size=110, filled=True, opacity=1).encode(x=x, tooltip=tips),
    ]
    told = [
        t("charts.alt_end", plan=name, value=t.percent(share / 100))
        for name, share in zip(shown["name"], shown["share"], strict=True)
    ]
    return Figure(spec(layers, 60 + 44 * len(shown)), t("stress.alt_reached", parts=t.join(told)),
                  t("stress.title_reached"))  # fmt: skip


def regret(lost: pd.DataFrame, outcome: Any, names: Mapping[str, str], t: Words) -> Figure:
    """Share of futures in which a plan falls short of the best by no more than so much: the higher, the safer.

    Args:
        lost: Regret, one row a future, one column a plan.
        outcome: What is regretted.
        names: Plan → what people call it, in order.
        t: Reader's words.
    """
    scale, parts, ends = t.scale(outcome), [], []
    share = 100 * np.arange(1, len(lost) + 1) / max(len(lost), 1)
    for plan, name in names.items():
        values = np.sort(lost[plan].to_numpy(float)) * scale
        parts.append(pd.DataFrame({"name": name, "regret": values, "share": share}))
        half = t.number(float(np.median(values)), None) if len(values) else "–"
        ends.append(t("charts.alt_end", plan=name, value=half))
    frame = pd.concat(parts, ignore_index=True)
    style = plan_channels(names, t)
    unit = t("number.points_unit") if outcome.unit == "share" else t.unit_of(outcome)
    axis = t("charts.axis", label=t("stress.regret"), unit=unit)
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")), alt.Tooltip("regret:Q", title=axis, format=",.1f"),
        alt.Tooltip("share:Q", title=t("stress.axis_regret"), format=".0f"),
    ]  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X("regret:Q", title=axis, axis=numbers(t), scale=alt.Scale(zero=True)),
        y=alt.Y("share:Q", title="%", axis=alt.Axis(tickCount=5), scale=alt.Scale(domain=[0, 100])),
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
        color=style["color"], strokeDash=style["strokeDash"]
    )
    dots = base.mark_point(size=40, opacity=0).encode(tooltip=tips, color="name:N")
    title = t("stress.title_regret", outcome=outcome.label(t.language))
    return Figure(spec([line, dots], height_for(names)), t("stress.alt_regret", unit=unit, parts=t.join(ends)), title)


def box(
    places: pd.DataFrame, failing: Any, ends: Mapping[str, tuple[float, float]], labels: Mapping[str, str], t: Words
) -> Figure:
    """Futures by the two assumptions that restrict the box most, failures marked, with the box over them.

    Args:
        places: One row a future, at least the columns of ``labels``.
        failing: (futures,) where the plan fails.
        ends: Path → low and high of the box, infinite where free.
        labels: The one or two paths that are drawn → what people call them.
        t: Reader's words.
    """
    across, *other = labels
    words = {True: t("stress.fails"), False: t("stress.holds")}
    shown = pd.DataFrame({"x": places[across].to_numpy(float), "which": [words[bool(each)] for each in failing]})
    # With one assumption alone, height means nothing: the points are spread so that they can be seen.
    spread = np.random.default_rng(1).random(len(shown))
    shown["y"] = places[other[0]].to_numpy(float) if other else spread
    limits = {"x": ends.get(across, (-np.inf, np.inf)), "y": ends.get(other[0], (-np.inf, np.inf)) if other else (0, 1)}
    corner = {
        f"{axis}{side}": float(np.clip(limits[axis][place], shown[axis].min(), shown[axis].max()))
        for axis in ("x", "y")
        for place, side in enumerate(("_low", "_high"))
    }
    area = alt.Chart(pd.DataFrame([corner])).mark_rect(fillOpacity=0.12, fill=NEITHER, stroke=NEITHER, strokeWidth=2)
    title_y = labels[other[0]] if other else None
    axis = alt.Axis() if other else alt.Axis(labels=False, ticks=False, grid=False, domain=False)
    y_axis = alt.Y("y:Q", title=title_y, scale=alt.Scale(zero=False, nice=False), axis=axis)
    x_axis = alt.X("x:Q", title=labels[across], scale=alt.Scale(zero=False, nice=False))
    order = [words[True], words[False]]
    tips = [alt.Tooltip("which:N", title=t("verdict.verdict")), alt.Tooltip("x:Q", title=labels[across], format=".4~g")]
    if other:
        tips.append(alt.Tooltip("y:Q", title=labels[other[0]], format=".4~g"))
    dots = (
        alt.Chart(shown)
        .mark_point(size=55, filled=True, opacity=0.85)
        .encode(
            x=x_axis,
            y=y_axis,
            color=alt.Color("which:N", scale=alt.Scale(domain=order), legend=alt.Legend(orient="top", title=None)),
            shape=alt.Shape("which:N", scale=alt.Scale(domain=order, range=["cross", "circle"]), legend=None),
            tooltip=tips,
        )
    )
    layers = [area.encode(x="x_low:Q", x2="x_high:Q", y="y_low:Q", y2="y_high:Q"), dots]
    inside = shown["x"].between(*limits["x"]) & shown["y"].between(*limits["y"])
    flags = np.asarray(failing, bool)
    text = t("stress.alt_box", futures=len(shown), fails=int(flags.sum()), inside=int(inside.sum()),
             hits=int((inside.to_numpy() & flags).sum()), labels=t.join(list(labels.values())))  # fmt: skip
    return Figure(spec(layers, SQUARE if other else 140), text, t("stress.title_box"))


def peeling(steps: pd.DataFrame, chosen: Any, t: Words) -> Figure:
    """The way of peeling: what each smaller box gains in density and loses in coverage; the one that is told is marked.

    Args:
        steps: ``coverage, density, restricted, inside``, a row a step.
        chosen: The box that is told, as judged on the same futures.
        t: Reader's words.
    """
    shown = steps.assign(coverage=steps["coverage"] * 100, density=steps["density"] * 100)
    base = alt.Chart(shown).encode(
        x=alt.X("coverage:Q", title=t("stress.coverage"), scale=alt.Scale(domain=[0, 100])),
        y=alt.Y("density:Q", title=t("stress.density"), scale=alt.Scale(domain=[0, 100])),
    )
    tips = [alt.Tooltip(f"{name}:Q", title=t(f"stress.{name}"), format=".1f") for name in ("coverage", "density")] + [
        alt.Tooltip("restricted:Q", title=t("stress.restricted"), format="d")
    ]
    mark = pd.DataFrame([{"coverage": chosen.coverage[0] * 100, "density": chosen.density[0] * 100}])
    ring = alt.Chart(mark).mark_point(size=260, strokeWidth=3, color=NEITHER).encode(x="coverage:Q", y="density:Q")
    text = t("stress.alt_peeling", steps=len(steps), coverage=t.percent(chosen.coverage[0]),
             density=t.percent(chosen.density[0]))  # fmt: skip
    layers = [base.mark_line(strokeWidth=1), base.mark_point(size=45, filled=True).encode(tooltip=tips), ring]
    return Figure(spec(layers, SMALL), text, t("stress.title_peeling"))

"""Figures of a search and of a ranking: the front of what can be had, and plans over the range of a coefficient."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts import HEIGHT, NEITHER, Figure, axis_title, number_format, numbers, plan_channels, spec
from pages.parts.charts_marks import HERE
from pages.parts.words import Words

PICK = "setting"
"""Name under which a click on the front comes back."""
MARKS = {"front": "circle", "kept": "circle", "broken": "cross", "now": "diamond"}


def front(frame: pd.DataFrame, goals: tuple[Any, Any], chosen: int | None, t: Words) -> Figure:
    """Every setting that was tried in the two goals, those on the front joined, one's own and the chosen one marked.

    Args:
        frame: ``number, x, y`` (levels in the goals' units), ``group`` (``now``, ``front``, ``kept`` or ``broken``).
        goals: First (across) and second (up).
        chosen: Number of the chosen setting, if any.
        t: Reader's words.
    """
    x, y = goals
    shown = frame.assign(x=frame["x"] * t.scale(x), y=frame["y"] * t.scale(y))
    present = [group for group in ("front", "kept", "broken", "now") if (frame["group"] == group).any()]
    names = {group: t(f"best.group_{group}") for group in present}
    shown["told"] = shown["group"].map(names)
    order, marks = list(names.values()), [MARKS[group] for group in present]
    legend = alt.Legend(orient="top", title=None, columns=2, labelLimit=260)
    style = {
        "x": alt.X("x:Q", title=axis_title(x, t), axis=numbers(t), scale=alt.Scale(zero=False)),
        "y": alt.Y("y:Q", title=axis_title(y, t), axis=numbers(t), scale=alt.Scale(zero=False)),
        "color": alt.Color("told:N", scale=alt.Scale(domain=order), legend=legend),
        "shape": alt.Shape("told:N", scale=alt.Scale(domain=order, range=marks), legend=None),
    }
    tips = [
        alt.Tooltip("number:Q", title=t("best.setting"), format="d"), alt.Tooltip("told:N", title=t("best.group")),
        alt.Tooltip("x:Q", title=x.label(t.language), format=number_format(x, float(shown["x"].abs().max()))),
        alt.Tooltip("y:Q", title=y.label(t.language), format=number_format(y, float(shown["y"].abs().max()))),
    ]  # fmt: skip
    best, now = shown[shown["front"]], shown["group"] == "now"
    layers: list[alt.Chart | alt.LayerChart] = [
        alt.Chart(best).mark_line(color=NEITHER, strokeWidth=1.5).encode(x=style["x"], y=style["y"], order="x:Q"),
        alt.Chart(shown[~now]).mark_point(filled=True, opacity=0.85, size=55).encode(tooltip=tips, **style),
        alt.Chart(shown[now]).mark_point(filled=True, opacity=1, size=240).encode(tooltip=tips, **style),
    ]
    picked = shown[shown["number"] == chosen]
    if len(picked):
        ring = alt.Chart(picked).mark_point(size=320, strokeWidth=3, color=HERE)
        layers.append(ring.encode(x=style["x"], y=style["y"], tooltip=tips))
    # What is clicked lies on top and is never seen, so that a small mark is easy to hit and paper shows nothing of it.
    hits = alt.Chart(best).mark_point(filled=True, opacity=0.001, size=420, cursor="pointer")
    click = alt.selection_point(name=PICK, on="click", fields=["number"], clear=False)
    layers.append(hits.encode(x=style["x"], y=style["y"], tooltip=tips).add_params(click))
    told = t("best.alt_front", count=len(shown), front=len(best), x=x.label(t.language), y=y.label(t.language))
    return Figure(spec(layers, HEIGHT + 40), told, t("best.front_title"))


def picked(event: Mapping[str, Any] | None, front: Collection[int]) -> int | None:
    """Number of the setting that was clicked, if it is one of the front.

    Args:
        event: What the chart sends back: ``{"selection": {PICK: [{"number": …}]}}``.
        front: Numbers of the settings on the front.
    """
    clicked = (event or {}).get("selection", {}).get(PICK) or []
    numbers = [int(point["number"]) for point in clicked if "number" in point]
    return next((number for number in numbers if number in front), None)


def over_range(
    frame: pd.DataFrame,
    outcome: Any,
    names: Mapping[str, str],
    now: float,
    crossings: pd.DataFrame,
    axis: str,
    t: Words,
) -> Figure:
    """Every plan over the range of a coefficient, with its interval, where it stands now, and where a lead is lost.

    Args:
        frame: ``plan, value, mean, low, high``.
        outcome: What is measured.
        names: Plans to draw, in order, with what people call them.
        now: Where the coefficient stands.
        crossings: ``at, low, high`` of each place at which the first plan loses its lead; maybe none.
        axis: What people call the coefficient.
        t: Reader's words.
    """
    scale = t.scale(outcome)
    shown = frame.assign(name=frame["plan"].map(dict(names)), **{k: frame[k] * scale for k in ("mean", "low", "high")})
    style = plan_channels(names, t)
    number = number_format(outcome, float(shown["high"].abs().max()))
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")), alt.Tooltip("value:Q", title=axis, format=",.3~f"),
        *(alt.Tooltip(f"{key}:Q", title=t(f"charts.{key}"), format=number) for key in ("mean", "low", "high")),
    ]  # fmt: skip
    base = alt.Chart(shown).encode(x=alt.X("value:Q", title=axis, scale=alt.Scale(nice=False, zero=False)))
    y = alt.Y("mean:Q", title=None, axis=numbers(t), scale=alt.Scale(zero=False))
    here = alt.Chart(pd.DataFrame({"value": [now], "told": [t("assume.now", value=t.bare(now))]}))
    layers: list[alt.Chart | alt.LayerChart] = [
        base.mark_area(opacity=0.2).encode(y="low:Q", y2="high:Q", color=style["color"]),
        base.mark_line(strokeWidth=2.2).encode(y=y, color=style["color"], strokeDash=style["strokeDash"]),
        base.mark_point(filled=True, size=45, opacity=1).encode(y=y, color=style["color"], tooltip=tips),
        here.mark_rule(color=NEITHER, strokeDash=[3, 3]).encode(x="value:Q", tooltip="told:N"),
        here.mark_text(align="left", dx=5, baseline="top", fontSize=12, color=NEITHER).encode(
            x="value:Q", y=alt.value(0), text="told:N"
        ),
    ]
    if len(crossings):
        place = alt.Chart(crossings)
        layers = [
            place.mark_rect(color=HERE, opacity=0.15).encode(x="low:Q", x2="high:Q"),
            *layers,
            place.mark_rule(color=HERE, strokeWidth=2).encode(x="at:Q"),
        ]
    wide = shown.pivot(index="name", columns="value", values="mean") / scale
    ends = [
        t("assume.alt_plan", plan=name, low=t.value(outcome, row.iloc[0]), high=t.value(outcome, row.iloc[-1]))
        for name, row in wide.iterrows()
    ]
    return Figure(spec(layers, HEIGHT + 20), t("assume.alt", axis=axis, ends=t.join(ends)), axis_title(outcome, t))

"""Segments as figures: RFM grid, lifetime values, densities, inequality, receipts, and movement between layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pages.parts.charts import DASHES, NEITHER, Figure, histogram, numbers, spec, whole_weeks
from pages.parts.charts_people import SCALE
from pages.parts.words import Words
from simulation.analysis.segments import LEFT, OFTEN, OUTSIDE, RECENT
from simulation.members import Layer, Role

BINS = 20
DENSITIES = ("relationship", "value", "potential")
FLOW_HEIGHT = 440
KINDS: dict[str, type[Layer] | type[Role]] = {"layer": Layer, "role": Role}
_HUES = ("#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#D55E00", "#7B68B5")
"""Okabe and Ito's colours, which read on light and dark ground; a layer keeps its own in every week."""


class Flows(NamedTuple):
    """An ECharts option, the sentence that stands for it, its title, and origin and destination of each link."""

    spec: dict[str, Any]
    alt: str
    title: str
    links: tuple[tuple[str, str], ...]


def classes(first: tuple[int, ...], key: str, t: Words) -> list[str]:
    """What people call classes that begin at these numbers."""
    ends = [*(following - 1 for following in first[1:]), None]
    return [
        t(f"people.{key}_from", first=low) if high is None
        else t(f"people.{key}", first=low) if low == high
        else t(f"people.{key}_to", first=low, last=high)
        for low, high in zip(first, ends, strict=True)
    ]  # fmt: skip


def rfm(cells: pd.DataFrame, t: Words) -> Figure:
    """RFM grid: how recently from left to right, how often from bottom to top; the number of people in each cell.

    Args:
        cells: ``recency``, ``frequency`` (places of classes), ``people``, ``spent`` (¥, mean of the cell).
        t: Reader's words.
    """
    across, up = classes(RECENT, "weeks_ago", t), classes(OFTEN, "orders_made", t)
    shown = cells.assign(
        r=[across[place] for place in cells["recency"]],
        f=[up[place] for place in cells["frequency"]],
        money=[t.money(float(spent)) for spent in cells["spent"]],
    )
    base = alt.Chart(shown).encode(
        x=alt.X("r:O", sort=across, scale=alt.Scale(domain=across), title=t("people.recency"),
                axis=alt.Axis(labelAngle=0, labelLimit=90)),
        y=alt.Y("f:O", sort=up[::-1], scale=alt.Scale(domain=up[::-1]), title=t("people.frequency")),
    )  # fmt: skip
    tips = [
        alt.Tooltip("r:O", title=t("people.recency")),
        alt.Tooltip("f:O", title=t("people.frequency")),
        alt.Tooltip("people:Q", title=t("people.people")),
        alt.Tooltip("money:N", title=t("people.money")),
    ]
    largest = float(shown["spent"].max()) if len(shown) else 1.0
    cell = base.mark_rect().encode(
        color=alt.Color(
            "spent:Q",
            scale=alt.Scale(domain=[0, max(largest, 1.0)]),
            legend=alt.Legend(
                orient="top",
                title=t("charts.axis", label=t("people.money"), unit=t.unit("¥")),
                gradientLength=160,
                gradientThickness=10,
                tickCount=3,
                format=",.0f",
            ),
        ),
        tooltip=tips,
    )
    # A white rim keeps the number readable on every shade, in light and dark.
    rim = base.mark_text(fontSize=14, fontWeight="bold", stroke="white", strokeWidth=3, color="white").encode(
        text="people:Q"
    )
    words = base.mark_text(fontSize=14, fontWeight="bold", color="#1D2B30").encode(text="people:Q", tooltip=tips)
    best = shown[(shown["recency"] == 0) & (shown["frequency"] == len(OFTEN) - 1)]["people"].sum()
    told = t("people.alt_rfm", people=int(shown["people"].sum()), best=int(best))
    return Figure(spec([cell, rim, words], 330), told, t("people.rfm", currency=t.unit("¥")))


def values(found: NDArray[np.float64], t: Words) -> Figure:
    """Distribution of lifetime values over members, with mean and median; the longest hundredth is cut off.

    Args:
        found: Value of each member, ¥.
        t: Reader's words.
    """
    axis = alt.X("low:Q", bin="binned", title=t.unit("¥"), scale=alt.Scale(nice=False), axis=numbers(t))
    bars = histogram(found, "people", axis, (t("people.people"), "d"), BINS, t)
    middle, mean = (float(np.median(found)), float(found.mean())) if len(found) else (0.0, 0.0)
    said = [t("people.median", value=t.money(middle)), t("people.mean", value=t.money(mean))]
    lines = pd.DataFrame({"at": [middle, mean], "text": said, "line": [0, 16]})
    rules = alt.Chart(lines).mark_rule(color=NEITHER, strokeDash=[4, 3], strokeWidth=2).encode(
        # Each line begins at its own word, so that it crosses no other.
        x="at:Q", y=alt.Y("line:Q", scale=None), y2=alt.value("height"),
    )  # fmt: skip
    words = (
        alt.Chart(lines).mark_text(align="left", dx=5, baseline="top", fontSize=12, color=NEITHER)
        .encode(x="at:Q", y=alt.Y("line:Q", scale=None), text="text:N")
    )  # fmt: skip
    told = t("people.alt_values", people=len(found), median=t.money(middle), mean=t.money(mean))
    return Figure(spec([bars, rules, words], 240), told, t("people.values"))


def density(frame: pd.DataFrame, which: str, t: Words) -> Figure:
    """One of the three densities over the weeks.

    Args:
        frame: ``week`` and the column of the density.
        which: One of :data:`DENSITIES`.
        t: Reader's words.
    """
    scale = 100.0 if which == "potential" else 1.0
    shown = pd.DataFrame({"week": frame["week"], "value": frame[which] * scale})
    tips = [
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("value:Q", title=t(f"people.density_{which}"), format=",.2f"),
    ]
    base = alt.Chart(shown).encode(
        x=alt.X("week:Q", title=t("charts.week"), axis=whole_weeks(), scale=alt.Scale(nice=False))
    )
    line = base.mark_line(strokeWidth=2.2).encode(
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)), tooltip=tips
    )
    last = shown["value"].dropna()
    value = t.number(float(last.iloc[-1]), 2) if len(last) else "–"
    title = t(f"people.density_{which}_title", currency=t.unit("¥"))
    return Figure(spec([line], 180), t("people.alt_density", name=title, value=value), title)


def lorenz(curves: Mapping[str, pd.DataFrame], t: Words) -> Figure:
    """Participation inequality: what share of the whole the least active share of members give.

    Args:
        curves: What is given, as people call it → ``people``, ``whole`` (0–1).
        t: Reader's words.
    """
    frames = [curve.assign(name=name) for name, curve in curves.items() if len(curve)]
    shown = pd.concat(frames) if frames else pd.DataFrame({"people": [], "whole": [], "name": []})
    shown = shown.assign(people=shown["people"] * 100, whole=shown["whole"] * 100)
    order = list(curves)
    tips = [
        alt.Tooltip("name:N", title=t("people.measure")),
        alt.Tooltip("people:Q", title=t("people.share_people"), format=".0f"),
        alt.Tooltip("whole:Q", title=t("people.share_whole"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(
        x=alt.X("people:Q", title=t("people.share_people"), scale=alt.Scale(domain=[0, 100])),
        y=alt.Y("whole:Q", title=t("people.share_whole"), scale=alt.Scale(domain=[0, 100])),
    )
    legend = alt.Legend(orient="top", columns=1, labelLimit=260, symbolType="stroke", symbolStrokeWidth=3,
                        symbolOpacity=1, symbolFillColor="transparent")  # fmt: skip
    dashes = alt.Scale(domain=order, range=list(DASHES[: len(order)]))
    lines = base.mark_line(strokeWidth=2.4).encode(
        color=alt.Color("name:N", title=None, scale=alt.Scale(domain=order), legend=legend),
        strokeDash=alt.StrokeDash("name:N", scale=dashes, legend=None),
        tooltip=tips,
    )  # fmt: skip
    even = (
        alt.Chart(pd.DataFrame({"people": [0, 100], "whole": [0, 100]}))
        .mark_line(color=NEITHER, strokeDash=[4, 3], strokeWidth=1)
        .encode(x="people:Q", y="whole:Q")
    )
    return Figure(spec([even, lines], 320), t("people.alt_lorenz", names=t.join(order) or "–"), t("people.lorenz"))


def receipts(frame: pd.DataFrame, t: Words) -> Figure:
    """Who gives and who receives: tenths of members by contribution, what each gives and gets.

    Args:
        frame: ``group``, ``given``, ``received`` (shares), ``people``.
        t: Reader's words.
    """
    long = frame.melt(["group", "people"], ["given", "received"], var_name="what", value_name="share")
    long = long.assign(name=[t(f"people.{what}") for what in long["what"]], percent=long["share"] * 100)
    order = [t("people.given"), t("people.received")]
    tips = [
        alt.Tooltip("group:O", title=t("people.tenth")),
        alt.Tooltip("name:N", title=t("people.measure")),
        alt.Tooltip("percent:Q", title="%", format=".1f"),
        alt.Tooltip("people:Q", title=t("people.people"), format="d"),
    ]
    bars = alt.Chart(long).mark_bar(cornerRadiusEnd=2).encode(
        x=alt.X("group:O", title=t("people.tenth"), axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("name:N", sort=order),
        y=alt.Y("percent:Q", title="%"),
        color=alt.Color("name:N", title=None, scale=alt.Scale(domain=order, range=[SCALE[4], SCALE[1]]),
                        legend=alt.Legend(orient="top", columns=1, labelLimit=260)),
        tooltip=tips,
    )  # fmt: skip
    top = frame.tail(1)
    given, got = (t.percent(float(top[name].sum())) if len(top) else "–" for name in ("given", "received"))
    return Figure(spec([bars], 260), t("people.alt_receipts", given=given, got=got), t("people.receipts"))


def flows(moves: pd.DataFrame, kind: str, start: int, end: int, t: Words) -> Flows:
    """Movement between layers or roles as a Sankey diagram; an empty one if nobody moved.

    Args:
        moves: ``origin``, ``destination``, ``people``.
        kind: ``layer`` or ``role``.
        start: First week.
        end: Last week.
        t: Reader's words.
    """
    names = {
        state: t(f"people.{state}") if state in {OUTSIDE, LEFT} else t(f"people.{kind}_{state}")
        for state in {*moves["origin"], *moves["destination"]}
    }
    order = [state for state in (OUTSIDE, *(each.name.lower() for each in KINDS[kind]), LEFT) if state in names]
    colours = {
        state: NEITHER if state in {OUTSIDE, LEFT} else _HUES[place % len(_HUES)] for place, state in enumerate(order)
    }
    rows = sorted(
        moves.to_dict("records"), key=lambda row: (order.index(row["origin"]), order.index(row["destination"]))
    )
    before = {state: t("people.at_week", name=name, week=start) for state, name in names.items()}
    after = {state: t("people.at_week", name=name, week=end) for state, name in names.items()}
    nodes = [
        {
            "name": called[state],
            "depth": depth,
            "itemStyle": {"color": colours[state]},
            "label": {"formatter": names[state], "position": place},
        }
        for depth, (called, side, place) in enumerate(((before, "origin", "left"), (after, "destination", "right")))
        for state in order
        if (moves[side] == state).any()
    ]
    links = [
        {"source": before[row["origin"]], "target": after[row["destination"]], "value": int(row["people"])}
        for row in rows
    ]
    spec = {
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "sankey", "data": nodes, "links": links, "left": 92, "right": 92, "top": 16, "bottom": 16,
                "nodeGap": 16, "layoutIterations": 0, "draggable": False, "selectedMode": "single", "animation": False,
                "lineStyle": {"color": "source", "opacity": 0.4}, "emphasis": {"focus": "adjacency"},
                "label": {"width": 84, "overflow": "break"},
            }
        ],
    }  # fmt: skip
    moved = moves[moves["origin"] != moves["destination"]]
    told = [
        t(
            "people.alt_flow",
            origin=names[row["origin"]],
            destination=names[row["destination"]],
            people=int(row["people"]),
        )
        for row in moved.sort_values("people", ascending=False).head(3).to_dict("records")
    ]
    words = t("people.alt_flows", flows=t.join(told) or "–")
    return Flows(
        spec,
        words,
        t(f"people.flows_{kind}", start=start, end=end),
        tuple((r["origin"], r["destination"]) for r in rows),
    )

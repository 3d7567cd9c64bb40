"""People as figures: the network of one week, a life in lines and marks, and the ledger of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from pages.parts.charts import NEITHER, Figure
from pages.parts.words import Words
from simulation.analysis.picturing import MEASURES, View
from simulation.members import Status

SCALE = ("#B3500F", "#E39A5B", "#94A0A4", "#5FA8D8", "#1568A6")
"""From low to high: orange over grey to blue, told apart with any colour vision and on light and dark ground."""
WIDE, HIGH = 1000.0, 620.0
NETWORK_HEIGHT = 480
DOING = ("contacts", "replies", "posts", "orders")
CAUSES_SHOWN = 14


class Network(NamedTuple):
    """An ECharts option, the sentence that stands for it, its title, and who stands at which place of its data."""

    spec: dict[str, Any]
    alt: str
    title: str
    people: tuple[int, ...]


def spec_of(layers: Sequence[alt.Chart | alt.LayerChart], height: int) -> dict[str, Any]:
    """Vega-Lite specification of some layers."""
    found: dict[str, Any] = alt.layer(*layers).properties(height=height).to_dict()
    return found


def network(view: View, colouring: str, week: int, chosen: int | None, t: Words) -> Network:
    """The network of one week: people as dots, who is not drawn as one circle per community.

    Members are filled, who never joined is hollow, who left is a hollow diamond; size grows with the number of ties.

    Args:
        view: What is drawn.
        colouring: What the colours stand for.
        week: Which week.
        chosen: Number of the person who is marked, if any.
        t: Reader's words.
    """
    names = [group_name(colouring, group, t) for group in view.groups]
    graded = colouring in MEASURES
    kinds: list[dict[str, Any]] = [
        {"name": name} | ({"itemStyle": {"color": _grade(place, len(names))}} if graded else {})
        for place, name in enumerate(names)
    ]
    hollow = {"color": "transparent", "borderColor": NEITHER, "borderWidth": 1.2}
    kinds += [
        {"name": t("people.outside"), "itemStyle": hollow},
        {"name": t("people.left"), "symbol": "diamond", "itemStyle": hollow},
        {"name": t("people.rest"), "itemStyle": {"color": "rgba(127, 140, 144, 0.22)"}},
    ]
    circles = [_circle(row, len(kinds) - 1, t) for row in view.circles.to_dict("records")]
    dots = [_dot(row, view.groups, len(names), chosen, t) for row in view.nodes.to_dict("records")]
    links = [
        {
            "source": len(circles) + int(a),
            "target": len(circles) + int(b),
            "lineStyle": {"width": round(0.4 + 1.6 * w, 2)},
        }
        for a, b, w in zip(view.links["a"], view.links["b"], view.links["strength"], strict=True)
    ]
    spec = {
        "tooltip": {"formatter": "{b}"},
        "legend": {
            "data": [{"name": kind["name"], "icon": kind.get("symbol", "circle")} for kind in kinds],
            "top": 0, "itemWidth": 14, "itemGap": 9, "selectedMode": False,
        },
        "series": [
            {
                "type": "graph", "layout": "none", "roam": True, "preserveAspect": "contain",
                "scaleLimit": {"min": 0.6, "max": 8},
                "top": 84, "bottom": 10, "left": 26, "right": 26,
                "selectedMode": "single", "animation": False, "cursor": "pointer",
                "categories": kinds, "data": circles + dots, "links": links,
                "lineStyle": {"color": NEITHER, "opacity": 0.28, "curveness": 0},
                "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.8}},
                "select": {"itemStyle": {"borderColor": "#D81B60", "borderWidth": 3}},
            }
        ],
    }  # fmt: skip
    members = int((view.nodes["status"] == Status.MEMBER).sum())
    told = t("people.alt_network", week=week, drawn=len(view.nodes), members=members,
             rest=int(view.circles["people"].sum()), colouring=t(f"people.by_{colouring}"))  # fmt: skip
    title = t("people.network_title", week=week, colouring=t(f"people.by_{colouring}"))
    return Network(spec, told, title, (*([-1] * len(circles)), *view.nodes["person"].astype(int)))


def group_name(colouring: str, group: str, t: Words) -> str:
    """What people call a class of a colouring."""
    if colouring in MEASURES:
        return group
    if colouring == "community":
        return t("people.circle", number=group)
    if colouring == "tier":
        return t("people.tier", rung=group.removeprefix("tier_"))
    return t(f"people.{colouring}_{group}")


def _grade(place: int, many: int) -> str:
    return SCALE[round(place * (len(SCALE) - 1) / max(many - 1, 1))]


def _circle(row: Mapping[Any, Any], kind: int, t: Words) -> dict[str, Any]:
    label = t("people.circle_label", members=int(row["members"]), people=int(row["people"]))
    named = t(
        "people.circle_tip", number=int(row["community"]) + 1, people=int(row["people"]), members=int(row["members"])
    )
    if not np.isnan(row["mean"]):
        named += " · " + t("people.circle_mean", mean=t.number(float(row["mean"]), 2))
    return {
        "name": named, "x": WIDE * row["x"], "y": HIGH * row["y"], "category": kind,
        "symbolSize": round(10 + 2.6 * np.sqrt(row["people"]), 1),
        "label": {"show": True, "formatter": label, "color": NEITHER, "fontSize": 11},
    }  # fmt: skip


def _dot(row: Mapping[Any, Any], groups: Sequence[str], last: int, chosen: int | None, t: Words) -> dict[str, Any]:
    status = int(row["status"])
    kind = groups.index(row["group"]) if row["group"] else last + (status == Status.LAPSED)
    named = t("people.dot_tip", person=int(row["person"]), ties=int(row["ties"]))
    if not np.isnan(row["value"]):
        named += " · " + t.number(float(row["value"]), 2)
    dot = {
        "name": named, "x": WIDE * row["x"], "y": HIGH * row["y"], "category": kind,
        "symbolSize": round(5 + 1.5 * np.sqrt(row["ties"]), 1),
    }  # fmt: skip
    if row["person"] == chosen:
        dot |= {
            "itemStyle": {"borderColor": "#D81B60", "borderWidth": 3}, "symbolSize": 22,
            "label": {"show": True, "formatter": str(chosen), "position": "top", "fontWeight": "bold"},
        }  # fmt: skip
    return dot


def feelings(course: pd.DataFrame, columns: Sequence[str], marks: Mapping[int, str], title: str, t: Words) -> Figure:
    """What somebody felt, week by week; weeks outside are gaps, marked weeks carry a word.

    Args:
        course: ``week`` and the columns, 0–1, missing outside the community.
        columns: Which of them; expectation is dashed in grey.
        marks: Week → what happened.
        title: Title of the chart.
        t: Reader's words.
    """
    long = course.melt("week", list(columns), var_name="what", value_name="value")
    long["name"] = [t(f"people.{what}") for what in long["what"]]
    order = [t(f"people.{what}") for what in columns]
    base = alt.Chart(long).encode(x=_weeks(t, course))
    color = alt.Color("name:N", title=None, scale=alt.Scale(domain=order), legend=_legend())
    dash = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=order, range=[_DASHES[i % 4] for i in range(len(order))]), legend=None
    )
    tips = [
        alt.Tooltip("name:N", title=t("people.measure")),
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("value:Q", title=t("people.level"), format=".2f"),
    ]
    lines = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)), color=color, strokeDash=dash, tooltip=tips
    )
    # A line of one week has no length; its dot is all there is to see.
    dots = base.mark_point(filled=True, size=12).encode(y="value:Q", color=color, tooltip=tips)
    known = course.dropna(subset=[columns[0]])
    last = known.tail(1).to_dict("records")
    ends = [
        t("charts.alt_end", plan=t(f"people.{what}"), value=t.number(float(row[what]), 2))
        for row in last
        for what in columns
    ]
    told = t("people.alt_feelings", title=title, weeks=len(known), ends=t.join(ends) or "–")
    return Figure(spec_of([*_marked(marks), lines, dots], 260), told, title)


_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def doings(course: pd.DataFrame, marks: Mapping[int, str], title: str, t: Words) -> Figure:
    """What somebody received and did, week by week: a dot per week, larger for more.

    Args:
        course: ``week`` and the columns of :data:`DOING`.
        marks: Week → what happened.
        title: Title of the chart.
        t: Reader's words.
    """
    long = course.melt("week", list(DOING), var_name="what", value_name="count")
    long = long[long["count"] > 0]
    order = [t(f"people.{what}") for what in DOING]
    long = long.assign(name=[t(f"people.{what}") for what in long["what"]])
    tips = [
        alt.Tooltip("name:N", title=t("people.measure")),
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("count:Q", title=t("people.count"), format="d"),
    ]
    most = max(5, *long["count"].astype(int).tolist(), 5)
    dots = (
        alt.Chart(long)
        .mark_circle(opacity=0.8)
        .encode(
            x=_weeks(t, course),
            y=alt.Y("name:N", title=None, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=110)),
            size=alt.Size("count:Q", legend=None, scale=alt.Scale(range=[20, 260], domain=[1, most])),
            color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=order)),
            tooltip=tips,
        )
    )
    sums = [
        t("charts.alt_end", plan=t(f"people.{what}"), value=t.number(float(course[what].sum()), 0)) for what in DOING
    ]
    return Figure(spec_of([*_marked(marks), dots], 150), t("people.alt_doings", ends=t.join(sums)), title)


def causes(terms: pd.DataFrame, decision: str, title: str, t: Words) -> Figure:
    """Ledger of a decision: what pushed towards it to the right, what held back to the left.

    Args:
        terms: ``cause``, ``term``, ``share`` (NaN for what holds back), largest push first.
        decision: Whose causes these are.
        title: Title of the chart.
        t: Reader's words.
    """
    shown = terms.head(CAUSES_SHOWN).copy()
    pairs = list(zip(shown["cause"], shown["term"], strict=True))
    shown["name"] = [cause_name(decision, cause, term, t) for cause, term in pairs]
    shown["side"] = [t("people.pushes" if term > 0 else "people.holds") for _, term in pairs]
    shown["told"] = ["–" if np.isnan(share) else t.percent(share) for share in shown["share"]]
    order = [t("people.pushes"), t("people.holds")]
    unit = t(
        "people.hazard_unit"
        if decision == "joining"
        else "people.odds_unit"
        if decision == "leaving"
        else "people.rate_unit"
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=alt.Axis(labelLimit=200))
    )
    tips = [
        alt.Tooltip("name:N", title=t("people.cause")),
        alt.Tooltip("term:Q", title=unit, format="+.3f"),
        alt.Tooltip("told:N", title=t("people.share")),
    ]
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        x=alt.X("term:Q", title=unit),
        color=alt.Color(
            "side:N",
            title=None,
            scale=alt.Scale(domain=order, range=[SCALE[0], SCALE[4]]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=tips,
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=NEITHER).encode(x="zero:Q")
    parts = [
        f"{name} {said}"
        for name, said, term in zip(shown["name"], shown["told"], shown["term"], strict=True)
        if term > 0
    ]
    return Figure(
        spec_of([bars, zero], 30 * len(shown) + 80), t("people.alt_causes", causes=t.join(parts) or "–"), title
    )


def cause_name(decision: str, cause: str, term: float, t: Words) -> str:
    """What people call a cause; a need that pushes out is unmet, a need that holds is met."""
    pushes_out = (term > 0) == (decision == "leaving")
    for key in (f"people.cause_{cause}_{'bad' if pushes_out else 'good'}", f"people.cause_{decision}_{cause}"):
        if t.knows(key):
            return t(key)
    return t(f"people.cause_{cause}")


def _weeks(t: Words, course: pd.DataFrame) -> alt.X:
    last = int(course["week"].max()) if len(course) else 1
    return alt.X(
        "week:Q",
        title=t("charts.week"),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        scale=alt.Scale(domain=[0, max(last, 1)], nice=False),
    )


def _legend() -> alt.Legend:
    return alt.Legend(
        orient="top", columns=3, labelLimit=200, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1,
        symbolFillColor="transparent",
    )  # fmt: skip


def _marked(marks: Mapping[int, str]) -> list[alt.Chart | alt.LayerChart]:
    if not marks:
        return []
    table = pd.DataFrame({"week": list(marks), "text": list(marks.values())})
    base = alt.Chart(table).encode(x="week:Q")
    words = base.mark_text(align="left", dx=4, baseline="top", fontSize=11, color=NEITHER).encode(
        y=alt.value(0), text="text:N"
    )
    return [base.mark_rule(strokeDash=[3, 3], color=NEITHER) + words]

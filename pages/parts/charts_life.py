"""One life as figures: how somebody felt and what they did, week by week, and the ledger of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from pages.parts.charts import DASHES, NEITHER, Figure, names_axis, spec, whole_weeks
from pages.parts.charts_people import SCALE
from pages.parts.words import Words

DOING = ("contacts", "replies", "posts", "orders", "friends_came", "friends_left")


CAUSES_SHOWN = 14


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
        "name:N", scale=alt.Scale(domain=order, range=[DASHES[i % len(DASHES)] for i in range(len(order))]), legend=None
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
    return Figure(spec([*_marked(marks), lines, dots], 260), told, title)


def doings(course: pd.DataFrame, marks: Mapping[int, str], title: str, t: Words) -> Figure:
    """What somebody received and did and which friends came and left, week by week: a dot per week, larger for more.

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
            y=alt.Y("name:N", title=None, scale=alt.Scale(domain=order), axis=names_axis(110)),
            size=alt.Size("count:Q", legend=None, scale=alt.Scale(range=[20, 260], domain=[1, most])),
            color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=order)),
            tooltip=tips,
        )
    )
    sums = [
        t("charts.alt_end", plan=t(f"people.{what}"), value=t.number(float(course[what].sum()), 0)) for what in DOING
    ]
    return Figure(spec([*_marked(marks), dots], 190), t("people.alt_doings", ends=t.join(sums)), title)


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
    base = alt.Chart(shown).encode(y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=names_axis(200)))
    tips = [
        alt.Tooltip("name:N", title=t("people.cause")),
        alt.Tooltip("term:Q", title=unit, format="+.3f"),
        alt.Tooltip("told:N", title=t("people.share")),
    ]
    bars = base.mark_bar(cornerRadiusEnd=3).encode(
        x=alt.X("term:Q", title=unit, axis=alt.Axis(tickCount=5)),
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
    return Figure(spec([bars, zero], 30 * len(shown) + 80), t("people.alt_causes", causes=t.join(parts) or "–"), title)


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
        axis=whole_weeks(),
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

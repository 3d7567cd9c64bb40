"""Figures for the projector: what a class foresaw against what came, and the teams' results side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from classroom.debriefing import Foreseen
from classroom.rounds import Standing
from pages.parts.charts import NEITHER, Figure, numbers, spec
from pages.parts.words import Words

LETTERS = 18
"""Size of letters that the last row of a classroom reads."""
ROW, LEAST, MOST = 24, 240, 1800
"""Pixels of a forecast, and of the whole picture."""


def forecasts(seen: Sequence[Foreseen], t: Words, *, named: bool) -> Figure:
    """Every forecast as a bar over the members that came, team by team: a hit is told by colour and by its mark.

    Args:
        seen: Forecasts against what came, in the order in which they are drawn.
        t: Reader's words.
        named: Whether nicknames stand beside the bars.
    """
    hit, missed, came = t("debrief.hit"), t("debrief.missed"), t("debrief.came")
    frame = pd.DataFrame(
        [
            {
                "place": place, "who": one.name if named else "", "team": t("classroom.team", team=one.team),
                "low": one.low, "high": one.high, "mean": one.mean, "least": one.least, "most": one.most,
                "told": hit if one.hit else missed, "points": one.points, "inside": one.inside, "worlds": one.worlds,
            }
            for place, one in enumerate(seen)
        ],
        columns=["place", "who", "team", "low", "high", "mean", "least", "most", "told", "points", "inside", "worlds"],
    )  # fmt: skip
    frame["label"] = [f"{who} · {team}" if who else team for who, team in zip(frame["who"], frame["team"], strict=True)]
    # Without names a team is told once, beside its first forecast.
    shown = frame["label"].where(frame["label"].ne(frame["label"].shift()), "").tolist()
    axis = _names(LETTERS - 4)
    axis.labelExpr, axis.labelOverlap = f"{json.dumps(shown, ensure_ascii=False)}[datum.value]", False
    y = alt.Y("place:O", title=None, axis=axis)
    x = alt.X("low:Q", title=t("debrief.members"), axis=_large(t), scale=alt.Scale(zero=False))
    tips = [
        alt.Tooltip("label:N", title=t("debrief.who")), alt.Tooltip("low:Q", title=t("charts.low"), format=",.0f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.0f"),
        alt.Tooltip("mean:Q", title=came, format=",.0f"),
        alt.Tooltip("points:Q", title=t("debrief.points"), format=".0f"),
    ]  # fmt: skip
    order = [hit, missed]
    colour = alt.Color("told:N", scale=alt.Scale(domain=order), legend=alt.Legend(
        orient="top", title=None, labelFontSize=LETTERS, symbolSize=220, labelLimit=400, columns=1))  # fmt: skip
    base = alt.Chart(frame).encode(y=y)
    layers = [
        base.mark_bar(height=6, opacity=0.35, color=NEITHER).encode(x="least:Q", x2="most:Q"),
        base.mark_rule(strokeWidth=5, opacity=0.85).encode(x=x, x2="high:Q", color=colour, tooltip=tips),
        base.mark_point(filled=True, size=130, opacity=1).encode(
            x="mean:Q", color=colour, tooltip=tips,
            shape=alt.Shape("told:N", scale=alt.Scale(domain=order, range=["circle", "cross"]), legend=None),
        ),
    ]  # fmt: skip
    inside = sum(one.hit for one in seen)
    told = t("debrief.alt_forecasts", forecasts=len(seen), inside=inside, expected=round(0.8 * len(seen)))
    height = min(MOST, max(LEAST, ROW * len(seen) + 60))
    return Figure(spec(layers, height), told, t("debrief.forecasts"))


def standings(rows: Sequence[Standing], outcome: Any, t: Words) -> Figure:
    """Every team's outcome with its 95 % interval, best rank first; teams that share a rank are told so.

    Args:
        rows: As :func:`classroom.rounds.standings` ranks them.
        outcome: By which they are ranked.
        t: Reader's words.
    """
    scale = t.scale(outcome)
    frame = pd.DataFrame(
        [
            {
                "label": t("debrief.ranked", rank=row.rank, team=t("classroom.team", team=row.team)),
                "mean": row.mean * scale, "low": row.low * scale, "high": row.high * scale,
                "told": t.value(outcome, row.mean),
            }
            for row in rows
        ],
        columns=["label", "mean", "low", "high", "told"],
    )  # fmt: skip
    base = alt.Chart(frame).encode(y=alt.Y("label:N", sort=list(frame["label"]), title=None, axis=_names(LETTERS)))
    x = alt.X("low:Q", title=t.unit_of(outcome), axis=_large(t), scale=alt.Scale(zero=False))
    layers = [
        base.mark_rule(strokeWidth=6, opacity=0.6, color=NEITHER).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=180, opacity=1).encode(
            x="mean:Q", tooltip=[alt.Tooltip("label:N"), alt.Tooltip("told:N", title=t("charts.mean"))]
        ),
        base.mark_text(dy=-16, fontSize=LETTERS - 4, color=NEITHER).encode(x="mean:Q", text="told:N"),
    ]
    ends = [
        t("charts.alt_end", plan=name, value=value) for name, value in zip(frame["label"], frame["told"], strict=True)
    ]
    title = t("charts.axis", label=outcome.label(t.language), unit=t.unit_of(outcome))
    return Figure(spec(layers, max(LEAST, 52 * len(rows) + 40)), t.join(ends) or t("charts.alt_nothing"), title)


def enlarged(figure: Figure) -> Figure:
    """A figure of another page with letters for the projector."""
    letters = {"labelFontSize": LETTERS - 3, "titleFontSize": LETTERS - 3}
    config = {"axis": letters, "legend": {"labelFontSize": LETTERS}}
    return figure._replace(spec=figure.spec | {"config": figure.spec.get("config", {}) | config})


def _names(letters: int) -> alt.Axis:
    return alt.Axis(labelLimit=260, labelFontSize=letters)


def _large(t: Words) -> alt.Axis:
    axis = numbers(t)
    axis.labelFontSize = axis.titleFontSize = LETTERS - 3
    return axis

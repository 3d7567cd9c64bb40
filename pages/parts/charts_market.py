"""A shared market as figures: shares week by week, what a team won and lost by name, who moved from where to where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from classroom.market import Exchange
from pages.parts.charts import NEITHER, Figure, bands, spec
from pages.parts.words import Words
from simulation.market_results import SHARE

ROW = 44
"""Pixels for one community."""


def shares(curves: pd.DataFrame, names: Mapping[str, str], t: Words) -> Figure:
    """Share of every community over the weeks with the interval of its mean.

    Args:
        curves: ``plan, week, mean, low, high``; shares are 0–1.
        names: Communities to draw, in order, with what people call them.
        t: Reader's words.
    """
    return bands(curves, SHARE, names, t)


def exchanged(exchanges: Sequence[Exchange], names: Mapping[str, str], t: Words) -> Figure:
    """People won from every other community to the right, lost to it to the left, and the net gain with its interval.

    Args:
        exchanges: Of one team, in the order in which they are drawn.
        names: Names of the communities → what people call them; others are left out.
        t: Reader's words.
    """
    there = [one for one in exchanges if one.other in names]
    rows = [
        {"name": names[one.other], "kind": t(f"market.{kind}"), "people": sign * amount.mean, "told": amount.mean,
         "low": amount.low, "high": amount.high}
        for one in there for kind, sign, amount in (("won", 1, one.won), ("lost", -1, one.lost))
    ]  # fmt: skip
    nets = [{"name": names[one.other]} | one.net._asdict() for one in there]
    order = [names[one.other] for one in there]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=160))
    kinds = [t("market.won"), t("market.lost")]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds), legend=alt.Legend(orient="top", title=None))
    tips = [
        alt.Tooltip("name:N", title=t("market.community")), alt.Tooltip("kind:N", title=t("market.kind")),
        alt.Tooltip("told:Q", title=t("charts.mean"), format=",.1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.1f"),
    ]  # fmt: skip
    both = alt.Chart(pd.DataFrame(rows, columns=["name", "kind", "people", "told", "low", "high"])).encode(y=y)
    net = alt.Chart(pd.DataFrame(nets, columns=["name", "mean", "low", "high"])).encode(y=y)
    x = alt.X("people:Q", title=t("market.people"), axis=alt.Axis(labelExpr="format(abs(datum.value), ',~f')"))
    net_tips = [
        alt.Tooltip("name:N", title=t("market.community")),
        alt.Tooltip("mean:Q", title=t("market.net"), format="+,.1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format="+,.1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format="+,.1f"),
    ]  # fmt: skip
    layers = [
        both.mark_bar(height=14, yOffset=-7, opacity=0.75).encode(x=x, color=colour, tooltip=tips),
        net.mark_rule(strokeWidth=3, yOffset=9, color=NEITHER).encode(x="low:Q", x2="high:Q", tooltip=net_tips),
        net.mark_point(filled=True, size=90, yOffset=9, color=NEITHER, opacity=1).encode(x="mean:Q", tooltip=net_tips),
    ]
    said = [t("market.alt_net", name=names[one.other], net=t.number(one.net.mean, 1, sign=True)) for one in there]
    return Figure(
        spec(layers, 60 + ROW * len(there)), t("market.alt_exchanged", nets=t.join(said)), t("market.exchanged")
    )


def moved(moves: pd.DataFrame, names: Mapping[str, str], t: Words) -> Figure:
    """Who moved from where to where as a table of colours: rows lose, columns win.

    Args:
        moves: ``origin, target, mean, low, high`` in people a round; a community's own stayers are left out.
        names: Names of the communities, in order, with what people call them; others are left out.
        t: Reader's words.
    """
    frame = moves[moves["origin"].isin(names) & moves["target"].isin(names) & (moves["origin"] != moves["target"])]
    frame = frame.assign(source=frame["origin"].map(names), goal=frame["target"].map(names))
    order = list(names.values())
    most = float(frame["mean"].max()) if len(frame) else 0.0
    base = alt.Chart(frame).encode(
        x=alt.X(
            "goal:N",
            sort=order,
            title=t("market.to"),
            axis=alt.Axis(orient="top", labelAngle=-40, labelOverlap=False, labelLimit=90),
        ),
        y=alt.Y("source:N", sort=order, title=t("market.from"), axis=alt.Axis(labelLimit=110)),
    )
    tips = [
        alt.Tooltip("source:N", title=t("market.from")), alt.Tooltip("goal:N", title=t("market.to")),
        alt.Tooltip("mean:Q", title=t("market.people"), format=",.1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.1f"),
    ]  # fmt: skip
    shade = alt.Color("mean:Q", scale=alt.Scale(scheme="blues", domain=[0, max(most, 1.0)]), legend=None)
    ink = alt.condition(f"datum.mean > {0.55 * max(most, 1.0)}", alt.value("white"), alt.value("#1B2A33"))
    layers = [
        base.mark_rect().encode(color=shade, tooltip=tips),
        base.mark_text(fontSize=13).encode(text=alt.Text("mean:Q", format=",.1f"), color=ink, tooltip=tips),
    ]
    largest = frame.sort_values("mean", ascending=False).head(3).to_dict("records")
    said = [
        t("market.alt_move", source=row["source"], goal=row["goal"], people=t.number(row["mean"], 1)) for row in largest
    ]
    return Figure(spec(layers, 70 + ROW * len(order)), t("market.alt_moved", moves=t.join(said)), t("market.moved"))

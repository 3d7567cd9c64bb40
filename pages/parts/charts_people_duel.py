"""Why two plans differ and who decided it, as figures: waterfall, fates by segment, one person's two lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pages.parts.charts import DASHES, NEITHER, Figure, names_axis, numbers, spec, whole_weeks
from pages.parts.charts_people import SCALE
from pages.parts.words import Words
from simulation.analysis.deciders import GAINED, MISSED
from simulation.analysis.shapley import Shares

UP, DOWN = SCALE[4], SCALE[0]
SHOWN_FATES = (*GAINED, "upgraded", *MISSED, "downgraded")
_FATE_COLOURS = {
    "kept": "#1568A6", "won": "#5FA8D8", "upgraded": "#A9C9DF",
    "lost": "#B3500F", "missed": "#E39A5B", "downgraded": "#EBCBA9",
}  # fmt: skip


def waterfall(shares: Shares, called: Mapping[str, str], outcome: Any, a: str, b: str, t: Words) -> Figure:
    """From plan B's level to plan A's, one mechanism a step, each with the interval of its share.

    Args:
        shares: Where the difference comes from.
        called: Mechanism → what people call it.
        outcome: Outcome that differs.
        a: What people call plan A.
        b: What people call plan B.
        t: Reader's words.
    """
    scale = t.scale(outcome)
    level, rows = shares.start, [_end(shares.start, b, outcome, t)]
    for row in shares.table.to_dict("records"):
        before, level = level, level + row["mean"]
        rows.append(
            {
                "name": called[row["mechanism"]], "from": before * scale, "to": level * scale,
                "low": (before + row["low"]) * scale, "high": (before + row["high"]) * scale,
                "side": t("why.raises" if row["mean"] > 0 else "why.lowers" if row["mean"] < 0 else "why.nothing"),
                "told": t.change(outcome, row["mean"]),
                "interval": t.interval(outcome, row["low"], row["high"], change=True),
            }
        )  # fmt: skip
    rows.append(_end(shares.end, a, outcome, t))
    shown = pd.DataFrame(rows)
    colours = {t("why.raises"): UP, t("why.lowers"): DOWN, t("why.nothing"): NEITHER, t("why.level"): NEITHER}
    kinds = [kind for kind in colours if kind in set(shown["side"])]
    base = alt.Chart(shown).encode(y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=names_axis(200)))
    tips = [
        alt.Tooltip("name:N", title=t("why.mechanism")),
        alt.Tooltip("told:N", title=t("why.share")),
        alt.Tooltip("interval:N", title=t("why.interval")),
    ]
    unit = t.unit_of(outcome)
    axis = alt.X(
        "from:Q",
        title=None,  # the title of the chart tells the unit
        scale=alt.Scale(zero=False),
        axis=numbers(t),
    )
    bars = base.mark_bar(cornerRadius=2).encode(
        x=axis, x2="to:Q", tooltip=tips,
        color=alt.Color("side:N", title=None, scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]),
                        legend=alt.Legend(orient="top", columns=1)),
    )  # fmt: skip
    levels, steps = (
        base.transform_filter(alt.datum.side == t("why.level")),
        base.transform_filter(alt.datum.side != t("why.level")),
    )
    ends = levels.mark_tick(thickness=4, size=22, color=NEITHER).encode(x="from:Q", tooltip=tips)
    whiskers = steps.mark_rule(strokeWidth=1.6, color=NEITHER).encode(x="low:Q", x2="high:Q", tooltip=tips)
    parts = [
        t("charts.alt_end", plan=called[row["mechanism"]], value=t.change(outcome, row["mean"]))
        for row in shares.table.to_dict("records")
    ]
    told = t("why.alt", a=a, b=b, outcome=outcome.label(t.language), parts=t.join(parts))
    title = t("why.title", outcome=outcome.label(t.language), unit=unit, a=a, b=b)
    return Figure(spec([bars, whiskers, ends], 34 * len(shown) + 80), told, title)


def _end(level: float, name: str, outcome: Any, t: Words) -> dict[str, Any]:
    at = level * t.scale(outcome)
    return {
        "name": f"“{name}”",  # a plan may be called like the one mechanism it has, whose row is another
        "from": at, "to": at, "low": at, "high": at, "side": t("why.level"), "interval": "–",
        "told": t.value(outcome, level),
    }  # fmt: skip


def fates(counts: pd.DataFrame, groups: Mapping[int, str], title: str, t: Words) -> Figure:
    """What the first plan made of people by segment: gained to the right, lost to the left, the net with its interval.

    Args:
        counts: ``group``, ``fate``, ``mean``, ``low``, ``high``: people per world.
        groups: Group → what people call it, in order.
        title: Title of the chart.
        t: Reader's words.
    """
    shown = counts[counts["fate"].isin(SHOWN_FATES)].copy()
    shown["name"] = [groups[group] for group in shown["group"]]
    shown["label"] = [t(f"who.fate_{fate}") for fate in shown["fate"]]
    shown["people"] = np.where(shown["fate"].isin([*MISSED, "downgraded"]), -shown["mean"], shown["mean"])
    shown["order"] = [SHOWN_FATES.index(fate) for fate in shown["fate"]]
    order, names = [t(f"who.fate_{fate}") for fate in SHOWN_FATES], list(groups.values())
    y = alt.Y("name:N", sort=names, title=None, axis=names_axis(200))
    tips = [
        alt.Tooltip("name:N", title=t("who.segment")),
        alt.Tooltip("label:N", title=t("who.fate")),
        alt.Tooltip("mean:Q", title=t("who.people"), format=".1f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=".1f"),
    ]
    bars = alt.Chart(shown).mark_bar().encode(
        y=y, x=alt.X("people:Q", title=t("who.axis"), stack="zero", axis=numbers(t)), order="order:Q", tooltip=tips,
        color=alt.Color("label:N", title=None, sort=order, legend=alt.Legend(orient="top", columns=3, labelLimit=200),
                        scale=alt.Scale(domain=order, range=[_FATE_COLOURS[fate] for fate in SHOWN_FATES])),
    )  # fmt: skip
    net = counts[counts["fate"] == "net"].assign(label=t("who.fate_net"))
    net["name"] = [groups[group] for group in net["group"]]
    dots = alt.Chart(net).encode(y=y)
    layers = [
        bars,
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=NEITHER).encode(x="zero:Q"),
        dots.mark_rule(strokeWidth=2.5, color="#D81B60").encode(x="low:Q", x2="high:Q"),
        dots.mark_point(filled=True, size=70, color="#D81B60", opacity=1).encode(x="mean:Q", tooltip=tips),
    ]
    ends = [
        t("charts.alt_end", plan=row["name"], value=t.number(row["mean"], 1, sign=True))
        for row in net.to_dict("records")
    ]
    return Figure(spec(layers, 46 * len(names) + 100), t("who.alt", ends=t.join(ends) or "–"), title)


def two_lives(
    courses: tuple[pd.DataFrame, pd.DataFrame], column: str, names: tuple[str, str], parted: int | None, t: Words
) -> Figure:
    """One measure of one person's two lives, week by week; the week in which they part is marked.

    There is no legend, since many of these stand side by side: the first plan is solid, the second dashed.

    Args:
        courses: ``week`` and the column under the first and the second plan; missing outside the community.
        column: What is drawn.
        names: What people call the plans.
        parted: Week of the first decision that fell differently, if any.
        t: Reader's words.
    """
    both = pd.concat([course[["week", column]].assign(name=name) for course, name in zip(courses, names, strict=True)])
    both = both.rename(columns={column: "value"})
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")),
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("value:Q", title=t(f"people.{column}"), format=",.2f"),
    ]
    last = max(int(both["week"].max()) if len(both) else 1, 1)
    counted = column == "friends"
    base = alt.Chart(both).encode(
        x=alt.X("week:Q", title=t("charts.week"), axis=whole_weeks(),
                scale=alt.Scale(domain=[0, last], nice=False)),
        y=alt.Y("value:Q", title=None, scale=_reach(both["value"], counted),
                axis=alt.Axis(tickCount=4, tickMinStep=1 if counted else alt.Undefined)),
        color=alt.Color("name:N", scale=alt.Scale(domain=list(names)), legend=None),
        tooltip=tips,
    )  # fmt: skip
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=list(names), range=list(DASHES[:2])), legend=None)
    layers: list[alt.Chart | alt.LayerChart] = [
        base.mark_line(strokeWidth=2.2).encode(strokeDash=dash),
        base.mark_point(filled=True, size=10),
    ]
    if parted is not None:
        mark = pd.DataFrame({"week": [parted]})
        layers.append(alt.Chart(mark).mark_rule(color=NEITHER, strokeDash=[3, 3]).encode(x="week:Q"))
    ends = _ends(courses, column, names, t)
    return Figure(
        spec(layers, 170),
        t("who.alt_lives", measure=t(f"people.{column}"), ends=t.join(ends) or "–"),
        t(
            "charts.axis",
            label=t(f"people.{column}"),
            unit=t("people.friends_unit" if counted else "people.level_unit"),
        ),
    )


def _reach(values: pd.Series, counted: bool) -> alt.Scale:
    """Scale that fits the values; a value that never changes has a scale of its kind around it."""
    known = values.dropna()
    if len(known) and known.min() == known.max():
        return alt.Scale(domain=[max(known.min() - 1, 0.0), known.min() + 1] if counted else [0.0, 1.0])
    return alt.Scale(zero=False)


def _ends(courses: Sequence[pd.DataFrame], column: str, names: Sequence[str], t: Words) -> list[str]:
    found = []
    for course, name in zip(courses, names, strict=True):
        known = course[column].dropna()
        if len(known):
            found.append(t("charts.alt_end", plan=name, value=t.number(float(known.iloc[-1]), 2)))
    return found

"""Results as figures: bands over worlds, survival, paired differences, costs; knows nothing of the page around them.

Every figure comes with the sentence that stands for it where it cannot be seen. Colours are left to the theme, which
has a colour-blind-safe palette for light and dark; dashes tell the lines apart where colour does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pages.parts.words import Words

HEIGHT = 300
LEGEND_ROW = 20
NEITHER = "#7F8C90"
"""Grey that reads on light and dark ground alike."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2])


class Figure(NamedTuple):
    """A Vega-Lite chart, the sentence that stands for it, and its title, which the page sets so that it wraps."""

    spec: dict[str, Any]
    alt: str
    title: str


def spec(layers: Sequence[alt.Chart | alt.LayerChart], height: int = HEIGHT) -> dict[str, Any]:
    """Layers as one Vega-Lite specification."""
    found: dict[str, Any] = alt.layer(*layers).properties(height=height).to_dict()
    return found


def axis_title(outcome: Any, t: Words) -> str:
    """Outcome with its unit."""
    return t("charts.axis", label=outcome.label(t.language), unit=t.unit_of(outcome))


def week_axis(t: Words, field: str = "week", title: str = "charts.week") -> alt.X:
    """Axis of whole weeks."""
    return alt.X(f"{field}:Q", title=t(title), axis=whole_weeks(), scale=alt.Scale(nice=False))


def whole_weeks() -> alt.Axis:
    """Axis of whole weeks with about ten of them written."""
    return alt.Axis(format="d", tickMinStep=1, tickCount=10, grid=False)


def numbers(t: Words) -> alt.Axis:
    """Axis whose large numbers are written as the language does: 12 万 or 120k."""
    large = "datum.value / 1e4, ',~f') + ' 万'" if t.language == "zh" else "datum.value / 1e3, ',~f') + 'k'"
    return alt.Axis(labelExpr=f"abs(datum.value) >= 1e4 ? format({large} : datum.label", tickCount=5)


def names_axis(limit: int) -> alt.Axis:
    """Axis of names, so many pixels wide at most, of which none is left out for want of room."""
    return alt.Axis(labelLimit=limit, labelOverlap=False)


def plan_channels(names: Mapping[str, str], t: Words) -> dict[str, Any]:
    """Colour and dash of each plan, the same in every chart."""
    order = list(names.values())
    legend = alt.Legend(
        orient="top", title=None, labelLimit=400, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1,
        symbolFillColor="transparent", columns=_columns(order),
    )  # fmt: skip
    return {
        "color": alt.Color("name:N", title=t("charts.plan"), scale=alt.Scale(domain=order), legend=legend),
        "strokeDash": alt.StrokeDash(
            "name:N", scale=alt.Scale(domain=order, range=list(DASHES[: len(order)])), legend=None
        ),
    }


def height_for(names: Mapping[str, str]) -> int:
    """Height of a chart of plans: rows of its legend after the first come on top, not out of the curves."""
    return HEIGHT + LEGEND_ROW * (-(-len(names) // _columns(list(names.values()))) - 1)


def _columns(names: Sequence[str]) -> int:
    """Whether two names stand side by side on a phone; a Chinese character is as wide as two letters."""
    widths = sorted(sum(1 if letter.isascii() else 2 for letter in name) for name in names)
    return 2 if sum(widths[-2:]) <= 34 else 1


def _named(frame: pd.DataFrame, names: Mapping[str, str], scale: float = 1.0) -> pd.DataFrame:
    shown = frame[frame["plan"].astype(str).isin(names)].copy()
    shown["name"] = shown["plan"].astype(str).map(dict(names))
    for column in ("mean", "low", "high", "p5", "p95", "survival"):
        if column in shown:
            shown[column] = shown[column] * scale
    return shown


def tooltips(
    t: Words, horizontal: str, title: str, *, value: str = "mean", decimals: str = ",.1f"
) -> list[alt.Tooltip]:
    """What a pointer over a curve is told."""
    return [
        alt.Tooltip("name:N", title=t("charts.plan")),
        alt.Tooltip(f"{horizontal}:Q", title=t(title), format="d"),
        alt.Tooltip(f"{value}:Q", title=t("charts.mean"), format=decimals),
        alt.Tooltip("low:Q", title=t("charts.low"), format=decimals),
        alt.Tooltip("high:Q", title=t("charts.high"), format=decimals),
    ]


def number_format(outcome: Any, largest: float) -> str:
    """Format of an outcome's numbers in a tooltip."""
    if outcome.unit in {"share", "index"}:
        return ",.1f"
    return ",.0f" if largest >= 100 else ",.2f"


def bands(frame: pd.DataFrame, outcome: Any, names: Mapping[str, str], t: Words, *, mark: int | None = None) -> Figure:
    """Mean of every plan over the weeks, the interval of the mean, and faintly where 90 % of the worlds lie.

    Args:
        frame: ``plan, week, mean, low, high, p5, p95`` of one outcome.
        outcome: Its name, unit and whether it is a share.
        names: Plans to draw, in order, with what people call them.
        t: Reader's words.
        mark: Week to mark with a line, if any.
    """
    shown = _named(frame, names, t.scale(outcome))
    style = plan_channels(names, t)
    base = alt.Chart(shown).encode(x=week_axis(t))
    y = alt.Y("mean:Q", title=None, axis=numbers(t), scale=alt.Scale(zero=False))
    layers: list[alt.Chart | alt.LayerChart] = []
    if "p5" in shown:
        layers.append(base.mark_area(opacity=0.10).encode(y="p5:Q", y2="p95:Q", color=style["color"]))
    layers.append(base.mark_area(opacity=0.25).encode(y="low:Q", y2="high:Q", color=style["color"]))
    layers.append(base.mark_line(strokeWidth=2.2).encode(y=y, color=style["color"], strokeDash=style["strokeDash"]))
    if mark is not None:
        layers.append(rule_at("week", mark, t("charts.mark", week=mark)))
    tips = tooltips(t, "week", "charts.week", decimals=number_format(outcome, float(shown["high"].abs().max())))
    layers.append(hover(base, "mean", tips))
    return Figure(spec(layers, height_for(names)), _alt_of_bands(shown, outcome, t), axis_title(outcome, t))


def hover(base: alt.Chart, value: str, tips: list[alt.Tooltip]) -> alt.Chart:
    """Dots that show themselves, with their numbers, where the pointer is near."""
    near = alt.selection_point(on="pointerover", nearest=True, encodings=["x"], empty=False, clear="pointerout")
    dots = base.mark_point(size=60, filled=True).encode(
        y=alt.Y(f"{value}:Q", title=None),
        color="name:N",
        opacity=alt.condition(near, alt.value(1), alt.value(0)),
        tooltip=tips,
    )
    return dots.add_params(near)


def rule_at(field: str, at: int, text: str) -> alt.LayerChart:
    """A line across the chart with a word at its top."""
    base = alt.Chart(pd.DataFrame({field: [at], "text": [text]})).encode(x=f"{field}:Q")
    words = base.mark_text(align="left", dx=5, dy=2, baseline="top", fontSize=12, color=NEITHER)
    return base.mark_rule(strokeDash=[3, 3], color=NEITHER) + words.encode(y=alt.value(0), text="text:N")


def _alt_of_bands(shown: pd.DataFrame, outcome: Any, t: Words) -> str:
    last = shown[shown["week"] == shown["week"].max()]
    scale = t.scale(outcome)
    ends = [
        t("charts.alt_end", plan=row.name_, value=t.value(outcome, row.mean_ / scale))
        for row in last.rename(columns={"name": "name_", "mean": "mean_"}).itertuples()
    ]
    week = int(shown["week"].max()) if len(shown) else 0
    return t("charts.alt_bands", outcome=outcome.label(t.language), week=week, ends=t.join(ends))


def survival(frame: pd.DataFrame, names: Mapping[str, str], t: Words, *, window: int = 13) -> Figure:
    """Kaplan–Meier curves of all plans: share still a member by weeks since joining, with the window marked.

    Args:
        frame: ``plan, tenure, survival, low, high``.
        names: Plans to draw, in order, with what people call them.
        t: Reader's words.
        window: Weeks at which retention is quoted.
    """
    shown = _named(frame, names, 100.0)
    style = plan_channels(names, t)
    base = alt.Chart(shown).encode(x=week_axis(t, "tenure", "charts.tenure"))
    y = alt.Y("survival:Q", title=None, scale=alt.Scale(zero=False))
    layers = [
        base.mark_area(opacity=0.22, interpolate="step-after").encode(y="low:Q", y2="high:Q", color=style["color"]),
        base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
            y=y, color=style["color"], strokeDash=style["strokeDash"]
        ),
        rule_at("tenure", window, t("charts.window", weeks=window)),
        hover(base, "survival", tooltips(t, "tenure", "charts.tenure", value="survival")),
    ]
    at = shown[shown["tenure"] == min(window, shown["tenure"].max())]
    ends = [
        t("charts.alt_end", plan=n, value=t.percent(v / 100)) for n, v in zip(at["name"], at["survival"], strict=True)
    ]
    told = t("charts.alt_survival", weeks=window, ends=t.join(ends))
    return Figure(spec(layers, height_for(names)), told, t("charts.survival"))


def costs(frame: pd.DataFrame, t: Words) -> Figure:
    """What the plan paid for, item by item, over the whole horizon.

    Args:
        frame: ``name`` (what people call the item), ``mean``, ``low``, ``high`` in ¥.
        t: Reader's words.
    """
    ranked = frame.sort_values("mean", ascending=False)
    base = alt.Chart(ranked).encode(
        y=alt.Y("name:N", sort=list(ranked["name"]), title=None, axis=names_axis(180)),
    )
    tips = [
        alt.Tooltip("name:N", title=t("charts.item")),
        alt.Tooltip("mean:Q", title=t("charts.mean"), format=",.0f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.0f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.0f"),
    ]
    bars = base.mark_bar(cornerRadiusEnd=3).encode(x=alt.X("mean:Q", title=None, axis=numbers(t)), tooltip=tips)
    whiskers = base.mark_rule(strokeWidth=2, color=NEITHER).encode(x="low:Q", x2="high:Q")
    told = [t("charts.alt_end", plan=n, value=t.money(v)) for n, v in zip(ranked["name"], ranked["mean"], strict=True)]
    height = 44 + 30 * max(len(ranked), 1)
    text = t("charts.alt_costs", items=t.join(told))
    return Figure(spec([bars, whiskers], height), text, t("charts.costs", currency=t.unit("¥")))


def holdout(curve: pd.DataFrame, calibration: int, t: Words) -> Figure:
    """Real cumulative repeat purchases beside simulated ones; the hold-out weeks are marked.

    Args:
        curve: ``week, real, mean, low, high``.
        calibration: Last week that the parameters were fitted on.
        t: Reader's words.
    """
    end = int(curve["week"].max())
    base = alt.Chart(curve).encode(x=week_axis(t))
    both = curve.melt("week", ["real", "mean"], var_name="which", value_name="orders")
    both["which"] = both["which"].map({"real": t("charts.real"), "mean": t("charts.simulated")})
    order = [t("charts.real"), t("charts.simulated")]
    color = alt.Color(
        "which:N", title=None, scale=alt.Scale(domain=order), legend=alt.Legend(orient="top", labelLimit=260)
    )
    dash = alt.StrokeDash("which:N", scale=alt.Scale(domain=order, range=[[1, 0], [6, 3]]), legend=None)
    spans = pd.DataFrame(
        {"from": [0, calibration], "to": [calibration, end], "text": [t("charts.calibration", week=calibration),
         t("charts.holdout", start=calibration + 1, end=end)]}
    )  # fmt: skip
    zone = alt.Chart(spans.iloc[1:]).mark_rect(opacity=0.1, color=NEITHER).encode(x=alt.X("from:Q"), x2="to:Q")
    words = (
        alt.Chart(spans)
        .mark_text(align="left", dx=5, baseline="top", fontSize=12, color=NEITHER)
        .encode(x="from:Q", y=alt.value(4), text="text:N")
    )
    tips = [
        alt.Tooltip("week:Q", title=t("charts.week"), format="d"),
        alt.Tooltip("real:Q", title=t("charts.real"), format=",.0f"),
        alt.Tooltip("mean:Q", title=t("charts.simulated"), format=",.0f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.0f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.0f"),
    ]
    lines = (
        alt.Chart(both)
        .mark_line(strokeWidth=2.2)
        .encode(x="week:Q", y=alt.Y("orders:Q", title=None), color=color, strokeDash=dash)
    )
    layers = [zone, base.mark_area(opacity=0.2).encode(y="low:Q", y2="high:Q"), lines, words,
              base.mark_bar(opacity=0, width=6).encode(y="high:Q", tooltip=tips)]  # fmt: skip
    last = curve.iloc[-1]
    text = t("charts.alt_holdout", week=end, real=t.number(last["real"], 0), simulated=t.number(last["mean"], 0))
    return Figure(spec(layers), text, t("charts.repeat_orders"))


def histogram(
    values: NDArray[np.float64], counted: str, x: alt.X, tips: tuple[str, str], bins: int, t: Words
) -> alt.Chart:
    """Bars of how often values occur; the longest hundredth is not drawn.

    Args:
        values: Any numbers.
        counted: Column that the counts go by.
        x: Axis of the values, from ``low``.
        tips: What people call the counts, and how they are written.
        bins: Number of bars.
        t: Reader's words.
    """
    shown = values[values <= np.quantile(values, 0.99)] if len(values) else values
    edges = np.histogram_bin_edges(shown, bins) if len(shown) else np.array([0.0, 1.0])
    table = pd.DataFrame({"low": edges[:-1], "high": edges[1:], counted: np.histogram(shown, edges)[0]})
    told = [
        alt.Tooltip("low:Q", title=t("people.from"), format=",.0f"),
        alt.Tooltip("high:Q", title=t("people.to"), format=",.0f"),
        alt.Tooltip(f"{counted}:Q", title=tips[0], format=tips[1]),
    ]
    bars = alt.Chart(table).mark_bar(binSpacing=1)
    return bars.encode(x=x, x2="high:Q", y=alt.Y(f"{counted}:Q", title=None), tooltip=told)

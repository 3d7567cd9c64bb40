"""Figures of a duel: the difference over the weeks, in every world, as worlds are added, and of all plans at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts import (
    NEITHER,
    Figure,
    hover,
    names_axis,
    number_format,
    numbers,
    rule_at,
    spec,
    tooltips,
    week_axis,
)
from pages.parts.words import Words
from simulation.analysis.compare import Paired

SMALL = 210


def _unit(outcome: Any, t: Words) -> str:
    return t("number.points_unit") if outcome.unit == "share" else t.unit_of(outcome)


def _titled(key: str, outcome: Any, t: Words, **names: str) -> str:
    return t(key, label=t("charts.axis", label=outcome.label(t.language), unit=_unit(outcome, t)), **names)


def _scaled(frame: pd.DataFrame, outcome: Any, t: Words, *columns: str) -> pd.DataFrame:
    return frame.assign(**{name: frame[name] * t.scale(outcome) for name in columns if name in frame})


def _zero(axis: str) -> alt.Chart:
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(strokeDash=[4, 3], color=NEITHER)
    return zero.encode(y="zero:Q") if axis == "y" else zero.encode(x="zero:Q")


def difference(frame: pd.DataFrame, outcome: Any, a: str, b: str, t: Words) -> Figure:
    """Plan A minus plan B under the same luck, week by week, with the interval of the mean and the 90 % of worlds.

    Args:
        frame: ``week, mean, low, high, p5, p95`` of the paired difference; ``tenure`` instead of ``week`` for
            survival.
        outcome: Outcome that differs.
        a: What people call plan A.
        b: What people call plan B.
        t: Reader's words.
    """
    along = "tenure" if "tenure" in frame else "week"
    shown = _scaled(frame, outcome, t, "mean", "low", "high", "p5", "p95").dropna(subset=["mean"])
    name = t("charts.minus", a=a, b=b)
    shown["name"] = name
    base = alt.Chart(shown).encode(x=week_axis(t, along, f"charts.{along}"), color=alt.Color("name:N", legend=None))
    y = alt.Y("mean:Q", title=None, axis=numbers(t))
    layers: list[alt.Chart | alt.LayerChart] = []
    if "p5" in shown:
        layers.append(base.mark_area(opacity=0.12).encode(y="p5:Q", y2="p95:Q"))
    largest = float(shown["high"].abs().max()) if len(shown) else 0.0
    layers += [
        base.mark_area(opacity=0.3).encode(y="low:Q", y2="high:Q"),
        _zero("y"),
        base.mark_line(strokeWidth=2.2).encode(y=y),
        hover(base, "mean", tooltips(t, along, f"charts.{along}", decimals=number_format(outcome, largest))),
    ]
    label = t("charts.still_there") if along == "tenure" else outcome.label(t.language)
    title = t("charts.difference", minus=name, label=t("charts.axis", label=label, unit=_unit(outcome, t)))
    if shown.empty:
        return Figure(spec(layers), t("charts.alt_nothing"), title)
    last = shown.iloc[-1]
    told = t.change(outcome, last["mean"] / t.scale(outcome))
    text = t("charts.alt_difference", a=a, b=b, outcome=outcome.label(t.language), week=int(last[along]), value=told)
    return Figure(spec(layers), text, title)


def worlds(frame: pd.DataFrame, outcome: Any, a: str, b: str, plans: Sequence[str], t: Words) -> Figure:
    """Difference in every world, largest first, coloured by who did better there: the count of wins, seen.

    Args:
        frame: ``seed, difference, winner`` (``a``, ``b`` or ``tie``).
        outcome: Outcome that differs.
        a: What people call plan A.
        b: What people call plan B.
        plans: What people call all plans of the duel, in order: a plan has the same colour in every chart.
        t: Reader's words.
    """
    shown = _scaled(frame, outcome, t, "difference")
    called = {"a": t("charts.won_by", plan=a), "b": t("charts.won_by", plan=b), "tie": t("charts.tied")}
    shown["who"] = shown["winner"].map(called)
    shown["place"] = range(1, len(shown) + 1)
    count = {who: int((frame["winner"] == who).sum()) for who in called}
    # The theme gives colours by place, so every plan keeps its own; a tie comes after them all.
    domain = [*(called["a"] if plan == a else called["b"] if plan == b else plan for plan in plans), called["tie"]]
    bars = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("place:O", title=t("charts.worlds_sorted"), axis=alt.Axis(labels=False, ticks=False)),
            y=alt.Y("difference:Q", title=None, axis=numbers(t)),
            color=alt.Color(
                "who:N",
                scale=alt.Scale(domain=domain),
                legend=alt.Legend(orient="top", title=None, labelLimit=480, columns=1, values=[
                    called[who] for who in called if count[who]
                ]),
            ),
            tooltip=[
                alt.Tooltip("seed:Q", title=t("charts.seed"), format="d"),
                alt.Tooltip("difference:Q", title=t("charts.minus", a=a, b=b), format=",.2f"),
                alt.Tooltip("who:N", title=t("verdict.verdict")),
            ],
        )
    )  # fmt: skip
    text = t("charts.alt_worlds", a=a, b=b, worlds=len(frame), wins=count["a"], losses=count["b"], ties=count["tie"])
    return Figure(spec([bars, _zero("y")], SMALL), text, _titled("charts.worlds", outcome, t, wins=str(count["a"]),
                  worlds=str(len(frame)), a=a))  # fmt: skip


def settling(frame: pd.DataFrame, pair: Paired, outcome: Any, t: Words) -> Figure:
    """Mean difference and its interval as worlds are added, with the number that would be enough.

    Args:
        frame: ``worlds, mean, low, high``.
        pair: The comparison over all worlds, which says how many it takes.
        outcome: Outcome that differs.
        t: Reader's words.
    """
    shown = _scaled(frame, outcome, t, "mean", "low", "high")
    base = alt.Chart(shown).encode(
        x=alt.X("worlds:Q", title=t("charts.worlds_so_far"), axis=alt.Axis(format="d", tickMinStep=1, grid=False),
                scale=alt.Scale(nice=False, zero=False))
    )  # fmt: skip
    tips = [
        alt.Tooltip("worlds:Q", title=t("charts.worlds_so_far"), format="d"),
        alt.Tooltip("mean:Q", title=t("charts.mean"), format=",.2f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.2f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.2f"),
    ]
    # The interval of two worlds is so wide that nothing else could be read beside it.
    widest = shown[shown["worlds"] >= 4] if len(shown) > 4 else shown
    reach = [min(0.0, float(widest["low"].min())), max(0.0, float(widest["high"].max()))] if len(shown) else [0.0, 1.0]
    y = alt.Y("mean:Q", title=None, axis=numbers(t), scale=alt.Scale(domain=reach))
    layers: list[alt.Chart | alt.LayerChart] = [
        base.mark_area(opacity=0.3, clip=True).encode(y=alt.Y("low:Q", scale=alt.Scale(domain=reach)), y2="high:Q"),
        _zero("y"),
        base.mark_line(strokeWidth=2.2, clip=True).encode(y=y),
        base.mark_point(opacity=0, size=80, clip=True).encode(y="mean:Q", tooltip=tips),
    ]
    needed = pair.worlds_needed
    if needed is not None and not pair.enough and needed <= 4 * max(pair.worlds, 1):
        layers.append(rule_at("worlds", needed, t("charts.worlds_needed", worlds=needed)))
    if pair.enough:
        text = t("charts.alt_settled", outcome=outcome.label(t.language), worlds=pair.worlds)
    elif needed is None:
        text = t("charts.alt_never_settled", outcome=outcome.label(t.language), worlds=pair.worlds)
    else:
        text = t("charts.alt_unsettled", outcome=outcome.label(t.language), worlds=pair.worlds, needed=needed)
    return Figure(spec(layers, SMALL), text, _titled("charts.settling", outcome, t))


def standings(frame: pd.DataFrame, outcome: Any, b: str, t: Words) -> Figure:
    """Every plan minus the same opponent in twin worlds: mean, interval and worlds won.

    Args:
        frame: ``name, mean, low, high, wins, worlds``; one plan a row.
        outcome: Outcome that differs.
        b: What people call the opponent.
        t: Reader's words.
    """
    shown = _scaled(frame, outcome, t, "mean", "low", "high").sort_values("mean", ascending=False)
    shown["won"] = [t("charts.won_of", wins=w, worlds=n) for w, n in zip(shown["wins"], shown["worlds"], strict=True)]
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=names_axis(180)),
    )
    tips = [
        alt.Tooltip("name:N", title=t("charts.plan")),
        alt.Tooltip("mean:Q", title=t("charts.mean"), format=",.2f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format=",.2f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format=",.2f"),
        alt.Tooltip("won:N", title=t("verdict.wins")),
    ]
    layers = [
        _zero("x"),
        base.mark_rule(strokeWidth=3, color=NEITHER).encode(
            x=alt.X("low:Q", title=_unit(outcome, t), axis=numbers(t), scale=alt.Scale(padding=24)), x2="high:Q"
        ),
        base.mark_point(filled=True, size=90, opacity=1).encode(x="mean:Q", tooltip=tips),
        base.mark_text(dy=-12, color=NEITHER).encode(x="mean:Q", text="won:N"),
    ]
    ends = [
        t("charts.alt_end", plan=name, value=t.change(outcome, mean / t.scale(outcome)))
        for name, mean in zip(shown["name"], shown["mean"], strict=True)
    ]
    text = t("charts.alt_standings", outcome=outcome.label(t.language), b=b, ends=t.join(ends))
    return Figure(spec(layers, 44 * max(len(shown), 1) + 60), text, _titled("charts.standings", outcome, t, b=b))

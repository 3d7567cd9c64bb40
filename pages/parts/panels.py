"""Pieces that pages are put together from: the numbers that belong together, curves to choose, costs, downloads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import charts, verdicts
from pages.parts.words import Words, plain
from simulation.analysis import compare, portrait
from simulation.analysis.compare import Paired
from simulation.intervals import Interval, mean_interval
from simulation.outcome import Outcome
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import Plan
from simulation.strategies import STRATEGIES

KEPT = 64
"""Pictures and comparisons that are kept: results are shared by all who look, and so is what is made of them."""
SHOWN_FIRST = ("retention", "revenue_cum")
CURVES = ("retention", "members", "revenue_cum", "profit_cum", "clv", "trust")
NEARLY = 0.9
"""Share of the budget from which it is called nearly used up."""
Colour = Literal["green", "red", "blue", "gray"]
COLOURS: dict[str, Colour] = {
    "better": "green",
    "worse": "red",
    "more": "blue",
    "less": "blue",
    "same": "gray",
    "unclear": "gray",
    "few": "gray",
    "absent": "gray",
}


class Level(NamedTuple):
    """Mean of an outcome over worlds with its interval."""

    mean: float
    low: float
    high: float
    worlds: int


@lru_cache(maxsize=KEPT)
def levels(results: Results) -> dict[tuple[str, str], Level]:
    """Level of every measure of the whole run by plan and outcome."""
    return {
        (str(plan), str(name)): Level(float(mean), float(low), float(high), int(worlds))
        for plan, name, mean, low, high, worlds in results.summary().itertuples(index=False)
    }


def figure(picture: charts.Figure, key: str | None = None, width: Literal["stretch", "content"] = "stretch") -> None:
    """A chart across the page, or as wide as it is, under its title, with the sentence that stands for it."""
    st.markdown(f"**{plain(picture.title)}**")
    st.vega_lite_chart(picture.spec, width=width, alt=picture.alt, key=key)


def say(answer: str) -> None:
    """The answer to the question of the page."""
    st.markdown(f"**{plain(answer)}**")


def note(text: str) -> None:
    """A remark in small print."""
    st.caption(plain(text))


def table(frame: pd.DataFrame, alt: str, formats: Mapping[str, str] | None = None) -> None:
    """A table whose cells and headings wrap, so that a phone shows all of it; a data frame would scroll sideways.

    Args:
        frame: One row a line; texts are shown as they are, whoever wrote them.
        alt: What stands for it.
        formats: Column → how its numbers are written, such as ``{:.1f}``; whole numbers need none.
    """
    told = frame.map(lambda cell: plain(cell.replace("\u00a0", " ")) if isinstance(cell, str) else cell)
    written: dict[Any, Any] = {plain(column): way for column, way in (formats or {}).items()}
    told = told.rename(columns=plain)
    st.table(told.style.format(written) if written else told, hide_index=True, alt=alt)


def points(sentences: list[str]) -> None:
    """Sentences as a list."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


@lru_cache(maxsize=KEPT)
def pairs(results: Results, a: str, b: str) -> dict[str, Paired]:
    """Plan ``a`` minus plan ``b`` in twin worlds, for the outcomes that belong together."""
    return {name: compare.paired(results, a, b, name) for name in verdicts.TOGETHER}


def tiles(
    found: Mapping[str, Level], against: Mapping[str, Paired], t: Words, outcomes: Mapping[str, Outcome] = TOTALS
) -> None:
    """The numbers that belong together, each with its interval and, if compared, its paired difference."""
    with st.grid(3, min_column_width=150, gap="small"):
        for name in verdicts.TOGETHER:
            row, outcome = found[name], outcomes[name]
            pair = against.get(name)
            verdict = verdicts.side(pair, outcome) if pair else "same"
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(
                    outcome.label(t.language),
                    plain(t.value(outcome, row.mean)),
                    delta=plain(verdicts.change(pair, outcome, t)) if pair else None,
                    delta_color=COLOURS[verdict],
                    delta_arrow=_arrow(pair, verdict),
                    help=t(
                        "panels.tile_help",
                        definition=outcome.definition(t.language),
                        interval=plain(t.interval(outcome, row.low, row.high)),
                        worlds=row.worlds,
                    ),
                )
                if pair is None:
                    note(t.interval(outcome, row.low, row.high).replace("\u00a0", " "))
                elif not verdicts.tied(pair):
                    note(t.interval(outcome, pair.low, pair.high, change=True).replace("\u00a0", " "))


def _arrow(pair: Paired | None, verdict: str) -> Literal["up", "down", "off"]:
    if pair is None or verdict in {"same", "unclear", "few", "absent"}:
        return "off"
    return "up" if pair.mean > 0 else "down"


def curve(results: Results, outcome: str, names: Mapping[str, str], t: Words) -> charts.Figure:
    """Curves of one outcome, ``retention`` being the survival curve."""
    return _curve(results, outcome, tuple(names.items()), t)


@lru_cache(maxsize=KEPT)
def _curve(results: Results, outcome: str, names: tuple[tuple[str, str], ...], t: Words) -> charts.Figure:
    if outcome == "retention":
        return charts.survival(compare.retention_curve(results), dict(names), t)
    return charts.bands(compare.band(results, outcome), WEEKLY[outcome], dict(names), t)


def item_name(item: str, t: Words) -> str:
    """What people call an item of the ledger."""
    return STRATEGIES[item].label[t.language] if item in STRATEGIES else t(f"items.{item}")


def spending(results: Results, plan: str, t: Words) -> pd.DataFrame:
    """Mean and interval of every item the plan paid for, largest first: ``name, mean, low, high`` in ¥."""
    ledger = results.ledger[(results.ledger["plan"] == plan) & ~results.ledger["item"].str.startswith("income.")]
    wide = ledger.pivot_table(index="item", columns="seed", values="amount", aggfunc="sum", observed=True)
    found = mean_interval(wide.to_numpy(float))
    frame = pd.DataFrame({"name": [item_name(str(item), t) for item in wide.index], "mean": found.mean})
    told = frame.assign(low=found.low, high=found.high).query("mean != 0")
    return told.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def costs(results: Results, plan: str, t: Words) -> None:
    """Chart of what the plan paid for."""
    figure(_costs(results, plan, t))


@lru_cache(maxsize=KEPT)
def _costs(results: Results, plan: str, t: Words) -> charts.Figure:
    return charts.costs(spending(results, plan, t), t)


def stream_name(stream: str, t: Words) -> str:
    """What people call a stream of revenue."""
    return STRATEGIES[stream].label[t.language] if stream in STRATEGIES else t(f"items.{stream}")


@lru_cache(maxsize=KEPT)
def streams(results: Results, plan: str, t: Words) -> pd.DataFrame:
    """Mean and interval of every stream of revenue over the horizon and its share of the whole, largest first."""
    ledger = results.ledger[(results.ledger["plan"] == plan) & results.ledger["item"].str.startswith(portrait.INCOME)]
    wide = ledger.pivot_table(index="item", columns="seed", values="amount", aggfunc="sum", observed=True)
    found = mean_interval(wide.to_numpy(float))
    revenue, order = found.mean.sum(), np.argsort(-found.mean, kind="stable")
    rows = [
        {
            t("measures.stream"): stream_name(str(wide.index[row]).removeprefix(portrait.INCOME), t),
            t("measures.amount"): t.money(found.mean[row]),
            t("measures.interval"): t.interval(TOTALS["revenue"], found.low[row], found.high[row]),
            t("measures.share"): t.percent(found.mean[row] / revenue if revenue else np.nan),
        }
        for row in order
    ]
    return pd.DataFrame(rows)


@lru_cache(maxsize=KEPT)
def books(results: Results, plan: str) -> Mapping[str, portrait.Booked]:
    """What every strategy of a plan cost and earned."""
    return portrait.books(results, plan)


def budget(results: Results, plan: Plan, granted: float, t: Words) -> None:
    """How much of the weekly budget the strategies used and how often they paused for want of it.

    Args:
        results: The run that is shown.
        plan: The plan that was run, with the budget it had.
        granted: ¥ a week that the controls grant now; 0 without limit.
        t: Reader's words.
    """
    spent, idle = spent_weekly(results, plan.name), portrait.idle_weeks(results, plan)
    parts = [_lived(spent, idle, plan, results, t)]
    if granted != plan.budget:
        parts.append(_next(spent, idle, plan, granted, t))
    measure = granted or plan.budget
    if measure <= 0:
        note(parts[0])
        return
    used = spent.mean / measure
    lacks = idle.mean > 0 if granted == plan.budget else used > 1
    badge = t("panels.budget_lacks") if lacks else t("panels.budget_near") if used > NEARLY else ""
    mark = f" :orange-badge[:material/warning: {badge}]" if badge else ""
    st.progress(min(used, 1.0), text=plain(t.after(*parts)) + mark)


def _lived(spent: Interval, idle: Interval, plan: Plan, results: Results, t: Words) -> str:
    """What the strategies spent in the run that is shown, under the budget that it had."""
    told = f"{t.money(spent.mean)} {t.interval(WEEKLY['strategy_cost'], spent.low, spent.high)}"
    if plan.budget <= 0:
        return t("panels.no_budget", spent=told)
    values = {"spent": told, "granted": t.money(plan.budget), "share": t.percent(spent.mean / plan.budget)}
    if idle.mean <= 0:
        return t("panels.budget_kept", **values)
    interval = f"[{t.number(idle.low, 1)}, {t.number(idle.high, 1)}]"
    weeks = results.provenance["horizon"]
    return t("panels.budget_lived", idle=t.number(idle.mean, 1), interval=interval, weeks=weeks, **values)


def _next(spent: Interval, idle: Interval, plan: Plan, granted: float, t: Words) -> str:
    """What a budget that was not run yet will mean, as far as the run that is shown can tell."""
    if granted <= 0:
        return t("panels.budget_freed")
    told = t.money(granted)
    if spent.mean > granted:
        return t("panels.budget_short", granted=told, share=t.percent(granted / spent.mean))
    if idle.mean > 0:  # the bills of that run were held down by its own budget
        return t("panels.budget_more", granted=told)
    return t("panels.budget_ample", granted=told, share=t.percent(spent.mean / granted))


@lru_cache(maxsize=KEPT)
def spent_weekly(results: Results, plan: str) -> Interval:
    """What the strategies of a plan cost in a week, mean over the horizon and over worlds."""
    weeks = results.weekly[(results.weekly["plan"] == plan) & (results.weekly["week"] > 0)]
    return mean_interval(weeks.groupby("seed")["strategy_cost"].mean().to_numpy(float))


def provenance(results: Results, t: Words) -> None:
    """How these numbers can be had again."""
    st.caption(provenance_of(results, t))


def provenance_of(results: Results, t: Words) -> str:
    """The same as a sentence."""
    about = results.provenance
    return t(
        "panels.provenance", engine=about["engine_version"], scenario=about["scenario_fingerprint"],
        first=min(results.seeds), last=max(results.seeds), weeks=about["horizon"], people=f"{about['people']:,}",
    )  # fmt: skip

"""Buttons with which results are taken away; what they give is made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st

from pages.parts import charts, downloads, exports, panels, verdicts
from pages.parts.exports import Report
from pages.parts.words import Words
from simulation.analysis import compare, portrait
from simulation.analysis.compare import Paired
from simulation.files import parse_yaml
from simulation.outcomes import TOTALS, WEEKLY
from simulation.results import Results
from simulation.scenario import Scenario

NAMED = {"xlsx": "tables"}
"""What a file is called where the name of its button does not tell."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Figures = Callable[[], Mapping[str, charts.Figure]]
"""Makes the figures that are on the page, by a name for their file."""


def draw(
    results: Results, names: Mapping[str, str], against: Mapping[str, Paired], answer: str, scenario: Scenario,
    figures: Figures, t: Words, key: str,
) -> None:  # fmt: skip
    """Downloads of the numbers and pictures on the page.

    Args:
        results: What is shown.
        names: Plan → what people call it.
        against: Differences that are shown, if plans are compared.
        answer: The answer of the page.
        scenario: Scenario with the plan in question.
        figures: Makes the figures.
        t: Reader's words.
        key: Beginning of the buttons' keys.
    """
    with st.container(horizontal=True):
        _button("report", "html", "text/html", partial(_report, results, names, against, answer, scenario, figures, t),
                ":material/description:", key, t)  # fmt: skip
        _button("xlsx", "xlsx", XLSX, partial(_workbook, results, names, against, t), ":material/table:", key, t)
        _button("charts", "zip", "application/zip", lambda: exports.pictures(figures()), ":material/image:", key, t)
        for name in ("weekly", "worlds", "ledger"):
            make = partial(downloads.csv, getattr(results, name))
            _button(f"csv_{name}", "csv", "text/csv", make, ":material/download:", key, t)


def _button(name: str, kind: str, mime: str, make: Callable[[], bytes], icon: str, key: str, t: Words) -> None:
    file = f"{NAMED.get(name, name.removeprefix('csv_'))}.{kind}"
    st.download_button(
        t(f"panels.{name}"), make, file_name=file, mime=mime, key=f"{key}.{name}", on_click="ignore", icon=icon,
    )  # fmt: skip


def levels(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Means and intervals of the outcomes that belong together: one outcome a row, one plan a column."""
    found = panels.levels(results)
    rows = []
    for name in verdicts.TOGETHER:
        measure = TOTALS[name]
        row = {t("verdict.outcome"): measure.label(t.language)}
        for plan in results.plans:
            level = found[plan, name]
            row[names[plan]] = f"{t.value(measure, level.mean)} {t.interval(measure, level.low, level.high)}"
        rows.append(row)
    return pd.DataFrame(rows)


def courses(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Curves as numbers: mean and interval of every outcome with a curve, week by week, in the units of the charts."""
    parts = []
    for name in panels.CURVES:
        if name in WEEKLY:
            outcome = WEEKLY[name]
            frame = compare.band(results, name)[["plan", "week", "mean", "low", "high"]]
            frame[["mean", "low", "high"]] *= t.scale(outcome)
            label = t("charts.axis", label=outcome.label(t.language), unit=t.unit_of(outcome))
            parts.append(frame.assign(plan=frame["plan"].map(dict(names)), outcome=label))
    told = pd.concat(parts, ignore_index=True)[["outcome", "plan", "week", "mean", "low", "high"]]
    told.columns = pd.Index([t("verdict.outcome"), *(t(f"charts.{name}") for name in told.columns[1:])])
    return told


def each_world(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Every measure of every world, in the units of the page; one world of one plan a row."""
    frame = results.worlds.assign(plan=results.worlds["plan"].map(dict(names)))
    for name, outcome in TOTALS.items():
        frame[name] *= t.scale(outcome)
    heads = {name: charts.axis_title(outcome, t) for name, outcome in TOTALS.items()}
    return frame.rename(columns=heads | {"plan": t("charts.plan"), "seed": t("report.seed")})


def booked(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Everything earned and paid for in every world: one item of one world of one plan a row."""
    items = results.ledger["item"].astype(str)
    earned = items.str.startswith(portrait.INCOME)
    called = {
        item: panels.stream_name(item.removeprefix(portrait.INCOME), t)
        if item.startswith(portrait.INCOME)
        else panels.item_name(item, t)
        for item in items.unique()
    }
    told = {
        t("charts.plan"): results.ledger["plan"].map(dict(names)),
        t("report.seed"): results.ledger["seed"],
        t("report.kind"): earned.map({True: t("report.earned"), False: t("report.paid")}),
        t("charts.item"): items.map(called),
        t("report.amount", currency=t.unit("¥")): results.ledger["amount"],
    }
    return pd.DataFrame(told)


def spending(results: Results, names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """Everything that every plan paid for, with intervals."""
    rows = []
    for plan in results.plans:
        for name, mean, low, high in panels.spending(results, plan, t).itertuples(index=False):
            told = f"[{t.money(low)}, {t.money(high)}]"
            rows.append({t("charts.plan"): names[plan], t("charts.item"): name, t("charts.mean"): t.money(mean),
                         t("measures.interval"): told})  # fmt: skip
    return pd.DataFrame(rows)


def _report(
    results: Results, names: Mapping[str, str], against: Mapping[str, Paired], answer: str, scenario: Scenario,
    figures: Figures, t: Words,
) -> bytes:  # fmt: skip
    tables = {t("report.levels"): levels(results, names, t)}
    notes = []
    if against:
        tables[t("verdict.difference")] = verdicts.table(dict(against), t)
        notes.append(verdicts.enough(dict(against), t))
    tables[t("charts.costs", currency=t.unit("¥"))] = spending(results, names, t)
    told = Report(
        title=t("report.title", scenario=t.of(scenario.title, scenario.name)),
        subtitle=t("report.subtitle", plans=t.join(list(names.values())), weeks=scenario.horizon,
                   worlds=len(results.seeds)),
        answer=answer, notes=notes, tables=tables, figures=list(figures().values()),
        settings=parse_yaml(scenario.to_yaml()), provenance=panels.provenance_of(results, t),
    )  # fmt: skip
    return exports.report(told, t)


def _workbook(results: Results, names: Mapping[str, str], against: Mapping[str, Paired], t: Words) -> bytes:
    summary = results.summary()
    summary["plan"] = summary["plan"].map(dict(names))
    summary["unit"] = [t.unit_of(TOTALS[name]) for name in summary["outcome"]]
    summary["outcome"] = [TOTALS[name].label(t.language) for name in summary["outcome"]]
    shares = [outcome.unit in {"share", "index"} for outcome in TOTALS.values()] * len(results.plans)
    for column in ("mean", "low", "high"):
        summary[column] = summary[column] * [100.0 if share else 1.0 for share in shares]
    summary.columns = pd.Index([t("charts.plan"), t("verdict.outcome"), t("charts.mean"), t("charts.low"),
                                t("charts.high"), t("report.worlds"), t("evidence.unit")])  # fmt: skip
    sheets = {t("report.levels"): summary}
    if against:
        sheets[t("verdict.verdict")] = verdicts.table(dict(against), t)
    sheets |= {t("report.weekly"): courses(results, names, t), t("report.each_world"): each_world(results, names, t),
               t("report.ledger"): booked(results, names, t)}  # fmt: skip
    sheets[t("report.provenance")] = pd.DataFrame({t("report.provenance"): [panels.provenance_of(results, t)]})
    return exports.workbook(sheets)

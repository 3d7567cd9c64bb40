"""Which of the assumptions and levers move the results most, from the last full validation."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import charts_studies, evidence_validation, panels
from pages.parts.words import Words
from simulation.outcomes import TOTALS
from simulation.scenario import load_scenario
from simulation.strategies import STRATEGIES

DRAWN = 15
FINDINGS = ("never_matters", "always_wins", "always_loses")


def show(t: Words) -> None:
    """The largest effects as a picture, all of them as a table, and levers that seem to hold no dilemma."""
    st.markdown(t("evidence.sensitivity_note"))
    found = evidence_validation.stored("screening")
    if not found:
        st.info(t("evidence.sensitivity_empty"), icon=":material/info:")
        return
    outcomes = list(dict.fromkeys(row["outcome"] for row in found))
    outcome = st.segmented_control(
        t("evidence.outcome"), outcomes, format_func=lambda name: TOTALS[name].label(t.language), required=True,
        default=outcomes[0], key="evidence.sensitivity.outcome", persist_state="session",
    )  # fmt: skip
    rows = [row for row in found if row["outcome"] == outcome]
    first = rows[0]
    panels.say(
        t("evidence.sensitivity_answer", outcome=TOTALS[outcome].label(t.language), factors=len(rows),
          first=_name(first, t), effect=_size(first["mu_star"], outcome, t))
    )  # fmt: skip
    unit = t("number.points_unit") if TOTALS[outcome].unit == "share" else t.unit_of(TOTALS[outcome])
    panels.figure(charts_studies.ranked(_drawn(rows, outcome, t), t("evidence.sensitivity_title", unit=unit), t))
    table = pd.DataFrame([_told(row, outcome, t) for row in rows])
    st.dataframe(table, hide_index=True, alt=t("evidence.sensitivity"), height=430)
    _to_explain(t)
    evidence_validation.provenance(t)


def _name(row: dict[str, Any], t: Words) -> str:
    """What the factor is called; a lever with its strategy, since several strategies use the same name."""
    strategy = row["path"].removeprefix("plan.strategies.").partition(".")[0]
    return (
        t("evidence.of_strategy", name=row[t.language], strategy=STRATEGIES[strategy].label[t.language])
        if strategy in STRATEGIES
        else str(row[t.language])
    )


def _scale(outcome: str, t: Words) -> float:
    return t.scale(TOTALS[outcome])


def _size(value: float | None, outcome: str, t: Words) -> str:
    if value is None:
        return "–"
    return t.change(TOTALS[outcome], value).removeprefix("+")


def _drawn(rows: list[dict[str, Any]], outcome: str, t: Words) -> pd.DataFrame:
    shown = pd.DataFrame(rows[:DRAWN])
    names = pd.Series([_name(row, t) for row in rows[:DRAWN]])
    names = names.where(~names.duplicated(keep=False), names + " · " + shown["path"])
    scale = _scale(outcome, t)
    roles = [t.heading(f"roles.{role}") for role in shown["role"]]
    frame = pd.DataFrame({"name": names, "role": roles, "mean": shown["mu_star"] * scale})
    return frame.assign(low=shown["low"].astype(float) * scale, high=shown["high"].astype(float) * scale)


def _told(row: dict[str, Any], outcome: str, t: Words) -> dict[str, str]:
    return {
        t("evidence.parameter"): _name(row, t),
        t("evidence.role"): t(f"roles.{row['role']}"),
        t("evidence.range_tried"): f"{t.bare(row['low_value'])} … {t.bare(row['high_value'])}".replace("-", "−"),
        "μ*": _size(row["mu_star"], outcome, t),
        "σ": _size(row["sigma"], outcome, t),
        "μ": t.change(TOTALS[outcome], row["mu"]) if row["mu"] is not None else "–",
        t("evidence.path"): row["path"],
    }


def _to_explain(t: Words) -> None:
    found = evidence_validation.stored("to_explain")
    if not found:
        return
    st.markdown(f"##### {t('evidence.to_explain')}")
    panels.note(t("evidence.to_explain_note"))
    rows = [
        {
            t("evidence.parameter"): _name(row, t),
            t("evidence.outcome"): TOTALS[row["outcome"]].label(t.language) if row["outcome"] in TOTALS else "–",
            t("evidence.finding"): t(f"evidence.finding_{row['finding']}") if row["finding"] in FINDINGS else "–",
            t("evidence.pays"): _place(row, "pays", t),
            t("evidence.backfires"): _place(row, "costs", t),
            t("evidence.path"): row["path"],
        }
        for row in found
    ]
    wide = {"parameter": 200, "finding": 110, "pays": 300, "backfires": 330}
    columns: Any = {t(f"evidence.{name}"): st.column_config.TextColumn(width=width) for name, width in wide.items()}
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=t("evidence.to_explain"), column_config=columns)


def _place(row: dict[str, Any], what: str, t: Words) -> str:
    """Type of community and level at which the lever, tried alone, moves profit most for certain."""
    if "pays" not in row:
        return "–"
    if row[what] is None:
        return t("evidence.nowhere")
    mean, low, high = (t.relative(row[name]) for name in (what, f"{what}_low", f"{what}_high"))
    kind = load_scenario(row[f"{what}_in"]).title.said(t.language)
    return t("evidence.place", type=kind, level=t.bare(row[f"{what}_at"]), change=f"{mean} [{low}, {high}]")

"""Duel, why: which mechanism of the plans makes the difference, as Shapley shares with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import charts_people_duel, errors, jobs, panels, state, verdicts
from pages.parts.words import Words
from simulation.analysis import shapley
from simulation.analysis.shapley import MEANS, Question, Shares
from simulation.outcomes import TOTALS
from simulation.scenario import Plan, Scenario
from simulation.strategies import STRATEGIES

MOST_WORLDS = 30
NAMED = 3
"""Mechanisms that the sentence names."""
SLOT = f"{state.DUEL}.why"


def show(
    scenario: Scenario, a: str, b: str, plans: tuple[Plan, ...], called: Mapping[str, str], worlds: int, t: Words
) -> None:
    """Explain the difference of the two plans in the ring, once the reader asks for it."""
    st.markdown(f"##### {t('why.heading')}")
    with errors.told(t):
        ring = {plan.name: plan for plan in plans}
        seeds = range(scenario.seeds.first, scenario.seeds.first + min(worlds, MOST_WORLDS))
        if not shapley.mechanisms(ring[a], ring[b]):
            panels.note(t("why.alike"))
            return
        question = shapley.ask(scenario.with_plan(ring[a]), scenario.with_plan(ring[b]), seeds)
        asked = question.experiments()
        runs = sum(each.worlds for each in asked.values())
        way = "why.exact" if question.exact else "why.drawn"
        names = t.join(list(changes(question.a, question.b, t).values()))
        panels.note(t(way, mechanisms=len(question.mechanisms), names=names, runs=f"{runs:,}", worlds=len(seeds)))
        if not st.toggle(t("why.ask"), key=SLOT, persist_state="session"):
            return
        chosen = st.segmented_control(
            t("verdict.outcome"), verdicts.TOGETHER, format_func=lambda name: TOTALS[name].label(t.language),
            required=True, default=verdicts.FIRST, key=f"{SLOT}.outcome", label_visibility="collapsed",
            persist_state="session", wrap=True,
        ) or verdicts.FIRST  # fmt: skip
        if question.exact:
            jobs.show(
                SLOT, asked["whole"], t, lambda results, _: _answer(question, {"whole": results}, chosen, called, t)
            )
            return
        results = jobs.gather(SLOT, asked, t)
        if results is not None:
            _answer(question, results, chosen, called, t)


def _answer(question: Question, results: Mapping[str, Any], chosen: str, called: Mapping[str, str], t: Words) -> None:
    outcome = TOTALS[chosen]
    found = shapley.shares(question, results, chosen)
    a, b = called[question.a.name], called[question.b.name]
    names = changes(question.a, question.b, t)
    panels.say(sentence(found, names, outcome, a, b, t))
    panels.figure(charts_people_duel.waterfall(found, names, outcome, a, b, t))
    panels.table(table(found, names, outcome, t), t("why.table"))
    panels.note(t("why.note" if question.exact else "why.note_drawn", worlds=found.worlds, units=found.units))


def mechanism(name: str, t: Words) -> str:
    """What people call a mechanism."""
    return t("why.means") if name == MEANS else STRATEGIES[name].label[t.language]


def changes(a: Plan, b: Plan, t: Words) -> dict[str, str]:
    """What plan A does otherwise than plan B, by mechanism: has it, does without it, or has it set otherwise."""

    def told(name: str) -> str:
        if name == MEANS or name not in b.strategies:
            return mechanism(name, t)
        return t("why.changed" if name in a.strategies else "why.dropped", name=mechanism(name, t))

    return {name: told(name) for name in shapley.mechanisms(a, b)}


def sentence(found: Shares, names: Mapping[str, str], outcome: Any, a: str, b: str, t: Words) -> str:
    """What raises the difference and what lowers it, of the mechanisms whose share is certain, the largest first."""
    whole = t.change(outcome, found.end - found.start)
    sure = found.table[(found.table["low"] > 0) | (found.table["high"] < 0)].head(NAMED)
    values = {"a": a, "b": b, "outcome": outcome.label(t.language), "whole": whole}
    if sure.empty:
        return t("why.unclear", **values)
    up, down = (
        t.join([
            t("why.part", name=names[row["mechanism"]], change=t.change(outcome, row["mean"]),
              interval=t.interval(outcome, row["low"], row["high"], change=True))
            for row in sure[side].to_dict("records")
        ])
        for side in (sure["mean"] > 0, sure["mean"] < 0)
    )  # fmt: skip
    which = "why.both" if up and down else "why.raised" if up else "why.lowered"
    return t("why.answer", parts=t(which, up=up, down=down), **values)


def table(found: Shares, names: Mapping[str, str], outcome: Any, t: Words) -> pd.DataFrame:
    """Share of every mechanism and what plan A loses without it."""

    def cell(row: Any, mean: str, low: str, high: str) -> str:
        return f"{t.change(outcome, row[mean])} {t.interval(outcome, row[low], row[high], change=True)}"

    return pd.DataFrame(
        [
            {
                t("why.mechanism"): names[row["mechanism"]],
                t("why.share"): cell(row, "mean", "low", "high"),
                t("why.without"): cell(row, "lost", "lost_low", "lost_high"),
            }
            for row in found.table.to_dict("records")
        ]
    )

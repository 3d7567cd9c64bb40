"""Does the verdict hold if the two coefficients that nobody has measured are lower or higher?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import jobs, settings, verdicts
from pages.parts.words import Words, plain
from simulation.analysis import compare
from simulation.experiment import Experiment
from simulation.outcomes import TOTALS
from simulation.params import Declared
from simulation.scenario import Plan, Scenario

WORLDS = 10
SHOWN = ("retention_13", "profit")


def show(
    slot: str, scenario: Scenario, a: str, b: str, plans: tuple[Plan, ...], called: Mapping[str, str], t: Words
) -> None:
    """Low, default and high of each disputed coefficient, and what the duel of two plans comes to there.

    Args:
        slot: Page on which the verdict stands; keys begin with it.
        scenario: Ground of the duel.
        a: Name of one plan.
        b: Name of the other.
        plans: Plans, those two among them.
        called: Plan name → what people call it.
        t: Reader's words.
    """
    st.markdown(f"##### {t('disputes.title')}")
    scenarios = variants(scenario, t)
    if len(scenarios) == 1:
        st.caption(t("disputes.none"))
        return
    st.caption(t("disputes.note", worlds=WORLDS))
    if not st.toggle(t("disputes.ask"), key=f"{slot}.disputes", persist_state="session"):
        return
    ring = tuple(plan for plan in plans if plan.name in {a, b})
    runs = {label: Experiment.of(other, ring, seeds=WORLDS) for label, other in scenarios.items()}
    results = jobs.gather(f"{slot}.disputes", runs, t)
    if results is None:
        return
    rows = []
    for label, found in results.items():
        row = {t("disputes.assumption"): label}
        for name in SHOWN:
            pair = compare.paired(found, a, b, name)
            told = verdicts.difference(pair, TOTALS[name], t)
            row[TOTALS[name].label(t.language)] = told
        rows.append(row)
    st.markdown(f"**{plain(t('charts.minus', a=called[a], b=called[b]))}**")
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=t("disputes.title"))


def variants(scenario: Scenario, t: Words) -> dict[str, Scenario]:
    """The scenario as it is, and with each disputed coefficient at both ends of its plausible range.

    A coefficient of 0 means that the scenario leaves the mechanism out, so that there is nothing to dispute.
    """
    leaving = scenario.behaviour.leaving
    told: dict[str, Scenario] = {t("disputes.default"): scenario}
    for declared in leaving.declared():
        if declared.name in settings.DISPUTED and getattr(leaving, declared.name) > 0:
            for value, level in zip(declared.plausible, ("low", "high"), strict=True):
                changed = leaving.model_copy(update={declared.name: value})
                behaviour = scenario.behaviour.model_copy(update={"leaving": changed})
                told[_label(declared, value, level, t)] = scenario.model_copy(update={"behaviour": behaviour})
    return told


def _label(declared: Declared, value: float, level: str, t: Words) -> str:
    return t(f"disputes.{level}", label=declared.label(t.language), value=f"{value:g}")

"""Targets of a stress test: what a plan must reach in a future to count as successful there."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from pages.parts import errors, page_address, panels, state, stress_address, stress_runs, verdicts
from pages.parts.stress import Asked, key
from pages.parts.words import Words
from simulation.analysis.robustness import Target
from simulation.errors import LabError
from simulation.outcomes import TOTALS
from simulation.results import Results

READ = key("targets.read")
"""Whether the targets of the address have been read in this session."""


def choose(asked: Asked, nominal: Results, t: Words) -> tuple[Target, ...]:
    """Outcomes that count and the level of each, which starts as what the weakest plan promises as things stand.

    Args:
        asked: What is asked.
        nominal: All plans in the scenario as it stands.
        t: Reader's words.
    """
    place = key(f"targets.{asked.nominal.key()}.{asked.outcome}")
    _from_address(asked, place, t)
    state.remember(place, [asked.outcome])
    left, right = st.columns([2, 3])
    chosen = left.multiselect(
        t("stress.targets"), verdicts.TOGETHER, format_func=lambda name: TOTALS[name].label(t.language), key=place,
        help=t("stress.targets_help"), persist_state="session",
    )  # fmt: skip
    found = []
    with right.container(horizontal=True):
        for name in verdicts.TOGETHER:
            if name in chosen:
                found.append(Target(name, _level(asked, nominal, name, t)))
    said = ",".join(f"{target.outcome}:{target.at:.10g}" for target in found)
    page_address.write({stress_address.TARGETS: said})
    return tuple(found)


def _from_address(asked: Asked, place: str, t: Words) -> None:
    """Set the targets, once, to those that the address names; what cannot be one is told and left out."""
    if READ in st.session_state:
        return
    st.session_state[READ] = True
    named = []
    text = st.query_params.get(stress_address.TARGETS, "")
    for part in text.split(",")[: len(verdicts.TOGETHER)] if text else ():
        name, _, level = part.partition(":")
        at = pd.to_numeric(level[:40], errors="coerce")
        if name in verdicts.TOGETHER and math.isfinite(at):
            named.append(name)
            st.session_state[_level_key(asked, name)] = float(f"{at * t.scale(TOTALS[name]):.10g}")
        else:
            allowed = ", ".join(f"{each}:…" for each in verdicts.TOGETHER)
            wrong = LabError("wrong_type", field=t("stress.targets"), given=part[:60], allowed=allowed)
            st.warning(errors.sentence(wrong, t), icon=":material/link_off:")
    if named:
        st.session_state[place] = named


def _level_key(asked: Asked, name: str) -> str:
    return key(f"at.{asked.nominal.key()}.{name}")


def _level(asked: Asked, nominal: Results, name: str, t: Words) -> float:
    outcome, scale = TOTALS[name], t.scale(TOTALS[name])
    first = min(panels.levels(nominal)[plan, name].mean for plan in asked.plans) * scale
    place = _level_key(asked, name)
    state.remember(place, round(first, 1 if scale > 1 else 0) + 0.0)
    label = t("stress.at_least", label=outcome.label(t.language), unit=t.unit_of(outcome))
    step, shown = (1.0, "%.1f") if scale > 1 else (None, "%.0f")
    return float(st.number_input(label, step=step, format=shown, key=place, persist_state="session")) / scale


def ready(asked: Asked, t: Words) -> tuple[Results, tuple[Target, ...]] | None:
    """The plans as things stand and the targets; None, told in place, while either is missing."""
    if not stress_runs.wanted(asked):
        stress_runs.offer(asked, t)
        return None
    nominal = stress_runs.nominal(asked, t)
    if nominal is None:
        return None
    targets = choose(asked, nominal, t)
    if not targets:
        st.info(t("errors.targets_missing"), icon=":material/flag:")
        return None
    return nominal, targets


def told(targets: tuple[Target, ...], t: Words) -> str:
    """Targets as words: ``profit ≥ ¥12,000``."""
    parts = [
        t("stress.target", label=TOTALS[each.outcome].label(t.language), at=t.value(TOTALS[each.outcome], each.at))
        for each in targets
    ]
    return t.join(parts)

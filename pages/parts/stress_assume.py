"""Assumption board: dispute one coefficient and see what becomes of every plan and of the ranking."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import charts_best, panels, state, stress_grounds, stress_settings, stress_studies
from pages.parts.stress import Asked, factor_name, key, part_name
from pages.parts.words import Words, plain
from simulation.analysis import flips
from simulation.analysis.flips import Crossing, Ranking
from simulation.factors import Factor
from simulation.outcomes import TOTALS
from simulation.sweep_points import Points, standing

FIRST = "behaviour.leaving.trust"
WORLDS = (2, 5, 10, 20, 40)
STEPS = (3, 5, 9, 17)
SLOT = key("assume")


def show(asked: Asked, t: Words) -> None:
    """Pick the coefficient, read what it rests on, move it through its range, and hear who stays first."""
    factors = {factor.path: factor for factor in asked.uncertainties}
    stress_settings.one("assume.path", list(factors), t("assume.coefficient"), t)
    stress_settings.one("assume.steps", STEPS, t("assume.steps"), t)
    stress_settings.one("assume.worlds", WORLDS, t("studies.worlds"), t)
    state.remember(f"{SLOT}.path", FIRST if FIRST in factors else next(iter(factors)))
    if st.session_state[f"{SLOT}.path"] not in factors:
        st.session_state[f"{SLOT}.path"] = next(iter(factors))
    left, middle, right = st.columns([3, 1, 1])
    path = left.selectbox(
        t("assume.coefficient"), list(factors), format_func=lambda path: factor_name(factors[path], t),
        key=f"{SLOT}.path", persist_state="session",
    )  # fmt: skip
    state.remember(f"{SLOT}.steps", 9)
    state.remember(f"{SLOT}.worlds", 10)
    steps = middle.selectbox(t("assume.steps"), STEPS, key=f"{SLOT}.steps", persist_state="session")
    worlds = right.selectbox(t("studies.worlds"), WORLDS, key=f"{SLOT}.worlds", persist_state="session")
    factor = factors[path]
    plans = tuple(asked.plans.values())
    now = standing(path, asked.scenario, plans)
    card(factor, now, asked, t)
    values = flips.grid(factor, now, steps)
    first = asked.scenario.seeds.first
    given = Points(asked.scenario, plans, flips.points(factor, values), tuple(range(first, first + worlds)))
    better = TOTALS[asked.outcome].better or 1

    def draw(frame: pd.DataFrame, complete: bool) -> None:
        found = flips.ranking(frame, list(asked.plans), values, now, asked.outcome, better)
        if found is None:
            if complete:
                st.info(t("drivers.no_value"), icon=":material/info:")
            return
        if not complete:
            panels.note(t("studies.so_far", done=found.curves["value"].nunique(), total=len(values)))
        _answer(found, factor, asked, t)

    stress_studies.points(SLOT, asked, given, t("assume.offer", name=factor.declared.label(t.language)), t, draw)


def card(factor: Factor, now: float, asked: Asked, t: Words) -> None:
    """What is known of the coefficient."""
    declared = factor.declared
    unit = f" {t.unit(declared.unit)}" if declared.unit else ""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(declared.label(t.language))}** `{declared.name}` · {plain(part_name(factor.path, t))}")
        if declared.help(t.language):
            st.markdown(plain(declared.help(t.language)))
        told = t(
            "assume.card", now=t.bare(now) + unit, low=t.bare(factor.low), high=t.bare(factor.high) + unit,
            grade=stress_grounds.grade(asked, factor, t), source=stress_grounds.source(asked, factor, t),
        )  # fmt: skip
        st.caption(plain(told))


def _answer(found: Ranking, factor: Factor, asked: Asked, t: Words) -> None:
    outcome, label = TOTALS[asked.outcome], factor_name(factor, t)
    panels.say(sentence(found, factor, asked, t))
    lost = pd.DataFrame(
        [{"at": each.at, "low": each.low, "high": each.high} for each in found.crossings if each.at is not None],
        columns=["at", "low", "high"],
    )
    names = {plan: asked.name(plan) for plan in asked.plans}
    panels.figure(charts_best.over_range(found.curves, outcome, names, found.now, lost, label, t))
    panels.note(t("assume.note", worlds=found.worlds, first=asked.scenario.seeds.first,
                  last=asked.scenario.seeds.first + found.worlds - 1))  # fmt: skip
    table = pd.DataFrame({label: [t.bare(value) for value in sorted(found.curves["value"].unique())]})
    for plan, called in names.items():
        rows = found.curves[found.curves["plan"] == plan].sort_values("value")
        table[called] = [
            f"{t.value(outcome, mean)} {t.interval(outcome, low, high)}"
            for mean, low, high in rows[["mean", "low", "high"]].itertuples(index=False)
        ]
    st.dataframe(table, hide_index=True, alt=t("assume.table"))


def sentence(found: Ranking, factor: Factor, asked: Asked, t: Words) -> str:
    """Whether the plan that is first now stays so over the range, and where not."""
    outcome = TOTALS[asked.outcome]
    mean, low, high = found.lead
    lead = f"{t.change(outcome, mean)} {t.interval(outcome, low, high, change=True)}"
    values = {
        "first": asked.name(found.first), "second": asked.name(found.second), "outcome": outcome.label(t.language),
        "name": factor.declared.label(t.language), "lead": lead, "low": t.bare(factor.low), "high": t.bare(factor.high),
    }  # fmt: skip
    if found.certain < flips.SURE:
        told = [_place(each, t, asked) for each in found.crossings if each.at is not None]
        also = [t("assume.also", places=t("assume.and").join(told))] if told else []
        return t.after(t("assume.undecided", share=t.number(100 * found.certain, 0), **values), *also)
    lost = [each for each in found.crossings if each.verdict == "lost"]
    doubtful = [each for each in found.crossings if each.verdict == "doubtful"]
    if not lost and not doubtful:
        return t("assume.stays", **values)
    told = [_place(each, t, asked) for each in (*lost, *doubtful)]
    return t("assume.loses" if lost else "assume.may_lose", places=t("assume.and").join(told), **values)


def _place(crossing: Crossing, t: Words, asked: Asked) -> str:
    to = asked.name(crossing.to)
    if crossing.at is None:
        return t(f"assume.unsure_{crossing.side}", to=to, share=t.number(100 * crossing.share, 0))
    values = {"at": t.bare(crossing.at), "low": t.bare(crossing.low), "high": t.bare(crossing.high), "to": to}
    if crossing.verdict == "lost":
        return t(f"assume.{crossing.side}", **values)
    return t(f"assume.maybe_{crossing.side}", share=t.number(100 * crossing.share, 0), **values)

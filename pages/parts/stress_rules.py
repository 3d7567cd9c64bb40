"""The rules of where a plan fails, in words: the box of PRIM and the questions of a shallow tree."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import charts, charts_stress, panels, stress_grounds, stress_words
from pages.parts.stress import Asked, factor_name
from pages.parts.words import Words
from simulation.analysis import discovery, failure_tree
from simulation.analysis.discovery import Discovery, Judged
from simulation.analysis.failure_tree import FailureTree
from simulation.analysis.peeling import Flags
from simulation.analysis.stress_findings import Rules
from simulation.factors import Factor

DRAWN = 2


def draw(asked: Asked, plan: str, places: pd.DataFrame, failing: Flags, rules: Rules, t: Words) -> None:
    """The rule, its worth, its picture, its assumptions one by one, and what the tree says."""
    panels.say(answer(asked, plan, rules.box, t))
    if rules.box.box.ends:
        panels.figure(picture(asked, places, failing, rules.box, t))
        st.dataframe(table(asked, rules.box, t), hide_index=True, alt=t("stress.rule_table"))
        panels.note(t("stress.rule_note", resamples=discovery.RESAMPLES))
        with st.expander(t("stress.steps"), icon=":material/content_cut:"):
            panels.figure(charts_stress.peeling(rules.box.steps, rules.box.found_on, t))
    st.markdown(f"##### {t('stress.tree')}")
    panels.points(branches(asked, plan, rules.tree, t))
    panels.note(t("stress.tree_note", depth=failure_tree.DEPTH))


def _factors(asked: Asked) -> dict[str, Factor]:
    return {each.path: each for each in asked.uncertainties}


def condition(factor: Factor, low: float, high: float, t: Words) -> str:
    """One assumption between its ends: ``weight of trust < 0.45``."""
    label, unit = factor_name(factor, t), factor.declared.unit
    short = [t.bare(float(f"{end:.3g}")).replace("-", "−") for end in (low, high)]
    ends = [end + (f" {t.unit(unit)}" if unit else "") for end in short]
    if math.isinf(low):
        return t("stress.below", label=label, high=ends[1])
    if math.isinf(high):
        return t("stress.above", label=label, low=ends[0])
    return t("stress.within", label=label, low=short[0], high=ends[1])


def span(factor: Factor, t: Words) -> str:
    """The range that was tried."""
    ends = [t.bare(float(f"{end:.3g}")).replace("-", "−") for end in (factor.low, factor.high)]
    return t("stress.span" if factor.low >= 0 else "stress.span_signed", low=ends[0], high=ends[1])


def rule(asked: Asked, ends: Mapping[str, tuple[float, float]], t: Words) -> str:
    """All assumptions of a rule, joined by "and"."""
    factors = _factors(asked)
    return t("stress.and").join(condition(factors[path], *ends[path], t) for path in ends)


def worth(judged: Judged, t: Words) -> dict[str, str]:
    """Coverage and density with their intervals, and how often the plan fails overall."""
    told = {}
    for name in ("coverage", "density"):
        share, low, high = getattr(judged, name)
        told[name] = t.percent(share) if math.isnan(share) else (
            f"{t.percent(share)} {stress_words.between(t.percent, low, high)}")  # fmt: skip
    return told | {"base": t.percent(judged.base)}


def answer(asked: Asked, plan: str, found: Discovery, t: Words) -> str:
    """The rule in a sentence, judged by the half it was not made from."""
    if not found.box.ends:
        return t("stress.no_rule", plan=asked.name(plan), base=t.percent(found.held.base),
                 futures=found.held.futures + found.found_on.futures)  # fmt: skip
    known = "rule" if found.confirmed else "rule_unsure"
    return t(f"stress.{known}", plan=asked.name(plan), rule=rule(asked, found.box.ends, t), futures=found.held.futures,
             **worth(found.held, t))  # fmt: skip


def picture(asked: Asked, places: pd.DataFrame, failing: Flags, found: Discovery, t: Words) -> charts.Figure:
    """The box over the two assumptions that restrict it most."""
    factors = _factors(asked)
    drawn = list(discovery.restricting(found, places))[:DRAWN]
    return charts_stress.box(
        places, failing, found.box.ends, {path: factor_name(factors[path], t) for path in drawn}, t
    )


def table(asked: Asked, found: Discovery, t: Words) -> pd.DataFrame:
    """The assumptions of the box one by one: what was tried, what is left, and how sure that is."""
    factors = _factors(asked)
    rows = []
    for path, (low, high) in found.box.ends.items():
        factor = factors[path]
        rows.append(
            {
                t("evidence.parameter"): factor_name(factor, t),
                t("stress.in_rule"): condition(factor, low, high, t).removeprefix(factor_name(factor, t)).strip(),
                t("evidence.range_tried"): span(factor, t),
                t("stress.now"): stress_grounds.now(asked, factor, t),
                t("evidence.grade"): stress_grounds.grade(asked, factor, t),
                t("stress.quasi_p"): "< 0.001" if found.quasi_p[path] < 0.001 else f"{found.quasi_p[path]:.3f}",
                t("stress.again"): t.percent(found.again[path]),
            }
        )
    return pd.DataFrame(rows)


def branches(asked: Asked, plan: str, tree: FailureTree, t: Words) -> list[str]:
    """Every way to fail that the tree knows, and all of them together."""
    if not tree.rules:
        return [t("stress.no_tree", plan=asked.name(plan))]
    told = [t("stress.branch", rule=rule(asked, each.box.ends, t), **worth(each.held, t)) for each in tree.rules]
    if len(tree.rules) > 1:
        told.append(t("stress.branches", futures=tree.held.futures, **worth(tree.held, t)))
    return told

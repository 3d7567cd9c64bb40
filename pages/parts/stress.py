"""Setting up a stress test: plans, community, what is uncertain, how many futures, which shocks, which outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts import duelling, panels, state, stress_address, stress_cluster, stress_shocks, verdicts
from pages.parts.words import Words
from simulation.analysis.futures import StressTest, assumed, uncertainties
from simulation.factors import Factor
from simulation.outcomes import TOTALS
from simulation.processes import Behaviour
from simulation.strategies import STRATEGIES

POINTS = (20, 50, 100, 200, 400, 800)
WORLDS = (1, 2, 3, 5, 10)
KINDS = ("latin", "sobol")
WIDTHS = ("all", "assumed", "chosen")
SECTIONS = ("robust", "fail", "drivers", "best", "assume", "report")
"""In the order in which they stand; ``stress.section_<name>`` is what people call one."""
CHOICES: Mapping[str, Sequence[str | int]] = {
    "outcome": verdicts.TOGETHER, "points": POINTS, "worlds": WORLDS, "kind": KINDS,
    "shocked": stress_shocks.SHOCKED, "width": WIDTHS, "section": SECTIONS,
}  # fmt: skip
"""Controls of the page that the address carries, and what each may be."""


@dataclass(frozen=True)
class Asked(StressTest):
    """What the page asks: the stress test as it was set up, with what people call its plans.

    Every section gets it. Of :class:`~simulation.analysis.futures.StressTest` it has ``scenario``, ``plans`` (name →
    plan, in the order of the page), ``uncertainties`` (factors with their ranges), ``points`` (futures), ``worlds``
    (for each plan and future), ``kind``, ``outcome`` (a name of ``TOTALS``), ``draw``, and made of these ``sweep``,
    ``nominal`` and ``world(places, plan)``.

    Attributes:
        called: Plan name → what people call it.
        executor: Address of a Dask scheduler that computes, or "" for where the lab computes by itself.
    """

    called: Mapping[str, str] | None = None
    executor: str = ""

    def name(self, plan: str) -> str:
        """What people call a plan."""
        return (self.called or {}).get(plan, plan)


def key(name: str) -> str:
    """Session key of a widget of the page."""
    return f"{state.STRESS}.{name}"


def choose(t: Words) -> Asked | None:
    """What is asked, from the controls; None, with a hint, while too few plans are chosen."""
    stress_address.restore(CHOICES, t)
    state.remember(key("section"), SECTIONS[0])
    left, right = st.columns([3, 2])
    scenario, plans = duelling.contenders(key, left, right, t)
    if len(plans) < 2:
        st.info(t("duel.choose_two"), icon=":material/compare_arrows:")
        return None
    with st.expander(t("stress.setup"), icon=":material/tune:", expanded=False):
        first, second, third, fourth = st.columns(4)
        outcome = _select(first, "outcome", list(verdicts.TOGETHER), "profit", t,
                          lambda name: TOTALS[name].label(t.language))  # fmt: skip
        points = _select(second, "points", POINTS, 100, t, str)
        worlds = _select(third, "worlds", WORLDS, 3, t, str)
        kind = _select(fourth, "kind", KINDS, "latin", t, lambda name: t(f"stress.kind_{name}"))
        shocked = stress_shocks.choose(scenario, t)
        chosen = _uncertain(uncertainties(shocked, plans), t)
        executor = stress_cluster.choose(t)
    stress_address.tell_set_up(tuple(CHOICES), st.session_state[key("plans")], st.session_state[key("scenario")])
    if not chosen:
        st.info(t("stress.choose_uncertain"), icon=":material/help:")
        return None
    struck = stress_shocks.told(shocked.shocks, t) or t("stress.no_shock")
    panels.note(
        t("stress.asked", futures=points, worlds=worlds, kind=t(f"stress.kind_{kind}"), uncertain=len(chosen),
          outcome=TOTALS[outcome].label(t.language), shocks=struck)
    )  # fmt: skip
    return Asked(shocked, {plan.name: plan for plan in plans}, chosen, points, worlds, kind, outcome,
                 called=duelling.names(plans, t), executor=executor)  # fmt: skip


def _select(place: Any, name: str, options: Sequence[Any], first: Any, t: Words, told: Any) -> Any:
    state.remember(key(name), first)
    return place.selectbox(
        t(f"stress.{name}"), options, key=key(name), format_func=told, help=t(f"stress.{name}_help"),
        persist_state="session",
    )  # fmt: skip


def _uncertain(found: tuple[Factor, ...], t: Words) -> tuple[Factor, ...]:
    """What is drawn in every future: all that acts, only what is assumed, or what a person picks."""
    state.remember(key("width"), "all")
    unsure = assumed(found)
    counts = {"all": len(found), "assumed": len(unsure)}
    how = st.segmented_control(
        t("stress.width"), WIDTHS, required=True, key=key("width"), help=t("stress.width_help"),
        persist_state="session",
        format_func=lambda name: t(f"stress.width_{name}", count=counts.get(name, 0)),
    )  # fmt: skip
    if how != "chosen":
        return found if how == "all" else unsure
    paths = {factor.path: factor for factor in found}
    state.remember(key("paths"), [factor.path for factor in found if factor.path.startswith("behaviour.leaving.")])
    st.session_state[key("paths")] = [path for path in st.session_state[key("paths")] if path in paths]
    picked = st.multiselect(
        t("stress.paths"), list(paths), format_func=lambda path: factor_name(paths[path], t), key=key("paths"),
        persist_state="session",
    )  # fmt: skip
    return tuple(paths[path] for path in paths if path in picked)


def factor_name(factor: Factor, t: Words) -> str:
    """What people call an uncertain number, with the part of the model it stands in, since some share a name."""
    return t("stress.factor", label=factor.declared.label(t.language), part=part_name(factor.path, t))


def part_name(path: str, t: Words) -> str:
    """What people call the part of the model in which a number stands."""
    way = path.split(".")
    if way[:2] == ["plan", "strategies"]:
        return str(STRATEGIES[way[2]].label[t.language])
    return t(f"groups.{way[1]}" if way[0] == "behaviour" and way[1] in Behaviour.model_fields else f"groups.{way[0]}")

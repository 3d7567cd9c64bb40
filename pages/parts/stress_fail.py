"""Where a plan fails: the assumptions that come together when it does, as a rule in words, a picture and examples."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from pages.parts import (
    background,
    library,
    page_address,
    panels,
    settings,
    stress_rules,
    stress_runs,
    stress_settings,
    stress_targets,
)
from pages.parts.stress import Asked, key
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import stress_findings
from simulation.analysis.futures import Futures
from simulation.analysis.peeling import Flags
from simulation.analysis.robustness import Target
from simulation.analysis.stress_findings import Question, acting, fails
from simulation.outcomes import TOTALS
from simulation.scenario import Scenario, Text

TARGETS = ""
"""Stands for: it fails where it misses its targets; otherwise the plan that it must not fall behind."""
EXAMPLES = 5
WORLDS = 30


def show(asked: Asked, t: Words) -> None:
    """The rule for one plan, what it is worth on futures it was not made from, and worlds to go and see."""
    ready = stress_targets.ready(asked, t)
    if ready is None:
        return
    _, targets = ready
    question = choose(asked, targets, t)
    plan, behind = question.plan, question.behind

    def counted(so_far: Futures, complete: bool) -> None:
        failing = fails(so_far, question)
        panels.say(t("stress.fails_so_far", plan=asked.name(plan), fails=int(failing.sum()), futures=len(so_far)))

    stress_runs.show(asked, t, counted)
    found = stress_runs.settled(asked)
    if found is None:
        return
    failing, places = fails(found, question), acting(found, question, asked.plans)
    rules = background.made(
        ("stress", asked.sweep.fingerprint, len(found), question),
        partial(stress_findings.rules, places, failing),
        t,
    )
    if rules is None:
        return
    stress_rules.draw(asked, plan, places, failing, rules, t)
    _examples(asked, found, plan, behind, failing, rules.box.box.holds(found.places), targets, t)


def choose(asked: Asked, targets: tuple[Target, ...], t: Words) -> Question:
    """The plan that is looked at, and what counts as its failure."""
    place, against = key("failing"), key("behind")
    if st.session_state.get(place) not in asked.plans:
        st.session_state[place] = next(iter(asked.plans))
    label = TOTALS[asked.outcome].label(t.language)
    left, right = st.columns(2)
    plan = left.selectbox(
        t("stress.failing"), list(asked.plans), format_func=asked.name, key=place, persist_state="session"
    )
    others = [TARGETS, *(name for name in asked.plans if name != plan)]
    if st.session_state.get(against) not in others:
        st.session_state[against] = TARGETS
    behind = right.selectbox(
        t("stress.failure"), others, key=against, persist_state="session",
        format_func=lambda name: (
            t("stress.behind", plan=asked.name(name), outcome=label) if name else t("stress.misses")
        ),
    )  # fmt: skip
    page_address.write({"failing": str(plan), "behind": str(behind)})
    return Question(asked.outcome, targets, str(plan), str(behind))


def shortfall(found: Futures, plan: str, behind: str, asked: Asked, targets: tuple[Target, ...]) -> pd.Series:
    """How far the plan is from success in each future, in the unit of what it misses first."""
    if behind:
        means = found.means(asked.outcome) * (TOTALS[asked.outcome].better or 1)
        return means[behind] - means[plan]
    return (targets[0].at - found.means(targets[0].outcome)[plan]) * targets[0].sign


def _examples(
    asked: Asked, found: Futures, plan: str, behind: str, failing: Flags, inside: Flags, targets: tuple[Target, ...],
    t: Words,
) -> None:  # fmt: skip
    """Futures in which the plan fails, the worst of the box first, each to be opened in the Studio."""
    st.markdown(f"##### {t('stress.examples')}")
    missed = shortfall(found, plan, behind, asked, targets)[failing & (inside | ~inside.any())]
    if missed.empty:
        panels.note(t("stress.no_examples"))
        return
    worst = list(missed.sort_values(ascending=False, kind="stable").index[:EXAMPLES])
    values = found.means(asked.outcome)[plan]
    outcome = TOTALS[asked.outcome]
    place = key("example")
    stress_settings.one("example", worst, t("stress.example"), t)
    if st.session_state.get(place) not in worst:
        st.session_state[place] = worst[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            t("stress.example"), worst, key=place, persist_state="session",
            format_func=lambda future: t("stress.example_told", number=future + 1, outcome=outcome.label(t.language),
                                         value=t.value(outcome, values[future])),
        )  # fmt: skip
        st.button(t("stress.to_studio"), key=key("studio"), icon=":material/tune:", on_click=_open,
                  args=(asked, found.places.loc[number], plan, int(number)))  # fmt: skip
    panels.note(t("stress.examples_note", worlds=WORLDS))
    if st.session_state.pop(key("goal"), None) is not None:
        st.switch_page("pages/studio.py")


def example(asked: Asked, places: pd.Series, plan: str, number: int) -> Scenario:
    """The scenario of one future under a plan, under a name of its own."""
    world = asked.world({str(path): float(value) for path, value in places.items()}, plan)
    titles = {}
    for language in LANGUAGES:
        words = Words(language)
        titles[language] = words(
            "stress.future_title", number=number + 1, scenario=library.title(asked.scenario, words)
        )
    changed = {
        "name": library.CUSTOM,
        "title": Text(**titles),
        "plan": library.recognised(world.plan),
        "seeds": world.seeds.model_copy(update={"count": WORLDS}),
    }
    return world.model_copy(update=changed)


def _open(asked: Asked, places: pd.Series, plan: str, number: int) -> None:
    """Make the future the scenario of the Studio."""
    scenario = example(asked, places, plan, number)
    settings.load(scenario)
    st.session_state[settings.ASKED] = scenario
    st.session_state[key("goal")] = True

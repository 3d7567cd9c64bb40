"""Duel, who: which people and segments the difference comes from, and one person's two lives side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import (
    charts_life,
    charts_people_duel,
    errors,
    jobs,
    panels,
    people_life,
    people_words,
    state,
)
from pages.parts.words import Words, plain
from simulation.analysis import biography, deciders
from simulation.analysis.deciders import PERSONS, Persons
from simulation.analysis.lives import LIVES, Lives
from simulation.experiment import Experiment
from simulation.members import NEEDS
from simulation.scenario import Plan, Scenario

SLOT = f"{state.DUEL}.who"
PERSON, SEED = f"{SLOT}.person", f"{SLOT}.seed"
COMPARED = ("satisfaction", "trust", "fatigue", "friends", *NEEDS)
COUNTED = ("kept", "won", "upgraded", "downgraded", "missed", "lost")
STAY = ("joining", "leaving")
KEPT = 16


def show(
    scenario: Scenario, a: str, b: str, plans: tuple[Plan, ...], called: Mapping[str, str], worlds: int, t: Words
) -> None:
    """Who decided between the two plans in the ring, once the reader asks for it."""
    st.markdown(f"##### {t('who.heading')}")
    with errors.told(t):
        ring = tuple(plan for plan in plans if plan.name in {a, b})
        panels.note(t("who.intro", a=called[a], b=called[b]))
        if not st.toggle(t("who.ask"), key=SLOT, persist_state="session"):
            return
        asked = replace(Experiment.of(scenario, ring, seeds=worlds), recording=PERSONS)
        found = jobs.gather(f"{SLOT}.people", {"people": asked}, t)
        if found is None:
            return
        told = _fates(found["people"], a, b)
        _segments(told, called[a], called[b], t)
        _lives(scenario, ring, (a, b), called, told, asked.seeds, t)


@lru_cache(maxsize=KEPT)
def _fates(persons: Persons, a: str, b: str) -> pd.DataFrame:
    return deciders.fates(persons, a, b)


def _segments(told: pd.DataFrame, a: str, b: str, t: Words) -> None:
    whole = deciders.counts(told).to_dict("records")
    panels.say(answer(told, a, b, t))
    panels.points([_count(row, a, b, t) for row in whole if row["fate"] in COUNTED])
    segment = st.selectbox(
        t("who.by"), deciders.SEGMENTS, format_func=lambda name: t.heading(f"who.trait_{name}"), key=f"{SLOT}.segment",
        persist_state="session",
    ) or deciders.SEGMENTS[0]  # fmt: skip
    counts = deciders.counts(told, segment)
    groups = {group: group_name(segment, group, t) for group in sorted(counts["group"].unique().tolist())}
    title = t("who.title", trait=t(f"who.trait_{segment}"), a=a, b=b)
    panels.figure(charts_people_duel.fates(counts, groups, title, t))
    panels.note(t("who.note", worlds=told["seed"].nunique()))


def _count(row: Any, a: str, b: str, t: Words) -> str:
    mean, low, high = (t.number(row[name], 1) for name in ("mean", "low", "high"))
    return t(f"who.count_{row['fate']}", a=a, b=b, mean=mean, low=low, high=high)


def answer(told: pd.DataFrame, a: str, b: str, t: Words) -> str:
    """How many more people stay, and in which segment most of them are."""
    net: Any = next(row for row in deciders.counts(told).to_dict("records") if row["fate"] == "net")
    interval = _signed_interval(net["low"], net["high"], t)
    values = {"a": a, "b": b, "net": t.number(net["mean"], 1, sign=True), "interval": interval}
    found = deciders.strongest(told)
    if found is None:
        return t("who.answer_all", **values)
    kind = "who.in_need" if found.segment == "need" else "who.in_segment"
    values |= {
        "segment": t(kind, trait=t(f"who.trait_{found.segment}"), group=group_name(found.segment, found.group, t)),
        "own": f"{t.number(found.mean, 1, sign=True)} {_signed_interval(found.low, found.high, t)}",
        "expected": t.number(found.expected, 1, sign=True),
    }
    return t("who.answer", **values)


def _signed_interval(low: float, high: float, t: Words) -> str:
    return f"[{t.number(low, 1, sign=True)}, {t.number(high, 1, sign=True)}]"


def group_name(segment: str, group: int, t: Words) -> str:
    """What people call a group of a segment: a need, or a quarter."""
    return t(f"people.{NEEDS[group]}") if segment == "need" else t(f"who.quarter_{group}")


def _lives(
    scenario: Scenario, ring: tuple[Plan, ...], pair: tuple[str, str], called: Mapping[str, str], told: pd.DataFrame,
    seeds: tuple[int, ...], t: Words,
) -> None:  # fmt: skip
    st.markdown(f"##### {t('who.lives')}")
    left, right = st.columns(2)
    if st.session_state.get(SEED) not in seeds:
        st.session_state[SEED] = seeds[0]
    seed = int(
        left.selectbox(t("who.world"), seeds, key=SEED, help=t("who.world_help"), persist_state="session") or seeds[0]
    )
    parted = deciders.leading(told, seed)
    if not 0 <= st.session_state.get(PERSON, -1) < scenario.population.size:
        st.session_state[PERSON] = int(parted["person"].iloc[0]) if len(parted) else 0
    right.number_input(t("people.person"), 0, scenario.population.size - 1, key=PERSON, persist_state="session")
    person = int(st.session_state[PERSON])
    if len(parted):
        _list(parted, called[pair[0]], called[pair[1]], t)
    asked = replace(Experiment.of(scenario, ring, seeds=[seed]), recording=LIVES)
    found = jobs.gather(f"{SLOT}.lives", {"lives": asked}, t)
    if found is None:
        return
    lives: tuple[Lives, Lives] = found["lives"][pair[0], seed], found["lives"][pair[1], seed]
    names = called[pair[0]], called[pair[1]]
    after = scenario.population.dropout == "after_purchase"
    parting = biography.part(*lives, person)
    panels.say(parting_sentence(parting, person, names, t))
    stay = biography.part(*lives, person, STAY)
    if stay.decided is not None and stay.decision != parting.decision:
        panels.say(membership_sentence(stay, names, t))
    for column, life, name in zip(st.columns(2, gap="large"), lives, names, strict=True):
        with column:
            st.markdown(f"**{plain(name)}**")
            panels.note(people_words.lead(life, person, t))
            story = people_words.story(life, person, t, after_purchase=after)
            if story:  # above the story, whose length would push one chart below the other
                course, marks = biography.course(life, person), people_life.marked(life, person, t)
                panels.figure(charts_life.doings(course, marks, t("people.doings"), t))
            panels.points(story or [t("who.no_story")])
    courses = biography.course(lives[0], person), biography.course(lives[1], person)
    panels.note(t("who.lines", a=names[0], b=names[1]))
    with st.grid(3, min_column_width=240, gap="medium"):
        for measure in COMPARED:
            with st.container():
                panels.figure(charts_people_duel.two_lives(courses, measure, names, parting.decided, t))


def _list(parted: pd.DataFrame, a: str, b: str, t: Words) -> None:
    shown = pd.DataFrame(
        {
            t("desk.person"): parted["person"],
            t("who.fate"): [t(f"who.fate_{fate}") for fate in parted["fate"]],
            t("who.weeks"): [t.number(weeks, 0, sign=True) for weeks in parted["weeks"]],
            t("who.spent"): [t.money(spent, sign=True) for spent in parted["spent"]],
        }
    )
    st.dataframe(
        shown, hide_index=True, alt=t("who.list_alt"), height=210, key=f"{SLOT}.list", selection_mode="single-row",
        on_select=lambda: _picked(parted["person"].tolist()),
    )  # fmt: skip
    panels.note(t("who.list", a=a, b=b))


def _picked(people: list[int]) -> None:
    for row in st.session_state[f"{SLOT}.list"]["selection"]["rows"]:
        if row < len(people):
            st.session_state[PERSON] = int(people[row])


def parting_sentence(found: biography.Parting, person: int, names: tuple[str, str], t: Words) -> str:
    """Where the two lives part, and which coin fell between the two chances."""
    if found.week is None:
        return t("who.alike", person=person)
    seen = t(f"people.{found.seen}") if t.knows(f"people.{found.seen}") else t(f"people.decision_{found.seen}")
    if found.decided is None:
        return t("who.felt_only", person=person, week=found.week, seen=seen)
    known = not np.isnan([found.coin, *found.chances]).any()
    return t("who.parted" if known else "who.parted_unknown", person=person, week=found.week, seen=seen,
             **_decided(found, names, t))  # fmt: skip


def membership_sentence(found: biography.Parting, names: tuple[str, str], t: Words) -> str:
    """Where one life stays in the community and the other does not."""
    known = not np.isnan([found.coin, *found.chances]).any()
    return t("who.membership" if known else "who.membership_unknown", **_decided(found, names, t))


def _decided(found: biography.Parting, names: tuple[str, str], t: Words) -> dict[str, Any]:
    values: dict[str, Any] = {
        "decided": found.decided, "a": names[0], "b": names[1], "coin": t.number(found.coin, 4),
        "decision": t(f"people.decision_{found.decision}"),
    }  # fmt: skip
    countable = found.decision in {"posting", "buying"}
    for side, chance, outcome in zip("ab", found.chances, found.outcomes, strict=True):
        values[f"chance_{side}"] = t.number(chance, 3) if countable else t.percent(chance)
        values[f"outcome_{side}"] = str(outcome) if countable else t("who.did" if outcome else "who.did_not")
    return values

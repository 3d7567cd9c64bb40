"""Best under limits: search the levers of a plan for two goals, choose from the front, try the choice on new luck."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import (
    charts_best,
    errors,
    library,
    panels,
    settings,
    state,
    stress_best_kept,
    stress_cluster,
    stress_settings,
    stress_studies,
    verdicts,
)
from pages.parts.charts import Figure
from pages.parts.stress import Asked, key, part_name
from pages.parts.words import Words, plain
from simulation import ENGINE_VERSION
from simulation.analysis import optimum
from simulation.analysis.optimum import Found, Limits, Search
from simulation.factors import Factor
from simulation.outcomes import TOTALS
from simulation.sweep_points import Points

EVALUATIONS = (16, 48, 96, 192, 384)
WORLDS = (2, 5, 10)
SLOT = key("best")


def show(asked: Asked, t: Words) -> None:
    """What is searched for, the front, and the setting that is chosen."""
    search = _asked(asked, t)
    if search is None:
        return
    where = stress_cluster.executor(asked.executor)
    points = Points(search.scenario, (search.plan,), ({},), search.seeds)
    seconds = points.point_seconds * search.evaluations / stress_studies.WORKERS
    offer = t("best.offer", evaluations=search.evaluations, worlds=len(search.seeds), levers=len(search.levers),
              minutes=t.number(max(seconds, 6) / 60, 1))  # fmt: skip

    def make(tell: Any) -> Found:
        return optimum.search(search, executor=where, told=tell)

    stress_studies.show(SLOT, fingerprint(search), make, offer, t, partial(_draw, search=search, asked=asked, t=t))


def fingerprint(search: Search) -> str:
    """What makes two searches the same."""
    what = (
        ENGINE_VERSION, search.scenario.with_plan(search.plan).fingerprint(), search.plan.name, search.goals,
        tuple((lever.path, lever.low, lever.high) for lever in search.levers), search.limits, search.seeds,
        search.evaluations, search.seed,
    )  # fmt: skip
    return "best-" + hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def _asked(asked: Asked, t: Words) -> Search | None:
    able = {name: found for name, plan in asked.plans.items() if (found := optimum.levers(plan))}
    if not able:
        st.info(t("errors.levers_missing"), icon=":material/info:")
        return None
    one, two, three = st.columns(3)
    name = _select(one, "plan", list(able), max(able, key=lambda name: len(able[name])), asked.name, t)
    others = [outcome for outcome in verdicts.TOGETHER if outcome != asked.outcome]
    two.selectbox(
        t("best.goal_first"), [asked.outcome], format_func=lambda outcome: TOTALS[outcome].label(t.language),
        key=f"{SLOT}.first.{asked.outcome}", disabled=True,
    )  # fmt: skip
    second = _select(three, "goal", others, others[0], lambda outcome: TOTALS[outcome].label(t.language), t)
    levers = {lever.path: lever for lever in able[name]}
    stress_settings.several(f"best.levers.{name}", list(levers), len(levers), t("best.lever"), t)
    state.remember(f"{SLOT}.levers.{name}", list(levers))
    picked = st.multiselect(
        t("best.levers"), list(levers), key=f"{SLOT}.levers.{name}", persist_state="session",
        format_func=lambda path: lever_name(levers[path], t), help=t("best.levers_help"),
    )  # fmt: skip
    limits = _limits(t)
    four, five = st.columns(2)
    evaluations = int(_select(four, "evaluations", EVALUATIONS, 192, str, t))
    worlds = int(_select(five, "worlds", WORLDS, 5, str, t))
    if not picked:
        st.info(t("errors.levers_missing"), icon=":material/info:")
        return None
    first = asked.scenario.seeds.first
    chosen = tuple(levers[path] for path in levers if path in picked)
    seeds = tuple(range(first, first + worlds))
    return Search(asked.scenario, asked.plans[name], chosen, (asked.outcome, second), limits, seeds, evaluations)


def _select(place: Any, name: str, options: Any, first: Any, told: Any, t: Words, final: bool = True) -> Any:
    where = f"{SLOT}.{name}"
    if final:
        stress_settings.one(f"best.{name}", options, t(f"best.{name}"), t)
    state.remember(where, first)
    if st.session_state[where] not in options:
        st.session_state[where] = first
    return place.selectbox(t(f"best.{name}"), options, format_func=told, key=where, persist_state="session")


def _limits(t: Words) -> Limits:
    one, two, three = st.columns(3)
    currency = t.unit("¥")
    most = {"spend": 1e9, "trust": 100.0, "cash": 1e12}
    labels = {name: t(f"best.{name}", currency=currency) for name in most}
    for name, label in labels.items():
        stress_settings.number(f"best.{name}", 0.0, most[name], label, t)
    spend = one.number_input(labels["spend"], 0.0, most["spend"], None, step=1000.0, format="%.0f",
                             key=f"{SLOT}.spend", placeholder=t("best.no_limit"), persist_state="session")  # fmt: skip
    trust = two.number_input(labels["trust"], 0.0, most["trust"], None, step=1.0, key=f"{SLOT}.trust",
                             placeholder=t("best.no_limit"), persist_state="session")  # fmt: skip
    cash = three.number_input(
        labels["cash"], 0.0, most["cash"], None, step=10_000.0, format="%.0f", key=f"{SLOT}.cash",
        placeholder=t("best.no_limit"), help=t("best.cash_help"), persist_state="session",
    )  # fmt: skip
    return Limits(spend, None if trust is None else trust / 100, None if cash is None else -cash)


def lever_name(lever: Factor, t: Words) -> str:
    """What people call a lever, with its strategy."""
    return t("stress.factor", label=lever.declared.label(t.language), part=part_name(lever.path, t))


def _draw(found: Found, complete: bool, *, search: Search, asked: Asked, t: Words) -> None:
    table, front = found.settings, found.front
    if not complete:
        panels.note(t("studies.so_far", done=len(table), total=search.evaluations))
    panels.say(sentence(found, search, asked, t))
    chosen = _choose(found, search, complete, t) if len(front) else None
    goals = (TOTALS[search.goals[0]], TOTALS[search.goals[1]])
    _front(
        charts_best.front(_groups(table, search), goals, chosen, t), chosen, [int(number) for number in front["number"]]
    )
    if chosen is None:
        return
    st.dataframe(_setting(found, chosen, search, t), hide_index=True, alt=t("best.setting_table"))
    values = {lever.path: float(table[lever.path][chosen]) for lever in search.levers}
    st.button(t("best.to_studio"), key=f"{SLOT}.studio", icon=":material/tune:", on_click=_open, args=(search, values))
    if complete:
        with errors.told(t):
            stress_best_kept.show(found, chosen, search, asked, t)


def sentence(found: Found, search: Search, asked: Asked, t: Words) -> str:
    """What the search came to."""
    table, front = found.settings, found.front
    goal = TOTALS[search.goals[0]]
    values = {"tried": len(table), "plan": asked.name(search.plan.name), "kept": int(table["kept"].sum())}
    if front.empty:
        return t("best.answer_none", **values)
    best = table.loc[front.index[int((front[goal.name] * goal.better).to_numpy().argmax())]]
    if int(best["number"]) == 0:
        return t("best.answer_now", outcome=goal.label(t.language), front=len(front), **values)
    name = goal.name
    gain = f"{t.change(goal, best[f'{name}_gain'])} "
    gain += t.interval(goal, best[f"{name}_low"], best[f"{name}_high"], change=True)
    return t("best.answer", outcome=goal.label(t.language), front=len(front), number=int(best["number"]), gain=gain,
             worlds=len(search.seeds), **values)  # fmt: skip


def _choose(found: Found, search: Search, complete: bool, t: Words) -> int:
    first, second = (TOTALS[goal] for goal in search.goals)
    front = found.front.sort_values(first.name, ascending=first.better < 0)
    told = {
        int(row["number"]): t(
            "best.option", number=int(row["number"]), first=first.label(t.language), second=second.label(t.language),
            one=t.value(first, row[first.name]), two=t.value(second, row[second.name]),
        )
        for row in front.to_dict("records")
    }  # fmt: skip
    # The setting that an address names may not have been found yet.
    return int(_select(st, "setting", list(told), next(iter(told)), lambda number: told.get(number, str(number)), t,
                       final=complete))  # fmt: skip


def _front(picture: Figure, chosen: int | None, front: list[int]) -> None:
    """The chart, on which a click chooses as the list above does."""
    if chosen is None:
        panels.figure(picture)
        return
    # Named after what is chosen: a chart that forgets its click when the list is used, and takes the same click again.
    slot = key(f"front.{chosen}")
    st.markdown(f"**{plain(picture.title)}**")
    st.vega_lite_chart(picture.spec, width="stretch", alt=picture.alt, key=slot, selection_mode=charts_best.PICK,
                       on_select=partial(_clicked, slot, front))  # fmt: skip


def _clicked(slot: str, front: list[int]) -> None:
    number = charts_best.picked(st.session_state.get(slot), front)
    if number is not None:
        st.session_state[f"{SLOT}.setting"] = number


def _groups(table: pd.DataFrame, search: Search) -> pd.DataFrame:
    group = table["kept"].map({True: "kept", False: "broken"}).mask(table["front"], "front")
    shown = table[["number", "front"]].assign(group=group.mask(table["number"] == 0, "now"))
    return shown.assign(x=table[search.goals[0]], y=table[search.goals[1]])


def _setting(found: Found, number: int, search: Search, t: Words) -> pd.DataFrame:
    levers, chosen = search.levers, found.settings
    return pd.DataFrame(
        {
            t("best.lever"): [lever_name(lever, t) for lever in levers],
            t("best.group_now"): [t.bare(search.now[lever.path]) for lever in levers],
            t("best.chosen"): [t.bare(float(chosen[lever.path][number])) for lever in levers],
            t("evidence.unit"): [t.unit(lever.declared.unit) for lever in levers],
        }
    )


def _open(search: Search, values: dict[str, float]) -> None:
    """Make the chosen setting what the Studio holds."""
    plan = search.setting(values).model_copy(update={"name": library.CUSTOM})
    scenario = search.scenario.with_plan(plan)
    settings.load(scenario)
    st.session_state[settings.ASKED] = scenario

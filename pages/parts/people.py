"""People page: which world is looked at, its recording, and the network with the person who is picked in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from pages.parts import charts_people, jobs, library, panels, people_address, people_life, settings, state
from pages.parts.words import Words, plain
from simulation.analysis.lives import LIVES, Lives
from simulation.analysis.picturing import COLOURINGS, EVER, HUBS, MAP, NEVER, view
from simulation.analysis.ties import bridges, community_sizes
from simulation.experiment import Experiment
from simulation.scenario import Scenario

OURS, key = people_address.OURS, people_address.key
LISTED = 15
RANKS = ("pagerank", "betweenness", "degree", "strength", "core")
"""Measures of importance by which people can be put in order."""
FORMATS = {"strength": "{:.1f}", "pagerank": "{:.4f}", "betweenness": "{:.3f}", "inside": "{:.1%}",
           "participation": "{:.2f}", "outside": "{:.1f}"}  # fmt: skip
"""How measures of the network are written."""


class World(NamedTuple):
    """What is looked at: a scenario with its plan, and the seed of one world."""

    scenario: Scenario
    seed: int

    def experiment(self, recording: Any) -> Experiment:
        """The world as something that can be computed."""
        return replace(Experiment.of(self.scenario, seeds=[self.seed]), recording=recording)


def choose(t: Words) -> World:
    """Community, plan and world, from the controls."""
    asked: Scenario | None = st.session_state.get(settings.ASKED)
    scenarios, plans = library.scenarios(), library.plans()
    options = [*([OURS] if asked is not None else []), *scenarios]
    state.remember(key("scenario"), options[0] if asked is not None else library.FIRST_SCENARIO)
    if st.session_state[key("scenario")] not in options:
        st.session_state[key("scenario")] = library.FIRST_SCENARIO
    state.remember(key("plan"), library.FIRST_PLAN)
    state.remember(key("seed"), 1)
    left, middle, right = st.columns([3, 3, 1])
    scenario = left.selectbox(
        t("desk.scenario"), options, key=key("scenario"), persist_state="session",
        format_func=lambda name: t("people.studio") if name == OURS else library.title(scenarios[name], t),
    )  # fmt: skip
    plan = middle.selectbox(
        t("desk.plan"), list(plans), key=key("plan"), persist_state="session", disabled=scenario == OURS,
        format_func=lambda name: library.title(plans[name], t),
        help=t("people.plan_help"),
    )  # fmt: skip
    seed = right.number_input(
        t("desk.seed"), 1, people_address.MOST_SEEDS, key=key("seed"), help=t("desk.seed_help"), persist_state="session"
    )
    chosen = asked if scenario == OURS and asked is not None else scenarios[scenario].with_plan(plans[plan])
    return World(chosen, int(seed))


def tell(world: World, view: str) -> None:
    """Write what is looked at into the address; only the network has somebody who is picked, circles have no week."""
    people_address.tell(st.session_state[key("scenario")], st.session_state[key("plan")], world.seed, view)
    if view != "network":
        people_address.tell_place(person=None)
    if view == "circles":
        people_address.tell_place(week=None)


def recorded(world: World, t: Words) -> Lives | None:
    """The lives of this world, or None while they are being recorded."""
    found = jobs.gather(key("lives"), {"lives": world.experiment(LIVES)}, t)
    return None if found is None else found["lives"][world.scenario.plan.name, world.seed]


def mapped(world: World, t: Words) -> pd.DataFrame | None:
    """Where everybody stands in the network, or None while it is being found out."""
    found = jobs.gather(key("map"), {"map": world.experiment(MAP)}, t)
    return None if found is None else found["map"][world.scenario.plan.name, world.seed]


def lead(world: World, lives: Lives, t: Words) -> str:
    """What is being looked at, in a line."""
    return t("people.shown", scenario=library.title(world.scenario, t), plan=library.title(world.scenario.plan, t),
             people=f"{len(lives.people):,}", weeks=lives.horizon, seed=world.seed)  # fmt: skip


def week(lives: Lives, t: Words) -> int:
    """Week that is looked at; every view shares it."""
    state.remember(key("week"), lives.horizon)
    # Written only where it must change: a value that comes from here overrules the one a hand is just moving to.
    if not 0 <= st.session_state[key("week")] <= lives.horizon:
        st.session_state[key("week")] = lives.horizon
    now = int(st.slider(t("studio.week"), 0, lives.horizon, key=key("week"), persist_state="session"))
    people_address.tell_place(week=now)
    return now


def network(world: World, lives: Lives, t: Words) -> None:
    """The network of a week, and the biography of who is picked in it."""

    @st.fragment
    def picture() -> None:
        now = week(lives, t)
        people_life.settle(lives)
        after = world.scenario.population.dropout == "after_purchase"
        left, right = st.columns([3, 2], gap="large")
        with left:
            colouring = st.selectbox(
                t("people.colour"), COLOURINGS, key=key("colour"), persist_state="session",
                format_func=lambda name: t.heading(f"people.by_{name}"),
            )  # fmt: skip
            places = mapped(world, t)
            if places is not None:
                _draw(lives, places, now, colouring or COLOURINGS[0], t)
        with right:
            people_life.draw(lives, t, after_purchase=after)
        people_life.deeper(lives, now, t, after_purchase=after)
        people_address.tell_place(person=int(st.session_state[people_life.PERSON]))

    picture()


def _draw(lives: Lives, places: pd.DataFrame, now: int, colouring: str, t: Words) -> None:
    chosen = st.session_state[people_life.PERSON]
    drawn = charts_people.network(view(lives, places, now, colouring, chosen), colouring, now, chosen, t)
    st.markdown(f"**{plain(drawn.title)}**")
    st.echarts_chart(
        drawn.spec, height=charts_people.NETWORK_HEIGHT, key=key("network"), alt=drawn.alt,
        on_select=lambda: _picked(drawn.people),
    )  # fmt: skip
    panels.note(t("people.rule", hubs=HUBS, ever=EVER, never=NEVER))


def _picked(people: tuple[int, ...]) -> None:
    """Note who was clicked; a circle of many stands for nobody."""
    for group in st.session_state[key("network")]["selection"]["selected"]:
        for place in group["data_indices"]:
            if group.get("data_type", "node") != "edge" and 0 <= place < len(people) and people[place] >= 0:
                st.session_state[people_life.PERSON] = people[place]


def circles(world: World, lives: Lives, t: Words) -> None:
    """Communities, the bridges between them, and four views of who matters."""
    places = mapped(world, t)
    if places is None:
        return
    sizes, spans = _studied(lives, places)
    first = places.sort_values("pagerank", ascending=False).iloc[0]
    panels.say(
        t("people.circles_answer", circles=len(sizes), inside=t.percent(float(sizes["inside"].mean())),
          bridge=int(spans["person"].iloc[0]), reaches=int(spans["reaches"].iloc[0]), first=int(first["person"]))
    )  # fmt: skip
    ties = lives.people["degree"]
    key_people = places.sort_values("pagerank", ascending=False).assign(degree=ties.astype(int))
    shown = {"key_people": key_people, "communities": sizes, "bridges": spans}
    for name, frame in shown.items():
        st.markdown(f"##### {t(f'desk.{name}')}")
        panels.note(t(f"desk.{name}_note"))
        told = (_ranked(frame, t) if name == "key_people" else frame).head(LISTED).copy()
        if "community" in told:
            told["community"] += 1
        formats = {t(f"desk.{column}"): FORMATS[column] for column in told.columns if column in FORMATS}
        told = told.rename(columns={column: t(f"desk.{column}") for column in told.columns})
        panels.table(told, t(f"desk.{name}"), formats)


def _ranked(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    """People in the order of the measure that the reader chooses, which becomes the first column."""
    chosen = st.segmented_control(
        t("people.rank"), RANKS, format_func=lambda name: t(f"desk.{name}"), required=True, default=RANKS[0],
        key=key("rank"), persist_state="session", wrap=True,
    ) or RANKS[0]  # fmt: skip
    rest = [name for name in RANKS if name != chosen]
    return frame.sort_values([chosen, "person"], ascending=[False, True])[["person", chosen, *rest, "community"]]


def _studied(lives: Lives, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    known = lives.ties.rename(columns={"after": "strength"})
    groups = places.loc[places["community"] >= 0, ["person", "community"]]
    return community_sizes(known, groups), bridges(known, groups)

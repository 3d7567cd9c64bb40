"""The world that the data desk looks at: chosen by the reader, recorded once for everybody."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.parts import background, library, state
from pages.parts.page_address import Address
from pages.parts.words import Words
from simulation.analysis import query
from simulation.eventlog import EventLog, follow
from simulation.model import CommunityModel
from simulation.scenario import Scenario

WEEKS = (26, 52, 104)
MOST_SEED = 1000
ADDRESS = Address(state.DESK)


class World(NamedTuple):
    """What is recorded: a scenario with its plan and horizon, and the seed of one world."""

    scenario: Scenario
    seed: int

    @property
    def key(self) -> tuple[str, int]:
        """What tells this world from every other."""
        return self.scenario.fingerprint(), self.seed


class Recorded(NamedTuple):
    """The log of a world, the world itself, of which only the answers to a study may tell, and the log to be asked."""

    log: EventLog
    model: CommunityModel
    base: query.Base


def choose(t: Words) -> World:
    """Community, plan, weeks and world, from the controls."""
    scenarios, plans = library.scenarios(), library.plans()
    ADDRESS.one("scenario", list(scenarios), t("desk.scenario"), t)
    ADDRESS.one("plan", list(plans), t("desk.plan"), t)
    ADDRESS.one("weeks", WEEKS, t("desk.weeks"), t)
    ADDRESS.whole("seed", 1, MOST_SEED, t("desk.seed"), t)
    state.remember(f"{state.DESK}.scenario", library.FIRST_SCENARIO)
    state.remember(f"{state.DESK}.plan", library.FIRST_PLAN)
    state.remember(f"{state.DESK}.weeks", 52)
    state.remember(f"{state.DESK}.seed", 1)
    with st.grid(4, min_column_width=150, gap="small"):
        scenario = st.selectbox(
            t("desk.scenario"), list(scenarios), format_func=lambda name: library.title(scenarios[name], t),
            key=f"{state.DESK}.scenario", persist_state="session",
        )  # fmt: skip
        plan = st.selectbox(
            t("desk.plan"), list(plans), format_func=lambda name: library.title(plans[name], t),
            key=f"{state.DESK}.plan", persist_state="session",
        )  # fmt: skip
        weeks = st.selectbox(t("desk.weeks"), WEEKS, key=f"{state.DESK}.weeks", persist_state="session")
        seed = st.number_input(
            t("desk.seed"), 1, MOST_SEED, key=f"{state.DESK}.seed", help=t("desk.seed_help"), persist_state="session"
        )
    chosen = scenarios[scenario].with_plan(plans[plan]).model_copy(update={"horizon": weeks})
    return World(chosen, int(seed))


def recorded(world: World, t: Words) -> Recorded | None:
    """The recording of this world, or None while it is being made."""
    return background.made(("log", *world.key), partial(_record, world), t)


def _record(world: World) -> Recorded:
    model = CommunityModel(world.scenario, (world.seed,))
    log = follow(model)
    return Recorded(log, model, query.Base(log.tables))

"""Live mode of the Studio: the community grows week by week, at a chosen speed, to be paused at any time."""

from __future__ import annotations

import time

import streamlit as st

from pages.parts import background, charts_week, panels
from pages.parts.charts_marks import Event
from pages.parts.film import DRAWN, FOLLOWED, Film
from pages.parts.settings import key
from pages.parts.words import Words
from simulation.outcomes import WEEKLY
from simulation.scenario import Scenario

SPEEDS = (1, 2, 4, 8)
"""Weeks a second."""
TICK = 0.5
RECENT = 3
"""Weeks for which something that happened stays on the screen."""
WEEK, PLAYING, CLOCK, OF = key("live.week"), key("live.playing"), key("live.clock"), key("live.of")


@st.cache_resource(show_spinner=False, max_entries=12)
def _film(fingerprint: str, seed: int, _scenario: Scenario) -> Film:
    return Film(_scenario, seed)


def draw(scenario: Scenario, events: tuple[Event, ...], t: Words) -> None:
    """Switch, and under it one world that is watched while it is lived; switched off, nothing runs.

    Raises:
        LabError: ``too_large_to_watch`` for a world with too many people.
    """
    if not st.toggle(t("live.title"), key=key("live"), persist_state="session"):
        return
    fingerprint, seed = scenario.fingerprint(), scenario.seeds.first
    film = _film(fingerprint, seed, scenario)
    background.bench().ask(("film", fingerprint, seed), film.live)
    if st.session_state.get(OF) != (fingerprint, seed):
        st.session_state[OF] = (fingerprint, seed)
        _restart()
    playing = st.session_state[PLAYING]

    @st.fragment(run_every=TICK if playing else None)
    def picture() -> None:
        week = _advance(film)
        if st.session_state[PLAYING] != playing:
            st.rerun()
        _controls(film, week, t)
        if week < 0:
            st.skeleton(420)
        else:
            _show(film, week, events, t)

    with st.container(border=True):
        picture()


def _restart() -> None:
    st.session_state[WEEK], st.session_state[PLAYING], st.session_state[CLOCK] = 0.0, True, time.monotonic()


def _play(on: bool) -> None:
    # Said outright: on a busy server a click may be delivered twice, and turning over twice would undo it.
    st.session_state[PLAYING] = on
    st.session_state[CLOCK] = time.monotonic()


def _advance(film: Film) -> int:
    """Week to show now: as far as the clock has come, never beyond what has been lived."""
    if film.failed is not None:
        raise film.failed
    film.wait(TICK)
    now = time.monotonic()
    if st.session_state[PLAYING] and film.week >= 0:
        speed = int(st.session_state.get(key("live.speed"), SPEEDS[1]))
        week = st.session_state[WEEK] + speed * (now - st.session_state[CLOCK])
        st.session_state[WEEK] = min(week, float(film.week))
        if st.session_state[WEEK] >= film.horizon:
            st.session_state[PLAYING] = False
    st.session_state[CLOCK] = now
    return min(int(st.session_state[WEEK]), film.week)


def _controls(film: Film, week: int, t: Words) -> None:
    playing = st.session_state[PLAYING]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("live.pause") if playing else t("live.go_on"), key=key("live.pause"), on_click=_play, args=(not playing,),
            icon=":material/pause:" if playing else ":material/play_arrow:",
            disabled=not playing and week >= film.horizon,
        )  # fmt: skip
        st.button(t("live.restart"), key=key("live.restart"), on_click=_restart, icon=":material/replay:")
        st.segmented_control(
            t("live.speed"), SPEEDS, format_func=lambda speed: t("live.weeks_a_second", weeks=speed), default=SPEEDS[1],
            required=True, key=key("live.speed"), persist_state="session",
        )  # fmt: skip
    st.progress(max(week, 0) / film.horizon, text=t("live.week", week=max(week, 0), horizon=film.horizon))


def _show(film: Film, week: int, events: tuple[Event, ...], t: Words) -> None:
    numbers = film.frames[week].numbers
    told = t("live.told", week=week, members=t.number(numbers["members"], 0), joins=t.number(numbers["joins"], 0),
             leaves=t.number(numbers["leaves"], 0), profit=t.money(numbers["profit_cum"]))  # fmt: skip
    st.image(film.svg(week), width="stretch", alt=told)
    panels.note(told)
    recent = [
        t("charts.event", week=event.week, label=event.label) for event in events if 0 <= week - event.week < RECENT
    ]
    if recent:
        panels.say(t.join(recent))
    with st.grid(2, min_column_width=240):
        for name in FOLLOWED:
            with st.container():
                panels.figure(charts_week.growing(film.course(name, week), WEEKLY[name], film.horizon, t))
    panels.note(t("live.note", drawn=min(DRAWN, film.scenario.population.size),
                  people=t.number(film.scenario.population.size, 0), seed=film.seed))  # fmt: skip

"""Studies on the stress page: offered with their price, drawn as they grow, cancelled, found again after a reload."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import errors, jobs, panels, settings, state, stress_address, stress_cluster, stress_settings
from pages.parts.stress import Asked
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.jobs_studies import STUDIES, Make, Study
from simulation.sweep_points import Points, live

FIELD = "study"
SEEN = f"{state.STRESS}.study"
FIRST_WAIT = 0.6
POLL = 1.0
POLL_LATER = 4.0
LONG = 20.0
WORKERS = 2
"""Processors of the machine by which minutes are told."""

SET_UP = (
    "plans", "scenario", "outcome", "points", "worlds", "kind", "shocked", "shocks", "width", "paths", "cluster",
    "section",
)  # fmt: skip

Draw = Callable[[Any, bool], None]


def restore() -> None:
    """Set the page up, once, as it was when the study was begun that the address names."""
    named = st.query_params.get(FIELD, "")
    if not named or st.session_state.get(SEEN) == named:
        return
    st.session_state[SEEN] = named
    study = STUDIES.find(named)
    if study is None:
        return
    asked = study.about.get(settings.ASKED)
    if asked is not None and settings.ASKED not in st.session_state:
        settings.load(asked)
    for name, value in study.about.items():
        st.session_state[name] = value


def points(slot: str, asked: Asked, given: Points, offer: str, t: Words, draw: Callable[[pd.DataFrame, bool], None],
           ) -> None:  # fmt: skip
    """Live points and draw their table; see :func:`show`."""
    where = stress_cluster.executor(asked.executor)
    seconds = given.point_seconds * len(given.values) / WORKERS
    told = t("studies.offer", what=offer, points=f"{len(given.values):,}", plans=len(given.plans),
             worlds=len(given.seeds), runs=f"{given.runs:,}", minutes=t.number(max(seconds, 6) / 60, 1))  # fmt: skip

    def make(tell: Any) -> pd.DataFrame:
        return live(given, executor=where, told=tell)

    show(slot, f"points-{given.fingerprint}", make, told, t, draw)


def show(slot: str, key: str, make: Make, offer: str, t: Words, draw: Draw) -> None:
    """Offer a study, then draw what it has found, at once and again as it goes on.

    Args:
        slot: Name of the place on the page; keys of its buttons begin with it.
        key: What makes two studies the same; one that is done or on its way is shown without being asked for.
        make: Does the work.
        offer: What it will take, in words.
        t: Reader's words.
        draw: Called with the findings so far and whether they are complete.
    """
    study = STUDIES.find(key)
    if study is None or study.cancelled:
        if study is not None:
            st.info(t("jobs.cancelled"), icon=":material/cancel:")
        panels.note(offer)
        label = t("jobs.again") if study is not None else t("studies.run")
        st.button(label, key=f"{slot}.run", type="primary", icon=":material/play_arrow:", on_click=_begin,
                  args=(slot, key, make))  # fmt: skip
        if study is not None:
            _draw(study, draw)
        return
    if study.failed is not None:
        st.error(errors.sentence(study.failed, t), icon=":material/error:")
        st.button(t("jobs.again"), key=f"{slot}.run", icon=":material/replay:", on_click=_begin, args=(slot, key, make))
        return
    _in_address(key)
    if not study.done:
        STUDIES.submit(key, make, f"{jobs.visitor()}.{slot}", jobs.visitor())
        with contextlib.suppress(TimeoutError, LabError):
            study.result(timeout=FIRST_WAIT)
    if study.done:
        _draw(study, draw)
        return
    left = study.progress().seconds_left

    @st.fragment(run_every=POLL_LATER if (left or 0) > LONG else POLL)
    def picture() -> None:
        with errors.told(t):
            if study.done:
                st.rerun()
            jobs.bar(study.progress(), slot, partial(study.cancel, f"{jobs.visitor()}.{slot}"), t)
            if not _draw(study, draw):
                st.skeleton(240)

    picture()


def _draw(study: Study, draw: Draw) -> bool:
    found = study.partial()
    if found is None:
        return False
    draw(found, study.done and not study.cancelled)
    return True


def _begin(slot: str, key: str, make: Make) -> None:
    """Start it, and note what the page looked like."""
    about = {str(name): value for name, value in st.session_state.items() if _kept(str(name))}
    me = jobs.visitor()
    with contextlib.suppress(LabError):  # the page tells it when it is drawn
        STUDIES.submit(key, make, f"{me}.{slot}", me, about)


def _kept(name: str) -> bool:
    """Whether a widget's value belongs to the set-up of the page; buttons cannot be set."""
    if name == settings.ASKED or name in {f"{state.STRESS}.{part}" for part in SET_UP}:
        return True
    return name.startswith(f"{state.STRESS}.shocks.") or stress_settings.inside(name)


def _in_address(key: str) -> None:
    st.session_state[SEEN] = key
    if st.query_params.get(FIELD) != key:
        st.query_params[FIELD] = key
    st.query_params.pop(stress_address.FIELD, None)  # an older test would set the page up otherwise

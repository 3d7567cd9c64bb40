"""Runs of a stress test on the page: begun by a button, drawn as futures come in, cancelled, found again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import streamlit as st

from pages.parts import errors, jobs, panels, state, stress_address, stress_cluster
from pages.parts.stress import Asked, key
from pages.parts.words import Words
from simulation.analysis.futures import Futures
from simulation.results import Results
from simulation.sweep import PERSON_WEEK_SECONDS, WEEK_SECONDS
from simulation.sweep_folder import parts_of, read_runs
from simulation.sweep_jobs import SWEEPS, SweepJob

FIRST_WAIT = 0.4
POLL = 1.0
POLL_LATER = 4.0
LONG = 20.0
KEPT = 16
BEGUN = key("begun")
STOPPED = key("stopped")

Draw = Callable[[Futures, bool], None]


def wanted(asked: Asked) -> bool:
    """Whether somebody has begun this test, here or before."""
    fingerprint = asked.sweep.fingerprint
    return st.session_state.get(BEGUN) == fingerprint or SWEEPS.begun(fingerprint)


def show(asked: Asked, t: Words, draw: Draw) -> None:
    """Draw the futures that every plan has lived through, at once and again as more come in.

    Until the test is begun there is a button in its place; see :func:`wanted`.

    Args:
        asked: What is asked.
        t: Reader's words.
        draw: Called with the futures so far, at least one, and whether they are all.
    """
    if not wanted(asked):
        offer(asked, t)
        return
    fingerprint = asked.sweep.fingerprint
    stress_address.tell(fingerprint)
    if st.session_state.get(STOPPED) == fingerprint:
        st.info(t("jobs.cancelled"), icon=":material/cancel:")
        st.button(t("stress.resume"), key=key("resume"), icon=":material/replay:", on_click=_begin, args=(asked,))
        _drawn(asked, draw, complete=False)
        return
    job = SWEEPS.find(fingerprint)
    if job is None or job.failed is None:
        job = SWEEPS.submit(
            asked.sweep, stress_cluster.executor(asked.executor), f"{jobs.visitor()}.stress", jobs.visitor()
        )
    job.wait(FIRST_WAIT)
    if job.failed is not None:
        st.error(errors.sentence(job.failed, t), icon=":material/error:")
        st.button(t("stress.resume"), key=key("resume"), icon=":material/replay:", on_click=_resume, args=(asked,))
        _drawn(asked, draw, complete=False)
        return
    running, left = not job.done, job.progress().seconds_left

    @st.fragment(run_every=(POLL_LATER if (left or 0) > LONG else POLL) if running else None)
    def picture() -> None:
        with errors.told(t):
            if running and job.done:
                st.rerun()
            if running:
                jobs.bar(job.progress(), state.STRESS, partial(_cancel, job), t)
            if not _drawn(asked, draw, complete=job.complete):
                st.skeleton(240)

    picture()


def futures(asked: Asked) -> Futures | None:
    """Futures that are there, or None before the first."""
    fingerprint = asked.sweep.fingerprint
    return _read(fingerprint, len(parts_of(SWEEPS.folder(fingerprint))))


def settled(asked: Asked) -> Futures | None:
    """Futures that are there, if no more will come for now; None while the test runs or has none."""
    job = SWEEPS.find(asked.sweep.fingerprint)
    return futures(asked) if job is not None and job.done else None


@lru_cache(maxsize=KEPT)
def _read(fingerprint: str, parts: int) -> Futures | None:
    sweep = SWEEPS.stored(fingerprint) if parts else None
    if sweep is None:
        return None
    found = Futures.of(read_runs(SWEEPS.folder(fingerprint)), sweep)
    return found if len(found) else None


def _drawn(asked: Asked, draw: Draw, *, complete: bool) -> bool:
    found = futures(asked)
    if found is None:
        return False
    draw(found, complete)
    return True


def seconds(asked: Asked) -> float:
    """What the test takes at most, by what a week of a person takes on one processor of a common machine."""
    weeks, people = asked.scenario.horizon, asked.scenario.population.size
    batches = asked.points * len(asked.plans)
    return batches * weeks * (WEEK_SECONDS + asked.worlds * people * PERSON_WEEK_SECONDS)


def offer(asked: Asked, t: Words) -> None:
    """How large the test is, and the button that begins it."""
    minutes = t.number(seconds(asked) / 60, 1)
    panels.note(
        t("stress.offer", futures=asked.points, plans=len(asked.plans), worlds=asked.worlds, minutes=minutes,
          runs=f"{asked.sweep.runs:,}", uncertain=len(asked.uncertainties))
    )  # fmt: skip
    st.button(t("stress.run"), key=key("run"), type="primary", icon=":material/play_arrow:", on_click=_begin,
              args=(asked,))  # fmt: skip


def _begin(asked: Asked) -> None:
    st.session_state[BEGUN] = asked.sweep.fingerprint
    st.session_state.pop(STOPPED, None)


def _resume(asked: Asked) -> None:
    _begin(asked)
    SWEEPS.submit(asked.sweep, stress_cluster.executor(asked.executor), f"{jobs.visitor()}.stress", jobs.visitor())


def _cancel(job: SweepJob) -> None:
    job.cancel(f"{jobs.visitor()}.stress")
    st.session_state[STOPPED] = job.id


def nominal(asked: Asked, t: Words) -> Results | None:
    """The plans in the scenario as it stands, or None while their worlds are on their way."""
    where = stress_cluster.executor(asked.executor)
    found = jobs.gather(key("nominal"), {"nominal": asked.nominal}, t, where)
    return None if found is None else found["nominal"]

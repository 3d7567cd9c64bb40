"""Runs in the background, seen from a page: submitted once, shown as they grow, cancelled, found again."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from pages.parts import errors, library, state
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.experiment import Experiment, Job, find, submit, warm
from simulation.jobs import Progress
from simulation.results import Results

FIRST_WAIT = 1.2
"""Seconds a page waits for a first picture before it shows progress instead."""
BLINK = 0.05
POLL = 0.8
POLL_LATER = 4.0
LONG = 15.0
"""Jobs with more than this many seconds to go are looked at every ``POLL_LATER`` seconds only."""
SHOWN_WORLDS = 30

Draw = Callable[[Results, bool], None]


def first_experiment() -> Experiment:
    """What every newcomer sees: the first plan beside the neutral one; computed once and kept in the store."""
    scenario = library.first_scenario()
    return Experiment.of(scenario, _with_neutral(scenario.plan.name), seeds=SHOWN_WORLDS)


def _with_neutral(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((name, library.NEUTRAL)))


@st.cache_resource(show_spinner=False)
def prepare() -> bool:
    """Start the workers and the first experiment once for the whole server, so that no first visitor waits."""
    warm()
    with contextlib.suppress(LabError):
        submit(first_experiment())
    return True


def show(slot: str, experiment: Experiment, t: Words, draw: Draw, executor: Executor | None = None) -> None:
    """Draw the results of an experiment, at once what there is and again as worlds come in.

    Args:
        slot: Name of the place on the page; keys of its buttons begin with it.
        experiment: What to compute; the same one is computed once for everybody.
        t: Reader's words.
        draw: Called with the results so far and whether they are complete.
        executor: Where; the lab's own if not given.
    """
    stopped = f"{slot}.stopped"
    if st.session_state.get(stopped) == experiment.key():
        st.info(t("jobs.cancelled"), icon=":material/cancel:")
        st.button(t("jobs.again"), key=f"{slot}.again", on_click=_forget, args=(stopped,))
        return
    job = submit(experiment, executor=executor, owner=f"{visitor()}.{slot}", person=visitor())
    _wait_for_first(job)
    running = not job.done
    left = job.progress().seconds_left if running else None

    @st.fragment(run_every=(POLL_LATER if (left or 0) > LONG else POLL) if running else None)
    def picture() -> None:
        with errors.told(t):
            if running and job.done:
                st.rerun()
            if running:
                bar(job.progress(), slot, partial(_cancel, job, slot), t)
            results = job.result(timeout=0) if job.done else _twins(job)
            if results is None:
                st.skeleton(320)
            else:
                draw(results, job.done)

    picture()


def _wait_for_first(job: Job) -> None:
    """Wait a moment for the first worlds that can be compared, and the blink in which a short job ends."""
    deadline = time.monotonic() + FIRST_WAIT
    while not job.done and time.monotonic() < deadline and _twins(job) is None:
        _await(job, BLINK)
    if (job.progress().seconds_left or 0) < 4 * BLINK:
        _await(job, 2 * BLINK)


def _await(job: Job, seconds: float) -> None:
    with contextlib.suppress(TimeoutError, LabError):
        job.result(timeout=seconds)


def _twins(job: Job) -> Results | None:
    """Worlds that every plan has lived through already, which alone can be compared."""
    results = job.partial()
    if results is None or len(results.plans) < len(job.experiment.plans):
        return None
    found = results.twins()
    return found if len(found.worlds) else None


def finished(experiment: Experiment | None) -> Results | None:
    """Results of an experiment that was run not long ago, if it is complete and nothing went wrong."""
    job = find(experiment.key()) if experiment is not None else None
    if job is None or not job.done:
        return None
    with contextlib.suppress(LabError):
        return job.result(timeout=0)
    return None


def ready(slot: str, experiments: Mapping[str, Experiment]) -> dict[str, Any] | None:
    """Start several experiments and give their results if all are there already.

    Raises:
        LabError: One of the experiments failed.
    """
    all_jobs = _start(slot, experiments)
    if all(job.done for job in all_jobs.values()):
        return {name: job.result(timeout=0) for name, job in all_jobs.items()}
    return None


def _start(slot: str, experiments: Mapping[str, Experiment], executor: Executor | None = None) -> dict[str, Job]:
    me = visitor()
    return {
        name: submit(each, executor=executor, owner=f"{me}.{slot}.{name}", person=me)
        for name, each in experiments.items()
    }


def gather(
    slot: str, experiments: Mapping[str, Experiment], t: Words, executor: Executor | None = None
) -> dict[str, Any] | None:
    """Results of several experiments, or None while some are still on their way, with the progress of all in place.

    Args:
        slot: Name of the place on the page; keys of its buttons begin with it.
        experiments: What to compute.
        t: Reader's words.
        executor: Where; the lab's own if not given.

    Raises:
        LabError: One of the experiments failed.
    """
    stopped, asked = f"{slot}.stopped", "-".join(each.key() for each in experiments.values())
    if st.session_state.get(stopped) == asked:
        st.info(t("jobs.cancelled"), icon=":material/cancel:")
        st.button(t("jobs.again"), key=f"{slot}.again", on_click=_forget, args=(stopped,))
        return None
    all_jobs = _start(slot, experiments, executor)
    deadline = time.monotonic() + FIRST_WAIT
    for job in all_jobs.values():
        _await(job, max(0.0, deadline - time.monotonic()))
    if all(job.done for job in all_jobs.values()):
        return {name: job.result(timeout=0) for name, job in all_jobs.items()}

    @st.fragment(run_every=POLL)
    def waiting() -> None:
        if all(job.done for job in all_jobs.values()):
            st.rerun()
        done = sum(job.progress().done_worlds for job in all_jobs.values())
        total = sum(job.progress().total_worlds for job in all_jobs.values())
        left = max((job.progress().seconds_left or 0 for job in all_jobs.values()), default=0)
        text = t("jobs.running", done=done, total=total, left=max(1, round(left))) if left else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(done / max(total, 1), text=text or t("jobs.gathering", done=done, total=total))
            st.button(t("jobs.cancel"), key=f"{slot}.cancel", icon=":material/stop:", on_click=_cancel_all,
                      args=(all_jobs, slot, asked))  # fmt: skip

    waiting()
    return None


def visitor() -> str:
    """Whose page it is, unknown to everybody else."""
    state.remember(state.VISITOR, secrets.token_urlsafe(12))
    return str(st.session_state[state.VISITOR])


def bar(progress: Progress, slot: str, cancel: Callable[[], None], t: Words) -> None:
    """How far work in the background has come, and the button that cancels it.

    Args:
        progress: Where it stands.
        slot: Name of the place on the page; the button's key begins with it.
        cancel: Called when the button is pressed.
        t: Reader's words.
    """
    if progress.ahead:
        text = t("jobs.queued", ahead=progress.ahead)
    elif progress.seconds_left is None:
        text = t("jobs.starting", total=progress.total_worlds)
    else:
        left = max(1, round(progress.seconds_left))
        text = t("jobs.running", done=progress.done_worlds, total=progress.total_worlds, left=left)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(progress.done_worlds / max(progress.total_worlds, 1), 1.0), text=text)
        st.button(t("jobs.cancel"), key=f"{slot}.cancel", icon=":material/stop:", on_click=cancel)


def _cancel(job: Job, slot: str) -> None:
    job.cancel(f"{visitor()}.{slot}")
    st.session_state[f"{slot}.stopped"] = job.id


def _cancel_all(running: Mapping[str, Job], slot: str, asked: str) -> None:
    for name, job in running.items():
        job.cancel(f"{visitor()}.{slot}.{name}")
    st.session_state[f"{slot}.stopped"] = asked


def _forget(stopped: str) -> None:
    st.session_state.pop(stopped, None)

"""What takes seconds is made once for everybody, away from the thread that draws the page."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TypeVar, cast

import streamlit as st

from pages.parts.words import Words
from simulation.errors import LabError

T = TypeVar("T")

FIRST_WAIT = 0.6
"""Seconds a page waits before it says that something is being made."""
POLL = 1.0
MOST_KEPT = 48
MOST_WAITING = 24


class Bench:
    """One worker and what it has made lately, by key.

    Args:
        beside: Bench whose worker is shared, so that private work waits in the same line as everybody's.
    """

    def __init__(self, beside: Bench | None = None) -> None:
        self._worker: ThreadPoolExecutor = (
            beside._worker if beside is not None else ThreadPoolExecutor(1, thread_name_prefix="bench")
        )
        self._made: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: Hashable, make: Callable[[], T]) -> Future[T]:
        """What has been made or is being made under this key; the work begins if it is new.

        Raises:
            LabError: ``too_many_jobs`` if too much is waiting already.
        """
        with self._lock:
            found = self._made.get(key)
            if found is None or (found.done() and found.exception() is not None):
                waiting = sum(not future.done() for future in self._made.values())
                if waiting >= MOST_WAITING:
                    raise LabError("too_many_jobs", running=waiting, allowed=MOST_WAITING)
                found = self._made[key] = self._worker.submit(make)
            self._made.move_to_end(key)
            for old in [old for old, future in self._made.items() if future.done()][: len(self._made) - MOST_KEPT]:
                del self._made[old]
            return cast("Future[T]", found)

    def clear(self) -> None:
        """Give back what waits and forget what was made."""
        with self._lock:
            for future in self._made.values():
                future.cancel()
            self._made.clear()

    def drop(self, first: str) -> None:
        """Give back and forget what was asked for under keys that begin with this word."""
        with self._lock:
            for key in [key for key in self._made if isinstance(key, tuple) and key[0] == first]:
                self._made.pop(key).cancel()


@st.cache_resource(show_spinner=False)
def bench() -> Bench:
    """The bench of the server."""
    return Bench()


def made(key: Hashable, make: Callable[[], T], t: Words, at: Bench | None = None) -> T | None:
    """What ``make`` gives, or None while it is on its way, with a place holder where it will be.

    Whoever wants to change a frame takes a copy: all sessions look at the same one.

    Args:
        key: What tells it from everything else.
        make: Called once for all sessions.
        t: Reader's words.
        at: Bench of one session, where nobody else may see what is made; the server's if not given.

    Raises:
        LabError: What ``make`` raised.
    """
    future = (at or bench()).ask(key, make)
    with contextlib.suppress(TimeoutError, LabError, CancelledError):
        future.result(timeout=FIRST_WAIT)
    if future.done():
        return future.result()
    began = time.monotonic()

    @st.fragment(run_every=POLL)
    def waiting() -> None:
        if future.done():
            st.rerun()
        st.caption(t("background.making", seconds=round(time.monotonic() - began)))
        st.skeleton(160)

    waiting()
    return None

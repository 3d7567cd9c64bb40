"""Where a stress test computes: here, or on a cluster whose address is given on the page."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import streamlit as st

from pages.parts import state
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.executor_choice import executor_named, lab_executor
from simulation.executor_queue import QueueingExecutor

VARIABLE = "LAB_CLUSTERS"
"""Addresses that anybody may choose, comma-separated; without it only a person at this very machine may give one.

Whoever answers at an address is believed: what it sends back is unpacked here.
"""
KEY = f"{state.STRESS}.cluster"
ANSWER = 1.5
"""Seconds in which somebody must answer at the door."""


def allowed(given: str) -> bool:
    """Whether this visitor may have the lab compute at this address."""
    listed = {name.strip() for name in os.environ.get(VARIABLE, "").split(",") if name.strip()}
    return given in listed if listed else _at_this_machine()


def _at_this_machine() -> bool:
    forwarded = any(name.lower() in {"x-forwarded-for", "forwarded", "x-real-ip"} for name in st.context.headers)
    return st.context.ip_address in {None, "127.0.0.1", "::1"} and not forwarded


def choose(t: Words) -> str:
    """Address that is given, checked; "" for where the lab computes by itself.

    Raises:
        LabError: ``executor_unknown``, ``cluster_refused``, ``dask_missing`` or ``executor_unreachable``.
    """
    typed = st.text_input(
        t("stress.cluster"), key=KEY, placeholder="tcp://10.0.0.5:8786", max_chars=120, persist_state="session",
        help=t("stress.cluster_help", variable=VARIABLE),
    )  # fmt: skip
    given = str(typed or "").strip()
    if given:
        check(given)
    return given


def check(address: str) -> None:
    """Refuse an address that is none, is not allowed, or where nobody answers.

    Raises:
        LabError: As :func:`choose`.
    """
    parts = urlsplit(address)
    port = None
    with suppress(ValueError):
        port = parts.port
    if parts.scheme not in {"tcp", "tls"} or not parts.hostname or port is None or parts.path or parts.query:
        raise LabError("executor_unknown", given=address[:60], allowed="tcp://HOST:PORT, tls://HOST:PORT")
    if not allowed(address):
        raise LabError("cluster_refused", address=address[:60], variable=VARIABLE)
    executor_named(address)
    try:
        socket.create_connection((parts.hostname, port), timeout=ANSWER).close()
    except OSError as error:
        raise LabError("executor_unreachable", address=address[:60], reason=type(error).__name__) from None


def executor(address: str) -> QueueingExecutor:
    """What computes there; the lab's own executor for ""."""
    return executor_named(address) if address else lab_executor()

"""Which executor: told on the command line, in the environment, or the lab's own choice."""

from __future__ import annotations

import importlib.util
import os
import threading
from functools import lru_cache

from simulation.errors import LabError
from simulation.executor import ThreadExecutor, WorkerExecutor
from simulation.executor_queue import QueueingExecutor

VARIABLE = "LAB_EXECUTOR"
"""Environment variable with the executor that serves the pages and the command line."""

DEFAULT = "processes"
ALLOWED = "threads, processes, tcp://HOST:PORT, tls://HOST:PORT"


_DOOR = threading.Lock()


def executor_named(name: str) -> QueueingExecutor:
    """The executor of this process with a name; the same one each time, so that workers are started once.

    Args:
        name: ``threads``, ``processes``, or the address of a Dask scheduler.

    Raises:
        LabError: ``executor_unknown`` with what is allowed, ``dask_missing`` if the extra is not installed.
    """
    with _DOOR:  # a cache alone lets two who ask at once, as at the start, have one each, with twice the workers
        return _made(name)


@lru_cache(maxsize=8)
def _made(name: str) -> QueueingExecutor:
    if name == "threads":
        return ThreadExecutor()
    if name == "processes":
        return WorkerExecutor()
    if not name.startswith(("tcp://", "tls://")):
        raise LabError("executor_unknown", given=name[:60], allowed=ALLOWED)
    if importlib.util.find_spec("distributed") is None:
        raise LabError("dask_missing")
    from simulation.executor_dask import DaskExecutor  # noqa: PLC0415

    return DaskExecutor(name)


def lab_executor() -> QueueingExecutor:
    """The executor that the environment names, or the lab's own.

    Raises:
        LabError: As :func:`executor_named`.
    """
    return executor_named(os.environ.get(VARIABLE, "").strip() or DEFAULT)

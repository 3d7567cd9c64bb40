"""Where worlds are computed: in this process or in worker processes, with the same numbers from each."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from typing import Any, Protocol

import loky

from simulation.scenario import Scenario
from simulation.store import pack

_PATROL = 2.0  # seconds between two looks at whether a worker's owner is still alive


Compute = Callable[[Scenario, tuple[int, ...]], Any]
"""From a scenario and seeds to tables of their worlds, the four of every run or others."""


@dataclass(frozen=True)
class Chunk:
    """Worlds that are computed together: one plan, a few seeds.

    Attributes:
        scenario: With the plan to run.
        seeds: Seeds of the worlds.
        fingerprint: Of the scenario with its plan, and of what is written down.
        compute: What writes it down, importable by the workers; what the executor computes if not given.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    fingerprint: str
    compute: Compute | None = None

    @property
    def key(self) -> tuple[str, tuple[int, ...]]:
        """What makes two chunks the same work."""
        return self.fingerprint, self.seeds


def simulate_worlds(scenario: Scenario, seeds: tuple[int, ...]) -> Any:
    """Run the model; imported here, so that a page that only shows results never loads the kernels."""
    from simulation.model import simulate  # noqa: PLC0415

    return simulate(scenario, seeds)


def load_kernels() -> None:
    """Load the compiled kernels, compiling them if this engine has never run on this machine."""
    from simulation.model import warm  # noqa: PLC0415

    warm()


class Executor(Protocol):
    """Computes chunks; what it gives back is packed as :func:`simulation.store.pack` does it."""

    workers: int

    def submit(self, chunk: Chunk) -> Future[bytes]:
        """Take on a chunk; the future fails with ``BrokenExecutor`` if its worker died."""

    def abandon(self, chunk: Chunk) -> None:
        """Give back a chunk that one of those who submitted it no longer wants; a running one goes on."""


class SerialExecutor:
    """Computes in this process, before `submit` returns: for tests, notebooks and small runs."""

    workers = 1

    def __init__(self, compute: Compute = simulate_worlds) -> None:
        self._compute = compute

    def submit(self, chunk: Chunk) -> Future[bytes]:
        """Compute a chunk."""
        future: Future[bytes] = Future()
        try:
            future.set_result(pack((chunk.compute or self._compute)(chunk.scenario, chunk.seeds)))
        except Exception as error:  # the future carries it to whoever asks
            future.set_exception(error)
        return future

    def abandon(self, chunk: Chunk) -> None:
        """Nothing waits here."""


class WorkerExecutor:
    """Computes in worker processes, started once, with kernels loaded, and replaced when one of them dies.

    A chunk that several jobs want at the same time is computed once. Workers never run the program that
    started them (so no page is executed twice), yield to the pages (low priority) and ignore Ctrl+C, which
    their owner handles.

    Args:
        workers: Number of processes; one for each processor if not given.
        compute: From scenario and seeds to tables; importable by the workers.
        prepare: What a worker does once when it starts.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        compute: Compute = simulate_worlds,
        prepare: Callable[[], None] = load_kernels,
    ) -> None:
        self.workers = workers or max(1, loky.cpu_count())
        self._compute = compute
        self._prepare = prepare
        self._lock = threading.RLock()
        self._pool: Any = None
        self._flights: dict[Any, tuple[Future[bytes], int]] = {}

    def submit(self, chunk: Chunk) -> Future[bytes]:
        """Queue a chunk, or join those who already wait for it."""
        with self._lock:
            future, wanting = self._flights.get(chunk.key, (None, 0))
            if future is None or future.done():
                compute = chunk.compute or self._compute
                future, wanting = self._launch(_work, compute, chunk.scenario, chunk.seeds), 0
            self._flights[chunk.key] = (future, wanting + 1)
        future.add_done_callback(lambda done: self._landed(chunk, done))
        return future

    def abandon(self, chunk: Chunk) -> None:
        """Withdraw; nobody wants the chunk any more and it has not started: it never will."""
        with self._lock:
            future, wanting = self._flights.get(chunk.key, (None, 0))
            if future is None:
                return
            self._flights[chunk.key] = (future, wanting - 1)
            if wanting <= 1:
                future.cancel()

    def warm(self) -> None:
        """Start the workers; returns while they are still loading."""
        with self._lock:
            self._launch(_nothing)

    def close(self) -> None:
        """Stop the workers at once."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, kill_workers=True)

    def _launch(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        for _ in range(2):
            if self._pool is None:
                self._pool = self._start()
            try:
                with _deaf_to_interrupts():
                    future: Future[Any] = self._pool.submit(function, *given)
            except (BrokenExecutor, loky.process_executor.ShutdownExecutorError):
                self._pool = None  # a worker died while nothing ran
            else:
                return future
        raise BrokenExecutor

    def _start(self) -> Any:
        single = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        # loky's own get_reusable_executor keeps one pool per *thread*, and every job here has its thread.
        return loky.ProcessPoolExecutor(
            self.workers,
            timeout=None,
            context=loky.backend.get_context("loky"),
            initializer=_settle,
            initargs=(self._prepare, os.getpid()),
            env=single,
        )

    def _landed(self, chunk: Chunk, done: Future[bytes]) -> None:
        with self._lock:
            if self._flights.get(chunk.key, (None, 0))[0] is done:
                del self._flights[chunk.key]


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes that start within inherit deafness to Ctrl+C, which reaches a whole process group."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle(prepare: Callable[[], None], owner: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(AttributeError, OSError):  # no such thing on Windows
        os.nice(10)
    threading.Thread(target=_leave_with, args=(owner,), daemon=True).start()
    prepare()


def _leave_with(owner: int) -> None:
    """End this worker when its owner is gone; one that was killed cannot say goodbye."""
    while os.getppid() == owner:
        time.sleep(_PATROL)
    os._exit(1)


def _work(compute: Compute, scenario: Scenario, seeds: tuple[int, ...]) -> bytes:
    return pack(compute(scenario, seeds))


def _nothing() -> None:
    """A task that only starts the workers."""

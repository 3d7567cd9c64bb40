"""Where worlds are computed on this machine: at once, in threads or in processes, with the same numbers from each."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import Any, ClassVar

import loky

from simulation.executor_queue import LIMIT, Executor, QueueingExecutor
from simulation.work import Chunk, Compute, Work, do, load_kernels, simulate_worlds

__all__ = ["Chunk", "Executor", "SerialExecutor", "ThreadExecutor", "WorkerExecutor"]

_PATROL = 2.0  # seconds between two looks at whether a worker's owner is still alive


class SerialExecutor:
    """Computes in the calling thread, before `submit` returns: for tests, notebooks and small runs."""

    workers = 1

    def __init__(self, compute: Compute = simulate_worlds) -> None:
        self._compute = compute

    def submit(self, work: Work) -> Future[bytes]:
        """Do the work."""
        future: Future[bytes] = Future()
        try:
            future.set_result(do(self._compute, work))
        except Exception as error:  # the future carries it to whoever asks
            future.set_exception(error)
        return future

    def abandon(self, work: Work) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing runs here."""


class ThreadExecutor(QueueingExecutor):
    """Computes in threads of this process: the kernels let go of the interpreter, so that they run side by side.

    A thread cannot be ended from outside: one that has taken too long is left behind and its place given to another.

    Args:
        workers: Number of threads; one for each processor if not given.
        compute: From scenario and seeds to tables.
        limit: Seconds a piece of work may take.
    """

    def __init__(self, workers: int | None = None, *, compute: Compute = simulate_worlds, limit: float = LIMIT) -> None:
        super().__init__(compute, limit)
        self._workers = workers or max(1, loky.cpu_count())

    @property
    def workers(self) -> int:
        """Number of threads."""
        return self._workers

    def warm(self) -> None:
        """Load the kernels."""
        if self._compute is simulate_worlds:
            load_kernels()

    def _begin(self, work: Work) -> Future[bytes]:
        flight: Future[bytes] = Future()

        def fly() -> None:
            try:
                flight.set_result(do(self._compute, work))
            except BaseException as error:  # whoever waits is told
                flight.set_exception(error)

        threading.Thread(target=fly, name="worlds", daemon=True).start()
        return flight

    def _end(self, flight: Future[bytes]) -> None:
        """The thread goes on to its end, and nobody looks at what it brings."""

    def _stop(self) -> None:
        """Threads end with their work."""


class WorkerExecutor(QueueingExecutor):
    """Computes in worker processes, started once, with kernels loaded, and replaced when one of them dies.

    Workers never run the program that started them (so no page is executed twice), yield to the pages (low
    priority) and ignore Ctrl+C, which their owner handles.

    Args:
        workers: Number of processes; one for each processor if not given.
        compute: From scenario and seeds to tables; importable by the workers.
        prepare: What a worker does once when it starts.
        limit: Seconds a piece of work may take.
    """

    _lost: ClassVar[tuple[type[BaseException], ...]] = (
        BrokenExecutor,
        CancelledError,
        loky.process_executor.ShutdownExecutorError,
    )

    def __init__(
        self,
        workers: int | None = None,
        *,
        compute: Compute = simulate_worlds,
        prepare: Callable[[], None] = load_kernels,
        limit: float = LIMIT,
    ) -> None:
        super().__init__(compute, limit)
        self._workers = workers or max(1, loky.cpu_count())
        self._prepare = prepare
        self._door = threading.Lock()
        self._pool: Any = None

    @property
    def workers(self) -> int:
        """Number of processes."""
        return self._workers

    def warm(self) -> None:
        """Start the workers; returns while they are still loading."""
        self._launch(_nothing)

    def _begin(self, work: Work) -> Future[bytes]:
        return self._launch(do, self._compute, work)

    def _end(self, flight: Future[bytes]) -> None:
        """Nobody can tell which process has the work: all are replaced, and what else they had is begun again."""
        with self._lock:
            for task in self._flying:
                task.tries -= 1  # it is no fault of theirs
        self._stop()

    def _stop(self) -> None:
        with self._door:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, kill_workers=True)

    def _launch(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        with self._door:
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
            self._workers,
            timeout=None,
            context=loky.backend.get_context("loky"),
            initializer=_settle,
            initargs=(self._prepare, os.getpid()),
            env=single,
        )


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


def _nothing() -> None:
    """A task that only starts the workers."""

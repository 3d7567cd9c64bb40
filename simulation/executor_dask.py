"""Worlds computed on a Dask cluster: the same code and the same numbers on as many machines as there are."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import ClassVar

from distributed import Client
from distributed import Future as Promise
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from simulation import ENGINE_VERSION
from simulation.errors import LabError
from simulation.executor_queue import LIMIT, QueueingExecutor
from simulation.work import Compute, Work, do, load_kernels, simulate_worlds

CONNECT = 30.0
"""Seconds in which a scheduler must answer."""


def engine_version() -> str:
    """Engine of the process this runs in."""
    return ENGINE_VERSION


class DaskExecutor(QueueingExecutor):
    """Computes on the workers of a Dask scheduler, each of which runs this very engine.

    Work is handed out as workers become free and never in advance, so that the scheduler's own queue stays empty and
    several people share it fairly. A worker that dies is replaced by its nanny; Dask gives its work to another.

    Args:
        address: Of the scheduler, such as ``tcp://10.0.0.5:8786``.
        compute: From scenario and seeds to tables; importable by the workers.
        prepare: What each worker does once, when this executor first meets it.
        limit: Seconds a piece of work may take.

    Futures also carry ``executor_unreachable`` if nobody answers there or no worker is connected, and
    ``engine_differs`` if a worker runs other code: the connection is made with the first work.
    """

    _lost: ClassVar[tuple[type[BaseException], ...]] = (BrokenExecutor, CancelledError, KilledWorker, CommClosedError)

    def __init__(
        self,
        address: str,
        *,
        compute: Compute = simulate_worlds,
        prepare: Callable[[], None] = load_kernels,
        limit: float = LIMIT,
    ) -> None:
        super().__init__(compute, limit)
        self.address = address
        self._prepare = prepare
        self._door = threading.Lock()
        self._client: Client | None = None
        self._promises: dict[Future[bytes], Promise] = {}

    @property
    def workers(self) -> int:
        """Threads of all workers that are connected now; 1 while none is."""
        client = self._client
        if client is None:
            return 1
        return max(1, sum(about["nthreads"] for about in client.scheduler_info(n_workers=-1)["workers"].values()))

    def warm(self) -> None:
        """Connect; the workers have loaded their kernels when the connection stands.

        Raises:
            LabError: ``executor_unreachable`` or ``engine_differs``.
        """
        self._connect()

    def _connect(self) -> Client:
        with self._door:
            if self._client is not None and self._client.status == "closed":
                self._client = None  # the scheduler went away; another may stand there by now
            if self._client is None:
                self._client = self._introduce()
            return self._client

    def _introduce(self) -> Client:
        try:
            client = Client(self.address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            reason = type(error).__name__
            raise LabError("executor_unreachable", address=self.address, reason=reason) from None
        try:
            client.wait_for_workers(1, timeout=CONNECT)
            for engine in client.run(engine_version).values():
                if engine != ENGINE_VERSION:
                    raise LabError("engine_differs", given=engine, known=ENGINE_VERSION)
            client.run(self._prepare)
        except LabError:
            client.close()
            raise
        except Exception as error:  # a worker that cannot even import the engine says so in its own way
            client.close()
            reason = f"{type(error).__name__}: {error}"[:120]
            raise LabError("executor_unreachable", address=self.address, reason=reason) from None
        return client

    def _begin(self, work: Work) -> Future[bytes]:
        flight: Future[bytes] = Future()
        promise = self._connect().submit(do, self._compute, work, pure=False)
        self._promises[flight] = promise
        promise.add_done_callback(lambda done: self._arrive(flight, done))
        return flight

    def _arrive(self, flight: Future[bytes], promise: Promise) -> None:
        self._promises.pop(flight, None)
        try:
            flight.set_result(promise.result())
        except BaseException as error:  # whoever waits is told
            flight.set_exception(error)

    def _end(self, flight: Future[bytes]) -> None:
        """Restart the worker that has it; its nanny brings up another."""
        promise, client = self._promises.pop(flight, None), self._client
        if promise is None or client is None:
            return
        busy = [worker for worker, keys in client.processing().items() if promise.key in keys]
        promise.cancel(force=True)
        with contextlib.suppress(Exception):  # without a nanny it stays as it is, and the others go on
            client.restart_workers(busy, timeout=CONNECT, raise_for_error=False)

    def _stop(self) -> None:
        with self._door:
            client, self._client = self._client, None
        promises, self._promises = self._promises, {}
        if client is not None:
            with contextlib.suppress(Exception):  # the cluster may be gone already
                client.cancel(list(promises.values()), force=True)
            client.close(timeout=CONNECT)

"""What every executor shares: one line of work, each piece done once, lost workers made good, nothing without end."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Hashable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from simulation.errors import LabError
from simulation.work import Compute, Work

RETRIES = 2
"""How often work is tried again after its worker died."""

LIMIT = 1800.0
"""Seconds one piece of work may take before its worker is ended: many times what the largest admitted world takes."""


class Executor(Protocol):
    """Does work and gives it back as bytes, the same bytes wherever it was done."""

    @property
    def workers(self) -> int:
        """Pieces of work that can be done at the same time."""

    def submit(self, work: Work) -> Future[bytes]:
        """Take on work; the future fails with what the work failed with, or with ``LabError``."""

    def abandon(self, work: Work) -> None:
        """Give back work that one of those who submitted it no longer wants; what has begun goes on."""

    def close(self) -> None:
        """Stop; whoever submits afterwards starts it again."""


@dataclass(eq=False)
class Task:
    """A piece of work on its way.

    Attributes:
        work: What is to be done.
        future: What those who want it wait for.
        wanted: How many want it.
        tries: How often it lost its worker.
        flight: The attempt that is being made, if any.
        clock: Ends the attempt when its time is up.
    """

    work: Work
    future: Future[bytes] = field(default_factory=Future)
    wanted: int = 0
    tries: int = 0
    flight: Future[bytes] | None = None
    clock: threading.Timer | None = None


class QueueingExecutor(ABC):
    """Does work in the order in which it came, no more at a time than there are workers.

    Work that several want at the same time is done once. Work whose worker died is tried again, and then alone,
    so that what kills its workers is found out and takes nothing else with it. Work that takes too long is ended.

    Args:
        compute: From scenario and seeds to tables.
        limit: Seconds a piece of work may take.

    Errors that futures carry: ``worker_lost``, ``run_too_long``, ``job_cancelled`` after :meth:`close`.
    """

    _lost: ClassVar[tuple[type[BaseException], ...]] = (BrokenExecutor, CancelledError)
    """What tells that a worker died, rather than that the work failed."""

    def __init__(self, compute: Compute, limit: float) -> None:
        self._compute = compute
        self._limit = limit
        self._lock = threading.RLock()
        self._tasks: dict[Hashable, Task] = {}
        self._queue: deque[Task] = deque()
        self._flying: list[Task] = []

    @property
    @abstractmethod
    def workers(self) -> int:
        """Pieces of work that can be done at the same time."""

    @property
    def queued(self) -> int:
        """Pieces of work that wait for a worker."""
        with self._lock:
            return len(self._queue)

    @abstractmethod
    def _begin(self, work: Work) -> Future[bytes]:
        """Start doing work; called with no more than ``workers`` under way."""

    @abstractmethod
    def _end(self, flight: Future[bytes]) -> None:
        """Make the worker free again that has taken too long over this."""

    @abstractmethod
    def _stop(self) -> None:
        """End all workers at once."""

    @abstractmethod
    def warm(self) -> None:
        """Get ready before the first work comes."""

    def submit(self, work: Work) -> Future[bytes]:
        """Queue work, or join those who already wait for it."""
        with self._lock:
            task = self._tasks.get(work.key)
            if task is None:
                task = self._tasks[work.key] = Task(work)
                self._queue.append(task)
            task.wanted += 1
        self._dispatch()
        return task.future

    def abandon(self, work: Work) -> None:
        """Withdraw; what nobody wants any more and has not begun never will."""
        with self._lock:
            task = self._tasks.get(work.key)
            if task is None:
                return
            task.wanted -= 1
            if task.wanted > 0 or task not in self._queue:
                return
            self._queue.remove(task)
            del self._tasks[work.key]
        task.future.cancel()

    def close(self) -> None:
        """Stop the workers at once; whoever submits afterwards starts them again."""
        with self._lock:
            dropped = list(self._tasks.values())
            self._tasks.clear()
            self._queue.clear()
            self._flying.clear()
            for task in dropped:
                task.flight = None
                if task.clock is not None:
                    task.clock.cancel()
        self._stop()
        for task in dropped:
            _settle(task, LabError("job_cancelled"))

    def _next(self) -> Task | None:
        """Whose turn it is; work that has lost a worker runs alone, so that it can take nothing else along."""
        with self._lock:
            if not self._queue or len(self._flying) >= self.workers:
                return None
            if self._flying and (self._queue[0].tries > 0 or any(task.tries > 0 for task in self._flying)):
                return None
            task = self._queue.popleft()
            self._flying.append(task)
            return task

    def _dispatch(self) -> None:
        while (task := self._next()) is not None:
            try:
                flight = self._begin(task.work)
            except Exception as error:  # whoever waits is told
                flight = Future()
                flight.set_exception(error)
            with self._lock:
                task.flight = flight
                task.clock = threading.Timer(self._limit, self._overdue, (task, flight))
                task.clock.daemon = True
                task.clock.start()
            if flight.done():
                self._landed(task, flight)
            else:
                flight.add_done_callback(lambda done, task=task: self._arrived(task, done))  # type: ignore[misc]

    def _arrived(self, task: Task, flight: Future[bytes]) -> None:
        self._landed(task, flight)
        self._dispatch()

    def _landed(self, task: Task, flight: Future[bytes]) -> None:
        error: BaseException | None = CancelledError() if flight.cancelled() else flight.exception()
        with self._lock:
            if not self._release(task, flight):
                return
            if isinstance(error, self._lost):
                task.tries += 1
                if task.wanted > 0 and task.tries <= RETRIES:
                    self._queue.appendleft(task)
                    return
                error = LabError("worker_lost")
            self._tasks.pop(task.work.key, None)
        _settle(task, error or flight.result())

    def _overdue(self, task: Task, flight: Future[bytes]) -> None:
        with self._lock:
            if flight.done() or not self._release(task, flight):
                return
            self._tasks.pop(task.work.key, None)
        self._end(flight)
        _settle(task, LabError("run_too_long", allowed=f"{self._limit:g} s"))
        self._dispatch()

    def _release(self, task: Task, flight: Future[bytes]) -> bool:
        """Take an attempt off the list; False if it was taken off before."""
        if task.flight is not flight or task not in self._flying:
            return False
        self._flying.remove(task)
        task.flight = None
        if task.clock is not None:
            task.clock.cancel()
        return True


def _settle(task: Task, outcome: bytes | BaseException) -> None:
    if task.future.done():
        return
    if isinstance(outcome, BaseException):
        task.future.set_exception(outcome)
    else:
        task.future.set_result(outcome)

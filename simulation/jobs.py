"""Job: one experiment on its way, followed, cancelled, and shown as far as it is."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.store import Store
from simulation.turns import Turns
from simulation.work import Chunk

if TYPE_CHECKING:
    from simulation.experiment import Experiment

_log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far a job is.

    Attributes:
        done_worlds: Worlds that are ready.
        total_worlds: Worlds in all.
        seconds_left: Estimate from the pace so far; None until a world has been computed.
        from_store: Ready worlds that did not have to be computed.
        ahead: Jobs that come before this one; 0 when it has its turn.
    """

    done_worlds: int
    total_worlds: int
    seconds_left: float | None
    from_store: int
    ahead: int = 0


Told = Callable[[Progress], None]


class Flight(NamedTuple):
    """A chunk that is being computed; plans with the same levers may share one future."""

    future: Future[bytes]
    plan: str
    chunk: Chunk


class Job:
    """One experiment on its way; every method may be called from any thread.

    Args:
        experiment: What to compute.
        executor: Where.
        store: Where worlds already computed are found and new ones kept.
        turns: Line in which it stands with other jobs; it has its turn at once if not given.
    """

    def __init__(self, experiment: Experiment, executor: Executor, store: Store, turns: Turns | None = None) -> None:
        self.experiment = experiment
        self.id = experiment.key()
        self.owners: dict[str, str] = {}
        """Who wants it → the person behind, who may want it in several places."""
        self.ticket = uuid.uuid4().hex
        """What it is called in the line; one that was cancelled and its successor have the same id."""
        self.failed: LabError | None = None
        self.cancelled = False
        self._executor = executor
        self._store = store
        self._turns = turns
        self._pieces: list[tuple[str, Any]] = []
        self._recording = experiment.recording
        self._done_worlds = self._from_store = 0
        self._began = time.monotonic()
        self._changed = threading.Condition()
        self._finished = False
        self._cause: BaseException | None = None
        self._assembled: tuple[int, Any] | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more will come: finished, failed or cancelled."""
        return self._finished or self.cancelled

    def progress(self) -> Progress:
        """How far the job is."""
        with self._changed:
            total = self.experiment.worlds
            computed = self._done_worlds - self._from_store
            left = None
            if self._done_worlds == total:
                left = 0.0
            elif computed:
                left = (time.monotonic() - self._began) / computed * (total - self._done_worlds)
            ahead = 0 if self._turns is None or self.done else self._turns.ahead(self.ticket)
            return Progress(self._done_worlds, total, left, self._from_store, ahead)

    def partial(self) -> Any:
        """What is ready so far, :class:`Results` unless something else is recorded; None before the first world."""
        with self._changed:
            pieces = list(self._pieces)
            if self._assembled is not None and (self._finished or self._assembled[0] == len(pieces)):
                return self._assembled[1]
        if not pieces:
            return None
        results = self._recording.assemble(pieces, self.experiment.provenance())
        with self._changed:
            if self._assembled is None or self._assembled[0] < len(pieces):
                self._assembled = (len(pieces), results)
        return results

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the whole: :class:`Results` unless the experiment records something else.

        Args:
            timeout: Longest wait in seconds; no limit if not given.

        Raises:
            LabError: The job failed, or was cancelled (``job_cancelled``).
            TimeoutError: Not ready within the timeout.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.done, timeout):
                raise TimeoutError
        if self.failed is not None:
            raise self.failed from self._cause
        results = self.partial() if self._finished else None
        if results is None or self.cancelled:
            raise LabError("job_cancelled")
        return results

    def want(self, owner: str, person: str) -> bool:
        """Add an owner and stand in line for the person behind; False if the job was cancelled before."""
        with self._changed:
            if self.cancelled:
                return False
            self.owners[owner] = person
            if self._turns is not None and not self._finished:
                self._turns.join(person, self.ticket)
            return True

    def cancel(self, owner: str = "") -> None:
        """Withdraw an owner; without owners the job stops, and only chunks that have started go on."""
        with self._changed:
            person = self.owners.pop(owner, "")
            if not self.owners and not self._finished:
                self.cancelled = True
                self._changed.notify_all()
            if self._turns is not None and self.cancelled:
                self._turns.end(self.ticket)
            elif self._turns is not None and person not in self.owners.values():
                self._turns.leave(person, self.ticket)

    def work(self, told: Told | None = None) -> None:
        """Compute what the store does not have, in the calling thread.

        Args:
            told: Called after each chunk.
        """
        try:
            self._gather(told)
            self.partial()
        except Exception as error:
            if not isinstance(error, LabError):
                _log.exception("job %s failed", self.id)
            reason = f"{type(error).__name__}: {error}"[:200]
            self.failed = error if isinstance(error, LabError) else LabError("run_failed", reason=reason)
            self._cause = error.__cause__ if isinstance(error, LabError) else error
        with self._changed:
            self._finished = True
            self._pieces.clear()  # the assembled results have their own copy
            if self._turns is not None:
                self._turns.end(self.ticket)
            self._changed.notify_all()

    def _gather(self, told: Told | None) -> None:
        waiting = deque(self._missing())
        flying: list[Flight] = []
        if told is not None:
            told(self.progress())
        self._began = time.monotonic()
        try:
            while (waiting or flying) and not self.cancelled:
                if not flying:
                    self._await_turn()
                while waiting and len(flying) < self._executor.workers and self._has_turn():
                    name, chunk = waiting.popleft()
                    if not self._found(name, chunk):
                        flying.append(Flight(self._executor.submit(chunk), name, chunk))
                wait({flight.future for flight in flying}, return_when=FIRST_COMPLETED)
                for flight in [flight for flight in flying if flight.future.done()]:
                    flying.remove(flight)
                    self._land(flight)
                if told is not None:
                    told(self.progress())
        finally:
            self._stop(flying)

    def _has_turn(self) -> bool:
        return not self.cancelled and (self._turns is None or self._turns.has(self.ticket))

    def _await_turn(self) -> None:
        """Stand by while others have their turn; the time that passes is no measure of the pace."""
        if self._turns is None:
            return
        stood = time.monotonic()
        self._turns.wait(self.ticket, lambda: self.cancelled)
        self._began += time.monotonic() - stood

    def _missing(self) -> list[tuple[str, Chunk]]:
        """Take what the store has; give back the rest in chunks, plans in turn."""
        seeds: dict[str, set[int]] = {}
        for plan, fingerprint in self.experiment.fingerprints.items():
            seeds[plan] = set(self.experiment.seeds)
            for group, tables in self._store.find(fingerprint, self.experiment.seeds, self._recording.kind):
                self._take(plan, group, tables, stored=True)
                seeds[plan] -= {*group}
        return self.experiment.chunks(seeds)

    def _found(self, name: str, chunk: Chunk) -> bool:
        """Whether another job has put the chunk into the store in the meantime."""
        for group, tables in self._store.find(chunk.fingerprint, chunk.seeds, self._recording.kind):
            if group == chunk.seeds:
                self._take(name, group, tables, stored=True)
                return True
        return False

    def _land(self, flight: Flight) -> None:
        """Keep a computed chunk."""
        chunk = flight.chunk
        tables = self._store.put(chunk.fingerprint, chunk.seeds, flight.future.result(), self._recording.kind)
        self._take(flight.plan, chunk.seeds, tables, stored=False)

    def _take(self, plan: str, seeds: tuple[int, ...], tables: Any, *, stored: bool) -> None:
        with self._changed:
            self._pieces.append((plan, tables))
            self._done_worlds += len(seeds)
            self._from_store += len(seeds) * stored

    def _stop(self, flying: list[Flight]) -> None:
        """Give back what has not started; after a cancel, keep what had."""
        for flight in flying:
            self._executor.abandon(flight.chunk)
        if self.cancelled:
            for flight in flying:
                with contextlib.suppress(Exception):  # nobody waits for it any more
                    self._land(flight)

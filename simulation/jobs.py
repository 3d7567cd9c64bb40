"""Jobs: experiments that are computed in the background, followed, shared, cancelled and found again."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.errors import LabError
from simulation.executor import Chunk, Executor
from simulation.store import Store

if TYPE_CHECKING:
    from simulation.experiment import Experiment

RETRIES = 2
"""How often a chunk is tried again after its worker died."""

RUNNING_JOBS = 64
"""Most jobs that run at the same time; they share the workers fairly."""

FINISHED_JOBS = 16
FINISHED_ROWS = 1_000_000
"""Finished jobs, and weekly rows of theirs, that are kept to be found again; older ones come back from the store."""

_log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """How far a job is.

    Attributes:
        done_worlds: Worlds that are ready.
        total_worlds: Worlds in all.
        seconds_left: Estimate from the pace so far; None until a world has been computed.
        from_store: Ready worlds that did not have to be computed.
    """

    done_worlds: int
    total_worlds: int
    seconds_left: float | None
    from_store: int


Told = Callable[[Progress], None]


class Flight(NamedTuple):
    """A chunk that is being computed; plans with the same levers may share one future."""

    future: Future[bytes]
    plan: str
    chunk: Chunk
    tries: int


class Job:
    """One experiment on its way; every method may be called from any thread.

    Args:
        experiment: What to compute.
        executor: Where.
        store: Where worlds already computed are found and new ones kept.
    """

    def __init__(self, experiment: Experiment, executor: Executor, store: Store) -> None:
        self.experiment = experiment
        self.id = experiment.key()
        self.owners: set[str] = set()
        self.failed: LabError | None = None
        self.cancelled = False
        self._executor = executor
        self._store = store
        self._recording = experiment.recording
        self._pieces: list[tuple[str, Any]] = []
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
            return Progress(self._done_worlds, total, left, self._from_store)

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

    def cancel(self, owner: str = "") -> None:
        """Withdraw an owner; without owners the job stops, and only chunks that have started go on."""
        with self._changed:
            self.owners.discard(owner)
            if not self.owners and not self._finished:
                self.cancelled = True
                self._changed.notify_all()

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
            self._changed.notify_all()

    def _gather(self, told: Told | None) -> None:
        waiting = deque((name, chunk, 0) for name, chunk in self._missing())
        flying: list[Flight] = []
        if told is not None:
            told(self.progress())
        self._began = time.monotonic()
        try:
            while (waiting or flying) and not self.cancelled:
                while waiting and len(flying) < self._executor.workers and not self.cancelled:
                    name, chunk, tries = waiting.popleft()
                    if not self._found(name, chunk):
                        flying.append(Flight(self._executor.submit(chunk), name, chunk, tries))
                wait({flight.future for flight in flying}, return_when=FIRST_COMPLETED)
                for flight in [flight for flight in flying if flight.future.done()]:
                    flying.remove(flight)
                    if not self._land(flight):
                        if flight.tries == RETRIES:
                            raise LabError("worker_lost")
                        waiting.appendleft((flight.plan, flight.chunk, flight.tries + 1))
                if told is not None:
                    told(self.progress())
        finally:
            self._stop(flying)

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

    def _land(self, flight: Flight) -> bool:
        """Keep a computed chunk; False if its worker died."""
        try:
            packed = flight.future.result()
        except (BrokenExecutor, CancelledError):
            return False
        chunk = flight.chunk
        tables = self._store.put(chunk.fingerprint, chunk.seeds, packed, self._recording.kind)
        self._take(flight.plan, chunk.seeds, tables, stored=False)
        return True

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


class JobDesk:
    """All jobs of this process: equal experiments share one job, and a reloaded page finds its own again."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def submit(self, experiment: Experiment, executor: Executor, store: Store, owner: str = "") -> Job:
        """Start a job, or join the one that already computes the same.

        Args:
            experiment: What to compute.
            executor: Where.
            store: Where worlds are found and kept.
            owner: Who wants it. A named owner has one running job: a new one withdraws from the one before.

        Raises:
            LabError: ``too_many_jobs`` if the desk is full.
        """
        key = experiment.key()
        with self._lock:
            if owner:
                for other in self._running():
                    if other.id != key and owner in other.owners:
                        other.cancel(owner)
            job = self._jobs.get(key)
            if job is None or job.cancelled or job.failed is not None:
                if len(self._running()) >= RUNNING_JOBS:
                    raise LabError("too_many_jobs", running=len(self._running()), allowed=RUNNING_JOBS)
                job = Job(experiment, executor, store)
                threading.Thread(target=job.work, name=f"job-{key}", daemon=True).start()
            job.owners.add(owner)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            self._forget()
        return job

    def find(self, job_id: str) -> Job | None:
        """The job with this id, if it runs or finished not long ago."""
        with self._lock:
            return self._jobs.get(job_id)

    def running(self) -> int:
        """How many jobs share the workers right now."""
        with self._lock:
            return len(self._running())

    def _running(self) -> list[Job]:
        return [job for job in self._jobs.values() if not job.done]

    def _forget(self) -> None:
        rows = 0
        finished = [job for job in reversed(self._jobs.values()) if job.done]
        for place, job in enumerate(finished):
            rows += job.experiment.rows
            if place >= FINISHED_JOBS or (place and rows > FINISHED_ROWS):
                del self._jobs[job.id]


DESK = JobDesk()
"""The jobs of this process."""

"""Sweeps on their way in the background: equal ones shared, followed, cancelled, found again and taken up again."""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import uuid
from collections import OrderedDict
from pathlib import Path

from simulation import CACHE
from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.jobs import Progress
from simulation.sweep import RECIPE, Sweep
from simulation.sweep_folder import ABOUT, parts_of, run_sweep
from simulation.turns import Turns

_log = logging.getLogger(__name__)

RUNNING_SWEEPS = 2
"""Sweeps that compute at the same time; one share waits behind every worker, so that others get in between."""
WAITING_SWEEPS = 32
KEPT_SWEEPS = 60
"""Folders that are kept; those used longest ago go first."""
KEPT_JOBS = 32


class _CancelledError(Exception):
    """Nobody wants the sweep any more."""


class SweepJob:
    """One sweep on its way into its folder; every method may be called from any thread.

    Args:
        sweep: What to compute.
        folder: Where; what is there already is kept.
        executor: Where it is computed.
        turns: Line in which it stands with other sweeps.
    """

    def __init__(self, sweep: Sweep, folder: Path, executor: Executor, turns: Turns) -> None:
        self.sweep = sweep
        self.folder = folder
        self.id = sweep.fingerprint
        self.owners: dict[str, str] = {}
        self.ticket = uuid.uuid4().hex
        self.failed: LabError | None = None
        self.cancelled = False
        self._executor = executor
        self._turns = turns
        self._told: Progress | None = None
        self._over = threading.Event()

    @property
    def done(self) -> bool:
        """Whether nothing more will come: finished, failed or cancelled."""
        return self.cancelled or self._over.is_set()

    @property
    def complete(self) -> bool:
        """Whether every run is there."""
        return self._over.is_set() and self.failed is None and not self.cancelled

    def progress(self) -> Progress:
        """How far it is; worlds are runs."""
        told = self._told or Progress(0, self.sweep.runs, None, 0)
        return told._replace(ahead=0 if self.done else self._turns.ahead(self.ticket))

    def wait(self, seconds: float) -> bool:
        """Wait for the end; whether it came within so many seconds."""
        return self._over.wait(seconds)

    def want(self, owner: str, person: str) -> None:
        """Add an owner, and stand in line for the person behind."""
        self.owners[owner] = person
        if not self.done:
            self._turns.join(person, self.ticket)

    def cancel(self, owner: str) -> None:
        """Withdraw an owner; without owners it stops after the shares that have begun."""
        person = self.owners.pop(owner, "")
        if not self.owners and not self._over.is_set():
            self.cancelled = True
            self._turns.end(self.ticket)
        elif person not in self.owners.values():
            self._turns.leave(person, self.ticket)

    def work(self) -> None:
        """Compute what the folder does not have, in the calling thread."""
        try:
            self._turns.wait(self.ticket, lambda: self.cancelled)
            run_sweep(self.sweep, self.folder, executor=self._executor, resume=True, told=self._tell)
        except _CancelledError:
            pass
        except LabError as error:
            self.failed = error
        except Exception as error:
            _log.exception("sweep %s failed", self.id)
            self.failed = LabError("run_failed", reason=f"{type(error).__name__}: {error}"[:200])
        finally:
            self._over.set()
            self._turns.end(self.ticket)

    def _tell(self, progress: Progress) -> None:
        self._told = progress
        if self.cancelled:
            raise _CancelledError


class SweepDesk:
    """All sweeps of this process, each in a folder named after its fingerprint.

    Args:
        folder: Where the folders are; ``sweeps`` in the lab's cache if not given.
        running: Most sweeps that compute at the same time.
        waiting: Most sweeps that wait for their turn.
        kept: Most folders that stay.
    """

    def __init__(
        self, folder: Path | None = None, running: int = RUNNING_SWEEPS, waiting: int = WAITING_SWEEPS,
        kept: int = KEPT_SWEEPS,
    ) -> None:  # fmt: skip
        self.home = folder or CACHE / "sweeps"
        self._jobs: OrderedDict[str, SweepJob] = OrderedDict()
        self._turns = Turns(running)
        self._most = running + waiting
        self._kept = kept
        self._lock = threading.Lock()

    def folder(self, fingerprint: str) -> Path:
        """Where a sweep is written to."""
        return self.home / fingerprint

    def submit(self, sweep: Sweep, executor: Executor, owner: str, person: str) -> SweepJob:
        """Start a sweep, or join the one that computes the same; one that was interrupted is taken up again.

        Args:
            sweep: What to compute.
            executor: Where.
            owner: Who wants it; a named owner has one sweep, and a new one withdraws from the one before.
            person: The person behind, of whose sweeps the newest computes.

        Raises:
            LabError: ``too_many_jobs`` if the line is full.
        """
        with self._lock:
            for other in list(self._jobs.values()):
                if other.id != sweep.fingerprint and owner in other.owners and not other.done:
                    other.cancel(owner)
            job = self._jobs.get(sweep.fingerprint)
            if job is None or job.failed is not None or job.cancelled:
                under_way = sum(not other.done for other in self._jobs.values())
                if under_way >= self._most:
                    raise LabError("too_many_jobs", running=under_way, allowed=self._most)
                self._forget(sweep.fingerprint)
                job = SweepJob(sweep, self.folder(sweep.fingerprint), executor, self._turns)
                job.want(owner, person)
                threading.Thread(target=job.work, name=f"sweep-{job.id}", daemon=True).start()
            else:
                job.want(owner, person)
            self._jobs[job.id] = job
            self._jobs.move_to_end(job.id)
            return job

    def find(self, fingerprint: str) -> SweepJob | None:
        """The job with this fingerprint, if it was submitted not long ago."""
        with self._lock:
            return self._jobs.get(fingerprint)

    def begun(self, fingerprint: str) -> bool:
        """Whether anything of it is there or on its way."""
        return self.find(fingerprint) is not None or bool(parts_of(self.folder(fingerprint)))

    def stored(self, fingerprint: str) -> Sweep | None:
        """The sweep with this fingerprint, from the folder it was written to."""
        if not fingerprint.isalnum() or not (self.folder(fingerprint) / RECIPE).is_file():
            return None
        try:
            found = Sweep.load(self.folder(fingerprint))
        except LabError:  # written by another engine, or damaged
            return None
        return found if found.fingerprint == fingerprint else None

    def _forget(self, wanted: str) -> None:
        """Remove folders used longest ago, and jobs that ended long ago."""
        ended = [job.id for job in self._jobs.values() if job.done and job.id != wanted]
        for old in ended[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[old]
        busy = {job.id for job in self._jobs.values() if not job.done} | {wanted}
        with contextlib.suppress(OSError):
            folders = [path for path in self.home.iterdir() if (path / ABOUT).is_file() and path.name not in busy]
            folders.sort(key=lambda path: (path / "runs").stat().st_mtime, reverse=True)
            for path in folders[self._kept :]:
                shutil.rmtree(path, ignore_errors=True)


SWEEPS = SweepDesk()
"""The sweeps of this process."""

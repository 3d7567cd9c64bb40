"""The desk: all jobs of this process, equal ones shared, people taking turns, a reloaded page finding its own again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.jobs import Job
from simulation.store import Store
from simulation.turns import Turns

if TYPE_CHECKING:
    from simulation.experiment import Experiment

RUNNING_JOBS = 16
"""Most jobs that compute at the same time; they share the workers chunk by chunk."""

WAITING_JOBS = 256
"""Most jobs that wait: a full class of two hundred and then some."""

FINISHED_JOBS = 16
FINISHED_ROWS = 1_000_000
"""Finished jobs, and weekly rows of theirs, that are kept to be found again; older ones come back from the store."""


class JobDesk:
    """All jobs of this process: equal experiments share one job, and a reloaded page finds its own again.

    So many people as there are ``running`` places have a job computed at the same time, one each, and share the workers
    chunk by chunk; the others wait in line, which is bounded. What the store has needs no turn.

    Args:
        running: Most jobs that compute at the same time.
        waiting: Most jobs that wait for their turn.
    """

    def __init__(self, running: int = RUNNING_JOBS, waiting: int = WAITING_JOBS) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._turns = Turns(running)
        self._most = running + waiting
        self._lock = threading.Lock()

    def submit(
        self, experiment: Experiment, executor: Executor, store: Store, owner: str = "", person: str = ""
    ) -> Job:
        """Start a job, or join the one that already computes the same.

        Args:
            experiment: What to compute.
            executor: Where.
            store: Where worlds are found and kept.
            owner: Who wants it, such as one place of a page. A named owner has one job: a new one withdraws from
                the one before.
            person: The person behind the owner, of whose jobs one computes at a time, the newest first; the owner
                itself if not given. Without either the job stands in line by itself.

        Raises:
            LabError: ``too_many_jobs`` if the line is full.
        """
        key = experiment.key()
        with self._lock:
            if owner:
                for other in self._running():
                    if other.id != key and owner in other.owners:
                        other.cancel(owner)
            job = self._jobs.get(key)
            behind = person or owner or f"nobody-{key}"
            if job is None or job.failed is not None or not job.want(owner, behind):
                if len(self._running()) >= self._most:
                    raise LabError("too_many_jobs", running=len(self._running()), allowed=self._most)
                job = Job(experiment, executor, store, self._turns)
                job.want(owner, behind)
                threading.Thread(target=job.work, name=f"job-{key}", daemon=True).start()
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
            return sum(self._turns.has(job.ticket) for job in self._running())

    def waiting(self) -> int:
        """How many jobs wait for their turn."""
        with self._lock:
            return sum(not self._turns.has(job.ticket) for job in self._running())

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

"""Turns: who may compute now, fairly between people and one job of each at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Turns:
    """People stand in a line in the order in which they came; so many from its front have their turn.

    Of one person's jobs only the newest has it, since that is what the person looks at now; the one before goes on
    when the newer has ended. Whoever has had a job done and has another goes to the end of the line. A job that
    several people want comes when the first of them has their turn.

    Args:
        places: People who may have their turn at the same time.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._line: dict[str, list[str]] = {}
        self._changed = threading.Condition()

    def join(self, person: str, job: str) -> None:
        """Stand in line with a job, or put it before the person's others."""
        with self._changed:
            jobs = self._line.setdefault(person, [])
            if job in jobs:
                jobs.remove(job)
            jobs.append(job)
            self._changed.notify_all()

    def leave(self, person: str, job: str) -> None:
        """One person no longer wants a job."""
        with self._changed:
            self._drop(person, job)
            self._changed.notify_all()

    def end(self, job: str) -> None:
        """A job is done, for everybody."""
        with self._changed:
            for person in list(self._line):
                self._drop(person, job)
            self._changed.notify_all()

    def has(self, job: str) -> bool:
        """Whether the job may compute now."""
        with self._changed:
            return job in self._order()[: self.places]

    def ahead(self, job: str) -> int:
        """Jobs that come before this one does; 0 for one that has its turn."""
        with self._changed:
            order = self._order()
            waits = []
            for jobs in self._line.values():
                if job in jobs:
                    before = len(jobs) - 1 - jobs.index(job)
                    waits.append(max(0, order.index(jobs[-1]) - self.places + 1) + before)
            return min(waits, default=0)

    def wait(self, job: str, over: Callable[[], bool]) -> None:
        """Wait until the job has its turn, or until it is over anyhow."""
        with self._changed:
            self._changed.wait_for(lambda: over() or job in self._order()[: self.places])

    def _order(self) -> list[str]:
        """Everybody's newest job along the line, each once."""
        return list(dict.fromkeys(jobs[-1] for jobs in self._line.values()))

    def _drop(self, person: str, job: str) -> None:
        jobs = self._line.get(person, [])
        if job not in jobs:
            return
        jobs.remove(job)
        del self._line[person]
        if jobs:
            self._line[person] = jobs  # at the end of the line

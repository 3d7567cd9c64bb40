"""Studies: work of minutes that is no experiment, followed, cancelled, shown as far as it is and found again."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from simulation.errors import LabError
from simulation.jobs import Progress
from simulation.turns import Turns

RUNNING_STUDIES = 2
"""Most studies that compute at the same time; each keeps the workers busy by itself."""

WAITING_STUDIES = 64
FINISHED_STUDIES = 16

Tell = Callable[[int, int, Callable[[], Any]], None]
"""How a study says what is done, how much there is in all, and what gives its findings so far."""

Make = Callable[[Tell], Any]

_log = logging.getLogger(__name__)


class Study:
    """One study on its way; every method may be called from any thread.

    Args:
        key: What makes two studies the same.
        make: Does the work; whenever it tells how far it is, it waits for its turn and stops if nobody wants it.
        turns: Line in which it stands with other studies.
        about: Whatever helps to find back to where it was asked for.
    """

    def __init__(self, key: str, make: Make, turns: Turns, about: Mapping[str, Any]) -> None:
        self.id = key
        self.about = about
        self.ticket = uuid.uuid4().hex
        self.owners: dict[str, str] = {}
        """Who wants it → the person behind."""
        self.cancelled = False
        self.failed: LabError | None = None
        self._make, self._turns = make, turns
        self._changed = threading.Condition()
        self._finished = False
        self._done = self._total = 0
        self._found: Any = None
        self._so_far: Callable[[], Any] | None = None
        self._seen: tuple[int, Any] | None = None
        self._began: float | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more will come: finished, failed or cancelled."""
        return self._finished or self.cancelled

    def progress(self) -> Progress:
        """How far it is, in runs."""
        with self._changed:
            left = None
            if self._finished:
                left = 0.0
            elif self._done and self._began is not None:
                left = (time.monotonic() - self._began) / self._done * (self._total - self._done)
            ahead = 0 if self.done else self._turns.ahead(self.ticket)
            return Progress(self._done, self._total, left, 0, ahead)

    def partial(self) -> Any:
        """Findings so far, also of a study that was cancelled; None before there are any."""
        with self._changed:
            done, so_far = self._done, self._so_far
            if self._finished:
                return self._found
            if self._seen is not None and self._seen[0] == done:
                return self._seen[1]
        if so_far is None or not done:
            return None
        found = so_far()
        with self._changed:
            self._seen = (done, found)
        return found

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the findings.

        Args:
            timeout: Longest wait in seconds; no limit if not given.

        Raises:
            LabError: It failed, or was cancelled (``job_cancelled``).
            TimeoutError: Not ready within the timeout.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.done, timeout):
                raise TimeoutError
        if self.failed is not None:
            raise self.failed
        if self.cancelled:
            raise LabError("job_cancelled")
        return self._found

    def want(self, owner: str, person: str) -> bool:
        """Add an owner and stand in line for the person behind; False if it was cancelled before."""
        with self._changed:
            if self.cancelled:
                return False
            self.owners[owner] = person
            if not self._finished:
                self._turns.join(person, self.ticket)
            return True

    def cancel(self, owner: str) -> None:
        """Withdraw an owner; without owners the study stops at its next step."""
        with self._changed:
            person = self.owners.pop(owner, "")
            if not self.owners and not self._finished:
                self.cancelled = True
                self._changed.notify_all()
        if self.cancelled:
            self._turns.end(self.ticket)
        elif person not in self.owners.values():
            self._turns.leave(person, self.ticket)

    def work(self) -> None:
        """Do the work in the calling thread."""
        found: Any = None
        try:
            self._await_turn()
            self._began = time.monotonic()
            found = self._make(self._tell)
        except LabError as error:
            self.failed = None if self.cancelled else error
        except Exception as error:
            _log.exception("study %s failed", self.id)
            self.failed = LabError("run_failed", reason=f"{type(error).__name__}: {error}"[:200])
        with self._changed:
            self._found, self._finished = found, not self.cancelled
            if self._finished:
                self._so_far = self._seen = None
            self._changed.notify_all()
        self._turns.end(self.ticket)

    def _tell(self, done: int, total: int, so_far: Callable[[], Any]) -> None:
        with self._changed:
            self._done, self._total, self._so_far = done, total, so_far
        self._await_turn()

    def _await_turn(self) -> None:
        """Stand by while others have their turn; the time that passes is no measure of the pace."""
        stood = time.monotonic()
        self._turns.wait(self.ticket, lambda: self.cancelled)
        if self.cancelled:
            raise LabError("job_cancelled")
        if self._began is not None:
            self._began += time.monotonic() - stood


class StudyDesk:
    """All studies of this process: equal ones are done once, and a reloaded page finds its own again.

    Args:
        running: Most studies that compute at the same time.
        waiting: Most that wait for their turn.
    """

    def __init__(self, running: int = RUNNING_STUDIES, waiting: int = WAITING_STUDIES) -> None:
        self._turns = Turns(running)
        self._most = running + waiting
        self._studies: OrderedDict[str, Study] = OrderedDict()
        self._lock = threading.Lock()

    def submit(self, key: str, make: Make, owner: str, person: str, about: Mapping[str, Any] | None = None) -> Study:
        """Start a study, or join the one that is the same.

        Args:
            key: What makes two studies the same.
            make: Does the work.
            owner: Who wants it, such as one place of a page; a new study of an owner withdraws from the one before.
            person: The person behind, of whose studies one computes at a time, the newest first.
            about: Whatever helps to find back to where a new study was asked for.

        Raises:
            LabError: ``too_many_jobs`` if the line is full.
        """
        with self._lock:
            under_way = [study for study in self._studies.values() if not study.done]
            for other in under_way:
                if other.id != key and owner in other.owners:
                    other.cancel(owner)
            study = self._studies.get(key)
            if study is None or study.failed is not None or not study.want(owner, person):
                waiting = sum(not other.done for other in under_way)
                if waiting >= self._most:
                    raise LabError("too_many_jobs", running=waiting, allowed=self._most)
                study = Study(key, make, self._turns, about or {})
                study.want(owner, person)
                threading.Thread(target=study.work, name=f"study-{key}", daemon=True).start()
            self._studies[key] = study
            self._studies.move_to_end(key)
            finished = [other.id for other in self._studies.values() if other.done]
            for old in finished[: max(0, len(finished) - FINISHED_STUDIES)]:
                del self._studies[old]
            return study

    def find(self, key: str) -> Study | None:
        """The study with this key, if it runs or finished not long ago."""
        with self._lock:
            return self._studies.get(key)


STUDIES = StudyDesk()
"""The studies of this process."""

"""Work that may be done elsewhere: worlds of one plan that are computed together, and what computes them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from simulation.scenario import Scenario
from simulation.store import pack

Compute = Callable[[Scenario, tuple[int, ...]], Any]
"""From a scenario and seeds to tables of their worlds, the four of every run or others."""


class Work(Protocol):
    """Something an executor can do anywhere: it crosses to another process and comes back as bytes."""

    @property
    def key(self) -> Hashable:
        """What makes two pieces of work the same."""

    def done_with(self, compute: Compute) -> bytes:
        """Do it.

        Args:
            compute: What turns a scenario and seeds into tables.
        """


@dataclass(frozen=True)
class Chunk:
    """Worlds that are computed together: one plan, a few seeds; comes back as :func:`simulation.store.pack` makes it.

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
    def key(self) -> Hashable:
        """What makes two chunks the same work."""
        return self.fingerprint, self.seeds

    def done_with(self, compute: Compute) -> bytes:
        """Compute the worlds and pack their tables."""
        return pack((self.compute or compute)(self.scenario, self.seeds))


def do(compute: Compute, work: Work) -> bytes:
    """Do a piece of work; a plain function, which any process can be sent."""
    return work.done_with(compute)


def simulate_worlds(scenario: Scenario, seeds: tuple[int, ...]) -> Any:
    """Run the model; imported here, so that a page that only shows results never loads the kernels."""
    from simulation.model import simulate  # noqa: PLC0415

    return simulate(scenario, seeds)


def load_kernels() -> None:
    """Load the compiled kernels, compiling them if this engine has never run on this machine."""
    from simulation.model import warm  # noqa: PLC0415

    warm()

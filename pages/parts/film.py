"""A community while it lives: one world, week by week, with the people who are drawn and the numbers of the week."""

from __future__ import annotations

import threading
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from pages.parts.picture import even
from simulation.errors import LabError
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.scenario import Scenario

DRAWN = 300
MOST_PEOPLE = 20_000
"""Larger worlds take longer to live than anybody wants to watch."""
FOLLOWED = ("members", "revenue_cum", "profit_cum", "trust")
"""Weekly outcomes that grow beside the network."""
WIDTH, HEIGHT, PAD = 720.0, 420.0, 14.0
PALE, DEEP = (0xBF, 0xDF, 0xF2), (0x00, 0x6B, 0xAA)
"""Colours of a member without and with full trust."""


class Frame(NamedTuple):
    """One week: status and trust of the people who are drawn, and the outcomes that are followed."""

    status: NDArray[np.int8]
    trust: NDArray[np.float32]
    numbers: dict[str, float]


class Film:
    """Lives one world of a scenario and keeps what can be seen of every week; watched while it is made.

    Attributes:
        frames: One a week from week 0 on; grows while :meth:`live` runs.
        horizon: Last week.
        failed: What went wrong, if anything did.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        size = scenario.population.size
        if size > MOST_PEOPLE:
            raise LabError("too_large_to_watch", people=size, allowed=MOST_PEOPLE)
        self.scenario = scenario
        self.seed = seed
        self.horizon = scenario.horizon
        self.frames: list[Frame] = []
        self.failed: Exception | None = None
        self._ground = ""
        self._places: NDArray[np.float64] = np.zeros((0, 2))
        self._ready = threading.Event()

    def live(self) -> bool:
        """Live the world from the first week to the last; called once, away from the thread that draws."""
        try:
            model = CommunityModel(self.scenario, (self.seed,))
            people = _neighbours(model)
            self._lay_out(model, people)
            self._note(model, people)
            self._ready.set()
            while model.week < self.horizon:
                model.step()
                self._note(model, people)
        except Exception as error:  # whoever watches is told
            self.failed = error
        finally:
            self._ready.set()
        return True

    def wait(self, seconds: float) -> None:
        """Wait for the first week, but not longer than so many seconds."""
        self._ready.wait(seconds)

    @property
    def week(self) -> int:
        """Last week that can be seen; −1 before the first."""
        return len(self.frames) - 1

    def svg(self, week: int) -> str:
        """The people who are drawn in one week: members coloured by trust, others as small grey dots."""
        frame = self.frames[week]
        dots = []
        for (x, y), status, trust in zip(self._places, frame.status, frame.trust, strict=True):
            if status == Status.MEMBER:
                dots.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="7" fill="{_colour(float(trust))}"/>')
            elif status == Status.LAPSED:
                dots.append(
                    f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="none" stroke="#C4622D" stroke-width="1.6"/>'
                )
            else:
                dots.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2.6" fill="#8A979B" fill-opacity=".6"/>')
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{self._ground}'
            f"{''.join(dots)}</svg>"
        )

    def course(self, outcome: str, until: int) -> list[float]:
        """An outcome from week 0 to a week."""
        return [frame.numbers[outcome] for frame in self.frames[: until + 1]]

    def _note(self, model: CommunityModel, people: NDArray[np.int64]) -> None:
        series = model.datacollector.model_vars
        numbers = {name: float(series[name][-1][0]) for name in (*FOLLOWED, "joins", "leaves")}
        standing = model.standing
        self.frames.append(Frame(standing.status[people].copy(), standing.trust[people].copy(), numbers))

    def _lay_out(self, model: CommunityModel, people: NDArray[np.int64]) -> None:
        place = {int(person): row for row, person in enumerate(people)}
        ties = [
            (row, place[int(other)])
            for person, row in place.items()
            for other in model.graph.indices[model.graph.indptr[person] : model.graph.indptr[person + 1]]
            if row < place.get(int(other), -1)
        ]
        graph = nx.Graph(ties)
        graph.add_nodes_from(range(len(people)))
        found = nx.spring_layout(graph, seed=7, k=2.0 / np.sqrt(max(len(people), 1)), iterations=40)
        spots = even(np.array([found[row] for row in range(len(people))]))
        self._places = PAD + spots * (np.array([WIDTH, HEIGHT]) - 2 * PAD)
        lines = "".join(
            f"M{self._places[i, 0]:.0f} {self._places[i, 1]:.0f}L{self._places[j, 0]:.0f} {self._places[j, 1]:.0f}"
            for i, j in ties
        )
        self._ground = f'<path d="{lines}" stroke="#8A979B" stroke-opacity=".2" stroke-width=".8" fill="none"/>'


def _neighbours(model: CommunityModel) -> NDArray[np.int64]:
    """Rows of the people who are drawn: a neighbourhood that grows from the first founder along the ties."""
    total = len(model.people.world)
    founders = np.flatnonzero(model.people.arrival >= 0)
    start = int(founders[0]) if len(founders) else 0
    seen, order = {start}, [start]
    for person in order:
        if len(order) >= min(DRAWN, total):
            break
        for other in model.graph.indices[model.graph.indptr[person] : model.graph.indptr[person + 1]]:
            if int(other) not in seen and len(order) < DRAWN:
                seen.add(int(other))
                order.append(int(other))
    rest = (person for person in range(total) if person not in seen)
    while len(order) < min(DRAWN, total):
        order.append(next(rest))
    return np.array(order, np.int64)


def _colour(trust: float) -> str:
    share = min(max((trust - 0.3) / 0.6, 0.0), 1.0)
    return "#" + "".join(f"{round(pale + (deep - pale) * share):02X}" for pale, deep in zip(PALE, DEEP, strict=True))

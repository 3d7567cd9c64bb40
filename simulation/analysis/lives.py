"""Recorded lives: one world written down person by person and week by week, with the ledgers of every decision.

A recording is computed like any other experiment (in a worker, chunk by chunk, kept in the store) and holds what a
biography needs: what people are, what they have in each week of membership, what moved them, who knows whom.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import fingerprint
from simulation.analysis import explain
from simulation.eventlog import CHANNELS
from simulation.members import NEEDS, Status
from simulation.model import CommunityModel
from simulation.processes.buying import buy
from simulation.processes.joining import join
from simulation.processes.leaving import leave
from simulation.processes.posting import post
from simulation.recording import Recording
from simulation.scenario import Scenario
from simulation.streams import STREAMS, uniform_block

TRAITS = ("base_churn", "rate", "spend", "posting", "deal", "privacy", "degree", "arrival")
STATE = ("satisfaction", "aspiration", "trust", "fatigue", "motivation", "attention", "tier", "role", "layer", "idle",
         "recency", "tokens", "received", "spent", "rival")  # fmt: skip
"""Columns of standing that are written down at the end of each week."""
EVENTS = ("contacts", "relevance", "posts", "replies", "orders", "paid", "promoted", "demoted", "cocreated",
          "unresolved", "intrusion", "invites_sent", "hazard", "value", "member_ties", "list_value",
          "leaves")  # fmt: skip
"""Columns of flow that are written down for each week."""
COINS = {"joining": "join", "posting": "post", "buying": "buy", "leaving": "churn"}
"""Decision → name of its luck; the first of the four words decides, except for some ways of joining."""
WORDS = {"referral": 1, "won_back": 2}
"""Way of joining → word of the luck that decided; founders and groups toss no coin of joining."""
MOST_ROWS = 1_000_000


class LifeTables(NamedTuple):
    """What some worlds left behind; every frame has a ``seed`` column."""

    people: pd.DataFrame  # seed, person, weight_… of the needs, traits
    weeks: pd.DataFrame  # seed, week, person, state, events and ``decision.cause`` terms: weeks of membership
    changes: pd.DataFrame  # seed, week, person, joined (1) or left (0), channel, referrer, ``joining.cause`` hazards
    outside: pd.DataFrame  # seed, week, person, chance: of joining, for who is no member as the week begins
    ties: pd.DataFrame  # seed, a, b, before, after: strength at the start and at the end

    def of_seeds(self, seeds: Collection[int]) -> Self:
        """The rows of some seeds."""
        return type(self)(*(frame[frame["seed"].isin(list(seeds))] for frame in self))


@dataclass(frozen=True, eq=False)
class Lives:
    """One world under one plan, person by person.

    Attributes:
        people, weeks, changes, outside, ties: As in :class:`LifeTables`, without the seed; ``people`` in order.
        seed: Luck of the world.
        horizon: Weeks that were lived.
    """

    people: pd.DataFrame
    weeks: pd.DataFrame
    changes: pd.DataFrame
    outside: pd.DataFrame
    ties: pd.DataFrame
    seed: int
    horizon: int

    @cached_property
    def status(self) -> NDArray[np.int8]:
        """(weeks + 1, people) where everybody stands at the end of each week; row 0 is the start."""
        found = np.full((self.horizon + 1, len(self.people)), Status.PROSPECT, np.int8)
        columns = ("week", "person", "joined")
        for week, person, joined in zip(*(self.changes[name].to_numpy() for name in columns), strict=True):
            found[week:, person] = Status.MEMBER if joined else Status.LAPSED
        return found

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.weeks["week"].to_numpy(), np.arange(self.horizon + 2))

    def at(self, week: int) -> pd.DataFrame:
        """Those who were members in a week, in the order of their number, leavers among them."""
        return self.weeks.iloc[self._starts[week] : self._starts[week + 1]]

    def staying(self, week: int) -> pd.DataFrame:
        """Those who are members at the end of a week."""
        found = self.at(week)
        return found[found["leaves"] == 0]

    def of(self, person: int) -> pd.DataFrame:
        """Weeks of membership of one person."""
        return self.weeks[self.weeks["person"] == person]

    def friends(self, person: int) -> NDArray[np.int64]:
        """Who knows this person."""
        a, b = self.ties["a"].to_numpy(), self.ties["b"].to_numpy()
        return np.concatenate([b[a == person], a[b == person]]).astype(np.int64)

    def coin(self, decision: str, week: int, person: int, channel: str = "") -> float:
        """The coin that this person tosses in a week for a decision of :data:`COINS`, the same under every plan.

        NaN where none was tossed: at the start, and for founders and people of a group purchase.
        """
        if week < 1 or channel in {"founder", "group"}:
            return float("nan")
        luck = uniform_block(self.seed, week, STREAMS[COINS[decision]], person + 1)
        return float(luck[person, WORDS.get(channel, 0)])

    def channel(self, person: int, week: int) -> str:
        """How this person came in that week; empty if they did not."""
        rows = self.changes
        found = rows.loc[(rows["person"] == person) & (rows["week"] == week) & (rows["joined"] == 1), "channel"]
        return str(found.iloc[-1]) if len(found) else ""


class _Recorder:
    """Looks on while one world lives, and writes."""

    def __init__(self, model: CommunityModel) -> None:
        self.model = model
        self.terms: dict[str, explain.Terms] = {}
        self.was_member = np.zeros(0, np.bool_)
        self.rows: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.outside: list[dict[str, Any]] = []
        watched: dict[Callable[[CommunityModel], None], Callable[[CommunityModel], None]] = {
            process: self._asks(name, ask)
            for name, process, ask in (
                ("joining", join, explain.joining),
                ("posting", post, explain.posting),
                ("buying", buy, explain.buying),
                ("leaving", leave, explain.leaving),
            )
        }
        model.watchers.update(watched)
        self.before = model.strength.copy()
        self._write(np.flatnonzero(model.standing.status == Status.MEMBER))
        self._changed(np.flatnonzero(model.standing.status == Status.MEMBER), joined=1)

    def _asks(self, name: str, ask: Callable[[CommunityModel], explain.Terms]) -> Callable[[CommunityModel], None]:
        def look(model: CommunityModel) -> None:
            self.terms[name] = ask(model)
            if name == "leaving":
                self.was_member = model.standing.status == Status.MEMBER
            elif name == "joining":
                self._chances(np.flatnonzero(model.standing.status != Status.MEMBER))

        return look

    def note(self) -> None:
        """Write down the week that has just been lived."""
        flow = self.model.flow
        self._changed(np.flatnonzero(flow.joins), joined=1)
        self._write(np.flatnonzero(self.was_member))
        self._changed(np.flatnonzero(flow.leaves), joined=0)

    def _write(self, rows: NDArray[np.int64]) -> None:
        model = self.model
        row: dict[str, Any] = {"week": np.full(len(rows), model.week, np.int32), "person": rows.astype(np.int32)}
        row |= {name: model.standing.need[rows, place] for place, name in enumerate(NEEDS)}
        row |= {name: getattr(model.standing, name)[rows] for name in STATE}
        row |= {name: getattr(model.flow, name)[rows] for name in EVENTS}
        for decision, causes in explain.CAUSES.items():
            if decision != "joining":
                said = self.terms.get(decision, {})
                nothing = np.zeros(len(rows), np.float32)
                row |= {
                    f"{decision}.{cause}": said[cause][rows].astype(np.float32) if said else nothing for cause in causes
                }
        self.rows.append(row)

    def _chances(self, rows: NDArray[np.int64]) -> None:
        said = self.terms["joining"]
        certain = sum(said[name][rows] for name in explain.SPECIAL if name in said) > 0
        hazard = np.sum([term[rows] for name, term in said.items() if name not in explain.SPECIAL], axis=0)
        chance = np.where(certain, 1.0, -np.expm1(-hazard)).astype(np.float32)
        week = np.full(len(rows), self.model.week, np.int32)
        self.outside.append({"week": week, "person": rows.astype(np.int32), "chance": chance})

    def _changed(self, rows: NDArray[np.int64], *, joined: int) -> None:
        standing, said = self.model.standing, self.terms.get("joining", {})
        brought = (standing.referrer[rows] == self.model.flow.inviter[rows]) & (self.model.week > 0)
        row: dict[str, Any] = {
            "week": np.full(len(rows), self.model.week, np.int32),
            "person": rows.astype(np.int32),
            "joined": np.full(len(rows), joined, np.int8),
            "channel": np.where(joined, CHANNELS[standing.source[rows]], ""),
            "referrer": np.where(brought & (joined == 1), standing.referrer[rows], -1).astype(np.int32),
        }
        for cause in explain.CAUSES["joining"]:
            known = bool(said) and joined == 1
            row[f"joining.{cause}"] = said[cause][rows].astype(np.float32) if known else np.zeros(len(rows), np.float32)
        self.changes.append(row)

    def tables(self, seed: int) -> LifeTables:
        """Make the frames of this world."""
        model, p = self.model, self.model.people
        people = pd.DataFrame({"person": np.arange(model.graph.n, dtype=np.int32)})
        for place, name in enumerate(NEEDS):
            people[f"weight_{name}"] = p.need_weight[:, place]
        for name in TRAITS:
            people[name] = getattr(p, name)
        a = np.repeat(np.arange(model.graph.n, dtype=np.int32), np.diff(model.graph.indptr))
        once = a < model.graph.indices
        ties = pd.DataFrame(
            {"a": a[once], "b": model.graph.indices[once], "before": self.before[once], "after": model.strength[once]}
        )
        changes = _stacked(self.changes)
        frames = (people, _stacked(self.rows), changes, _stacked(self.outside), ties)
        for frame in frames:
            frame.insert(0, "seed", seed)
        return LifeTables(*frames)


def _stacked(parts: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def record(scenario: Scenario, seeds: tuple[int, ...]) -> LifeTables:
    """Live through worlds one by one and write everybody's life down."""
    worlds = []
    for seed in seeds:
        model = CommunityModel(scenario, (seed,))
        recorder = _Recorder(model)
        while model.week < scenario.horizon:
            model.step()
            recorder.note()
        worlds.append(recorder.tables(seed))
    return LifeTables(*(pd.concat(frames, ignore_index=True) for frames in zip(*worlds, strict=True)))


def _assemble(pieces: Iterable[tuple[str, LifeTables]], provenance: dict[str, Any]) -> dict[tuple[str, int], Lives]:
    """(plan, seed) → the lives of that world."""
    found: dict[tuple[str, int], Lives] = {}
    for plan, tables in pieces:
        for seed in tables.people["seed"].unique().tolist():
            frames = [frame.drop(columns="seed").reset_index(drop=True) for frame in tables.of_seeds({seed})]
            people, weeks, changes, outside, ties = frames
            found[plan, seed] = Lives(people, weeks, changes, outside, ties, seed, provenance["horizon"])
    return found


LIVES = Recording(
    "lives_" + fingerprint([Path(__file__), Path(explain.__file__)]),
    LifeTables,
    record,
    _assemble,
    lambda scenario: scenario.population.size * (scenario.horizon + 1),
    MOST_ROWS,
)
"""Recording of whole lives; rows are bounded by everybody being a member all the time."""

"""Event log: what the systems of a community record about one world, as tidy tables for study (K10).

A student who asks "who are these people?" gets what an operator would get: who joined how and when, who ordered,
posted, was answered, invited others and was written to. Traits, needs, trust and luck stay hidden. People are
pseudonymous: the number of a person is their row in the world and means nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.errors import LabError
from simulation.eventlog_columns import DICTIONARY, TABLES, dictionary
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.scenario import Scenario

CHANNELS = np.array(["founder", "organic", "referral", "media", "group", "won_back"])
"""How somebody came, in the order of :class:`simulation.members.Source`."""

__all__ = ["DICTIONARY", "EventLog", "dictionary", "follow", "record", "ties"]


@dataclass(frozen=True, eq=False)
class EventLog:
    """What was recorded in one world.

    Attributes:
        tables: Name → frame, as declared in :data:`DICTIONARY`.
        scenario: Name of the scenario.
        seed: Luck of the world.
        weeks: Weeks that were recorded.
        people: Everybody in the world, members or not.
    """

    tables: dict[str, pd.DataFrame]
    scenario: str
    seed: int
    weeks: int
    people: int

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def write(self, folder: Path | str, kind: str = "parquet") -> None:
        """Write every table, and the data dictionary in both languages as ``dictionary_zh.csv`` and ``…_en.csv``.

        Args:
            folder: Made if it does not exist.
            kind: ``parquet`` or ``csv``; CSV has a byte-order mark, without which spreadsheets garble Chinese.

        Raises:
            LabError: ``unknown_name`` for another kind, ``not_writable`` if the folder cannot be written.
        """
        if kind not in {"parquet", "csv"}:
            raise LabError("unknown_name", kind="file type", given=str(kind)[:60], known="parquet, csv")
        target = Path(folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name, frame in self.tables.items():
                if kind == "csv":
                    frame.to_csv(target / f"{name}.csv", index=False, encoding="utf-8-sig")
                else:
                    frame.to_parquet(target / f"{name}.parquet", index=False)
            for language in ("zh", "en"):
                told = dictionary(language)
                if language == "zh":
                    told.columns = pd.Index(["表", "每行是什么", "列", "含义", "单位", "类型"])
                told.to_csv(target / f"dictionary_{language}.csv", index=False, encoding="utf-8-sig")
        except OSError as error:
            raise LabError("not_writable", file=str(target), reason=error.strerror or type(error).__name__) from None


def record(scenario: Scenario, seed: int, weeks: int | None = None) -> EventLog:
    """Live through one world and write down what an operator's systems record.

    Args:
        scenario: Who, the plan and what happens.
        seed: Luck of the world; the same world as in any experiment with this seed.
        weeks: Weeks to record, 1 or more; the scenario's horizon if not given.

    Raises:
        LabError: ``out_of_range`` for a number of weeks below 1.
    """
    if weeks is not None:
        if weeks < 1:
            raise LabError("out_of_range", field="weeks", given=str(weeks)[:60], allowed="≥ 1")
        scenario = scenario.model_copy(update={"horizon": weeks})
    return follow(CommunityModel(scenario, (seed,)))


def follow(model: CommunityModel) -> EventLog:
    """Live a model of one world to its horizon and record it; see :func:`record`."""
    recorder = _Recorder(model)
    while model.week < model.spec.horizon:
        model.step()
        recorder.note()
    return recorder.log()


def ties(model: CommunityModel, *, members_only: bool = False) -> pd.DataFrame:
    """Who knows whom by now.

    Args:
        model: A batch of worlds; people are rows of the batch.
        members_only: Leave out ties of people who are not members at the moment.

    Returns:
        Columns a, b (a < b) and strength w ∈ (0, 1]; each tie once.
    """
    graph = model.graph
    a = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.indptr))
    keep = a < graph.indices
    if members_only:
        member = model.standing.status == Status.MEMBER
        keep &= member[a] & member[graph.indices]
    found = {"a": a[keep], "b": graph.indices[keep], "strength": model.strength[keep]}
    return TABLES["interactions"].frame([found])


class _Recorder:
    """Collects, week by week, the rows in which something happened."""

    def __init__(self, model: CommunityModel) -> None:
        self.model = model
        self.parts: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.spells = np.zeros(len(model.people.world), np.int32)
        self.ends: list[tuple[NDArray[Any], NDArray[Any], int]] = []
        self.arms: dict[str, NDArray[Any]] = {}
        self._join(np.flatnonzero(model.standing.status == Status.MEMBER))

    def note(self) -> None:
        """Write down the week that has just been lived."""
        flow, standing = self.model.flow, self.model.standing
        left = np.flatnonzero(flow.leaves)
        joined = np.flatnonzero(flow.joins)
        self._join(joined)  # before the leaving: who joins may leave in the same week
        self.ends.append((left, self.spells[left], self.model.week))
        self._flow("orders", flow.orders, "orders", paid=flow.paid, list_value=flow.list_value)
        with np.errstate(divide="ignore", invalid="ignore"):
            quality = np.where(flow.leaves > 0, np.nan, standing.echo / flow.posts)  # leaving silences the echo
        self._flow("posts", flow.posts, "posts", quality=quality)
        self._flow("replies", flow.replies, "replies")
        self._flow("contacts", flow.contacts, "messages")
        self._flow("votes", flow.voted, "voted")
        self._invitations(joined)
        self._assignments()

    def log(self) -> EventLog:
        """Make the tables."""
        model = self.model
        frames = {name: table.frame(self.parts[name]) for name, table in TABLES.items()}
        frames["interactions"] = ties(model, members_only=True)
        members = frames["members"]
        if self.ends:
            person, spell, week = (
                np.concatenate(values)
                for values in zip(*((p, s, np.full(len(p), w)) for p, s, w in self.ends), strict=True)
            )
            end = pd.Series(week, index=pd.MultiIndex.from_arrays([person, spell]), dtype="Int32")
            members["left"] = end.reindex(pd.MultiIndex.from_frame(members[["person", "spell"]])).to_numpy()
            members["left"] = members["left"].astype("Int32")
        return EventLog(frames, model.spec.name, int(model.seeds[0]), model.week, len(self.spells))

    def _flow(self, table: str, count: NDArray[Any], name: str, **more: NDArray[Any]) -> None:
        rows = np.flatnonzero(count)
        taken = {column: values[rows] for column, values in more.items()}
        self.parts[table].append({"week": self._week(rows), "person": rows, name: count[rows]} | taken)

    def _week(self, rows: NDArray[Any]) -> NDArray[Any]:
        return np.full(len(rows), self.model.week, np.int32)

    def _brought(self, joined: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of those who joined this week were brought by the inviter of this week."""
        inviter = self.model.flow.inviter[joined]
        return (self.model.week > 0) & (inviter >= 0) & (self.model.standing.referrer[joined] == inviter)

    def _join(self, joined: NDArray[Any]) -> None:
        model = self.model
        self.spells[joined] += 1
        channel = CHANNELS[model.standing.source[joined]]
        brought = (channel == "referral") | (channel == "group")
        self.parts["members"].append(
            {
                "person": joined,
                "spell": self.spells[joined],
                "joined": self._week(joined),
                "left": np.full(len(joined), -1, np.int32),
                "channel": channel,
                "referrer": np.where(brought, model.standing.referrer[joined], -1),
            }
        )

    def _invitations(self, joined: NDArray[Any]) -> None:
        """One row an invitation: those that brought somebody, and the rest of what each person sent."""
        flow = self.model.flow
        invitee = joined[self._brought(joined)]
        inviter = flow.inviter[invitee]
        open_ones = flow.invites_sent - np.bincount(inviter, minlength=len(flow.invites_sent))
        rest = np.repeat(np.arange(len(open_ones), dtype=np.int32), np.maximum(open_ones, 0))
        for who, whom, accepted in ((inviter, invitee, 1), (rest, np.full(len(rest), -1), 0)):
            self.parts["invitations"].append(
                {"week": self._week(who), "inviter": who, "invitee": whom, "accepted": np.full(len(who), accepted)}
            )

    def _assignments(self) -> None:
        """Arms of people in strategies that keep a notebook, whenever they are new."""
        notebooks = getattr(self.model.operator, "notebooks", None) or {}
        for name, notebook in notebooks.items():
            arms = getattr(notebook, "assignments", None)
            if arms is None:
                continue
            now = np.asarray(arms)
            before = self.arms.get(name, np.full(len(now), -1, now.dtype))
            new = np.flatnonzero((now >= 0) & (now != before))
            self.arms[name] = now.copy()
            self.parts["assignments"].append(
                {"week": self._week(new), "person": new, "strategy": np.full(len(new), name), "arm": now[new]}
            )

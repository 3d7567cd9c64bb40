"""The data desk: its example questions on a log of five million events, from the question to the answer in hand."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.measure import Measurement
from simulation.analysis import query
from simulation.eventlog_columns import TABLES

EVENTS = 5_000_000
PEOPLE = 200_000
WEEKS = 104
PROMISED = 1.0
"""Seconds within which every example has to be answered."""


def made_up_log(events: int = EVENTS, people: int = PEOPLE, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Tables of a log with so many rows: who orders, posts and invites is drawn at random, as nobody's life matters.

    Args:
        events: Rows in all: .6 orders, .2 posts, .1 each invitations and memberships.
        people: Who they are drawn from.
        seed: Luck of the draw.
    """
    luck = np.random.default_rng(seed)

    def drawn(rows: int) -> dict[str, np.ndarray]:
        who = (people * luck.random(rows) ** 2).astype(np.int32)  # some do much more than others
        return {"week": luck.integers(1, WEEKS + 1, rows, np.int32), "person": who}

    orders = drawn(int(0.6 * events))
    orders["orders"] = luck.integers(1, 4, len(orders["week"]), np.int32)
    orders["list_value"] = luck.gamma(2, 30, len(orders["week"]))
    orders["paid"] = 0.9 * orders["list_value"]
    posts = drawn(int(0.2 * events))
    posts |= {"posts": np.ones(len(posts["week"]), np.int32), "quality": luck.random(len(posts["week"]))}
    sent = drawn(int(0.1 * events))
    came = luck.random(len(sent["week"])) < 0.05
    invitee = np.where(came, luck.integers(0, people, len(came)), -1)
    joined = drawn(events - sum(len(part["week"]) for part in (orders, posts, sent)))
    left = joined["week"] + luck.integers(1, WEEKS, len(joined["week"]))
    members = {
        "person": joined["person"],
        "spell": np.ones(len(left), np.int32),
        "joined": joined["week"],
        "left": np.where(left > WEEKS, -1, left),
        "channel": np.array(["organic", "referral", "media"])[luck.integers(0, 3, len(left))],
        "referrer": np.full(len(left), -1),
    }
    invitations = {"week": sent["week"], "inviter": sent["person"], "invitee": invitee, "accepted": came}
    parts = {"orders": orders, "posts": posts, "invitations": invitations, "members": members}
    return {name: TABLES[name].frame([part]) for name, part in parts.items()}


def asking(rounds: int = 3, events: int = EVENTS) -> list[Measurement]:
    """Seconds of clock for each example, and for writing the log as a database, which the first question waits for."""
    tables = made_up_log(events)
    size = f"{sum(len(frame) for frame in tables.values()):,}"
    base = query.Base(tables)
    began = time.perf_counter()
    base.file()
    found = [
        Measurement.of("desk_database_s", [time.perf_counter() - began], "s", f"数据中台：{size} 行日志写成数据库",
                       f"data desk: a log of {size} rows made a database")
    ]  # fmt: skip
    for number, (zh, en, sql) in enumerate(query.EXAMPLES, 1):
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            base.ask(sql)
            took.append(time.perf_counter() - began)
        found.append(
            Measurement.of(f"desk_example_{number}_s", took, "s", f"数据中台，{size} 行：{zh}",
                           f"data desk, {size} rows: {en}", f"≤ {PROMISED:g}" if events >= EVENTS else "")
        )  # fmt: skip
    return found

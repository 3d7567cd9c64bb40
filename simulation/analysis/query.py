"""Questions to an event log in SQL: read-only, in a process of their own, bounded in time, rows and memory (K10)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from simulation.errors import LabError

MOST_ROWS = 1000
MOST_SECONDS = 2.0
MOST_MEGABYTES = 512
THREADS = 2
LONGEST = 4000
GRACE = 3.0
"""Seconds that the process may take to start and to hand over, beyond the time of the question."""
_CHILD = Path(__file__).with_name("query_child.py")

EXAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "每周有多少订单、多少收入",
        "Orders and revenue by week",
        "SELECT week, SUM(orders) AS orders, ROUND(SUM(paid), 2) AS paid\nFROM orders GROUP BY week ORDER BY week",
    ),
    (
        "RFM：每位买家的最近一次、次数与金额",
        "RFM: recency, frequency and money of every buyer",
        "SELECT person, MAX(week) AS last_week, SUM(orders) AS frequency, ROUND(SUM(paid), 2) AS money\n"
        "FROM orders GROUP BY person ORDER BY money DESC",
    ),
    (
        "各来源带来的人，有多少仍在",
        "How many of those from each source are still there",
        'SELECT channel, COUNT(*) AS came, ROUND(AVG(CASE WHEN "left" IS NULL THEN 1 ELSE 0 END), 3) AS still_here\n'
        "FROM members WHERE spell = 1 GROUP BY channel ORDER BY came DESC",
    ),
    (
        "谁邀请到的人最多",
        "Who brought the most people",
        "SELECT inviter, COUNT(*) AS sent, SUM(accepted) AS brought\n"
        "FROM invitations GROUP BY inviter ORDER BY brought DESC, sent LIMIT 20",
    ),
)
"""Questions to begin with: what they ask in 中文 and English, and the SQL."""


class Base:
    """The tables of one log as a database on disk, which is deleted when nobody asks it any more.

    Args:
        tables: Name → frame.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = dict(tables)
        self._file: Path | None = None
        self._lock = threading.Lock()

    def file(self) -> Path:
        """Where the database is; it is written at the first question."""
        with self._lock:
            if self._file is None:
                folder = tempfile.mkdtemp(prefix="log-")
                weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                file = Path(folder) / "log.duckdb"
                with duckdb.connect(str(file), config={"threads": THREADS}) as base:
                    for name, frame in self._tables.items():
                        base.register("_given", frame)
                        base.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _given')
                        base.unregister("_given")
                self._file = file
            return self._file

    def ask(self, sql: str, *, seconds: float = MOST_SECONDS) -> pd.DataFrame:
        """Answer one SELECT over the tables, in the SQL of DuckDB.

        The question is answered in a process that holds nothing but this log: it cannot write, has no files, network,
        settings or extensions, and its memory and time are bounded from outside.

        Args:
            sql: One SELECT (or WITH … SELECT).
            seconds: Time after which the question is given up.

        Returns:
            At most :data:`MOST_ROWS` rows.

        Raises:
            LabError: ``query_long``, ``query_outside``, ``query_not_select``, ``query_slow``, ``query_large``, or
                ``query_mistake`` with what the database says of it.
        """
        if len(sql) > LONGEST:
            raise LabError("query_long", most=LONGEST)
        asked = {"file": str(self.file()), "sql": sql, "seconds": seconds, "rows": MOST_ROWS,
                 "megabytes": MOST_MEGABYTES, "threads": THREADS}  # fmt: skip
        said = _told(asked, seconds)
        if "columns" in said:
            return pd.DataFrame(said["rows"], columns=_apart(said["columns"]))
        refused = said["refused"]
        if refused == "slow":
            raise LabError("query_slow", seconds=f"{seconds:g}")
        if refused == "large":
            raise LabError("query_large", most=MOST_MEGABYTES)
        if refused == "outside":
            raise LabError("query_outside")
        if refused == "not_select":
            raise LabError("query_not_select")
        raise LabError("query_mistake", reason=said["reason"])


def _told(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What the process says; one that dies instead has asked for more memory than it may have."""
    try:
        done = subprocess.run([sys.executable, "-P", str(_CHILD)], input=json.dumps(asked), capture_output=True,
                              text=True, encoding="utf-8", timeout=seconds + GRACE, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"refused": "slow"}
    if done.returncode:
        return {"refused": "large"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _apart(names: list[str]) -> list[str]:
    """Columns that are called alike get a number."""
    return [name if names.index(name) == place else f"{name}_{place + 1}" for place, name in enumerate(names)]

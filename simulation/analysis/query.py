"""Questions to an event log in SQL: read-only, in memory, and bounded in time and size (K10)."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Mapping

import pandas as pd

from simulation.errors import LabError

MOST_ROWS = 1000
MOST_SECONDS = 2.0
LONGEST = 4000
LONGEST_VALUE = 100_000
_EVERY = 2000
"""Steps of the database between two looks at the clock."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_REFUSED = {"load_extension", "randomblob", "zeroblob", "fts3_tokenizer"}

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
        'SELECT channel, COUNT(*) AS came, ROUND(AVG("left" IS NULL), 3) AS still_here\n'
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


def ask(tables: Mapping[str, pd.DataFrame], sql: str, *, seconds: float = MOST_SECONDS) -> pd.DataFrame:
    """Answer one SELECT over the tables of a log.

    The tables are copied into a database in memory that belongs to this question alone. Only reading is allowed, and
    neither files nor extensions can be reached.

    Args:
        tables: Name → frame.
        sql: One SELECT (or WITH … SELECT) in the SQL of SQLite.
        seconds: Time after which the question is given up.

    Returns:
        At most :data:`MOST_ROWS` rows.

    Raises:
        LabError: ``query_refused`` with the reason: not a SELECT, a mistake in it, or too much work.
    """
    if len(sql) > LONGEST:
        raise LabError("query_refused", reason=f"longer than {LONGEST} characters")
    base = sqlite3.connect(":memory:")
    try:
        for name, frame in tables.items():
            if re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE):
                frame.to_sql(name, base, index=False)
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        base.set_authorizer(_judge)
        end = time.monotonic() + seconds
        base.set_progress_handler(lambda: int(time.monotonic() > end), _EVERY)
        found = base.execute(sql)
        if found.description is None:
            raise LabError("query_refused", reason="not a SELECT")
        names = [column[0] for column in found.description]
        return pd.DataFrame(found.fetchmany(MOST_ROWS), columns=_apart(names))
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        told = "too much work" if "interrupted" in str(error) else " ".join(str(error).split())[:200]
        raise LabError("query_refused", reason=told) from None
    finally:
        base.close()


def _judge(action: int, one: str | None, two: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _REFUSED:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _apart(names: list[str]) -> list[str]:
    """Columns that are called alike get a number."""
    return [name if names.index(name) == place else f"{name}_{place + 1}" for place, name in enumerate(names)]

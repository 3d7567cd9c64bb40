"""The process in which one question in SQL is answered: a database opened for reading, bounds, and nothing else.

Started anew for every question by :mod:`simulation.analysis.query`, so that memory which a question takes and time
which it wastes end with the process. Reads one JSON object from the standard input, writes one to the standard output.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import threading
from decimal import Decimal
from typing import Any

import duckdb

ROOM = 1_000_000_000
"""Bytes of address space that the process may take beyond what the database reserves for itself."""
_REACHING = {
    "ATTACH",
    "DETACH",
    "COPY",
    "COPY_DATABASE",
    "EXPORT",
    "LOAD",
    "EXTENSION",
    "SET",
    "VARIABLE_SET",
    "PRAGMA",
}
_OUTSIDE = re.compile(
    r"\b(duckdb_\w+|pragma_\w+|current_setting|getvariable|getenv|which_secret|write_log|glob|sniff_csv"
    r"|\w*_scan|\w*_scan_\w+|read_\w+|parquet_\w+|query|query_table)\s*\(|\b(duckdb|pragma)_\w+|\b(from|join)\s*'",
    re.IGNORECASE,
)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the database says: columns and rows, or why not.

    Args:
        asked: file, sql, seconds, rows (most rows), megabytes (most memory of the database), threads.

    Returns:
        Either columns and rows, or refused (``outside``, ``not_select``, ``slow``, ``large``, ``mistake``) and reason.
    """
    bounds = {"memory_limit": f"{asked['megabytes']}MB", "threads": asked["threads"], "temp_directory": ""}
    with duckdb.connect(asked["file"], read_only=True, config=bounds) as base:
        for line in ("SET python_enable_replacements = false", "SET enable_external_access = false",
                     "SET lock_configuration = true"):  # fmt: skip
            base.execute(line)
        return _asked(base, asked)


def _asked(base: duckdb.DuckDBPyConnection, asked: dict[str, Any]) -> dict[str, Any]:
    clock, reason = threading.Timer(asked["seconds"], base.interrupt), ""
    try:
        refused = _forbidden([one.type.name for one in base.extract_statements(asked["sql"])], asked["sql"])
        if not refused:
            clock.start()
            found = base.execute(asked["sql"])
            names = [column[0] for column in found.description or ()]
            rows = [[_plain(value) for value in row] for row in found.fetchmany(asked["rows"])]
            return {"columns": names, "rows": rows}
    except duckdb.InterruptException:
        refused = "slow"
    except (duckdb.OutOfMemoryException, MemoryError):
        refused = "large"
    except duckdb.PermissionException:
        refused = "outside"
    except duckdb.Error as error:
        refused, reason = "mistake", " ".join(str(error).split("LINE 1")[0].split())[:300]
    finally:
        clock.cancel()
    return {"refused": refused, "reason": reason}


def _forbidden(kinds: list[str], sql: str) -> str:
    """Why a question is not even begun, or nothing."""
    if _OUTSIDE.search(_bare(sql)) or any(kind in _REACHING for kind in kinds):
        return "outside"
    return "" if kinds == ["SELECT"] else "not_select"


def _bare(sql: str) -> str:
    """The question without comments, behind which a name could hide from its bracket."""
    return re.sub(r"/\*.*?\*/|--[^\n]*", " ", sql, flags=re.DOTALL)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def main() -> None:
    """Answer the one question that stands on the standard input."""
    asked = json.load(sys.stdin)
    with contextlib.suppress(
        ImportError, ValueError, OSError
    ):  # where the system knows no such bound, time is the bound
        import resource  # noqa: PLC0415 - not on Windows

        most = asked["megabytes"] * 1_000_000 + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    json.dump(answer(asked), sys.stdout)


if __name__ == "__main__":
    main()

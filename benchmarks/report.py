"""The table of the README and the file beside it, from measurements."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import UNITS, Measurement

README = Path(__file__).parent.parent / "README.md"
RESULTS = Path(__file__).parent / "results.json"
START, END = "<!-- benchmarks:start -->", "<!-- benchmarks:end -->"


def circumstances(*, full: bool) -> dict[str, Any]:
    """When, with what and on what kind of machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "full": full,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("mesa", "numba", "numpy")},
        "processors": os.cpu_count(),
        "machine": platform.machine(),
    }


def table(measurements: Sequence[Measurement], where: dict[str, Any]) -> str:
    """Markdown table, ratios first; a ratio within one run says more than seconds on somebody's machine."""
    libraries = " · ".join(f"{name} {number}" for name, number in where["libraries"].items())
    lines = [
        f"{where['date']} · Python {where['python']} · {libraries} · {where['processors']} CPU ({where['machine']})",
        "",
        "| 测量 · measured | 下四分位 · lower quartile | 中位 · median | 上四分位 · upper "
        "| 轮次 · rounds | 目标 · target |",
        "|---|---|---|---|---|---|",
    ]
    for found in sorted(measurements, key=lambda found: found.unit != "×"):
        numbers = (figure(value, found.unit) for value in (found.lower, found.median, found.upper))
        lines.append(f"| {found.zh} · {found.en} | {' | '.join(numbers)} | {found.rounds} | {against_target(found)} |")
    return "\n".join(lines)


def against_target(found: Measurement) -> str:
    """The target, and whether it is met: by the quartile that speaks against it. A miss says by how much."""
    if not found.target:
        return ""
    least, bound = found.target.startswith("≥"), float(found.target[1:].replace(",", ""))
    value = found.lower if least else found.upper
    if value >= bound if least else value <= bound:
        return f"{found.target} ✓"
    return f"{found.target} ✗ {value / bound - 1:+.0%}"


def figure(value: float, unit: str) -> str:
    """A number with its unit, to about three digits."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{UNITS[unit]}"


def with_table(text: str, made: str) -> str:
    """The text with the table between its two marks.

    Raises:
        ValueError: The text has no place for the table.
    """
    if START not in text or END not in text:
        raise ValueError(f"no {START} … {END} to write between")
    return re.sub(
        f"{re.escape(START)}.*?{re.escape(END)}", lambda _: f"{START}\n{made}\n{END}", text, count=1, flags=re.DOTALL
    )


def write(
    measurements: Sequence[Measurement], where: dict[str, Any], readme: Path = README, results: Path = RESULTS
) -> None:
    """Put the table into the README and the numbers beside it."""
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), table(measurements, where)), encoding="utf-8")
    plain = {"circumstances": where, "measurements": [found.plain() for found in measurements]}
    results.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

"""What a process and all its descendants use, from /proc; zero where there is none."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def members(root: int) -> set[int]:
    """A process and its living descendants."""
    parents: dict[int, int] = {}
    for folder in _PROC.iterdir() if _PROC.is_dir() else ():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            parents[int(folder.name)] = int(fields[1])
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def megabytes(root: int) -> float:
    """Memory that the family occupies now, shared pages counted in each of them."""
    return sum(float(fields[21]) for member in members(root) if (fields := _fields(member))) * _page() / 2**20


def cpu_seconds(process: int) -> float:
    """CPU time that one process has used so far."""
    fields = _fields(process)
    return (float(fields[11]) + float(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _fields(process: int) -> list[str]:
    """Numbers of a process after its name: state, parent, …; empty if it has ended."""
    try:
        return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _page() -> int:
    return int(os.sysconf("SC_PAGE_SIZE")) if hasattr(os, "sysconf") else 4096

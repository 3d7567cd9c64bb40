"""The engine of the lab: people, an operator's plan and shocks in, retention and revenue curves out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the lab."""

_NO_NUMBERS = {"__main__.py", "commands.py", "executor.py", "jobs.py", "odd.py", "store.py"}
"""Files that carry numbers about but never change one."""


def fingerprint(files: Iterable[Path]) -> str:
    """Twelve digits that change whenever one of the files does."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


_ENGINE = [
    path
    for path in Path(__file__).parent.rglob("*.py")
    if "analysis" not in path.parts and path.name not in _NO_NUMBERS
]
ENGINE_VERSION = fingerprint(_ENGINE)
"""Fingerprint of the engine's sources: a stored result never outlives them."""

# Numba decides by the age of the calling file alone whether a compiled kernel is still good; a folder named after
# all compiled sources keeps a kernel from surviving an edit to what it calls.
CACHE = Path(os.environ.get("LAB_CACHE") or ROOT / ".cache")
_KERNELS = fingerprint(path for path in _ENGINE if b"@njit" in path.read_bytes())
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE / "numba" / _KERNELS))

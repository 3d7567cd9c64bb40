"""The engine of the lab: people, an operator's plan and shocks in, retention and revenue curves out."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the lab."""

_NO_NUMBERS = re.compile(
    r"(__main__|admission|commands(_\w+)?|executor(_\w+)?|jobs(_\w+)?|odd|store|sweep(_\w+)?|turns|work)\.py"
)
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
    if "analysis" not in path.parts and not _NO_NUMBERS.fullmatch(path.name)
]
ENGINE_VERSION = fingerprint(_ENGINE)
"""Fingerprint of the engine's sources: a stored result never outlives them."""

# Numba decides by the age of the calling file alone whether a compiled kernel is still good; a folder named after
# all compiled sources keeps a kernel from surviving an edit to what it calls.
CACHE = Path(os.environ.get("LAB_CACHE") or ROOT / ".cache")
_KERNELS = fingerprint(path for path in _ENGINE if b"@njit" in path.read_bytes())
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE / "numba" / _KERNELS))

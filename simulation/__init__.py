"""The engine of the lab: people, an operator's plan and shocks in, retention and revenue curves out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds the lab."""


def _engine_version() -> str:
    """Fingerprint of the engine's own sources, so that a stored result or a compiled kernel never outlives them."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        if "analysis" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


ENGINE_VERSION = _engine_version()

# Numba decides by the age of the calling file alone whether a compiled kernel is still good; a folder named after
# all sources keeps a kernel from surviving an edit to what it calls.
CACHE = Path(os.environ.get("LAB_CACHE") or ROOT / ".cache")
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE / "numba" / ENGINE_VERSION))

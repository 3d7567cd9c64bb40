from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from simulation.executor import WorkerExecutor
from simulation.store import Store
from tests.made_up_worlds import (
    computed_elsewhere,
    no_preparation,
)

# The app of the tests keeps its classes apart from the lab's own.
os.environ["LAB_DATABASE"] = str(Path(tempfile.mkdtemp(prefix="lab-classes-")) / "lab.sqlite")
TINY = "name: tiny\npopulation: {size: 60}\nhorizon: 6\nseeds: {first: 1, count: 3}\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def workers():
    """Two worker processes that compute made-up worlds; starting them is what takes the time here."""
    executor = WorkerExecutor(2, compute=computed_elsewhere, prepare=no_preparation)
    yield executor
    executor.close()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path

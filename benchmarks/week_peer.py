"""What a peer does in its own interpreter: read a crowd, then live weeks on request and tell what they took.

Run as ``python -m benchmarks.week_starsim CROWD.npz`` from the lab's folder; needs the peer and NumPy, not the lab.
A line with a number of weeks on its input is answered by a line of JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np


def answer(package: str, settle: Callable[[Mapping[str, Any]], Callable[[], Mapping[str, float]]]) -> None:
    """Serve one crowd until the input ends.

    Args:
        package: Name of the peer, whose version is told.
        settle: Makes the model of a crowd and gives the function that lives one week and returns its sums.
    """
    talk, sys.stdout = sys.stdout, sys.stderr  # whatever the peer prints must not mix with answers
    with np.load(sys.argv[1]) as crowd:
        step = settle({name: crowd[name] for name in crowd.files})
    print(json.dumps({"package": package, "version": version(package)}), file=talk, flush=True)
    for line in sys.stdin:
        weeks = int(line)
        gc.collect()
        # Polars works in threads of its own: the time of all of them counts.
        began = time.process_time()
        sums = [{name: float(value) for name, value in step().items()} for _ in range(weeks)]
        print(json.dumps({"seconds": time.process_time() - began, "sums": sums}), file=talk, flush=True)

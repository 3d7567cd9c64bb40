"""What the commands have in common: numbers they read, progress they show, exit codes they end with."""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import Any, Self

from tqdm import tqdm

from simulation.errors import LabError
from simulation.jobs import Progress

DONE, REFUSED, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: done; what was asked cannot be done; not understood (argparse); the work broke off; Ctrl+C."""

_BROKE_OFF = {"run_failed", "worker_lost", "run_too_long", "job_cancelled", "executor_unreachable", "not_writable"}


def exit_code(error: LabError) -> int:
    """1 for what has to be asked differently, 3 for what may be tried again as it is."""
    return FAILED if error.key in _BROKE_OFF else REFUSED


def count(text: str) -> int:
    """A whole number of at least one; whether it is too many is for the experiment to say."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


class Bar:
    """Progress on stderr: a bar for people, a line a second at most for files and pipes.

    Args:
        unit: What is counted, such as ``worlds``.
    """

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None
        self._told = -math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        if not sys.stderr.isatty():
            if time.monotonic() - self._told < 1 and progress.done_worlds < progress.total_worlds:
                return
            self._told = time.monotonic()
            left = "" if progress.seconds_left is None else f", about {progress.seconds_left:.0f} s left"
            stored = f", {progress.from_store} from the store" if progress.from_store else ""
            line = f"{progress.done_worlds}/{progress.total_worlds} {self._unit}{stored}{left}"
            print(line, file=sys.stderr, flush=True)
            return
        if self._bar is None:
            self._bar = tqdm(
                total=progress.total_worlds, initial=progress.from_store, unit=f" {self._unit}", dynamic_ncols=True
            )
        self._bar.update(progress.done_worlds - self._bar.n)

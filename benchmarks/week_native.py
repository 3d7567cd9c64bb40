"""The agreed week in C++, compiled on the spot: how far the lab's kernels are from the limit."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.week_kernels import Kernels

SOURCE = Path(__file__).with_name("week.cpp")
FLAGS = ("-O3", "-march=native", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno",
         "-std=c++17", "-shared", "-fPIC")  # fmt: skip
"""Sums may be reordered, as they may in the lab's kernel; nothing else of fast mathematics is allowed."""


def compiler() -> str | None:
    """A C++ compiler of this machine, if there is one."""
    return next((found for name in ("c++", "g++", "clang++") if (found := shutil.which(name))), None)


def native() -> type[Kernels] | str:
    """Compile the week.

    Returns:
        A crowd that lives in C++, or a word on why there is none.
    """
    found = compiler()
    if found is None:
        return "no C++ compiler"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "week.so"
        done = subprocess.run(
            [found, *FLAGS, str(SOURCE), "-o", str(made)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return f"{Path(found).name}: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'failed'}"
        library = ctypes.CDLL(str(made))
    call = library.live
    call.restype = None
    whole = ctypes.c_uint64

    def live(state: Any, shown: Any, showing: Any, indptr: Any, indices: Any, seed: int, week: int, sums: Any) -> None:
        where = (ctypes.c_void_p(column.ctypes.data) for column in (state, shown, showing, indptr, indices))
        call(*where, whole(seed), whole(week), ctypes.c_int64(len(shown)), ctypes.c_void_p(sums.ctypes.data))

    class Native(Kernels):
        """A crowd that lives in C++."""

    Native.live = staticmethod(live)  # type: ignore[arg-type]
    return Native

"""The folder of a sweep: what made it, a Parquet part for each share that is done, and what is still to do."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation import ENGINE_VERSION
from simulation.errors import LabError
from simulation.executor_choice import lab_executor
from simulation.executor_queue import Executor
from simulation.experiment import libraries
from simulation.files import MAX_BYTES, to_yaml
from simulation.intervals import mean_interval
from simulation.jobs import Progress
from simulation.results import HEADLINES
from simulation.sweep import RECIPE, Share, Sweep

ABOUT = "sweep.json"
"""Engine, libraries, seeds, design and how the sweep was cut."""

_PARTS = "runs"
_AHEAD = 2
"""Shares under way for each worker: one that runs and one that waits, so that no worker waits for this process."""


def run_sweep(
    sweep: Sweep,
    folder: Path | str,
    *,
    executor: Executor | None = None,
    resume: bool = False,
    told: Callable[[Progress], None] | None = None,
) -> None:
    """Compute a sweep into a folder; every share is on disk, whole, as soon as it is done.

    Args:
        sweep: What to compute.
        folder: Where; ``sweep.yaml`` (what reproduces it), ``sweep.json`` (what made it) and ``runs/part-….parquet``.
        executor: Where it is computed; the lab's own if not given.
        resume: Whether to take up a sweep that was interrupted; the shares that are there are kept.
        told: Called after each share; worlds are runs.

    Raises:
        LabError: ``sweep_exists`` for a folder that holds a sweep if it is not to be resumed, ``sweep_differs`` if it
            holds another, ``not_writable``, or what a share failed with.
    """
    target, where = Path(folder), executor or lab_executor()
    _open(sweep, target, resume=resume)
    done = frozenset(number for number in range(sweep.share_count) if _whole(target, number, sweep.rows_of(number)))
    before = ready = sum(sweep.rows_of(number) for number in done)
    shares, flying = sweep.shares(done), dict[Future[bytes], Share]()
    began = time.monotonic()
    try:
        while True:
            if told is not None:
                pace = (time.monotonic() - began) / (ready - before) if ready > before else None
                left = 0.0 if ready == sweep.runs else None if pace is None else pace * (sweep.runs - ready)
                told(Progress(ready, sweep.runs, left, before))
            while len(flying) < where.workers * _AHEAD and (share := next(shares, None)) is not None:
                flying[where.submit(share)] = share
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                share = flying.pop(future)
                _keep(_part(target, share.number), _result(future))
                ready += sweep.rows_of(share.number)
    except KeyboardInterrupt:
        where.close()  # nobody waits for what it was at
        raise
    finally:
        for share in flying.values():
            where.abandon(share)


def parts_of(folder: Path | str) -> list[Path]:
    """Files that are there, in the order of the design."""
    return sorted((Path(folder) / _PARTS).glob("part-*.parquet"))


def read_runs(folder: Path | str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The table of all runs that are there: point, factors, seed, then a column for each outcome.

    Args:
        folder: Of the sweep.
        columns: Those that are wanted; all if not given. A large sweep is better read part by part.

    Raises:
        LabError: ``results_unreadable``.
    """
    try:
        tables = [pq.read_table(path, columns=columns) for path in parts_of(folder)]
        return pa.concat_tables(tables, promote_options="permissive").to_pandas()
    except (OSError, ValueError, KeyError) as error:
        raise LabError("results_unreadable", file=str(folder), reason=type(error).__name__) from None


def csv_of(folder: Path | str) -> Iterator[str]:
    """All runs as CSV, one part after another, so that no more than one is in memory."""
    for place, path in enumerate(parts_of(folder)):
        yield pq.read_table(path).to_pandas().to_csv(index=False, header=place == 0, lineterminator="\n")


def about(folder: Path | str) -> dict[str, Any]:
    """What made a sweep: engine, libraries, seeds, design, number of runs.

    Raises:
        LabError: ``results_unreadable`` for a folder that holds none.
    """
    try:
        found = json.loads((Path(folder) / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LabError("results_unreadable", file=str(folder), reason=type(error).__name__) from None
    return dict(found)


def summary(folder: Path | str, level: float = 0.95) -> pd.DataFrame:
    """Mean over worlds of the headline outcomes at every point, with its t interval.

    Returns:
        Columns outcome, point, the factors, mean, low, high, worlds (that have a value).
    """
    made = about(folder)
    factors = list(made["factors"])
    runs = read_runs(folder, ["point", *factors, *HEADLINES])
    where = runs.groupby("point", sort=True)[factors].first().reset_index()
    tables = []
    for outcome in HEADLINES:
        rows = []
        for _, values in runs.groupby("point", sort=True)[outcome]:
            mean, low, high = (float(end) for end in mean_interval(values.to_numpy(float), level))
            rows.append({"mean": mean, "low": low, "high": high, "worlds": int(values.notna().sum())})
        tables.append(pd.concat([where, pd.DataFrame(rows)], axis=1).assign(outcome=outcome))
    found = pd.concat(tables, ignore_index=True)
    return found[["outcome", "point", *factors, "mean", "low", "high", "worlds"]]


def _open(sweep: Sweep, target: Path, *, resume: bool) -> None:
    """Make the folder, or see that it holds this very sweep."""
    if (target / ABOUT).exists():
        if not resume:
            raise LabError("sweep_exists", file=str(target))
        made = about(target)
        for name, own in _made_by(sweep).items():
            if made.get(name) != own:
                raise LabError("sweep_differs", file=str(target), field=name)
        return
    made = _made_by(sweep) | {
        "name": sweep.name,
        "runs": sweep.runs,
        "factors": list(sweep.design.factors),
        "design": dict(sweep.design.sampling),
        "seeds": list(sweep.seeds),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "libraries": libraries(),
    }
    recipe = to_yaml(dict(sweep.recipe)).encode()
    if len(recipe) > MAX_BYTES:
        raise LabError("scenario_too_large", file=RECIPE, allowed=f"{MAX_BYTES // 1000} kB")
    try:
        (target / _PARTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError("not_writable", file=str(target), reason=error.strerror or type(error).__name__) from None
    _keep(target / RECIPE, recipe)
    _keep(target / ABOUT, json.dumps(made, ensure_ascii=False, indent=1).encode())


def _made_by(sweep: Sweep) -> dict[str, Any]:
    return {"engine_version": ENGINE_VERSION, "fingerprint": sweep.fingerprint, "layout": list(sweep.layout)}


def _part(target: Path, number: int) -> Path:
    return target / _PARTS / f"part-{number:06d}.parquet"


def _whole(target: Path, number: int, rows: int) -> bool:
    try:
        return int(pq.read_metadata(_part(target, number)).num_rows) == rows
    except (OSError, pa.ArrowException):
        return False


def _keep(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(f"{uuid.uuid4().hex}.beside")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise LabError("not_writable", file=str(path), reason=error.strerror or type(error).__name__) from None


def _result(future: Future[bytes]) -> bytes:
    try:
        return future.result()
    except LabError:
        raise
    except Exception as error:
        raise LabError("run_failed", reason=f"{type(error).__name__}: {error}"[:200]) from error

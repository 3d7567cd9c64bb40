"""Store of worlds already computed, so that a class that runs one lesson computes it once.

A file holds the worlds of one plan that were computed together, as five Arrow IPC streams behind a checksum:
``<folder>/<engine version>/<scenario fingerprint>/<seeds>.arrow``. The fingerprint covers the plan; the seeds
are in the file's name, so a world is found however the worlds around it were grouped.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from simulation import CACHE, ENGINE_VERSION
from simulation.results import Tables

_MAGIC = b"LAB1"
_HEADER = len(_MAGIC) + 4
_SUFFIX = ".arrow"
_TEMPORARY = ".part"
_ABANDONED = 3600.0  # seconds after which a half-written file has no writer any more

Seeds = tuple[int, ...]


Kind = type[Any]
"""Named tuple of frames, each with a ``seed`` column, that can give the rows of some seeds (``of_seeds``)."""


class DamagedError(ValueError):
    """Bytes that are not, or no longer, what was stored."""


def pack(tables: Any) -> bytes:
    """Turn the tables of some worlds into bytes: a checksum, then an Arrow IPC stream each."""
    sink = pa.BufferOutputStream()
    for frame in tables:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
    body = sink.getvalue().to_pybytes()
    return b"".join((_MAGIC, zlib.crc32(body).to_bytes(4, "little"), body))


def unpack(packed: bytes, kind: Kind = Tables) -> Any:
    """Read the tables back.

    Args:
        packed: What :func:`pack` made.
        kind: Named tuple of frames that was packed.

    Raises:
        DamagedError: The bytes are cut short, altered or something else.
    """
    body = memoryview(packed)[_HEADER:]
    if packed[: len(_MAGIC)] != _MAGIC or zlib.crc32(body) != int.from_bytes(packed[len(_MAGIC) : _HEADER], "little"):
        raise DamagedError
    source = pa.BufferReader(body)
    return kind(*(pa.ipc.open_stream(source).read_all().to_pandas() for _ in kind._fields))


class Store:
    """Computed worlds on disk, bounded in size, the least recently used going first.

    Several processes may share it: files appear whole or not at all (written beside, then renamed). A damaged
    file counts as missing and is removed. A full or read-only disk costs the saving, never the run. What was
    read or written lately is also kept in memory.

    Args:
        folder: Where the files live; ``results`` in the lab's cache if not given.
        limit: Largest size on disk, bytes.
        memory: Largest size in memory, bytes.
        version: Engine that computed the worlds; worlds of another engine are never found.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        limit: int = 2_000_000_000,
        memory: int = 200_000_000,
        version: str = ENGINE_VERSION,
    ) -> None:
        self.folder = folder or CACHE / "results"
        self.limit = limit
        self._home = self.folder / version
        self._memory = memory
        self._recent: OrderedDict[tuple[str, Seeds], tuple[Any, int]] = OrderedDict()
        self._recent_size = 0
        self._unchecked = limit  # the first file written looks at what earlier processes left
        self._lock = threading.Lock()

    def find(self, fingerprint: str, seeds: Iterable[int], kind: Kind = Tables) -> list[tuple[Seeds, Any]]:
        """Look up worlds of one scenario and plan.

        Args:
            fingerprint: Of the scenario with its plan, and of what was written down.
            seeds: Seeds that are wanted.
            kind: Named tuple of frames that was written down.

        Returns:
            Pairs of seeds found together and their tables; no seed twice, none that was not asked for.
        """
        wanted = set(seeds)
        found: list[tuple[Seeds, Any]] = []
        for group in sorted(self._groups(fingerprint), key=lambda group: (-len(wanted & {*group}), group)):
            hit = wanted & {*group}
            tables = self._read(fingerprint, group, kind) if hit else None
            if tables is not None:
                found.append((tuple(sorted(hit)), tables if len(hit) == len(group) else tables.of_seeds(hit)))
                wanted -= hit
        return found

    def put(self, fingerprint: str, seeds: Seeds, packed: bytes, kind: Kind = Tables) -> Any:
        """Keep worlds that were computed together and give their tables back.

        Raises:
            DamagedError: The bytes are not what :func:`pack` made.
        """
        tables = unpack(packed, kind)
        self._remember((fingerprint, seeds), tables, len(packed))
        path = self._path(fingerprint, seeds)
        beside = path.with_name(f"{uuid.uuid4().hex}{_TEMPORARY}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(packed)
            beside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            return tables
        with self._lock:
            self._unchecked += len(packed)
            due = self._unchecked > self.limit // 20
            if due:
                self._unchecked = 0
        if due:
            self.evict()
        return tables

    def evict(self) -> None:
        """Remove the files used longest ago until the size fits again, and what crashed writers left."""
        files, total = [], 0
        for path in self.folder.rglob("*"):
            try:
                about = path.stat()
                if path.suffix == _TEMPORARY and time.time() - about.st_mtime > _ABANDONED:
                    path.unlink()
                elif path.suffix == _SUFFIX:
                    files.append((about.st_mtime, about.st_size, path))
                    total += about.st_size
            except OSError:  # another process was faster
                continue
        if total <= self.limit:
            return
        for _, size, path in sorted(files, key=lambda file: file[0]):
            if total <= self.limit * 0.9:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            with contextlib.suppress(OSError):  # not empty yet
                path.parent.rmdir()
            total -= size

    def _path(self, fingerprint: str, seeds: Seeds) -> Path:
        return self._home / fingerprint / ("-".join(map(str, seeds)) + _SUFFIX)

    def _groups(self, fingerprint: str) -> set[Seeds]:
        with self._lock:
            groups = {seeds for known, seeds in self._recent if known == fingerprint}
        with contextlib.suppress(OSError), os.scandir(self._home / fingerprint) as entries:
            for entry in entries:
                name = entry.name.removesuffix(_SUFFIX)
                if name != entry.name and all(part.isdecimal() for part in name.split("-")):
                    groups.add(tuple(int(part) for part in name.split("-")))
        return groups

    def _read(self, fingerprint: str, seeds: Seeds, kind: Kind) -> Any:
        path = self._path(fingerprint, seeds)
        with contextlib.suppress(OSError):
            os.utime(path)  # used just now: the last to be evicted
        with self._lock:
            recent = self._recent.get((fingerprint, seeds))
            if recent is not None:
                self._recent.move_to_end((fingerprint, seeds))
                return recent[0]
        try:
            packed = path.read_bytes()
            tables = unpack(packed, kind)
        except OSError:
            return None
        except (ValueError, pa.ArrowException):
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        self._remember((fingerprint, seeds), tables, len(packed))
        return tables

    def _remember(self, key: tuple[str, Seeds], tables: Any, size: int) -> None:
        with self._lock:
            _, before = self._recent.pop(key, (None, 0))
            self._recent[key] = (tables, size)
            self._recent_size += size - before
            while self._recent_size > self._memory:
                _, (_, oldest) = self._recent.popitem(last=False)
                self._recent_size -= oldest

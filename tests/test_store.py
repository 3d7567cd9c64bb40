from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from simulation import ROOT
from simulation.store import DamagedError, Store, pack, unpack
from tests.made_up_worlds import SCENARIO, tables_of

PRINT = "0123abcd"


def packed(*seeds: int) -> bytes:
    return pack(tables_of(SCENARIO, seeds))


def files(store: Store) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if path.is_file())


def test_what_is_packed_comes_back_to_the_last_bit() -> None:
    tables = tables_of(SCENARIO, (1, 2))
    for before, after in zip(tables, unpack(pack(tables)), strict=True):
        pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_another_process_finds_what_one_has_stored(tmp_path: Path) -> None:
    Store(tmp_path).put(PRINT, (1, 2, 3), packed(1, 2, 3))
    ((seeds, tables),) = Store(tmp_path).find(PRINT, range(1, 4))
    assert seeds == (1, 2, 3)
    pd.testing.assert_frame_equal(tables.weekly, tables_of(SCENARIO, (1, 2, 3)).weekly)


def test_worlds_are_found_however_they_were_grouped(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(PRINT, (1, 2, 3), packed(1, 2, 3))
    store.put(PRINT, (3, 4), packed(3, 4))
    found = Store(tmp_path).find(PRINT, (2, 3, 4, 9))
    seeds = [seed for group, _ in found for seed in group]
    assert sorted(seeds) == [2, 3, 4]
    for group, tables in found:
        assert sorted(tables.worlds["seed"]) == sorted(group)


def test_another_plan_or_engine_finds_nothing(tmp_path: Path) -> None:
    Store(tmp_path, version="one").put(PRINT, (1,), packed(1))
    assert Store(tmp_path, version="one").find("other", (1,)) == []
    assert Store(tmp_path, version="two").find(PRINT, (1,)) == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        lambda whole: b"something else",
    ],
    ids=["cut", "empty", "one bit", "foreign"],
)
def test_a_damaged_file_counts_as_missing_and_is_removed(tmp_path: Path, harm) -> None:
    store = Store(tmp_path)
    store.put(PRINT, (1,), packed(1))
    (path,) = files(store)
    path.write_bytes(harm(path.read_bytes()))
    assert Store(tmp_path).find(PRINT, (1,)) == []
    assert not path.exists()
    with pytest.raises(DamagedError):
        unpack(harm(packed(1)))


def test_foreign_files_in_the_folder_do_no_harm(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(PRINT, (1,), packed(1))
    (path,) = files(store)
    (path.parent / "notes.txt").write_text("x")
    (path.parent / "1--2.arrow").write_text("x")
    assert len(Store(tmp_path).find(PRINT, (1, 2))) == 1


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    size = len(packed(1))
    store = Store(tmp_path, limit=size * 4)
    for seed in (1, 2, 3, 4):
        store.put(PRINT, (seed,), packed(seed))
        (path,) = (each for each in files(store) if each.stem == str(seed))
        os.utime(path, (seed, seed))
    store.find(PRINT, (1,))
    store.put(PRINT, (5,), packed(5))
    store.evict()
    assert {path.stem for path in files(store)} == {"1", "4", "5"}


def test_a_store_stays_within_its_limit_by_itself(tmp_path: Path) -> None:
    limit = len(packed(1)) * 5
    store = Store(tmp_path, limit=limit)
    for seed in range(20):
        store.put(PRINT, (seed,), packed(seed))
    assert sum(path.stat().st_size for path in files(store)) <= limit


def test_what_a_crashed_writer_left_is_removed_and_a_living_one_is_spared(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(PRINT, (1,), packed(1))
    folder = files(store)[0].parent
    (folder / "old.part").write_bytes(b"x")
    (folder / "new.part").write_bytes(b"x")
    os.utime(folder / "old.part", (time.time() - 7200,) * 2)
    store.evict()
    assert {path.name for path in files(store)} == {"1.arrow", "new.part"}


def test_memory_is_bounded(tmp_path: Path) -> None:
    size = len(packed(1))
    store = Store(tmp_path, memory=size * 2)
    for seed in range(6):
        store.put(PRINT, (seed,), packed(seed))
    assert len(store._recent) <= 2
    assert len(store.find(PRINT, range(6))) == 6


def test_without_a_disk_the_run_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    store = Store(blocked / "results")
    tables = store.put(PRINT, (1,), packed(1))
    assert list(tables.worlds["seed"]) == [1]
    assert len(store.find(PRINT, (1,))) == 1


def test_many_writers_and_readers_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def play(number: int) -> None:
        store = Store(tmp_path, limit=len(packed(1)) * 3, memory=0)
        try:
            for turn in range(15):
                seed = (number + turn) % 5
                store.put(PRINT, (seed,), packed(seed))
                for group, tables in store.find(PRINT, range(5)):
                    assert list(tables.worlds["seed"]) == list(group)
        except BaseException as error:
            failures.append(error)

    players = [threading.Thread(target=play, args=(number,)) for number in range(4)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    assert not failures
    assert not [path for path in files(Store(tmp_path)) if path.suffix == ".part"]


PROGRAM = """
import sys
from pathlib import Path
from simulation.store import Store, pack
from tests.made_up_worlds import SCENARIO, tables_of
whole = {{seed: pack(tables_of(SCENARIO, (seed,))) for seed in range(5)}}
store = Store(Path({folder!r}), limit=len(whole[0]) * 3, memory=0)
for turn in range(60):
    seed = ({number} + turn) % 5
    store.put("shared", (seed,), whole[seed])
    for group, tables in store.find("shared", range(5)):
        assert list(tables.worlds["seed"]) == list(group), group
        assert pack(tables) in whole.values()
print("done")
"""


def test_several_processes_share_a_store(tmp_path: Path) -> None:
    """Three write, read and evict the same few worlds at once; none ever sees half a file or another's numbers."""
    programs = [PROGRAM.format(folder=str(tmp_path), number=number) for number in range(3)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for program in programs
    ]
    for process in running:
        told, error = process.communicate(timeout=120)
        assert (told, error) == ("done\n", "")
    assert not [path for path in files(Store(tmp_path)) if path.suffix == ".part"]

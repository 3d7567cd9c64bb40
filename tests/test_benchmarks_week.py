"""The agreed week is the same in every engine before anybody times it, and what is missing is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import contest, large, week_native
from benchmarks.week import SUMS, Columns, crowd, difference
from benchmarks.week_kernels import BLOCK, Kernels


def lived(model: Any, weeks: int) -> list[dict[str, float]]:
    found = []
    for _ in range(weeks):
        model.step()
        found.append(model.sums)
    return found


def test_contenders_live_the_same_weeks():
    contest.check_same_week(people=150, weeks=6)


@pytest.mark.parametrize("people", [BLOCK - 1, BLOCK, BLOCK + 1, 1300])
def test_blocks_hold_everybody_and_nobody_else(people):
    who = crowd(people)
    for ours, theirs in zip(lived(Kernels(who), 5), lived(Columns(who), 5), strict=True):
        assert difference(ours, theirs) <= contest.SAME


def test_every_part_of_the_week_happens():
    weeks = lived(Columns(crowd(1000)), 30)
    for name in SUMS:
        assert weeks[-1][name] > 0
    assert weeks[-1]["satisfaction"] != weeks[0]["satisfaction"]


def test_a_different_week_is_refused(monkeypatch):
    class Other(Kernels):
        def step(self) -> None:
            super().step()
            self.sums["posts"] += 3

    monkeypatch.setattr(contest, "Kernels", Other)
    with pytest.raises(AssertionError, match="kernels differs"):
        contest.check_same_week(people=150, weeks=3)


def peer_that_lives(who: Any, more: float) -> Any:
    def ask(weeks: int) -> dict[str, Any]:
        columns = Columns(who, named=False)
        return {"sums": [{name: value * more for name, value in sums.items()} for sums in lived(columns, weeks)]}

    return SimpleNamespace(ask=ask)


def test_a_peer_with_other_luck_passes_and_one_with_another_week_does_not():
    who = crowd(2000)
    contest.check_peer(peer_that_lives(who, 1.0), who)
    with pytest.raises(AssertionError, match="instead of"):
        contest.check_peer(peer_that_lives(who, 1.2), who)


def test_who_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(contest, "find_peers", dict)
    monkeypatch.setattr(week_native, "compiler", lambda: None)
    found, missing = contest.contest(200, 1)
    assert [word.split(":")[0] for word in missing] == ["C++", "starsim", "mesa-frames"]
    names = {made.name for made in found}
    assert {"week_mesa_to_lab_200", "week_numpy_to_lab_200", "week_lab_ns_200"} <= names
    assert not any("starsim" in name or "native" in name for name in names)


@pytest.mark.skipif(week_native.compiler() is None, reason="no C++ compiler here")
def test_a_source_that_does_not_compile_is_said(monkeypatch, tmp_path):
    broken = tmp_path / "broken.cpp"
    broken.write_text("this is not C++\n", encoding="utf-8")
    monkeypatch.setattr(week_native, "SOURCE", broken)
    assert "error" in str(week_native.native())


@pytest.mark.slow
def test_a_large_world_is_measured_in_a_process_of_its_own():
    found = {made.name: made.median for made in large.a_million(weeks=2, people=5000)}
    assert 0 < found["large_graph_s"] < found["large_setup_s"] < found["large_whole_s"]
    assert found["large_memory_mb"] > 100


@pytest.mark.slow
def test_the_kernel_is_near_the_limit_and_far_from_objects():
    """Wide margins, since these machines are shared; ``make bench`` measures the real figures."""
    found = {made.name: made for made in contest.contest(2000, 5)[0]}
    assert found["week_mesa_to_lab_2000"].lower >= 50
    assert found["week_numpy_to_lab_2000"].lower >= 1.5
    if "week_lab_to_native_2000" in found:
        assert found["week_lab_to_native_2000"].lower <= 2
    assert np.isfinite([made.median for made in found.values()]).all()

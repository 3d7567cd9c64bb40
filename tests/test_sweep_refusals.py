"""A sweep that is too large or makes no sense is refused before anything runs, with what would do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from simulation.admission import MAX_RUNS, admit_sweep
from simulation.errors import LabError
from simulation.sweep_folder import about, read_runs
from tests.test_sweep import FREQUENCY, levers, made


@pytest.mark.parametrize(
    "given",
    [(10**6, 1000, 52, 30), (10, 10**9, 52, 2), (10**12, 10, 1, 1), (1000, 1000, 10**6, 10), (10, 10, 10, 10**9)],
)
def test_too_large_a_sweep_is_refused_at_once_with_what_would_fit(given: tuple[int, int, int, int]) -> None:
    began = time.perf_counter()
    with pytest.raises(LabError) as refused:
        admit_sweep(*given)
    assert time.perf_counter() - began < 0.1
    names = ("points", "people", "weeks", "worlds")
    asked = dict(zip(names, given, strict=True))
    fits = {name: refused.value.values[f"fit_{name}"] for name in names}
    assert any(fits.values())
    for name, fit in fits.items():
        if 0 < fit < asked[name]:
            admit_sweep(**(asked | {name: fit}))


def test_a_hundred_thousand_small_runs_are_admitted_and_a_vast_grid_never_unrolled() -> None:
    admit_sweep(10_000, 1000, 52, 10)
    with pytest.raises(LabError) as refused:
        levers(vary={"horizon": list(range(1, 500)), "population.size": list(range(20, 5000)), FREQUENCY: [1, 2]})
    assert refused.value.key == "sweep_too_large"
    assert 0 < refused.value.values["fit_points"] <= MAX_RUNS // 3


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"colour": 1}, "unknown_field"),
        ({"vary": [1]}, "wrong_type"),
        ({"plans": "neutral"}, "wrong_type"),
        ({"plans": [3]}, "wrong_type"),
        ({"plans": ["neutral", "neutral"]}, "plans_same_name"),
        ({"plans": ["unheard_of"]}, "unknown_name"),
        ({"scenario": 3}, "wrong_type"),
        ({"design": {"kind": "random"}}, "out_of_range"),
        ({"design": {"points": 0}}, "out_of_range"),
        ({"seeds": {"count": -1}}, "out_of_range"),
        ({"horizon": 9999}, "out_of_range"),
        ({"vary": {"population.size": [100, 3]}}, "out_of_range"),
        ({"vary": {FREQUENCY: ["often"]}}, "wrong_type"),
        ({"design": {"kind": "latin"}, "vary": {"population.size": {"low": -4, "high": 10}}}, "out_of_range"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(changed: dict[str, Any], key: str) -> None:
    with pytest.raises(LabError) as refused:
        levers(**changed)
    assert refused.value.key == key


def test_a_folder_that_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LabError) as refused:
        made(tmp_path / "file" / "sweep")
    assert refused.value.key == "not_writable"
    with pytest.raises(LabError) as refused:
        about(tmp_path)
    assert refused.value.key == "results_unreadable"
    with pytest.raises(LabError) as refused:
        read_runs(tmp_path)
    assert refused.value.key == "results_unreadable"

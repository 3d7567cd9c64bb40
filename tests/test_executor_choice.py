"""An executor is chosen by name, on the command line or in the environment, and is the same one each time."""

from __future__ import annotations

import importlib.util

import pytest

from simulation.errors import LabError
from simulation.executor import ThreadExecutor, WorkerExecutor
from simulation.executor_choice import executor_named, lab_executor


def test_the_environment_names_it_and_processes_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_EXECUTOR", raising=False)
    assert isinstance(lab_executor(), WorkerExecutor)
    monkeypatch.setenv("LAB_EXECUTOR", " threads ")
    assert isinstance(lab_executor(), ThreadExecutor)
    assert lab_executor() is executor_named("threads")


@pytest.mark.parametrize("name", ["abacus", "http://example.org", "tcp", "", "Threads"])
def test_an_unknown_one_is_refused_with_what_is_known(name: str) -> None:
    with pytest.raises(LabError) as refused:
        executor_named(name)
    assert refused.value.key == "executor_unknown"
    assert "tcp://HOST:PORT" in refused.value.values["allowed"]


def test_a_cluster_without_the_extra_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LabError) as refused:
        executor_named("tcp://nobody.invalid:1")
    assert refused.value.key == "dask_missing"

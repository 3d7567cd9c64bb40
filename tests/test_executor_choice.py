"""An executor is chosen by name, on the command line or in the environment, and is the same one each time."""

from __future__ import annotations

import contextlib
import importlib.util
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pytest

from simulation import executor_choice
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


def test_two_who_ask_at_once_get_the_same_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both, made = threading.Barrier(2), []

    class Slow(ThreadExecutor):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.2)  # where two are being made, they meet here

    monkeypatch.setattr(executor_choice, "ThreadExecutor", Slow)
    monkeypatch.setattr(executor_choice, "_made", lru_cache(executor_choice._made.__wrapped__))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(executor_named, ("threads", "threads"))
    assert one is other and made == [one]

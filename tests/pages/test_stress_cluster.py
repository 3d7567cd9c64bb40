"""A stress test whose cluster is named on the page: the numbers of this machine, and words where nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import settings, stress, stress_cluster
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.futures import StressTest, uncertainties
from simulation.executor import SerialExecutor
from simulation.executor_choice import executor_named
from simulation.scenario import Scenario, list_plans
from simulation.sweep_folder import read_runs, run_sweep
from simulation.sweep_jobs import SWEEPS
from simulation.work import Work
from tests.pages.test_pages import opened, served, sound, until

distributed = pytest.importorskip("distributed", reason="the extra of requirements-dask.txt is not installed")

__all__ = ["served"]
pytestmark = pytest.mark.slow
key = stress.key
TINY = Scenario.parse({"name": "tiny", "population": {"size": 60}, "horizon": 8})
PLANS = {name: list_plans()[name] for name in ("neutral", "tiers_first")}
PATHS = ("behaviour.leaving.trust", "behaviour.leaving.satisfaction")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of a scheduler with two workers in threads of this process, whose kernels are loaded already."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None,
    ) as running:  # fmt: skip
        yield running.scheduler_address
        executor_named(running.scheduler_address).close()


def page(language: str, address: str) -> AppTest:
    app = opened("start", language)
    app.session_state[settings.ASKED] = TINY
    given = {
        "scenario": "studio", "plans": list(PLANS), "points": 20, "worlds": 2, "width": "chosen", "paths": list(PATHS),
        "cluster": address,
    }  # fmt: skip
    for name, value in given.items():
        app.session_state[key(name)] = value
    return app.switch_page("pages/stress.py").run()


def test_a_cluster_gives_the_numbers_of_this_machine(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SWEEPS, "home", tmp_path / "there")
    monkeypatch.setenv(stress_cluster.VARIABLE, cluster)
    executor = executor_named(cluster)
    seen: list[object] = []
    submit = executor.submit

    def noted(work: Work) -> Future[bytes]:
        seen.append(work.key)
        return submit(work)

    monkeypatch.setattr(executor, "submit", noted)
    app = page("en", cluster)
    sound(app)
    app.button(key=key("run")).click().run()
    app = until(app, lambda app: bool(app.dataframe) and not app.progress)
    sound(app)
    found = tuple(each for each in uncertainties(TINY, list(PLANS.values())) if each.path in PATHS)
    test = StressTest(TINY, PLANS, found, 20, 2, "latin", "profit")
    fingerprint = "".join(app.query_params["stress"])
    assert fingerprint == test.sweep.fingerprint
    assert any(fingerprint in str(work) for work in seen), "it was the cluster that computed"
    assert executor.workers == 2
    run_sweep(test.sweep, tmp_path / "here", executor=SerialExecutor())
    pd.testing.assert_frame_equal(read_runs(tmp_path / "there" / fingerprint), read_runs(tmp_path / "here"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_at_the_address_is_told_in_words(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(stress_cluster.VARIABLE, "tcp://127.0.0.1:1")
    app = page(language, "tcp://127.0.0.1:1")
    t = Words(language)
    told = t("errors.executor_unreachable", address="tcp://127.0.0.1:1", reason="ConnectionRefusedError")
    assert [error.value.replace("\\", "") for error in app.error] == [told]
    assert not app.exception
    assert app.text_input(key=key("cluster")).value == "tcp://127.0.0.1:1", "what was typed is still there"

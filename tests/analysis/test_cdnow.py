"""The real case: the library's scenario is what the log gives, and its worlds meet weeks they have not seen."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import cdnow
from simulation.errors import LabError
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.results import Results
from simulation.scenario import load_scenario


@pytest.fixture(scope="module")
def results() -> Results:
    return run(Experiment.of("cdnow", seeds=20), executor=SerialExecutor())


def test_library_case_is_the_fit() -> None:
    fitted, kept = cdnow.fitted(), load_scenario("cdnow")
    assert kept.population == fitted.population
    assert kept.behaviour == fitted.behaviour


def test_real_counts_are_the_published_ones() -> None:
    real = cdnow.real_repeats()
    assert [real[week] for week in (39, 52, 65, 78)] == [2457, 3183, 3844, 4339]


def test_worlds_reproduce_the_published_projection(results: Results) -> None:
    curve = cdnow.holdout(results).curve.set_index("week")["mean"]
    for week, published in ((39, 2494.0), (52, 3127.7), (65, 3675.0), (78, 4160.6)):
        assert curve[week] == pytest.approx(published, rel=0.03)


def test_unseen_weeks_lie_in_the_interval(results: Results) -> None:
    tested = cdnow.holdout(results)
    assert tested.covered >= 0.9
    assert abs(tested.error) < 0.08
    assert tested.error_mean < 0.06
    assert tested.worlds == 20
    assert np.all(np.diff(tested.curve["mean"]) >= 0)


def test_short_horizon_is_refused() -> None:
    short = load_scenario("cdnow").model_copy(update={"horizon": 40})
    with pytest.raises(LabError) as refusal:
        cdnow.holdout(run(Experiment.of(short, seeds=2), executor=SerialExecutor()))
    assert refusal.value.key == "horizon_too_short"

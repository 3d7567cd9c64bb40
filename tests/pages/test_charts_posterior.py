from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pages.parts import charts_posterior
from pages.parts.data_posterior import learnt
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import cdnow, order_twin, orderlog
from simulation.analysis.posterior import Posterior
from simulation.analysis.twin_posterior import COEFFICIENTS, Calibrated

both = pytest.mark.parametrize("language", LANGUAGES)


@both
def test_what_was_learnt_of_each_coefficient(language: str) -> None:
    t = Words(language)
    twin = order_twin.fit_twin(orderlog.read_cdnow(), cdnow.CALIBRATION_WEEKS, {"margin": 0.4})
    likeliest = np.array([getattr(twin.scenario.population, path.partition(".")[2]) for path in COEFFICIENTS])
    prior = np.stack([likeliest / 4, likeliest * 4], axis=1)
    spread = np.linspace(0.01, 1.2, len(COEFFICIENTS))
    draws = likeliest * np.exp(np.random.default_rng(1).uniform(-1, 1, (400, len(COEFFICIENTS))) * spread)
    table = learnt(twin, Calibrated(Posterior(COEFFICIENTS, prior, draws, 300), 0.2), t)
    assert table["width"].is_monotonic_increasing and table["width"].iloc[0] < 0.02
    assert table["middle"].to_numpy() == pytest.approx(1, abs=0.2)
    assert table["from"].to_numpy() == pytest.approx(0.25) and table["to"].to_numpy() == pytest.approx(4)
    figure = charts_posterior.learnt(table, t)
    assert table["name"].iloc[0] in figure.alt and table["name"].iloc[-1] in figure.alt and "⟦" not in figure.alt
    assert table["name"].nunique() == len(COEFFICIENTS)


@both
def test_unseen_weeks_outside_the_band_are_counted(language: str) -> None:
    frame = pd.DataFrame({"week": [40, 41, 42], "real": [5, 50, 7], "mean": 6.0, "low": 3.0, "high": 9.0})
    figure = charts_posterior.unseen(frame, Words(language))
    assert "2" in figure.alt and "3" in figure.alt and "⟦" not in figure.title
    assert [row["inside"] for row in next(iter(figure.spec["datasets"].values()))] == [True, False, True]

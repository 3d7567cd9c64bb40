from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pages.parts import charts_data
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import orderlog, purchases

both = pytest.mark.parametrize("language", LANGUAGES)


def one() -> pd.DataFrame:
    return pd.DataFrame({"customer": pd.Categorical(["a"]), "date": pd.to_datetime(["2026-01-05"]), "amount": [5.0]})


@both
@pytest.mark.parametrize("log", [one(), orderlog.read_cdnow().orders], ids=["one", "cdnow"])
def test_every_figure_is_drawn_and_told(language: str, log: pd.DataFrame) -> None:
    t = Words(language)
    found = purchases.second_purchase(log, "arrival")
    names = {group: f"{group}<b>" for group in found.sizes}
    figures = [
        charts_data.cohorts(purchases.cohorts(log, "month"), "month", t),
        charts_data.months(purchases.months(log), t),
        charts_data.waiting(found, names, t),
        charts_data.intervals(purchases.intervals(log), t),
        charts_data.intervals(np.array([3.0]), t),
    ]
    for figure in figures:
        assert figure.spec["layer"] and figure.alt and figure.title
        assert "⟦" not in str(figure.spec) + figure.alt + figure.title


def test_the_latest_cohorts_are_drawn_and_the_first_period_is_left_out() -> None:
    rows = [(f"2020-{k:03d}", 10, since, 0.5) for k in range(40) for since in range(3)]
    figure = charts_data.cohorts(
        pd.DataFrame(rows, columns=["cohort", "people", "since", "share"]), "month", Words("en")
    )
    data = next(iter(figure.spec["datasets"].values()))
    assert {row["since"] for row in data} == {1, 2}
    assert len({row["cohort"] for row in data}) == charts_data.MOST_COHORTS

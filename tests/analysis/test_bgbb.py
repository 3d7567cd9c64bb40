"""BG/BB: the published fit of the donations, probabilities that sum to one, people simulated one by one, refusals."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import facts
from simulation.analysis.bgbb import BGBB, _log_history, fit_bgbb, read_donations
from simulation.errors import LabError

PUBLISHED = facts.published_numbers()["donations_bgbb"]
NAMES = ("alpha", "beta", "gamma", "delta")
TRUTH = BGBB(1.5, 1.0, 0.8, 3.0, 0.0, 0, {})


@pytest.fixture(scope="module")
def donations() -> BGBB:
    cells = read_donations()
    return fit_bgbb(cells["frequency"], cells["recency"], cells["periods"], cells["weights"])


@pytest.fixture(scope="module")
def taken() -> np.ndarray:
    """Plain simulation of the model: shape (people, 10), whether each took each occasion."""
    luck, people = np.random.default_rng(2), 12_000
    takes, leaves = luck.beta(1.5, 1.0, people), luck.beta(0.8, 3.0, people)
    last = luck.geometric(leaves) - 1  # occasions lived through before leaving
    alive = np.arange(1, 11) <= last[:, None]
    return alive & (luck.random((people, 10)) < takes[:, None])


@pytest.fixture(scope="module")
def seen(taken: np.ndarray) -> pd.DataFrame:
    six = taken[:, :6]
    recency = np.where(six.any(axis=1), 6 - np.argmax(six[:, ::-1], axis=1), 0)
    return pd.DataFrame({"x": six.sum(axis=1), "t_x": recency, "n": 6, "later": taken[:, 6:].sum(axis=1)})


def test_the_donations_are_the_published_ones() -> None:
    cells = read_donations()
    assert len(cells) == 22
    assert cells["weights"].sum() == PUBLISHED["n"]


def test_it_gives_the_published_parameters(donations: BGBB) -> None:
    for name in NAMES:
        assert getattr(donations, name) == pytest.approx(PUBLISHED[name], abs=6e-4)
        assert 0 < donations.standard_errors[name] < getattr(donations, name)
    assert donations.log_likelihood == pytest.approx(PUBLISHED["LL"], abs=0.05)
    assert donations.n == PUBLISHED["n"]


def test_the_probabilities_of_all_histories_sum_to_one() -> None:
    cells = read_donations()
    x, t_x, n = (cells[name].to_numpy(float) for name in ("frequency", "recency", "periods"))
    # A cell of the table stands for all ways to place x − 1 gifts before the last.
    ways = [comb(int(t) - 1, int(f) - 1) if f else 1 for f, t in zip(x, t_x, strict=True)]
    probability = np.exp(_log_history(np.array([1.2, 0.75, 0.66, 2.8]), x, t_x, n))
    assert np.dot(ways, probability) == pytest.approx(1)


def test_a_table_of_cells_is_as_good_as_people(seen: pd.DataFrame) -> None:
    one_by_one = fit_bgbb(seen["x"], seen["t_x"], seen["n"])
    cells = seen.groupby(["x", "t_x", "n"]).size().reset_index(name="people")
    by_cell = fit_bgbb(cells["x"], cells["t_x"], cells["n"], cells["people"])
    assert by_cell == one_by_one


def test_it_recovers_the_people_it_was_simulated_from(seen: pd.DataFrame) -> None:
    fit = fit_bgbb(seen["x"], seen["t_x"], seen["n"])
    for name in NAMES:
        assert getattr(fit, name) == pytest.approx(getattr(TRUTH, name), abs=3.5 * fit.standard_errors[name])


def test_expectations_are_means_over_simulated_people(seen: pd.DataFrame) -> None:
    noise = seen["x"].std() / np.sqrt(len(seen))
    assert TRUTH.expected_taken(6) == pytest.approx(seen["x"].mean(), abs=3.5 * noise)
    later = TRUTH.conditional_taken(seen["x"], seen["t_x"], seen["n"], 4)
    for group in (seen["x"] == 0, (seen["x"] > 0) & (seen["t_x"] < 6), seen["t_x"] == 6):
        error = seen.loc[group, "later"].std() / np.sqrt(group.sum())
        assert later[group].mean() == pytest.approx(seen.loc[group, "later"].mean(), abs=3.5 * error)


def test_histories_of_different_length_are_fitted_together(seen: pd.DataFrame, taken: np.ndarray) -> None:
    short = taken[:6000, :3]
    recency = np.where(short.any(axis=1), 3 - np.argmax(short[:, ::-1], axis=1), 0)
    young = pd.DataFrame({"x": short.sum(axis=1), "t_x": recency, "n": 3})
    both = pd.concat([young, seen.iloc[6000:]])
    fit = fit_bgbb(both["x"], both["t_x"], both["n"])
    for name in NAMES:
        assert getattr(fit, name) == pytest.approx(getattr(TRUTH, name), abs=3.5 * fit.standard_errors[name])


def test_who_gave_lately_and_often_will_give(donations: BGBB) -> None:
    alive = donations.probability_alive([0, 3, 3, 6], [0, 3, 6, 6], [6] * 4)
    assert 0 < alive[0] < alive[2] < 1 and alive[1] < alive[2] == pytest.approx(alive[3])
    next_years = donations.conditional_taken([0, 3, 6], [0, 6, 6], [6] * 3, 5)
    assert 0 < next_years[0] < next_years[1] < next_years[2] < 5
    assert donations.conditional_taken([3], [6], [6], 0).tolist() == [0]


def test_a_person_of_unknown_history_is_a_new_person(donations: BGBB) -> None:
    assert donations.conditional_taken([0], [0], [0], 5)[0] == pytest.approx(donations.expected_taken(5))
    gamma, delta = donations.gamma, donations.delta
    assert donations.probability_alive([0], [0], [0])[0] == pytest.approx(delta / (gamma + delta))


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (([1, 0], [2, 0], [6, 6], [3, 90]), "fit_too_few_repeaters"),
        (([3], [2], [6], [90]), "fit_bad_history"),
        (([1.5], [2], [6], [90]), "fit_bad_history"),
        (([1], [7], [6], [90]), "fit_bad_history"),
        (([1], [2], [6], [-1]), "fit_bad_history"),
    ],
)
def test_unusable_tables_are_refused(cells: tuple[list[float], ...], key: str) -> None:
    with pytest.raises(LabError) as refused:
        fit_bgbb(*cells)
    assert refused.value.key == key

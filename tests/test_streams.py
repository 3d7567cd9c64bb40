"""Named luck: known answers, fairness of every coordinate, and inversions that never turn back."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy import stats

from simulation.streams import (
    POISSON_CAP,
    STREAMS,
    coin_block,
    gamma_wh,
    normal,
    open_unit,
    philox,
    poisson,
    uniform_block,
    uniforms,
)

ALL_ONES = 0xFFFFFFFF
RANDOM123_VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
PROBABILITIES = np.linspace(1e-6, 1 - 1e-6, 4001)


@njit
def _along(coordinate: int, n: int) -> np.ndarray:
    """Draws in which only one coordinate moves: 0 person, 1 week, 2 stream, 3 seed low, 4 seed high."""
    drawn = np.empty((n, 4), np.float32)
    for i in range(n):
        person = i if coordinate == 0 else 17
        week = i if coordinate == 1 else 5
        stream = i if coordinate == 2 else 7
        seed = i if coordinate == 3 else 11
        if coordinate == 4:
            seed += i << 32
        drawn[i, 0], drawn[i, 1], drawn[i, 2], drawn[i, 3] = uniforms(seed, week, person, stream)
    return drawn


@pytest.mark.parametrize(("counter", "key", "words"), RANDOM123_VECTORS)
def test_philox_gives_the_published_words(counter, key, words):
    assert philox(*counter, *key) == words


def test_key_is_the_seed_and_counter_is_person_week_stream():
    seed = 0x299F31D0_A4093822
    words = philox(0x243F6A88, 0x85A308D3, 0x13198A2E, 0, 0xA4093822, 0x299F31D0)
    assert uniforms(seed, 0x85A308D3, 0x243F6A88, 0x13198A2E) == tuple(open_unit(word) for word in words)


def test_uniforms_never_touch_zero_or_one():
    assert 0.0 < open_unit(0) < 1e-7
    assert 1.0 - 1e-7 < open_unit(ALL_ONES) < 1.0
    assert np.float32(open_unit(ALL_ONES)) < np.float32(1.0)
    assert open_unit(ALL_ONES) == 1.0 - open_unit(0)


@pytest.mark.parametrize("coordinate", range(5))
def test_every_coordinate_is_fair(coordinate):
    n = 40_000
    drawn = _along(coordinate, n)
    for word in range(4):
        counts = np.histogram(drawn[:, word], bins=64, range=(0, 1))[0]
        assert stats.chisquare(counts).pvalue > 1e-4
        follow_up = np.corrcoef(drawn[:-1, word], drawn[1:, word])[0, 1]
        assert abs(follow_up) < 4.5 / np.sqrt(n)
    between_words = np.corrcoef(drawn.T) - np.eye(4)
    assert np.abs(between_words).max() < 4.5 / np.sqrt(n)


@pytest.mark.parametrize(("first", "second"), [((1, 0, 0), (2, 0, 0)), ((1, 0, 0), (1, 1, 0)), ((1, 0, 0), (1, 0, 1))])
def test_neighbouring_seed_week_or_stream_is_unrelated(first, second):
    n = 40_000
    one, other = (uniform_block(seed, week, stream, n) for seed, week, stream in (first, second))
    assert np.abs(np.corrcoef(one.T, other.T)[:4, 4:]).max() < 4.5 / np.sqrt(n)


def test_block_is_the_same_luck_for_every_size():
    block = uniform_block(9, 3, STREAMS["buy"], 100)
    assert block.dtype == np.float32
    assert block.shape == (100, 4)
    assert tuple(block[41]) == uniforms(9, 3, 41, STREAMS["buy"])
    np.testing.assert_array_equal(uniform_block(9, 3, STREAMS["buy"], 7), block[:7])


def test_stream_names_have_their_own_numbers_for_ever():
    assert len(set(STREAMS.values())) == len(STREAMS)
    assert [STREAMS[name] for name in ("traits", "graph", "join", "buy", "churn")] == [0, 1, 2, 7, 9]


@pytest.mark.parametrize("mean", [0.02, 0.5, 1.0, 4.7, 30.0])
def test_poisson_is_the_exact_quantile(mean):
    counts = np.array([poisson(u, mean) for u in PROBABILITIES])
    np.testing.assert_array_equal(counts, stats.poisson.ppf(PROBABILITIES, mean))
    assert (np.diff(counts) >= 0).all()


@pytest.mark.parametrize("mean", [0.02, 1.0, 30.0])
def test_poisson_mean_and_variance_equal_the_mean(mean):
    drawn = np.array([poisson(u, mean) for u in uniform_block(3, 0, 0, 10_000).ravel().tolist()])
    standard_error = np.sqrt(mean / drawn.size)
    assert abs(drawn.mean() - mean) < 4.5 * standard_error
    assert drawn.var() == pytest.approx(mean, rel=0.08)


def test_poisson_rises_with_the_mean_and_is_bounded():
    for u in (0.01, 0.5, 0.999):
        assert (np.diff([poisson(u, mean) for mean in np.linspace(0, 40, 400)]) >= 0).all()
    assert poisson(0.999, 0.0) == 0
    assert poisson(0.999, -1.0) == 0
    assert poisson(0.999, 1e9) == POISSON_CAP


def test_normal_is_the_exact_quantile():
    extremes = [open_unit(0), open_unit(ALL_ONES), 1e-11]
    u = np.sort(np.concatenate([PROBABILITIES, extremes]))
    z = np.array([normal(value) for value in u])
    np.testing.assert_allclose(z, stats.norm.ppf(u), rtol=1e-12, atol=1e-14)
    assert (np.diff(z) > 0).all()


@pytest.mark.parametrize(("shape", "tolerance"), [(1.0, 0.24), (2.0, 0.03), (3.74, 0.005), (6.25, 0.002)])
def test_gamma_keeps_its_documented_accuracy(shape, tolerance):
    middle = np.linspace(0.05, 0.99, 500)
    approximate = np.array([gamma_wh(u, shape) for u in middle])
    np.testing.assert_allclose(approximate, stats.gamma.ppf(middle, shape), rtol=tolerance)
    whole = np.array([gamma_wh(u, shape) for u in (np.arange(20_000) + 0.5) / 20_000])
    assert whole.mean() == pytest.approx(shape, rel=0.005)
    assert whole.var() == pytest.approx(shape, rel=0.006)
    assert (np.diff(whole) >= 0).all()
    assert whole.min() >= 0


@pytest.mark.parametrize("which", range(4))
def test_one_coin_of_many_people_is_the_coin_of_each(which: int) -> None:
    every = uniform_block(2**40 + 7, 11, 3, 70)
    np.testing.assert_array_equal(coin_block(2**40 + 7, 11, 3, which, 70), every[:, which])
    assert len(coin_block(1, 1, 1, which, 0)) == 0

"""Named luck and quantiles in plain Python: the same coins as the engine's, from the published descriptions."""

from __future__ import annotations

from math import exp, sqrt
from statistics import NormalDist
from typing import Protocol

from simulation.streams import STREAMS, uniform_block

Coins = tuple[float, float, float, float]
_LOW = 0xFFFFFFFF
_STANDARD = NormalDist()


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 of Salmon et al. (2011): ten rounds of two wide products, keys stepped by Weyl's constants."""
    x0, x1, x2, x3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = x0 * 0xD2511F53, x2 * 0xCD9E8D57
        x0, x1, x2, x3 = (second >> 32) ^ x1 ^ k0, second & _LOW, (first >> 32) ^ x3 ^ k1, first & _LOW
        k0, k1 = (k0 + 0x9E3779B9) & _LOW, (k1 + 0xBB67AE85) & _LOW
    return x0, x1, x2, x3


class Luck(Protocol):
    """Tosses the four coins of a person, a week and a kind of decision."""

    def toss(self, week: int, person: int, decision: str) -> Coins:
        """Four uniforms strictly between 0 and 1."""


class TossedLuck:
    """Coins tossed one decision at a time, in plain Python."""

    def __init__(self, seed: int) -> None:
        self._key = (seed & _LOW, seed >> 32 & _LOW)

    def toss(self, week: int, person: int, decision: str) -> Coins:
        """Four uniforms strictly between 0 and 1."""
        w0, w1, w2, w3 = philox((person, week, STREAMS[decision], 0), self._key)
        return _open_unit(w0), _open_unit(w1), _open_unit(w2), _open_unit(w3)


class DealtLuck:
    """The same coins tossed for all people at once and dealt out, so that luck costs a benchmark next to nothing."""

    def __init__(self, seed: int, people: int) -> None:
        self._seed, self._people = seed, people
        self._week = -1
        self._dealt: dict[str, list[Coins]] = {}

    def toss(self, week: int, person: int, decision: str) -> Coins:
        """Four uniforms strictly between 0 and 1."""
        if week != self._week:
            self._week = week
            self._dealt.clear()
        if decision not in self._dealt:
            self._dealt[decision] = uniform_block(self._seed, week, STREAMS[decision], self._people).tolist()
        return self._dealt[decision][person]


def _open_unit(word: int) -> float:
    return (word >> 9) * 2.0**-23 + 2.0**-24


def poisson(u: float, mean: float) -> int:
    """Smallest count whose cumulative Poisson probability reaches u, at most 127."""
    chance = total = exp(-mean)
    count = 0
    while u > total and count < 127:
        count += 1
        chance *= mean / count
        total += chance
    return count


def gamma(u: float, shape: float) -> float:
    """Gamma quantile with unit scale by Wilson & Hilferty (1931): k (1 − 1/(9k) + z/(3√k))³."""
    root = 1 - 1 / (9 * shape) + _STANDARD.inv_cdf(u) / (3 * sqrt(shape))
    return shape * max(root, 0.0) ** 3

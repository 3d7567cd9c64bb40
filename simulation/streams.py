"""Named luck: every random decision is a pure function of (seed, decision, week, person).

Two plans under one seed share every coin that both of them toss, because a coin has a name and no
history: nothing is drawn "next". The generator is the counter-based Philox4x32-10 of Salmon, Moraes,
Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11. The key is the seed, the
counter is (person, week, stream, 0), and one call gives four words for four decisions.

All functions here are compiled, release the interpreter lock and may be called from inside other compiled
loops, where the draws are inlined so that a loop over people becomes vector code. Numba's cache watches
only the file of the *calling* function: after an edit here, clear ``__pycache__`` of the callers.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt
from types import MappingProxyType
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.curves import exp

Whole = int | np.integer[Any]
"""A whole number of any width; the compiled code folds it to the width it needs."""

STREAMS: Mapping[str, int] = MappingProxyType(
    {
        "traits": 0,
        "graph": 1,
        "join": 2,
        "invite": 3,
        "contact": 4,
        "service": 5,
        "post": 6,
        "buy": 7,
        "cocreate": 8,
        "churn": 9,
        "win_back": 10,
        "traits_2": 11,
        "traits_3": 12,
        "traits_4": 13,
        "traits_5": 14,
        "shock": 15,
        "group": 16,
        "group_join": 17,
        "subscribe": 18,
        "choose": 19,
        "vote": 20,
        "rival": 21,
        "moderate": 22,
        "operator": 23,
        "calendar": 24,
    }
)
"""Name of a decision → number of its stream. A number, once published, keeps its meaning for ever."""

POISSON_CAP = 127
"""Largest count :func:`poisson` can return; at a mean of 30 the chance of more is below 1e-30."""

_LOW = np.uint64(0xFFFFFFFF)
_HALF_WORD = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ROUNDS = 10
_MANTISSA_SHIFT = np.uint32(9)
_STEP = np.float32(2.0**-23)
_HALF_STEP = np.float32(2.0**-24)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def philox(
    c0: Whole, c1: Whole, c2: Whole, c3: Whole, k0: Whole, k1: Whole
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Scramble a 128-bit counter under a 64-bit key into four independent 32-bit words.

    Philox4x32 with ten rounds, bit for bit as in the Random123 library. Arguments are taken modulo 2³².

    Returns:
        Four ``uint32`` words.
    """
    x0, x1 = np.uint64(c0) & _LOW, np.uint64(c1) & _LOW
    x2, x3 = np.uint64(c2) & _LOW, np.uint64(c3) & _LOW
    key_0, key_1 = np.uint64(k0) & _LOW, np.uint64(k1) & _LOW
    for _ in range(_ROUNDS):
        product_0 = x0 * _MULTIPLIER_0
        product_1 = x2 * _MULTIPLIER_1
        x0 = (product_1 >> _HALF_WORD) ^ x1 ^ key_0
        x1 = product_1 & _LOW
        x2 = (product_0 >> _HALF_WORD) ^ x3 ^ key_1
        x3 = product_0 & _LOW
        key_0 = (key_0 + _WEYL_0) & _LOW
        key_1 = (key_1 + _WEYL_1) & _LOW
    return np.uint32(x0), np.uint32(x1), np.uint32(x2), np.uint32(x3)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def open_unit(word: Whole) -> float:
    """Turn a 32-bit word into a ``float32`` strictly between 0 and 1.

    u = (word ≫ 9)·2⁻²³ + 2⁻²⁴. Twenty-three bits, not twenty-four: every such value is an exact float32,
    whereas with twenty-four bits the largest one, 1 − 2⁻²⁵, would be rounded up to 1.
    """
    return np.float32(np.uint32(word) >> _MANTISSA_SHIFT) * _STEP + _HALF_STEP  # type: ignore[return-value]


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def uniforms(seed: Whole, week: Whole, person: Whole, stream: Whole) -> tuple[float, float, float, float]:
    """Toss the four coins of one person, one week and one kind of decision.

    Args:
        seed: The world's seed, used modulo 2⁶⁴: low and high halves are the Philox key. Beyond the range of
            int64 hand it over as ``np.uint64``.
        week: Number of the week, modulo 2³².
        person: Row of the person within the world (not within a batch), modulo 2³².
        stream: Number of the decision, from :data:`STREAMS`.

    Returns:
        Four independent ``float32`` uniforms in the open interval (0, 1).
    """
    key = np.uint64(seed)
    w0, w1, w2, w3 = philox(person, week, stream, 0, key & _LOW, key >> _HALF_WORD)
    return open_unit(w0), open_unit(w1), open_unit(w2), open_unit(w3)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def rows_of(starts: NDArray[np.int64], world: int) -> tuple[np.uintp, np.uintp]:
    """First row of a world and of the next, as numbers without a sign, which are cheaper to look up with."""
    return np.uintp(starts[world]), np.uintp(starts[world + 1])


@njit(cache=True, nogil=True, error_model="numpy")
def uniform_block(seed: Whole, week: Whole, stream: Whole, n: int) -> NDArray[np.float32]:
    """Toss the coins of persons 0 … n−1 at once, for setting up a population.

    Returns:
        ``float32`` array of shape (n, 4); row i equals ``uniforms(seed, week, i, stream)``.
    """
    block = np.empty((n, 4), np.float32)
    for person in range(n):
        block[person, 0], block[person, 1], block[person, 2], block[person, 3] = uniforms(seed, week, person, stream)
    return block


@njit(cache=True, nogil=True, error_model="numpy")
def coin_block(seed: Whole, week: Whole, stream: Whole, which: int, n: int) -> NDArray[np.float32]:
    """Toss one of the four coins of persons 0 … n−1: a tenth of the time of tossing for one person after the other.

    Where few people need their other coins, :func:`uniforms` gives them those.

    Returns:
        ``float32`` array of shape (n,); entry i equals ``uniforms(seed, week, i, stream)[which]``.
    """
    block = np.empty(n, np.float32)
    # One loop for each coin, so that the compiler sees which words nobody asks for and works on several people at once.
    if which == 0:
        for person in range(n):
            block[person] = uniforms(seed, week, person, stream)[0]
    elif which == 1:
        for person in range(n):
            block[person] = uniforms(seed, week, person, stream)[1]
    elif which == 2:
        for person in range(n):
            block[person] = uniforms(seed, week, person, stream)[2]
    else:
        for person in range(n):
            block[person] = uniforms(seed, week, person, stream)[3]
    return block


@njit(cache=True, nogil=True, error_model="numpy")
def poisson(u: float, mean: float) -> int:
    """Count of events in a week from one uniform: the Poisson quantile by inversion.

    Returns the smallest k with u ≤ P(X ≤ k), at most :data:`POISSON_CAP`. Monotone in ``u`` and in
    ``mean``, so a better plan never loses an event to luck. Exact for means up to about 80; a mean of
    zero or less gives 0.
    """
    if u <= 1.0 - mean:  # e^{−mean} ≥ 1 − mean: the common case of a rare event needs no exponential
        return 0
    probability = exp(-mean)
    cumulative = probability
    k = 0
    while u > cumulative and k < POISSON_CAP:
        k += 1
        probability *= mean / k
        cumulative += probability
    return k


@njit(cache=True, nogil=True, error_model="numpy")
def normal(u: float) -> float:
    """Standard normal quantile of one uniform, to about 1e-15 for 1e-11 < u < 1 − 1e-11.

    Algorithm AS 241, routine PPND16 without its farthest tail, which no ``float32`` uniform reaches:
    Wichura (1988), Applied Statistics 37, 477–484.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        upper = 2.5090809287301226727e3
        upper = upper * r + 3.3430575583588128105e4
        upper = upper * r + 6.7265770927008700853e4
        upper = upper * r + 4.5921953931549871457e4
        upper = upper * r + 1.3731693765509461125e4
        upper = upper * r + 1.9715909503065514427e3
        upper = upper * r + 1.3314166789178437745e2
        upper = upper * r + 3.3871328727963666080e0
        lower = 5.2264952788528545610e3
        lower = lower * r + 2.8729085735721942674e4
        lower = lower * r + 3.9307895800092710610e4
        lower = lower * r + 2.1213794301586595867e4
        lower = lower * r + 5.3941960214247511077e3
        lower = lower * r + 6.8718700749205790830e2
        lower = lower * r + 4.2313330701600911252e1
        return q * upper / (lower * r + 1.0)
    r = sqrt(-log(min(u, 1.0 - u)))
    r -= 1.6
    upper = 7.74545014278341407640e-4
    upper = upper * r + 2.27238449892691845833e-2
    upper = upper * r + 2.41780725177450611770e-1
    upper = upper * r + 1.27045825245236838258e0
    upper = upper * r + 3.64784832476320460504e0
    upper = upper * r + 5.76949722146069140550e0
    upper = upper * r + 4.63033784615654529590e0
    upper = upper * r + 1.42343711074968357734e0
    lower = 1.05075007164441684324e-9
    lower = lower * r + 5.47593808499534494600e-4
    lower = lower * r + 1.51986665636164571966e-2
    lower = lower * r + 1.48103976427480074590e-1
    lower = lower * r + 6.89767334985100004550e-1
    lower = lower * r + 1.67638483018380384940e0
    lower = lower * r + 2.05319162663775882187e0
    tail = upper / (lower * r + 1.0)
    return -tail if q < 0.0 else tail


@njit(cache=True, nogil=True, error_model="numpy")
def gamma_wh(u: float, shape: float) -> float:
    """Gamma quantile of one uniform with unit scale, by the Wilson–Hilferty approximation.

    G ≈ k·max(0, 1 − 1/(9k) + z/(3√k))³ with z the normal quantile of ``u`` and k the shape
    (Wilson & Hilferty 1931, PNAS 17, 684–688). Monotone in ``u``. Meant for k ≥ 1. Between the 5th and
    the 99th percentile it is off by at most 23 % at k = 1 (2 % above the lowest quarter), 3 % at k = 2 and
    0.2 % at k = 6.25; mean and variance are within 0.5 % of k. For k = 1 the exact quantile is −log(1 − u).
    """
    root = max(0.0, 1.0 - 1.0 / (9.0 * shape) + normal(u) / (3.0 * sqrt(shape)))
    return shape * root * root * root

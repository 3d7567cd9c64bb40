"""Curves that several equations share."""

from __future__ import annotations

from math import exp

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def saturate(x: float) -> float:
    """Tanh x for x ≥ 0, as (1 − e^{−2x})/(1 + e^{−2x}): 0 at 0, near 1 from 3 on.

    Written out, since the compiler's mathematics library is slow at tanh.
    """
    decay = exp(-2.0 * x)
    return (1.0 - decay) / (1.0 + decay)


def novelty(weeks: int, worn: float, settled: float) -> float:
    """Share of an effect so many weeks after it began (E19): 1 for four weeks, down to worn, partly up to settled.

    Source: Rodrigues et al. 2022, measured for gamification; straight lines between weeks 3, 8 and 16.
    """
    return float(np.interp(weeks, (3, 8, 16), (1.0, worn, settled)))

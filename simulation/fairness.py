"""Who contributed and who received: concentration, and whether the two go together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr


def top_share(values: NDArray[Any], share: float) -> float:
    """Share of the total that the largest ``share`` of the values hold; NaN where there is nothing to share."""
    total = float(values.sum())
    if total <= 0:
        return float("nan")
    ordered = np.sort(values)[::-1]
    return float(ordered[: max(1, round(share * len(ordered)))].sum() / total)


def gini(values: NDArray[Any]) -> float:
    """Gini coefficient of non-negative values: 0 all alike, near 1 one has all; NaN where there is nothing."""
    ordered = np.sort(values.astype(np.float64))
    total = ordered.sum()
    if total <= 0:
        return float("nan")
    n = len(ordered)
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * total) - (n + 1) / n)


def fair_share(contributed: NDArray[Any], received: NDArray[Any]) -> float:
    """Spearman's rank correlation of contribution and receipt; NaN where nobody differs in one of them."""
    if len(contributed) < 3 or np.ptp(contributed) == 0 or np.ptp(received) == 0:
        return float("nan")
    return float(spearmanr(contributed, received).statistic)

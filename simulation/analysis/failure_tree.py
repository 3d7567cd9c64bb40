"""A shallow tree that tells in a few words where a plan fails, found on half the futures and judged on the others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped, unused-ignore]

from simulation.analysis.discovery import Box, Judged, admit, halves
from simulation.analysis.peeling import LEAST_POINTS, LEAST_SHARE, Flags

DEPTH = 3


@dataclass(frozen=True)
class Rule:
    """One way to fail.

    Attributes:
        box: Assumptions that come together.
        found_on: Judged on the half that it was made from: too good.
        held: Judged on the other half.
    """

    box: Box
    found_on: Judged
    held: Judged


@dataclass(frozen=True)
class FailureTree:
    """Every way to fail that the tree knows.

    Attributes:
        rules: The one that covers most failures first; none if the tree does not split.
        held: All of them together, on the other half.
    """

    rules: tuple[Rule, ...]
    held: Judged


def grow(places: pd.DataFrame, failing: Flags, *, depth: int = DEPTH, seed: int = 1) -> FailureTree:
    """Grow the tree (CART, Breiman et al. 1984) with failures and others weighing the same.

    A leaf counts as a way to fail if failures are more frequent in it than overall; leaves that share all but their
    last question are told as one.

    Args:
        places: One row a future, one column an assumption.
        failing: (futures,) where the plan fails.
        depth: Most questions on the way to a leaf.
        seed: Of the split into halves, and where two questions part the futures equally well.

    Raises:
        LabError: As :func:`simulation.analysis.discovery.admit`.
    """
    admit(failing)
    first, second = halves(len(failing), seed)
    least = max(LEAST_POINTS, math.ceil(LEAST_SHARE * int(first.sum())))
    tree = DecisionTreeClassifier(
        max_depth=depth, min_samples_leaf=least, class_weight="balanced", random_state=seed
    ).fit(places[first].to_numpy(float), failing[first])
    boxes = list(_failing(tree, list(places.columns)))
    rules = [
        Rule(box, Judged.of(box.holds(places[first]), failing[first]),
             Judged.of(box.holds(places[second]), failing[second]))
        for box in boxes if box.ends
    ]  # fmt: skip
    together = np.zeros(int(second.sum()), bool)
    for rule in rules:
        together |= rule.box.holds(places[second])
    rules.sort(key=lambda rule: -rule.found_on.hits)
    return FailureTree(tuple(rules), Judged.of(together, failing[second]))


def _failing(tree: DecisionTreeClassifier, names: list[str]) -> Iterator[Box]:
    inner = tree.tree_
    fails = list(tree.classes_).index(True) if True in tree.classes_ else None

    def all_fail(node: int) -> bool:
        if inner.children_left[node] < 0:
            return fails is not None and bool(inner.value[node][0].argmax() == fails)
        return all_fail(int(inner.children_left[node])) and all_fail(int(inner.children_right[node]))

    def walk(node: int, ends: dict[str, tuple[float, float]]) -> Iterator[Box]:
        if all_fail(node):
            yield Box(ends)
        elif inner.children_left[node] >= 0:
            path, at = names[inner.feature[node]], float(inner.threshold[node])
            low, high = ends.get(path, (-math.inf, math.inf))
            yield from walk(int(inner.children_left[node]), ends | {path: (low, min(high, at))})
            yield from walk(int(inner.children_right[node]), ends | {path: (max(low, at), high)})

    yield from walk(0, {})

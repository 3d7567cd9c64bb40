"""Scenario discovery: a box of assumptions in which a plan fails, found on half the futures, judged on the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis.peeling import Flags, Floats, bounded, paste, peel, quasi_p, within
from simulation.analysis.robustness import proportion
from simulation.errors import LabError

MOST_RESTRICTED = 3
"""Assumptions a rule may name: more cannot be read."""
CANDIDATES = 10
"""Assumptions that are looked at: among a hundred, some tell few failures apart by chance and hide those that do."""
UNSURE = 0.05
"""Quasi-p-value above which an assumption is dropped from the rule."""
RESAMPLES = 20
FEWEST_FUTURES, FEWEST_CASES = 20, 5


@dataclass(frozen=True)
class Box:
    """Futures in which some assumptions lie between two ends.

    Attributes:
        ends: Path → low and high; infinite where that side is free.
    """

    ends: Mapping[str, tuple[float, float]]

    def holds(self, places: pd.DataFrame) -> Flags:
        """(futures,) whether each lies inside."""
        found = np.ones(len(places), bool)
        for path, (low, high) in self.ends.items():
            found &= places[path].between(low, high).to_numpy()
        return found


@dataclass(frozen=True)
class Judged:
    """How well a region tells where a plan fails.

    Attributes:
        inside: Futures inside.
        hits: Of these, those in which the plan fails.
        cases: All futures in which it fails.
        futures: All futures.
    """

    inside: int
    hits: int
    cases: int
    futures: int

    @classmethod
    def of(cls, inside: Flags, failing: Flags) -> Judged:
        """Count."""
        return cls(int(inside.sum()), int((inside & failing).sum()), int(failing.sum()), len(failing))

    @property
    def coverage(self) -> tuple[float, float, float]:
        """Share of all failures that lie inside, with Wilson's interval."""
        return proportion(self.hits, self.cases)

    @property
    def density(self) -> tuple[float, float, float]:
        """Share of what lies inside that fails, with Wilson's interval."""
        return proportion(self.hits, self.inside)

    @property
    def base(self) -> float:
        """Share of all futures that fail."""
        return self.cases / self.futures if self.futures else math.nan


@dataclass(frozen=True)
class Discovery:
    """A box, how it was come by, and what it is worth on futures that it was not made from.

    Attributes:
        box: Restricts nothing where no assumption tells failures apart.
        found_on: Judged on the half that it was made from: too good.
        held: Judged on the other half.
        quasi_p: Path → probability of so many failures inside, had the restriction meant nothing.
        again: Path → share of resamples in which it is restricted too.
        steps: Peeling: a row a step with ``coverage, density, restricted, inside``.
    """

    box: Box
    found_on: Judged
    held: Judged
    quasi_p: Mapping[str, float]
    again: Mapping[str, float]
    steps: pd.DataFrame

    @property
    def confirmed(self) -> bool:
        """Whether the other half bears it out: failures are certainly more frequent inside than overall."""
        return bool(self.box.ends) and self.held.density[1] > self.held.base


def halves(futures: int, seed: int = 1) -> tuple[Flags, Flags]:
    """Two halves of the futures, by lot: one to find a rule on, one to judge it."""
    first = np.zeros(futures, bool)
    first[np.random.default_rng(seed).permutation(futures)[: (futures + 1) // 2]] = True
    return first, ~first


def admit(failing: Flags) -> None:
    """Refuse what no rule can be found in.

    Raises:
        LabError: ``too_few_futures``, or ``too_few_cases`` if hardly any future, or hardly any other, is a failure.
    """
    cases = int(failing.sum())
    if len(failing) < FEWEST_FUTURES:
        raise LabError("too_few_futures", given=len(failing), needed=FEWEST_FUTURES)
    if not FEWEST_CASES <= cases <= len(failing) - FEWEST_CASES:
        raise LabError("too_few_cases", given=cases, futures=len(failing), needed=FEWEST_CASES)


def discover(places: pd.DataFrame, failing: Flags, *, seed: int = 1, resamples: int = RESAMPLES) -> Discovery:
    """Find the box with the patient rule induction method, PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010).

    Looked at are the ten assumptions whose values differ most between failures and others (Kolmogorov–Smirnov
    distance). Peeling cuts the edge off that leaves the densest box; of the boxes passed on the way, the one with the
    greatest weighted relative accuracy, P(inside)·(density − base rate) (Lavrač, Flach & Zupan 1999), is taken.
    Assumptions whose quasi-p-value is above .05 are dropped, the least sure first, until at most three are left,
    peeling anew each time; what stays is pasted outwards again while the density does not fall.

    Args:
        places: One row a future, one column an assumption, no value missing.
        failing: (futures,) where the plan fails.
        seed: Of the split and the resamples.
        resamples: Half-samples in which the peeling is repeated.

    Raises:
        LabError: As :func:`admit`.
    """
    admit(failing)
    first, second = halves(len(failing), seed)
    x, y = places[first].to_numpy(float), failing[first]
    names = list(places.columns)
    (low, high), steps = _prim(x, y)
    quasi = {int(j): quasi_p(x, y, low, high, int(j)) for j in np.flatnonzero(bounded(low, high))}
    box = Box({name: (float(low[j]), float(high[j])) for j, name in enumerate(names) if bounded(low, high)[j]})
    luck, counts = np.random.default_rng(seed + 1), np.zeros(len(names))
    for _ in range(resamples if box.ends else 0):
        rows = luck.choice(len(y), size=(len(y) + 1) // 2, replace=False)
        (again_low, again_high), _ = _prim(x[rows], y[rows])
        counts += bounded(again_low, again_high)
    return Discovery(
        box,
        Judged.of(box.holds(places[first]), y),
        Judged.of(box.holds(places[second]), failing[second]),
        {name: quasi[j] for j, name in enumerate(names) if name in box.ends},
        {name: float(counts[j]) / resamples for j, name in enumerate(names) if name in box.ends},
        steps,
    )


def _prim(x: Floats, y: Flags) -> tuple[tuple[Floats, Floats], pd.DataFrame]:
    """The box that is told, and the last way of peeling, on which it was found."""
    chosen = np.sort(np.argsort(-distances(x, y), kind="stable")[:CANDIDATES])
    while True:
        (low, high), steps = _densest(x[:, chosen], y)
        quasi = {int(j): quasi_p(x[:, chosen], y, low, high, int(j)) for j in np.flatnonzero(bounded(low, high))}
        worst = max(quasi, key=lambda j: quasi[j], default=None)
        if worst is None or (quasi[worst] <= UNSURE and len(quasi) <= MOST_RESTRICTED):
            break
        # What stays is peeled anew: its edges were cut beside others that are gone.
        chosen = np.array([chosen[j] for j in quasi if j != worst], int)
        if not len(chosen):
            return (np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)), steps
    low, high = paste(x[:, chosen], y, low, high)
    whole = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    whole[0][chosen], whole[1][chosen] = low, high
    return whole, steps


def distances(x: Floats, y: Flags) -> Floats:
    """(assumptions,) largest difference between the distributions among failures and among others, 0–1."""
    order = np.argsort(x, axis=0, kind="stable")
    values, fails = np.take_along_axis(x, order, axis=0), y[order]
    apart = np.cumsum(fails, axis=0) / max(1, y.sum()) - np.cumsum(~fails, axis=0) / max(1, (~y).sum())
    last_of_its_value = np.vstack([values[1:] > values[:-1], np.ones((1, x.shape[1]), bool)])
    return np.asarray(np.abs(np.where(last_of_its_value, apart, 0.0)).max(axis=0))


def _densest(x: Floats, y: Flags) -> tuple[tuple[Floats, Floats], pd.DataFrame]:
    """The box with the greatest weighted relative accuracy on the way of peeling; and that way."""
    passed = peel(x, y)
    rows = []
    for low, high in passed:
        inside = within(x, low, high)
        hits = int((inside & y).sum())
        rows.append({"coverage": hits / max(1, y.sum()), "density": hits / max(1, inside.sum()),
                     "restricted": int(bounded(low, high).sum()), "inside": int(inside.sum())})  # fmt: skip
    steps = pd.DataFrame(rows)
    worth = steps["inside"] / len(y) * (steps["density"] - y.mean())
    return passed[int(worth.to_numpy().argmax())], steps


def restricting(found: Discovery, places: pd.DataFrame) -> Sequence[str]:
    """Assumptions of the box, the one that cuts off most of its range first."""

    def kept(path: str) -> float:
        low, high = found.box.ends[path]
        return float(places[path].between(low, high).mean())

    return sorted(found.box.ends, key=kept)

"""Why two plans differ: mechanisms taken over one by one, and each one's Shapley share of the difference.

A mechanism is a strategy whose setting differs between the plans (or that only one has), or the means: budget, working
time and wage. v(S) is what a plan comes to that has plan A's setting of the mechanisms in S and plan B's of all
others, in the same world. The share of k is the mean of v(S + k) − v(S) over all orders in which the settings could be
taken over (Shapley 1953); shares add up to v(A) − v(B) in every single world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.twins import refuse_unpaired
from simulation.errors import LabError
from simulation.experiment import Experiment
from simulation.intervals import mean_interval
from simulation.results import Results
from simulation.scenario import Plan, Scenario

MEANS = "means"
"""Mechanism that stands for budget, grants, working time and wage together."""
_MEANS = ("budget", "grants", "hours", "wage")

MOST_EXACT = 5
"""With more mechanisms than this, orders are drawn by lot: 2⁵ = 32 mixed plans are enough."""
BLOCK = 3
"""Worlds that share their two drawn orders; the blocks are the independent units of the interval."""

Coalition = frozenset[str]


@dataclass(frozen=True)
class Question:
    """What is to be explained: plan A against plan B in one scenario.

    Attributes:
        scenario: Who, what happens, how long.
        a, b: The plans.
        mechanisms: In what they differ, by name.
        seeds: Luck of the worlds.
    """

    scenario: Scenario
    a: Plan
    b: Plan
    mechanisms: tuple[str, ...]
    seeds: tuple[int, ...]

    @property
    def exact(self) -> bool:
        """Whether every mixture is computed."""
        return len(self.mechanisms) <= MOST_EXACT

    def experiments(self) -> dict[str, Experiment]:
        """What has to be computed: ``whole`` alone, or ``whole`` and one experiment per block of worlds.

        In the exact case ``whole`` holds every mixture. Otherwise it holds both plans and plan A without each
        mechanism, and a block the mixtures along one drawn order and its reverse.
        """
        every = frozenset(self.mechanisms)
        if self.exact:
            mixtures = [
                frozenset(some) for many in range(len(every) + 1) for some in combinations(self.mechanisms, many)
            ]
            return {"whole": self._of(mixtures, self.seeds)}
        found = {"whole": self._of([frozenset(), every, *(every - {name} for name in self.mechanisms)], self.seeds)}
        for number, (seeds, orders) in enumerate(self.blocks()):
            mixtures = list(dict.fromkeys(mixture for order in orders for mixture in _along(order)))
            found[f"block_{number}"] = self._of(mixtures, seeds)
        return found

    def blocks(self) -> list[tuple[tuple[int, ...], tuple[tuple[str, ...], tuple[str, ...]]]]:
        """Worlds by threes (or a few more), each with an order that depends on its seeds alone, and its reverse."""
        found = []
        for part in np.array_split(np.arange(len(self.seeds)), max(len(self.seeds) // BLOCK, 1)):
            seeds = tuple(self.seeds[place] for place in part)
            order = tuple(np.random.default_rng(list(seeds)).permutation(self.mechanisms).tolist())
            found.append((seeds, (order, order[::-1])))
        return found

    def _of(self, mixtures: Sequence[Coalition], seeds: tuple[int, ...]) -> Experiment:
        plans = tuple(mixed(self.a, self.b, self.mechanisms, mixture) for mixture in mixtures)
        return Experiment(self.scenario, plans, seeds)

    def name(self, mixture: Coalition) -> str:
        """Name of the plan that takes these mechanisms from plan A."""
        return _name(self.mechanisms, mixture)


def ask(first: Scenario, second: Scenario, seeds: Sequence[int]) -> Question:
    """Set out to explain the difference between two scenarios with their plans.

    Args:
        first: With plan A.
        second: With plan B.
        seeds: Luck of the worlds.

    Raises:
        LabError: ``not_twins`` if more than the plan differs, ``plans_alike`` if nothing does.
    """
    refuse_unpaired(first, second)
    names = mechanisms(first.plan, second.plan)
    if not names:
        raise LabError("plans_alike")
    return Question(first, first.plan, second.plan, names, tuple(seeds))


def mechanisms(a: Plan, b: Plan) -> tuple[str, ...]:
    """In what two plans differ, by name: strategies in alphabetical order, then the means."""
    names = sorted({*a.strategies, *b.strategies})
    differing = [name for name in names if a.strategies.get(name) != b.strategies.get(name)]
    return (*differing, *([MEANS] if any(getattr(a, each) != getattr(b, each) for each in _MEANS) else []))


def mixed(a: Plan, b: Plan, names: Sequence[str], taken: Coalition) -> Plan:
    """Plan B with the mechanisms in ``taken`` as plan A has them; equal to either plan at the ends."""
    strategies = dict(b.strategies)
    for name in taken - {MEANS}:
        strategies.pop(name, None)
        if name in a.strategies:
            strategies[name] = a.strategies[name]
    means = a if MEANS in taken else b
    ordered = {name: strategies[name] for name in sorted(strategies)}
    return Plan(name=_name(names, taken), strategies=ordered, **{each: getattr(means, each) for each in _MEANS})


def _name(names: Sequence[str], taken: Coalition) -> str:
    return "mix_" + "".join("1" if name in taken else "0" for name in names)


def _along(order: Sequence[str]) -> list[Coalition]:
    return [frozenset(order[:many]) for many in range(len(order) + 1)]


class Shares(NamedTuple):
    """Where a difference comes from.

    Attributes:
        table: mechanism; mean, low, high of its Shapley share; lost, lost_low, lost_high: what plan A loses without it.
            Largest share first, by size.
        start: Mean of plan B.
        end: Mean of plan A.
        worlds: Worlds that went into it.
        units: Independent units of the intervals of the shares: worlds, or blocks of worlds where orders were drawn.
    """

    table: pd.DataFrame
    start: float
    end: float
    worlds: int
    units: int


def shares(question: Question, results: Mapping[str, Results], outcome: str, level: float = 0.95) -> Shares:
    """Shapley shares of the paired difference in one measure of the whole run.

    Exact: φ_k = Σ_S |S|!(n − |S| − 1)!/n! · [v(S + k) − v(S)] in each world, then mean and t interval over worlds.
    Drawn: in each block of worlds, the gain of k along the drawn order and its reverse; then mean and t interval over
    blocks (weighted by their worlds), so that the interval carries the luck of the worlds and that of the orders.

    Args:
        question: What is explained.
        results: Of :meth:`Question.experiments`, by the same names; in the exact case fewer worlds will do.
        outcome: Column of ``results.worlds``.
        level: Probability that an interval covers.

    Raises:
        LabError: ``unknown_name`` for the outcome.
    """
    whole = _values(results["whole"], outcome)
    names, every = question.mechanisms, frozenset(question.mechanisms)
    start, end = whole[question.name(frozenset())], whole[question.name(every)]
    gains = _exact(question, whole) if question.exact else _drawn(question, results, outcome)
    lost = np.stack([(end - whole[question.name(every - {name})]).to_numpy(float) for name in names])
    share, without = mean_interval(gains, level), mean_interval(lost, level)
    table = pd.DataFrame(
        {
            "mechanism": names,
            "mean": share.mean, "low": share.low, "high": share.high,
            "lost": without.mean, "lost_low": without.low, "lost_high": without.high,
        }
    )  # fmt: skip
    order = np.argsort(-table["mean"].abs().to_numpy(), kind="stable")
    return Shares(
        table.iloc[order].reset_index(drop=True), float(start.mean()), float(end.mean()), len(whole), gains.shape[1]
    )


def _values(results: Results, outcome: str) -> pd.DataFrame:
    """Worlds by plans."""
    if outcome not in results.worlds.columns:
        raise LabError("unknown_name", kind="outcome", given=str(outcome)[:60], known=", ".join(results.worlds.columns))
    return results.worlds.pivot(index="seed", columns="plan", values=outcome)


def _exact(question: Question, value: pd.DataFrame) -> NDArray[np.float64]:
    """(mechanisms, worlds) shares."""
    names, n = question.mechanisms, len(question.mechanisms)
    found = np.zeros((n, len(value)))
    for place, name in enumerate(names):
        others = [each for each in names if each != name]
        for many in range(n):
            weight = factorial(many) * factorial(n - many - 1) / factorial(n)
            for some in combinations(others, many):
                before, after = frozenset(some), frozenset(some) | {name}
                found[place] += weight * (value[question.name(after)] - value[question.name(before)]).to_numpy(float)
    return found


def _drawn(question: Question, results: Mapping[str, Results], outcome: str) -> NDArray[np.float64]:
    """(mechanisms, blocks) gains along the drawn orders; their mean over blocks is the mean over worlds."""
    blocks = question.blocks()
    found = np.zeros((len(question.mechanisms), len(blocks)))
    places = {name: place for place, name in enumerate(question.mechanisms)}
    for number, (_, orders) in enumerate(blocks):
        value = _values(results[f"block_{number}"], outcome).sum() * len(blocks) / len(question.seeds)
        for order in orders:
            steps = _along(order)
            for name, before, after in zip(order, steps[:-1], steps[1:], strict=True):
                gain = value[question.name(after)] - value[question.name(before)]
                found[places[name], number] += gain / len(orders)
    return found

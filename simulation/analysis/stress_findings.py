"""What is concluded from a stress test: which plan holds, what is regretted, what robustness costs, where one fails."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from simulation.analysis import discovery, failure_tree, robustness
from simulation.analysis.discovery import Discovery, Judged
from simulation.analysis.failure_tree import FailureTree
from simulation.analysis.futures import Futures
from simulation.analysis.peeling import Flags
from simulation.analysis.robustness import STATISTICS, Price, Regret, Robust, Target
from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS
from simulation.results import HEADLINES, Results
from simulation.scenario import Plan
from simulation.sweep_paired import PLAN, acts

FIELDS = ("outcome", "targets", "plan", "behind")


@dataclass(frozen=True)
class Question:
    """What is asked of the futures of a stress test.

    Attributes:
        outcome: Measure of the whole run in which regret is counted.
        targets: What a plan must reach in a future to be successful there.
        plan: Plan whose failures are looked into.
        behind: It fails where it falls behind this plan in the outcome; where it misses its targets if "".
    """

    outcome: str
    targets: tuple[Target, ...]
    plan: str
    behind: str = ""

    @property
    def recipe(self) -> dict[str, Any]:
        """The question as plain data."""
        levels = {target.outcome: target.at for target in self.targets}
        return {"outcome": self.outcome, "targets": levels, "plan": self.plan, "behind": self.behind}

    @classmethod
    def parse(cls, data: Mapping[str, Any], plans: Sequence[str]) -> Question:
        """Read a question as :attr:`recipe` gives it.

        Args:
            data: Plain data.
            plans: Names of the plans of the test.

        Raises:
            LabError: ``unknown_field``, ``unknown_name``, ``wrong_type`` or ``targets_missing``.
        """
        for name in data:
            if name not in FIELDS:
                raise LabError("unknown_field", field=str(name)[:60], known=", ".join(FIELDS))
        levels = data.get("targets")
        if not isinstance(levels, Mapping) or not levels:
            raise LabError("targets_missing")
        targets = tuple(Target(_one_of(name, tuple(TOTALS), "outcome"), _level(at)) for name, at in levels.items())
        plan = _one_of(data.get("plan"), plans, "plan")
        behind = data.get("behind") or ""
        return cls(
            _one_of(data.get("outcome"), tuple(TOTALS), "outcome"), targets, plan,
            _one_of(behind, plans, "plan") if behind else "",
        )  # fmt: skip


def _one_of(given: Any, known: Sequence[str], kind: str) -> str:
    if given not in known:
        raise LabError("unknown_name", kind=kind, given=str(given)[:60], known=", ".join(known))
    return str(given)


def _level(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise LabError("wrong_type", field="targets", given=repr(given)[:60], allowed="profit: 12000")
    return float(given)


class Findings(NamedTuple):
    """What all futures together say of all plans.

    Attributes:
        hits: One row a future, one column a plan: whether it reaches its targets.
        reached: As :func:`~simulation.analysis.robustness.satisficing` gives it.
        lost: One row a future, one column a plan: regret.
        regret: Regret of all plans with intervals.
        robust: The plan that holds in most futures.
        price: What it gives up as things stand.
    """

    hits: pd.DataFrame
    reached: pd.DataFrame
    lost: pd.DataFrame
    regret: Regret
    robust: Robust
    price: Price


def findings(found: Futures, nominal: Results, outcome: str, targets: tuple[Target, ...]) -> Findings:
    """Compare all plans over all futures.

    Args:
        found: Futures that every plan has lived through.
        nominal: The plans in the scenario as it stands.
        outcome: Measure in which regret is counted.
        targets: What counts as success.

    Raises:
        LabError: ``targets_missing``, or ``no_values`` where no future has a value of the outcome.
    """
    hits = robustness.reached(found, targets)
    lost, all_regret = robustness.regrets(found, outcome), robustness.regret(found, outcome)
    robust = robustness.most_robust(hits, lost, all_regret)
    price = robustness.price(nominal, robust.plan, outcome)
    return Findings(hits, robustness.satisficing(hits), lost, all_regret, robust, price)


def fails(found: Futures, asked: Question) -> Flags:
    """(futures,) where the plan in question misses a target, or falls behind the other plan."""
    if not asked.behind:
        return ~robustness.reached(found, asked.targets)[asked.plan].to_numpy(bool)
    means = found.means(asked.outcome) * (TOTALS[asked.outcome].better or 1)
    return (means[asked.plan] < means[asked.behind]).to_numpy(bool)


def acting(found: Futures, asked: Question, plans: Mapping[str, Plan]) -> pd.DataFrame:
    """What was assumed, a row a future, without what plays no part under the plans in question."""
    concerned = [plans[name] for name in (asked.plan, asked.behind) if name]
    return found.places[[path for path in found.places.columns if any(acts(path, each) for each in concerned)]]


class Rules(NamedTuple):
    """What both methods found of where a plan fails."""

    box: Discovery
    tree: FailureTree


def rules(places: pd.DataFrame, failing: Flags) -> Rules:
    """Look for rules with both methods, PRIM and a shallow tree.

    Raises:
        LabError: As :func:`simulation.analysis.discovery.admit`.
    """
    return Rules(discovery.discover(places, failing), failure_tree.grow(places, failing))


def figures(found: Futures, nominal: Results, asked: Question, plans: Mapping[str, Plan]) -> pd.DataFrame:
    """Every number on which the conclusions rest, to be held against those of another computation.

    Args:
        found: All futures of the test.
        nominal: The plans in the scenario as it stands.
        asked: What is asked of them.
        plans: Name → plan.

    Returns:
        Columns what, of (a plan, or an assumption of a rule), value, low, high; in the outcomes' units, shares between
        0 and 1. An end that does not exist is empty.
    """
    rows = [*_of_plans(findings(found, nominal, asked.outcome, asked.targets)), *_as_it_stands(nominal)]
    try:
        rows += _of_rules(rules(acting(found, asked, plans), fails(found, asked)))
    except LabError as error:  # too few futures, or too few failures, for any rule
        rows.append((f"rule {error.key}", asked.plan, math.nan, math.nan, math.nan))
    return pd.DataFrame(rows, columns=["what", "of", "value", "low", "high"])


Row = tuple[str, str, float, float, float]


def _of_plans(found: Findings) -> Iterator[Row]:
    for row in found.reached.to_dict("records"):
        yield "targets reached", row["plan"], row["share"], row["low"], row["high"]
    for row in found.regret.table.to_dict("records"):
        for name in STATISTICS:
            yield f"regret {name}", row["plan"], row[name], row[f"{name}_low"], row[f"{name}_high"]
    yield "most robust", found.robust.plan, found.robust.first, math.nan, math.nan
    for name, (plan, sure) in found.robust.least.items():
        yield f"least regret {name}", plan, sure, math.nan, math.nan
    cost = found.price.cost
    if cost is not None:
        yield "price of robustness", found.price.best, cost.mean, cost.low, cost.high


def _as_it_stands(nominal: Results) -> Iterator[Row]:
    for outcome in HEADLINES:
        for plan, values in nominal.worlds.groupby(PLAN, sort=True)[outcome]:
            mean, low, high = (float(end) for end in mean_interval(values.to_numpy(float)))
            yield f"as it stands {outcome}", str(plan), mean, low, high


def _of_rules(found: Rules) -> Iterator[Row]:
    for path, (low, high) in found.box.box.ends.items():
        yield "box", path, found.box.quasi_p[path], low, high
    yield from _worth("box", "", found.box.held)
    for number, rule in enumerate(found.tree.rules, 1):
        for path, (low, high) in rule.box.ends.items():
            yield f"branch {number}", path, math.nan, low, high
        yield from _worth(f"branch {number}", "", rule.held)


def _worth(what: str, of: str, held: Judged) -> Iterator[Row]:
    yield f"{what} coverage", of, *held.coverage
    yield f"{what} density", of, *held.density

"""The posterior of a shop's customers: coefficients whose worlds look like the calibration weeks of its order log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import tracking
from simulation.analysis.orderlog_counts import purchase_days
from simulation.analysis.posterior import ROUND, Posterior, calibrate
from simulation.factors import with_values
from simulation.model import CommunityModel
from simulation.population import Drawn, Population
from simulation.scenario import Scenario

Floats = NDArray[np.float64]

COEFFICIENTS = tuple(f"population.{name}" for name in Drawn.model_fields)
"""Coefficients about which orders can say something."""
RANGE = 4.0  # assumption: each lies between a quarter and four times the maximum-likelihood value
MOST_SIMULATED = 3000
"""Customers of a simulated world in the calibration; a log with more is calibrated on a smaller world, which widens
the posterior."""
BLOCKS = 6
"""Pieces into which the calibration weeks are cut."""
FREQUENCIES = (1, 2, 3, 4, 6, 10)
"""Customers with at least so many repeat purchases are counted."""
DRAWS = 40
SWUNG = 10
"""Worlds of the likeliest coefficients from which the swings of weeks are judged."""
FEWEST_ORDERS = 5
"""Mean repeat purchases of a week below which nothing can be said of its swings."""


class Calibrated(NamedTuple):
    """What the calibration weeks say.

    Attributes:
        posterior: Draws of the coefficients.
        swing: Standard deviation of the relative swings of whole weeks, see :func:`swings`.
    """

    posterior: Posterior
    swing: float


@dataclass(frozen=True)
class Tracked:
    """Worlds with coefficients from the posterior beside the real log.

    Attributes:
        curve: week 0 … end, real, mean, low, high of cumulative repeat purchases (95 % of worlds).
        weekly: week of the hold-out, real, mean, low, high of that week's repeat purchases (90 % of worlds).
        covered: Share of hold-out weeks whose repeat purchases lie within the 90 % interval.
        error_new: Relative error of all repeat purchases of the hold-out weeks.
        error_mean: Mean absolute relative error of the cumulative curve over the hold-out weeks.
        draws: Draws of coefficients, each with a world and a seed of its own.
    """

    curve: pd.DataFrame
    weekly: pd.DataFrame
    covered: float
    error_new: float
    error_mean: float
    draws: int


def fit(
    scenario: Scenario,
    orders: pd.DataFrame,
    calibration: int,
    draws: int = DRAWS,
    worlds: int = ROUND,
    most: int = MOST_SIMULATED,
) -> Calibrated:
    """Calibrate the coefficients of a twin on the weeks it may see.

    Seen are, week by week in six blocks, repeat purchases and the customers who made them; sales of repeat purchases;
    how many customers came back at least 1, 2, 3 … times and how many of these bought in the last block. New customers
    arrive as they did, so they carry no information. Whole weeks of the simulated worlds swing as those of the log do.

    Args:
        scenario: The maximum-likelihood twin, round which the prior lies.
        orders: Orders of the twin's customers; those after the calibration weeks are not looked at.
        calibration: Weeks that may be seen.
        draws: Draws to return.
        worlds: Worlds of each of the two rounds.
        most: Most customers of such a world.
    """
    size = min(scenario.population.size, most)
    small = scenario.model_copy(
        update={"horizon": calibration, "population": scenario.population.model_copy(update={"size": size})}
    )
    prior = _prior(likeliest(scenario))

    best = scenario.model_copy(update={"horizon": calibration})
    made = np.array([_weekly(best, seed) for seed in range(1, SWUNG + 1)])
    swing = swings(made, np.diff(tracking.real_repeats(orders, calibration)))

    def world(point: Floats, seed: int) -> Floats:
        told = dict(zip(COEFFICIENTS, point.tolist(), strict=True))
        return _of_world(with_values(small, told), seed, swing)

    return Calibrated(calibrate(COEFFICIENTS, prior, of_orders(orders, calibration), world, draws, worlds), swing)


def likeliest(scenario: Scenario) -> Floats:
    """Values of the coefficients in the maximum-likelihood twin, shape (coefficients,)."""
    return np.array([getattr(scenario.population, name) for name in Drawn.model_fields], float)


def carried(scenario: Scenario, posterior: Posterior) -> Scenario:
    """The twin with the whole posterior: each of its worlds has a draw of its own, wherever it is run from now on."""
    values = {
        path.removeprefix("population."): [float(f"{value:.4g}") for value in column]
        for path, column in zip(posterior.names, posterior.draws.T.tolist(), strict=True)
    }
    drawn = Drawn.parse(values)
    return scenario.model_copy(update={"population": scenario.population.model_copy(update={"drawn": drawn})})


def track(scenario: Scenario, calibrated: Calibrated, real: NDArray[np.int64], calibration: int) -> Tracked:
    """Live one world for each draw over all weeks and hold them against the real log.

    Args:
        scenario: The twin over all weeks.
        calibrated: Its coefficients and the swings of its weeks.
        real: Cumulative repeat purchases at the end of weeks 0 ….
        calibration: Weeks that the calibration has seen.
    """
    drawn = carried(scenario, calibrated.posterior)
    seeds = range(1, drawn.population.drawn.count + 1)
    made = np.array([_weekly(drawn, seed)[: len(real) - 1] for seed in seeds])
    made = made * _factors(calibrated.swing, made.shape, 1)
    new, unseen = np.diff(real), slice(calibration, None)
    total = np.concatenate([np.zeros((len(made), 1)), made.cumsum(axis=1)], axis=1)
    low, high = np.percentile(total, [2.5, 97.5], axis=0)
    curve = {"week": np.arange(len(real)), "real": real, "mean": total.mean(axis=0), "low": low, "high": high}
    low, high = np.percentile(made, [5, 95], axis=0)
    table = {"week": np.arange(1, len(real)), "real": new, "mean": made.mean(axis=0), "low": low, "high": high}
    inside = (low[unseen] <= new[unseen]) & (new[unseen] <= high[unseen])
    _, error_mean, error_new = tracking.errors(total.mean(axis=0), real, calibration)
    return Tracked(
        pd.DataFrame(curve), pd.DataFrame(table)[unseen].reset_index(drop=True), float(inside.mean()), error_new,
        error_mean, len(made),
    )  # fmt: skip


def swings(made: Floats, real: NDArray[np.int64]) -> float:
    """How much whole weeks swing beyond what single customers explain: holidays, campaigns, the weather.

    Customers of a simulated world do not know each other's week. The real count of a week is taken as a simulated one
    times a factor of its own with mean 1 and variance τ²; by moments τ² = mean of [(real − m)² − v] / m² over weeks,
    m and v being mean and variance over the worlds. The factor is a gamma variate, as in a negative binomial count.

    Args:
        made: Repeat purchases of the calibration weeks, shape (worlds, weeks).
        real: The same of the log, shape (weeks,).

    Returns:
        τ, 0 where the weeks swing no more than by chance.
    """
    mean, variance = made.mean(axis=0), made.var(axis=0, ddof=1)
    there = mean >= FEWEST_ORDERS
    if not there.any():
        return 0.0
    off = ((real[there] - mean[there]) ** 2 - variance[there]) / mean[there] ** 2
    return float(np.sqrt(max(off.mean(), 0.0)))


def of_orders(orders: pd.DataFrame, calibration: int) -> Floats:
    """What is seen of the real log, in the order of a simulated world's features."""
    start = orders["date"].min()
    seen = orders[orders["date"] < start + timedelta(weeks=calibration)]
    days = purchase_days(seen)
    again = days[days["repeat"]]
    week = ((again["date"] - start).dt.days // 7).to_numpy()
    who = again["customer"].cat.codes.to_numpy()
    paid = again["amount"].to_numpy(float)
    return _features(who, week, np.ones(len(week)), paid, days["customer"].nunique(), np.ones(calibration))


def _weekly(scenario: Scenario, seed: int) -> Floats:
    """Repeat purchases of each week of one world."""
    weekly = CommunityModel(scenario, (seed,)).run().weekly
    return weekly.loc[weekly["week"] > 0].sort_values("week")["repeat_orders"].to_numpy(float)


def _factors(swing: float, shape: Any, seed: int) -> Floats:
    return np.random.default_rng(seed).gamma(swing**-2, swing**2, shape) if swing > 0 else np.ones(shape)


def _of_world(scenario: Scenario, seed: int, swing: float) -> Floats:
    model = CommunityModel(scenario, (seed,))
    parts: list[tuple[Any, ...]] = []
    while model.week < scenario.horizon:
        model.step()
        rows = np.flatnonzero(model.flow.orders)
        parts.append((rows, np.full(len(rows), model.week - 1), model.flow.orders[rows], model.flow.paid[rows]))
    who, week, count, paid = (np.concatenate(values) for values in zip(*parts, strict=True))
    swung = _factors(swing, scenario.horizon, seed)
    return _features(who, week, count, paid, scenario.population.size, swung)


def _features(who: Any, week: Any, count: Any, paid: Any, customers: int, swung: Floats) -> Floats:
    """Logarithms of counts per customer; +½ keeps them finite where nothing happened.

    Weeks swing in the counts of the blocks alone: over all weeks of somebody's life it evens out.
    """
    block = np.minimum(week * BLOCKS // len(swung), BLOCKS - 1)
    bought = np.bincount(block, count * swung[week], BLOCKS)
    once = np.unique(np.stack([block, who]), axis=1)
    plain = np.maximum(np.bincount(block, count, BLOCKS), 1)
    active = np.bincount(once[0], minlength=BLOCKS) * bought / plain
    times = np.bincount(who, count) if len(who) else np.zeros(1)
    often = np.array([(times >= fewest).sum() for fewest in FREQUENCIES])
    late = np.zeros(len(times), bool)
    late[np.unique(who[block == BLOCKS - 1])] = True
    kept = np.array([(late & (times >= fewest)).sum() for fewest in FREQUENCIES[:4]])
    counts = np.concatenate([bought, active, often, kept])
    spent = np.log((paid.sum() + 1) / (count.sum() + 1))
    return np.append(np.log((counts + 0.5) / customers), spent)


def _prior(values: Floats) -> Floats:
    """Lowest and highest value of each coefficient: a factor round the likeliest, within what the model accepts."""
    declared = {each.name: each for each in Population.declared()}
    ends = np.array([(declared[name].low, declared[name].high) for name in Drawn.model_fields])
    return np.clip(np.stack([values / RANGE, values * RANGE], axis=1), ends[:, :1], ends[:, 1:])

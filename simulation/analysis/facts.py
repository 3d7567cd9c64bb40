"""Measures behind the acceptance facts: Results in, a value with its interval and whether it holds out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation import ROOT
from simulation.analysis import orderlog, orderlog_counts
from simulation.analysis.retention import fit_sbg
from simulation.analysis.value import fit_bgnbd, fit_gamma_gamma
from simulation.intervals import mean_interval
from simulation.population import world_of
from simulation.processes.serving import Serving
from simulation.processes.trusting import Trusting
from simulation.results import Results
from simulation.scenario import Scenario

QUARTER = 13


class Found(NamedTuple):
    """Today's value of a fact; the interval is NaN where the fact is not a mean over worlds."""

    value: float
    low: float
    high: float
    holds: bool
    worlds: int
    decided: bool = True
    """Whether the interval, too, lies within the tolerance; asked only where the fact is about a sign."""

    @property
    def verdict(self) -> str:
        """``holds``, ``fails``, or ``undecided`` where these worlds do not settle the sign."""
        return "fails" if not self.holds else "holds" if self.decided else "undecided"


def over_worlds(values: Any, low: float, high: float, *, sign: bool = False) -> Found:
    """Mean over worlds with its interval; holds when the mean lies within the tolerance.

    A fact about a ``sign`` is decided only when the whole interval lies within.
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    interval = mean_interval(known)
    decided = not sign or bool(low <= interval.low and interval.high <= high)
    return Found(*interval, bool(low <= interval.mean <= high), len(known), decided)


def single(value: float, holds: bool, worlds: int = 0) -> Found:
    """A value that is not a mean over worlds."""
    return Found(value, np.nan, np.nan, bool(holds), worlds)


def _outcome(results: Results, plan: str, outcome: str) -> pd.Series[Any]:
    worlds = results.worlds
    return worlds[worlds["plan"] == plan].set_index("seed")[outcome]


def level(results: Results, outcome: str, low: float, high: float) -> Found:
    """Mean of an outcome under the only plan of the run."""
    return over_worlds(results.worlds[outcome], low, high)


def below_one(results: Results, plan: str, outcome: str) -> Found:
    """Mean of a ratio under one plan; holds below 1."""
    return over_worlds(_outcome(results, plan, outcome), 0, 1, sign=True)


def rise(results: Results, a: str, b: str, outcome: str) -> Found:
    """Mean paired difference b − a; holds above 0."""
    return over_worlds(_outcome(results, b, outcome) - _outcome(results, a, outcome), 0, np.inf, sign=True)


def lift(results: Results, a: str, b: str, low: float, high: float, outcome: str = "retention_13") -> Found:
    """Mean paired relative difference (b − a)/a."""
    before = _outcome(results, a, outcome)
    return over_worlds((_outcome(results, b, outcome) - before) / before, low, high)


def founders(results: Results, week: int, low: float, high: float) -> Found:
    """Share of founders who never left by a week."""
    weekly = results.weekly
    return over_worlds(weekly.loc[weekly["week"] == week, "founders_kept"], low, high)


def _survival(results: Results) -> Any:
    """Kaplan–Meier survival by week of tenure, all worlds pooled; element 0 is 1."""
    counts = results.tenure.groupby("tenure")[["at_risk", "left"]].sum()
    kept = np.cumprod(1 - counts["left"].to_numpy() / np.maximum(counts["at_risk"].to_numpy(), 1))
    return np.concatenate([[1.0], kept[1:]])


def rising_quarters(results: Results) -> Found:
    """In how many of seven steps the retention of a quarter is at least that of the quarter before."""
    survival = _survival(results)[::QUARTER][:9]
    kept = survival[1:] / survival[:-1]
    rises = int((np.diff(kept) >= 0).sum())
    return single(rises, rises >= 6, len(results.seeds))


def sbg_projection(results: Results) -> Found:
    """Relative error at quarter 8 of a shifted-beta-geometric fitted to quarters 1–4."""
    survival = _survival(results)[::QUARTER]
    fitted = fit_sbg(survival[:5])
    error = float(abs(fitted.survival(8) / survival[8] - 1))
    return single(error, error <= 0.10, len(results.seeds))


def best_frequency(results: Results, frequencies: tuple[float, ...]) -> Found:
    """Frequency with the highest mean profit; holds inside .5–2 and when both neighbours earn less."""
    profit = results.worlds.groupby("plan")["profit"].mean()
    earned = [float(profit[f"contacts_{f:g}".replace(".", "_")]) for f in frequencies]
    best = int(np.argmax(earned))
    interior = 0 < best < len(frequencies) - 1
    return single(frequencies[best], interior and 0.5 <= frequencies[best] <= 2, len(results.seeds))


def posting_ratio(results: Results, weeks: tuple[int, int], low: float, high: float) -> Found:
    """Posts of the rewarded world over those of its neutral twin in a span of weeks."""
    weekly = results.weekly[results.weekly["week"].between(*weeks)]
    posts = weekly.pivot_table(index="seed", columns="plan", values="posts", aggfunc="sum")
    return over_worlds(posts["reward_cycle"] / posts["neutral"], low, high, sign=True)


def undoing() -> Found:
    """Units of good evidence that bring trust back to where one bad event found it, at the starting trust of .6.

    With evidence a = 3, b = 2 one bad event adds κ to b; a/(a + b) is restored by κ·a/b more of a. Told in smooth
    orders, each of which is worth ``good_order``.
    """
    needed = Trusting().asymmetry * 3 / 2
    return single(needed / Serving().good_order, needed >= 3)


def best_single(results: Results, plans: tuple[str, ...]) -> Found:
    """Largest mean lift of 13-week retention among plans of one strategy each."""
    lifts = [lift(results, "neutral", plan, -np.inf, 0.045) for plan in plans]
    return max(lifts, key=lambda found: found.value)


def littles_law(results: Results, scenario: Scenario) -> Found:
    """Mean members of the second half over arrivals per week × mean lifetime.

    Lifetime: a person with weekly hazard h is counted at the end of (1 − h)/h weeks on average; the mean runs over the
    people of each world, all of whom are equally likely to join.
    """
    weekly = results.weekly[results.weekly["week"] > scenario.horizon // 2]
    ratios = []
    for seed, world in weekly.groupby("seed"):
        _, people, *_ = world_of(scenario.population, scenario.graph, int(str(seed)))
        lifetime = float(np.exp(-people.base_churn.astype(float)).mean())
        ratios.append(world["members"].mean() / (world["joins"].mean() * lifetime))
    return over_worlds(ratios, 0.95, 1.05)


@cache
def published_numbers() -> dict[str, Any]:
    """Numbers read in, or recomputed from, published sources, by source; not to be changed."""
    return json.loads((ROOT / "simulation" / "data" / "published.json").read_text(encoding="utf-8"))


@cache
def cdnow_fits() -> dict[str, float]:
    """Today's BG/NBD (r, alpha, a, b, LL) and gamma-gamma (p, q, gamma) of CDNOW, weeks 1–39; not to be changed."""
    orders = orderlog.read_cdnow().orders
    histories = orderlog_counts.summary(orders, orderlog.CDNOW_CALIBRATION_END)
    buying = fit_bgnbd(histories["frequency"], histories["recency"], histories["T"])
    spend = fit_gamma_gamma(histories["frequency"], histories["monetary"])
    return {"r": buying.r, "alpha": buying.alpha, "a": buying.a, "b": buying.b, "LL": buying.log_likelihood,
            "p": spend.p, "q": spend.q, "gamma": spend.v}  # fmt: skip


def close_to(value: float, target: float) -> Found:
    """Holds to three digits, or to one unit of the last digit that was published, whichever is wider."""
    decimals = len(repr(target).partition(".")[2])
    return single(value, abs(value - target) <= max(abs(target) * 1e-3, 10.0**-decimals))


def _cdnow(name: str) -> Callable[[Mapping[str, Results]], Found]:
    def measure(_: Mapping[str, Results]) -> Found:
        published = {**published_numbers()["cdnow_gammagamma"], **published_numbers()["cdnow_bgnbd"]["bgnbd"]}
        return close_to(cdnow_fits()[name], float(published[name]))

    return measure


def _sbg(segment: str, name: str) -> Callable[[Mapping[str, Results]], Found]:
    def measure(_: Mapping[str, Results]) -> Found:
        told = published_numbers()["fader_hardie_2007_sbg"]
        fitted = fit_sbg(np.asarray(told["survival_pct"][segment][:8]) / 100)
        if name == "year_12":
            return close_to(float(fitted.survival(12)), told["sbg_projected_S12"][segment])
        return close_to(getattr(fitted, name), told["sbg_fit_years_1_7"][segment][name])

    return measure


_FADER_HARDIE = "Fader & Hardie 2007, Table 1 [V]"
PUBLISHED = (
    *(
        (f"bgnbd_{name}", f"CDNOW：BG/NBD {symbol}", f"CDNOW: BG/NBD {symbol}", f"{target:g}", "Fader, Hardie & Lee 2005 [C]", _cdnow(name))
        for name, symbol, target in (("r", "r", 0.243), ("alpha", "α", 4.414), ("a", "a", 0.793), ("b", "b", 2.426), ("LL", "LL", -9582.4))
    ),
    *(
        (f"gamma_gamma_{name}", f"CDNOW：gamma-gamma {symbol}", f"CDNOW: gamma-gamma {symbol}", f"{target:g}",
         "Fader, Hardie & Lee 2005, JMR [C]", _cdnow(name))
        for name, symbol, target in (("p", "p", 6.25), ("q", "q", 3.74), ("gamma", "γ", 15.45))
    ),
    *(
        (f"sbg_{short}_{name}", f"sBG：{segment} {symbol}", f"sBG: {segment} {symbol}", f"{target:g}", _FADER_HARDIE, _sbg(segment, name))
        for short, segment, values in (("high", "High End", (0.668, 3.806, 0.378)), ("regular", "Regular", (0.704, 1.182, 0.170)))
        for name, symbol, target in zip(("alpha", "beta", "year_12"), ("α", "β", "S(12)"), values, strict=True)
    ),
)  # fmt: skip
"""Published fits: id, words, target, source, measure."""

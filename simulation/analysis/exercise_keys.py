"""Right answers to the exercises of the data desk, computed by the analyses of the lab, not by the worked queries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import cohorts, demand, query, segments, ties
from simulation.analysis.estimators import before_after, difference, power
from simulation.analysis.trials import Experimented, experiment
from simulation.errors import LabError
from simulation.eventlog import EventLog
from simulation.scenario import Scenario

KEPT_WEEKS = 12
"""Weeks after joining at which a cohort is looked at."""
SOON = 8
"""Weeks within which a second purchase counts as soon."""
MOST_TIED = 10
"""People whom the exercise on key nodes asks for."""
REGULAR = 0.25
"""Orders per week from which somebody is a regular buyer: one in four weeks."""
LIFT = 0.2
"""Relative rise of the share of regular buyers that the A/B test should find."""
STRATEGY = "price_promotion"
"""What is tried out half-way through the world."""


@dataclass(frozen=True, eq=False)
class Case:
    """One world to answer from: its log, its segments, and the same world lived again with a strategy tried out.

    Attributes:
        log: What was recorded.
        tried: The trial and the launch, see :func:`simulation.analysis.trials.experiment`.
    """

    log: EventLog
    tried: Experimented

    @classmethod
    def of(cls, log: EventLog, scenario: Scenario, seed: int) -> Case:
        """Live the world again with the strategy; the log is that of the same scenario and seed."""
        return cls(log, experiment(scenario, STRATEGY, seed))

    @cached_property
    def found(self) -> demand.Segments | None:
        """Segments of the log; none where there are too few people."""
        try:
            return demand.find(self.log)
        except LabError:
            return None

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables beside the log, by name."""
        people = self.found.people if self.found is not None else pd.DataFrame({"person": [], "segment": []}, dtype=int)
        return {"segments": people, "trial": self.tried.trial, "launch": self.tried.launch}

    @cached_property
    def base(self) -> query.Base:
        """The log with the further tables, to be asked in SQL."""
        return query.Base(self.log.tables | self.tables)


def cohort(case: Case) -> pd.DataFrame:
    """Joining quarters: people, and per cent still there 12 weeks after joining, where all were watched so long."""
    found = cohorts.cohort_shares(case.log)
    found = found[found["since"] == KEPT_WEEKS]
    return pd.DataFrame({"cohort": found["cohort"], "people": found["people"], "kept": 100 * found["share"]})


def rfm(case: Case) -> pd.DataFrame:
    """Buyers by class of recency and of frequency: people, and money as the mean paid, ¥."""
    by = case.log["orders"].groupby("person")
    if not len(by):
        return pd.DataFrame({"recency": []})
    last = case.log.weeks - by["week"].max()
    found = segments.rfm_cells(last.to_numpy(), by["orders"].sum().to_numpy(), by["paid"].sum().to_numpy())
    return found.rename(columns={"spent": "money"})[["recency", "frequency", "people", "money"]]


def repurchase(case: Case) -> pd.DataFrame:
    """Per cent of buyers who ordered in a second week; and within 8 weeks, of those watched so long."""
    weeks: Any = case.log["orders"].sort_values("week").groupby("person")["week"].apply(np.unique)
    if not len(weeks):
        return pd.DataFrame({"again": []})
    watched = [each for each in weeks if each[0] + SOON <= case.log.weeks]
    soon = [len(each) > 1 and each[1] - each[0] <= SOON for each in watched]
    again = [len(each) > 1 for each in weeks]
    return _row(again=100 * np.mean(again), soon=100 * np.mean(soon) if soon else math.nan)


def k_factor(case: Case) -> pd.DataFrame:
    """Invitations per person who was ever a member, per cent that brought somebody, and K, their product."""
    sent = case.log["invitations"]
    people = case.log["members"]["person"].nunique()
    if sent.empty or not people:
        return pd.DataFrame({"k": []})
    return _row(sent=len(sent) / people, accepted=100 * sent["accepted"].mean(), k=sent["accepted"].sum() / people)


def key_nodes(case: Case) -> pd.DataFrame:
    """The ten people whose ties are strongest in sum: how many they know, and the sum."""
    known = ties.key_people(case.log["interactions"], samples=1)
    return known.nlargest(MOST_TIED, "strength")[["person", "degree", "strength"]]


def unmet(case: Case) -> pd.DataFrame:
    """The segment with the largest unmet need: its number, its people, and per cent who are gone."""
    if case.found is None:
        return pd.DataFrame({"segment": []})
    row: Any = case.found.profile.set_index("segment").loc[case.found.unmet]
    return _row(segment=case.found.unmet, people=row["people"], churn=100 * row["churn"])


def ab_test(case: Case) -> pd.DataFrame:
    """Effect on orders per person and week with its 95 % interval, and people an arm needs to see +20 % regulars."""
    arm = case.tried.trial["arm"].to_numpy() == 1
    after = case.tried.trial["after"].to_numpy()
    found = difference(after[arm], after[~arm])
    regular = float((after[~arm] >= REGULAR).mean()) if (~arm).any() else 0.0
    try:
        needed: float = power(regular, LIFT)
    except LabError:
        return pd.DataFrame({"effect": []})
    return _row(effect=found.estimate, low=found.low, high=found.high, needed=needed)


def naive(case: Case) -> pd.DataFrame:
    """What three ways to measure say: after less before, posters less the rest, the arms of the trial."""
    launch, trial = case.tried.launch, case.tried.trial
    posted, arm = launch["posted"] == 1, trial["arm"] == 1
    return _row(
        before_after=before_after(launch["before"], launch["after"]).estimate if len(launch) else math.nan,
        posters=difference(launch.loc[posted, "after"], launch.loc[~posted, "after"]).estimate,
        trial=difference(trial.loc[arm, "after"], trial.loc[~arm, "after"]).estimate,
    )


def _row(**values: Any) -> pd.DataFrame:
    return pd.DataFrame({name: [float(value)] for name, value in values.items()})

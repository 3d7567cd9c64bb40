"""Cohorts counted by hand, and on a world against its survival curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.cohorts import cohort_bands, cohort_shares, known_by
from simulation.eventlog import EventLog, record
from simulation.scenario import read_scenario
from tests.worlds import small


def test_shares_of_each_cohort_still_there() -> None:
    rows = [(1, 1, 0, 3), (2, 1, 0, None), (3, 1, 2, 6), (4, 1, 10, None), (5, 1, 14, None), (1, 2, 8, None)]
    members = pd.DataFrame(rows, columns=["person", "spell", "joined", "left"]).astype({"left": "Int32"})
    found = cohort_shares(EventLog({"members": members}, "by_hand", seed=1, weeks=18, people=9))
    told = {cohort: table.set_index("since")["share"].to_dict() for cohort, table in found.groupby("cohort")}
    assert told == {
        0: {0: 1, 4: 0.5, 8: 0.5, 12: 0.5, 16: 0.5},
        1: {0: 1, 4: 0.5, 8: 0.5},  # the last one came in week 10, eight weeks before the end
        14: {0: 1, 4: 1},
    }
    assert found.groupby("cohort")["people"].first().to_dict() == {0: 2, 1: 2, 14: 1}


def test_founders_fall_as_the_world_says() -> None:
    log = record(small({}), 1)
    found = cohort_shares(log)
    founders = found[found["cohort"] == 0].set_index("since")["share"]
    assert founders.is_monotonic_decreasing and founders[0] == 1
    first = log["members"].query("joined == 0 and spell == 1")
    assert founders[12] == pytest.approx(1 - (first["left"] <= 12).fillna(False).mean())


def test_cohorts_of_several_worlds_have_intervals() -> None:
    scenario = read_scenario({"population": {"size": 200}, "horizon": 30})
    logs = [record(scenario, seed) for seed in (1, 2, 3)]
    bands = cohort_bands(logs)
    single = [cohort_shares(log).set_index(["cohort", "since"])["share"] for log in logs]
    founders = bands[bands["cohort"] == 0].set_index("since")["share"]
    assert founders.loc[8] == pytest.approx(np.mean([share.loc[(0, 8)] for share in single]))
    known = bands.dropna(subset=["low"])
    assert len(known) and ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()


def test_what_is_known_by_a_week_is_what_a_record_that_ends_there_tells() -> None:
    longer, shorter = (
        cohort_shares(record(read_scenario({"population": {"size": 200}, "horizon": weeks}), 1)) for weeks in (40, 26)
    )
    known = known_by(longer, 26)
    assert 5 < len(known) < len(longer) and set(known["cohort"]) == {0, 1, 14}
    told = shorter.set_index(["cohort", "since"])["share"]
    cells = known.set_index(["cohort", "since"])["share"]
    assert np.array_equal(cells, told.loc[cells.index])
    assert known_by(longer, 0)["since"].tolist() == [0]

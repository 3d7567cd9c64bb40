from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import compare, deciders
from simulation.analysis.deciders import FATES, GAINED, MISSED, PERSONS, SEGMENTS, Persons
from simulation.errors import LabError
from simulation.experiment import Experiment, run
from tests.analysis.test_biography import CALM, FLOOD, SEED, lived, scene

SEEDS = tuple(range(1, 7))


@lru_cache(maxsize=1)
def persons() -> Persons:
    return run(replace(Experiment.of(scene(), (FLOOD, CALM), SEEDS), recording=PERSONS))


def test_the_net_of_all_fates_is_the_paired_difference_in_members() -> None:
    pair = compare.paired(run(Experiment.of(scene(), (FLOOD, CALM), SEEDS)), "flood", "calm", "members")
    found: Any = deciders.counts(deciders.fates(persons(), "flood", "calm")).set_index("fate")
    assert found.loc["net", ["mean", "low", "high"]].tolist() == pytest.approx([pair.mean, pair.low, pair.high])
    assert found.loc["lost", "mean"] > found.loc["kept", "mean"], "five messages a week drive people away"
    assert found.loc[list(FATES), "mean"].sum() == pytest.approx(800)


def test_the_plans_swapped_swap_the_fates() -> None:
    one, other = (deciders.fates(persons(), *pair) for pair in (("flood", "calm"), ("calm", "flood")))
    swapped = {"kept": "lost", "won": "missed", "upgraded": "downgraded", "same": "same"}
    swapped |= {there: here for here, there in swapped.items()}
    assert one["fate"].map(swapped).tolist() == other["fate"].tolist()
    assert (one["weeks"] == -other["weeks"]).all()


def test_a_plan_beside_itself_changes_nobody() -> None:
    people = persons().people
    twin = Persons(pd.concat([people[people["plan"] == "calm"], people[people["plan"] == "calm"].assign(plan="twin")]))
    found = deciders.fates(twin, "calm", "twin")
    assert set(found["fate"]) == {"same"} and deciders.leading(found, 1).empty
    assert (deciders.counts(found).query("fate == 'net'")["mean"] == 0).all()


@pytest.mark.parametrize("segment", SEGMENTS)
def test_segments_part_everybody_and_add_up(segment: str) -> None:
    told = deciders.fates(persons(), "flood", "calm")
    whole = deciders.counts(told).set_index("fate")["mean"]
    by = deciders.counts(told, segment)
    assert by.groupby("fate")["mean"].sum().to_dict() == pytest.approx(whole.to_dict())
    assert set(by["group"]) <= set(range(5 if segment == "need" else 4))
    if segment != "need":
        sizes = told.groupby(["seed", segment]).size()
        assert sizes.nunique() == 1, "quarters of 800"


def made(helped: Any, worlds: int = len(SEEDS)) -> Persons:
    """Everybody a member under a, and under b whoever was not helped."""
    people = persons().people.query("plan == 'calm' and seed <= @worlds").assign(ever=1, member=1)
    gone = pd.concat([helped(world) for _, world in people.groupby("seed")]).loc[people.index]
    return Persons(pd.concat([people.assign(plan="a"), people.assign(plan="b", member=np.where(gone, 0, 1))]))


def fond(world: pd.DataFrame) -> pd.Series:
    """The quarter of a world that is fondest of deals."""
    return world["deal"].rank(method="first") > 600


def test_who_is_fond_of_deals_decides_about_a_discount() -> None:
    told = deciders.fates(made(fond), "a", "b")
    assert deciders.strongest(told) == ("deal", 3, 200, 200, 200, 50)
    kept = told[told["fate"] == "kept"]
    assert (kept["deal"] == 3).all() and len(kept) == 200 * len(SEEDS)


def test_a_gain_that_falls_on_every_tenth_stands_out_in_no_segment_however_large() -> None:
    told = deciders.fates(made(lambda world: world["person"] % 10 == 0), "a", "b")
    assert (told["fate"] == "kept").sum() == 80 * len(SEEDS)
    assert deciders.strongest(told) is None, "the weightiest need of most people has the most of them, as it should"
    assert deciders.strongest(deciders.fates(made(fond, 1), "a", "b")) is None, "one world has no interval"


def test_tiers_count_only_where_both_plans_award_them() -> None:
    people = persons().people.query("plan == 'calm' and seed == 1").assign(ever=1, member=1, tier=0, role=1)
    half = np.arange(len(people)) % 2
    alone = Persons(pd.concat([people.assign(plan="a"), people.assign(plan="b", tier=half)]))
    assert set(deciders.fates(alone, "a", "b")["fate"]) == {"same"}
    both = Persons(pd.concat([people.assign(plan="a", tier=1), people.assign(plan="b", tier=1 + half)]))
    assert (deciders.fates(both, "a", "b")["fate"] == "downgraded").sum() == half.sum()


def test_fates_agree_with_the_recorded_lives() -> None:
    told = deciders.fates(persons(), "flood", "calm").query("seed == @SEED").set_index("person")
    flood, calm = (lived()[name, SEED] for name in ("flood", "calm"))
    ends = [lives.status[-1] for lives in (flood, calm)]
    gained = told["fate"].isin(GAINED).to_numpy()
    assert (gained == ((ends[0] == 1) & (ends[1] != 1))).all()
    assert (told["fate"].isin(MISSED).to_numpy() == ((ends[1] == 1) & (ends[0] != 1))).all()
    stays = (flood.status[1:] == 1).sum(axis=0) - (calm.status[1:] == 1).sum(axis=0)
    assert (told["weeks"].to_numpy() == stays).all()


def test_the_list_begins_with_those_who_left_one_world_alone() -> None:
    found = deciders.leading(deciders.fates(persons(), "flood", "calm"), 1)
    assert found["fate"].iloc[0] in {"kept", "lost"} and len(found) == 20
    assert found["weeks"].abs()[found["fate"].isin(["kept", "lost"])].is_monotonic_decreasing


def test_unpaired_worlds_and_unknown_segments_are_refused() -> None:
    people = persons().people
    half = Persons(people[(people["plan"] == "calm") | (people["seed"] < 4)])
    with pytest.raises(LabError, match="not paired"):
        deciders.fates(half, "flood", "calm")
    with pytest.raises(LabError, match="unknown name"):
        deciders.counts(deciders.fates(persons(), "flood", "calm"), "mood")

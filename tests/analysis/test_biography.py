from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import biography
from simulation.analysis.explain import CAUSES
from simulation.analysis.lives import LIVES, Lives
from simulation.analysis.twins import refuse_unpaired
from simulation.errors import LabError
from simulation.eventlog import record
from simulation.executor import SerialExecutor
from simulation.experiment import Experiment, run
from simulation.members import NEEDS, Status
from simulation.model import simulate
from simulation.scenario import Plan, Scenario, load_plan, load_scenario
from simulation.store import Store

SEED = 3
FLOOD = Plan.parse({"name": "flood", "strategies": {"contact": {"frequency": 5}}})
CALM = Plan.parse({"name": "calm", "strategies": {"contact": {"frequency": 0.5}}})


@lru_cache(maxsize=8)
def lived(plans: tuple[str, ...] = ("flood", "calm"), size: int = 800, weeks: int = 52) -> dict[tuple[str, int], Lives]:
    known = {"flood": FLOOD, "calm": CALM}
    chosen = tuple(known.get(name) or load_plan(name) for name in plans)
    return run(replace(Experiment.of(scene(size, weeks), chosen, [SEED]), recording=LIVES), executor=SerialExecutor())


def scene(size: int = 800, weeks: int = 52) -> Scenario:
    product = load_scenario("product")
    population = product.population.model_copy(update={"size": size, "founders": 0.4})
    return product.model_copy(update={"population": population, "horizon": weeks})


def test_a_recorded_life_is_the_life_of_the_plain_run() -> None:
    lives = lived()["flood", SEED]
    plain = simulate(scene().with_plan(FLOOD), (SEED,)).weekly
    members = (lives.status == Status.MEMBER).sum(axis=1)
    assert np.array_equal(members, plain["members"])
    assert np.array_equal(lives.weeks.groupby("week")["orders"].sum(), plain["orders"])
    log = record(scene().with_plan(FLOOD), SEED)
    assert lives.weeks["posts"].sum() == log["posts"]["posts"].sum()
    joined = lives.changes[lives.changes["joined"] == 1]
    assert joined["channel"].tolist() == log["members"]["channel"].tolist()
    assert (lives.changes["joined"] == 0).sum() == log["members"]["left"].notna().sum()


def test_the_store_gives_the_same_lives_back(tmp_path: Path) -> None:
    asked = replace(Experiment.of(scene(200, 8), (CALM,), [1, 2]), recording=LIVES)
    plain = Experiment.of(scene(200, 8), (CALM,), [1, 2])
    first = run(asked, executor=SerialExecutor(), store=Store(tmp_path))
    again = run(asked, executor=SerialExecutor(lambda *_: pytest.fail("computed twice")), store=Store(tmp_path))
    assert set(first) == {("calm", 1), ("calm", 2)}
    for world, lives in first.items():
        for name in ("people", "weeks", "changes", "outside", "ties"):
            pd.testing.assert_frame_equal(getattr(again[world], name), getattr(lives, name))
    assert asked.key() != plain.key() and set(asked.fingerprints.values()) != set(plain.fingerprints.values())
    assert set(run(plain, executor=SerialExecutor(), store=Store(tmp_path)).seeds) == {1, 2}


def test_more_lives_than_can_be_kept_are_refused() -> None:
    with pytest.raises(LabError) as refused:
        replace(Experiment.of(scene(100_000, 104), (CALM,), [1]), recording=LIVES)
    assert refused.value.key == "recording_too_large"


def test_whoever_left_has_a_ledger_whose_chance_is_the_hazard_and_whose_coin_fell_below_it() -> None:
    lives = lived()["flood", SEED]
    left = lives.changes[lives.changes["joined"] == 0]
    assert len(left) > 50
    for week, person in zip(left["week"], left["person"], strict=True):
        found = biography.ledger(lives, person, "leaving", week)
        row = lives.at(week).set_index("person").loc[person]
        assert found.actual == pytest.approx(row["hazard"], abs=1e-6)
        assert found.coin < found.actual
        shares = found.terms["share"].dropna()
        assert shares.sum() == pytest.approx(1) or (found.terms["term"] <= 0).all()
        assert found.terms["term"].is_monotonic_decreasing
        assert set(found.terms["cause"]) <= set(CAUSES["leaving"])


def test_joinings_are_told_by_how_people_came() -> None:
    lives = lived(("all_good",))["all_good", SEED]
    joined = lives.changes[lives.changes["joined"] == 1]
    ways = {"founder": "founder", "referral": "invitation", "won_back": "win_back"}
    assert set(ways) <= set(joined["channel"])
    for week, person, channel in zip(joined["week"], joined["person"], joined["channel"], strict=True):
        if week == 0:
            continue
        causes = dict(biography.ledger(lives, person, "joining", week).leading(9))
        assert sum(causes.values()) == pytest.approx(1)
        if channel in ways:
            assert ways[channel] in causes


def test_in_the_world_without_what_the_ledger_blames_its_victims_stay() -> None:
    """Five messages a week tire people out: whom fatigue drove away stays in the calm twin world, others less often."""
    flood, calm = (lived(size=2000)[name, SEED] for name in ("flood", "calm"))
    stays: dict[bool, list[bool]] = {True: [], False: []}
    left = flood.changes[flood.changes["joined"] == 0]
    for week, person in zip(left["week"], left["person"], strict=True):
        leading = biography.ledger(flood, person, "leaving", week).leading(1)
        if leading:
            stays[leading[0][0] == "fatigue"].append(bool(calm.status[week, person] == Status.MEMBER))
    assert min(map(len, stays.values())) > 30
    assert np.mean(stays[True]) > np.mean(stays[False]) + 0.1


def test_a_life_is_told_in_order() -> None:
    lives = lived()["flood", SEED]
    person = int(lives.changes.loc[lives.changes["joined"] == 0, "person"].iloc[5])
    told = biography.events(lives, person)
    assert told["week"].is_monotonic_increasing
    assert told["event"].iloc[0] == "joined" and "left" in set(told["event"])
    course = biography.course(lives, person)
    assert len(course) == 53 and course["member"].iloc[0] == (told["week"].iloc[0] == 0)
    assert course.loc[course["member"], list(NEEDS)].notna().all(axis=None)
    assert course["friends"].max() <= len(lives.friends(person))
    stranger = int(np.flatnonzero(~lives.people["person"].isin(lives.changes["person"]))[0])
    assert biography.events(lives, stranger).empty and biography.course(lives, stranger)["trust"].isna().all()
    with pytest.raises(LabError, match="not there"):
        biography.ledger(lives, stranger, "leaving", 5)
    with pytest.raises(LabError, match="unknown name"):
        biography.ledger(lives, person, "dreaming", 5)


def test_two_lives_part_at_a_coin_that_fell_between_two_chances() -> None:
    flood, calm = (lived()[name, SEED] for name in ("flood", "calm"))
    parted = [biography.part(flood, calm, person) for person in range(0, 800, 7)]
    decided = [found for found in parted if found.decided is not None]
    assert {"posting", "buying", "leaving"} <= {found.decision for found in decided}
    for found in decided:
        assert found.week is not None and found.decided is not None and found.week <= found.decided
        assert found.outcomes[0] != found.outcomes[1]
        if found.decision == "leaving" and not np.isnan(found.chances).any():
            low, high = sorted(found.chances)
            assert low < found.coin < high
        if found.decision in {"posting", "buying"} and not np.isnan(found.chances).any():
            more = found.outcomes.index(max(found.outcomes))
            assert found.chances[more] == max(found.chances)
    assert {found.seen for found in parted} >= {"contacts"}


def test_friends_who_join_and_leave_are_the_change_in_friends_who_are_members() -> None:
    lives = lived()["flood", SEED]
    left = 0
    for person in range(0, 800, 50):
        course = biography.course(lives, person)
        moved = course["friends_came"] - course["friends_left"]
        assert np.array_equal(course["friends"].diff().iloc[1:], moved.iloc[1:])
        left += int(course["friends_left"].sum())
    assert left > 20


def test_membership_parts_where_one_life_leaves_and_the_other_stays() -> None:
    flood, calm = (lived()[name, SEED] for name in ("flood", "calm"))
    apart = np.flatnonzero((flood.status[-1] == Status.LAPSED) & (calm.status[-1] == Status.MEMBER))
    assert len(apart) > 20
    for person in apart:
        found = biography.part(flood, calm, int(person), ("joining", "leaving"))
        assert found.decided is not None and found.decision in {"joining", "leaving"}
        first = biography.part(flood, calm, int(person))
        assert first.decided is not None and first.decided <= found.decided


def test_a_life_beside_itself_never_parts() -> None:
    lives = lived()["flood", SEED]
    for person in (0, 3, 799):
        assert biography.part(lives, lives, person) == biography.Parting(
            None, "", None, "", pytest.approx(np.nan, nan_ok=True), pytest.approx((np.nan, np.nan), nan_ok=True), (0, 0)
        )


def test_worlds_that_are_no_twins_are_refused() -> None:
    with pytest.raises(LabError, match="not twins"):
        biography.part(lived()["flood", SEED], lived(size=2000)["flood", SEED], 1)
    one = scene()
    for field, other in (
        ("population", scene(900)), ("horizon", scene(weeks=40)),
        ("graph", one.model_copy(update={"graph": one.graph.model_copy(update={"ties": 4})})),
    ):  # fmt: skip
        with pytest.raises(LabError) as refused:
            refuse_unpaired(one, other)
        assert refused.value.key == "not_twins" and refused.value.values == {"field": field}
    refuse_unpaired(one, one.with_plan(FLOOD))

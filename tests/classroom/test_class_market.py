"""A class that plays in one market: rivals fill up, teams see whom they won, rounds carry on, and noise makes ties."""

from __future__ import annotations

import numpy as np
import pytest

from classroom import decisions, market, market_seeing, roster, rounds, seats, seeing, teaching
from classroom.access import Teacher
from classroom.machine import State
from classroom.market_terms import SharedMarket
from classroom.setup import Setup
from simulation.errors import LabError
from simulation.experiment import run
from simulation.market_results import MarketExperiment
from tests.classroom.conftest import code_of, go_to, seated

SHARED = Setup(
    rounds=2, weeks=5, people=200, worlds=5, team_size=1, budget=0, market=SharedMarket(places=3, founders=0.8)
)


def decided(database, bot, frequency: float) -> None:
    levers = {"contact": {"frequency": frequency}}
    decisions.submit(database, bot, levers, reason="", based_on=10**9, receipt=f"{bot.seat}{frequency}", ready=True)


@pytest.fixture
def played(database, teacher, store):
    """Two teams, of which one writes to people every day, and a rival, at the end of round 1."""
    class_id = teaching.create(database, teacher, "market", SHARED)
    ann, bob = seated(database, teacher, class_id, "ann bob")
    go_to(database, teacher, class_id, State("decide", 1))
    decided(database, ann, 0.5)
    decided(database, bob, 7.0)
    go_to(database, teacher, class_id, State("simulate", 1))
    asked = rounds.experiment(database, teacher, class_id)
    rounds.keep(database, teacher, class_id, run(asked, store=store))
    return class_id, ann, bob, asked


def test_rivals_fill_the_places_that_no_team_has_taken(played, database) -> None:
    class_id, ann, bob, asked = played
    assert isinstance(asked, MarketExperiment)
    assert [plan.name for plan in asked.plans] == [f"team_{ann.team}", f"team_{bob.team}", "rival_1"]
    assert asked.terms.window == 5 and asked.scenario.population.founders == 0.8
    with database.reading() as connection:
        kept = rounds.values(connection, class_id, 1)
    assert set(kept) == {ann.team, bob.team}
    crowded = SharedMarket(places=2).terms(teams=9, weeks=4)
    assert crowded.rivals == 0


def test_a_team_sees_its_share_and_whom_it_won(played, database, teacher, store) -> None:
    class_id, ann, bob, _ = played
    assert market_seeing.own(database, ann) == ({}, {ann.team: 1, bob.team: 2})  # nothing before it is revealed
    go_to(database, teacher, class_id, State("reveal", 1))
    mine, _ = market_seeing.own(database, ann)
    theirs, _ = market_seeing.own(database, bob)
    exchanges = {one.other: one for one in market.exchanges(mine)}
    assert set(exchanges) == {"", f"team_{bob.team}", "rival_1"}
    assert mine[f"won team_{bob.team}"] == theirs[f"lost team_{ann.team}"]
    assert mine[f"both team_{bob.team}"] == theirs[f"both team_{ann.team}"]
    assert np.isnan(exchanges[""].both.mean) and exchanges["rival_1"].both.mean >= 0
    assert len(mine["share"]) == 5 and all(0 < value < 1 for value in mine["share"])
    assert mine[f"week team_{ann.team}"][0] == pytest.approx(1 / 3, abs=0.01)
    assert mine[f"week team_{ann.team}"][-1] == pytest.approx(np.mean(mine["share"]), abs=1e-5)
    whole, places = market_seeing.whole(database, teacher, class_id)
    assert list(whole) == [f"team_{ann.team}", f"team_{bob.team}"] and places == {ann.team: 1, bob.team: 2}
    curves = market.curves(whole)
    assert list(dict.fromkeys(curves["plan"])) == [*whole, "rival_1"]
    np.testing.assert_allclose(curves.groupby("week")["mean"].sum(), 1.0, atol=1e-5)
    moves = market.moves(whole)
    assert not moves.duplicated(["origin", "target"]).any() and not (moves["origin"] == moves["target"]).any()
    ranks = {row.team: row.rank for row in rounds.standings({1: mine, 2: theirs}, {1: 1, 2: 2}, "share")}
    assert ranks[1] == 1
    with pytest.raises(LabError, match="not instructor"):
        market_seeing.whole(database, Teacher("forged"), class_id)


def test_people_carry_their_state_from_round_to_round(played, database, teacher, store) -> None:
    class_id, ann, _, first = played
    go_to(database, teacher, class_id, State("decide", 2))
    decided(database, ann, 1.0)
    go_to(database, teacher, class_id, State("simulate", 2))
    second = rounds.experiment(database, teacher, class_id)
    before, after = run(first, store=store), run(second, store=store)
    early = after.weekly[after.weekly["week"] <= 5]
    columns = ["plan", "seed", "week", "members", "homes", "profit"]
    by = ["plan", "seed", "week"]
    assert (
        early[columns].sort_values(by).to_numpy().tolist() == before.weekly[columns].sort_values(by).to_numpy().tolist()
    )
    rounds.keep(database, teacher, class_id, after)
    go_to(database, teacher, class_id, State("reveal", 2))
    body, _ = market_seeing.own(database, ann)
    assert len(body[f"week team_{ann.team}"]) == 11
    assert body["won "] == list(after.moved("", f"team_{ann.team}", 2))
    found = seeing.own_results(database, ann)
    assert set(found) == {1, 2} and "share" in found[1]


def test_no_team_enters_a_market_that_has_begun(played, database, teacher) -> None:
    class_id, *_ = played
    code = code_of(database, teacher, class_id)
    with pytest.raises(LabError, match="market begun"):
        seats.join(database, code, "late", place=3)
    late = seats.join(database, code, "late")  # every team is full, and yet there is a seat
    assert late.team == 1
    with pytest.raises(LabError, match="market begun"):
        roster.enrol(database, teacher, class_id, "later,,7")
    assert roster.enrol(database, teacher, class_id, "last").tickets[0].team == 2


def test_classes_made_before_there_were_markets_have_twin_worlds() -> None:
    assert Setup.parse({"rounds": 3}).market is None
    again = Setup.parse(Setup.model_validate_json(SHARED.model_dump_json()).model_dump())
    assert again.market == SHARED.market
    with pytest.raises(LabError, match="out of range") as refused:
        Setup.parse({"market": {"places": 99}})
    assert refused.value.values["field"] == "market.places"

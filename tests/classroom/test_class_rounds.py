"""Bots play a whole class: rounds are computed on twin worlds, ranked beyond noise, graded, closed on hidden worlds."""

from __future__ import annotations

import numpy as np
import pytest

from classroom import decisions, gradebook, interventions, rounds, seats, teaching
from classroom.access import new_token, student_by_token
from classroom.decisions import Levers
from classroom.machine import State
from classroom.setup import Setup
from simulation.errors import LabError
from simulation.experiment import Experiment, run
from tests.classroom.conftest import go_to, seated, state

BOTS: dict[str, list[Levers]] = {
    "quiet": [{}, {}],
    "kind": [{"contact": {"frequency": 0.5, "service": 1.0}}, {"contact": {"frequency": 1.0, "service": 1.0}}],
    "loud": [{"contact": {"frequency": 7.0}}, {"contact": {"frequency": 7.0}, "recognition": {"intensity": 0.5}}],
}
PLAYED = Setup(rounds=2, weeks=4, people=200, worlds=5, team_size=1, budget=0)


def play(database, teacher, class_id, store):
    """Bots join, predict, decide, reflect; the instructor moves on as soon as all are done."""
    bots = dict(zip(BOTS, seated(database, teacher, class_id, " ".join(BOTS)), strict=True))
    while (now := state(database, teacher, class_id)).phase != "closed":
        for name, bot in bots.items():
            if now.phase == "predict":
                decisions.predict(database, bot, 20, 150 if name == "kind" else 200, "as before")
            if now.phase == "decide" and not (name == "loud" and now.round == 2):
                levers = BOTS[name][now.round - 1]
                decisions.submit(database, bot, levers, reason="plan", based_on=10**9, receipt=new_token(), ready=True)
            if now.phase == "debrief":
                decisions.reflect(database, bot, "learnt")
        if now.phase in ("simulate", "final"):
            with pytest.raises(LabError, match="results missing"):
                teaching.move(database, teacher, class_id, now)
            results = run(rounds.experiment(database, teacher, class_id), store=store)
            rounds.keep(database, teacher, class_id, results)
        teaching.move(database, teacher, class_id, now)
    return bots


def test_bots_play_a_whole_class(database, teacher, store) -> None:
    class_id = teaching.create(database, teacher, "bots", PLAYED)
    bots = play(database, teacher, class_id, store)
    with database.reading() as connection:
        found = {stage: rounds.values(connection, class_id, stage) for stage in (1, 2, 3)}
        late = decisions.decided_by(connection, class_id, 2)[bots["loud"].team]
    assert all(set(of) == {bot.team for bot in bots.values()} for of in found.values())
    assert late.carried and late.levers["contact"]["frequency"] == 7.0
    quiet, loud = (np.array(found[2][bots[name].team]["strategy_cost"]) for name in ("quiet", "loud"))
    assert (quiet == 0).all() and (loud > 0).all()
    rows = gradebook.gradebook(database, teacher, class_id).to_dict("records")
    book = {row["nickname"]: row for row in rows}
    assert book["kind"]["participation"] == 100
    assert book["loud"]["participation"] == pytest.approx(100 * 5 / 6, abs=0.1)
    assert book["kind"]["calibration"] > book["quiet"]["calibration"]
    assert {row["formula"] for row in rows} == {f"{gradebook.VERSION} (40:30:30:0)"}


def test_state_carries_from_round_to_round(store) -> None:
    """What was decided later changes nothing earlier: the worlds of round 1 are the first weeks of round 2."""
    setup = PLAYED
    first = rounds.team_plan("team_1", BOTS["kind"][:1], setup)
    both = rounds.team_plan("team_1", BOTS["kind"], setup)
    assert list(both.strategies) == ["contact", "contact_2"]
    assert [(s.start, s.stop) for s in both.strategies.values()] == [(1, 4), (5, 8)]
    base = setup.world()
    short, long = (
        run(Experiment.of(base.model_copy(update={"horizon": weeks}), (plan,), seeds=3), store=store)
        for weeks, plan in ((4, first), (8, both))
    )
    early = long.weekly[long.weekly["week"] <= 4].reset_index(drop=True)
    assert early.equals(short.weekly)
    same = rounds.team_plan("team_1", [BOTS["kind"][0]] * 2, setup)
    steady = run(Experiment.of(base.model_copy(update={"horizon": 8}), (same,), seeds=3), store=store)
    assert not steady.weekly["profit"].equals(long.weekly["profit"])


def test_what_goes_on_unchanged_is_one_strategy_and_what_pauses_two() -> None:
    care = {"contact": {"frequency": 1.0, "service": 0.0}}
    plan = rounds.team_plan("team_1", [care, care, {}, care], PLAYED)
    assert {name: (s.start, s.stop) for name, s in plan.strategies.items()} == {
        "contact": (1, 8),
        "contact_4": (13, 16),
    }


def test_the_final_meets_hidden_worlds_and_a_shock_its_own_round(database, teacher, store) -> None:
    class_id = teaching.create(database, teacher, "hidden", PLAYED)
    seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("simulate", 1))
    usual = rounds.experiment(database, teacher, class_id)
    rounds.keep(database, teacher, class_id, run(usual, store=store))
    go_to(database, teacher, class_id, State("open", 2))
    interventions.inject(database, teacher, class_id, "price_war", 0.8, "a rival undercuts", "once")
    go_to(database, teacher, class_id, State("simulate", 2))
    shaken = rounds.experiment(database, teacher, class_id)
    assert [(shock.id, shock.week, shock.size) for shock in shaken.scenario.shocks] == [("price_war", 5, 0.8)]
    rounds.keep(database, teacher, class_id, run(shaken, store=store))
    go_to(database, teacher, class_id, State("final", 2))
    final = rounds.experiment(database, teacher, class_id)
    assert not set(final.seeds) & {*usual.seeds, *shaken.seeds} and min(final.seeds) >= 1_000_000
    with database.reading() as connection:
        told = [line.reason for line in interventions.interventions(connection, class_id) if line.field == "shock"]
    assert told == ["a rival undercuts"]


def test_ranks_within_noise_are_ties() -> None:
    luck = np.random.default_rng(3)
    shared = luck.normal(1000, 300, 12)
    found = {
        1: {"profit": list(shared)}, 2: {"profit": list(shared + luck.normal(0, 50, 12))},
        3: {"profit": list(shared + 100 + luck.normal(0, 20, 12))}, 4: {"profit": list(shared)},
    }  # fmt: skip
    ranks = {row.team: row.rank for row in rounds.standings(found, {k: k for k in found}, "profit")}
    assert ranks == {3: 1, 1: 2, 2: 2, 4: 2}


def test_undoing_a_simulation_drops_its_results_and_no_decision(database, teacher, store) -> None:
    class_id = teaching.create(database, teacher, "undo", PLAYED)
    (ann,) = seated(database, teacher, class_id, "ann")
    go_to(database, teacher, class_id, State("decide", 1))
    decisions.submit(database, ann, BOTS["loud"][0], reason="", based_on=0, receipt="r")
    go_to(database, teacher, class_id, State("simulate", 1))
    rounds.keep(database, teacher, class_id, run(rounds.experiment(database, teacher, class_id), store=store))
    assert teaching.undo(database, teacher, class_id, State("simulate", 1)) == State("lock", 1)
    with database.reading() as connection:
        assert rounds.values(connection, class_id, 1) == {}
        assert "contact" in decisions.decided_by(connection, class_id, 1)[ann.team].levers
    with pytest.raises(LabError, match="phase closed"):
        rounds.experiment(database, teacher, class_id)


def test_a_seat_is_found_again_by_its_link(database, teacher, class_id) -> None:
    ticket = seats.join(database, teaching.join_code(teaching.watch(database, teacher, class_id)[0]), "ann", "7")
    assert student_by_token(database, ticket.token) == student_by_token(database, ticket.token)

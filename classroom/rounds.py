"""A round is computed: every team's decisions so far become a plan, all plans meet the same worlds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from classroom import machine, market, tables
from classroom.access import Teacher, demand
from classroom.database import Database
from classroom.decisions import NOTHING, Levers, decided_by
from classroom.interventions import SHOCK, grants_of, interventions
from classroom.record import class_row, setup_of
from classroom.setup import Setup
from classroom.teaching import stage
from simulation.errors import LabError
from simulation.experiment import Experiment
from simulation.intervals import mean_interval
from simulation.market_results import MarketExperiment, MarketResults
from simulation.results import Results
from simulation.scenario import Grant, Plan
from simulation.strategies import STRATEGIES, Strategy

FIRST_SEED = 1
SHOWN = ("retention_13", "members", "revenue", "profit", "clv", "trust")
"""Outcomes that students see together; more of one is often less of another."""
KEPT = (*SHOWN, "strategy_cost")
"""Outcomes that are kept of every team and world, as they stand at the end of the round."""


def team_plan(name: str, history: list[Levers], setup: Setup, grants: Sequence[Grant] = ()) -> Plan:
    """What a team decided in rounds 1, 2, … as one plan over all their weeks, with the money given in between.

    A strategy that goes on unchanged is one strategy, with its memory. One whose levers change ends and begins anew
    under another name. Up to the week of a change nothing differs, so the worlds of the rounds before come out as
    they were: people carry their state from round to round.
    """
    chosen: dict[str, Strategy] = {}
    for tool in sorted({tool for levers in history for tool in levers}):
        since = 0
        for number, levers in enumerate(history):
            mine, following = levers.get(tool), history[number + 1].get(tool) if number + 1 < len(history) else None
            if number and history[number - 1].get(tool) != mine:
                since = number
            if mine is not None and (following != mine or number + 1 == len(history)):
                weeks = {"start": since * setup.weeks + 1, "stop": (number + 1) * setup.weeks}
                called = f"{tool}_{since + 1}" if since else tool
                chosen[called] = STRATEGIES[tool].parse(mine | weeks, where=tool)
    plan = Plan(name=name, budget=setup.budget, hours=setup.hours, grants=tuple(grants))
    return plan.model_copy(update={"strategies": chosen})


def experiment(database: Database, teacher: Teacher, class_id: int) -> Experiment:
    """What has to be computed for a class in its present phase; the final meets worlds nobody has seen.

    Teams of a shared market are computed together, with its rivals.

    Raises:
        LabError: ``not_instructor``, ``phase_closed``.
    """
    with database.reading() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if row.phase not in machine.COMPUTING:
            raise LabError("phase_closed")
        setup, team = setup_of(row), tables.team.c
        rounds = range(1, row.round + 1)
        teams = connection.execute(select(team.id).where(team.class_id == class_id).order_by(team.place)).scalars()
        spoken, happened = [decided_by(connection, class_id, k) for k in rounds], interventions(connection, class_id)
        plans = tuple(
            team_plan(_name(number), [of.get(number, NOTHING).levers for of in spoken], setup,
                      grants_of(happened, number))
            for number in teams.all()
        )  # fmt: skip
        struck = [json.loads(line.new) for line in happened if line.field == SHOCK]
        base = setup.world()
        plain = [{"shock": shock.id} | shock.model_dump() for shock in base.shocks]
        shocks = type(base).parse({"shocks": plain + struck}).shocks
        first = FIRST_SEED if row.phase == "simulate" else row.hidden_seed
    world = base.model_copy(update={"horizon": row.round * setup.weeks, "shocks": shocks})
    seeds = range(first, first + setup.worlds)
    if setup.market is not None:
        return MarketExperiment.between(world, plans, seeds, setup.market.terms(len(plans), setup.weeks))
    return Experiment.of(world, plans, seeds=seeds)


def keep(database: Database, teacher: Teacher, class_id: int, results: Results | MarketResults) -> None:
    """Keep what the teams' plans came to; kept again, it is replaced by the same.

    Raises:
        LabError: ``not_instructor``, ``phase_closed`` where the class has moved on.
    """
    kept = tables.result.c
    with database.writing() as connection:
        demand(connection, teacher)
        row = class_row(connection, class_id)
        if row.phase not in machine.COMPUTING:
            raise LabError("phase_closed")
        connection.execute(delete(tables.result).where(kept.class_id == class_id, kept.stage == stage(row)))
        rows = []
        for plan in filter(market.is_team, results.plans):
            worlds = results.worlds[results.worlds["plan"] == plan].sort_values("seed")
            body = {name: [float(value) for value in worlds[name]] for name in KEPT}
            if isinstance(results, MarketResults):
                body |= market.kept(results, plan, row.round)
            team = int(plan.removeprefix("team_"))
            rows.append(
                {"class_id": class_id, "team_id": team, "stage": stage(row), "body": json.dumps(body, allow_nan=True)}
            )
        connection.execute(insert(tables.result), rows)


def _name(team: int) -> str:
    return f"team_{team}"


@dataclass(frozen=True)
class Standing:
    """A team's outcome with its interval and its rank.

    Attributes:
        team: Number of the team in the class.
        mean: Mean over worlds.
        low: Lower end of its 95 % interval.
        high: Upper end.
        rank: One more than the teams that are better beyond noise; teams within noise of the same share it.
    """

    team: int
    mean: float
    low: float
    high: float
    rank: int


def values(connection: Connection, class_id: int, number: int) -> dict[int, dict[str, list[float]]]:
    """Kept outcomes of a stage: team id → outcome → a value per world."""
    kept = tables.result.c
    rows = connection.execute(select(kept.team_id, kept.body).where(kept.class_id == class_id, kept.stage == number))
    return {row.team_id: json.loads(row.body) for row in rows}


def standings(
    found: Mapping[int, Mapping[str, list[float]]], places: Mapping[int, int], outcome: str
) -> list[Standing]:
    """Rank teams on an outcome: b is better than a only if the paired 95 % interval of b − a lies above 0.

    Args:
        found: As :func:`values` gives it.
        places: Team id → number of the team.
        outcome: One of :data:`KEPT`.
    """
    if not found:
        return []
    teams, table = list(found), np.asarray([worlds[outcome] for worlds in found.values()], float)
    level = mean_interval(table)
    rows = [
        Standing(places[team], float(mean), float(low), float(high), rank=1 + int(_above(table, mine).sum()))
        for team, mine, mean, low, high in zip(teams, table, *level, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.rank, row.team))


def _above(others: Any, mine: Any) -> Any:
    """Which of the others lie above one team beyond noise; a difference that is the same in all worlds has none."""
    difference = others - mine
    same = np.all(difference == difference[:, :1], axis=1)
    return np.where(same, difference[:, 0] > 0, mean_interval(difference).low > 0)

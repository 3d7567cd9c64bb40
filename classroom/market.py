"""A shared market as a class sees it: what is kept of it for every team, and what is read out of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulation.intervals import Interval, mean_interval
from simulation.market import RIVAL
from simulation.market_results import MarketResults

TEAM = "team_"
OUTSIDE = ""
"""Where people are who are in no community of the market."""
Body = Mapping[str, list[float]]


def is_team(name: str) -> bool:
    """Whether a community of the market is a team's, not a rule-based rival's."""
    return name.startswith(TEAM)


def kept(results: MarketResults, plan: str, window: int) -> dict[str, list[float]]:
    """What is kept of the market for a team, beside its outcomes.

    Args:
        results: The market.
        plan: Name of the team's plan.
        window: Round whose moves are kept.

    Returns:
        ``share`` and ``revenue_share``: a value a world, as are ``several`` (members who are elsewhere too), and
        ``won <name>``, ``lost <name>`` (people whose home changed from or to that community in the round, "" for none)
        and ``both <name>`` (members of both). ``week <name>``, ``low <name>`` and ``high <name>`` hold the share of the
        team itself and of every rival week by week.
    """
    worlds = results.worlds[results.worlds["plan"] == plan].set_index("seed").sort_index()
    seeds = sorted(results.seeds)
    order = np.argsort(results.seeds)
    ends = results.weekly[(results.weekly["plan"] == plan) & (results.weekly["week"] == results.weekly["week"].max())]
    body = {name: _floats(worlds[name]) for name in ("share", "revenue_share")}
    body["several"] = _floats(ends.set_index("seed")["several"].loc[seeds])
    mine = results.pairs[results.pairs["plan"] == plan]
    for other in (OUTSIDE, *(name for name in results.plans if name != plan)):
        body[f"won {other}"] = _floats(results.moved(other, plan, window)[order])
        body[f"lost {other}"] = _floats(results.moved(plan, other, window)[order])
        if other:
            together = mine[mine["other"] == other].set_index("seed")["people"]
            body[f"both {other}"] = _floats(together.loc[seeds])
    shares = results.shares()
    for name in (plan, *(other for other in results.plans if not is_team(other))):
        curve = shares[shares["plan"] == name].sort_values("week")
        for kind, column in (("week", "mean"), ("low", "low"), ("high", "high")):
            body[f"{kind} {name}"] = [round(value, 6) for value in _floats(curve[column])]
    return body


def _floats(values: object) -> list[float]:
    return [float(value) for value in np.asarray(values)]


class Exchange(NamedTuple):
    """What a team and another community took from each other in a round, people with intervals over the worlds.

    Attributes:
        other: Name of the other community, "" for people in none.
        won: Who had their home there before and have it here now.
        lost: The other way round.
        net: Won less lost.
        both: Members of both at the end; NaN for people in none.
    """

    other: str
    won: Interval
    lost: Interval
    net: Interval
    both: Interval


def exchanges(body: Body) -> list[Exchange]:
    """Of one team with every other community, the largest net gain first; empty where there was no market."""
    found = []
    for name in (key.removeprefix("won ") for key in body if key.startswith("won ")):
        won, lost = np.asarray(body[f"won {name}"]), np.asarray(body[f"lost {name}"])
        both = mean_interval(body.get(f"both {name}", [float("nan")] * len(won)))
        found.append(Exchange(name, mean_interval(won), mean_interval(lost), mean_interval(won - lost), both))
    return sorted(found, key=lambda one: -one.net.mean)


def curves(bodies: Mapping[str, Body]) -> pd.DataFrame:
    """Share of every community week by week.

    Args:
        bodies: Name of the team's plan → what was kept of it; one team suffices for the rivals.

    Returns:
        plan, week, mean, low, high; no rows where there was no market.
    """
    frames = {}
    for name, body in bodies.items():
        for other in (key.removeprefix("week ") for key in body if key.startswith("week ")):
            if other == name or not is_team(other):
                columns = {
                    kind: body[f"{key} {other}"] for kind, key in (("mean", "week"), ("low", "low"), ("high", "high"))
                }
                frames[other] = pd.DataFrame({"plan": other, "week": range(len(columns["mean"]))} | columns)
    order = sorted(frames, key=lambda name: (name.startswith(RIVAL), len(name), name))
    return pd.concat([frames[name] for name in order], ignore_index=True) if frames else pd.DataFrame()


def moves(bodies: Mapping[str, Body]) -> pd.DataFrame:
    """Who moved from where to where in a round, as far as a team was at one end: origin, target, mean, low, high."""
    rows = [{"origin": origin, "target": target} | interval._asdict() for origin, target, interval in _moves(bodies)]
    frame = pd.DataFrame(rows, columns=["origin", "target", "mean", "low", "high"])
    return frame.drop_duplicates(["origin", "target"], ignore_index=True)


def _moves(bodies: Mapping[str, Body]) -> Iterator[tuple[str, str, Interval]]:
    for name, body in bodies.items():
        for one in exchanges(body):
            yield one.other, name, one.won
            yield name, one.other, one.lost

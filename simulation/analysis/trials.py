"""One world lived again with a strategy for all, for half or for nobody, and what its people did before and after.

Worlds of one seed are twins: until the strategy starts they are the same to the last order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.estimators import person_arms
from simulation.effects import Channel, Effects
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.scenario import Plan, Scenario
from simulation.strategies import Strategy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Window(NamedTuple):
    """First week of a strategy, weeks before and after it that count, and what is measured (``orders``, …)."""

    start: int
    weeks: int
    outcome: str


class Lived(NamedTuple):
    """(worlds, people) each: outcome per week before and after the start, who was a member then, who posted after."""

    before: Floats
    after: Floats
    member: Flags
    posted: Flags


class _Trial:
    """A strategy that reaches only the people it is assigned to; everything else is the strategy's."""

    def __init__(self, strategy: Strategy, treated: Flags, world: NDArray[np.int32]) -> None:
        self._strategy, self._treated, self._world = strategy, treated, world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._strategy, name)

    def act(self, *given: Any) -> None:
        """Let the strategy propose, with the effects narrowed to the treated."""
        narrowed: list[Any] = [_Narrowed(x, self._treated, self._world) if isinstance(x, Effects) else x for x in given]
        self._strategy.act(*narrowed)


class _Narrowed:
    """Effects whose proposals for everybody become proposals for the treated."""

    def __init__(self, effects: Effects, treated: Flags, world: NDArray[np.int32]) -> None:
        self._effects, self._treated, self._world = effects, treated, world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._effects, name)

    def add(self, channel: Channel, amount: Any) -> None:
        each = np.asarray(amount, np.float32)
        self.add_to(channel, each[self._world] if each.ndim else np.full(len(self._world), each))

    def add_to(self, channel: Channel, amount: Any) -> None:
        self._effects.add_to(channel, np.where(self._treated, amount, np.float32(0)))

    def add_where(self, channel: Channel, who: Flags, amount: Any) -> None:
        self._effects.add_where(channel, who & self._treated, amount)


def with_strategies(
    scenario: Scenario, added: Mapping[str, Strategy], seeds: Sequence[int], treated: Flags | None
) -> CommunityModel:
    """A model with the strategies added to the plan, for everybody or for the treated (worlds, people)."""
    chosen: dict[str, Any] = dict(added)
    if treated is not None:
        world = np.repeat(np.arange(len(treated), dtype=np.int32), treated.shape[1])
        chosen = {name: _Trial(strategy, treated.ravel(), world) for name, strategy in added.items()}
    plan = scenario.plan.model_copy(update={"strategies": scenario.plan.strategies | chosen})
    return CommunityModel(scenario.with_plan(plan), seeds)


def live(model: CommunityModel, window: Window) -> Lived:
    """Live a model to the end of the window and sum up what each person did per week before and after."""
    shape = (model.worlds, model.spec.population.size)
    before, after, posted = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.bool_)
    member = np.zeros(shape, np.bool_)
    while model.week < window.start + window.weeks - 1:
        model.step()
        happened = getattr(model.flow, window.outcome).reshape(shape)
        if model.week >= window.start:
            after += happened / window.weeks
            posted |= model.flow.posts.reshape(shape) > 0
        elif model.week >= window.start - window.weeks:
            before += happened / window.weeks
        if model.week == window.start - 1:
            member = (model.standing.status == Status.MEMBER).reshape(shape)
    return Lived(before, after, member, posted)


class Experimented(NamedTuple):
    """The same world three times, as tables of the people who were members when a strategy started.

    Attributes:
        launch: Everybody got it: person, posted (1 if they posted after the start), before, after (per week).
        trial: Half got it, by the toss of a coin: person, arm (1 got it), before, after.
        truth: Mean of after with it for everybody less the mean of after without it, person by person the same people.
        start: First week of the strategy.
        weeks: Weeks before the start, and after it, that are counted.
    """

    launch: pd.DataFrame
    trial: pd.DataFrame
    truth: float
    start: int
    weeks: int


def experiment(scenario: Scenario, strategy: str, seed: int, outcome: str = "orders") -> Experimented:
    """Start a strategy half-way in one world: for everybody, for half of the people, and for nobody.

    Args:
        scenario: Who, for how long, and the plan that runs anyway; a strategy the plan has comes on top of it.
        strategy: Id of the strategy, with its levers as declared.
        seed: The world, and the toss of the coin.
        outcome: What is counted: ``orders``, ``paid`` or ``posts``.
    """
    start = scenario.horizon // 2 + 1
    window = Window(start, min(start - 1, scenario.horizon - start + 1), outcome)
    parsed = Plan.parse({"strategies": {strategy: {}}}).strategies[strategy].model_copy(update={"start": start})
    name = strategy if strategy not in scenario.plan.strategies else f"{strategy}_more"
    seeds, added = (seed,), {name: parsed}
    arms = person_arms(scenario.population.size, seed)
    plain = live(CommunityModel(scenario, seeds), window)
    full = live(with_strategies(scenario, added, seeds, None), window)
    half = live(with_strategies(scenario, added, seeds, arms[None, :]), window)
    here = np.flatnonzero(plain.member[0])

    def table(lived: Lived, told: str, flags: Flags) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "person": here,
                told: flags[here].astype(int),
                "before": lived.before[0][here],
                "after": lived.after[0][here],
            }
        )

    truth = float(full.after[0][here].mean() - plain.after[0][here].mean()) if len(here) else float("nan")
    launch, trial = table(full, "posted", full.posted[0]), table(half, "arm", arms)
    return Experimented(launch, trial, truth, start, window.weeks)

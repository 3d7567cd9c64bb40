"""What an instructor settles before a class begins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from classroom.market_terms import SharedMarket
from simulation.errors import LabError
from simulation.params import Params, setting
from simulation.scenario import Scenario, list_scenarios
from simulation.strategies import STRATEGIES

MOST_TEAMS = 60


def _tools(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in STRATEGIES:
            raise LabError("unknown_name", kind="strategy", given=name[:60], known=", ".join(STRATEGIES))
    return tuple(name for name in STRATEGIES if name in names)


class Setup(Params):
    """Rounds, means and tools of a class; the same for every team."""

    scenario: str = Field("product", max_length=60)
    """Community type or case of the library."""
    goal: Literal["profit", "members", "clv", "trust"] = "profit"
    """Outcome by which teams are compared."""
    tools: Annotated[tuple[str, ...], AfterValidator(_tools)] = ("contact", "recognition", "tiers")
    """Strategies that teams may use."""
    rounds: int = setting(4, 1, 12, zh="轮数", en="Rounds")
    weeks: int = setting(13, 4, 52, unit="weeks", zh="每轮周数", en="Weeks in a round")
    team_size: int = setting(4, 1, 12, unit="people", zh="每队人数", en="People in a team")
    budget: float = setting(
        600, 0, 100_000, step=10, unit="¥/week", zh="每队每周预算（0 表示不限）", en="Weekly budget of a team (0: unlimited)",
        help_zh="超支后，策略暂停，直到预算补足。", help_en="After overspending, strategies pause until the budget has caught up.",
    )  # fmt: skip
    hours: float = setting(
        0, 0, 400, step=1, unit="hours/week", zh="每队每周工时（0 表示不限）", en="Weekly working time of a team (0: unlimited)",
    )  # fmt: skip
    people: int = setting(1000, 200, 5000, step=100, unit="people", zh="世界人数", en="People in a world")
    worlds: int = setting(12, 5, 40, zh="平行世界数", en="Twin worlds")
    market: SharedMarket | None = None
    """Terms on which all teams court one population; None where every team has twin worlds of its own."""

    def world(self) -> Scenario:
        """The community every team starts from, before anything has been decided.

        Raises:
            LabError: ``unknown_name`` where the library has no such scenario.
        """
        library = list_scenarios()
        if self.scenario not in library:
            raise LabError("unknown_name", kind="scenario", given=self.scenario, known=", ".join(library))
        base = library[self.scenario]
        shared = {} if self.market is None else {"founders": self.market.founders}
        people = base.population.model_copy(update={"size": self.people} | shared)
        return base.model_copy(update={"population": people})

"""Scenario: who, what the operator does, what happens, how long and with whose luck; the single currency of the lab."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from simulation.errors import LabError
from simulation.files import names_in, read_data, resolve, to_yaml, without_nulls
from simulation.params import Params, setting
from simulation.population import Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.shocks import SHOCKS, Shock
from simulation.strategies import STRATEGIES, Strategy

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
Words = Annotated[str, AfterValidator(lambda words: _UNPRINTABLE.sub(" ", words))]


class Text(BaseModel):
    """A few words in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Words = Field("", max_length=2000)
    en: Words = Field("", max_length=2000)

    def said(self, language: str) -> str:
        """The words in the reader's language."""
        return self.zh if language == "zh" else self.en


def _mapping(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise LabError("wrong_type", field=field, given=repr(value)[:60], allowed="name: value")
    return value


def _strategies(value: Any) -> dict[str, Strategy]:
    chosen: dict[str, Strategy] = {}
    for name, levers in _mapping({} if value is None else value, "strategies").items():
        if isinstance(levers, Strategy):
            chosen[name] = levers
            continue
        if name not in STRATEGIES:
            raise LabError("unknown_name", kind="strategy", given=str(name)[:60], known=", ".join(STRATEGIES))
        where = f"strategies.{name}"
        chosen[name] = STRATEGIES[name].parse(_mapping({} if levers is None else levers, where), where=where)
    return {name: chosen[name] for name in sorted(chosen)}


def _shocks(value: Any) -> tuple[Shock, ...]:
    happened: list[Shock] = []
    if value is not None and not isinstance(value, list | tuple):
        raise LabError("wrong_type", field="shocks", given=repr(value)[:60], allowed="- shock: …")
    for place, item in enumerate(value or ()):
        if isinstance(item, Shock):
            happened.append(item)
            continue
        data = dict(_mapping(item, f"shocks.{place}"))
        name = data.pop("shock", None)
        if not isinstance(name, str) or name not in SHOCKS:
            raise LabError("unknown_name", kind="shock", given=str(name)[:60], known=", ".join(SHOCKS))
        happened.append(SHOCKS[name].parse(data, where=f"shocks.{place}"))
    return tuple(sorted(happened, key=lambda shock: (shock.week, shock.id)))


def _plain_strategies(chosen: dict[str, Strategy]) -> dict[str, Any]:
    return {name: strategy.model_dump(mode="json", exclude_defaults=True) for name, strategy in chosen.items()}


def _plain_shocks(happened: tuple[Shock, ...]) -> list[dict[str, Any]]:
    return [{"shock": shock.id} | shock.model_dump(mode="json", exclude_defaults=True) for shock in happened]


Strategies = Annotated[dict[str, Strategy], BeforeValidator(_strategies), PlainSerializer(_plain_strategies)]
Shocks = Annotated[tuple[Shock, ...], BeforeValidator(_shocks), PlainSerializer(_plain_shocks)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,59}$")]


class Seeds(Params):
    """Whose luck: the first seed and how many replications follow it."""

    first: int = setting(1, 0, 2**31 - 1, zh="随机种子", en="First seed")
    count: int = setting(30, 1, 1000, zh="重复次数", en="Replications")

    def numbers(self) -> tuple[int, ...]:
        """Every seed."""
        return tuple(range(self.first, self.first + self.count))


class Grant(Params):
    """Money given once, on top of the weekly budget."""

    week: int = Field(ge=1, le=520)
    """Week from which it can be spent."""
    amount: float = Field(ge=0, le=1e9)
    """In the scenario's currency."""


class Plan(Params):
    """What the operator does: strategies with their levers, under a weekly budget."""

    name: Name = "custom"
    title: Text = Text()
    note: Text = Text()
    budget: float = setting(
        0, 0, 1e9, unit="¥/week", zh="每周预算（0 表示不限）", en="Weekly budget (0: unlimited)",
        help_zh="超支后，付费策略暂停，直到预算补足。", help_en="After overspending, paid strategies pause until the budget has caught up.",
    )  # fmt: skip
    hours: float = setting(
        0, 0, 10_000, unit="hours/week", zh="每周工时（0 表示不限）", en="Weekly working time (0: unlimited)",
        help_zh="团队每周能投入的小时数；超时后策略暂停，直到补足。",
        help_en="Hours the team can give; after a week that took more, strategies pause until time has caught up.",
    )  # fmt: skip
    wage: float = setting(
        0, 0, 1000, unit="¥/hour", zh="每小时工资（0 表示不计）", en="Wage (0: not counted)",
        help_zh="运营团队每小时的成本，计入策略成本。", help_en="Cost of an hour of the team, counted among the costs of strategies.",
    )  # fmt: skip
    strategies: Strategies = Field(default_factory=dict)
    grants: tuple[Grant, ...] = Field((), max_length=100)
    """Matters where the budget is limited."""

    def granted(self, week: int) -> float:
        """Money that comes in a week: the budget, and what is given in that week beside it."""
        return self.budget + sum(grant.amount for grant in self.grants if grant.week == week)

    def fingerprint(self) -> str:
        """Hash of what changes numbers: levers and budget, not the words."""
        plain: dict[str, Any] = {
            "budget": self.budget,
            "hours": self.hours,
            "wage": self.wage,
            "strategies": {name: strategy.model_dump(mode="json") for name, strategy in self.strategies.items()},
        }
        if self.grants:
            plain["grants"] = [[grant.week, grant.amount] for grant in self.grants]
        return _digest(plain)


class Scenario(Params):
    """Everything a run needs; loads from and saves to one YAML file."""

    name: Name = "custom"
    title: Text = Text()
    note: Text = Text()
    claim: Text = Text()
    """What somebody says of the case; beside it stands what is simulated."""
    against: Name | None = None
    """Plan of the library that the scenario's own plan is compared with; the neutral plan if none is named."""
    population: Population = Population()
    graph: SocialGraph = SocialGraph()
    behaviour: Behaviour = Behaviour()
    economy: Economy = Economy()
    plan: Plan = Plan(name="neutral")
    shocks: Shocks = ()
    horizon: int = setting(104, 1, 520, unit="weeks", zh="模拟周数", en="Horizon")
    seeds: Seeds = Seeds()

    def with_plan(self, plan: Plan) -> Self:
        """The same people, luck and shocks under another plan."""
        return self.model_copy(update={"plan": plan})

    def fingerprint(self) -> str:
        """Hash of everything that changes numbers, the seeds apart."""
        plain = self.model_dump(mode="json", exclude={"name", "title", "note", "claim", "against", "plan", "seeds"})
        plain["shocks"] = [[shock.id, shock.model_dump(mode="json")] for shock in self.shocks]
        return _digest({"scenario": plain, "plan": self.plan.fingerprint()})

    def to_yaml(self) -> str:
        """The scenario as a file: all that differs from the defaults."""
        return to_yaml(_differing(self, self.model_dump(mode="json", exclude_defaults=True)))

    def save(self, path: Path | str) -> None:
        """Write the scenario; loading it gives an equal one."""
        Path(path).write_text(self.to_yaml(), encoding="utf-8")


def _differing(scenario: Scenario, plain: dict[str, Any]) -> dict[str, Any]:
    return {"name": scenario.name} | plain


def _digest(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def read_scenario(data: str | Mapping[str, Any], *, origin: Path | None = None) -> Scenario:
    """Read a scenario from YAML text or plain data, following ``extends`` and a plan given by name.

    Args:
        data: YAML text or an already parsed mapping.
        origin: File the text came from; relative ``extends`` are looked up beside it.

    Raises:
        LabError: Naming the field and what is allowed.
    """
    plain = resolve(data, origin)
    plan = plain.get("plan")
    if isinstance(plan, str):
        named, found = read_data(plan, ("plans",), paths=False)
        plain["plan"] = Plan.parse(without_nulls(resolve(named, found, "plans")), where="plan")
    elif isinstance(plan, Mapping) and not isinstance(plan, Plan):
        plain["plan"] = Plan.parse(without_nulls(resolve(plan, origin, "plans")), where="plan")
    return Scenario.parse(without_nulls(plain))


def load_scenario(name: str | Path) -> Scenario:
    """Load a scenario by name (``product``, ``cases/cdnow``) or from a file."""
    data, origin = read_data(name, ("", "types", "cases"))
    return read_scenario(data, origin=origin)


def load_plan(name: str | Path) -> Plan:
    """Load a plan by name or from a file."""
    data, origin = read_data(name, ("plans",))
    return Plan.parse(without_nulls(resolve(data, origin, "plans")))


def list_scenarios() -> dict[str, Scenario]:
    """Every scenario of the library by name: community types, then cases."""
    return {name: load_scenario(f"{folder}/{name}") for folder in ("types", "cases") for name in names_in(folder)}


def list_plans() -> dict[str, Plan]:
    """Every plan of the library by name, the neutral one first."""
    names = sorted(names_in("plans"), key=lambda name: (name != "neutral", name))
    return {name: load_plan(name) for name in names}

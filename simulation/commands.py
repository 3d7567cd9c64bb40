"""What the shell can ask of the lab, from running a scenario to holding the model against what is known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simulation import commands_coverage, commands_experiments, commands_stress, commands_validation
from simulation.commands_words import count
from simulation.errors import LabError
from simulation.files import read_data
from simulation.params import Declared, Params
from simulation.scenario import Plan, list_plans, list_scenarios, load_plan, load_scenario

OK, REFUSED = 0, 1


def parser() -> argparse.ArgumentParser:
    """Words of the command line."""
    top = argparse.ArgumentParser(prog="python -m simulation", description="Symbiosis Lab in the shell.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")

    commands_experiments.register(commands)
    commands_stress.register(commands)

    fit = commands.add_parser("fit", help="fit a scenario to an order log")
    fit.add_argument("log", type=Path, help="CSV with customer, date and amount")
    fit.add_argument("--name", default="fitted", help="name of the scenario (default: fitted)")
    fit.add_argument("--weeks", type=count, default=39, help="weeks the fit may see (default: 39)")
    fit.add_argument("--horizon", type=count, default=104, help="weeks to simulate (default: 104)")
    for role in ("customer", "date", "amount"):
        fit.add_argument(f"--{role}", help=f"column of the {role} (default: guessed)")
    fit.add_argument("--out", type=Path, help="YAML file to write (default: printed)")
    fit.set_defaults(call=fit_log)

    commands.add_parser("list", help="scenarios and plans of the library").set_defaults(call=show_library)
    check = commands.add_parser("validate", help="check scenario and plan files")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.set_defaults(call=validate)
    about = commands.add_parser("describe", help="people, plan, shocks and parameters of a scenario")
    about.add_argument("scenario")
    about.set_defaults(call=describe)
    commands.add_parser("warm", help="compile the kernels once").set_defaults(call=warm)
    commands.add_parser("schedule", help="what happens in a week, in order").set_defaults(call=show_schedule)
    commands.add_parser("odd", help="the model in the ODD protocol").set_defaults(call=show_odd)
    commands_coverage.register(commands)
    commands_validation.register(commands)
    return top


def show_library(given: argparse.Namespace) -> int:
    """Print names and titles of all scenarios and plans."""
    for heading, entries in (("scenarios", list_scenarios()), ("plans", list_plans())):
        print(heading)
        for name, entry in entries.items():
            print(f"  {name:<24}{entry.title.en}  {entry.title.zh}".rstrip())
    return OK


def validate(given: argparse.Namespace) -> int:
    """Check files one by one; a sentence for each that is refused."""
    refused = 0
    for file in given.files:
        try:
            kind = _check(Path(file))
        except LabError as error:
            refused += 1
            print(f"{file}: {error}")
        else:
            print(f"{file}: a valid {kind}")
    return REFUSED if refused else OK


def describe(given: argparse.Namespace) -> int:
    """Print what a scenario says and every number it rests on."""
    scenario = load_scenario(given.scenario)
    people = scenario.population
    print(f"{scenario.name}: {scenario.title.en}  {scenario.title.zh}".rstrip())
    if scenario.note.en:
        print(scenario.note.en)
    print(f"people: {people.size:,}, of them {people.founders:.0%} founders; community type {people.type}")
    print(f"horizon: {scenario.horizon} weeks; seeds {scenario.seeds.first} to {scenario.seeds.numbers()[-1]}")
    print(f"plan: {scenario.plan.name}")
    for name, strategy in scenario.plan.strategies.items():
        print(f"  {name}: {_values(strategy)}")
    print("shocks:" if scenario.shocks else "shocks: none")
    for shock in scenario.shocks:
        print(f"  {shock.id}: {_values(shock)}")
    print("parameters (value, range, unit, evidence, source):")
    for path, owner, declared in _declared(scenario, ""):
        value = getattr(owner, declared.name)
        unit = f" {declared.unit}" if declared.unit else ""
        evidence = f"[{declared.grade}] {declared.source}".rstrip()
        print(f"  {path:<40}{value:<12g}{declared.allowed}{unit}  {evidence}  {declared.en}".rstrip())
    return OK


def warm(given: argparse.Namespace) -> int:
    """Compile what this engine needs, so that the first run does not wait for it."""
    from simulation.model import compile_all  # noqa: PLC0415

    compile_all()
    return OK


def show_schedule(given: argparse.Namespace) -> int:
    """Print the processes of a week in order, each with its own first sentence."""
    from simulation.model import SCHEDULE  # noqa: PLC0415

    for place, process in enumerate(SCHEDULE, 1):
        told = (process.__doc__ or "").strip().splitlines()
        print(f"{place:>2}. {process.__name__:<16}{told[0] if told else ''}".rstrip())
    return OK


def fit_log(given: argparse.Namespace) -> int:
    """Read an order log, tell what was kept and what was not, and make its customers a scenario."""
    from simulation.analysis.calibration import customers_scenario  # noqa: PLC0415
    from simulation.analysis.orderlog import read_orders  # noqa: PLC0415
    from simulation.analysis.orderlog_report import ColumnMapping  # noqa: PLC0415

    if not given.log.is_file():
        raise LabError("log_unreadable", found="no such file")
    log = read_orders(given.log, mapping=ColumnMapping(customer=given.customer, date=given.date, amount=given.amount))
    told = log.report
    print(f"{told.rows_kept} of {told.rows_read} rows kept, {told.customers} customers,", file=sys.stderr, end=" ")
    print(f"{told.first_date} to {told.last_date} ({told.encoding})", file=sys.stderr)
    for rejection in told.rejected:
        rows = ", ".join(str(example.row) for example in rejection.examples)
        print(f"  {rejection.count} rows refused: {rejection.reason} (rows {rows} …)", file=sys.stderr)
    scenario = customers_scenario(log, name=given.name, calibration_weeks=given.weeks, horizon=given.horizon)
    if given.out is None:
        print(scenario.to_yaml(), end="")
    else:
        scenario.save(given.out)
        print(f"written to {given.out}", file=sys.stderr)
    return OK


def show_odd(given: argparse.Namespace) -> int:
    """Print the model in the ODD protocol."""
    from simulation.odd import markdown  # noqa: PLC0415

    print(markdown(), end="")
    return OK


def _check(file: Path) -> str:
    if not file.is_file():
        raise LabError("scenario_unreadable", file=file.name, reason="there is no such file")
    if file.suffix not in {".yaml", ".yml"}:
        raise LabError("scenario_unreadable", file=file.name, reason="a .yaml file is expected")
    data, _ = read_data(file, ("",))
    if file.resolve().parent.name == "plans" or {"strategies", "budget"} & data.keys():
        load_plan(file)
        return "plan"
    load_scenario(file)
    return "scenario"


def _values(params: Params) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in params if isinstance(value, int | float))


def _declared(params: BaseModel, where: str) -> Iterator[tuple[str, Any, Declared]]:
    if isinstance(params, Params):
        for declared in params.declared():
            yield f"{where}{declared.name}", params, declared
    for name, value in params:
        if isinstance(value, BaseModel) and not isinstance(value, Plan):
            yield from _declared(value, f"{where}{name}.")

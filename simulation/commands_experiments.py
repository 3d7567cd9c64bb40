"""The commands that compute: plans in twin worlds, plans against each other, sweeps over many points."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from simulation import ENGINE_VERSION, experiment
from simulation.commands_words import DONE, Bar, count
from simulation.errors import LabError
from simulation.executor_choice import ALLOWED, VARIABLE, executor_named
from simulation.executor_queue import Executor
from simulation.results import HEADLINES, Results, cell, heading
from simulation.scenario import Scenario, load_scenario

Commands = Any  # argparse._SubParsersAction, which is private


def register(commands: Commands) -> None:
    """Add ``run``, ``compare`` and ``sweep`` to the command line."""
    one = commands.add_parser("run", help="try plans on a scenario in twin worlds")
    _plans_in_worlds(one)
    one.set_defaults(call=run)

    pair = commands.add_parser("compare", help="differences between plans, world by world")
    _plans_in_worlds(pair)
    pair.add_argument("--against", help="plan the others are compared with (default: the first)")
    pair.set_defaults(call=compare)

    many = commands.add_parser("sweep", help="many points of a design, streamed to disk")
    many.add_argument("sweep", nargs="?", help="sweep file, or folder of an earlier sweep (default: that of --out)")
    many.add_argument("--out", type=Path, required=True, help="folder for the Parquet parts and what reproduces them")
    many.add_argument("--resume", action="store_true", help="take up the sweep in that folder where it stopped")
    _common(many)
    many.set_defaults(call=sweep)


def run(given: argparse.Namespace) -> int:
    """Run an experiment; progress goes to stderr, the summary to stdout."""
    results = _computed(given)
    if given.csv:
        print(results.summary().to_csv(index=False, lineterminator="\n"), end="")
    else:
        print(results.to_json() if given.json else results.to_markdown())
    return DONE


def compare(given: argparse.Namespace) -> int:
    """Compare plans world by world; a positive difference means more than the plan compared with."""
    from simulation.analysis.compare import paired  # noqa: PLC0415

    results = _computed(given)
    against = given.against or results.plans[0]
    others = [plan for plan in results.plans if plan != against]
    if not others:
        raise LabError("plans_missing")
    rows: list[dict[str, Any]] = [
        {"plan": plan, "against": against, "outcome": outcome} | vars(paired(results, plan, against, outcome))
        for plan in others
        for outcome in HEADLINES
    ]
    table = pd.DataFrame(rows)
    if given.csv:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    elif given.json:
        differences = json.loads(table.to_json(orient="records"))
        told = {"level": 0.95, "differences": differences, "provenance": results.provenance}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(f"Difference to {against} in {len(results.seeds)} twin worlds, with its 95 % interval.\n")
        print("| plan | outcome | difference | worlds in which it is better | settled |\n|---|---|---:|---:|---|")
        for row in rows:
            wins = f"{row['wins']} of {row['worlds']}"
            settled = "yes" if row["enough"] else "no"
            shown = cell(row, row["outcome"])
            print(f"| {row['plan']} | {heading(row['outcome'])} | {shown} | {wins} | {settled} |")
    return DONE


def sweep(given: argparse.Namespace) -> int:
    """Compute a sweep, or what is missing of it."""
    from simulation import sweep_folder  # noqa: PLC0415
    from simulation.sweep import Sweep  # noqa: PLC0415

    source = Path(given.sweep) if given.sweep else given.out
    asked = Sweep.load(source)
    if source.is_dir() and (made := sweep_folder.about(source)["engine_version"]) != ENGINE_VERSION:
        print(f"{source} was made by engine {made}, this is {ENGINE_VERSION}: numbers may differ", file=sys.stderr)
    with Bar("runs") as bar:
        try:
            sweep_folder.run_sweep(asked, given.out, executor=_executor(given), resume=given.resume, told=bar.tell)
        except KeyboardInterrupt:
            print(f"stopped; go on with: sweep --out {given.out} --resume", file=sys.stderr)
            raise
    print(f"written to {given.out}", file=sys.stderr)
    if given.csv:
        for block in sweep_folder.csv_of(given.out):
            sys.stdout.write(block)
        return DONE
    table = sweep_folder.summary(given.out)
    if given.json:
        told = sweep_folder.about(given.out) | {"level": 0.95, "points": json.loads(table.to_json(orient="records"))}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(_extremes(table, asked.runs, len(asked.design)))
    return DONE


def _plans_in_worlds(one: argparse.ArgumentParser) -> None:
    one.add_argument("scenario", help="name, such as product, or a file, such as scenarios/types/product.yaml")
    one.add_argument("--plans", help="names or files, separated by commas (default: the scenario's own plan)")
    one.add_argument("--seeds", type=count, help="number of twin worlds (default: the scenario's)")
    one.add_argument("--first-seed", type=int, help="first seed (default: the scenario's)")
    one.add_argument("--horizon", type=count, help="weeks (default: the scenario's)")
    one.add_argument("--out", type=Path, help="folder for Parquet tables and the summary")
    _common(one)


def _common(one: argparse.ArgumentParser) -> None:
    one.add_argument("--executor", help=f"{ALLOWED} (default: ${VARIABLE}, else processes for all but small work)")
    form = one.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON, with everything that reproduces it")
    form.add_argument("--csv", action="store_true", help="print CSV")


def _executor(given: argparse.Namespace) -> Executor | None:
    return executor_named(given.executor) if given.executor else None


def _computed(given: argparse.Namespace) -> Results:
    scenario = load_scenario(given.scenario)
    if given.horizon is not None:
        scenario = Scenario.parse(dict(scenario) | {"horizon": given.horizon})
    plans = [name.strip() for name in given.plans.split(",") if name.strip()] if given.plans else None
    first = scenario.seeds.first if given.first_seed is None else given.first_seed
    worlds = scenario.seeds.count if given.seeds is None else given.seeds
    chosen = experiment.Experiment.of(scenario, plans, range(first, first + worlds))
    with Bar("worlds") as bar:
        results = experiment.run(chosen, executor=_executor(given), progress=bar.tell)
    if given.out is not None:
        results.write(given.out)
        print(f"written to {given.out}", file=sys.stderr)
    return results


def _extremes(table: pd.DataFrame, runs: int, points: int) -> str:
    """For each headline outcome the points at which it is lowest and highest."""
    factors = [name for name in table.columns if name not in {"outcome", "point", "mean", "low", "high", "worlds"}]
    lines = [
        f"{runs:,} runs at {points:,} points. Mean over worlds with its 95 % interval, where it is lowest and highest:",
        "",
        "| outcome | | mean | " + " | ".join(["point", *factors]) + " |",
        "|---|---|---:|" + "---:|" * (1 + len(factors)),
    ]
    for outcome, rows in table.groupby("outcome", sort=False):
        known = rows.dropna(subset=["mean"]).sort_values("mean", kind="stable").to_dict("records")
        for word, row in (("lowest", known[0]), ("highest", known[-1])) if known else ():
            cells = [f"{row[name]:g}" if isinstance(row[name], int | float) else str(row[name]) for name in factors]
            told = " | ".join([str(row["point"]), *cells])
            lines.append(f"| {heading(str(outcome))} | {word} | {cell(row, str(outcome))} | {told} |")
    return "\n".join(lines)

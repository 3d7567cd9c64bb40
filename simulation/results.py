"""Results: what a set of twin worlds came to, as tidy columns with their provenance."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.outcomes import TOTALS

HEADLINES = ("retention_13", "revenue", "profit", "clv", "trust")
"""Outcomes that are always shown together: more of one is often less of another."""


class Tables(NamedTuple):
    """The five tables of some worlds under one plan; they have a ``seed`` column and no ``plan`` column."""

    weekly: pd.DataFrame
    tenure: pd.DataFrame
    worlds: pd.DataFrame
    ledger: pd.DataFrame
    streams: pd.DataFrame

    def of_seeds(self, seeds: Collection[int]) -> Tables:
        """The rows of some seeds."""
        return Tables(*(frame[frame["seed"].isin(list(seeds))] for frame in self))


def _nothing_earned() -> pd.DataFrame:
    kinds = {"plan": "str", "seed": "int64", "week": "int32", "stream": "str", "amount": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


@dataclass(frozen=True, eq=False)
class Results:
    """Outcomes of plans in twin worlds; jobs share them, so the frames are for reading.

    Attributes:
        weekly: plan, seed, week (0 is the start), then a column per weekly outcome.
        tenure: plan, seed, tenure (weeks), at_risk, left: counts of people for survival curves.
        worlds: plan, seed, then a column per measure of the whole run.
        ledger: plan, seed, item, amount (¥ over the horizon).
        provenance: Engine version, scenario, plans, seeds, date, library versions, and the ``recipe``:
            scenario and plans in full.
        streams: plan, seed, week (from 1), stream (the strategy that earns), amount (¥); no rows where none earns.
            Sales are a column of ``weekly``.
    """

    weekly: pd.DataFrame
    tenure: pd.DataFrame
    worlds: pd.DataFrame
    ledger: pd.DataFrame
    provenance: dict[str, Any]
    streams: pd.DataFrame = field(default_factory=_nothing_earned)

    @property
    def plans(self) -> tuple[str, ...]:
        """Names of the plans that have at least one world, in the order in which they were asked for."""
        there = set(self.worlds["plan"])
        return tuple(name for name in self.provenance["plans"] if name in there)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds that at least one plan has a world of, in the order in which they were asked for."""
        there = set(self.worlds["seed"])
        return tuple(seed for seed in self.provenance["seeds"] if seed in there)

    @classmethod
    def _of(cls, frames: Sequence[pd.DataFrame], provenance: dict[str, Any]) -> Self:
        return cls(**dict(zip(Tables._fields, frames, strict=True)), provenance=provenance)

    @classmethod
    def assemble(cls, pieces: Iterable[tuple[str, Tables]], provenance: dict[str, Any]) -> Self:
        """Join worlds that were computed apart, whatever order they came in.

        Args:
            pieces: Name of a plan and the tables of some of its worlds; no world twice.
            provenance: As in the attribute; its ``plans`` and ``seeds`` give the order of the rows.
        """
        parts = list(pieces)
        frames = [_joined([(name, tables[place]) for name, tables in parts]) for place in range(len(Tables._fields))]
        return cls._of([_in_order(frame, provenance) for frame in frames], provenance)

    @classmethod
    def concat(cls, parts: Sequence[Results]) -> Self:
        """Join results of one scenario: more plans, more seeds or both.

        Raises:
            LabError: ``results_differ`` if engine or scenario differ, or one name stands for two plans;
                ``worlds_twice`` if a world of a plan is in two of the parts.
        """
        first = parts[0].provenance
        plans: dict[str, str] = {}
        for part in parts:
            for name in ("engine_version", "scenario_fingerprint", "horizon"):
                if part.provenance[name] != first[name]:
                    raise LabError("results_differ", field=name)
            for name, fingerprint in part.provenance["plans"].items():
                if plans.setdefault(name, fingerprint) != fingerprint:
                    raise LabError("results_differ", field=f"plan {name}")
        seeds = list(dict.fromkeys(seed for part in parts for seed in part.provenance["seeds"]))
        recipes = {plan["name"]: plan for part in parts for plan in part.provenance["recipe"]["plans"]}
        recipe = first["recipe"] | {"plans": list(recipes.values())}
        provenance = first | {"plans": plans, "seeds": seeds, "recipe": recipe}
        frames = [pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in Tables._fields]
        joined = cls._of([_in_order(frame, provenance) for frame in frames], provenance)
        if joined.worlds.duplicated(["plan", "seed"]).any():
            raise LabError("worlds_twice")
        return joined

    def only(self, plans: Collection[str] | None = None, seeds: Collection[int] | None = None) -> Self:
        """Keep some plans, some seeds or both.

        Raises:
            LabError: ``unknown_name`` for a plan that is not among the results.
        """
        for name in plans or ():
            if name not in self.provenance["plans"]:
                known = ", ".join(self.provenance["plans"])
                raise LabError("unknown_name", kind="plan", given=str(name)[:60], known=known)
        kept_plans = {k: v for k, v in self.provenance["plans"].items() if plans is None or k in plans}
        kept_seeds = [seed for seed in self.provenance["seeds"] if seeds is None or seed in seeds]
        frames = []
        for name in Tables._fields:
            frame = getattr(self, name)
            keep = frame["plan"].isin(list(kept_plans)) & frame["seed"].isin(kept_seeds)
            frames.append(frame[keep].reset_index(drop=True))
        return self._of(frames, self.provenance | {"plans": kept_plans, "seeds": kept_seeds})

    def twins(self) -> Self:
        """Keep the seeds that every plan has already, so that a run in progress can be compared fairly."""
        counts = self.worlds.groupby("seed")["plan"].nunique()
        return self.only(plans=self.plans, seeds=set(counts[counts == len(self.plans)].index))

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """Mean over worlds of every measure of the whole run, with its t interval.

        Returns:
            Columns plan, outcome, mean, low, high, worlds (those that have a value).
        """
        measures = [name for name in self.worlds.columns if name not in {"plan", "seed"}]
        rows = []
        for plan in self.plans:
            table = self.worlds.loc[self.worlds["plan"] == plan, measures].to_numpy(float).T
            mean, low, high = mean_interval(table, level)
            known = (~np.isnan(table)).sum(axis=1)
            rows.append(
                pd.DataFrame(
                    {
                        "plan": plan,
                        "outcome": measures,
                        "mean": mean,
                        "low": low,
                        "high": high,
                        "worlds": known,
                    }
                )
            )
        return pd.concat(rows, ignore_index=True)

    def write(self, folder: Path | str) -> None:
        """Write the tables as Parquet, ``summary.json`` (means, intervals, provenance) and ``summary.md``.

        Raises:
            LabError: ``not_writable`` if the folder cannot be written.
        """
        target = Path(folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name in Tables._fields:
                getattr(self, name).to_parquet(target / f"{name}.parquet", index=False)
            (target / "summary.json").write_text(self.to_json(), encoding="utf-8")
            (target / "summary.md").write_text(self.to_markdown(), encoding="utf-8")
        except OSError as error:
            raise LabError("not_writable", file=str(target), reason=error.strerror or type(error).__name__) from None

    @classmethod
    def read(cls, folder: Path | str) -> Self:
        """Read what :meth:`write` wrote.

        Raises:
            LabError: ``results_unreadable`` if a file is missing or damaged.
        """
        source = Path(folder)
        try:
            frames = [pd.read_parquet(source / f"{name}.parquet") for name in Tables._fields]
            provenance = json.loads((source / "summary.json").read_text(encoding="utf-8"))["provenance"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LabError("results_unreadable", file=str(source), reason=type(error).__name__) from None
        return cls._of(frames, provenance)

    def to_json(self) -> str:
        """Means with intervals and the provenance, for programs."""
        units = {name: outcome.unit for name, outcome in TOTALS.items()}
        rows = [row | {"unit": units.get(row["outcome"], "")} for row in self.summary().to_dict("records")]
        for row in rows:  # JSON has no NaN
            row.update({key: None for key in ("mean", "low", "high") if np.isnan(row[key])})
        document = {"level": 0.95, "summary": rows, "provenance": self.provenance}
        return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)

    def to_markdown(self) -> str:
        """Headline outcomes of each plan as a small table, for people."""
        table = self.summary().set_index(["plan", "outcome"])
        made = self.provenance
        shown = [name for name in HEADLINES if name in self.worlds.columns]
        lines = [
            f"# {made['scenario']}: {_many(len(self.plans), 'plan')}, "
            f"{_many(len(self.seeds), 'twin world')}, {made['horizon']} weeks",
            "",
            "Mean over worlds with its 95 % interval.",
            "",
            "| plan | " + " | ".join(heading(name) for name in shown) + " |",
            "|---|" + "---:|" * len(shown),
        ]
        for plan in self.plans:
            cells = [cell(table.loc[(plan, name)], name) for name in shown]
            lines.append(f"| {plan} | " + " | ".join(cells) + " |")
        libraries = ", ".join(f"{name} {version}" for name, version in made["libraries"].items())
        lines += [
            "",
            f"Engine {made['engine_version']}, scenario {made['scenario_fingerprint']}, "
            f"{made['people']:,} people, computed {made['created']} with {libraries}.",
            "",
        ]
        return "\n".join(lines)


def _joined(parts: list[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    frame = pd.concat([part for _, part in parts], ignore_index=True)
    names = np.repeat([name for name, _ in parts], [len(part) for _, part in parts])
    frame.insert(0, "plan", names.astype(object))
    return frame.astype({"plan": "str"})


def _in_order(frame: pd.DataFrame, provenance: dict[str, Any]) -> pd.DataFrame:
    plans = {name: place for place, name in enumerate(provenance["plans"])}
    seeds = {seed: place for place, seed in enumerate(provenance["seeds"])}
    plan, seed = frame["plan"].map(plans).to_numpy(), frame["seed"].map(seeds).to_numpy()
    order = np.lexsort((seed, plan))  # stable: weeks stay in order
    return frame.take(order).reset_index(drop=True)


def heading(name: str) -> str:
    """An outcome with its unit, for a table in the shell."""
    outcome = TOTALS.get(name)
    if outcome is None:
        return name
    return f"{outcome.label('en')} ({'%' if outcome.unit == 'share' else outcome.unit})"


def cell(row: Any, name: str) -> str:
    """Mean, low and high of an outcome as ``mean [low, high]``, shares in per cent."""
    share = name in TOTALS and TOTALS[name].unit == "share"
    mean, low, high = (float(row[key]) * (100 if share else 1) for key in ("mean", "low", "high"))
    if np.isnan(mean):
        return "–"
    digits = 0 if abs(mean) >= 1000 else 1 if share or abs(mean) >= 10 else 3
    if np.isnan(low):
        return f"{mean:,.{digits}f}"
    return f"{mean:,.{digits}f} [{low:,.{digits}f}, {high:,.{digits}f}]"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

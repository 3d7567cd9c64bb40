"""Sweep: many points of a design, some worlds each, on any executor; runs stream to disk and can be taken up again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation import ENGINE_VERSION
from simulation.admission import admit_sweep
from simulation.design import Design, Levels, Sampling, read_design
from simulation.errors import LabError
from simulation.factors import with_values
from simulation.files import parse_yaml, read_data
from simulation.scenario import Plan, Scenario, Seeds, load_plan, load_scenario, read_scenario
from simulation.sweep_paired import PLAN, PairedDesign
from simulation.work import Compute

PEOPLE, HORIZON = "population.size", "horizon"

TASK_SECONDS = 1.2
WEEK_SECONDS = 1e-3
PERSON_WEEK_SECONDS = 250e-9
"""What a task should take, and what a week of a batch of worlds and a person's week take, as measured on one processor.

Handing a task out takes some hundredths of a second; tasks of about a second make that a few per cent and still spread
evenly over workers. They are cut by these numbers alone, so that every machine cuts a sweep alike.
"""

MOST_PEOPLE = 100_000
"""People who live side by side in one batch of worlds, which bounds the memory of a worker."""

RECIPE = "sweep.yaml"
"""File that says what is swept over, also in the folder of results."""

_FIELDS = {"name", "scenario", "plans", "seeds", "horizon", "design", "vary", "paired"}


@dataclass(frozen=True)
class Share:
    """A piece of a sweep that is done at once; it comes back as a Parquet file with a row for each run.

    Attributes:
        sweep: Fingerprint of the sweep.
        number: Which piece.
        base: Scenario that all points start from.
        plans: Plans by name, if the plan is varied.
        points: Number and values of each point.
        seeds: Seeds of the worlds of each point.
    """

    sweep: str
    number: int
    base: Scenario
    plans: Mapping[str, Plan]
    points: tuple[tuple[int, Mapping[str, Any]], ...]
    seeds: tuple[int, ...]

    @property
    def key(self) -> Hashable:
        """What makes two pieces the same work."""
        return self.sweep, self.number

    def done_with(self, compute: Compute) -> bytes:
        """Live every point's worlds, as many side by side as memory allows, and keep what each came to."""
        frames = []
        for number, values in self.points:
            acting = {path: value for path, value in values.items() if value is not None}
            scenario = with_values(self.base, acting, self.plans)
            width = max(1, MOST_PEOPLE // scenario.population.size)
            for first in range(0, len(self.seeds), width):
                worlds = compute(scenario, self.seeds[first : first + width]).worlds
                told = {path: math.nan if value is None else value for path, value in values.items()}
                about = {"point": number} | told | {"seed": worlds["seed"]}
                known = pd.DataFrame(about, index=worlds.index)
                frames.append(pd.concat([known, worlds.drop(columns="seed")], axis=1))
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(pd.concat(frames, ignore_index=True), preserve_index=False), sink)
        return sink.getvalue().to_pybytes()


@dataclass(frozen=True)
class Sweep:
    """What is to be swept over.

    Attributes:
        name: Of the study.
        base: Scenario that all points start from.
        design: Which values are tried.
        seeds: Luck of the worlds; every point meets every seed, so that points can be compared in twin worlds.
        plans: Plans by name, where ``plan`` is a factor.
        recipe: All of it as plain data, without a reference to any other file.
    """

    name: str
    base: Scenario
    design: Design
    seeds: tuple[int, ...]
    plans: Mapping[str, Plan] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: Mapping[str, Any] | str, origin: Path | None = None) -> Self:
        """Read a sweep from plain data or YAML text.

        Fields: ``scenario`` (name, file or mapping), ``plans`` (names; several make the plan a factor), ``seeds``
        (``first``, ``count``), ``horizon``, ``design`` (``kind``: grid, latin or sobol; ``points``; ``seed``) and
        ``vary`` (path → list, single value, ``{low, high}`` or ``declared``). With ``paired: true`` the plan is no
        factor among others: every point is lived under every plan, which alone makes plans comparable in each of them.

        Raises:
            LabError: Naming the field and what is allowed; ``sweep_too_large`` with what would fit.
        """
        plain = parse_yaml(data) if isinstance(data, str) else dict(data)
        for name in plain:
            if name not in _FIELDS:
                raise LabError("unknown_field", field=str(name)[:60], known=", ".join(sorted(_FIELDS)))
        base = _scenario(plain.get("scenario", "product"), origin)
        if "horizon" in plain:
            base = with_values(base, {HORIZON: plain["horizon"]})
        plans = _plans(plain.get("plans"))
        sampling = Sampling.parse(_mapping(plain.get("design"), "design"), where="design")
        seeds = Seeds.parse(dict(base.seeds) | dict(_mapping(plain.get("seeds"), "seeds")), where="seeds")
        design = read_design(_mapping(plain.get("vary"), "vary"), sampling)
        if len(plans) == 1:
            base, plans = base.with_plan(next(iter(plans.values()))), {}
        paired = plain.get("paired", False)
        if not isinstance(paired, bool):
            raise LabError("wrong_type", field="paired", given=repr(paired)[:60], allowed="true, false")
        if plans and paired:
            design = PairedDesign.of(design, plans)
        elif plans:
            design = Design({PLAN: Levels(tuple(plans))} | dict(design.factors), sampling)
        people = _most(design, PEOPLE, base.population.size)
        admit_sweep(len(design), people, _most(design, HORIZON, base.horizon), seeds.count)
        for path, tried in design.factors.items():
            for value in tried.ends:  # each is checked by itself; together they are checked where they are lived
                with_values(base, {path: value}, plans)
        recipe = {
            "name": str(plain.get("name", base.name)),
            "scenario": base.model_dump(mode="json", exclude_defaults=True) | {"name": base.name},
            "plans": [{"name": p.name} | p.model_dump(mode="json", exclude_defaults=True) for p in plans.values()],
            "seeds": dict(seeds),
            "design": dict(sampling),
            "vary": dict(_mapping(plain.get("vary"), "vary")),
        } | ({"paired": True} if plans and paired else {})
        plain_recipe = json.loads(json.dumps(recipe))  # lists only, and none of them twice
        return cls(str(plain.get("name", base.name)), base, design, seeds.numbers(), plans, plain_recipe)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a sweep from its file, or from the folder that a sweep was written to.

        Raises:
            LabError: ``unknown_name``, or as :meth:`parse`.
        """
        given = Path(path)
        data, origin = read_data(given / RECIPE if given.is_dir() else given, ("sweeps",))
        return cls.parse(data, origin)

    @property
    def runs(self) -> int:
        """Points × worlds."""
        return len(self.design) * len(self.seeds)

    @cached_property
    def fingerprint(self) -> str:
        """What makes two sweeps the same table: engine, scenario, plans, design and seeds."""
        what = {
            "engine": ENGINE_VERSION,
            "base": self.base.fingerprint(),
            "plans": {name: plan.fingerprint() for name, plan in self.plans.items()},
            "design": {
                path: [type(tried).__name__, *map(str, tried.ends)] for path, tried in self.design.factors.items()
            },
            "sampling": dict(self.design.sampling),
            "seeds": self.seeds,
        } | ({"paired": True} if isinstance(self.design, PairedDesign) else {})
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def layout(self) -> tuple[int, int]:
        """Points and seeds of one share; whole points where several fit, else some seeds of one."""
        weeks = _most(self.design, HORIZON, self.base.horizon)
        world = PERSON_WEEK_SECONDS * weeks * _most(self.design, PEOPLE, self.base.population.size)
        whole = WEEK_SECONDS * weeks + world * len(self.seeds)
        if whole <= TASK_SECONDS:
            return _even(len(self.design), int(TASK_SECONDS / whole)), len(self.seeds)
        return 1, _even(len(self.seeds), int((TASK_SECONDS - WEEK_SECONDS * weeks) / world))

    @property
    def share_count(self) -> int:
        """Shares the sweep is cut into."""
        points, seeds = self.layout
        return -(-len(self.design) // points) * -(-len(self.seeds) // seeds)

    def rows_of(self, number: int) -> int:
        """Runs of one share."""
        points, seeds = self.layout
        first, block = divmod(number, -(-len(self.seeds) // seeds))
        return min(points, len(self.design) - first * points) * min(seeds, len(self.seeds) - block * seeds)

    def shares(self, done: frozenset[int] = frozenset()) -> Iterator[Share]:
        """Cut the sweep, one share after another.

        Args:
            done: Numbers of shares that are not needed any more.
        """
        points, seeds = self.layout
        places = self.design.places()
        blocks = [self.seeds[first : first + seeds] for first in range(0, len(self.seeds), seeds)]
        for number in range(self.share_count):
            if number in done:
                continue
            first, block = divmod(number, len(blocks))
            chosen = range(first * points, min((first + 1) * points, len(self.design)))
            values = tuple((point, self.design.point(point, places)) for point in chosen)
            yield Share(self.fingerprint, number, self.base, self.plans, values, blocks[block])


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise LabError("wrong_type", field=name, given=repr(value)[:60], allowed="name: value")
    return value


def _scenario(given: Any, origin: Path | None) -> Scenario:
    if isinstance(given, Mapping):
        return read_scenario(given, origin=origin)
    if not isinstance(given, str):
        raise LabError("wrong_type", field="scenario", given=repr(given)[:60], allowed="product")
    beside = origin.parent / given if origin is not None and given.endswith((".yaml", ".yml")) else None
    return load_scenario(beside if beside is not None and beside.is_file() else given)


def _plans(given: Any) -> dict[str, Plan]:
    if given is None:
        return {}
    if not isinstance(given, list):
        raise LabError("wrong_type", field="plans", given=repr(given)[:60], allowed="[neutral, …]")
    plans: dict[str, Plan] = {}
    for place, one in enumerate(given):
        if not isinstance(one, str | Mapping):
            raise LabError("wrong_type", field=f"plans.{place}", given=repr(one)[:60], allowed="neutral")
        plan = load_plan(one) if isinstance(one, str) else Plan.parse(one, where=f"plans.{place}")
        if plan.name in plans:
            raise LabError("plans_same_name", name=plan.name)
        plans[plan.name] = plan
    return plans


def _most(design: Design, path: str, otherwise: int) -> int:
    tried = design.factors.get(path)
    sizes = [end for end in tried.ends if isinstance(end, int | float)] if tried is not None else []
    return int(max(sizes, default=otherwise))


def _even(count: int, most: int) -> int:
    """Size of equal pieces, none larger than ``most``: three of four rather than two of five and one of two."""
    pieces = -(-count // max(1, most))
    return -(-count // pieces)

"""The model in the ODD protocol: its tables are generated from the code, so that they cannot fall behind it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from simulation.analysis.acceptance import FACTS
from simulation.analysis.dilemmas import DILEMMAS
from simulation.effects import Channel
from simulation.market import Market
from simulation.market_coupling import COUPLING
from simulation.members import Flow, Layer, Mode, People, Role, Source, Standing, Status
from simulation.model import SCHEDULE
from simulation.odd_text import TEXT
from simulation.outcomes import TOTALS, WEEKLY
from simulation.params import Params
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.processes.joining import START_NEED
from simulation.scenario import Scenario, list_scenarios
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES
from simulation.streams import STREAMS
from simulation.view import OBSERVABLE, RECORDED

_FIELD = re.compile(r"^    (\w+): ([^#\n]+?)(?:  # (.+))?$", re.MULTILINE)
_CHANNEL = re.compile(r"^    ([A-Z_]+) = (\d+)(?:  # (.+))?$", re.MULTILINE)
_KINDS = {"Floats": "number", "Counts": "whole number", "NDArray[np.int8]": "small whole number"}
_CODES: tuple[type[IntEnum], ...] = (Status, Role, Layer, Source, Mode)


def markdown() -> str:
    """The whole document."""
    return TEXT.format(
        facts=_table(("fact", "target", "source"), ((f.en, f.target, f.source) for f in FACTS)),
        dilemmas=_table(("dilemma", "what must hold", "source"), _dilemmas()),
        people=_columns(People),
        standing=_columns(Standing),
        flow=_columns(Flow),
        codes=_table(("variable", "values"), ((kind.__name__.lower(), _values(kind)) for kind in _CODES)),
        schedule="\n".join(f"{n}. `{step.__name__}`: {_first(step)}" for n, step in enumerate(SCHEDULE, 1)),
        observable=_names(OBSERVABLE),
        recorded=_names(RECORDED),
        streams=_names(STREAMS),
        need=START_NEED,
        types=_types(),
        channels=_table(("channel", "meaning"), _channels()),
        processes="\n\n".join(_processes()),
        parameters="\n\n".join(_parameters()),
        outcomes=_table(
            ("outcome", "unit", "definition", "source"),
            ((f"{o.en} (`{name}`)", o.unit, o.definition_en, o.source)
             for part in (TOTALS, WEEKLY) for name, o in part.items()),
        ),
        strategies="\n\n".join(
            f"**{kind.label['en']}** (`{name}`; {', '.join(kind.rows)}). {kind.note['en']}"
            for name, kind in STRATEGIES.items()
        ),
        shocks="\n\n".join(f"**{kind.label['en']}** (`{name}`). {kind.note['en']}" for name, kind in SHOCKS.items()),
        market="\n\n".join(f"**`{step.__name__}`**, after `{after.__name__}`. {_told(step)}"
                           for after, step in COUPLING.items()),
    )  # fmt: skip


def _table(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _names(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _told(thing: Any) -> str:
    """Docstring on one line."""
    return " ".join((thing.__doc__ or "").split())


def _first(thing: Any) -> str:
    """First paragraph of a docstring."""
    return " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())


def _dilemmas() -> Iterator[tuple[str, str, str]]:
    for dilemma in DILEMMAS:
        signs = "; ".join(f"{fact.en} ({fact.target})" for fact in dilemma.signatures)
        yield dilemma.en, signs, dilemma.source


def _columns(kind: Any) -> str:
    """State variables of a table of people, with the meaning that stands beside each in the code."""
    found = {name: (_KINDS.get(kind, kind), said) for name, kind, said in _FIELD.findall(inspect.getsource(kind))}
    return _table(("variable", "kind", "meaning"), ((f"`{name}`", *found[name]) for name in kind._fields))


def _values(kind: type[IntEnum]) -> str:
    return ", ".join(f"{value.value} {value.name.lower().replace('_', ' ')}" for value in kind)


def _channels() -> Iterator[tuple[str, str]]:
    """Channels with the meaning beside them; one without is told like the one above it."""
    above = ""
    for name, _, said in _CHANNEL.findall(inspect.getsource(Channel)):
        above = said or above
        yield f"`{name.lower()}`", said or f"as above, for {name.lower()}"


def _types() -> str:
    """What sets the scenarios of the library apart from the defaults, field by field."""
    plain = Scenario()
    names = [name for name, scenario in list_scenarios().items() if scenario.name == scenario.population.type]
    types = {name: list_scenarios()[name] for name in names}
    rows = []
    for path in _differing(types, plain):
        values = [_at(scenario, path) for scenario in types.values()]
        rows.append(
            [f"`{path}`", *(f"{value:g}" if isinstance(value, float | int) else str(value) for value in values)]
        )
    return _table(("field", *types), rows)


def _differing(types: Mapping[str, Scenario], plain: Scenario) -> list[str]:
    paths = [path for path in _paths(plain) if any(_at(each, path) != _at(plain, path) for each in types.values())]
    return [path for path in paths if path != "population.type"]


def _paths(scenario: Scenario) -> Iterator[str]:
    parts: dict[str, Params] = {
        "population": scenario.population,
        "population.needs": scenario.population.needs,
        "graph": scenario.graph,
        "economy": scenario.economy,
    }
    for where, part in parts.items():
        yield from (f"{where}.{declared.name}" for declared in part.declared())


def _at(scenario: Scenario, path: str) -> Any:
    found: Any = scenario
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _processes() -> Iterator[str]:
    for step in SCHEDULE:
        yield f"**`{step.__name__}`** (`{step.__module__.replace('.', '/')}.py`). {_told(step)}"


def _parameters() -> Iterator[str]:
    sets: dict[str, type[Params]] = {"population": Population, "population.needs": NeedWeights, "graph": SocialGraph}
    sets |= {f"behaviour.{name}": info.annotation for name, info in Behaviour.model_fields.items()}  # type: ignore[misc]
    sets |= {"economy": Economy}
    sets |= {f"strategies.{name}": kind for name, kind in STRATEGIES.items()}
    sets |= {f"shocks.{name}": kind for name, kind in SHOCKS.items()}
    sets |= {"market": Market}
    heads = ("parameter", "default", "range", "unit", "role", "grade", "source")
    for name, kind in sets.items():
        rows = [
            (f"{d.en} (`{d.name}`)", f"{d.default:g}", d.allowed, d.unit, d.role, d.grade, d.source)
            for d in kind.declared()
        ]
        if rows:
            yield f"**{name}**\n\n{_table(heads, rows)}"

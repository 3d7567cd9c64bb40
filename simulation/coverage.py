"""Coverage: every system of the source documents, with the files and the named tests that make it work."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulation import ROOT
from simulation.strategies import STRATEGIES

TABLE = ROOT / "simulation" / "data" / "coverage.yaml"


@dataclass(frozen=True)
class Row:
    """One system of the source documents.

    Attributes:
        id: P people, S strategies, K measures and analyses, C figures that the documents claim.
        sources: Documents that ask for it, one letter each.
        page: Page of the app on which a reader finds it, and its section, if any.
        files: Where it is written, relative to the root of the tree.
        tests: ``tests/….py::name`` of what proves it.
        strategies: Ids of the strategies that claim this row.
    """

    id: str
    zh: str
    en: str
    sources: tuple[str, ...]
    page: str
    section: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    strategies: tuple[str, ...] = ()

    def said(self, language: str) -> str:
        """What the system is, in the reader's language."""
        return self.zh if language == "zh" else self.en

    def missing(self) -> tuple[str, ...]:
        """What keeps the row from being done; empty if nothing does."""
        found = [f"no file {file}" for file in self.files if not (ROOT / file).is_file()]
        found += [f"no test {test}" for test in self.tests if not is_test(test)]
        if self.id.startswith("S") and not self.strategies:
            found.append("no strategy claims it")
        if not self.tests:
            found.append("no test is named")
        return tuple(found)


@cache
def rows() -> dict[str, Row]:
    """Every row by id, in the order of the table."""
    told = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["rows"]
    return {name: _row(name, said) for name, said in told.items()}


def is_test(named: str) -> bool:
    """Whether ``tests/….py::name`` is a test function that exists."""
    file, _, name = named.partition("::")
    return name.startswith("test_") and name in _functions(ROOT / file)


def missing() -> dict[str, tuple[str, ...]]:
    """Rows that are not done yet, with the reasons."""
    return {name: reasons for name, row in rows().items() if (reasons := row.missing())}


def _row(name: str, said: dict[str, Any]) -> Row:
    claiming = tuple(id for id, strategy in STRATEGIES.items() if name in strategy.rows)
    page, _, section = said["page"].partition("/")
    return Row(
        id=name,
        zh=said["zh"],
        en=said["en"],
        sources=tuple(part.strip() for part in said["sources"].split(",")),
        page=page,
        section=section,
        files=(*said.get("files", ()), *(f"simulation/strategies/{id}.py" for id in claiming)),
        tests=tuple(said["tests"]),
        strategies=claiming,
    )


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))

"""One way through the house: nothing imports a room that comes after it, and the engine knows no screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation import ROOT

LAYERS: tuple[tuple[str, ...], ...] = (
    ("simulation", "simulation.errors", "simulation.params", "simulation.streams", "simulation.curves",
     "simulation.intervals", "simulation.fairness", "simulation.quantiles", "simulation.tallies",
     "simulation.churn_model"),
    ("simulation.discover", "simulation.network*", "simulation.effects", "simulation.members"),
    ("simulation.population", "simulation.view"),
    ("simulation.processes", "simulation.processes.*", "simulation.strategies", "simulation.strategies.*",
     "simulation.shocks", "simulation.shocks.*", "simulation.outcome*", "simulation.operator"),
    ("simulation.files", "simulation.scenario"),
    ("simulation.model", "simulation.market_kernels", "simulation.market_census", "simulation.market_coupling",
     "simulation.market"),
    ("simulation.results", "simulation.eventlog*", "simulation.store", "simulation.work", "simulation.executor*",
     "simulation.turns", "simulation.recording",
     "simulation.jobs*", "simulation.admission", "simulation.experiment", "simulation.factors",
     "simulation.design", "simulation.sweep*", "simulation.market_results"),
    ("simulation.odd*", "simulation.coverage", "simulation.analysis", "simulation.analysis.*"),
    ("simulation.commands*", "simulation.__main__"),
    ("classroom", "classroom.*", "lessons", "lessons.*"),
    ("pages.parts", "pages.parts.*"),
    ("pages", "pages.*", "app", "asgi", "benchmarks", "benchmarks.*"),
)  # fmt: skip
SCREENS = {"streamlit", "plotly", "altair"}


def layer(module: str) -> int | None:
    best: tuple[int, int] | None = None
    for place, names in enumerate(LAYERS):
        for name in names:
            stem = name.removesuffix(".*").removesuffix("*")
            exact = module == name
            inside = name.endswith(".*") and module.startswith(stem + ".")
            prefix = name.endswith("*") and not name.endswith(".*") and module.startswith(stem)
            if (exact or inside or prefix) and (best is None or len(stem) > best[1]):
                best = (place, len(stem))
    return best[0] if best else None


def sources() -> Iterator[Path]:
    for folder in ("simulation", "lessons", "classroom", "pages", "benchmarks"):
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield ROOT / "app.py"


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Modules that are imported when the file is; what only the type checker reads does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if (ROOT / (whole.replace(".", "/") + ".py")).is_file() else node.module


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_flows_back(path: Path) -> None:
    own = layer(name_of(path))
    assert own is not None, f"{name_of(path)} lives in no room"
    for module in imports(path):
        other = layer(module)
        if other is not None:
            assert other <= own, f"{name_of(path)} imports {module}, which comes later"


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    page = path.parent == ROOT / "pages"
    assert lines <= (120 if page else 60 if path.name == "app.py" else 310)


def test_engine_knows_no_screen() -> None:
    for path in sources():
        if path.parts[len(ROOT.parts)] in {"simulation", "lessons", "classroom"}:
            assert not {module.split(".")[0] for module in imports(path)} & SCREENS, path


def test_charts_are_drawn_without_the_app() -> None:
    for path in (ROOT / "pages" / "parts").glob("charts*.py"):
        assert "streamlit" not in {module.split(".")[0] for module in imports(path)}, path

"""Scenario files: safe YAML within bounds, ``extends``, and names that cannot leave the library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from simulation import ROOT
from simulation.errors import LabError

LIBRARY = ROOT / "scenarios"
MAX_BYTES = 64_000
MAX_DEPTH = 12
_NAME = re.compile(r"^[a-z0-9][a-z0-9_]{0,59}(/[a-z0-9][a-z0-9_]{0,59}){0,3}\Z")

_MALFORMED = (
    yaml.YAMLError, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, RecursionError,
)  # fmt: skip
"""What the parser lets out on broken input besides its own error."""


class _Loader(yaml.SafeLoader):
    """Plain data only; no aliases, which can grow without bound, and no name said twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.YAMLError(f"{key.value!r} is said twice")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def parse_yaml(text: str, name: str = "YAML") -> dict[str, Any]:
    """Read a mapping from YAML text within bounds of size and depth.

    Raises:
        LabError: ``scenario_too_large`` or ``scenario_unreadable``.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise LabError("scenario_too_large", file=name, allowed=f"{MAX_BYTES // 1000} kB")
    if _depth(text) > MAX_DEPTH * 4:
        raise LabError("scenario_unreadable", file=name, reason="nested too deeply")
    try:
        # The loader extends SafeLoader: no tag builds anything but plain data.
        data = yaml.load(text, Loader=_Loader)
    except _MALFORMED as error:
        raise LabError("scenario_unreadable", file=name, reason=" ".join(str(error).split())[:200]) from None
    if not isinstance(data, dict):
        raise LabError("scenario_unreadable", file=name, reason="a mapping of fields is expected")
    return {str(key): value for key, value in data.items()}


def _depth(text: str) -> int:
    """Deepest nesting of brackets, which is what can exhaust the parser before any bound of ours."""
    deepest = depth = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def read_data(name: str | Path, folders: tuple[str, ...], *, paths: bool = True) -> tuple[dict[str, Any], Path]:
    """Read a file given by its name in the library or, where ``paths`` are trusted, by path.

    Raises:
        LabError: ``unknown_name`` with the names there are.
    """
    path = Path(name)
    told = str(name)
    short = len(path.name.encode("utf-8", "replace")) < 256
    if paths and short and path.suffix in {".yaml", ".yml"} and path.is_file():
        found: Path | None = path
    else:
        candidates = [LIBRARY / folder / f"{told}.yaml" for folder in folders] if _NAME.match(told) else []
        found = next((candidate for candidate in candidates if candidate.is_file()), None)
    if found is None:
        known = [known for folder in folders if folder for known in names_in(folder)]
        raise LabError("unknown_name", kind="plan" if "plans" in folders else "scenario", given=told[:60],
                       known=", ".join(known))  # fmt: skip
    if found.stat().st_size > MAX_BYTES:
        raise LabError("scenario_too_large", file=found.name, allowed=f"{MAX_BYTES // 1000} kB")
    try:
        text = found.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise LabError("scenario_unreadable", file=found.name, reason="UTF-8 text is expected") from None
    return parse_yaml(text, found.name), found


def names_in(folder: str) -> list[str]:
    """Names of the library's files in one folder."""
    return sorted(path.stem for path in (LIBRARY / folder).glob("*.yaml"))


def resolve(data: str | Mapping[str, Any], origin: Path | None, folder: str = "") -> dict[str, Any]:
    """Follow ``extends`` to the root and lay each file over what it extends.

    Raises:
        LabError: ``extends_loop`` or ``unknown_name``.
    """
    plain = parse_yaml(data) if isinstance(data, str) else dict(data)
    chain = [origin.stem if origin else "…"]
    layers = [plain]
    while (base := layers[-1].pop("extends", None)) is not None:
        if str(base) in chain or len(chain) > MAX_DEPTH:
            raise LabError("extends_loop", chain=" → ".join([*chain, str(base)])[:200])
        chain.append(str(base))
        beside = origin.parent / f"{base}.yaml" if origin and _NAME.match(str(base)) else None
        there = beside is not None and beside.is_file()
        found = beside if beside is not None and there else str(base)
        # What an uploaded file names is looked up, never opened as a path.
        more, origin = read_data(found, (folder,) if folder else ("", "types", "cases"), paths=there)
        layers.append(more)
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = _lay_over(merged, layer)
    return merged


def _lay_over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings field by field; lists and values of the upper layer replace; ``null`` removes."""
    merged = dict(base)
    for key, value in top.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _lay_over(merged[key], value)
        else:
            merged[key] = value
    return merged


def without_nulls(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what is still ``null`` when all layers lie on each other: it means the default, wherever it stands."""
    return {
        key: without_nulls(value) if isinstance(value, dict) else value
        for key, value in plain.items()
        if value is not None
    }


def to_yaml(plain: dict[str, Any]) -> str:
    """Write plain data as YAML a person can read, Chinese as Chinese."""
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)

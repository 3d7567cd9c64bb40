"""Find the classes that live one to a file in a folder."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def _order(kind: Any) -> tuple[int, str]:
    rows = getattr(kind, "rows", ()) or ("0",)
    return int(re.sub(r"\D", "", rows[0]) or 0), kind.id


def discover(paths: Iterable[str], package: str, base: type[T]) -> dict[str, type[T]]:
    """Import every module of a folder and collect its subclasses of ``base`` by their ``id``.

    Args:
        paths: The package's ``__path__``.
        package: The package's full name.
        base: Class that the entries extend.

    Returns:
        Id → class, in the order of the coverage table's rows, then by id.
    """
    found: list[Any] = []
    for module in pkgutil.iter_modules(list(paths)):
        for value in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, base) and value is not base and "id" in vars(value):
                found.append(value)
    return {kind.id: kind for kind in sorted(set(found), key=_order)}

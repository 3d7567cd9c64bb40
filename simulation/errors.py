"""The one exception the lab shows to people: a key of the locale files and the values its sentence needs."""

from __future__ import annotations

from typing import Any


class LabError(ValueError):
    """Something a person can mend, told as a localisable sentence.

    Args:
        key: Name of the sentence under ``errors`` in ``locales/zh.yaml`` and ``locales/en.yaml``.
        values: What the sentence names: the field, the value given, what is allowed.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross a process boundary with the values intact."""
        return _rebuild, (self.key, self.values)

    def __str__(self) -> str:
        """Plain English for the shell: the key as words, then the values by name."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        words = self.key.replace("_", " ")
        return f"{words} ({told})" if told else words


def _rebuild(key: str, values: dict[str, Any]) -> LabError:
    return LabError(key, **values)

"""Shocks: a file in this folder is an entry in every menu."""

from __future__ import annotations

from simulation.discover import discover
from simulation.shocks.base import Shock

__all__ = ["SHOCKS", "Shock"]

SHOCKS: dict[str, type[Shock]] = discover(__path__, __name__, Shock)
"""Shock id → class."""

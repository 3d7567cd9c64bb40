"""Operator strategies: a file in this folder is an entry in every menu."""

from __future__ import annotations

from simulation.discover import discover
from simulation.strategies.base import Strategy

__all__ = ["STRATEGIES", "Strategy"]

STRATEGIES: dict[str, type[Strategy]] = discover(__path__, __name__, Strategy)
"""Strategy id → class, in the order of the coverage table."""

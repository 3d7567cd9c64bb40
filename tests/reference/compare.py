"""Do the columns and the agents live the same life?"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.members import Flow, Standing
from simulation.model import CommunityModel
from tests.reference.model import ReferenceModel

RELATIVE, ABSOLUTE = 1e-4, 1e-5
"""The engine keeps float32, the reference float64; differences around 0 are judged by the absolute tolerance."""


def disagreements(engine: CommunityModel, reference: ReferenceModel) -> list[str]:
    """Name every column, sum and account in which the two differ after the same week, with the first differing row."""
    found = []
    for table, standing in ((engine.standing, True), (engine.flow, False)):
        for name in (Standing if standing else Flow)._fields:
            found += _differ(name, getattr(table, name), reference.column(name, standing=standing))
    edges = [w for person in reference.people for w in person.strength]
    found += _differ("strength", engine.strength, edges)
    for name, total in engine.totals.items():
        found += _differ(f"total {name}", total, [reference.totals[name]])
    for item, spent in engine.operator.ledger.items():
        found += _differ(f"ledger {item}", spent, [reference.ledger[item]])
    for stream, earned in engine.operator.streams.items():
        found += _differ(f"total of stream {stream}", earned, [reference.streams[stream]])
    for account in ("balance", "time_left", "week_cost", "week_hours", "week_revenue", "week_profit"):
        found += _differ(f"account {account}", getattr(engine.operator, account), [getattr(reference, account)])
    found += _differ("at_risk", engine.at_risk[0], reference.at_risk)
    found += _differ("tenure_left", engine.tenure_left[0], reference.tenure_left)
    return found


def _differ(name: str, columns: Any, agents: Any) -> list[str]:
    expected = np.array(agents)
    if columns.dtype.kind == "f":
        sums = name.startswith(("total", "ledger", "account", "received"))  # of much that may come to little
        scale = np.maximum(np.abs(expected), 10.0) if sums else np.abs(expected)
        wrong = np.abs(columns - expected) > ABSOLUTE + RELATIVE * scale
    else:
        wrong = columns != expected
    if not wrong.any():
        return []
    place = tuple(np.argwhere(wrong)[0])
    at = "/".join(map(str, place))
    return [f"{name}[{at}]: engine {columns[place]!r}, reference {expected[place]!r} ({int(wrong.sum())} differ)"]

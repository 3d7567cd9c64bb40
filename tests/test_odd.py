"""The printed model is the model."""

from __future__ import annotations

from simulation import ROOT
from simulation.odd import markdown


def test_printed_model_is_today_s() -> None:
    printed = (ROOT / "simulation" / "ODD.md").read_text(encoding="utf-8")
    assert printed == markdown(), "write it anew: python -m simulation odd > simulation/ODD.md"

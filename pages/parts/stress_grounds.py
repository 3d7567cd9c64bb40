"""What an uncertain number rests on: its value as things stand, and whether its range was read, assumed or fitted."""

from __future__ import annotations

from pages.parts.stress import Asked
from pages.parts.words import Words
from simulation.analysis.futures import calibrated
from simulation.factors import Factor
from simulation.sweep_points import standing


def now(asked: Asked, factor: Factor, t: Words) -> str:
    """Its value in the scenario as it stands, under the first plan for which it means anything."""
    return t.bare(float(f"{standing(factor.path, asked.scenario, asked.plans.values()):.4g}")).replace("-", "−")


def grade(asked: Asked, factor: Factor, t: Words) -> str:
    """Kind of evidence for its range; what an order log has told is neither published nor assumed."""
    return t("stress.fitted") if calibrated(asked.scenario, factor.path) else t(f"grades.{factor.declared.grade}")


def source(asked: Asked, factor: Factor, t: Words) -> str:
    """Where its range is from, with the model where it was fitted."""
    known = t.source(factor.declared.source)
    return t("stress.fitted_source", model=known) if calibrated(asked.scenario, factor.path) else known

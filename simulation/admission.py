"""Admission: more work than the lab can do is refused before anything is allocated, with what would fit."""

from __future__ import annotations

from simulation.errors import LabError

MAX_WORK = 4_000_000_000
"""Most person-weeks of one experiment: people × weeks × worlds × plans."""

MAX_PEOPLE = 1_000_000
MAX_ROWS = 2_000_000
"""Most rows of the weekly table: (weeks + 1) × worlds × plans."""

MAX_RUNS = 1_000_000
"""Most runs of a sweep: points × worlds."""

MAX_SWEEP = 400_000_000_000
"""Most person-weeks of a sweep: about a day and a half on one processor, at 300 ns each."""


def admit(people: int, weeks: int, worlds: int, plans: int = 1) -> None:
    """Refuse more work than the lab can do, before anything is allocated.

    Args:
        people: People in one world.
        weeks: Horizon.
        worlds: Twin worlds, that is seeds, for each plan.
        plans: Number of plans.

    Raises:
        LabError: ``too_much_work``; ``allowed`` says what would fit, and ``fit_people``, ``fit_weeks`` and
            ``fit_worlds`` are the largest of each that fits with the others as they are (0: none does).
    """
    if (
        people <= MAX_PEOPLE
        and people * weeks * worlds * plans <= MAX_WORK
        and (weeks + 1) * worlds * plans <= MAX_ROWS
    ):
        return
    told_people = min(people, MAX_PEOPLE)
    rows_fit = (weeks + 1) * worlds * plans <= MAX_ROWS
    fit_people = min(MAX_PEOPLE, MAX_WORK // max(1, weeks * worlds * plans)) if rows_fit else 0
    fit_weeks = min(MAX_WORK // max(1, told_people * worlds * plans), MAX_ROWS // max(1, worlds * plans) - 1)
    fit_worlds = min(MAX_WORK // max(1, told_people * weeks * plans), MAX_ROWS // max(1, (weeks + 1) * plans))
    fits = {"people": fit_people, "weeks": fit_weeks, "worlds": fit_worlds}
    given = {"people": people, "weeks": weeks, "worlds": worlds}
    ways = [f"{fit:,} {what}" for what, fit in fits.items() if 0 < fit < given[what]]
    raise LabError(
        "too_much_work",
        **given,
        plans=plans,
        allowed=" or ".join(ways) or f"{MAX_WORK:,} person-weeks in all",
        **{f"fit_{what}": max(0, fit) for what, fit in fits.items()},
    )


def admit_sweep(points: int, people: int, weeks: int, worlds: int) -> None:
    """Refuse a sweep that would not end within reason, before anything is allocated.

    Args:
        points: Points of the design, plans included.
        people: People in the largest world of the design.
        weeks: Longest horizon of the design.
        worlds: Twin worlds of each point.

    Raises:
        LabError: ``sweep_too_large``; ``fit_points``, ``fit_people``, ``fit_weeks`` and ``fit_worlds`` are the largest
            of each that fits with the others as they are (0: that alone is not enough).
    """
    runs = points * worlds
    if people <= MAX_PEOPLE and runs <= MAX_RUNS and runs * people * weeks <= MAX_SWEEP:
        return
    size = min(people, MAX_PEOPLE) * weeks
    raise LabError(
        "sweep_too_large",
        points=points,
        people=people,
        weeks=weeks,
        worlds=worlds,
        fit_points=min(MAX_RUNS // max(1, worlds), MAX_SWEEP // max(1, worlds * size)),
        fit_worlds=min(MAX_RUNS // max(1, points), MAX_SWEEP // max(1, points * size)),
        fit_people=min(MAX_PEOPLE, MAX_SWEEP // max(1, runs * weeks)) if runs <= MAX_RUNS else 0,
        fit_weeks=MAX_SWEEP // max(1, runs * min(people, MAX_PEOPLE)) if runs <= MAX_RUNS else 0,
    )

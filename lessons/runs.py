"""From a lesson to twin worlds: which experiments to run, and their results gathered by arm."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from lessons.format import Lesson, Measure, Observed
from lessons.measures import Estimate, estimate, gap, measure_values
from simulation.experiment import Experiment, run
from simulation.intervals import mean_interval
from simulation.results import Results

OWN_FIRST, OWN_BLOCKS = 10_000, 100_000


def own_seeds(lesson: Lesson, student: str) -> tuple[int, ...]:
    """Seeds of one student's own worlds: a block of the lesson's size, picked by a hash of lesson and student.

    Neighbours get other worlds, and the same student the same ones again.
    """
    digest = hashlib.sha256(f"{lesson.id}\n{student.strip()}".encode()).digest()
    first = OWN_FIRST + int.from_bytes(digest[:8], "big") % OWN_BLOCKS * lesson.student_worlds
    return tuple(range(first, first + lesson.student_worlds))


def experiments(lesson: Lesson, seeds: Iterable[int], arms: Iterable[str] | None = None) -> dict[str, Experiment]:
    """Experiments that produce the given arms (by default the student's), one per scenario."""
    wanted = [lesson.arms[name] for name in (lesson.student_arms if arms is None else arms)]
    return {
        scenario: Experiment(
            lesson.scenario_of[scenario],
            tuple(lesson.plan_of[plan] for plan in dict.fromkeys(a.plan for a in wanted if a.scenario == scenario)),
            tuple(seeds),
        )
        for scenario in dict.fromkeys(arm.scenario for arm in wanted)
    }


@dataclass(frozen=True)
class Run:
    """Twin worlds of a lesson.

    Attributes:
        lesson: What was run.
        weekly: arm, seed, week and the weekly outcomes.
        engine: Version of the engine that computed them.
    """

    lesson: Lesson
    weekly: pd.DataFrame
    engine: str = ""
    _read: dict[str, pd.Series] = field(default_factory=dict, repr=False, compare=False)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds, in order."""
        return tuple(int(seed) for seed in sorted(self.weekly["seed"].unique()))

    def values(self, measure: str) -> pd.Series:
        """One number per world, by seed."""
        if measure not in self._read:
            definition = self.lesson.measures[measure]
            read = measure_values(self.weekly, definition)
            self._read[measure] = read - self.values(definition.less) if definition.less else read
        return self._read[measure]

    def estimate(self, measure: str) -> Estimate:
        """Mean of a measure with its interval."""
        return estimate(self.values(measure).to_numpy())

    def measure(self, name: str) -> Measure:
        """Definition of a measure."""
        return self.lesson.measures[name]

    def lines(self, seen: Observed, language: str) -> pd.DataFrame:
        """Weekly mean and its 95 % interval for each line of a picture: line, week, mean, low, high."""
        pieces = []
        for arm, against in seen.lines:
            curve = gap(self.weekly, seen.outcome, arm, against)
            mean, low, high = mean_interval(curve.to_numpy())
            pieces.append(
                pd.DataFrame(
                    {
                        "line": line_label(self.lesson, arm, against, language),
                        "week": curve.index,
                        "mean": mean,
                        "low": low,
                        "high": high,
                    }
                )
            )
        return pd.concat(pieces, ignore_index=True)


def line_label(lesson: Lesson, arm: str, against: str | None, language: str) -> str:
    """Name of a line in a picture: an arm, or one arm minus another."""
    label = lesson.arms[arm].label.said(language)
    return label if against is None else f"{label} − {lesson.arms[against].label.said(language)}"


def collect(lesson: Lesson, results: Mapping[str, Results]) -> Run:
    """Gather results by arm.

    Args:
        lesson: The lesson that was run.
        results: By name of the scenario.
    """
    pieces = []
    for name, arm in lesson.arms.items():
        if arm.scenario in results:
            weekly = results[arm.scenario].weekly
            mine = weekly[weekly["plan"] == arm.plan]
            if len(mine):
                pieces.append(mine.drop(columns="plan").assign(arm=name))
    engine = str(next(iter(results.values())).provenance.get("engine_version", ""))
    return Run(lesson, pd.concat(pieces, ignore_index=True), engine)


def run_lesson(
    lesson: Lesson,
    seeds: Iterable[int],
    arms: Iterable[str] | None = None,
    runner: Callable[[Experiment], Results] = run,
) -> Run:
    """Run a lesson's arms and wait for them; for the shell, tests and notebooks."""
    planned = experiments(lesson, seeds, arms)
    return collect(lesson, {scenario: runner(experiment) for scenario, experiment in planned.items()})


def estimates(run: Run, language: str) -> pd.DataFrame:
    """Measures of the lesson's table: measure, label, mean, low, high, unit, text, worlds."""
    rows = []
    for name in run.lesson.table:
        measure, found = run.measure(name), run.estimate(name)
        told = found.told(measure, language)
        rows.append(
            {
                "measure": name,
                "label": measure.label.said(language),
                "mean": found.mean,
                "low": found.low,
                "high": found.high,
                "unit": told.unit,
                "text": told.short,
                "worlds": found.worlds,
            }
        )
    return pd.DataFrame(rows)

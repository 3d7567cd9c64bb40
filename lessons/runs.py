"""From a lesson to twin worlds: which experiments to run, and their results gathered by arm."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from lessons.format import Lesson
from lessons.measures import Estimate, estimate, gap, measure_values
from lessons.parts import Measure, Observed
from lessons.study import run_study
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
        worlds: arm, seed and the measures of the whole run.
        study: seed, method, value, where the lesson has a study.
    """

    lesson: Lesson
    weekly: pd.DataFrame
    engine: str = ""
    worlds: pd.DataFrame = field(default_factory=pd.DataFrame)
    study: pd.DataFrame = field(default_factory=pd.DataFrame)
    _read: dict[str, pd.Series] = field(default_factory=dict, repr=False, compare=False)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds, in order."""
        return tuple(int(seed) for seed in sorted(self.weekly["seed"].unique()))

    def values(self, measure: str) -> pd.Series:
        """One number per world, by seed."""
        if measure not in self._read:
            definition = self.lesson.measures[measure]
            if definition.kind == "method":
                mine = self.study[self.study["method"] == definition.outcome]
                read = definition.scale * mine.set_index("seed")["value"].astype(float)
            else:
                read = measure_values(self.weekly, self.worlds, definition)
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
        labels = line_labels(self.lesson, seen.lines, language)
        for label, (arm, against) in zip(labels, seen.lines, strict=True):
            curve = gap(self.weekly, seen.outcome or "", arm, against)
            mean, low, high = mean_interval(curve.to_numpy())
            pieces.append(
                pd.DataFrame(
                    {
                        "line": label,
                        "week": curve.index,
                        "mean": mean,
                        "low": low,
                        "high": high,
                    }
                )
            )
        return pd.concat(pieces, ignore_index=True)

    def bars(self, seen: Observed, language: str) -> pd.DataFrame:
        """Mean and 95 % interval of each measure of a picture: name, mean, low, high.

        Measures that differ in their arms alone are named after those, as lines are.
        """
        measures = [self.measure(name) for name in seen.bars]
        names = [measure.label.said(language) for measure in measures]
        arms = [(measure.arm, measure.against) for measure in measures if measure.arm]
        if len({arm for arm, _ in arms}) == len(measures) and len({measure.outcome for measure in measures}) == 1:
            names = line_labels(self.lesson, [(arm or "", against) for arm, against in arms], language)
        found = zip(names, map(self.estimate, seen.bars), strict=True)
        return pd.DataFrame([{"name": name, "mean": e.mean, "low": e.low, "high": e.high} for name, e in found])


def line_labels(lesson: Lesson, lines: Sequence[tuple[str, str | None]], language: str) -> list[str]:
    """Names of the lines of one picture, as short as tells them apart; what is subtracted is left to the title.

    A line is an arm, or one arm minus another. The plan's name is enough where no two lines share it, or the
    scenario's; it comes first where the gap is between scenarios. Otherwise arms keep their whole names.
    """
    arms = [lesson.arms[arm] for arm, _ in lines]
    plans = [lesson.plans[arm.plan].label.said(language) for arm in arms]
    scenarios = [lesson.scenarios[arm.scenario].label.said(language) for arm in arms]
    across = all(
        against and lesson.arms[against].plan == arm.plan for arm, (_, against) in zip(arms, lines, strict=True)
    )
    for names in (scenarios, plans) if across else (plans, scenarios):
        if len(set(names)) == len(names):
            return names
    return [lesson.arm_label(name, language) for name, _ in lines]


def collect(lesson: Lesson, results: Mapping[str, Results], study: pd.DataFrame | None = None) -> Run:
    """Gather results by arm.

    Args:
        lesson: The lesson that was run.
        results: By name of the scenario.
        study: Result of the lesson's study, if it has one.
    """
    weekly = _by_arm(lesson, {name: found.weekly for name, found in results.items()})
    worlds = _by_arm(lesson, {name: found.worlds for name, found in results.items()})
    engine = str(next(iter(results.values())).provenance.get("engine_version", ""))
    return Run(lesson, weekly, engine, worlds, pd.DataFrame() if study is None else study)


def _by_arm(lesson: Lesson, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    pieces = []
    for name, arm in lesson.arms.items():
        if arm.scenario in frames:
            frame = frames[arm.scenario]
            mine = frame[frame["plan"] == arm.plan]
            if len(mine):
                pieces.append(mine.drop(columns="plan").assign(arm=name))
    return pd.concat(pieces, ignore_index=True)


def run_lesson(
    lesson: Lesson,
    seeds: Iterable[int],
    arms: Iterable[str] | None = None,
    runner: Callable[[Experiment], Results] = run,
) -> Run:
    """Run a lesson's arms and its study and wait for them; for the shell, tests and notebooks."""
    numbers = tuple(seeds)
    planned = experiments(lesson, numbers, arms)
    results = {scenario: runner(experiment) for scenario, experiment in planned.items()}
    return collect(lesson, results, run_study(lesson, numbers) if lesson.study else None)


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

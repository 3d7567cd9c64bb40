"""A stress test that was taken away, read, computed anew and held against what it said."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.analysis.futures import NOMINAL_WORLDS, Futures
from simulation.analysis.stress_findings import Question, figures
from simulation.errors import LabError
from simulation.executor_queue import Executor
from simulation.experiment import Experiment, run
from simulation.files import MAX_BYTES, parse_yaml
from simulation.jobs import Progress
from simulation.store import Store
from simulation.sweep import RECIPE, Sweep
from simulation.sweep_folder import read_runs, run_sweep
from simulation.sweep_paired import PairedDesign

QUESTION = "question.yaml"
FINDINGS = "findings.csv"
NUMBERS = ("value", "low", "high")
CLOSE = 1e-9
"""Relative difference below which two numbers are the same: one machine may add up in another order than the next."""


@dataclass(frozen=True)
class Bundle:
    """A stress test as it was taken away.

    Attributes:
        sweep: Its futures under all plans.
        asked: What was concluded from them.
        said: The numbers, as :func:`simulation.analysis.stress_findings.figures` gives them.
    """

    sweep: Sweep
    asked: Question
    said: pd.DataFrame

    @classmethod
    def load(cls, path: Path | str) -> Bundle:
        """Read the ZIP file, or the folder into which it was unpacked.

        Raises:
            LabError: ``results_unreadable`` for what is no stress test, or what is wrong with its recipe or question.
        """
        given = Path(path)
        texts = {name: _read(given, name) for name in (RECIPE, QUESTION, FINDINGS)}
        sweep = Sweep.parse(parse_yaml(texts[RECIPE], RECIPE))
        if not isinstance(sweep.design, PairedDesign):
            raise LabError("results_unreadable", file=str(given), reason=RECIPE)
        asked = Question.parse(parse_yaml(texts[QUESTION], QUESTION), tuple(sweep.plans))
        try:
            said = pd.read_csv(
                io.StringIO(texts[FINDINGS]), dtype={"what": str, "of": str}, keep_default_na=False,
                na_values={name: [""] for name in NUMBERS},
            )[["what", "of", *NUMBERS]].astype(dict.fromkeys(NUMBERS, float))  # fmt: skip
        except (ValueError, KeyError) as error:
            raise LabError("results_unreadable", file=f"{given}/{FINDINGS}", reason=type(error).__name__) from None
        return cls(sweep, asked, said)

    def again(
        self, out: Path, *, executor: Executor | None = None, told: Callable[[Progress], None] | None = None
    ) -> pd.DataFrame:
        """Compute everything anew.

        Args:
            out: New folder for the runs, the worlds of the scenario as it stands, and ``findings.csv``.
            executor: Where it is computed; the lab's own if not given.
            told: Called as the futures come in.

        Returns:
            The numbers, as :func:`simulation.analysis.stress_findings.figures` gives them.

        Raises:
            LabError: As :func:`simulation.sweep_folder.run_sweep` and :func:`simulation.experiment.run`.
        """
        run_sweep(self.sweep, out, executor=executor, told=told)
        plans = self.sweep.plans
        standing = Experiment.of(self.sweep.base, tuple(plans.values()), seeds=NOMINAL_WORLDS)
        nominal = run(standing, executor=executor, store=Store(out / "nominal"))
        found = figures(Futures.of(read_runs(out), self.sweep), nominal, self.asked, plans)
        (out / FINDINGS).write_text(written(found), encoding="utf-8")
        return found


def written(found: pd.DataFrame) -> str:
    """Numbers as CSV text that loses no digit."""
    return found.to_csv(index=False, lineterminator="\n", float_format="%.17g")


def different(said: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Numbers on which two computations do not agree: what, of, then what each has, ``…_said`` and ``…_found``."""
    both = said.merge(found, on=["what", "of"], how="outer", suffixes=("_said", "_found"), indicator=True)
    same = both["_merge"] == "both"
    for name in NUMBERS:
        same &= np.isclose(both[f"{name}_said"], both[f"{name}_found"], rtol=CLOSE, atol=CLOSE, equal_nan=True)
    return both[~same].drop(columns="_merge").reset_index(drop=True)


def _read(given: Path, name: str) -> str:
    """One file of the bundle, no longer than the lab's own may be."""
    try:
        if given.is_dir():
            with (given / name).open("rb") as file:
                found = file.read(MAX_BYTES + 1)
        else:
            with zipfile.ZipFile(given) as archive, archive.open(name) as member:
                found = member.read(MAX_BYTES + 1)
        if len(found) > MAX_BYTES:
            raise LabError("scenario_too_large", file=name, allowed=f"{MAX_BYTES // 1000} kB")
        return found.decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise LabError("results_unreadable", file=f"{given}/{name}", reason=type(error).__name__) from None

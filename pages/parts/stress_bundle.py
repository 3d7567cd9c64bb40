"""A stress test to take away for machines: what it was, what it came to, and the command that does it again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from pages.parts.downloads import csv
from simulation import ENGINE_VERSION
from simulation.analysis.futures import Futures, StressTest
from simulation.analysis.stress_bundle import FINDINGS, QUESTION, written
from simulation.analysis.stress_findings import Question, figures
from simulation.files import to_yaml
from simulation.results import Results
from simulation.sweep import RECIPE
from simulation.sweep_folder import ABOUT, parts_of

FILE = "stress.zip"
COMMAND = f"python -m simulation stress {FILE} --out again"
README = f"""# Stress test

In the folder of the lab, with engine {ENGINE_VERSION}, this computes everything anew and holds it against `{FINDINGS}`:

    {COMMAND}

- `{RECIPE}`: scenario with its shocks, plans, seeds, design and the range of everything that was uncertain.
- `{QUESTION}`: outcome, targets, the plan whose failures were looked into.
- `{FINDINGS}`: every number of the report with its interval; shares lie between 0 and 1.
- `runs/`: a row for each run (point, plan, the values of its future, seed, outcomes); `{ABOUT}`: what made it.
- `nominal.csv`: the plans in the scenario as it stands, a row for each plan and world.
"""


def bundle(test: StressTest, folder: Path, found: Futures, nominal: Results, asked: Question) -> bytes:
    """The test as one ZIP file.

    Args:
        test: What was asked.
        folder: Where its runs are.
        found: Its futures.
        nominal: Its plans in the scenario as it stands.
        asked: What is concluded from it.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", README)
        for name in (RECIPE, ABOUT):
            archive.write(folder / name, name)
        for part in parts_of(folder):
            archive.write(part, f"runs/{part.name}", zipfile.ZIP_STORED)
        archive.writestr(QUESTION, to_yaml(asked.recipe))
        archive.writestr(FINDINGS, written(figures(found, nominal, asked, test.plans)))
        archive.writestr("nominal.csv", csv(nominal.worlds))
    return packed.getvalue()

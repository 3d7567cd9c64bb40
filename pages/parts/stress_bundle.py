"""A stress test to take away for machines: what it was, what it came to, and the command that does it again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from pages.parts.downloads import csv
from simulation import ENGINE_VERSION
from simulation.analysis.futures import NOMINAL_WORLDS, StressTest
from simulation.files import to_yaml
from simulation.results import Results
from simulation.sweep import RECIPE
from simulation.sweep_folder import ABOUT, parts_of

COMMAND = f"python -m simulation sweep {RECIPE} --out again"
NOMINAL = "nominal.yaml"
README = f"""# Stress test

`{RECIPE}` holds the scenario, the plans, the seeds, the design and the ranges of everything that was uncertain; `runs/`
holds a row for each run (point, plan, the values of its future, seed, outcomes), `{ABOUT}` what made it. Again, with
engine {ENGINE_VERSION}, in the folder of the lab:

    {COMMAND}

`nominal.csv` holds the plans in the scenario as it stands; again:

    python -m simulation sweep {NOMINAL} --out nominal
"""


def nominal_recipe(test: StressTest) -> dict[str, Any]:
    """The plans in the scenario as it stands, as a sweep file."""
    kept = {name: test.recipe[name] for name in ("name", "scenario", "plans")}
    return kept | {"seeds": {"first": test.scenario.seeds.first, "count": NOMINAL_WORLDS}}


def bundle(test: StressTest, folder: Path, nominal: Results) -> bytes:
    """The test as one ZIP file.

    Args:
        test: What was asked.
        folder: Where its runs are.
        nominal: Its plans in the scenario as it stands.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", README)
        for name in (RECIPE, ABOUT):
            archive.write(folder / name, name)
        for part in parts_of(folder):
            archive.write(part, f"runs/{part.name}", zipfile.ZIP_STORED)
        archive.writestr(NOMINAL, to_yaml(nominal_recipe(test)))
        archive.writestr("nominal.csv", csv(nominal.worlds))
    return packed.getvalue()

"""Measure the lab on this machine: ``python -m benchmarks [--full] [--write]``."""

from __future__ import annotations

import argparse
import sys

from benchmarks import report, service
from benchmarks.measure import Measurement


def measure(*, full: bool) -> list[Measurement]:
    """Run all measurements, the service first: what serves pages never loads the kernels."""
    found = service.serve(5 if full else 1)
    from benchmarks import engine  # noqa: PLC0415

    engine.check_equivalence()
    found += engine.against_reference(11 if full else 7, reference_weeks=5 if full else 2)
    found += engine.between_kernels(7 if full else 3, weeks=26 if full else 8)
    found += engine.scaling(7 if full else 3)
    found += service.sweeping(9 if full else 3)
    return found


def main() -> None:
    """Print the table, and write it into the README if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the speed of the lab.")
    parser.add_argument("--full", action="store_true", help="more rounds, a few minutes instead of one")
    parser.add_argument("--write", action="store_true", help="write README.md and benchmarks/results.json")
    asked = parser.parse_args()
    measurements = measure(full=asked.full)
    where = report.circumstances(full=asked.full)
    sys.stdout.write(report.table(measurements, where) + "\n")
    if asked.write:
        report.write(measurements, where)


if __name__ == "__main__":
    main()

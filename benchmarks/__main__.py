"""Measure the lab on this machine: ``python -m benchmarks [--full] [--write]``; also load, class, kills, sobol."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from benchmarks import report, service
from benchmarks.measure import Measurement


def measure(*, full: bool) -> list[Measurement]:
    """Run all measurements, the service first: what serves pages never loads the kernels."""
    found = service.serve(5 if full else 1)
    from benchmarks import contest, desk, engine, large  # noqa: PLC0415
    from simulation.scenario import load_plan  # noqa: PLC0415

    engine.check_equivalence(weeks=20 if full else 8)
    found += engine.against_reference(
        7 if full else 3, reference_weeks=4 if full else 1, engine_weeks=52 if full else 16
    )
    found += engine.between_kernels(7 if full else 3, weeks=26 if full else 3)
    if full:
        sound = load_plan("all_good")
        found += engine.against_reference(7, reference_weeks=4, plan=sound)
        found += engine.between_kernels(7, plan=sound)
    found += engine.scaling(5) if full else engine.scaling(1, sizes=(1000, 2000, 10_000, 100_000))
    found += service.sweeping(9) if full else service.sweeping(1, points=24)
    contest.check_same_week()
    for people, rounds in ((2000, 11 if full else 7), (100_000, 7), (1_000_000, 5)) if full else ((2000, 7),):
        made, missing = contest.contest(people, rounds, partial(engine.neutral_cost, people))
        found += made
        for word in missing:
            sys.stderr.write(f"skipped · {word}\n")
    if full:
        found += large.a_million()
        found += desk.asking()
    return found


def main() -> None:
    """Print the table, and write it into the README if asked to."""
    if sys.argv[1:2] == ["load"]:
        from benchmarks import load  # noqa: PLC0415 - brings Streamlit, whose memory is not the engine's

        sys.exit(load.main(sys.argv[2:]))
    if sys.argv[1:2] == ["class"]:
        from benchmarks import lesson  # noqa: PLC0415 - brings Streamlit as well

        sys.exit(lesson.main(sys.argv[2:]))
    if sys.argv[1:2] == ["kills"]:
        from benchmarks import kills  # noqa: PLC0415

        sys.exit(kills.main(sys.argv[2:]))
    if sys.argv[1:2] == ["sobol"]:
        from benchmarks import sobol  # noqa: PLC0415

        sys.exit(sobol.main(sys.argv[2:]))
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the speed of the lab.",
        epilog="Also, each with --help: load (scripted people use the app), class (a whole class over the app's own "
        "protocol), kills (writers killed in mid-submission), sobol (indices of twenty "
        "coefficients).",
    )
    parser.add_argument("--full", action="store_true", help="more rounds and sizes, some minutes instead of one")
    parser.add_argument("--write", action="store_true", help="write README.md and benchmarks/results.json")
    asked = parser.parse_args()
    measurements = measure(full=asked.full)
    where = report.circumstances(full=asked.full)
    sys.stdout.write(report.table(measurements, where) + "\n")
    if asked.write:
        report.write(measurements, where)


if __name__ == "__main__":
    main()

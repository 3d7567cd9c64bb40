"""The command that computes a stress test anew and holds it against what was concluded from it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulation.commands_words import DONE, REFUSED, Bar
from simulation.executor_choice import ALLOWED, VARIABLE, executor_named


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``stress`` to the command line."""
    one = commands.add_parser("stress", help="compute a stress test anew, and hold its numbers against the old ones")
    one.add_argument(
        "bundle", type=Path, help="stress.zip of the stress page, or the folder into which it was unpacked"
    )
    one.add_argument("--out", type=Path, required=True, help="new folder for the runs and findings.csv")
    one.add_argument("--executor", help=f"{ALLOWED} (default: ${VARIABLE}, else processes for all but small work)")
    one.set_defaults(call=stress)


def stress(given: argparse.Namespace) -> int:
    """Compute it again; 1, with the numbers that differ, where it comes out otherwise."""
    from simulation.analysis import stress_bundle  # noqa: PLC0415

    bundle = stress_bundle.Bundle.load(given.bundle)
    with Bar("runs") as bar:
        executor = executor_named(given.executor) if given.executor else None
        found = bundle.again(given.out, executor=executor, told=bar.tell)
    other = stress_bundle.different(bundle.said, found)
    print(f"written to {given.out}", file=sys.stderr)
    print(found.to_csv(index=False, lineterminator="\n", float_format="%.6g"), end="")
    if len(other):
        print(f"{len(other)} of {len(found)} rows differ:\n{other.to_string(index=False)}", file=sys.stderr)
        return REFUSED
    print(f"all {len(found)} rows agree with {given.bundle}", file=sys.stderr)
    return DONE

"""The command that holds the model against facts, dilemmas and claims, and fails where it does not hold."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HOLDS, FAILS = 0, 1


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``validate-model`` to the command line."""
    one = commands.add_parser("validate-model", help="facts, dilemmas, claims and screening, as tables with verdicts")
    one.add_argument(
        "--quick", action="store_true", help="fewer and smaller worlds, default β only; prints, keeps nothing"
    )
    one.add_argument("--out", type=Path, help="folder for validation.md and validation.json (default: the lab's own)")
    one.set_defaults(call=validate_model)


def validate_model(given: argparse.Namespace) -> int:
    """Compute the validation; a quick one never replaces the lab's own. 1 while something that must hold does not."""
    from simulation import ROOT  # noqa: PLC0415
    from simulation.analysis import validation  # noqa: PLC0415
    from simulation.analysis.validation_text import markdown  # noqa: PLC0415
    from simulation.errors import LabError  # noqa: PLC0415

    size = validation.QUICK if given.quick else validation.FULL
    found = validation.validate(size, tell=lambda told: print(told, file=sys.stderr, flush=True))
    text = markdown(found)
    if given.out is not None or not given.quick:
        document = (given.out or ROOT / "docs") / "validation.md"
        data = given.out / "validation.json" if given.out else validation.DATA
        try:
            for path, content in ((document, text), (data, found.to_json())):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        except OSError as error:
            raise LabError(
                "not_writable", file=str(error.filename), reason=error.strerror or type(error).__name__
            ) from None
        print(f"written to {document} and {data}", file=sys.stderr)
    if given.quick:
        print(text, end="")
    for name in found.failures:
        print(f"does not hold: {name}", file=sys.stderr)
    return FAILS if found.failures else HOLDS

"""Lessons on the shell: ``python -m lessons check`` asks the engine, ``python -m lessons sheet`` prints a sheet."""

from __future__ import annotations

import argparse
import sys

from lessons.claims import check
from lessons.library import list_lessons, load_lesson
from lessons.sheet import render_sheet
from lessons.words import LANGUAGES
from simulation.errors import LabError


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit status: 1 where a claim does not hold or something is refused."""
    parser = argparse.ArgumentParser(prog="python -m lessons", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="put every claim to the engine")
    checking.add_argument("lesson", nargs="*", help="folders of lessons; all by default")
    checking.add_argument("--worlds", type=int, help="replications instead of what each claim asks for")
    printing = commands.add_parser("sheet", help="write the empty student sheet as HTML")
    printing.add_argument("lesson")
    printing.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    given = parser.parse_args(arguments)
    try:
        if given.command == "sheet":
            print(render_sheet(load_lesson(given.lesson), given.language))
            return 0
        held = True
        for name in given.lesson or list_lessons():
            for finding in check(load_lesson(name), given.worlds):
                print(finding, flush=True)
                held &= finding.verdict == "holds"
        return int(not held)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

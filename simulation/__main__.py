"""The lab in the shell: ``python -m simulation run product --plans neutral --seeds 30``."""

from __future__ import annotations

import io
import sys

from simulation.commands import parser
from simulation.commands_words import INTERRUPTED, exit_code
from simulation.errors import LabError


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 0 done, 1 refused, 2 wrong usage, 3 broke off, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that cannot print Chinese
            stream.reconfigure(errors="replace")
    given = parser().parse_args(arguments)
    try:
        return int(given.call(given))
    except LabError as error:
        print(error, file=sys.stderr)
        return exit_code(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

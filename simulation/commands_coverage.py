"""The command that says which systems of the source documents work, and fails while one does not."""

from __future__ import annotations

import argparse
import json

OK, MISSING = 0, 1


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``coverage`` to the command line."""
    one = commands.add_parser("coverage", help="every system of the source documents with its files and tests")
    one.add_argument("--json", action="store_true", help="print the table as JSON")
    one.set_defaults(call=show_coverage)


def show_coverage(given: argparse.Namespace) -> int:
    """Print every row with what makes it true; 1 while a row is missing something."""
    from simulation.coverage import rows  # noqa: PLC0415

    lacking = {name: row.missing() for name, row in rows().items()}
    if given.json:
        told = [
            {"id": row.id, "zh": row.zh, "en": row.en, "sources": row.sources, "page": row.page, "section": row.section,
             "files": row.files, "tests": row.tests, "missing": lacking[row.id]}
            for row in rows().values()
        ]  # fmt: skip
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for row in rows().values():
            print(f"{row.id:<4}{'MISSING' if lacking[row.id] else 'ok':<8}{row.en}  [{', '.join(row.sources)}]")
            for line in (*row.files, *row.tests, *(f"! {reason}" for reason in lacking[row.id])):
                print(f"            {line}")
    undone = [name for name, reasons in lacking.items() if reasons]
    if not given.json:
        print(f"{len(lacking) - len(undone)} of {len(lacking)} rows work.", f"Missing: {', '.join(undone) or 'none'}.")
    return MISSING if undone else OK

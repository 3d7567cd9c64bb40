"""How the tables of an event log hang together, as a diagram of entities in the language of Mermaid."""

from __future__ import annotations

from simulation.eventlog_columns import DICTIONARY, TYPES

KEYS = {"person", "inviter", "a", "b", "invitee", "referrer"}
"""Columns that hold the number of a person."""
LINKS = {
    "orders": "person", "posts": "person", "replies": "person", "contacts": "person", "assignments": "person",
    "votes": "person", "invitations": "inviter, invitee", "interactions": "a, b",
}  # fmt: skip
"""Table → its columns that name people of ``members``; one person has any number of rows."""


def diagram() -> str:
    """Every table with its columns and types, and the columns by which each is joined to ``members``."""
    lines = ["erDiagram"]
    for table in DICTIONARY:
        lines.append(f"    {table.name} {{")
        for column in table.columns:
            key = " FK" if column.name in KEYS and table.name != "members" else ""
            lines.append(f"        {TYPES[column.kind][0].lower()} {column.name}{key}")
        lines.append("    }")
    lines += [f'    members ||--o{{ {table} : "{columns}"' for table, columns in LINKS.items()]
    return "\n".join(lines)

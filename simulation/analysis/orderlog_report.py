"""What the import of an order log tells about itself: columns used, rows kept, rows refused and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

Role = Literal["customer", "date", "amount"]
ROLES: tuple[Role, ...] = ("customer", "date", "amount")

Reason = Literal[
    "wrong_width",
    "open_quote",
    "missing_customer",
    "test_account",
    "undone",
    "unreadable_date",
    "ambiguous_date",
    "early_date",
    "future_date",
    "unreadable_amount",
    "absurd_amount",
    "other_currency",
    "negative_amount",
    "duplicate",
    "missing_other",
    "own_tie",
    "same_person",
]
REASONS: tuple[Reason, ...] = (
    "wrong_width",
    "open_quote",
    "missing_customer",
    "test_account",
    "undone",
    "unreadable_date",
    "ambiguous_date",
    "early_date",
    "future_date",
    "unreadable_amount",
    "absurd_amount",
    "other_currency",
    "negative_amount",
    "duplicate",
    "missing_other",
    "own_tie",
    "same_person",
)
"""In the order in which rows are tried; the last three occur in files beside the orders only."""
EXAMPLES = 5
LONGEST_EXAMPLE = 60  # characters of a refused cell that are shown


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnMapping(_Told):
    """Which column says who bought, when, and for how much; a role without a column is None.

    `group` may name a column by which customers are compared, a channel for instance; it is never guessed. `currency`
    may name a column that says in which currency each row's amount is, `status` one that says what became of the order.
    """

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    group: str | None = None
    currency: str | None = None
    status: str | None = None

    def column(self, role: Role) -> str | None:
        """Name of the column that plays a role."""
        return {"customer": self.customer, "date": self.date, "amount": self.amount}[role]

    @property
    def missing(self) -> tuple[Role, ...]:
        """Roles without a column."""
        return tuple(role for role in ROLES if self.column(role) is None)

    def over(self, guess: ColumnMapping) -> ColumnMapping:
        """This mapping, with the guess where it is silent; currency or status set to None stays unread."""
        roles = {role: self.column(role) or guess.column(role) for role in ROLES}
        told = {
            name: getattr(self if name in self.model_fields_set else guess, name) for name in ("currency", "status")
        }
        return ColumnMapping(**roles, group=self.group, **told)


class Example(_Told):
    """One refused row: its number in the file (the first row is 1) and the cell that spoke against it."""

    row: int
    value: str


class Rejection(_Told):
    """Rows refused for one reason; each row is counted once, under the first reason of `REASONS` it meets.

    `open_quote` and `wrong_width` count every line that a quote left open has swallowed.
    """

    reason: Reason
    count: int
    examples: tuple[Example, ...]


class Note(_Told):
    """Something the reader should know about rows that were kept: a key of the locale files and a count.

    Keys: `zero_amounts` (kept as purchases; spend models use positive means only), `same_day` (rows on a
    day on which the customer had bought already; the models merge them), `duplicates_kept`, `blank_rows`,
    `lines_above` (titles over the table, left out), `decimal_comma`.
    """

    key: str
    count: int


class ImportReport(_Told):
    """Account of one import; `rows_read` is `rows_kept` plus all refused rows, blank lines left out.

    `currency` is the currency of the amounts kept: what a column says, else the sign that most carry, else empty.
    """

    rows_read: int
    rows_kept: int
    rejected: tuple[Rejection, ...]
    encoding: str
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]
    mapping: ColumnMapping
    first_date: date
    last_date: date
    customers: int
    currency: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Preview:
    """First rows of a file as text, the columns the importer would choose, and the sheets of a workbook."""

    rows: pd.DataFrame
    mapping: ColumnMapping
    encoding: str
    delimiter: str
    has_header: bool
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrderLog:
    """Orders that can be analysed, with the account of how they were read.

    Attributes:
        orders: One row per accepted order line: `customer` (category of text), `date` (whole days) and
            `amount` (money of the log, ≥ 0), in the order of the file; `group` (category) if a column was named.
        report: What was kept and what was refused.
        refused: Every refused row: `row` (its number in the file) and `reason` (category), ascending. A row that an
            open quote made of several lines stands under the first of them.
    """

    orders: pd.DataFrame
    report: ImportReport
    refused: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"row": [], "reason": []}))

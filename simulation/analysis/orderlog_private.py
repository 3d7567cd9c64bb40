"""Taking the names out of an order log: what is analysed knows customers by salted hashes only."""

from __future__ import annotations

from hashlib import blake2b

import pandas as pd

from simulation.analysis.orderlog_report import Example, OrderLog, Reason, Rejection
from simulation.errors import LabError

MOST_GROUPS = 50
"""A column with more values than this tells customers apart, not channels."""
_DIGEST = 8  # bytes: among a million customers two share a hash once in 40 million logs
_SHOWS_SOMEBODY: frozenset[Reason] = frozenset(
    {
        "wrong_width",
        "open_quote",
        "missing_customer",
        "test_account",
        "duplicate",
        "missing_other",
        "own_tie",
        "same_person",
    }
)


def pseudonymous(log: OrderLog, salt: bytes) -> OrderLog:
    """The same log with customers named by keyed hashes, and without the cells of a report that could show a name.

    Args:
        log: As it was read.
        salt: Secret of up to 64 bytes; the same customer has another hash under another one.

    Raises:
        LabError: ``log_many_groups`` if the column to compare by has more than 50 values.
    """
    orders = log.orders
    if "group" in orders and len(orders["group"].cat.categories) > MOST_GROUPS:
        told = len(orders["group"].cat.categories)
        raise LabError("log_many_groups", column=log.report.mapping.group, values=told, allowed=MOST_GROUPS)
    hidden = orders.assign(customer=hashed(orders["customer"], salt))
    rejected = tuple(without_names(each) for each in log.report.rejected)
    return OrderLog(hidden, log.report.model_copy(update={"rejected": rejected}), log.refused)


def hashed(names: pd.Series, salt: bytes) -> pd.Series:
    """The same column (category of text) with every name replaced by its keyed hash.

    Args:
        names: People as they were read; the same name has the same hash in every file read with this salt.
        salt: Secret of up to 64 bytes.
    """
    known = names.cat.categories
    hashes = [blake2b(str(name).encode(), key=salt, digest_size=_DIGEST).hexdigest() for name in known]
    return names.cat.rename_categories(hashes)


def without_names(rejection: Rejection) -> Rejection:
    """The same account, its examples by row number alone where a cell could show who somebody is."""
    if rejection.reason not in _SHOWS_SOMEBODY:
        return rejection
    return rejection.model_copy(update={"examples": tuple(Example(row=e.row, value="") for e in rejection.examples)})

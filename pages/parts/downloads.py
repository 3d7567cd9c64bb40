"""Tables to take away: CSV that a Chinese Excel opens rightly and that carries no formulas."""

from __future__ import annotations

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: object) -> object:
    """Text that a spreadsheet would take for a formula, made plain by a leading apostrophe; numbers stay."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def csv(frame: pd.DataFrame) -> bytes:
    """Table as UTF-8 with byte-order mark; texts and headings cannot act as formulas."""
    plain = frame.rename(columns=safe)
    for column in plain.columns:
        if not pd.api.types.is_numeric_dtype(plain[column]):
            plain = plain.assign(**{str(column): plain[column].map(safe)})
    return plain.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")

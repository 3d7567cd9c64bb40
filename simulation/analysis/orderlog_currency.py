"""A column of its own that says in which currency each order was paid: found, read, and held to one currency."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from simulation.errors import LabError

CODES = {"CNY": "¥", "RMB": "¥", "元": "¥", "人民币": "¥", "￥": "¥", "USD": "$", "US$": "$", "美元": "$", "EUR": "€",
         "欧元": "€", "GBP": "£", "英镑": "£"}  # fmt: skip
"""Ways to name a currency that the lab has a sign for; another code stands for itself."""
_NAME = re.compile(r"currency|币种|货币|币别", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{3}|[¥￥$€£元]|US\$|人民币|美元|欧元|英镑")
_MOST_TOLD = 6


def guess(frame: pd.DataFrame) -> str | None:
    """Column that is called a currency and holds nothing but names of currencies, if there is one."""
    for name in frame.columns:
        cells = frame[name].astype(str).str.strip()
        cells = cells[cells != ""]
        if _NAME.search(str(name)) and len(cells) and cells.map(lambda cell: bool(_CODE.fullmatch(cell))).all():
            return str(name)
    return None


def of_rows(cells: pa.DictionaryArray, rows: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Currency of every row: its sign, or its code in capitals where it has none here; empty where nothing is said."""
    names = [str(cell or "").strip().upper() for cell in cells.dictionary.to_pylist()]
    told = np.array([*(CODES.get(name, name) for name in names), ""], dtype=object)
    codes = cells.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(rows, told[codes], "")


def the_one(money: NDArray[np.object_], chosen: str | None) -> str:
    """The currency in which the log is read; rows that name none are taken to be in it.

    Raises:
        LabError: ``log_currencies`` where there are several and none, or one that is not there, was chosen: amounts of
            different currencies cannot be added.
    """
    names, counts = np.unique(money[money != ""].astype(str), return_counts=True)
    wanted = "" if chosen is None else CODES.get(chosen.strip().upper(), chosen.strip().upper())
    if wanted in names:
        return wanted
    if len(names) > 1 or (wanted and len(names)):
        order = np.argsort(-counts, kind="stable")[:_MOST_TOLD]
        raise LabError("log_currencies", currencies=", ".join(f"{names[at]} ({counts[at]:,})" for at in order))
    return str(names[0]) if len(names) else ""

"""A column that says what became of each order: found by its name, read for orders that were undone or never paid."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_NAME = re.compile(r"(订单|交易|付款|支付|退款)状态|(financial|order|payment).?status|^status$|^状态$", re.I)
_UNDONE = re.compile(
    r"关闭|取消|作废|失效|已退款|退款成功|全额退款|未付款|未支付|待付款|待支付|等待买家付款"
    r"|cancel|void|refunded|unpaid|closed|failed|expired|(awaiting|pending).?payment",
    re.I,
)
_STANDS = re.compile(r"部分|partial|退款关闭|拒绝退款|\bnot[ _]|uncancel", re.I)
"""A refund in part, refused or withdrawn leaves a purchase."""


def guess(frame: pd.DataFrame) -> str | None:
    """The first column that is called the state of an order or of its payment and has any content."""
    names = (str(name) for name in frame.columns)
    return next((name for name in names if _NAME.search(name) and (frame[name].str.strip() != "").any()), None)


def undone(cells: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Rows whose order was closed, cancelled, never paid or refunded as a whole."""
    said = [str(cell or "") for cell in cells.dictionary.to_pylist()]
    flags = [bool(_UNDONE.search(cell)) and not _STANDS.search(cell) for cell in said]
    codes = cells.indices.fill_null(len(flags)).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.array([*flags, False], dtype=bool)[codes]

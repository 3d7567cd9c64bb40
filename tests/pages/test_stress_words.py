"""The sentence about the most robust plan is true of the shares beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pages.parts import stress_words
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.robustness import Robust

ASKED: Any = SimpleNamespace(name=str.upper)


def found(share: float, other: float, first: float) -> Any:
    reached = pd.DataFrame({"plan": ["a", "b"], "share": [share, other], "low": 0.2, "high": 0.8, "futures": 60})
    return SimpleNamespace(reached=reached, robust=Robust("a", "b", first, {}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reaches_as_much_is_told_apart_by_regret_alone(language: str) -> None:
    t = Words(language)
    level, ahead, open_ = (
        stress_words.answer(ASKED, found(*case), t) for case in ((0.5, 0.5, 0.99), (0.6, 0.5, 0.99), (0.5, 0.5, 0.6))
    )
    assert level == t("stress.robust_level", plan="A", second="B", futures=60, first=t.percent(0.99),
                      share=f"{t.percent(0.5)} [{t.percent(0.2)},\u00a0{t.percent(0.8)}]")  # fmt: skip
    assert t.percent(0.6) in ahead and t.percent(0.5) in ahead
    assert len({level, ahead, open_}) == 3 and all("⟦" not in told for told in (level, ahead, open_))

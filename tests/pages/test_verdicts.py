from __future__ import annotations

import pytest

from pages.parts import panels, verdicts
from pages.parts.words import LANGUAGES, Words
from simulation.analysis.compare import Paired
from simulation.outcomes import TOTALS
from tests.pages.conftest import made_up


def pair(mean: float, low: float, high: float, wins: int = 27, ties: int = 0, enough: bool = True) -> Paired:
    return Paired(mean, low, high, wins, ties, 30, enough, 30 if enough else 120)


BETTER, WORSE = pair(0.021, 0.012, 0.030), pair(-0.02, -0.03, -0.01, wins=2)
UNCLEAR, SAME = pair(0.001, -0.01, 0.012, wins=16, enough=False), pair(0, 0, 0, wins=0, ties=30)


def said(kept: Paired, profit: Paired, language: str) -> str:
    told = verdicts.sentence({"retention_13": kept, "profit": profit}, "X", "Y", Words(language))
    assert "⟦" not in told
    return told.replace("\u2060", "").replace("\u00a0", " ")


def test_the_answer_names_wins_size_interval_and_price() -> None:
    money = pair(-8000, -11_000, -4000, wins=1)
    assert said(BETTER, money, "zh") == (
        "“X”在 30 个平行世界中的 27 个里比“Y”留住更多人：13 周留存率 +2.1 个百分点 [+1.2, +3.0]；"
        "利润更低，−¥8,000 [−11,000, −4,000]。"
    )
    assert said(BETTER, money, "en") == (
        "“X” keeps more people than “Y” in 27 of 30 twin worlds: 13-week retention +2.1 points [+1.2, +3.0]; "
        "profit is lower, −¥8,000 [−11,000, −4,000]."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tie_within_noise_is_called_a_tie(language: str) -> None:
    t = Words(language)
    assert verdicts.side(UNCLEAR, TOTALS["retention_13"]) == "unclear"
    assert t("verdict.unclear") in verdicts.table({"retention_13": UNCLEAR}, t).iloc[0].tolist()
    assert "27" not in said(UNCLEAR, SAME, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_losses_are_counted_for_the_one_that_lost(language: str) -> None:
    assert "28" in said(WORSE, UNCLEAR, language)


def test_less_is_better_where_it_is() -> None:
    assert verdicts.side(pair(-5, -6, -4), TOTALS["strategy_cost"]) == "better"
    assert verdicts.side(BETTER, TOTALS["never_posted"]) == "more"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", [BETTER, WORSE, UNCLEAR, SAME])
def test_every_outcome_has_its_sentence(language: str, found: Paired) -> None:
    for name in verdicts.TOGETHER:
        assert "⟦" not in verdicts.each(found, name, "X", "Y", Words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_the_worlds_are_enough(language: str) -> None:
    t = Words(language)
    assert verdicts.enough({"profit": BETTER}, t) == t("verdict.enough", worlds=30)
    assert "120" in verdicts.enough({"profit": UNCLEAR, "trust": BETTER}, t)
    hopeless = Paired(0.0, -1.0, 1.0, 15, 0, 30, False, None)
    assert "⟦" not in verdicts.enough({"profit": hopeless}, t)


@pytest.mark.parametrize("gap", [0.2, -0.2, 0.0])
def test_the_sentence_is_true_of_the_worlds(gap: float) -> None:
    compared = panels.pairs(made_up(gap), "a", "b")
    told = verdicts.side(compared["retention_13"], TOTALS["retention_13"])
    assert told == {0.2: "better", -0.2: "worse", 0.0: "same"}[gap]
    assert compared["retention_13"].wins == (6 if gap > 0 else 0)

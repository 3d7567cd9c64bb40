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
        "“X”比“Y”留住更多人，30 个平行世界里赢了 27 个：13 周留存率 +2.1 个百分点 [+1.2, +3.0]；"
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


def test_a_difference_tells_its_unit() -> None:
    found = [(name, unit) for name, unit in (("members", " people"), ("trust", " points"), ("payback", " weeks"))]
    for name, unit in found:
        assert verdicts.change(BETTER, TOTALS[name], Words("en")).endswith(unit)
    assert [verdicts.change(BETTER, TOTALS[name], Words("zh"))[-1] for name, _ in found] == ["人", "分", "周"]
    assert verdicts.change(BETTER, TOTALS["viral_coefficient"], Words("en")) == "+0.02"


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
    assert verdicts.enough({"profit": BETTER, "trust": BETTER}, t) == t("verdict.enough", worlds=30)
    assert TOTALS["profit"].label(language) in verdicts.enough({"profit": BETTER}, t)
    assert "120" in verdicts.enough({"profit": UNCLEAR, "trust": BETTER}, t)
    hopeless = Paired(0.0, -1.0, 1.0, 15, 0, 30, False, None)
    assert "⟦" not in verdicts.enough({"profit": hopeless}, t)


@pytest.mark.parametrize("gap", [0.2, -0.2, 0.0])
def test_the_sentence_is_true_of_the_worlds(gap: float) -> None:
    compared = panels.pairs(made_up(gap), "a", "b")
    told = verdicts.side(compared["retention_13"], TOTALS["retention_13"])
    assert told == {0.2: "better", -0.2: "worse", 0.0: "same"}[gap]
    assert compared["retention_13"].wins == (6 if gap > 0 else 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_judged_is_not_judged(language: str) -> None:
    nan = float("nan")
    absent, few = Paired(nan, nan, nan, 0, 0, 0, False, None), Paired(0.02, 0.01, 0.03, 2, 0, 2, False, 5)
    assert verdicts.side(absent, TOTALS["profit"]) == "absent" and not verdicts.tied(absent)
    assert verdicts.side(few, TOTALS["profit"]) == "few"
    t = Words(language)
    for pair in (absent, few):
        told = [verdicts.each(pair, "trust", "X", "Y", t), said(pair, pair, language)]
        assert not any("⟦" in sentence or "nan" in sentence for sentence in told)
    assert verdicts.enough({"trust": absent}, t) == t("verdict.nothing_to_settle")
    assert verdicts.each(absent, "trust", "X", "Y", t) == t(
        "verdict.each_absent", label=TOTALS["trust"].label(language)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gap", [0.3, 0.02, 0.0, -0.02, -0.3])
def test_the_sentence_of_every_outcome_is_true_of_its_worlds(gap: float, language: str) -> None:
    """Whoever the sentence names as better is better on the mean, beyond the interval, and its wins are counted."""
    results, t = made_up(gap), Words(language)
    worlds = results.worlds.pivot(index="seed", columns="plan")
    for name, pair in panels.pairs(results, "a", "b").items():
        outcome, sentence = TOTALS[name], verdicts.each(pair, name, "甲", "乙", t)
        difference = (worlds[name]["a"] - worlds[name]["b"]) * outcome.better
        wins, losses = int((difference > 0).sum()), int((difference < 0).sum())
        half = 2.5706 * difference.std(ddof=1) / len(difference) ** 0.5
        clear = abs(difference.mean()) > half
        best = t(f"verdict.each_{'better' if difference.mean() > 0 else 'worse'}", label=outcome.label(language),
                 change=verdicts.difference(pair, outcome, t), a="甲", b="乙", wins=wins, losses=losses,
                 worlds=len(difference))  # fmt: skip
        if (difference == 0).all():
            assert verdicts.side(pair, outcome) == "same"
        else:
            assert (sentence == best) == clear

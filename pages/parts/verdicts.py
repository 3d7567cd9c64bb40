"""What a comparison came to, in a sentence that is true of the numbers beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pages.parts.words import Words
from simulation.analysis.compare import FEWEST_WORLDS, Paired
from simulation.outcomes import TOTALS

FIRST = "retention_13"
TOGETHER = ("retention_13", "members", "revenue", "profit", "clv", "trust")
"""Outcomes that are always shown together: a plan that wins one of them alone has won nothing yet."""


def clear(pair: Paired) -> bool:
    """Whether the interval leaves zero out, so that the worlds speak for one side."""
    return bool(pair.low > 0 or pair.high < 0)


def tied(pair: Paired) -> bool:
    """Whether the two plans did exactly the same in every world."""
    return bool(pair.ties == pair.worlds > 0)


def side(pair: Paired, outcome: Any) -> str:
    """``better``, ``worse``, ``same`` or ``unclear`` for the first plan; ``more`` or ``less`` where neither is good.

    ``absent`` where no world has a value under both plans, ``few`` where there are too few worlds to trust any spread.
    """
    if pair.worlds == 0:
        return "absent"
    if pair.worlds < FEWEST_WORLDS:
        return "few"
    if tied(pair):
        return "same"
    if not clear(pair):
        return "unclear"
    if outcome.better == 0:
        return "more" if pair.mean > 0 else "less"
    return "better" if pair.mean * outcome.better > 0 else "worse"


def change(pair: Paired, outcome: Any, t: Words) -> str:
    """``+2.1 points``."""
    return t("verdict.none") if tied(pair) else t.change(outcome, pair.mean)


def difference(pair: Paired, outcome: Any, t: Words) -> str:
    """``+2.1 points [1.2, 3.0]``."""
    interval = "" if tied(pair) else f" {t.interval(outcome, pair.low, pair.high, change=True)}"
    return change(pair, outcome, t) + interval


def sentence(pairs: dict[str, Paired], a: str, b: str, t: Words) -> str:
    """Answer to "which plan keeps more people, and is it worth it?" in one sentence.

    Args:
        pairs: Outcome → first plan minus second plan in twin worlds.
        a: What people call the first plan.
        b: What people call the second plan.
        t: Reader's words.
    """
    kept, profit = pairs[FIRST], pairs["profit"]
    outcome = TOTALS[FIRST]
    values = {
        "a": a,
        "b": b,
        "worlds": kept.worlds,
        "wins": kept.wins,
        "losses": kept.worlds - kept.ties - kept.wins,
        "label": outcome.label(t.language),
        "change": difference(kept, outcome, t),
        "needed": FEWEST_WORLDS,
    }
    first = t(f"verdict.kept_{side(kept, outcome)}", **values)
    earned = TOTALS["profit"]
    money = t(f"verdict.profit_{side(profit, earned)}", change=difference(profit, earned, t))
    return t("verdict.both", first=first, second=money)


def each(pair: Paired, name: str, a: str, b: str, t: Words) -> str:
    """One outcome in one sentence."""
    outcome = TOTALS[name]
    return t(
        f"verdict.each_{side(pair, outcome)}",
        label=outcome.label(t.language),
        change=difference(pair, outcome, t),
        a=a,
        b=b,
        wins=pair.wins,
        losses=pair.worlds - pair.ties - pair.wins,
        worlds=pair.worlds,
        needed=FEWEST_WORLDS,
    )


def table(pairs: dict[str, Paired], t: Words) -> pd.DataFrame:
    """Differences, intervals, wins and verdicts, one outcome a row, under headings in the reader's language."""
    rows = [
        {
            t("verdict.outcome"): TOTALS[name].label(t.language),
            t("verdict.difference"): difference(pair, TOTALS[name], t),
            t("verdict.wins"): t("verdict.wins_of", wins=pair.wins, ties=pair.ties, worlds=pair.worlds),
            t("verdict.verdict"): t(f"verdict.{side(pair, TOTALS[name])}"),
        }
        for name, pair in pairs.items()
    ]
    return pd.DataFrame(rows)


def enough(pairs: dict[str, Paired], t: Words) -> str:
    """Whether the worlds are many enough to tell the difference in the outcomes that decide."""
    worlds = max(pair.worlds for pair in pairs.values())
    pairs = {name: pair for name, pair in pairs.items() if pair.worlds}
    if not pairs:
        return t("verdict.nothing_to_settle")
    unsure = {name: pair for name, pair in pairs.items() if not pair.enough}
    if not unsure and len(pairs) == 1:
        return t("verdict.enough_for", worlds=worlds, outcome=TOTALS[next(iter(pairs))].label(t.language))
    if not unsure:
        return t("verdict.enough", worlds=worlds)
    outcomes = t.join([TOTALS[name].label(t.language) for name in unsure])
    needed = [pair.worlds_needed for pair in unsure.values()]
    if None in needed:
        return t("verdict.never_enough", worlds=worlds, outcomes=outcomes)
    return t("verdict.not_enough", worlds=worlds, outcomes=outcomes, needed=max(n for n in needed if n is not None))

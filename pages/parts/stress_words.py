"""What a stress test came to, in sentences and tables that are true of the numbers beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pandas as pd

from pages.parts import verdicts
from pages.parts.stress import Asked
from pages.parts.words import Words
from simulation.analysis import robustness, stress_findings
from simulation.analysis.futures import Futures
from simulation.analysis.stress_findings import Findings
from simulation.outcomes import TOTALS

SETTLED = 0.95
"""Share of resamples in which a plan must come first to be called settled."""
KEPT = 24
FEWEST = 10
"""Futures below which nothing is concluded."""


findings = lru_cache(maxsize=KEPT)(stress_findings.findings)
"""All of it, kept for whoever looks again."""


def amount(outcome: Any, value: float, t: Words) -> str:
    """A difference without its sign: ``¥1,200`` or ``2.1 points``."""
    return t.points(value, sign=False) if outcome.unit == "share" else t.value(outcome, value)


def between(tell: Callable[[float], str], low: float, high: float) -> str:
    """``[1.2, 3.0]`` in whatever words numbers are told."""
    return f"[{tell(low)},\u00a0{tell(high)}]"


def answer(asked: Asked, found: Findings, t: Words) -> str:
    """Which plan holds, with the evidence."""
    rows = found.reached.set_index("plan")
    first, second = found.robust.plan, found.robust.second
    shares = {
        place: t.percent(rows["share"][plan]) + " " + between(t.percent, rows["low"][plan], rows["high"][plan])
        for place, plan in (("share", first), ("other", second))
    }
    if rows["futures"][first] < FEWEST:
        return t("stress.few", futures=int(rows["futures"][first]), needed=FEWEST)
    sure = "settled" if found.robust.first >= SETTLED else "unsettled"
    if sure == "settled" and rows["share"][first] == rows["share"][second]:
        # Targets do not tell them apart; what is left to tell is who falls short by less.
        sure = "level"
    return t(f"stress.robust_{sure}", plan=asked.name(first), second=asked.name(second),
             futures=int(rows["futures"][first]), first=t.percent(found.robust.first), **shares)  # fmt: skip


def regretted(asked: Asked, found: Findings, t: Words) -> str:
    """Which plan is regretted least, by each way to count it."""
    outcome = TOTALS[asked.outcome]
    table = found.regret.table.set_index("plan")
    parts = []
    for name, (plan, sure) in found.robust.least.items():
        value = amount(outcome, table[name][plan], t)
        parts.append(t(f"stress.least_{name}", plan=asked.name(plan), value=value, sure=t.percent(sure)))
    return t("stress.least", parts=t.join(parts))


def priced(asked: Asked, found: Findings, t: Words) -> str:
    """What the robust plan gives up, if the world turns out as the scenario has it."""
    outcome, plan = TOTALS[asked.outcome], asked.name(found.robust.plan)
    cost = found.price.cost
    if cost is None:
        return t("stress.price_none", plan=plan, outcome=outcome.label(t.language))
    known = "price" if verdicts.clear(cost) else "price_unclear"
    return t(f"stress.{known}", plan=plan, best=asked.name(found.price.best), outcome=outcome.label(t.language),
             change=verdicts.difference(cost, outcome, t), worlds=cost.worlds)  # fmt: skip


def table(asked: Asked, found: Findings, t: Words) -> pd.DataFrame:
    """Targets reached and regret, a plan a row, the most robust first."""
    outcome = TOTALS[asked.outcome]
    rows = found.reached.merge(found.regret.table, on="plan").sort_values(["share", "mean"], ascending=[False, True])
    told = []
    for row in rows.to_dict("records"):
        line = {t("charts.plan"): asked.name(row["plan"])}
        line[t("stress.reached")] = t.percent(row["share"]) + " " + between(t.percent, row["low"], row["high"])
        for name in robustness.STATISTICS:
            ends = between(lambda value: amount(outcome, value, t), row[f"{name}_low"], row[f"{name}_high"])
            line[t(f"stress.regret_{name}")] = f"{amount(outcome, row[name], t)} {ends}"
        told.append(line)
    return pd.DataFrame(told)


def caveats(asked: Asked, found: Futures, findings_: Findings, t: Words) -> list[str]:
    """What bounds the evidence."""
    told = [t("stress.note_reached", futures=len(found)), t("stress.note_regret", worlds=found.worlds)]
    if found.worlds == 1:
        told.append(t("stress.note_one_world"))
    if findings_.regret.left_out:
        told.append(t("stress.note_left_out", count=findings_.regret.left_out,
                      outcome=TOTALS[asked.outcome].label(t.language)))  # fmt: skip
    return told

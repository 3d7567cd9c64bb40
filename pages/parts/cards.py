"""Cards of the evidence page: the week of the model, its outcomes, every parameter with grade and source."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from pages.parts.words import Words
from simulation.analysis import acceptance
from simulation.market import Market
from simulation.model import SCHEDULE
from simulation.outcomes import TOTALS, WEEKLY
from simulation.params import Params
from simulation.population import NeedWeights, Population, SocialGraph
from simulation.processes import Behaviour, Economy
from simulation.shocks import SHOCKS
from simulation.strategies import STRATEGIES

YEAR = re.compile(r"[A-Z].*\b(19|20)\d\d\b")
GRADE = re.compile(r"\s*\[[VCMT]\]")


def schedule(t: Words) -> str:
    """The week of the model as a numbered list, in the order in which it is executed."""
    return "\n".join(f"{place}. {t(f'schedule.{process.__name__}')}" for place, process in enumerate(SCHEDULE, 1))


def outcomes(t: Words) -> pd.DataFrame:
    """Every outcome with its unit and definition."""
    rows = [
        {
            t("evidence.outcome"): outcome.label(t.language),
            t("evidence.unit"): t.unit_of(outcome),
            t("evidence.definition"): outcome.definition(t.language),
        }
        for outcome in (WEEKLY | TOTALS).values()
    ]
    return pd.DataFrame(rows).drop_duplicates()


def groups(t: Words) -> dict[str, tuple[str, type[Params]]]:
    """Group of parameters → what people call it and the class that declares them."""
    found: dict[str, tuple[str, type[Params]]] = {
        "population": (t("groups.population"), Population),
        "needs": (t("groups.needs"), NeedWeights),
        "graph": (t("groups.graph"), SocialGraph),
        "economy": (t("groups.economy"), Economy),
    }
    for name, field in Behaviour.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Params):
            found[f"behaviour.{name}"] = (t("groups.behaviour", name=t(f"groups.{name}")), field.annotation)
    for name, strategy in STRATEGIES.items():
        found[f"strategies.{name}"] = (t("groups.strategy", name=strategy.label[t.language]), strategy)
    for name, shock in SHOCKS.items():
        found[f"shocks.{name}"] = (t("groups.shock", name=shock.label[t.language]), shock)
    found["market"] = (t("groups.market"), Market)
    return found


def sources(t: Words) -> str:
    """Every source named by a parameter, an outcome or a fact, once, as a list."""
    return "\n".join(f"- {source}" for source in sorted(set(_sources(t)), key=str.lower))


def _sources(t: Words) -> Iterator[str]:
    said = [declared.source for _, kind in groups(t).values() for declared in kind.declared()]
    said += [outcome.source for outcome in (WEEKLY | TOTALS).values()]
    said += [fact.source for fact in acceptance.FACTS]
    for part in (part.strip() for source in said for part in source.split(";")):
        cited = GRADE.sub("", part.removeprefix("sign: ")).strip()
        if YEAR.search(cited):
            yield cited

"""Runs behind the dilemmas: plans, margins and communities, each in the same twin worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.analysis import acceptance
from simulation.experiment import Experiment
from simulation.scenario import Plan, Scenario, load_scenario

CONTACT: Mapping[str, Any] = {"contact": {"frequency": 0.5}}
"""What every plan does besides: the neutral plan of the library."""

EVENTS, REWARDS, SERVICE = (0, 0.25, 0.5, 1, 2, 3), (0, 0.1, 0.25, 0.5, 1), (0, 0.25, 0.5, 0.75, 1)
HONOURS, HUBS = (0, 0.5, 1), (0, 0.15, 0.3)
POSTING = (0.02, 0.08, 0.32, 1.28, 5)
"""Median posts a week of a person in a community that nearly everybody belongs to: how much there is to read."""

FULL = 0.8
"""Founders of that community, share of the people."""

SMALL, LARGE = 500, 6000
"""People of two communities of the same kind, of which the larger has twelve times the posts to leaf through."""

MARGINS = (0.45, 0.70)
HUBS_LOST = 20
CERTAIN = 3.0
"""Log-odds at which nearly every task of co-creation succeeds."""


def plan(name: str, **strategies: Mapping[str, Any]) -> Plan:
    """Ordinary contact and the given strategies."""
    return Plan.parse({"name": name, "strategies": {**CONTACT, **strategies}})


def _ladder(name: str, strategy: str, lever: str, levels: Sequence[float], **others: float) -> tuple[Plan, ...]:
    """One plan for each level of a lever, named after it."""
    usual = CONTACT.get(strategy, {})
    return tuple(
        plan(name_at(name, level), **{strategy: {**usual, lever: level, **others}}) for level in levels
    )  # fmt: skip


def name_at(name: str, level: float) -> str:
    """Name of the plan of a ladder at a level."""
    return f"{name}_{level:g}".replace(".", "_")


def rungs(name: str, levels: Sequence[float]) -> tuple[str, ...]:
    """Names of the plans of a ladder, from the lowest level up."""
    return tuple(name_at(name, level) for level in levels)


NEUTRAL = plan("neutral")
_COCREATE = plan("cocreate", cocreation={"share": 0.06, "support": 0.8})
PLANS: tuple[Plan, ...] = (
    NEUTRAL,
    plan("pay", material_incentives={"reward": 0.6, "performance": 0}),
    plan("pay_quality", material_incentives={"reward": 0.6, "performance": 0.8}),
    plan("pay_and_stop", material_incentives={"reward": 0.6, "performance": 0, "stop": 52}),
    plan("personal", personalisation={"depth": 1}),
    plan("personal_control", personalisation={"depth": 1}, privacy_protection={"control": 0.9}),
    plan("discount", price_promotion={"discount": 0.3}),
    plan("tiers", tiers={"step": 60, "discount": 0.02}),
    _COCREATE,
    plan("rescue_risk", churn_prediction={"reach": 0.2, "targeting": 0}),
    plan("rescue_sensitivity", churn_prediction={"reach": 0.2, "targeting": 1}),
    *_ladder("events", "events", "frequency", EVENTS, themes=0.5),
    *_ladder("invite", "referral", "reward", REWARDS),
    *_ladder("service", "contact", "service", SERVICE),
    *_ladder("honours", "recognition", "intensity", HONOURS),
    *_ladder("hubs", "key_nodes", "share", HUBS, support=1, koc=0),
)
"""Plans tried on the product community over 104 weeks."""

RANKED = (
    "neutral", "pay", "pay_quality", "personal_control", "discount", "tiers", "cocreate", "rescue_sensitivity",
    "events_0_5", "invite_0_25", "invite_0_5", "invite_1", "service_0_5", "honours_0_5", "hubs_0_15",
)  # fmt: skip
"""Plans whose order by profit is compared between horizons."""

_OPEN = plan("open", price_transparency={"disclosed": 1})
_HUBS = plan("hubs", key_nodes={"share": 0.05, "support": 1, "koc": 0})
_KEEN = plan("keen", key_nodes={"share": 0.05, "support": 1, "koc": 1})
_SORTED_OUT = plan("sorted_out", personalisation={"depth": 0.6}, privacy_protection={"control": 0.9})
_POOR = {"serving": {"failure": 0.3}, "feeling": {"product_fit": 0.02}}


def experiments(worlds: int = 10, size: int = 2000) -> dict[str, Experiment]:
    """Every run the dilemmas need, by name.

    Args:
        worlds: Twin worlds of each plan.
        size: People in each world.
    """
    product = acceptance.sized(load_scenario("product"), size)
    year = product.model_copy(update={"horizon": 52})
    struck = Scenario.parse(dict(year) | {"shocks": [{"shock": "hub_loss", "week": 27, "count": HUBS_LOST, "size": 1}]})
    poor = Scenario.parse(dict(year) | {"behaviour": _POOR})
    succeeding = Scenario.parse(dict(product) | {"behaviour": {"creating": {"base_success": CERTAIN}}})
    made = {
        "plans": Experiment.of(product, PLANS, worlds),
        "contacts": acceptance.experiments(worlds, size)["contacts"],
        # What hubs do is small: it takes more worlds to see it.
        "struck": Experiment.of(struck, (NEUTRAL, _HUBS), 3 * worlds),
        "spared": Experiment.of(year, (NEUTRAL, _HUBS), 3 * worlds),
        "poor": Experiment.of(poor, (NEUTRAL, _HUBS, _KEEN), 3 * worlds),
        "successful": Experiment.of(succeeding, (NEUTRAL, _COCREATE), worlds),
    }
    for margin in MARGINS:
        economy = product.economy.model_copy(update={"margin": margin})
        made[f"margin_{margin:.0%}"] = Experiment.of(
            product.model_copy(update={"economy": economy}), (NEUTRAL, _OPEN), worlds
        )
    for level in POSTING:
        people = product.population.model_copy(update={"posting_median": level, "founders": FULL})
        made[name_at("posting", level)] = Experiment.of(year.model_copy(update={"population": people}), NEUTRAL, worlds)
    # As many people in all, so that both are known equally well.
    for name, number, times in (("small", SMALL, worlds * LARGE // SMALL), ("large", LARGE, worlds)):
        chatting = acceptance.sized(load_scenario("interest"), number).model_copy(update={"horizon": 52})
        made[name] = Experiment.of(chatting, (NEUTRAL, _SORTED_OUT), times)
    governed = (NEUTRAL, _governed("by_heads", 0), _governed("by_tokens", 1))
    return made | {"governed": Experiment.of(product, governed, worlds)}


def _governed(name: str, gamma: float) -> Plan:
    return plan(name, governance={"gamma": gamma, "dividend": 0})

"""Acceptance facts: what the literature measured, beside what the engine shows today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import facts, published
from simulation.analysis.facts import Found
from simulation.experiment import Experiment
from simulation.results import Results
from simulation.scenario import Plan, Scenario, list_plans, load_scenario

SINGLE_LEVERS: dict[str, dict[str, Any]] = {
    "lever_contact": {"contact": {"frequency": 1}},
    "lever_service": {"contact": {"frequency": 0.5, "service": 1}},
    "lever_reward": {"contact": {}, "material_incentives": {"reward": 0.3, "performance": 1}},
    "lever_recognition": {"contact": {}, "recognition": {"intensity": 0.5}},
    "lever_tiers": {"contact": {}, "tiers": {}},
    "lever_cocreation": {"contact": {}, "cocreation": {"share": 0.1}},
    "lever_transparency": {"contact": {}, "price_transparency": {"disclosed": 1}},
    "lever_referral": {"contact": {}, "referral": {"reward": 0.3}},
}
FREQUENCIES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
REFERRAL_REWARDS = (0.0, 0.25, 1.0)


@dataclass(frozen=True)
class Fact:
    """One thing the engine must show.

    Attributes:
        runs: Names of the experiments it reads, see :func:`experiments`.
        measure: Results by name → value, interval and verdict.
        moved: Whether it is a verdict about profit or retention of a plan, which β_S and β_T may turn over.
    """

    id: str
    zh: str
    en: str
    target: str
    source: str
    runs: tuple[str, ...]
    measure: Callable[[Mapping[str, Results]], Found]
    moved: bool = False


def _plan(name: str, strategies: Mapping[str, Any]) -> Plan:
    return Plan.parse({"name": name, "strategies": strategies})


def sized(scenario: Scenario, size: int) -> Scenario:
    """The same community with another number of people."""
    return scenario.model_copy(update={"population": scenario.population.model_copy(update={"size": size})})


def with_leaving(scenario: Scenario, **leaving: float) -> Scenario:
    """The same community with other coefficients of leaving, see :class:`simulation.processes.leaving.Leaving`."""
    changed = scenario.behaviour.leaving.model_copy(update=leaving)
    return scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update={"leaving": changed})})


def _littles_world() -> Scenario:
    return Scenario.parse(
        {
            "name": "littles_law",
            "population": {"size": 20_000, "founders": 0, "churn_alpha": 5, "churn_beta": 45},
            "behaviour": {
                "joining": {"mouth": 0, "win_back": 0},
                "referral": {"rate": 0},
                "leaving": {"satisfaction": 0, "trust": 0, "fatigue": 0, "contagion": 1, "referred": 0, "crowded": 0},
            },
            "horizon": 208,
        }
    )


def experiments(worlds: int = 10, size: int = 2000) -> dict[str, Experiment]:
    """Every run the facts need, by name.

    Args:
        worlds: Twin worlds of each plan.
        size: People in each world.
    """
    product = load_scenario("product")
    product = sized(product, size)
    short = product.model_copy(update={"horizon": 26})
    library = list_plans()
    neutral, good = library["neutral"], library["all_good"]
    often = [_plan(f"contacts_{f:g}".replace(".", "_"), {"contact": {"frequency": f}}) for f in FREQUENCIES]
    rewards = [
        _plan(f"referral_{r:g}".replace(".", "_"), {"contact": {}, "referral": {"reward": r}}) for r in REFERRAL_REWARDS
    ]
    cycle = _plan("reward_cycle", {"contact": {}, "material_incentives": {"reward": 1, "start": 14, "stop": 39}})
    singles = [_plan(name, strategies) for name, strategies in SINGLE_LEVERS.items()]
    satisfaction, trust = (d.plausible for d in list(product.behaviour.leaving.declared())[:2])
    made = {
        "base": Experiment.of(product, neutral, worlds),
        "contacts": Experiment.of(product, often, worlds),
        # Few come by referral, so their churn needs a larger population to be seen.
        "referral": Experiment.of(sized(product, 4 * size), rewards, worlds),
        "cycle": Experiment.of(product.model_copy(update={"horizon": 65}), (neutral, cycle), worlds),
        "levers": Experiment.of(short, (neutral, good, *singles), worlds),
        "little": Experiment.of(_littles_world(), _plan("nothing", {}), max(2, worlds // 3)),
        "alone": Experiment.of(with_leaving(short, contagion=1), neutral, max(2, worlds // 3)),
    }
    for place, name in ((0, "insensitive"), (1, "sensitive")):
        mood = with_leaving(short, satisfaction=satisfaction[place], trust=trust[place])
        made[name] = Experiment.of(mood, (neutral, good), worlds)
    return made


def _within(outcome: str, low: float, high: float, run: str = "base") -> Callable[[Mapping[str, Results]], Found]:
    return lambda results: facts.level(results[run], outcome, low, high)


def _founders(week: int, centre: float) -> Callable[[Mapping[str, Results]], Found]:
    return lambda results: facts.founders(results["base"], week, centre - 0.04, centre + 0.04)


def _posting(weeks: tuple[int, int], low: float, high: float) -> Callable[[Mapping[str, Results]], Found]:
    return lambda results: facts.posting_ratio(results["cycle"], weeks, low, high)


FACTS: tuple[Fact, ...] = (
    *(
        Fact(f"founders_{week}", f"创始成员第 {week} 周留存（中性方案）", f"Founders still there in week {week}, neutral plan",
             f"{centre:.2f} ± .04", "design value", ("base",),
             _founders(week, centre))
        for week, centre in ((13, 0.73), (26, 0.58), (52, 0.45), (104, 0.35))
    ),
    Fact("hazard_declines", "季度留存随在社群时间上升的次数（共 7 次比较）", "Quarterly retention rises with tenure (of 7 steps)",
         "≥ 6 of 7", "sBG, Fader & Hardie 2007; UCI community [C]", ("base",), lambda r: facts.rising_quarters(r["base"])),
    Fact("sbg_projection", "用第 1–4 季度拟合 sBG，对第 8 季度的预测误差", "Error of sBG fitted to quarters 1–4 at quarter 8",
         "≤ 10 %", "Fader & Hardie 2007", ("base",), lambda r: facts.sbg_projection(r["base"])),
    Fact("top20_buyers", "前 20% 买家的收入占比", "Revenue share of the top 20 % of buyers", ".55–.80",
         "subscription .59, average .67, packaged goods .73 [V]; CDNOW .678 [C]", ("base",),
         _within("top20_buyers_share", 0.55, 0.80)),
    Fact("top10_posters", "前 10% 发帖者的帖子占比", "Share of posts by the top 10 %", ".60–.97", "van Mierlo 2014 [V]", ("base",),
         _within("top10_posters_share", 0.60, 0.97)),
    Fact("top1_posters", "前 1% 发帖者的帖子占比", "Share of posts by the top 1 %", ".15–.75", "van Mierlo 2014 [V]", ("base",),
         _within("top1_posters_share", 0.15, 0.75)),
    Fact("never_posted", "从不发帖者的占比", "Share who never post", ".25–.80", "range .29–.75 [V]", ("base",),
         _within("never_posted", 0.25, 0.80)),
    Fact("contagion", "好友刚流失时的风险比", "Hazard ratio when a tie has just left", "1.5–2.2", "1.80, Nitzan & Libai 2011 [V]",
         ("base",), _within("gap_hazard_ratio", 1.5, 2.2)),
    Fact("contagion_off", "关闭流失传染时的风险比", "The same with contagion off", "exactly 1", "definition", ("alone",),
         _within("gap_hazard_ratio", 1.0, 1.0, "alone")),
    Fact("referred", "小额奖励（≤ .25）下被推荐者的相对流失率", "Relative churn of the referred at rewards up to .25", "< 1",
         "Van den Bulte et al. 2018 [V]", ("referral",),
         lambda r: facts.below_one(r["referral"], "referral_0_25", "referred_hazard_ratio")),
    Fact("referred_rises", "奖励从 0 升到 1 时，该比值的变化", "Change of that ratio as the reward goes from 0 to 1", "> 0",
         "reward attracts the deal-prone, Lewis 2006; Wolters & Gedenk 2019 [V]", ("referral",),
         lambda r: facts.rise(r["referral"], "referral_0", "referral_1", "referred_hazard_ratio")),
    Fact("contact_optimum", "利润最高的触达频率（每周次数）", "Contacts a week at which profit peaks", ".5–2, interior",
         "Godfrey, Seiders & Voss 2011 [V]", ("contacts",), lambda r: facts.best_frequency(r["contacts"], FREQUENCIES),
         moved=True),
    *(
        Fact(f"reward_{name}", zh, en, target, "Khern-am-nuai 2018; Deci 1999 [V]", ("cycle",),
             _posting(weeks, low, high))
        for name, zh, en, target, weeks, low, high in (
            ("starts", "开始奖励后 4 周的发帖量之比", "Posts while rewards are new, relative to none", "> 1", (14, 17), 1, np.inf),
            ("fades", "奖励第 23–26 周的发帖量之比", "Posts late in the rewarded half-year", "> 1, less than at first", (36, 39), 1, np.inf),
            ("stops", "停止奖励后的发帖量之比", "Posts after rewards have stopped", "< 1", (40, 52), 0, 1),
        )
    ),
    Fact("trust_asymmetry", "抵消一次坏经历所需的顺利订单数（由系数算得）", "Smooth orders that undo one bad experience (from the coefficients)", "≥ 3",
         "Slovic 1993 [V]; ratings: 3.8 [C]", (), lambda _: facts.undoing()),
    Fact("best_lever", "单一策略对 13 周留存的最大提升", "Most that one strategy adds to 13-week retention", "≤ 4.5 %",
         "most ideas fail A/B tests; ≈ 3 % ± 50 %", ("levers",), lambda r: facts.best_single(r["levers"], tuple(SINGLE_LEVERS)),
         moved=True),
    Fact("good_settings", "九项好设置一起的提升", "Nine good settings together", "+2.5 … +7.5 %", "≈ 5 % ± 50 %", ("levers",),
         lambda r: facts.lift(r["levers"], "neutral", "all_good", 0.025, 0.075), moved=True),
    Fact("good_insensitive", "同上，β_S、β_T 取低值", "The same at low β_S and β_T", "+0.5 … +1.5 %", "assumption range", ("insensitive",),
         lambda r: facts.lift(r["insensitive"], "neutral", "all_good", 0.005, 0.015)),
    Fact("good_sensitive", "同上，β_S、β_T 取高值", "The same at high β_S and β_T", "+6.5 … +19.5 %", "assumption range", ("sensitive",),
         lambda r: facts.lift(r["sensitive"], "neutral", "all_good", 0.065, 0.195)),
    Fact("five_contacts", "每周触达 5 次对 26 周留存的影响", "Five contacts a week, effect on 26-week retention", "−12.5 … −37.5 %",
         "≈ −25 % ± 50 %, Godfrey et al. 2011 [V]", ("contacts",),
         lambda r: facts.lift(r["contacts"], "contacts_0_5", "contacts_5", -0.375, -0.125, "retention_26"), moved=True),
    Fact("littles_law", "稳态规模 ÷（到达率 × 平均停留时间）", "Steady-state size over arrivals × mean lifetime", "1 ± .05",
         "Little's law", ("little",), lambda r: facts.littles_law(r["little"], _littles_world())),
    *(
        Fact(f"published_{name}", zh, en, target, source, (), measure)
        for name, zh, en, target, source, measure in (*facts.PUBLISHED, *published.MORE_PUBLISHED)
    ),
)  # fmt: skip
"""Facts of the model's contract that the processes built so far can show."""


def table(results: Mapping[str, Results], told: Iterable[Fact] = FACTS) -> pd.DataFrame:
    """Every fact with today's value.

    Args:
        results: Results of :func:`experiments`, by name.
        told: Facts to measure.

    Returns:
        Columns id, fact_zh, fact_en, value, low, high (95 % interval over worlds where there is one), target,
        verdict (``holds``, ``fails`` or ``undecided``), source, worlds.
    """
    rows = []
    for fact in told:
        found = fact.measure(results)
        rows.append(
            {"id": fact.id, "fact_zh": fact.zh, "fact_en": fact.en, "value": found.value, "low": found.low}
            | {"high": found.high, "target": fact.target, "verdict": found.verdict}
            | {"source": fact.source, "worlds": found.worlds}
        )
    return pd.DataFrame(rows)

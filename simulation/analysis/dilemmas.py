"""Dilemmas: every strategy has a cost, a delay and a way to backfire, and the engine must show each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from simulation.analysis import acceptance, dilemma_runs, signatures
from simulation.analysis.acceptance import Fact
from simulation.analysis.dilemma_measures import (
    INF,
    Measure,
    beats,
    change,
    climb,
    fall_after_rise,
    hub_loss_hurts,
    order,
    peak,
    reading_peak,
    sorting_helps_the_large,
)
from simulation.analysis.dilemma_runs import EVENTS, HONOURS, HUBS, POSTING, REWARDS, SERVICE, rungs
from simulation.results import Results

NOISE = 0.06
"""Share of the neutral plan's profit below which a difference counts as noise: 8 of 133."""

YEAR_TWO = (53, 104)


@dataclass(frozen=True)
class Dilemma:
    """What pulls both ways, and the signs by which one sees it in the engine.

    Attributes:
        prototype: What a prototype of the same equations showed, or the size that was measured.
        signatures: What must hold, each with its own runs, value and verdict.
    """

    id: str
    zh: str
    en: str
    prototype: str
    source: str
    signatures: tuple[Fact, ...]


def _fact(
    id: str,
    zh: str,
    en: str,
    target: str,
    measure: Measure,
    *,
    runs: tuple[str, ...] = ("plans",),
    source: str = "",
    moved: bool = False,
) -> Fact:
    return Fact(id, zh, en, target, source, runs, measure, moved)


def _accepted(*ids: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in acceptance.FACTS if fact.id in ids)


DILEMMAS: tuple[Dilemma, ...] = (
    Dilemma(
        "paying_for_posts", "付钱买帖子", "Paying for posts", "posts +42 %, profit −41 %, M .71 → .23; by quality: posts +83 %, profit −29 %; stopped: ×.6",
        "Deci, Koestner & Ryan 1999; Sun, Dong & McIntyre 2017; opposite sign: Wang, Li & Hui 2021, Yu 2022",
        (
            _fact("pay_posts", "按帖付钱后帖子的变化", "Posts when each is paid", "> 0", change("pay", "posts", 0, INF)),
            _fact("pay_profit", "按帖付钱后利润的变化", "Profit when each post is paid", "< 0", change("pay", "profit", -INF, 0), moved=True),
            _fact("pay_motivation", "按帖付钱后内在动机的变化", "Intrinsic motivation when each post is paid", "< 0", change("pay", "motivation", -INF, 0, weeks=YEAR_TWO)),
            _fact("quality_posts", "按质付钱比按帖付钱多多少帖子", "Posts when quality is paid, against paying for each", "> 0", change("pay_quality", "posts", 0, INF, "pay")),
            _fact("quality_profit", "按质付钱比按帖付钱多多少利润", "Profit when quality is paid, against paying for each", "> 0", beats("pay_quality", "pay"), moved=True),
            _fact("pay_stopped", "停止付钱后帖子与从未付钱相比", "Posts after paying has stopped, against never", "< 0", change("pay_and_stop", "posts", -INF, 0, weeks=(57, 104))),
        ),
    ),
    Dilemma(
        "contact_frequency", "触达频率", "Contact frequency", "peak near 1 a week; at 5, 26-week retention .58 → .39", "Godfrey, Seiders & Voss 2011",
        _accepted("contact_optimum", "five_contacts"),
    ),
    Dilemma(
        "events", "活动", "Events", "satisfaction rises with every event, retention peaks then falls", "Godfrey, Seiders & Voss 2011; Rodrigues et al. 2022",
        (
            _fact("events_satisfaction", "活动每加一档，满意度至少变化多少", "Satisfaction, smallest step as events become more frequent", "> 0", climb("events", EVENTS, "satisfaction")),
            _fact("events_retention", "52 周留存最高的活动频率（次/周）", "Events a week at which 52-week retention peaks", "interior", peak("events", EVENTS, "retention_52"), moved=True),
            _fact("events_many", "每周三次活动对 52 周留存的影响（与峰值 .5 次相比）", "52-week retention at three events a week against .5", "< 0", change("events_3", "retention_52", -INF, 0, "events_0_5"), moved=True),
        ),
    ),
    Dilemma(
        "personalisation", "个性化与控制权", "Personalisation × control", "profit +12 % with control .9, −17 % with none", "Aguirre et al. 2015; Tucker 2014",
        (
            _fact("control_profit", "全力个性化：有控制权比没有多多少利润", "Full personalisation: profit with control against none", "> 0", beats("personal_control", "personal"), moved=True),
            _fact("personal_with", "有控制权的个性化对利润的影响", "Profit of personalisation with control", "> 0", beats("personal_control", "neutral"), moved=True),
            _fact("personal_without", "没有控制权的个性化对利润的影响", "Profit of personalisation without control", "< 0", change("personal", "profit", -INF, 0), moved=True),
        ),
    ),
    Dilemma(
        "referral_reward", "推荐奖励", "Referral reward", "members ×2.3, revenue +86 %; profit peaks, then −41 %", "Lewis 2006; Wolters & Gedenk 2019",
        (
            _fact("reward_members", "全额奖励对期末成员数的影响", "Members at the end with the full reward", "> 0", change("invite_1", "members", 0, INF)),
            _fact("reward_revenue", "全额奖励对收入的影响", "Revenue with the full reward", "> 0", change("invite_1", "revenue", 0, INF)),
            _fact("reward_peak", "利润最高的奖励", "Reward at which profit peaks", "interior", peak("invite", REWARDS, "profit"), moved=True),
            _fact("reward_collapse", "全额奖励对利润的影响", "Profit with the full reward", "< 0", change("invite_1", "profit", -INF, 0), moved=True),
        ),
    ),
    Dilemma(
        "discount", "七折促销", "Discount of 30 %", "revenue +43 %, profit −34 %", "Anderson & Simester 2010; Elberg et al. 2019",
        (
            _fact("discount_revenue", "对收入的影响", "Revenue", "> 0", change("discount", "revenue", 0, INF)),
            _fact("discount_profit", "对利润的影响", "Profit", "< 0", change("discount", "profit", -INF, 0), moved=True),
        ),
    ),
    Dilemma(
        "human_service", "人工服务", "Human service", "flat optimum in profit, trust .58 → .69", "de Matos, Henrique & Rossi 2007; Luo et al. 2019",
        (
            _fact("service_trust", "服务每加一档，信任至少变化多少", "Trust, smallest step as service grows", "> 0", climb("service", SERVICE, "trust")),
            _fact("service_flat", "利润最差的服务档比最好的差多少", "Profit, worst level of service below the best", f"≤ {2 * NOISE:.0%}",
                  lambda r: signatures.unevenness(r["plans"], rungs("service", SERVICE), "profit", 2 * NOISE), moved=True),
        ),
    ),
    Dilemma(
        "transparency", "价格透明与毛利", "Transparency × margin", "profit +19 % at a margin of 45 %, −17 % at 70 %", "Mohan, Buell & John 2020",
        (
            _fact("open_thin", "毛利 45% 时公开成本对利润的影响", "Profit of open prices at a margin of 45 %", "> 0", change("open", "profit", 0, INF, run="margin_45%"), runs=("margin_45%",), moved=True),
            _fact("open_fat", "毛利 70% 时公开成本对利润的影响", "Profit of open prices at a margin of 70 %", "< 0", change("open", "profit", -INF, 0, run="margin_70%"), runs=("margin_70%",), moved=True),
        ),
    ),
    Dilemma(
        "tiers", "会员等级", "Tiers", "revenue +9 %, profit ≈ 0; demotion worse than never promoted", "Wagner et al. 2009; Goes et al. 2016; Liu 2007",
        (
            _fact("tiers_revenue", "对收入的影响", "Revenue", "> 0", change("tiers", "revenue", 0, INF)),
            _fact("tiers_profit", "对利润的影响", "Profit", f"within ± {NOISE:.0%}", change("tiers", "profit", -NOISE, NOISE), moved=True),
            _fact("demotion", "升级后又降级者，与从未升级者相比的流失对数几率（由系数算得）", "Log-odds of leaving after a rise and a fall, against never having risen (from the coefficients)", "> 0", fall_after_rise, runs=()),
        ),
    ),
    Dilemma(
        "hubs", "枢纽节点", "Hubs", "faster growth, small and saturating gain; losing a hub hurts more; at poor quality early adopters beat hubs", "Hinz et al. 2011; Cui et al. 2018; Wies et al. 2023",
        (
            _fact("hubs_growth", "扶持枢纽对成员数的影响（1–52 周平均）", "Members, mean of weeks 1–52, with hubs empowered", "0 to +15 %", change("hubs_0_15", "members", 0, 0.15, weeks=(1, 52))),
            _fact("hubs_saturate", "第二个 15% 的枢纽比第一个 15% 少带来多少成员（相对）", "Members won by the second 15 % of hubs, against the first", "< 0",
                  lambda r: signatures.fading(r["plans"], rungs("hubs", HUBS), "members", (1, 104))),
            _fact("hub_loss", "枢纽出走使成员多减少多少：扶持过枢纽时减未扶持时", "Further share of members lost with the hubs, where they were empowered", "> 0", hub_loss_hurts, runs=("struck", "spared")),
            _fact("poor_quality", "质量差时：扶持活跃者比扶持枢纽多多少成员", "At poor quality: members with keen customers empowered, against hubs", "> 0", change("keen", "members", 0, INF, "hubs", weeks=(1, 52), run="poor"), runs=("poor",)),
        ),
    ),
    Dilemma(
        "cocreation", "共创", "Co-creation", "satisfaction +20 %, profit −6 % in two years; pays when the task succeeds", "Franke et al. 2010; Norton et al. 2012; field tests at Muji",
        (
            _fact("cocreate_satisfaction", "对满意度的影响（第二年）", "Satisfaction in the second year", "> 0", change("cocreate", "satisfaction", 0, INF, weeks=YEAR_TWO)),
            _fact("cocreate_profit", "对两年利润的影响", "Profit in two years", "< 0", change("cocreate", "profit", -INF, 0), moved=True),
            _fact("cocreate_slow", "第一季度对满意度的影响与第二年相比", "Gain in satisfaction, first quarter less second year", "< 0",
                  lambda r: signatures.later(r["plans"], "cocreate", "neutral", "satisfaction", (1, 13), YEAR_TWO)),
            _fact("cocreate_success", "几乎每项任务都成功时对两年利润的影响", "Profit in two years where nearly every task succeeds", "> 0",
                  change("cocreate", "profit", 0, INF, run="successful"), runs=("successful",), moved=True),
        ),
    ),
    Dilemma(
        "recognition", "荣誉", "Recognition", "dilutes when universal", "Restivo & van de Rijt 2012; Gallus 2017",
        (
            _fact("honours_dilute", "荣誉强度第二个一半比第一个一半少带来多少尊重（相对）", "Esteem won by the second half of intensity, against the first", "< 0",
                  lambda r: signatures.fading(r["plans"], rungs("honours", HONOURS), "need_esteem", (1, 104))),
            _fact("honours_work", "一半强度的荣誉对尊重需求的影响", "Esteem with half the intensity", "> 0", change("honours_0_5", "need_esteem", 0, INF, weeks=(1, 104))),
        ),
    ),
    Dilemma(
        "size", "规模与过载", "Size and overload", "overload beyond a point; larger groups lose more of their members", "Butler 2001; Jones, Ravid & Rafaeli 2004",
        (
            _fact("size_turnover", f"{dilemma_runs.LARGE:,} 人的兴趣社群比 {dilemma_runs.SMALL} 人的流失率高多少（相对）", f"Turnover of an interest community of {dilemma_runs.LARGE:,} people against one of {dilemma_runs.SMALL}, relative", "> 0",
                  lambda r: signatures.apart(signatures.turnover(r["large"], "neutral"), signatures.turnover(r["small"], "neutral")), runs=("small", "large"), moved=True),
            _fact("size_sorted_out", "推荐替成员筛帖对 52 周留存的影响：大社群比小社群多多少", "Change of 52-week retention where recommendation sorts posts: in the large community less in the small", "> 0",
                  sorting_helps_the_large, runs=("small", "large"), moved=True),
            _fact("overload", "功能需求满足度最高的发帖水平（每人每周中位数）", "Posting (median per person and week) at which functional needs are met best", "interior",
                  reading_peak, runs=rungs("posting", POSTING)),
        ),
    ),
    Dilemma(
        "governance", "治理", "Governance", "6 % turnout, top 10 % hold 76 % of votes", "DAO data; Lalley & Weyl 2018",
        (
            _fact("turnout", "每次投票的参与率", "Turnout", ".03–.12", lambda r: signatures.turnout(r["governed"], "by_tokens", 0.03, 0.12), runs=("governed",)),
            _fact("tokens_held", "前 10% 成员持有的通证占比", "Tokens held by the top 10 %", ".60–.90", lambda r: signatures.held(r["governed"], "by_tokens", 0.60, 0.90), runs=("governed",)),
            _fact("voice_posts", "一币一票比一人一票多多少帖子", "Posts when each token votes, against each head", "> 0", change("by_tokens", "posts", 0, INF, "by_heads", run="governed"), runs=("governed",)),
            _fact("capture_trust", "一币一票比一人一票的信任（第二年）", "Trust when each token votes, against each head, second year", "< 0",
                  change("by_tokens", "trust", -INF, 0, "by_heads", YEAR_TWO, run="governed"), runs=("governed",)),
        ),
    ),
    Dilemma(
        "rescue", "挽救流失", "Rescue", "targeting risk wakes sleeping dogs (6 % → 10 %); target sensitivity", "Ascarza, Iyengar & Schleicher 2016; Ascarza 2018",
        (
            _fact("rescue_wakes", "按风险发优惠对 52 周留存的影响", "52-week retention when offers go by risk", "< 0", change("rescue_risk", "retention_52", -INF, 0), moved=True),
            _fact("rescue_sensitive", "按敏感度发优惠对 52 周留存的影响", "52-week retention when offers go by sensitivity", "> 0", change("rescue_sensitivity", "retention_52", 0, INF), moved=True),
            _fact("rescue_target", "按敏感度比按风险多多少利润", "Profit by sensitivity against by risk", "> 0", beats("rescue_sensitivity", "rescue_risk"), moved=True),
        ),
    ),
    Dilemma(
        "horizon", "时间跨度", "Horizon", "rankings flip between 13, 52 and 104 weeks", "definition",
        (
            *(
                _fact(f"order_{early}_{late}", f"按利润排名在第 {early} 与第 {late} 周之间颠倒的方案对数", f"Pairs of plans whose order by profit turns over between weeks {early} and {late}", "≥ 1",
                      order(early, late), moved=True)
                for early, late in ((13, 52), (52, 104), (13, 104))
            ),
        ),
    ),
)  # fmt: skip
"""What the engine must show, strategy by strategy."""

SIGNATURES: tuple[Fact, ...] = tuple(fact for dilemma in DILEMMAS for fact in dilemma.signatures)
"""Every signature of every dilemma."""


def table(results: Mapping[str, Results]) -> pd.DataFrame:
    """Every signature with today's value.

    Args:
        results: Results of :func:`simulation.analysis.dilemma_runs.experiments`, by name.

    Returns:
        As :func:`simulation.analysis.acceptance.table`, with dilemma, dilemma_zh, dilemma_en and prototype before them.
    """
    parts = []
    for dilemma in DILEMMAS:
        found = acceptance.table(results, dilemma.signatures)
        found["source"] = found["source"].replace("", dilemma.source)
        said = {
            "dilemma": dilemma.id,
            "dilemma_zh": dilemma.zh,
            "dilemma_en": dilemma.en,
            "prototype": dilemma.prototype,
        }
        for place, (column, words) in enumerate(said.items()):
            found.insert(place, column, words)
        parts.append(found)
    return pd.concat(parts, ignore_index=True)

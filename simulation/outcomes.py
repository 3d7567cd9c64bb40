"""Outcomes: what is measured each week and at the end, each declared once with its words, unit and direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.model import CommunityModel

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """One measure: its words, its unit, which way is better, and how it is computed from a batch of worlds.

    Attributes:
        unit: ``people``, ``share``, ``¥``, ``index`` (0–1 scale) or ``count``.
        better: +1 more is better, −1 less is better, 0 neither.
        compute: (worlds,) value of the week that has just been closed; ``None`` for measures of a whole run.
    """

    name: str
    zh: str
    en: str
    unit: Literal["people", "share", "¥", "index", "count"]
    better: Literal[-1, 0, 1]
    definition_zh: str
    definition_en: str
    source: str = "definition"
    compute: Callable[[CommunityModel], Values] | None = None

    def label(self, language: str) -> str:
        """Name in the reader's language."""
        return self.zh if language == "zh" else self.en

    def definition(self, language: str) -> str:
        """What exactly is measured, in the reader's language."""
        return self.definition_zh if language == "zh" else self.definition_en


def _mean(name: str) -> Callable[[CommunityModel], Values]:
    return lambda model: model.totals[name] / np.maximum(model.totals["members"], 1)


def _sum(name: str) -> Callable[[CommunityModel], Values]:
    return lambda model: model.totals[name].copy()


def _per_member(name: str, zh: str, en: str, better: Literal[-1, 0, 1], what_zh: str, what_en: str, of: str) -> Outcome:
    return Outcome(name, zh, en, "index", better, f"{what_zh}，现有成员平均。", f"{what_en}, mean over current members.",
                   compute=_mean(of))  # fmt: skip


def _count(name: str, zh: str, en: str, better: Literal[-1, 0, 1], of: str, what_zh: str, what_en: str) -> Outcome:
    return Outcome(name, zh, en, "count", better, what_zh, what_en, compute=_sum(of))


WEEKLY: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("members", "成员数", "Members", "people", 1, "周末仍在社群里的人数。", "People in the community at the end of the week.",
                compute=_sum("members")),
        Outcome("joins", "新加入", "Joins", "people", 1, "本周加入或回归的人数。", "People who joined or came back this week.",
                compute=_sum("joins")),
        Outcome("leaves", "流失", "Leaves", "people", -1, "本周离开的人数。", "People who left this week.", compute=_sum("leaves")),
        Outcome("founders_kept", "创始成员留存率", "Founders kept", "share", 1, "已到场的创始成员中从未离开者的占比。",
                "Share of the founders so far who never left.",
                compute=lambda model: model.totals["founders_kept"] / np.maximum(model.founders_so_far(), 1)),
        _per_member("trust", "信任", "Trust", 1, "信任 T = a/(a+b)", "Trust T = a/(a+b)", "trust"),
        _per_member("satisfaction", "满意度", "Satisfaction", 1, "五种需求满足度的加权和", "Weighted sum of the five needs met",
                    "satisfaction"),
        _per_member("aspiration", "期望", "Aspiration", 0, "成员已经习以为常的满意水平", "Level people have come to expect", "aspiration"),
        _per_member("fatigue", "参与疲劳", "Fatigue", -1, "疲劳 F", "Fatigue F", "fatigue"),
        _per_member("motivation", "内在动机", "Intrinsic motivation", 1, "内在动机 M", "Intrinsic motivation M", "motivation"),
        _per_member("need_functional", "功能需求", "Functional needs", 1, "功能需求满足度", "Functional needs met", "functional"),
        _per_member("need_safety", "安全需求", "Safety", 1, "安全需求满足度", "Safety met", "safety"),
        _per_member("need_belonging", "归属需求", "Belonging", 1, "归属需求满足度", "Belonging met", "belonging"),
        _per_member("need_esteem", "尊重需求", "Esteem", 1, "尊重需求满足度", "Esteem met", "esteem"),
        _per_member("need_growth", "成长需求", "Growth", 1, "自我实现需求满足度", "Self-actualisation met", "growth"),
        _count("posts", "帖子", "Posts", 1, "posts", "本周发帖数。", "Posts this week."),
        _count("replies", "回复", "Replies", 1, "replies", "本周回复数。", "Replies this week."),
        _count("contacts", "触达", "Contacts", 0, "contacts", "本周送达的消息数。", "Messages delivered this week."),
        _count("orders", "订单", "Orders", 1, "orders", "本周订单数。", "Orders this week."),
        _count("repeat_orders", "复购订单", "Repeat orders", 1, "repeats", "本周订单中非首购的订单数。",
               "Orders this week that were not the person's first."),
        Outcome("buyers", "购买人数", "Buyers", "people", 1, "本周下过单的人数。", "People who ordered this week.", compute=_sum("buyers")),
        Outcome("revenue", "收入", "Revenue", "¥", 1, "本周实付金额。", "Paid this week.", compute=_sum("revenue")),
        Outcome("strategy_cost", "策略成本", "Strategy cost", "¥", -1, "本周各项策略的账单合计。", "Bills of all strategies this week.",
                compute=lambda model: model.operator.week_cost.copy()),
        Outcome("profit", "利润", "Profit", "¥", 1, "收入减去货品、平台与策略成本。", "Revenue less goods, platform and strategies.",
                compute=lambda model: model.operator.week_profit.copy()),
        Outcome("revenue_cum", "累计收入", "Revenue to date", "¥", 1, "从开始至今的实付金额。", "Paid since the start.",
                compute=lambda model: model.operator.revenue_total.copy()),
        Outcome("profit_cum", "累计利润", "Profit to date", "¥", 1, "从开始至今的利润。", "Profit since the start.",
                compute=lambda model: model.operator.profit_total.copy()),
        Outcome("clv", "生命周期价值", "Lifetime value (CLV)", "¥", 1,
                "现有成员未来毛利的折现期望（按本周的流失率与购买率，年折现 10%），未扣策略成本。",
                "Expected discounted margin still to come from a current member, at this week's rates (10 % a year), "
                "before strategy costs.", compute=_mean("value")),
    )
}  # fmt: skip
"""Weekly outcomes by name."""

TOTALS: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        *(
            Outcome(f"retention_{weeks}", f"{weeks} 周留存率", f"{weeks}-week retention", "share", 1,
                    f"加入后 {weeks} 周仍未离开的概率（Kaplan–Meier，首次在社群期间）。",
                    f"Probability of still being there {weeks} weeks after joining (Kaplan–Meier, first spells).",
                    "Kaplan & Meier 1958")
            for weeks in (13, 26, 52, 104)
        ),
        Outcome("revenue", "收入", "Revenue", "¥", 1, "整个期间的实付金额。", "Paid over the horizon."),
        Outcome("profit", "利润", "Profit", "¥", 1, "整个期间的利润。", "Profit over the horizon."),
        Outcome("clv", "生命周期价值", "Lifetime value (CLV)", "¥", 1, "期末成员的平均生命周期价值。",
                "Mean lifetime value of the members at the end."),
        Outcome("trust", "信任", "Trust", "index", 1, "期末成员的平均信任。", "Mean trust of the members at the end."),
        Outcome("members", "成员数", "Members", "people", 1, "期末成员数。", "Members at the end."),
        Outcome("strategy_cost", "策略成本", "Strategy cost", "¥", -1, "整个期间的策略成本。", "Cost of strategies over the horizon."),
        Outcome("posts", "帖子", "Posts", "count", 1, "整个期间的发帖数。", "Posts over the horizon."),
        Outcome("orders", "订单", "Orders", "count", 1, "整个期间的订单数。", "Orders over the horizon."),
        Outcome("repeat_orders", "复购订单", "Repeat orders", "count", 1, "整个期间的复购订单数。", "Repeat orders over the horizon."),
        Outcome("top10_posters_share", "前 10% 发帖者占比", "Posts by the top 10 %", "share", 0,
                "曾为成员者中发帖最多的 10% 的人贡献的帖子占比。", "Share of posts by the most active 10 % of people who were ever members."),
        Outcome("top1_posters_share", "前 1% 发帖者占比", "Posts by the top 1 %", "share", 0,
                "发帖最多的 1% 的人贡献的帖子占比。", "Share of posts by the most active 1 %."),
        Outcome("top20_buyers_share", "前 20% 买家收入占比", "Revenue from the top 20 %", "share", 0,
                "买家中消费最多的 20% 贡献的收入占比。", "Share of revenue from the 20 % of buyers who spend most."),
        Outcome("gap_hazard_ratio", "好友刚流失时的风险比", "Hazard ratio when a tie has just left", "index", -1,
                "有一位好友刚离开的成员，其流失风险与没有这件事时之比。", "Hazard of members of whom about one tie has just left, relative to the "
                "same members without that gap.", "Nitzan & Libai 2011"),
        Outcome("referred_hazard_ratio", "被推荐者的相对流失率", "Hazard of the referred", "index", -1,
                "经推荐加入者的周流失率与自行加入者之比。", "Weekly churn of people who came by referral relative to those who came on their own.",
                "Van den Bulte et al. 2018"),
        Outcome("never_posted", "从不发帖者占比", "Never posted", "share", 0, "曾为成员者中从未发帖的占比。",
                "Share of people who were ever members and never posted."),
    )
}  # fmt: skip
"""Measures of a whole run, by name."""


def top_share(values: NDArray[Any], share: float) -> float:
    """Share of the total that the largest ``share`` of the values hold; NaN where there is nothing to share."""
    total = float(values.sum())
    if total <= 0:
        return float("nan")
    ordered = np.sort(values)[::-1]
    return float(ordered[: max(1, round(share * len(ordered)))].sum() / total)


def totals_of(model: CommunityModel, weekly: dict[str, Values]) -> dict[str, Values]:
    """Measures of the whole run, (worlds,) each.

    Args:
        model: The batch at its horizon.
        weekly: Outcome → (weeks + 1, worlds).
    """
    survival = np.cumprod(1 - model.tenure_left / np.maximum(model.at_risk, 1), axis=1)
    found: dict[str, Values] = {
        f"retention_{weeks}": np.asarray(survival[:, weeks])
        if weeks < survival.shape[1]
        else np.full(model.worlds, np.nan)
        for weeks in (13, 26, 52, 104)
    }
    # Week by week, since NumPy's own sum groups the terms by the size of the batch.
    found |= {name: np.cumsum(weekly[name], axis=0)[-1] for name in
              ("revenue", "profit", "strategy_cost", "posts", "orders", "repeat_orders")}  # fmt: skip
    found |= {name: weekly[name][-1] for name in ("clv", "trust", "members")}
    rows = [slice(model.starts[w], model.starts[w + 1]) for w in range(model.worlds)]
    posts, spent, ever = model.standing.posts, model.standing.spent, model.standing.joined >= 0
    writers = [posts[row][ever[row]] for row in rows]
    buyers = [spent[row][spent[row] > 0] for row in rows]
    found["top10_posters_share"] = np.array([top_share(each, 0.10) for each in writers])
    found["top1_posters_share"] = np.array([top_share(each, 0.01) for each in writers])
    found["top20_buyers_share"] = np.array([top_share(each, 0.20) for each in buyers])
    found["never_posted"] = np.array([float((each == 0).mean()) if len(each) else np.nan for each in writers])
    gap, without, referred_weeks, referred_left, organic_weeks, organic_left = model.seen
    with np.errstate(invalid="ignore", divide="ignore"):
        found["gap_hazard_ratio"] = gap / without
        found["referred_hazard_ratio"] = (referred_left / referred_weeks) / (organic_left / organic_weeks)
    return {name: found[name] for name in TOTALS}

"""Weekly outcomes: people, moods, activity and money."""

from __future__ import annotations

from typing import Literal

import numpy as np

from simulation.outcome import Outcome, mean_of, sum_of


def _per_member(name: str, zh: str, en: str, better: Literal[-1, 0, 1], what_zh: str, what_en: str, of: str) -> Outcome:
    return Outcome(name, zh, en, "index", better, f"{what_zh}，现有成员平均。", f"{what_en}, mean over current members.",
                   compute=mean_of(of))  # fmt: skip


def _count(name: str, zh: str, en: str, better: Literal[-1, 0, 1], of: str, what_zh: str, what_en: str) -> Outcome:
    return Outcome(name, zh, en, "count", better, what_zh, what_en, compute=sum_of(of))


BASIC: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("members", "成员数", "Members", "people", 1, "周末仍在社群里的人数。", "People in the community at the end of the week.",
                compute=sum_of("members")),
        Outcome("joins", "新加入", "Joins", "people", 1, "本周加入或回归的人数。", "People who joined or came back this week.",
                compute=sum_of("joins")),
        Outcome("leaves", "流失", "Leaves", "people", -1, "本周离开的人数。", "People who left this week.", compute=sum_of("leaves")),
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
        Outcome("buyers", "购买人数", "Buyers", "people", 1, "本周下过单的人数。", "People who ordered this week.", compute=sum_of("buyers")),
        Outcome("revenue", "收入", "Revenue", "¥", 1, "本周各项收入之和：商品实付与其他收入。", "All streams of this week: what was paid for orders, and others.",
                compute=lambda model: model.operator.week_revenue.copy()),
        Outcome("strategy_cost", "策略成本", "Strategy cost", "¥", -1, "本周各项策略的账单合计。", "Bills of all strategies this week.",
                compute=lambda model: model.operator.week_cost.copy()),
        Outcome("profit", "利润", "Profit", "¥", 1, "收入减去货品、平台与策略成本。", "Revenue less goods, platform and strategies.",
                compute=lambda model: model.operator.week_profit.copy()),
        Outcome("revenue_cum", "累计收入", "Revenue to date", "¥", 1, "从开始至今的收入。", "Revenue since the start.",
                compute=lambda model: model.operator.revenue_total.copy()),
        Outcome("profit_cum", "累计利润", "Profit to date", "¥", 1, "从开始至今的利润。", "Profit since the start.",
                compute=lambda model: model.operator.profit_total.copy()),
        Outcome("clv", "生命周期价值", "Lifetime value (CLV)", "¥", 1,
                "现有成员未来毛利的折现期望（按本周的流失率与购买率，年折现 10%），未扣策略成本。",
                "Expected discounted margin still to come from a current member, at this week's rates (10 % a year), "
                "before strategy costs.", compute=mean_of("value")),
    )
}  # fmt: skip
"""Weekly outcomes of people, money and moods, by name."""

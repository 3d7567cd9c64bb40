"""Outcomes: what is measured each week and at the end, each declared once with its words, unit and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.fairness import fair_share, gini, top_share
from simulation.members import Status
from simulation.outcome import Outcome, Values, ratio
from simulation.outcomes_basic import BASIC
from simulation.outcomes_community import COMMUNITY

if TYPE_CHECKING:
    from simulation.model import CommunityModel

WEEKLY: dict[str, Outcome] = BASIC | COMMUNITY
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
        Outcome("revenue", "收入", "Revenue", "¥", 1, "整个期间的收入。", "Revenue over the horizon."),
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
        Outcome("gap_hazard_ratio", "好友刚流失时的风险比", "Hazard ratio when a tie has just left", "ratio", -1,
                "有一位好友刚离开的成员，其流失风险与没有这件事时之比。", "Hazard of members of whom about one tie has just left, relative to the "
                "same members without that gap.", "Nitzan & Libai 2011"),
        Outcome("referred_hazard_ratio", "被推荐者的相对流失率", "Hazard of the referred", "ratio", -1,
                "经推荐加入者的周流失率与自行加入者之比。", "Weekly churn of people who came by referral relative to those who came on their own.",
                "Van den Bulte et al. 2018"),
        Outcome("never_posted", "从不发帖者占比", "Never posted", "share", 0, "曾为成员者中从未发帖的占比。",
                "Share of people who were ever members and never posted."),
        Outcome("renewal_rate", "续费率", "Renewal rate", "share", 1, "整个期间到期的付费会员中续费的占比；没有会员时为空。",
                "Share of ended terms of paid memberships that were renewed; empty where there were none."),
        Outcome("repurchase_rate", "复购率", "Repurchase rate", "share", 1, "买过的人中至少买过两次者的占比。",
                "Share of buyers who bought at least twice."),
        Outcome("main_stream_share", "单一收入依赖度", "Dependence on one stream", "share", -1, "最大一项收入占全部收入之比。",
                "Share of all revenue that the largest stream brought."),
        Outcome("acquisition_cost", "获客成本", "Acquisition cost (CAC)", "¥", -1,
                "用于拉新的策略花费除以新加入人数（不含创始成员与回归者）。",
                "What strategies that win people cost, per newcomer (founders and returners apart)."),
        Outcome("payback", "回本周数", "Payback", "weeks", -1, "获客成本除以每位成员每周的毛利。",
                "Acquisition cost over the gross margin that a member brings in a week."),
        Outcome("budget_return", "运营投入回报", "Return on the operating budget", "ratio", 1, "利润除以策略成本；没有花费时为空。",
                "Profit per ¥ spent on strategies; empty where nothing was spent."),
        Outcome("viral_coefficient", "传播系数 K", "Viral coefficient K", "ratio", 1, "每位曾为成员者经推荐或拼团带来的新成员数。",
                "People brought by referral or group purchase per person who was ever a member."),
        Outcome("organic_share", "自然增长占比", "Organic share of growth", "share", 1, "新加入者中不靠付费媒体的占比（不含创始成员与回归者）。",
                "Share of newcomers whom no paid media brought (founders and returners apart)."),
        Outcome("creator_retention", "创作者季度留存", "Creators kept over a quarter", "share", 1, "按期间平均的周流失，创作者留过 13 周的概率。",
                "Probability that a creator stays for 13 weeks, at the mean weekly rate of leaving."),
        Outcome("user_content_share", "用户内容占比", "User-generated share", "share", 1, "整个期间成员帖子占全部内容之比，按周平均。",
                "Members' posts among all that was published, mean over weeks."),
        Outcome("self_organised", "自组织程度", "Self-organisation", "share", 1, "成员收到的信息来自其他成员的占比，按周平均。",
                "Share of what reaches members that comes from members, mean over weeks."),
        Outcome("advocacy", "口碑指数", "Advocacy index", "share", 1, "期末推荐者与贬损者之差占成员之比。",
                "Promoters less detractors as a share of members at the end."),
        Outcome("relationship_density", "关系密度", "Relationship density", "ratio", 1, "期末每位成员与其他成员的关系强度之和。",
                "Strength of ties to other members, summed, per member at the end."),
        Outcome("value_density", "价值密度", "Value density", "¥", 1, "每位成员每周带来的毛利，期间平均。",
                "Gross margin per member and week, over the horizon."),
        Outcome("potential_density", "潜能密度", "Potential density", "share", 1, "期末成员中新成员、潜力成员与召回成员的占比：还能成长的人。",
                "Share of members at the end who are new, potential or won back: people who can still grow."),
        Outcome("cocreations", "共创成果", "Co-creation successes", "count", 1, "整个期间成功的共创任务。", "Tasks that succeeded over the horizon."),
        Outcome("contribution_gini", "贡献集中度", "Concentration of contribution", "ratio", 0, "期末成员贡献值的基尼系数。",
                "Gini coefficient of contributions on the ledger at the end."),
        Outcome("fairness", "贡献与所得的一致", "Match of contribution and receipt", "ratio", 1,
                "成员贡献值与所得（折扣与分红）的秩相关；1 为多劳多得，无人有所得时为空。",
                "Rank correlation of what members contributed and received (discounts and payouts): 1 is to each their due; empty "
                "where nobody received anything.", "Spearman 1904"),
        Outcome("alarms", "健康警报", "Alarms", "count", -1, "整个期间触发的警报次数。", "Alarms that rang over the horizon.", "teaching assumption"),
    )
}  # fmt: skip
"""Measures of a whole run, by name."""


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
    found |= _money_and_growth(model, weekly) | _community(model, weekly, rows)
    gap, without, referred_weeks, referred_left, organic_weeks, organic_left = model.seen
    with np.errstate(invalid="ignore", divide="ignore"):
        found["gap_hazard_ratio"] = gap / without
        found["referred_hazard_ratio"] = (referred_left / referred_weeks) / (organic_left / organic_weeks)
    return {name: found[name] for name in TOTALS}


def _money_and_growth(model: CommunityModel, weekly: dict[str, Values]) -> dict[str, Values]:
    # Sums run week by week, since NumPy's own sum groups the terms by the size of the batch.
    summed = {name: np.cumsum(weekly[name], axis=0)[-1] for name in (
        "revenue", "profit", "strategy_cost", "renewals_due", "renewed", "joins", "returned", "referred_joins", "group_joins",
        "media_joins", "members",
    )}  # fmt: skip
    operator = model.operator
    winning = [name for name, strategy in model.spec.plan.strategies.items() if strategy.acquires]
    spent = np.cumsum([operator.ledger[name] for name in winning], axis=0)[-1] if winning else np.zeros(model.worlds)
    founders = model.founders_so_far() - weekly["members"][0]
    newcomers = summed["joins"] - summed["returned"] - founders
    margin = summed["revenue"] - operator.ledger["goods"]
    weekly_value = ratio(margin, summed["members"] - weekly["members"][0])  # in week 0 nothing is sold yet
    cost = ratio(spent, newcomers, np.nan)
    ever = np.array([float((model.standing.joined[model.starts[w] : model.starts[w + 1]] >= 0).sum())
                     for w in range(model.worlds)])  # fmt: skip
    largest = np.max(list(operator.streams.values()), axis=0)
    return {
        "renewal_rate": ratio(summed["renewed"], summed["renewals_due"], np.nan),
        "main_stream_share": ratio(largest, summed["revenue"], np.nan),
        "acquisition_cost": cost,
        "payback": np.where(weekly_value > 0, cost / np.where(weekly_value > 0, weekly_value, 1.0), np.nan),
        "budget_return": ratio(summed["profit"], summed["strategy_cost"], np.nan),
        "viral_coefficient": ratio(summed["referred_joins"] + summed["group_joins"], ever, np.nan),
        "organic_share": ratio(newcomers - summed["media_joins"], newcomers, np.nan),
        "value_density": weekly_value,
    }


def _community(model: CommunityModel, weekly: dict[str, Values], rows: list[slice]) -> dict[str, Values]:
    s, at_end = model.standing, {name: series[-1] for name, series in weekly.items()}
    summed = {name: np.cumsum(weekly[name], axis=0)[-1] for name in
              ("creators", "creators_left", "cocreations", "alarms", "user_content_share", "self_organised")}  # fmt: skip
    here = [s.status[row] == Status.MEMBER for row in rows]
    bought = [s.orders[row][s.orders[row] > 0] for row in rows]
    leaving = ratio(summed["creators_left"], summed["creators"] + summed["creators_left"], np.nan)
    growing = at_end["layer_new"] + at_end["layer_potential"] + at_end["layer_won_back"]
    weeks = max(len(weekly["members"]) - 1, 1)
    return {
        "repurchase_rate": np.array([float((each >= 2).mean()) if len(each) else np.nan for each in bought]),
        "creator_retention": (1 - leaving) ** 13,
        "user_content_share": summed["user_content_share"] / weeks,
        "self_organised": summed["self_organised"] / weeks,
        "advocacy": at_end["advocacy"],
        "relationship_density": at_end["relationship_density"],
        "potential_density": ratio(growing, at_end["members"]),
        "cocreations": summed["cocreations"],
        "contribution_gini": np.array([gini(s.tokens[row][m]) for row, m in zip(rows, here, strict=True)]),
        "fairness": np.array(
            [fair_share(s.tokens[row][m], s.received[row][m]) for row, m in zip(rows, here, strict=True)]
        ),
        "alarms": summed["alarms"],
    }

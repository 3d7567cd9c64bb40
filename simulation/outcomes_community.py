"""Weekly outcomes of the community itself: streams, growth, densities, roles, layers, fairness and alarms (K1–K9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.effects import Channel
from simulation.members import Layer, Role
from simulation.outcome import Outcome, Values, mean_of, ratio, sum_of

if TYPE_CHECKING:
    from simulation.model import CommunityModel

PROMOTER, DETRACTOR = 0.7, 0.45


def _people(name: str, zh: str, en: str, better: Literal[-1, 0, 1], what_zh: str, what_en: str, of: str) -> Outcome:
    return Outcome(name, zh, en, "people", better, what_zh, what_en, compute=sum_of(of))


def _count(name: str, zh: str, en: str, better: Literal[-1, 0, 1], what_zh: str, what_en: str, of: str) -> Outcome:
    return Outcome(name, zh, en, "count", better, what_zh, what_en, compute=sum_of(of))


def _per_member(model: CommunityModel, name: str) -> Values:
    return ratio(model.totals[name], model.totals["members"])


def main_stream(model: CommunityModel) -> Values:
    """Share of the week's revenue that its largest stream brings; 1 in a week without revenue."""
    largest = np.max(list(model.operator.week_streams.values()), axis=0)
    return ratio(largest, model.operator.week_revenue, without=1.0)


def _pieces(model: CommunityModel) -> Values:
    return np.maximum(model.effects.value(Channel.SUPPLY), 0).astype(np.float64)


def user_content(model: CommunityModel) -> Values:
    """Share of members' posts among all that is published: posts / (posts + the operator's pieces)."""
    return ratio(model.totals["posts"], model.totals["posts"] + _pieces(model))


def diversity(model: CommunityModel) -> Values:
    """1 − sameness · share of the operator's pieces among all that is published."""
    sameness = np.clip(model.effects.value(Channel.SAMENESS), 0, 1).astype(np.float64)
    return 1 - sameness * ratio(_pieces(model), model.totals["posts"] + _pieces(model))


def self_organised(model: CommunityModel) -> Values:
    """Share of what reaches members that comes from members: (replies + invitations)/(those + messages)."""
    between = model.totals["replies"] + model.totals["invites"]
    return ratio(between, between + model.totals["contacts"])


_ROLES = {
    Role.BYSTANDER: ("旁观者", "Bystanders", -1, "13 周没有任何行动的成员。", "Members who did nothing for 13 weeks."),
    Role.PARTICIPANT: ("参与者", "Participants", 0, "13 周内有过行动的成员。", "Members who did something within 13 weeks."),
    Role.CONTRIBUTOR: ("贡献者", "Contributors", 1, "近十周平均至少发过一帖的成员。", "Members with about a post in ten weeks."),
    Role.COCREATOR: ("共创者", "Co-creators", 1, "半年内完成过共创任务的成员。", "Members whose task succeeded within half a year."),
    Role.ADVOCATE: ("推广者", "Advocates", 1, "带来过新成员且仍在活动的成员。", "Active members who brought somebody."),
}  # fmt: skip
_ROLE_SUMS = ("bystanders", "participants", "contributors", "cocreators", "advocates")

_LAYERS = {
    Layer.NEW: ("新成员", "New members", 0, "加入不到 8 周。", "Joined less than 8 weeks ago."),
    Layer.CORE: ("核心成员", "Core members", 1, "发帖且买过两次以上。", "Post and have bought at least twice."),
    Layer.POTENTIAL: ("潜力成员", "Potential members", 0, "有行动但还不是核心。", "Active, not yet core."),
    Layer.WARNING: ("流失预警", "Churn warning", -1, "沉默 13 周以上。", "Silent for 13 weeks."),
    Layer.DORMANT: ("沉睡成员", "Dormant members", -1, "沉默 26 周以上。", "Silent for 26 weeks."),
    Layer.WON_BACK: ("召回成员", "Won back", 1, "离开后 13 周内回来的人。", "Came back within the last 13 weeks."),
}  # fmt: skip

_SINGLE: tuple[Outcome, ...] = (
    Outcome("sales", "商品收入", "Sales", "¥", 1, "本周订单实付金额。", "Paid for orders this week.", compute=sum_of("sales")),
    Outcome("other_revenue", "其他收入", "Other revenue", "¥", 1, "会员费、付费知识、分成等订单以外的收入。",
            "Fees, paid knowledge, shares and all else beside orders.",
            compute=lambda model: model.operator.week_revenue - model.totals["sales"]),
    Outcome("arpu", "人均收入", "Revenue per member (ARPU)", "¥", 1, "本周收入除以周末成员数。",
            "Revenue of the week per member at its end.",
            compute=lambda model: ratio(model.operator.week_revenue, model.totals["members"])),
    Outcome("main_stream_share", "单一收入依赖度", "Dependence on one stream", "share", -1, "最大一项收入占本周收入之比。",
            "Share of the week's revenue that its largest stream brings.", compute=main_stream),
    Outcome("working_hours", "运营工时", "Working hours", "hours", -1, "各项策略本周占用的工时。", "Hours that the strategies took this week.",
            compute=lambda model: model.operator.week_hours.copy()),
    _people("subscribers", "付费会员数", "Subscribers", 1, "周末持有付费会员的人数。", "Members with a paid membership.", "subscribers"),
    _count("renewals_due", "到期会员", "Renewals due", 0, "本周到期的付费会员数。", "Paid memberships whose term ended this week.", "renewals_due"),
    _count("renewed", "续费", "Renewed", 1, "到期者中续费的人数。", "Those among them who renewed.", "renewed"),
    _people("referred_joins", "被推荐加入", "Referred joins", 1, "本周经推荐加入的人数。", "People who came by referral this week.", "came_referred"),
    _people("media_joins", "广告带来", "Joins by paid media", 0, "本周由付费媒体带来的人数。", "People whom paid media brought this week.", "came_media"),
    _people("group_joins", "拼团带来", "Joins by group purchase", 0, "本周因拼团加入的人数。", "People who joined by a group purchase this week.",
            "came_group"),
    _people("organic_joins", "自然加入", "Organic joins", 1, "本周因口碑或自然曝光加入的人数。", "People who came by mouth or on their own this week.",
            "came_organic"),
    _people("returned", "回归", "Returned", 1, "本周回归的流失者。", "People who came back this week.", "came_back"),
    Outcome("relationship_density", "关系密度", "Relationship density", "ratio", 1, "每位成员与其他成员的关系强度之和，成员平均。",
            "Strength of ties to other members, summed, per member.", compute=mean_of("ties")),
    Outcome("advocacy", "口碑指数", "Advocacy index", "share", 1,
            f"（信任 ≥ {PROMOTER} 且满意不低于期望者 − 信任 < {DETRACTOR} 者）占成员之比。",
            f"Share of members with trust ≥ {PROMOTER} and satisfaction no less than expected, less those with trust < {DETRACTOR}.",
            compute=lambda model: ratio(model.totals["promoters"] - model.totals["detractors"], model.totals["members"])),
    Outcome("user_content_share", "用户内容占比", "User-generated share", "share", 1, "成员帖子占全部发布内容之比。",
            "Members' posts among all that is published.", compute=user_content),
    Outcome("content_diversity", "内容多样性", "Content diversity", "share", 1, "1 − 雷同度 × 官方内容占比。",
            "1 − sameness · share of the operator's pieces.", compute=diversity),
    _people("creators", "创作者", "Creators", 1, "近十周平均至少发过一帖的人数。", "Members with about a post in ten weeks.", "creators"),
    _people("creators_left", "创作者流失", "Creators who left", -1, "本周离开的创作者。", "Creators who left this week.", "creators_left"),
    Outcome("self_organised", "自组织程度", "Self-organisation", "share", 1, "成员收到的信息中来自其他成员（回复、邀请）的占比。",
            "Share of what reaches members that comes from members: replies and invitations against messages.",
            compute=self_organised),
    _count("cocreations", "共创成果", "Co-creation successes", 1, "本周成功的共创任务数。", "Tasks that succeeded this week.", "cocreated"),
    _count("votes", "投票", "Votes cast", 1, "本周投票数。", "Votes cast this week.", "votes"),
    _count("failures", "服务失误", "Service failures", -1, "本周出错的订单周数。", "Members whom service failed this week.", "failures"),
    _count("complaints", "未解决的投诉", "Unresolved complaints", -1, "失误后无人解决的次数。", "Failures that nobody put right.", "unresolved"),
    _count("intrusions", "隐私侵扰", "Intrusions", -1, "让人觉得被窥视的次数。", "Times people felt watched.", "intrusions"),
    _count("hurtful", "被伤害", "Hurt by posts", -1, "读到伤人内容的成员数。", "Members whom a hurtful post reached.", "hurt"),
    _count("removed", "误删", "Posts taken down for nothing", -1, "正常帖子被误删的成员数。", "Members whose harmless post was taken down.", "removed"),
    _count("groups", "成团数", "Group purchases", 1, "本周成交的拼团数。", "Group purchases that came about.", "groups"),
    _people("salon_visits", "线下到场", "Met in person", 1, "本周参加线下聚会的人数。", "Members who came to meet in person.", "salon"),
    Outcome("rival_share", "同时在竞品的占比", "In a rival community too", "share", -1, "同时加入竞品社群的成员占比。",
            "Share of members who are in a rival community too.", compute=lambda model: _per_member(model, "rivals")),
    Outcome("attention", "注意力占比", "Share of attention", "share", 1, "成员的注意力中留给本社群的部分，平均。",
            "Mean share of members' attention that goes to this community.", compute=mean_of("attention")),
    Outcome("wariness", "被收割的戒心", "Wariness", "index", -1, "担心被收割的程度，成员平均。",
            "Anxiety of being harvested, mean over members.", compute=mean_of("wary")),
)  # fmt: skip

COMMUNITY: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        *_SINGLE,
        *(
            _people(_ROLE_SUMS[role], zh, en, better, what_zh, what_en, _ROLE_SUMS[role])  # type: ignore[arg-type]
            for role, (zh, en, better, what_zh, what_en) in _ROLES.items()
        ),
        *(
            _people(f"layer_{layer.name.lower()}", zh, en, better, what_zh, what_en, f"layer_{layer.name.lower()}")  # type: ignore[arg-type]
            for layer, (zh, en, better, what_zh, what_en) in _LAYERS.items()
        ),
    )
}
"""Weekly outcomes of the community, by name."""


ALARMS: dict[str, tuple[str, str, float]] = {
    "trust_low": ("trust", "below", 0.5),
    "leaving_fast": ("leaving", "above", 0.03),
    "tired": ("fatigue", "above", 0.4),
    "disappointed": ("surplus", "below", -0.03),
    "silent": ("silent", "above", 0.5),
    "watched": ("wary", "above", 0.1),
    "losing_money": ("profit", "below", 0.0),
}
"""Alarm → measure, side and level (all levels are teaching assumptions)."""


def health(model: CommunityModel) -> dict[str, Values]:
    """Health measures that alarms watch, (worlds,) each."""
    t = model.totals
    return {
        "trust": ratio(t["trust"], t["members"], 0.6),
        "leaving": ratio(t["leaves"], t["members"] + t["leaves"]),
        "fatigue": _per_member(model, "fatigue"),
        "surplus": ratio(t["satisfaction"] - t["aspiration"], t["members"]),
        "silent": ratio(t["layer_warning"] + t["layer_dormant"], t["members"]),
        "wary": _per_member(model, "wary"),
        "profit": model.operator.week_profit,
    }


def ringing(model: CommunityModel) -> dict[str, Values]:
    """Alarm → 1 where it rings this week, (worlds,) each."""
    found = health(model)
    return {
        name: ((found[measure] < level) if side == "below" else (found[measure] > level)).astype(np.float64)
        for name, (measure, side, level) in ALARMS.items()
    }


COMMUNITY["alarms"] = Outcome(
    "alarms", "健康警报", "Alarms", "count", -1,
    "本周触发的警报数：信任 < 0.5、周流失 > 3%、疲劳 > 0.4、满意低于期望 0.03 以上、一半成员沉默、戒心 > 0.1、亏损（阈值为教学假设）。",
    "Alarms that ring this week: trust < 0.5, churn > 3 % a week, fatigue > 0.4, satisfaction 0.03 below what people expect, half "
    "of the members silent, wariness > 0.1, a loss (levels are teaching assumptions).",
    source="teaching assumption", compute=lambda model: np.sum(list(ringing(model).values()), axis=0),
)  # fmt: skip
